package helpdesk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/store"
)

func (d *testDesk) bytesOf(o helpdesk.Outgoing) string {
	d.t.Helper()
	var data []byte
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { data, err = tx.BlobData(o.BlobID); return err })
	if err != nil {
		d.t.Fatal(err)
	}
	return string(data)
}

func TestReply(t *testing.T) {
	d := newDesk(t)
	in := mail("a@x.example", rossi, "Prot. N.0004512 del 16/11/2026 Ribassi", question)
	in.Protocol = "4512 del 16/11/2026"
	d.deliver(in)
	out := d.reply(d.one().Ticket.Number, "k1")
	m := mailbox.Reader{}.Read([]byte(d.bytesOf(out)), false)
	if m.From.Addr != "sportello@centro.example" || m.To[0].Addr != rossi || m.MessageID != out.Ref {
		t.Errorf("from %v to %v id %q", m.From, m.To, m.MessageID)
	}
	if !strings.HasSuffix(m.Subject, "[#2026-000001]") || m.InReplyTo[0] != "a@x.example" || m.References[0] != "a@x.example" {
		t.Errorf("subject %q, in reply to %q, references %q", m.Subject, m.InReplyTo, m.References)
	}
	if !strings.HasPrefix(m.Text, "Rif. Vs. prot. n. 4512 del 16/11/2026\n\nGentile dottore,") || strings.Contains(m.Text, "**") {
		t.Errorf("text %q", m.Text)
	}
	if m.Automatic != "" {
		t.Errorf("an answer looks automatic: %s", m.Automatic)
	}
	v := d.one()
	if v.Ticket.State != helpdesk.StateAnswered || v.Ticket.OwnerID != d.anna.ID || !v.Ticket.FirstAnswerAt.Equal(tuesday) || v.Ticket.Messages != 2 {
		t.Errorf("ticket %+v", v.Ticket)
	}
}

// One press of the button, however often it is sent.
func TestReplyTwice(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	form := helpdesk.ReplyForm{Number: d.one().Ticket.Number, Key: "k1", Seen: newest(d.one()), To: []string{rossi}, Markdown: "Sì.", StateAfter: helpdesk.StateAnswered}
	done := make(chan error)
	for range 8 {
		go func() { done <- d.Reply(d.ctx, d.anna, form) }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Errorf("one of eight presses: %v", err)
		}
	}
	if v := d.one(); v.Ticket.Messages != 2 {
		t.Errorf("%d messages", v.Ticket.Messages)
	}
	// «Back», another text, «Invia»: that is another answer, and its author has
	// not seen the first.
	form.Markdown = "Anzi, no."
	if err := d.Reply(d.ctx, d.anna, form); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("another text in the same form: %v", err)
	}
}

