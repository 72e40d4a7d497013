package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// TestQueuePlans holds that every form of the queue reads one index, the one
// named, and sorts nothing.
func TestQueuePlans(t *testing.T) {
	s := openTest(t)
	forms := 0
	for _, q := range queueForms() {
		if q.View == helpdesk.ViewUnread || contradicts(q) {
			continue
		}
		forms++
		scan := newScan(q)
		for query, args := range map[string][]any{scan.page(): scan.args, scan.end(): scan.args[:scan.wheres]} {
			plan := explain(t, s, query, args)
			if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "COVERING INDEX "+scan.index) {
				t.Errorf("%+v\n%s\n%s", q, query, plan)
			}
		}
	}
	t.Logf("%d forms", forms)
}

// queueForms are all views, orders, filters and directions, text apart.
func queueForms() (all []helpdesk.QueueQuery) {
	for _, view := range helpdesk.Views {
		for _, sort := range helpdesk.Sorts {
			for filters := range 16 {
				for _, before := range []bool{false, true} {
					q := helpdesk.QueueQuery{View: view, Sort: sort, UserID: 1, Limit: 50, Before: before}
					if filters&1 != 0 {
						q.State = map[bool]helpdesk.State{false: helpdesk.StateOpen, true: helpdesk.StateSpam}[view == helpdesk.ViewClosed]
					}
					if filters&2 != 0 {
						q.OwnerID = 1
					}
					if filters&4 != 0 {
						q.MailboxID = 1
					}
					if filters&8 != 0 || before {
						q.After = helpdesk.Cursor{Key: 1, ID: 1}
					}
					all = append(all, q)
				}
			}
		}
	}
	return all
}

