package helpdesk_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

const ourselves = "sportello@centro.example"

// answer is what a colleague wrote in Outlook from our mailbox.
func answer(id, to, subject, text string, refs ...string) helpdesk.Incoming {
	in := mail(id, ourselves, subject, text, refs...)
	in.From.Name, in.To = "Sportello PNRR", []helpdesk.Address{{Addr: to}}
	return in
}

// sent keeps and receives one message of the sent folder, and tells how to
// receive it again and what the ledger says of it.
func (d *testDesk) sent(in helpdesk.Incoming) (again func(), ledger func() helpdesk.LedgerEntry) {
	d.t.Helper()
	view, err := d.OpenBox(d.ctx, d.box.ID, "Posta inviata", 1, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	d.uid++
	uid := d.uid
	a := helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: d.box.ID, UIDValidity: 1, UID: uid, InternalDate: d.now,
		Size: 100, Raw: helpdesk.NewBlob(fmt.Appendf(nil, "sent %d", uid)), Sent: true}
	if err := d.Keep(d.ctx, a); err != nil {
		d.t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(in.Text))
	in.BodyHash, in.Date = sum[:], d.now
	again = func() {
		d.t.Helper()
		err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) {
			in.Raw, err = tx.RawByHash(a.Raw.SHA256)
			return err
		})
		if err := errors.Join(err, d.Receive(d.ctx, in)); err != nil {
			d.t.Fatal(err)
		}
	}
	again()
	return again, func() (e helpdesk.LedgerEntry) {
		d.t.Helper()
		err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) {
			e, err = tx.LedgerEntry(view.Box.ID, 1, uid)
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
		return e
	}
}

// replies lists the answers on the only ticket.
func (d *testDesk) replies() (list []helpdesk.MessageView) {
	d.t.Helper()
	for _, m := range d.one().Messages {
		if m.Kind == helpdesk.KindReply {
			list = append(list, m)
		}
	}
	return list
}

func TestAnswerFromOutside(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	before := len(d.allOutgoing())
	number := d.one().Ticket.Number
	if err := d.Take(d.ctx, d.luca, number, 0); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(time.Hour)
	_, ledger := d.sent(answer("o@outlook.example", rossi, "R: Ribassi", "Sì, si può.", "q"))
	v := d.one()
	list := d.replies()
	if len(list) != 1 || list[0].Text != "Sì, si può." || list[0].AuthorID != 0 || list[0].RawID == 0 || list[0].Outgoing != nil {
		t.Fatalf("replies %+v", list)
	}
	tk := v.Ticket
	if tk.State != helpdesk.StateAnswered || !tk.FirstAnswerAt.Equal(d.now) || !tk.AnsweredAt.Equal(d.now) || tk.Messages != 2 || tk.OwnerID != d.luca.ID {
		t.Errorf("ticket %+v", tk)
	}
	if n := len(d.allOutgoing()); n != before {
		t.Errorf("%d mails left for it", n-before)
	}
	if e := ledger(); e.State != helpdesk.LedgerStored || e.RawID != list[0].RawID {
		t.Errorf("ledger %+v", e)
	}
	// Nobody answers twice: the form shown before is out of date.
	err := d.Reply(d.ctx, d.anna, helpdesk.ReplyForm{Number: number, Key: "k", Seen: 1, To: []string{rossi}, Markdown: "No.", StateAfter: helpdesk.StateAnswered})
	if helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("an answer written without having seen it: %v", err)
	}
	d.deliver(mail("r", rossi, "R: Ribassi", "Grazie, e per le forniture quanto si può chiedere?", "q", "o@outlook.example"))
	if v := d.one(); v.Ticket.State != helpdesk.StateOpen {
		t.Errorf("after the next question: %s", v.Ticket.State)
	}
}