func TestReplyRefusals(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	v := d.one()
	good := helpdesk.ReplyForm{Number: v.Ticket.Number, Key: "k", Seen: newest(v), To: []string{rossi}, Markdown: "Sì.", StateAfter: helpdesk.StateAnswered}
	many := make([]string, 11)
	for i := range many {
		many[i] = fmt.Sprintf("u%d@x.example", i)
	}
	for name, c := range map[string]struct {
		change func(*helpdesk.ReplyForm)
		code   helpdesk.Code
		field  string
	}{
		"empty text":                 {func(f *helpdesk.ReplyForm) { f.Markdown = " \n" }, helpdesk.Invalid, "markdown"},
		"no recipient":               {func(f *helpdesk.ReplyForm) { f.To = nil }, helpdesk.Invalid, "to"},
		"a bad recipient":            {func(f *helpdesk.ReplyForm) { f.To = []string{"Mario Rossi"} }, helpdesk.Invalid, "to"},
		"a bad copy":                 {func(f *helpdesk.ReplyForm) { f.Cc = []string{"x@"} }, helpdesk.Invalid, "cc"},
		"our own mailbox":            {func(f *helpdesk.ReplyForm) { f.To = []string{"Sportello@centro.example"} }, helpdesk.Invalid, "to"},
		"eleven recipients":          {func(f *helpdesk.ReplyForm) { f.To = many }, helpdesk.Invalid, "to"},
		"a state not offered":        {func(f *helpdesk.ReplyForm) { f.StateAfter = helpdesk.StateSpam }, helpdesk.Invalid, "state_after"},
		"no key":                     {func(f *helpdesk.ReplyForm) { f.Key = "" }, helpdesk.Invalid, "key"},
		"no such ticket":             {func(f *helpdesk.ReplyForm) { f.Number = helpdesk.NewNumber(2026, 77) }, helpdesk.NotFound, ""},
		"a newer message came":       {func(f *helpdesk.ReplyForm) { f.Seen = 0 }, helpdesk.Conflict, ""},
		"a line break in an address": {func(f *helpdesk.ReplyForm) { f.To = []string{"a@b.example\r\nBcc: c@d.example"} }, helpdesk.Invalid, "to"},
	} {
		f := good
		c.change(&f)
		err := d.Reply(d.ctx, d.anna, f)
		var e *helpdesk.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field || e.Message == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	observer := helpdesk.User{ID: 99, Role: helpdesk.RoleObserver, Active: true}
	if err := d.Reply(d.ctx, observer, good); helpdesk.ErrorCode(err) != helpdesk.Forbidden {
		t.Errorf("an observer: %v", err)
	}
	if v := d.one(); v.Ticket.Messages != 1 {
		t.Errorf("a refused answer left a trace: %d messages", v.Ticket.Messages)
	}
}

func TestDelivery(t *testing.T) {
	for name, c := range map[string]struct {
		sending bool
		res     helpdesk.Delivery
		state   helpdesk.OutgoingState
		ticket  helpdesk.State
	}{
		"delivered":                  {true, helpdesk.Delivery{Result: helpdesk.Delivered}, helpdesk.OutgoingSent, helpdesk.StateAnswered},
		"no connection":              {false, helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "x"}, helpdesk.OutgoingQueued, helpdesk.StateAnswered},
		"refused after DATA for now": {true, helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451"}, helpdesk.OutgoingQueued, helpdesk.StateAnswered},
		"refused for good":           {false, helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550"}, helpdesk.OutgoingFailed, helpdesk.StateOpen},
		"refused for one of two":     {true, helpdesk.Delivery{Result: helpdesk.Delivered, Refused: []string{rossi}}, helpdesk.OutgoingSent, helpdesk.StateOpen},
		"cut after the dot":          {true, helpdesk.Delivery{Result: helpdesk.Ambiguous, Reason: "eof"}, helpdesk.OutgoingUnknown, helpdesk.StateOpen},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(mail("a", rossi, "Uno", question))
			out := d.reply(d.one().Ticket.Number, "k1")
			if c.sending {
				if err := d.Sending(d.ctx, out.ID); err != nil {
					t.Fatal(err)
				}
				if err := d.Sending(d.ctx, out.ID); err == nil {
					t.Fatal("one mail is handed over twice")
				}
			}
			if err := d.Finish(d.ctx, out.ID, c.res); err != nil {
				t.Fatal(err)
			}
			if got := d.outgoingByKey("reply:k1"); got.State != c.state {
				t.Errorf("mail is %s, want %s", got.State, c.state)
			}
			if got := d.one().Ticket.State; got != c.ticket {
				t.Errorf("ticket is %s, want %s", got, c.ticket)
			}
		})
	}
}

func TestSettleUnknown(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	if err := d.Finish(d.ctx, out.ID, helpdesk.Delivery{Result: helpdesk.Ambiguous}); err != nil {
		t.Fatal(err)
	}
	if err := d.RetryOutgoing(d.ctx, d.anna, out.ID); err != nil {
		t.Fatal(err)
	}
	again := d.outgoingByKey("reply:k1")
	if again.State != helpdesk.OutgoingQueued || again.Ref != out.Ref || again.BlobID != out.BlobID {
		t.Errorf("sent again as %+v", again)
	}
	if err := d.ConfirmOutgoing(d.ctx, d.luca, out.ID); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a second settlement: %v", err)
	}
}

// brokenMark cannot be raised: the disk is full.
type brokenMark struct{}

