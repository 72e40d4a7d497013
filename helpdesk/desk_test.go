package helpdesk_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/store"
)

// testDesk is a Desk on a real store with a clock that stands still unless
// moved.
type testDesk struct {
	*helpdesk.Desk
	t       *testing.T
	ctx     context.Context
	store   *store.Store
	dir     string
	now     time.Time
	box     helpdesk.Mailbox // ordinary
	pec     helpdesk.Mailbox
	anna    helpdesk.User // expert
	luca    helpdesk.User // expert
	uid     uint32
	setting helpdesk.Settings
	close   func()
}

// A Tuesday, ten in Rome.
var tuesday = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func newDesk(t *testing.T) *testDesk {
	t.Helper()
	return openDesk(t, t.TempDir())
}

func openDesk(t *testing.T, dir string) *testDesk { return openDeskAt(t, dir, tuesday) }

func openDeskAt(t *testing.T, dir string, now time.Time) *testDesk {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	s, err := store.Open(ctx, dir, store.Options{Synchronous: "OFF", Unsafe: true, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	d := &testDesk{t: t, ctx: ctx, store: s, dir: dir, now: now}
	d.close = sync.OnceFunc(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(d.close)
	d.setting = helpdesk.Settings{Product: "Sportello PNRR", Centre: "Centro di Competenza PNRR", AnswerHours: 16,
		GraceDays: 30, CloseDays: 10, Automatic: true, Location: rome, PrivacyURL: "https://centro.example/privacy"}
	d.Desk = helpdesk.New(s, mailbox.Composer{}, store.NewMark(dir), d.setting, helpdesk.WithClock(func() time.Time { return d.now }))
	boxes, err := d.Start(ctx, []helpdesk.Mailbox{
		{Name: "Sportello PNRR", Address: "sportello@centro.example", Kind: helpdesk.MailboxOrdinary, AckEnabled: true, AckHourlyLimit: 60},
		{Name: "Sportello PNRR", Address: "sportello@pec.centro.example", Kind: helpdesk.MailboxPEC, AckEnabled: true, AckHourlyLimit: 60},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.box, d.pec = boxes[0], boxes[1]
	d.anna, d.luca = d.user("anna@centro.example", "Anna Colombo"), d.user("luca@centro.example", "Luca Ferri")
	return d
}

func (d *testDesk) user(email, name string) helpdesk.User {
	d.t.Helper()
	var u helpdesk.User
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) (err error) { u, err = tx.UserByEmail(email); return err })
	if err == nil {
		return u
	}
	if !errors.Is(err, helpdesk.ErrNone) {
		d.t.Fatal(err)
	}
	if _, err := d.AddUser(d.ctx, helpdesk.User{}, helpdesk.UserForm{Email: email, Name: name, Role: helpdesk.RoleExpert, PasswordHash: "x"}); err != nil {
		d.t.Fatal(err)
	}
	return d.user(email, name)
}

// deliver keeps and receives one message as if it had come over IMAP now.
func (d *testDesk) deliver(in helpdesk.Incoming) {
	d.t.Helper()
	if err := d.tryDeliver(in); err != nil {
		d.t.Fatal(err)
	}
}

func (d *testDesk) tryDeliver(in helpdesk.Incoming) error {
	box := d.box
	if in.Channel == helpdesk.ChannelPEC {
		box = d.pec
	}
	view, err := d.OpenBox(d.ctx, box.ID, "INBOX", 1, 1)
	if err != nil {
		return err
	}
	d.uid++
	a := helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: box.ID, UIDValidity: 1, UID: d.uid, InternalDate: d.now,
		Size: 100, Raw: helpdesk.NewBlob(fmt.Appendf(nil, "raw %d", d.uid))}
	if err := d.Keep(d.ctx, a); err != nil {
		return err
	}
	if in.BodyHash == nil {
		sum := sha256.Sum256([]byte(in.Text))
		in.BodyHash = sum[:]
	}
	if in.Date.IsZero() {
		in.Date = d.now
	}
	return d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		raw, err := tx.RawByHash(a.Raw.SHA256)
		if err != nil {
			return err
		}
		in.Raw = raw
		return d.Receive(d.ctx, in)
	})
}

