package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sportello/helpdesk"
)

func TestSearch(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		for _, text := range []string{"Perché l'anagrafica è bloccata?", "Fattura 12/2026 della città", "C++ e C# \"tra virgolette\"", "niente"} {
			v := d.ticket(tx, nil)
			d.message(tx, v.ID, func(m *helpdesk.Message) {
				m.Text, m.Subject, m.Quoted = text, "", "citazione firma avvertenza"
				if text == "niente" {
					m.Protocol = "4512 del 16/11/2026"
				}
			})
		}
		closed := d.ticket(tx, func(v *helpdesk.Ticket) { v.State = helpdesk.StateClosed })
		d.message(tx, closed.ID, func(m *helpdesk.Message) { m.Text = "anagrafica chiusa" })
		merged := d.ticket(tx, func(v *helpdesk.Ticket) { v.State, v.MergedInto = helpdesk.StateMerged, 2 })
		_ = merged
		return nil
	})
	for _, row := range []struct {
		text string
		want []int
	}{
		{"anagrafica", []int{1}}, {"ANAGRAFICA", []int{1}}, {"l'anagrafica", []int{1}}, {"l'anagraf", []int{1}}, {"anagraf", []int{1}},
		{"perche", []int{1}}, {"perché bloccata", []int{1}}, {"bloccata fattura", nil}, {"citta", []int{2}}, {"CITT", []int{2}}, {"citt", []int{2}},
		{"12/2026", []int{2}}, {"12/20", []int{2}}, {"fattura citt", []int{2}}, {"C++", []int{3}}, {`"virgolette`, []int{3}},
		{"anagrafiche", []int{1}}, {"dell'anagrafiche bloccate", []int{1}}, {"fatturare", []int{2}}, {`fatture cittadina`, nil},
		{"niente OR anagrafica", nil}, {"NEAR(niente)", nil}, {"-niente", []int{4}}, {"text:niente", nil}, {"nient*", []int{4}},
		{"***", nil}, {`"`, nil}, {"(", nil}, {"\x00", nil}, {"^niente", []int{4}}, {"zzz", nil}, {"a\xffb", nil},
		{"4512", []int{4}}, {"4512 del 16/11/2026", []int{4}}, {"citazione", nil}, {"avvertenza", nil},
		{"2026-000005", []int{5}}, {"[#2026-000006]", []int{2}}, {"2026-000099", nil},
		{"carla.villa@comune.example", []int{4, 3, 2, 1}}, {"villa", []int{4, 3, 2, 1}},
	} {
		p := d.page(helpdesk.QueueQuery{View: helpdesk.ViewOpen, Text: row.text, Sort: helpdesk.SortNewest})
		var got []int
		for _, r := range p.Rows {
			got = append(got, r.Number.Seq())
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%q: %v, want %v", row.text, got, row.want)
		}
	}
}

// TestSearchPages walks the pages of a common word: every ticket once, in the
// views and filters too, and a page that finds little says where it stopped.
func TestSearchPages(t *testing.T) {
	d := newDesk(t)
	defer func(n int) { maxHits = n }(maxHits)
	maxHits = 100
	all := d.mixedTickets(90)
	d.do(func(tx helpdesk.Tx) error {
		for i := range 4 * len(all) { // some messages a ticket, scattered
			v := all[i*7%len(all)]
			if v.State == helpdesk.StateMerged {
				continue
			}
			d.message(tx, v.ID, func(m *helpdesk.Message) { m.At, m.Text = epoch.Add(time.Duration(i)), "parola comune" })
		}
		return nil
	})
	stopped := false
	for _, q := range queueForms() {
		onePage := q.Sort == helpdesk.SortOpened || q.Sort == helpdesk.SortNumber
		if q.Before || q.After != (helpdesk.Cursor{}) || q.OwnerID != 0 || q.State != "" || onePage {
			continue
		}
		q.UserID, q.Limit, q.Text = d.anna.ID, 7, "comune"
		if q.MailboxID != 0 {
			q.MailboxID = d.other.ID
		}
		var got []string
		for range 40 {
			p := d.page(q)
			stopped = stopped || p.Stopped
			for _, n := range numbersOf(p) {
				got = append(got, n.String())
			}
			if q.After = p.Next; p.Next == (helpdesk.Cursor{}) {
				break
			}
		}
		q.After = helpdesk.Cursor{}
		var want []string
		for _, n := range expected(all, q) {
			want = append(want, n.String())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%+v:\n got %v\nwant %v", q, got, want)
		}
	}
	if !stopped {
		t.Error("no page ever stopped: the bound is not met")
	}
}

// FuzzSearch holds that nothing a person can type is an error.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"a", `"`, `a"b`, "a*", "NOT a", "a AND", "NEAR(a b, 2)", "{text}: a", "l'aquila", "\x00", "\xff", "è", "2026-000001", "-", "a\u0301", "😀"} {
		f.Add(s)
	}
	d := newDesk(f)
	d.do(func(tx helpdesk.Tx) error {
		for i := range 3 {
			d.message(tx, d.ticket(tx, nil).ID, func(m *helpdesk.Message) { m.Text = fmt.Sprintf("a b l'aquila %d", i) })
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, text string) {
		for _, sort := range helpdesk.Sorts {
			_, err := d.Queue(t.Context(), helpdesk.QueueQuery{View: helpdesk.ViewOpen, Text: text, Sort: sort, After: helpdesk.Cursor{Key: 2}})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