func (brokenMark) Load() (helpdesk.HandOver, error) { return helpdesk.HandOver{}, helpdesk.ErrNone }
func (brokenMark) Raise(helpdesk.HandOver) error    { return errors.New("no space left") }

// A mail whose mark cannot be raised is not handed over, and not lost.
func TestMarkCannotBeRaised(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	full := helpdesk.New(d.store, mailbox.Composer{}, brokenMark{}, d.setting)
	if err := full.Sending(d.ctx, out.ID); err == nil {
		t.Fatal("it was handed over")
	}
	if got := d.outgoingByKey("reply:k1"); got.State != helpdesk.OutgoingQueued {
		t.Errorf("it is %s", got.State)
	}
}

// UIDVALIDITY changed and the folder is smaller than before: new mail there is
// new, not «before the first start».
func TestUIDValidityChanges(t *testing.T) {
	d := newDesk(t)
	if _, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 1, 121); err != nil {
		t.Fatal(err)
	}
	v, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 2, 4)
	if err != nil || !v.Compare || v.FirstNext != 4 || v.FirstAt.IsZero() {
		t.Fatalf("%+v, %v", v, err)
	}
	if err := d.Settle(d.ctx, v.Box.ID); err != nil {
		t.Fatal(err)
	}
	if v, err = d.OpenBox(d.ctx, d.box.ID, "INBOX", 2, 9); err != nil || v.Compare || v.FirstNext != 4 || !v.FirstAt.IsZero() {
		t.Errorf("after the comparison: %+v, %v", v, err)
	}
}

// Two messages changed their UIDs under one UIDVALIDITY, and a third took the
// place of one: both are known where they stand now.
func TestMovedUIDs(t *testing.T) {
	d := newDesk(t)
	v, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(uid uint32, name string) helpdesk.LedgerEntry {
		return helpdesk.LedgerEntry{BoxID: v.Box.ID, UIDValidity: 1, UID: uid, InternalDate: d.now, Size: 100, HeaderHash: []byte(name)}
	}
	if err := d.Skip(d.ctx, []helpdesk.LedgerEntry{entry(1, "a"), entry(2, "b"), entry(3, "c")}); err != nil {
		t.Fatal(err)
	}
	unknown, err := d.Moved(d.ctx, []helpdesk.LedgerEntry{entry(1, "b"), entry(2, "a"), entry(3, "new")})
	if err != nil || !slices.Equal(unknown, []uint32{3}) {
		t.Fatalf("unknown: %v, %v", unknown, err)
	}
	rows, err := d.LedgerRows(d.ctx, v.Box, 0, 10)
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, want := range []string{"b", "a", "c"} {
		if string(rows[i].HeaderHash) != want || rows[i].State != helpdesk.LedgerSkipped {
			t.Errorf("UID %d: %s %s, want %s", rows[i].UID, rows[i].HeaderHash, rows[i].State, want)
		}
	}
	if rows, err = d.LedgerRows(d.ctx, v.Box, 1, 1); err != nil || len(rows) != 1 || rows[0].UID != 2 {
		t.Errorf("a page: %+v, %v", rows, err)
	}
}

// The process ended while sending: only a person may have it sent again.
func TestSendingAtStartIsUnknown(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	if err := d.Sending(d.ctx, out.ID); err != nil {
		t.Fatal(err)
	}
	d.close()
	again := openDesk(t, d.dir)
	if got := again.outgoingByKey("reply:k1"); got.State != helpdesk.OutgoingUnknown {
		t.Errorf("after the restart it is %s", got.State)
	}
}

