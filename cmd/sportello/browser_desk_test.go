package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// frozenDesk is the desk of the demo at half past ten of a Tuesday, with every
// trouble that its pages can show: real mail taken in over IMAP, some past, and
// then a clock that stands still, so that a page always looks the same.
type frozenDesk struct {
	t      *testing.T
	url    string
	seeder *demoSeeder
	door   *door
	*program
}

// frozenAt is the demo's now.
func frozenAt(t *testing.T) time.Time {
	t.Helper()
	at, err := parseDemoTime("2026-11-24T10:30")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// openFrozenDesk seeds a demo with so many tickets of the past, ends it and
// shows its data under a clock that stands still.
func openFrozenDesk(t *testing.T, history int) *frozenDesk {
	t.Helper()
	at := frozenAt(t)
	d := seedDemo(t, demoOptions{
		addr: "127.0.0.1:0", dir: t.TempDir(), at: at, history: history, bulky: true,
		pace: func(d time.Duration) time.Duration { return d },
	})
	f := &frozenDesk{t: t, seeder: d.seeder, url: d.program.cfg.BaseURL}
	options := programOptions{demo: true, desk: []helpdesk.Option{helpdesk.WithClock(func() time.Time { return at })}}
	p, err := openProgram(t.Context(), d.program.cfg, slog.New(slog.DiscardHandler), options)
	if err != nil {
		t.Fatal(err)
	}
	f.program, f.seeder.program = p, p
	f.door = openFrozenDoor(t, d.dir, at)
	f.troubles()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.web.Run(ctx, p.listener) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, p.close()); err != nil {
			t.Error(err)
		}
	})
	return f
}

// seedDemo runs a demo until it is seeded, and closes it.
func seedDemo(t *testing.T, o demoOptions) *demo {
	t.Helper()
	d, err := openDemo(t.Context(), o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- d.run(ctx) }()
	select {
	case <-d.seeded:
		cancel()
		err = <-done
	case err = <-done:
		err = fmt.Errorf("the demo ended by itself: %w", err)
	}
	if err := errors.Join(err, d.close()); err != nil {
		t.Fatal(err)
	}
	return d
}

