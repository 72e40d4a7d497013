package store

import (
	"testing"

	"sportello/helpdesk"
)

// After much was written at once every search would look into every piece of
// the index of full text; back in daily use there is one.
func TestTuneMergesFullText(t *testing.T) {
	d := newDesk(t)
	if err := d.Tune(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		d.do(func(tx helpdesk.Tx) error {
			d.message(tx, d.ticket(tx, nil).ID, func(m *helpdesk.Message) { m.Text = "una parola cercata" })
			return nil
		})
	}
	segments := func() int64 {
		n, err := read(t.Context(), d.Store, func(t *tx) (int64, error) {
			return one(t, scanInt, `SELECT count(DISTINCT segid) FROM message_fts_idx`)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := segments(); n < 2 {
		t.Fatalf("%d segments before, the test wants several", n)
	}
	if err := d.Tune(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if n := segments(); n != 1 {
		t.Errorf("%d segments, want 1", n)
	}
	page := d.page(helpdesk.QueueQuery{View: helpdesk.ViewOpen, Text: "cercata"})
	if len(page.Rows) != 20 {
		t.Errorf("%d tickets found, want 20", len(page.Rows))
	}
}