// sendOne hands one mail over as the sender does.
func (d *testDesk) sendOne(o helpdesk.Outgoing) {
	d.t.Helper()
	if err := d.Sending(d.ctx, o.ID); err != nil {
		d.t.Fatal(err)
	}
	if err := d.Finish(d.ctx, o.ID, helpdesk.Delivery{Result: helpdesk.Delivered}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *testDesk) backup() string {
	d.t.Helper()
	file := filepath.Join(d.t.TempDir(), "copy.db")
	if err := d.store.Backup(d.ctx, file, nil); err != nil {
		d.t.Fatal(err)
	}
	return file
}

// A database copied back from before mail left sends nothing by itself,
// whichever mail left in the gap and however the copy came back.
func TestDatabaseCopiedBack(t *testing.T) {
	afterwards := func(t *testing.T, d *testDesk) {
		t.Helper()
		for _, box := range []helpdesk.Mailbox{d.box, d.pec} {
			if o, _, err := d.NextOutgoing(d.ctx, box.ID); !errors.Is(err, helpdesk.ErrNone) {
				t.Errorf("it would send %+v, %v", o, err)
			}
		}
		d.uid = 100
		d.deliver(mail("b", bianchi, "Due", "Una domanda arrivata dopo il ripristino, con risposta automatica."))
		for _, a := range d.acks() {
			if a.State != helpdesk.OutgoingHeld {
				t.Errorf("an acknowledgement is %s", a.State)
			}
		}
		for seq := 2; seq <= 1000; seq++ {
			if _, err := d.store.Ticket(d.ctx, helpdesk.NewNumber(2026, seq), d.anna.ID); err == nil {
				t.Errorf("number %d is given twice", seq)
			}
		}
	}
	for name, back := range map[string]func(t *testing.T, dir, copied string) string{
		"over the database in use": func(t *testing.T, dir, copied string) string {
			if err := replaceDatabase(dir, copied); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"by restore, on another machine": func(t *testing.T, _, copied string) string {
			dir := t.TempDir()
			if err := store.Restore(t.Context(), copied, dir); err != nil {
				t.Fatal(err)
			}
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(mail("a", rossi, "Uno", question))
			reply := d.reply(d.one().Ticket.Number, "k1")
			d.sendOne(reply)
			copied := d.backup()
			ack := d.acks()[0] // of a lower id than what left before
			d.sendOne(ack)
			d.close()
			again := openDesk(t, back(t, d.dir, copied))
			afterwards(t, again)
		})
	}
}

// A copy made before the year ended: numbers of both years were given since.
func TestCopiedBackInTheNewYear(t *testing.T) {
	d := newDesk(t)
	d.now = time.Date(2026, 12, 31, 9, 0, 0, 0, time.UTC)
	d.deliver(mail("a", rossi, "Uno", question))
	copied := d.backup()
	d.sendOne(d.acks()[0])
	d.close()
	if err := replaceDatabase(d.dir, copied); err != nil {
		t.Fatal(err)
	}
	again := openDeskAt(t, d.dir, time.Date(2027, 1, 2, 9, 0, 0, 0, time.UTC))
	again.uid, again.now = 100, d.now
	again.deliver(mail("b", bianchi, "Due", "Una domanda del 31 dicembre, ripresa dalla casella dopo il ripristino."))
	if _, err := again.store.Ticket(again.ctx, helpdesk.NewNumber(2026, 1002), again.anna.ID); err != nil {
		t.Errorf("mail of last year is not numbered past the gap: %v", err)
	}
}

// A server takes the mail for one recipient and puts the other off: the other
// is tried again, alone, with the same mail.
func TestDeferredRecipient(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	if err := d.Sending(d.ctx, out.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.Finish(d.ctx, out.ID, helpdesk.Delivery{Result: helpdesk.Delivered, Deferred: []string{verdi}}); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(2 * time.Minute)
	next, data, err := d.NextOutgoing(d.ctx, d.box.ID)
	for err == nil && next.Kind == helpdesk.OutgoingAck {
		d.sendOne(next)
		next, data, err = d.NextOutgoing(d.ctx, d.box.ID)
	}
	if err != nil || next.Ref != out.Ref || len(next.Recipients) != 1 || next.Recipients[0] != verdi || string(data) != d.bytesOf(out) {
		t.Errorf("next is %+v, %v", next, err)
	}
}

// What a sender left in sending is shown, without a restart.
func TestSettleSending(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	if err := d.Sending(d.ctx, out.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.SettleSending(d.ctx, d.pec.ID); err != nil {
		t.Fatal(err)
	}
	if got := d.outgoingByKey("reply:k1").State; got != helpdesk.OutgoingSending {
		t.Errorf("another mailbox's sender made it %s", got)
	}
	if err := d.SettleSending(d.ctx, d.box.ID); err != nil {
		t.Fatal(err)
	}
	if got := d.outgoingByKey("reply:k1").State; got != helpdesk.OutgoingUnknown {
		t.Errorf("it is %s", got)
	}
}

func replaceDatabase(dir, with string) error {
	data, err := os.ReadFile(with)
	if err != nil {
		return err
	}
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(dir, "sportello.db"+end)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "sportello.db"), data, 0o600)
}

func TestAcknowledgement(t *testing.T) {
	d := newDesk(t)
	in := mail("a@x.example", rossi, "SEGRETO OGGETTO", "Testo segreto del mittente, che non deve tornare indietro.")
	in.From.Name = "Nome Segreto"
	d.deliver(in)
	acks := d.acks()
	if len(acks) != 1 {
		t.Fatalf("%d acknowledgements", len(acks))
	}
	data := d.bytesOf(acks[0])
	m := mailbox.Reader{}.Read([]byte(data), false)
	if acks[0].From != "" || len(acks[0].Recipients) != 1 || m.Automatic == "" {
		t.Errorf("envelope %q → %q, automatic %q", acks[0].From, acks[0].Recipients, m.Automatic)
	}
	for _, secret := range []string{"SEGRETO", "segreto", "Nome Segreto"} {
		if strings.Contains(data, secret) || strings.Contains(m.Text+m.Subject, secret) {
			t.Errorf("it repeats %q", secret)
		}
	}
	// Tuesday 10:00 plus 16 working hours of 9–13 and 14–18.
	for _, want := range []string{"2026-000001", "entro le 10:00 di giovedì 26 novembre", "risponda a questo messaggio", "https://centro.example/privacy"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("it lacks %q:\n%s", want, m.Text)
		}
	}
}

