package store

import (
	"testing"

	"sportello/helpdesk"
)

// TestMarkRead: a ticket is read as far as its page showed it.
func TestMarkRead(t *testing.T) {
	for _, row := range []struct {
		name  string
		later func(*helpdesk.Message, *desk) // what came in after the page was made
		first bool                           // the later message is then the first unread one
	}{
		{"nothing came in", nil, false},
		{"a mail", func(*helpdesk.Message, *desk) {}, true},
		{"a colleague's note", func(m *helpdesk.Message, d *desk) { m.Kind, m.AuthorID = helpdesk.KindNote, d.bruno.ID }, true},
		{"one's own note", func(m *helpdesk.Message, d *desk) { m.Kind, m.AuthorID = helpdesk.KindNote, d.anna.ID }, false},
		{"a colleague's answer", func(m *helpdesk.Message, d *desk) { m.Kind, m.AuthorID = helpdesk.KindReply, d.bruno.ID }, false},
		{"an acknowledgement", func(m *helpdesk.Message, _ *desk) { m.Kind = helpdesk.KindSystem }, false},
		{"a mail that could not be delivered", func(m *helpdesk.Message, _ *desk) { m.Kind = helpdesk.KindBounce }, true},
	} {
		d := newDesk(t)
		var want int64
		var number helpdesk.Number
		d.do(func(tx helpdesk.Tx) error {
			v := d.ticket(tx, nil)
			number = v.Number
			seen := d.message(tx, v.ID, nil)
			if row.later != nil {
				m := d.message(tx, v.ID, func(m *helpdesk.Message) { row.later(m, d) })
				if row.first {
					want = m.ID
				}
			}
			for _, err := range []error{tx.MarkUnread(d.anna.ID, v.ID, seen.ID), tx.MarkUnread(d.bruno.ID, v.ID, seen.ID), tx.MarkRead(d.anna.ID, v.ID, seen.ID)} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		view, err := d.Ticket(t.Context(), number, d.anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		if view.FirstUnread != want || view.Unopened {
			t.Errorf("%s: first unread %d, want %d; unopened %v", row.name, view.FirstUnread, want, view.Unopened)
		}
		if view, err = d.Ticket(t.Context(), number, d.bruno.ID); err != nil || view.FirstUnread == 0 {
			t.Errorf("%s: it is read for others too (%v)", row.name, err)
		}
	}
}