func mail(id, from, subject, text string, refs ...string) helpdesk.Incoming {
	in := helpdesk.Incoming{MessageID: id, From: helpdesk.Address{Addr: from}, Subject: subject, Text: text,
		To: []helpdesk.Address{{Addr: "sportello@centro.example"}}, References: refs}
	if len(refs) > 0 {
		in.InReplyTo = refs[len(refs)-1:]
	}
	return in
}

// all lists the tickets that are not merged, in the order of their numbers,
// each with its messages of people.
func (d *testDesk) all() []helpdesk.TicketView { return d.from(1) }

func (d *testDesk) from(seq int) []helpdesk.TicketView {
	d.t.Helper()
	var out []helpdesk.TicketView
	for ; ; seq++ {
		v, err := d.store.Ticket(d.ctx, helpdesk.NewNumber(2026, seq), d.anna.ID)
		if errors.Is(err, helpdesk.ErrNone) || helpdesk.ErrorCode(err) == helpdesk.NotFound {
			return out
		}
		if err != nil {
			d.t.Fatal(err)
		}
		if v.Ticket.State != helpdesk.StateMerged {
			out = append(out, v)
		}
	}
}

func (d *testDesk) one() helpdesk.TicketView {
	d.t.Helper()
	all := d.all()
	if len(all) != 1 {
		d.t.Fatalf("%d tickets, want one", len(all))
	}
	return all[0]
}

// partition writes which message ids stand together, independent of order.
func (d *testDesk) partition() string { return partition(d.all()) }

func partition(all []helpdesk.TicketView) string {
	var groups []string
	for _, v := range all {
		var ids []string
		for _, m := range v.Messages {
			if m.Kind == helpdesk.KindInbound {
				ids = append(ids, m.MessageID)
			}
		}
		slices.Sort(ids)
		groups = append(groups, strings.Join(ids, "+"))
	}
	slices.Sort(groups)
	return strings.Join(groups, " | ")
}

// reply answers the only ticket and returns the outgoing row.
func (d *testDesk) reply(n helpdesk.Number, key string) helpdesk.Outgoing {
	d.t.Helper()
	v, err := d.store.Ticket(d.ctx, n, d.anna.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.Reply(d.ctx, d.anna, helpdesk.ReplyForm{Number: n, Key: key, Seen: newest(v), To: []string{v.Contact.Address},
		Markdown: "Gentile dottore,\n\n**sì**, si può.", StateAfter: helpdesk.StateAnswered})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.outgoingByKey("reply:" + key)
}

func newest(v helpdesk.TicketView) int64 {
	var id int64
	for _, m := range v.Messages {
		id = max(id, m.ID)
	}
	return id
}

// outgoingByKey is the mail of a form's key, whatever was typed into it.
func (d *testDesk) outgoingByKey(key string) helpdesk.Outgoing {
	d.t.Helper()
	for _, o := range d.allOutgoing() {
		if strings.HasPrefix(o.Key, key+":") {
			return o
		}
	}
	d.t.Fatalf("no mail of key %s", key)
	return helpdesk.Outgoing{}
}

func (d *testDesk) allOutgoing() []helpdesk.Outgoing {
	d.t.Helper()
	var out []helpdesk.Outgoing
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		for _, s := range []helpdesk.OutgoingState{helpdesk.OutgoingQueued, helpdesk.OutgoingSending, helpdesk.OutgoingSent,
			helpdesk.OutgoingFailed, helpdesk.OutgoingUnknown, helpdesk.OutgoingHeld} {
			some, err := tx.OutgoingInState(s, 500)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b helpdesk.Outgoing) int { return int(a.ID - b.ID) })
	return out
}

func (d *testDesk) acks() []helpdesk.Outgoing {
	d.t.Helper()
	var acks []helpdesk.Outgoing
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		for _, s := range []helpdesk.OutgoingState{helpdesk.OutgoingQueued, helpdesk.OutgoingHeld} {
			all, err := tx.OutgoingInState(s, 500)
			if err != nil {
				return err
			}
			for _, o := range all {
				if o.Kind == helpdesk.OutgoingAck {
					acks = append(acks, o)
				}
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return acks
}