func TestWhoIsAcknowledged(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *testDesk, in *helpdesk.Incoming)
		want   int
	}{
		"a person":                 {func(*testDesk, *helpdesk.Incoming) {}, 1},
		"an automatic sender":      {func(_ *testDesk, in *helpdesk.Incoming) { in.Automatic = "Precedence: bulk" }, 0},
		"a report tied to nothing": {func(_ *testDesk, in *helpdesk.Incoming) { in.Report = &helpdesk.Report{Kind: helpdesk.ReportFailed} }, 0},
		"suspected spam":           {func(_ *testDesk, in *helpdesk.Incoming) { in.Spam = "X-Spam-Flag" }, 0},
		"ourselves":                {func(_ *testDesk, in *helpdesk.Incoming) { in.From.Addr = "sportello@pec.centro.example" }, 0},
		"answers would come to us": {func(_ *testDesk, in *helpdesk.Incoming) {
			in.ReplyTo = []helpdesk.Address{{Addr: "sportello@centro.example"}}
		}, 0},
		"a colleague": {func(d *testDesk, in *helpdesk.Incoming) { in.From.Addr = d.anna.Email }, 0},
		"nobody":      {func(_ *testDesk, in *helpdesk.Incoming) { in.From.Addr = "" }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			in := mail("a", rossi, "Uno", question)
			c.change(d, &in)
			d.deliver(in)
			if got := len(d.acks()); got != c.want {
				t.Errorf("%d acknowledgements, want %d", got, c.want)
			}
		})
	}
}

// One a day to an address, and a cap an hour over all (S-33).
func TestAcknowledgementsAreBounded(t *testing.T) {
	d := newDesk(t)
	for i := range 30 {
		d.deliver(mail(fmt.Sprintf("v%d", i), rossi, fmt.Sprintf("Uno %d", i), fmt.Sprintf("Domanda numero %d, diversa da tutte le altre domande.", i)))
	}
	if got := len(d.acks()); got != 1 {
		t.Errorf("%d acknowledgements to one address", got)
	}
	for i := range 100 {
		d.deliver(mail(fmt.Sprintf("w%d", i), fmt.Sprintf("u%d@comune.x%d.bg.example", i, i), "Due", fmt.Sprintf("Altra domanda numero %d, diversa da tutte.", i)))
	}
	if got := len(d.acks()); got != 60 {
		t.Errorf("%d acknowledgements in an hour, the cap is 60", got)
	}
	d.now = tuesday.Add(25 * time.Hour)
	d.deliver(mail("x", rossi, "Tre", "Il giorno dopo un'altra domanda, diversa da tutte."))
	if got := len(d.acks()); got != 61 {
		t.Errorf("%d acknowledgements, want one more the day after", got)
	}
}