func explain(t *testing.T, s *Store, query string, args []any) string {
	t.Helper()
	scan := func(r scanner) (line string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &line)
		return line, err
	}
	lines, err := read(t.Context(), s, func(v *tx) ([]string, error) {
		return list(v, scan, "EXPLAIN QUERY PLAN "+query, args...)
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return strings.Join(lines, "\n")
}

// TestCounterPlans holds the same of the counters.
func TestCounterPlans(t *testing.T) {
	s := openTest(t)
	for view, from := range counted {
		args := []any{int64(1)}
		if !strings.Contains(from, "$1") {
			args = nil
		}
		plan := explain(t, s, "SELECT count(*) FROM (SELECT 1 FROM "+from+" LIMIT 1001)", args)
		if strings.Contains(plan, "SCAN ticket\n") || strings.Contains(plan, "TEMP") {
			t.Errorf("%s: %s", view, plan)
		}
	}
}

// TestQueuePages walks every form of the queue forwards and backwards over
// tickets of all kinds and compares with the same list made in Go.
func TestQueuePages(t *testing.T) {
	d := newDesk(t)
	all := d.mixedTickets(120)
	for _, q := range queueForms() {
		if q.Before || q.After != (helpdesk.Cursor{}) {
			continue
		}
		q.UserID, q.Limit = d.anna.ID, 7
		if q.OwnerID != 0 {
			q.OwnerID = d.anna.ID
		}
		if q.MailboxID != 0 {
			q.MailboxID = d.other.ID
		}
		want := expected(all, q)
		if got := d.walk(q); !slices.Equal(got, want) {
			t.Errorf("%+v:\n got %v\nwant %v", q, got, want)
		}
	}
}

// mixedTickets opens n tickets of every state, owner and mailbox, many with
// the same time of the last message.
func (d *desk) mixedTickets(n int) (all []mixed) {
	rnd := rand.New(rand.NewPCG(1, 2))
	d.do(func(tx helpdesk.Tx) error {
		for range n {
			v := d.ticket(tx, func(v *helpdesk.Ticket) {
				v.State = helpdesk.States[rnd.IntN(len(helpdesk.States))]
				v.OwnerID = []int64{0, d.anna.ID, d.bruno.ID}[rnd.IntN(3)]
				v.MailboxID = []int64{d.mailbox.ID, d.other.ID}[rnd.IntN(2)]
				v.Automatic = rnd.IntN(4) == 0
				v.OrganizationSettled, v.MeasureSettled = rnd.IntN(3) > 0, rnd.IntN(3) > 0
				v.Imported = rnd.IntN(8) == 0
				v.LastMessageAt = epoch.Add(time.Duration(rnd.IntN(20)) * time.Minute)
				v.OpenedAt = epoch.Add(time.Duration(rnd.IntN(20)) * time.Minute)
			})
			m := mixed{Ticket: v, unread: rnd.IntN(3) == 0}
			if m.unread {
				if err := tx.MarkUnread(d.anna.ID, v.ID, d.message(tx, v.ID, nil).ID); err != nil {
					return err
				}
			}
			all = append(all, m)
		}
		return nil
	})
	return all
}

type mixed struct {
	helpdesk.Ticket
	unread bool
}

// expected is the queue as the views are defined.
func expected(all []mixed, q helpdesk.QueueQuery) (numbers []helpdesk.Number) {
	var rows []mixed
	for _, v := range all {
		in := map[helpdesk.View]bool{
			helpdesk.ViewMine:       v.State.Active() && v.OwnerID == q.UserID,
			helpdesk.ViewUnassigned: v.State.Active() && v.OwnerID == 0,
			helpdesk.ViewClassify:   v.ToClassify(),
			helpdesk.ViewUnread:     v.unread,
			helpdesk.ViewWaitingOrg: v.State == helpdesk.StateWaitingOrg,
			helpdesk.ViewOpen:       v.State.Active(),
			helpdesk.ViewAutomatic:  v.State.Active() && v.Automatic,
			helpdesk.ViewClosed:     !v.State.Active(),
		}[q.View]
		if in && v.State != helpdesk.StateMerged && (q.State == "" || v.State == q.State) &&
			(q.OwnerID == 0 || v.OwnerID == q.OwnerID) && (q.MailboxID == 0 || v.MailboxID == q.MailboxID) {
			rows = append(rows, v)
		}
	}
	slices.SortFunc(rows, func(a, b mixed) int {
		key := map[helpdesk.Sort]int{
			helpdesk.SortNewest: b.LastMessageAt.Compare(a.LastMessageAt), helpdesk.SortOldest: a.LastMessageAt.Compare(b.LastMessageAt),
			helpdesk.SortOpened: b.OpenedAt.Compare(a.OpenedAt), helpdesk.SortNumber: int(b.Number - a.Number),
		}[q.Sort]
		switch {
		case key != 0:
			return key
		case q.Sort == helpdesk.SortOldest:
			return int(a.ID - b.ID)
		}
		return int(b.ID - a.ID)
	})
	for _, v := range rows {
		numbers = append(numbers, v.Number)
	}
	return numbers
}

// walk reads all pages forwards, then back from the last, and returns the
// numbers in order; both ways must show the same.
func (d *desk) walk(q helpdesk.QueueQuery) (numbers []helpdesk.Number) {
	d.t.Helper()
	var pages []string
	for {
		page := d.page(q)
		pages = append(pages, fmt.Sprint(numbersOf(page)))
		numbers = append(numbers, numbersOf(page)...)
		if page.Next == (helpdesk.Cursor{}) {
			break
		}
		q.After = page.Next
	}
	for i := len(pages) - 2; i >= 0; i-- {
		prev := d.page(q).Prev
		if prev == (helpdesk.Cursor{}) {
			d.t.Fatalf("%+v: page %d has none before it", q, i+1)
		}
		q.After, q.Before = prev, true
		page := d.page(q)
		if got := fmt.Sprint(numbersOf(page)); got != pages[i] {
			d.t.Errorf("%+v: page %d read backwards: got %s, want %s", q, i, got, pages[i])
		}
		if first := page.Prev == (helpdesk.Cursor{}); first != (i == 0) {
			d.t.Errorf("%+v: page %d: first is %v", q, i, first)
		}
	}
	return numbers
}

func (d *desk) page(q helpdesk.QueueQuery) helpdesk.QueuePage {
	d.t.Helper()
	page, err := d.Queue(d.t.Context(), q)
	if err != nil {
		d.t.Fatalf("%+v: %v", q, err)
	}
	return page
}

func numbersOf(p helpdesk.QueuePage) (all []helpdesk.Number) {
	for _, r := range p.Rows {
		all = append(all, r.Number)
	}
	return all
}

func TestCounters(t *testing.T) {
	d := newDesk(t)
	all := d.mixedTickets(200)
	got, err := d.Counters(t.Context(), d.anna.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range helpdesk.Views {
		want := len(expected(all, helpdesk.QueueQuery{View: view, UserID: d.anna.ID}))
		if view == helpdesk.ViewUnread {
			want = 0
			for _, v := range all {
				if v.unread {
					want++
				}
			}
		}
		if got[view] != want {
			t.Errorf("%s: %d, want %d", view, got[view], want)
		}
	}
}