// Whether a message of the sent folder is a reply, and what it changes.
func TestSentFolder(t *testing.T) {
	asked := mail("q", rossi, "Ribassi", question)
	automatic := answer("o", rossi, "R: Ribassi", "Sono assente.", "q")
	automatic.Automatic = "Auto-Submitted: auto-replied"
	foreign := answer("o", rossi, "R: Ribassi", "Sì.", "q")
	foreign.From.Addr = "altro@centro.example"
	for _, c := range []struct {
		name   string
		in     helpdesk.Incoming
		before func(d *testDesk) // between the question and the answer
		filed  bool
		state  helpdesk.State
	}{
		{"an answer to what the sender wrote", answer("o", rossi, "R: Ribassi", "Sì.", "q"), nil, true, helpdesk.StateAnswered},
		{"known only by the number", answer("o", rossi, "Ribassi [#2026-000001]", "Sì."), nil, true, helpdesk.StateAnswered},
		{"to a colleague of the body", answer("o", verdi, "R: Ribassi", "Sì.", "q"), nil, true, helpdesk.StateAnswered},
		{"passed on to a third party", answer("o", "ministero@mef.example", "I: Ribassi", "Chiediamo a voi.", "q"), nil, true, helpdesk.StateNew},
		{"by an automaton", automatic, nil, false, helpdesk.StateNew},
		{"from an address that is not ours", foreign, nil, false, helpdesk.StateNew},
		{"crossed by a further question", answer("o", rossi, "R: Ribassi", "Sì.", "q"), func(d *testDesk) {
			d.now = d.now.Add(time.Hour)
			d.deliver(mail("q2", rossi, "R: Ribassi", "Aggiungo un particolare alla domanda di prima.", "q"))
			d.now = d.now.Add(-time.Hour)
		}, true, helpdesk.StateNew},
		{"on a ticket that is closed", answer("o", rossi, "R: Ribassi", "Sì.", "q"), func(d *testDesk) {
			if err := d.SetState(d.ctx, d.anna, d.one().Ticket.Number, 0, helpdesk.StateClosed); err != nil {
				d.t.Fatal(err)
			}
		}, true, helpdesk.StateClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(asked)
			d.now = d.now.Add(time.Minute)
			if c.before != nil {
				c.before(d)
			}
			_, ledger := d.sent(c.in)
			if got := len(d.replies()) == 1; got != c.filed || (ledger().State == helpdesk.LedgerStored) != c.filed {
				t.Errorf("filed %v, ledger %s; want %v", got, ledger().State, c.filed)
			}
			if got := d.one().Ticket.State; got != c.state {
				t.Errorf("state %s, want %s", got, c.state)
			}
			d.sound()
		})
	}
}

// sound runs the store's own checks.
func (d *testDesk) sound() {
	d.t.Helper()
	found, err := d.store.OrphanCheck(d.ctx)
	if err != nil || len(found) > 0 {
		d.t.Errorf("%v, %v", found, err)
	}
}

// Our own answers lie there too, by our copy or the server's.
func TestOwnAnswerInTheSentFolder(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	out := d.reply(d.one().Ticket.Number, "k1")
	_, ledger := d.sent(answer(out.Ref, rossi, out.Subject, "Sì, si può.", "q"))
	if e := ledger(); e.State != helpdesk.LedgerSkipped || e.RawID != 0 {
		t.Errorf("ledger %+v", e)
	}
	if list := d.replies(); len(list) != 1 || len(list[0].Copies) != 0 {
		t.Errorf("replies %+v", list)
	}
	d.sound()
}

// The answer can be seen before the question, never for long, and what belongs
// to no ticket leaves nothing behind.
func TestSentBeforeItsQuestion(t *testing.T) {
	d := newDesk(t)
	again, ledger := d.sent(answer("o", rossi, "R: Ribassi", "Sì.", "q"))
	d.deliver(mail("q", rossi, "Ribassi", question))
	d.now = d.now.Add(time.Minute)
	again()
	if list := d.replies(); len(list) != 1 || ledger().State != helpdesk.LedgerStored {
		t.Errorf("replies %+v, ledger %s", list, ledger().State)
	}
	again, ledger = d.sent(answer("p", "amico@libero.example", "Pranzo", "Alle dodici e mezza?"))
	if s, err := d.store.Status(d.ctx); err != nil || s.OldestPending.Before(d.now) {
		t.Errorf("pending since %v, %v", s.OldestPending, err)
	}
	d.now = d.now.Add(11 * time.Minute)
	if err := d.Health(d.ctx, helpdesk.Health{MailboxID: d.box.ID, Way: helpdesk.WayIMAP, OK: true}); err != nil {
		t.Fatal(err)
	}
	again()
	if e := ledger(); e.State != helpdesk.LedgerSkipped || e.RawID != 0 || len(d.replies()) != 1 {
		t.Errorf("ledger %+v", e)
	}
	d.sound()
}

// The same answer with the desk in Bcc comes to the watched folder as well.
func TestSentAndReceived(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	in := answer("o", rossi, "R: Ribassi", "Sì.", "q")
	d.sent(in)
	d.deliver(in)
	if list := d.replies(); len(list) != 1 || len(list[0].Copies) != 1 || len(d.one().Messages) > 3 {
		t.Errorf("replies %+v", list)
	}
}

