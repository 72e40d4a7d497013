package main

import (
	"errors"
	"log/slog"
	"testing"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
	"sportello/store"
)

// TestFirstStartOnOldMail: a folder of 3,000 messages is taken in, or passed by,
// over two deaths of the process, and nobody hears from us. What comes then is
// acknowledged.
func TestFirstStartOnOldMail(t *testing.T) {
	const old = 3000
	for _, v := range []struct {
		start   string
		kills   []int // ledger rows there are when the process is killed
		tickets int
	}{
		{"now", []int{0, 500}, 0},
		{"all", []int{500, 1500}, old},
	} {
		t.Run(v.start, func(t *testing.T) {
			world := newLoopWorld(t, loopback.SMTPOptions{})
			d := newTestDesk(t, world, v.start)
			deliverSome(t, world, 0, old)
			seen := d.onlooker()
			for _, rows := range v.kills {
				p := d.spawn()
				eventually(t, "the first look is under way", func() bool { return p.listens() && seen.rows() >= rows })
				p.kill()
			}
			p := d.spawn()
			eventually(t, "the folder is settled", func() bool { return p.listens() && seen.rows() == old && seen.idle() })
			if n := len(world.smtp.Taken()); n != 0 {
				t.Fatalf("%d mails left for what lay there before", n)
			}
			deliverSome(t, world, old, old+1)
			eventually(t, "new mail is acknowledged", func() bool { return len(world.smtp.Taken()) == 1 && seen.idle() })
			if !p.stop() {
				t.Errorf("serve ended with %v\n%s", p.cmd.ProcessState, p.log)
			}
			if _, n := d.state(); n != v.tickets+1 {
				t.Errorf("%d messages are filed, wanted %d", n, v.tickets+1)
			}
			if n := len(world.smtp.Taken()); n != 1 {
				t.Errorf("%d mails left", n)
			}
			d.must("", "verify")
		})
	}
}

// onlooker looks into the store beside whatever runs.
type onlooker struct {
	t     *testing.T
	store *store.Store
}

func (d *testDesk) onlooker() onlooker {
	d.t.Helper()
	st, err := store.Open(d.t.Context(), d.dir, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { st.Close() })
	return onlooker{d.t, st}
}

// rows counts what the ledger has of the one folder, -1 before the folder was
// looked at.
func (o onlooker) rows() (n int) {
	o.t.Helper()
	err := o.store.View(o.t.Context(), func(tx helpdesk.ReadTx) error {
		box, err := tx.BoxByFolder(1, "INBOX")
		if errors.Is(err, helpdesk.ErrNone) {
			n = -1
			return nil
		}
		if err != nil {
			return err
		}
		next, err := tx.LedgerNext(box.ID, box.UIDValidity) // UIDs are settled in their order
		n = int(next) - 1
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o onlooker) status() helpdesk.Status {
	o.t.Helper()
	s, err := o.store.Status(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// idle reports whether nothing waits to be read or sent.
func (o onlooker) idle() bool {
	s := o.status()
	return s.OldestPending.IsZero() && s.QueuedSince.IsZero()
}