func TestOldMailIsNotAcknowledged(t *testing.T) {
	d := newDesk(t)
	in := mail("a", rossi, "Uno", question)
	d.deliver(in) // fixes the baseline of the box
	before := len(d.acks())
	view, err := d.OpenBox(d.ctx, d.box.ID, "Archivio", 1, 500)
	if err != nil {
		t.Fatal(err)
	}
	for uid, date := range map[uint32]time.Time{499: tuesday, 500: tuesday.Add(-25 * time.Hour)} {
		a := helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: d.box.ID, UIDValidity: 1, UID: uid, InternalDate: date,
			Raw: helpdesk.NewBlob(fmt.Appendf(nil, "old %d", uid))}
		if err := d.Keep(d.ctx, a); err != nil {
			t.Fatal(err)
		}
		var raw helpdesk.RawMessage
		err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { raw, err = tx.RawByHash(a.Raw.SHA256); return err })
		if err != nil {
			t.Fatal(err)
		}
		old := mail(fmt.Sprintf("o%d", uid), fmt.Sprintf("u%d@altri.example", uid), "Vecchia", fmt.Sprintf("Domanda di prima dell'avvio, la numero %d.", uid))
		old.Raw, old.BodyHash = raw, []byte{1}
		if err := d.Receive(d.ctx, old); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(d.acks()); got != before {
		t.Errorf("%d acknowledgements of old mail", got-before)
	}
}

func TestReports(t *testing.T) {
	report := func(kind helpdesk.ReportKind, of string) helpdesk.Incoming {
		in := mail("dsn", "mailer-daemon@mx.example", "Undelivered", "Non consegnato.")
		in.Automatic, in.Report, in.ReportOf = "x", &helpdesk.Report{Kind: kind, Status: "5.1.1", Recipient: rossi}, []string{of}
		return in
	}
	for name, c := range map[string]struct {
		kind  helpdesk.ReportKind
		state helpdesk.State
		as    helpdesk.Kind
	}{
		"a bounce reopens":          {helpdesk.ReportFailed, helpdesk.StateOpen, helpdesk.KindBounce},
		"a delay does not":          {helpdesk.ReportDelayed, helpdesk.StateAnswered, helpdesk.KindBounce},
		"a read receipt does not":   {helpdesk.ReportRead, helpdesk.StateAnswered, helpdesk.KindReceipt},
		"a vacation reply does not": {helpdesk.ReportVacation, helpdesk.StateAnswered, helpdesk.KindReceipt},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(mail("a", rossi, "Uno", question))
			out := d.reply(d.one().Ticket.Number, "k1")
			d.deliver(report(c.kind, out.Ref))
			v := d.one()
			if v.Ticket.State != c.state {
				t.Errorf("state %s, want %s", v.Ticket.State, c.state)
			}
			found := false
			for _, m := range v.Messages {
				found = found || m.Kind == c.as && m.Report != nil && m.Report.Kind == c.kind
			}
			if !found {
				t.Errorf("the report is not on the ticket")
			}
			if v.Ticket.Messages != 2 {
				t.Errorf("a report is counted: %d messages", v.Ticket.Messages)
			}
		})
	}
	t.Run("tied to nothing of ours it is a ticket", func(t *testing.T) {
		d := newDesk(t)
		d.deliver(report(helpdesk.ReportFailed, "unknown@x.example"))
		if v := d.one(); !v.Ticket.Automatic {
			t.Errorf("ticket %+v", v.Ticket)
		}
	})
}
