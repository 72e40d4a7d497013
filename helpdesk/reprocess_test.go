package helpdesk_test

import (
	"errors"
	"slices"
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

// rereads gives what Reprocess says of each message, after holding its counts
// against want.
func (d *testDesk) rereads(r helpdesk.Reader, o helpdesk.ReprocessOptions, want helpdesk.Reprocessed) (said []helpdesk.Reread) {
	d.t.Helper()
	o.Changed = func(c helpdesk.Reread) { said = append(said, c) }
	if done := d.reprocess(r, o); done != want {
		d.t.Errorf("%+v, want %+v", done, want)
	}
	return said
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
	changed := d.rereads(r, helpdesk.ReprocessOptions{}, helpdesk.Reprocessed{Seen: 1, Changed: 1})
	after := d.one()
	m := after.Messages[0]
	want := []helpdesk.Field{helpdesk.FieldThread, helpdesk.FieldText, helpdesk.FieldAttachments, helpdesk.FieldProtocol}
	if len(changed) != 1 || changed[0].Ticket != number || changed[0].MessageID != m.ID || !slices.Equal(changed[0].Fields, want) {
		t.Errorf("said to have changed: %+v", changed)
	}
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

	if again := d.rereads(r, helpdesk.ReprocessOptions{}, helpdesk.Reprocessed{Seen: 1}); again != nil {
		t.Errorf("the second time: %+v", again)
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
	changed := d.rereads(good, helpdesk.ReprocessOptions{Parked: true}, helpdesk.Reprocessed{Seen: 1, Changed: 1})
	v := d.one()
	if v.Messages[0].Text != "ora si legge" {
		t.Errorf("%+v", v.Messages[0].Message)
	}
	if len(changed) != 1 || changed[0].Ticket != v.Ticket.Number || !slices.Equal(changed[0].Fields, []helpdesk.Field{helpdesk.FieldNew}) {
		t.Errorf("said to have changed: %+v", changed)
	}
	if done := d.reprocess(good, helpdesk.ReprocessOptions{Parked: true}); done != (helpdesk.Reprocessed{}) {
		t.Errorf("nothing is parked any more: %+v", done)
	}
}

// Each field that a reading can differ in is told by its name, and no other.
func TestReprocessFields(t *testing.T) {
	base := mail("a@comune.example", "tecnico@comune.valcerva.bg.example", "Quesito", "Testo")
	base.Date = tuesday
	tests := map[helpdesk.Field]func(*helpdesk.Incoming){
		helpdesk.FieldKind:       func(in *helpdesk.Incoming) { in.Automatic = "Auto-Submitted: auto-generated" },
		helpdesk.FieldSender:     func(in *helpdesk.Incoming) { in.From.Name = "Ufficio tecnico" },
		helpdesk.FieldRecipients: func(in *helpdesk.Incoming) { in.Cc = []helpdesk.Address{{Addr: "sindaco@comune.valcerva.bg.example"}} },
		helpdesk.FieldSubject:    func(in *helpdesk.Incoming) { in.Subject = "Quesito sul CUP" },
		helpdesk.FieldDate:       func(in *helpdesk.Incoming) { in.Date = tuesday.Add(-time.Hour) },
		helpdesk.FieldQuoted:     func(in *helpdesk.Incoming) { in.Quoted = "> citato" },
		helpdesk.FieldHTML:       func(in *helpdesk.Incoming) { in.HTML = "<p>Testo</p>" },
		helpdesk.FieldHash:       func(in *helpdesk.Incoming) { in.BodyHash = make([]byte, 32) },
		helpdesk.FieldSpam:       func(in *helpdesk.Incoming) { in.Spam = "X-Spam del fornitore di posta" },
		helpdesk.FieldProblem:    func(in *helpdesk.Incoming) { in.Problem = "Una parte è danneggiata." },
	}
	for field, edit := range tests {
		t.Run(string(field), func(t *testing.T) {
			d := newDesk(t)
			d.deliver(base)
			better := base
			edit(&better)
			r := readerFunc(func([]byte) helpdesk.Incoming { return better })
			said := d.rereads(r, helpdesk.ReprocessOptions{}, helpdesk.Reprocessed{Seen: 1, Changed: 1})
			if len(said) != 1 || !slices.Equal(said[0].Fields, []helpdesk.Field{field}) {
				t.Errorf("%+v", said)
			}
		})
	}
}

// Who joined by an id of ours that leaked ties nothing, read again or not.
func TestReprocessUnverified(t *testing.T) {
	d := newDesk(t)
	first := mail("q", rossi, "Ribassi", question)
	d.deliver(first)
	out := d.reply(d.one().Ticket.Number, "r1")
	stranger := mail("e", evil, "R: Ribassi", "Mi intrometto.", out.Ref)
	d.deliver(stranger)
	better := stranger
	better.Text, better.References = "Mi intrometto, letto bene.", []string{out.Ref, "foreign"}
	readings := []helpdesk.Incoming{first, better}
	r := readerFunc(func([]byte) (in helpdesk.Incoming) {
		in, readings = readings[0], readings[1:]
		return in
	})
	d.reprocess(r, helpdesk.ReprocessOptions{})
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		tied, err := tx.TicketsByRefs([]string{"foreign"})
		if len(tied) > 0 {
			t.Errorf("tied to %v", tied)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