// troubles brings about what a quiet morning does not have: answers of every
// fate and a message that nobody can read.
func (f *frozenDesk) troubles() {
	f.t.Helper()
	f.answer("arredi-selvermo", helpdesk.Delivery{Result: helpdesk.Ambiguous})
	f.answer("dnsh-monterlasca", helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451 4.7.1 Greylisted, please try again later"})
	f.answer("saldo-arcago", helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.1.1 Recipient address rejected: User unknown"})
	f.answer("ribassi-campermo", helpdesk.Delivery{})
	f.receipts("consorzio")
	f.park()
}

// number is the number of the ticket that a message of the demo is in.
func (f *frozenDesk) number(key string) string {
	f.t.Helper()
	n, _ := f.ticket(key)
	return n.String()
}

func (f *frozenDesk) ticket(key string) (helpdesk.Number, int64) {
	f.t.Helper()
	m := f.mail(key)
	in := mailbox.Reader{}.Read(slices.Concat(m.head, m.Raw), m.Raw == nil)
	for _, id := range append([]string{in.MessageID}, in.AlsoIDs...) {
		if t, last, err := f.seeder.ticketOf(f.t.Context(), id); err == nil {
			return t.Number, last
		}
	}
	f.t.Fatalf("no ticket of %s", key)
	return 0, 0
}

// answer answers a ticket; a delivery without result stays on its way.
func (f *frozenDesk) answer(key string, end helpdesk.Delivery) {
	f.t.Helper()
	ctx, anna := f.t.Context(), f.seeder.users["anna"]
	n, last := f.ticket(key)
	v, err := f.store.Ticket(ctx, n, anna.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	form := helpdesk.ReplyForm{
		Number: n, Key: "prova-" + key, Seen: last, To: []string{v.Contact.Address}, StateAfter: helpdesk.StateAnswered,
		Markdown: "Buongiorno,\n\nl'importo si corregge **prima** di trasmettere il rendiconto:\n\n1. si riapre la scheda del progetto;\n2. si allega la determina.\n\nRestiamo a disposizione.",
	}
	if err := f.desk.Reply(ctx, anna, form); err != nil {
		f.t.Fatal(err)
	}
	f.seeder.intents[form.Key] = form.Intent()
	o, _, err := f.seeder.outgoing(ctx, "prova-"+key)
	if err == nil && end.Result != "" {
		err = f.desk.Finish(ctx, o.ID, end)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// brokenReader cannot read anything.
type brokenReader struct{}

func (brokenReader) Read([]byte, bool) helpdesk.Incoming { panic("lettura impossibile") }

// park has a message fail three times, as time would.
func (f *frozenDesk) park() {
	f.t.Helper()
	clock := f.program.desk.Now()
	desk := newDesk(f.cfg, f.store, f.log, helpdesk.WithClock(func() time.Time {
		clock = clock.Add(time.Minute) // RunIntake looks from one goroutine only
		return clock
	}))
	box := f.seeder.boxes[demoBox]
	v, err := desk.OpenBox(f.t.Context(), box.ID, demoArchive, 1, 1)
	if err != nil {
		f.t.Fatal(err)
	}
	raw := helpdesk.NewBlob([]byte("Subject: Rendiconto\r\nFrom: protocollo@comune.arcago.bg.example\r\n\r\nIn allegato.\r\n"))
	err = desk.Keep(f.t.Context(), helpdesk.Arrival{
		BoxID: v.Box.ID, MailboxID: box.ID, UIDValidity: 1, UID: 900_000, InternalDate: frozenAt(f.t).Add(-50 * time.Minute),
		Size: int64(len(raw.Data)), Raw: raw, HeaderHash: raw.SHA256[:],
	})
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- desk.RunIntake(ctx, brokenReader{}) }()
	eventually(f.t, "the message is parked", func() bool {
		parked, _, err := f.store.Quarantine(ctx)
		return err == nil && len(parked) == 1
	})
	cancel()
	if err := <-ended; err != nil {
		f.t.Fatal(err)
	}
}

// unreadable is the address of the ticket whose message could not be read.
func (f *frozenDesk) unreadable() string {
	f.t.Helper()
	raw, err := f.seeder.rawByHash(f.t.Context(), helpdesk.NewBlob(f.mail("illeggibile").Raw).SHA256)
	if err != nil {
		f.t.Fatal(err)
	}
	var number helpdesk.Number
	err = f.store.View(f.t.Context(), func(tx helpdesk.ReadTx) error {
		for id := int64(1); number == 0; id++ {
			t, err := tx.TicketByID(id)
			if err != nil {
				return err
			}
			if m, err := tx.LastQuestion(id); err == nil && m.RawID == raw.ID {
				number = t.Number
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return "/quesiti/" + number.String()
}

// mail is a message of the demo.
func (f *frozenDesk) mail(key string) demoMail {
	f.t.Helper()
	mails, err := demoMails(f.seeder.begun)
	if err != nil {
		f.t.Fatal(err)
	}
	i := slices.IndexFunc(mails, func(m demoMail) bool { return m.Key == key })
	if i < 0 {
		f.t.Fatalf("no mail %s", key)
	}
	return mails[i]
}

// forget leaves the desk: the tab is nobody's again.
func (b *tab) forget() {
	b.t.Helper()
	b.run(network.ClearBrowserCookies())
}

// enter signs one of the staff in through the door of the demo.
func (b *tab) enter(f *frozenDesk, key string) {
	b.t.Helper()
	b.open(f.web.LoginLink(f.seeder.users[key].ID))
	b.click("form .btn-primary")
	b.expect("somebody is signed in", `document.querySelector(".barra-utente") !== null`, "true")
	b.heard.take() // an observer lands on a page that he may not see
}
