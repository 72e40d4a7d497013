package helpdesk_test

import (
	"errors"
	"testing"
	"time"

	"sportello/helpdesk"
)

// readerFunc is today's reader.
type readerFunc func(raw []byte) helpdesk.Incoming

func (f readerFunc) Read(raw []byte, _ bool) helpdesk.Incoming { return f(raw) }

func (d *testDesk) reprocess(r helpdesk.Reader, o helpdesk.ReprocessOptions) helpdesk.Reprocessed {
	d.t.Helper()
	done, err := d.Reprocess(d.ctx, r, d.store, o)
	if err != nil {
		d.t.Fatal(err)
	}
	return done
}

func (d *testDesk) events() int64 {
	d.t.Helper()
	var last helpdesk.Event
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { last, err = tx.LastEvent(); return err })
	if err != nil {
		d.t.Fatal(err)
	}
	return last.ID
}

func TestReprocess(t *testing.T) {
	d := newDesk(t)
	old := mail("a@comune.example", "tecnico@comune.valcerva.bg.example", "Quesito", "Testo letto male")
	old.Date = tuesday
	d.deliver(old)
	number := d.one().Ticket.Number
	d.reply(number, "r1")
	before, acks, events := d.one(), len(d.acks()), d.events()

	better := old
	better.Text, better.Protocol = "Testo letto bene", "4512 del 16/11/2026"
	better.References = []string{"earlier@comune.example"}
	better.Attachments = []helpdesk.Attachment{{Name: "dgr.pdf", Type: "application/pdf", Blob: helpdesk.NewBlob([]byte("pdf"))}}
	r := readerFunc(func([]byte) helpdesk.Incoming { return better })
	if done := d.reprocess(r, helpdesk.ReprocessOptions{}); done != (helpdesk.Reprocessed{Seen: 1, Changed: 1}) {
		t.Errorf("%+v", done)
	}
	after := d.one()
	m := after.Messages[0]
	if m.Text != better.Text || m.Protocol != better.Protocol || len(m.Attachments) != 1 || m.Attachments[0].Name != "dgr.pdf" {
		t.Errorf("message: %+v", m.Message)
	}
	before.Ticket.HasAttachments, before.Ticket.Version = true, before.Ticket.Version+1
	if after.Ticket != before.Ticket || m.ID != before.Messages[0].ID || !m.At.Equal(before.Messages[0].At) {
		t.Errorf("more than the reading changed:\n%+v\n%+v", before.Ticket, after.Ticket)
	}
	if n := len(d.acks()); n != acks {
		t.Errorf("%d acknowledgements, %d before", n, acks)
	}
	if n := d.events(); n != events+1 {
		t.Errorf("%d events more", n-events)
	}

	if done := d.reprocess(r, helpdesk.ReprocessOptions{}); done != (helpdesk.Reprocessed{Seen: 1}) {
		t.Errorf("the second time: %+v", done)
	}
	if n := d.events(); n != events+1 {
		t.Error("an event although nothing changed")
	}
}

func TestReprocessSince(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a@comune.example", "a@comune.valcerva.bg.example", "Primo", "uno"))
	d.now = d.now.Add(48 * time.Hour)
	d.deliver(mail("b@comune.example", "b@comune.altino.bg.example", "Secondo", "due"))
	r := readerFunc(func([]byte) helpdesk.Incoming {
		return mail("b@comune.example", "b@comune.altino.bg.example", "Secondo", "due bis")
	})
	if done := d.reprocess(r, helpdesk.ReprocessOptions{Since: tuesday.Add(24 * time.Hour)}); done != (helpdesk.Reprocessed{Seen: 1, Changed: 1}) {
		t.Errorf("%+v", done)
	}
}

func TestReprocessParked(t *testing.T) {
	d := newDesk(t)
	view, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: d.box.ID, UIDValidity: 1, UID: 1, InternalDate: d.now, Size: 3, Raw: helpdesk.NewBlob([]byte("raw"))}
	if err := errors.Join(d.Keep(d.ctx, a), d.store.Update(d.ctx, func(tx helpdesk.Tx) error {
		raw, err := tx.RawByHash(a.Raw.SHA256)
		raw.State, raw.Attempts = helpdesk.RawParked, 3
		return errors.Join(err, tx.SaveRaw(raw))
	})); err != nil {
		t.Fatal(err)
	}

	panics := readerFunc(func([]byte) helpdesk.Incoming { panic("unreadable") })
	if done := d.reprocess(panics, helpdesk.ReprocessOptions{Parked: true}); done != (helpdesk.Reprocessed{Seen: 1, Failed: 1}) {
		t.Errorf("a reader that cannot: %+v", done)
	}
	good := readerFunc(func([]byte) helpdesk.Incoming {
		return mail("a@comune.example", "a@comune.valcerva.bg.example", "Quesito", "ora si legge")
	})
	if done := d.reprocess(good, helpdesk.ReprocessOptions{Parked: true}); done != (helpdesk.Reprocessed{Seen: 1, Changed: 1}) {
		t.Errorf("a reader that can: %+v", done)
	}
	if v := d.one(); v.Messages[0].Text != "ora si legge" {
		t.Errorf("%+v", v.Messages[0].Message)
	}
	if done := d.reprocess(good, helpdesk.ReprocessOptions{Parked: true}); done != (helpdesk.Reprocessed{}) {
		t.Errorf("nothing is parked any more: %+v", done)
	}
}
