package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/pnrr"
)

// matches are the messages that a query of the full text finds.
func (d *desk) matches(query string) []int64 {
	d.t.Helper()
	all, err := read(d.t.Context(), d.Store, func(t *tx) ([]int64, error) {
		return list(t, scanInt, `SELECT rowid FROM message_fts WHERE message_fts MATCH $1 ORDER BY rowid`, query)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func (d *desk) measure(tx helpdesk.Tx, code string) helpdesk.Measure {
	d.t.Helper()
	m := helpdesk.Measure{Measure: pnrr.Measure{Programme: "PNRR", Code: code, Title: code, Short: code, State: pnrr.InPlan}}
	if err := tx.SaveMeasure(&m, epoch); err != nil {
		d.t.Fatal(err)
	}
	return m
}

// TestFilterWords holds that the words of filters follow what the ticket is.
func TestFilterWords(t *testing.T) {
	d := newDesk(t)
	var v helpdesk.Ticket
	var m helpdesk.Message
	var first, second helpdesk.Measure
	d.do(func(tx helpdesk.Tx) error {
		first, second = d.measure(tx, "M4C1I1.1"), d.measure(tx, "M1C1I1.2")
		v = d.ticket(tx, nil)
		m = d.message(tx, v.ID, func(m *helpdesk.Message) {
			m.At, m.Protocol = time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC), "0004512 del 16/11/2026"
			m.Attachments = []helpdesk.Attachment{{Name: "Determina n. 5.PDF", Blob: helpdesk.NewBlob([]byte("x"))}}
		})
		return tx.SaveTags(v.ID, helpdesk.Tags{
			Measures: []helpdesk.MeasureTag{{MeasureID: first.ID, Main: true, Proposal: helpdesk.Proposal{Source: helpdesk.TagRule}}},
			Codes:    []helpdesk.TicketCode{{Kind: helpdesk.CodeCUP, Code: "H11B21000000001"}},
		})
	})
	has := func(when string, want bool, tags ...string) {
		t.Helper()
		for _, tag := range tags {
			if got := slices.Contains(d.matches(quote(tag)), m.ID); got != want {
				t.Errorf("%s: filter %q finds the message: %v", when, tag[len(mark):], got)
			}
		}
	}
	has("new", true, tagID('m', first.ID), tagWord('k', "H11B21000000001"), tagID('b', d.mailbox.ID), tagWord('c', "mail"),
		tagID('o', 0), mark+"y2026", mark+"y202603", mark+"a", mark+"apdf", mark+"n4512", mark+"n4512y2026")
	has("new", false, tagID('m', 0), tagID('m', second.ID), mark+"y202604", tagWord('c', "pec"))

	d.do(func(tx helpdesk.Tx) error {
		v.Channel, v.MailboxID, v.Version = helpdesk.ChannelPEC, d.other.ID, 1
		if err := tx.SaveTicket(&v); err != nil {
			return err
		}
		return tx.SaveTags(v.ID, helpdesk.Tags{Measures: []helpdesk.MeasureTag{{MeasureID: second.ID, Main: true,
			Proposal: helpdesk.Proposal{Source: helpdesk.TagPerson, Confirmed: true}}}})
	})
	has("changed", true, tagID('m', second.ID), tagWord('c', "pec"), tagID('b', d.other.ID), mark+"apdf", mark+"y202603")
	has("changed", false, tagID('m', first.ID), tagWord('k', "H11B21000000001"), tagWord('c', "mail"), tagID('b', d.mailbox.ID))
	if got := d.matches(`"rendiconta"`); !slices.Equal(got, []int64{m.ID}) {
		t.Errorf("the text is found as %v", got)
	}

	d.do(func(tx helpdesk.Tx) error {
		into := d.ticket(tx, nil)
		return tx.MoveTicket(v.ID, into.ID)
	})
	has("merged", true, tagID('m', 0), tagWord('c', "mail"), tagID('b', d.mailbox.ID))
	has("merged", false, tagID('m', second.ID), tagWord('c', "pec"))
}

// TestFilterWordsAreNotWritten holds that nobody can write himself under a filter.
func TestFilterWordsAreNotWritten(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		d.message(tx, d.ticket(tx, nil).ID, func(m *helpdesk.Message) {
			m.Subject, m.Text, m.Protocol = mark+"m77", "parola"+mark+"m77 "+mark+"m77", mark+"m77"
			m.From, m.To = helpdesk.Address{Name: mark + "m77", Addr: mark + "m77@x.example"}, []helpdesk.Address{{Name: mark + "m77", Addr: "a@x.example"}}
			m.Attachments = []helpdesk.Attachment{{Name: mark + "m77." + mark + "m77", Blob: helpdesk.NewBlob(nil)}}
		})
		return nil
	})
	if got := d.matches(quote(tagID('m', 77))); got != nil {
		t.Errorf("found %v by a filter's word that a sender wrote", got)
	}
}

// TestReindex holds that a long thread is indexed anew to its end, and that the
// transaction which changed it does not wait for that.
func TestReindex(t *testing.T) {
	d := newDesk(t)
	var v helpdesk.Ticket
	var m helpdesk.Measure
	const messages = 2*maxRetagged + 5
	d.do(func(tx helpdesk.Tx) error {
		m, v = d.measure(tx, "M4C1I1.1"), d.ticket(tx, nil)
		for i := range messages {
			d.message(tx, v.ID, func(m *helpdesk.Message) { m.Text = fmt.Sprintf("messaggio numero %d", i) })
		}
		return nil
	})
	tags := helpdesk.Tags{Measures: []helpdesk.MeasureTag{{MeasureID: m.ID, Main: true, Proposal: helpdesk.Proposal{Source: helpdesk.TagRule}}}}
	d.do(func(tx helpdesk.Tx) error { return tx.SaveTags(v.ID, tags) })
	if got := len(d.matches(quote(tagID('m', m.ID)))); got != maxRetagged {
		t.Errorf("%d messages indexed in the transaction, want %d", got, maxRetagged)
	}
	d.do(func(tx helpdesk.Tx) error { // what comes meanwhile has the tags, and loses nothing of the rest
		d.message(tx, v.ID, nil)
		return nil
	})
	n, err := d.Reindex(t.Context())
	if err != nil || n != messages-maxRetagged {
		t.Errorf("reindexed %d (%v), want %d", n, err, messages-maxRetagged)
	}
	if got := len(d.matches(quote(tagID('m', m.ID)))); got != messages+1 {
		t.Errorf("%d messages have the measure, want %d", got, messages+1)
	}
	if got := len(d.matches(`"messagg"`)); got != messages {
		t.Errorf("%d messages have their text, want %d", got, messages)
	}
	if n, err := d.Reindex(t.Context()); n != 0 || err != nil {
		t.Errorf("reindexed %d more (%v)", n, err)
	}
}

func TestProtocolNumber(t *testing.T) {
	for in, want := range map[string][2]string{
		"4512 del 16/11/2026": {"4512", "2026"}, "0004512/2026": {"4512", "2026"}, "Prot. n. 12": {"12", ""},
		"": {}, "senza numero": {}, "000": {}, "2026/77": {"2026", ""}, "12 (rif. 2025) 2026": {"12", "2026"},
	} {
		if number, year := protocolNumber(in); [2]string{number, year} != want {
			t.Errorf("%q: %q of %q, want %q", in, number, year, want)
		}
	}
}