// Bytes that lie in the watched folder are never let go, whatever folder
// brought them first.
func TestSentBytesInTheWatchedFolder(t *testing.T) {
	d := newDesk(t)
	in := mail("q", rossi, "Ribassi", question)
	d.sent(answer("x", rossi, "Altro", "Una cosa.", "unknown")) // waits for its question
	inbox, err := d.OpenBox(d.ctx, d.box.ID, "INBOX", 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	same := helpdesk.NewBlob(fmt.Appendf(nil, "sent %d", d.uid))
	a := helpdesk.Arrival{BoxID: inbox.ID, MailboxID: d.box.ID, UIDValidity: 1, UID: 77, InternalDate: d.now, Raw: same}
	if err := d.Keep(d.ctx, a); err != nil {
		t.Fatal(err)
	}
	err = d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { in.Raw, err = tx.RawByHash(same.SHA256); return err })
	if err := errors.Join(err, d.Receive(d.ctx, in)); err != nil {
		t.Fatal(err)
	}
	if got := d.partition(); got != "q" {
		t.Errorf("tickets %q", got)
	}
}

// What is to be copied into the sent folder is asked of the outbox.
func TestNextCopy(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question)) // acknowledged: no copy of that
	out := d.reply(d.one().Ticket.Number, "k1")
	next := func() string {
		t.Helper()
		o, data, err := d.NextCopy(d.ctx, d.box.ID)
		if errors.Is(err, helpdesk.ErrNone) {
			return ""
		}
		if err != nil || !strings.Contains(string(data), out.Ref) {
			t.Fatalf("%v, %q", err, data)
		}
		return o.Ref
	}
	for _, o := range d.allOutgoing() {
		d.sendOne(o)
	}
	if got := next(); got != "" {
		t.Errorf("at once: %s; the server may put it there itself", got)
	}
	d.now = d.now.Add(time.Minute)
	if got := next(); got != out.Ref {
		t.Errorf("a minute later: %q", got)
	}
	d.now = d.now.Add(49 * time.Hour)
	if got := next(); got != "" {
		t.Errorf("two days later: %s", got)
	}
	d.now = d.now.Add(-2 * time.Hour)
	events := d.events()
	if err := d.Copied(d.ctx, out.ID); err != nil || next() != "" || d.events() != events+1 {
		t.Errorf("copied: %v, %s, %d events", err, next(), d.events()-events)
	}
}

// The answer had our own mailbox in copy, and that copy was read first.
func TestSentAfterItsOwnCopy(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	d.now = d.now.Add(time.Minute)
	in := answer("o", rossi, "R: Ribassi", "Sì.", "q")
	d.deliver(in)
	d.sent(in)
	if v := d.all()[0]; v.Ticket.State != helpdesk.StateAnswered || len(v.Messages) < 2 {
		t.Errorf("the question is %s, with %d messages", v.Ticket.State, len(v.Messages))
	}
}

// A stranger in copy wrote a mail of his own that refers to the question: the
// answer belongs to whom it was sent.
func TestSentBelongsToItsRecipient(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	d.now = d.now.Add(time.Minute)
	d.deliver(mail("e", evil, "R: Ribassi", "Mi intrometto.", "q"))
	d.now = d.now.Add(time.Minute)
	d.sent(answer("o", rossi, "R: Ribassi", "Sì.", "q"))
	all := d.all()
	if len(all) != 2 || all[0].Ticket.State != helpdesk.StateAnswered || all[1].Ticket.State != helpdesk.StateNew {
		t.Errorf("%d tickets: %s, %s", len(all), all[0].Ticket.State, all[1].Ticket.State)
	}
}

// The officer's next message was read before the answer that it refers to: the
// order of arrival does not part them.
func TestSentTiesWhatItAnswersAndWhatAnswersIt(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("q", rossi, "Ribassi", question))
	d.now = d.now.Add(time.Minute)
	d.deliver(mail("r", rossi, "Altro", "Grazie, e per le forniture quanto si può chiedere?", "o"))
	d.sent(answer("o", rossi, "R: Ribassi", "Sì.", "q"))
	if got := d.partition(); got != "q+r" {
		t.Errorf("tickets %q", got)
	}
	d.replies()
	d.sound()
}

// While the inbox cannot be read, the question may lie there still.
func TestSentWaitsForTheInbox(t *testing.T) {
	d := newDesk(t)
	again, ledger := d.sent(answer("o", rossi, "R: Ribassi", "Sì.", "q"))
	d.now = d.now.Add(3 * time.Hour)
	again()
	if e := ledger(); e.State != helpdesk.LedgerStored {
		t.Fatalf("let go: %+v", e)
	}
	d.deliver(mail("q", rossi, "Ribassi", question))
	again()
	if list := d.replies(); len(list) != 1 {
		t.Errorf("replies %+v", list)
	}
}
