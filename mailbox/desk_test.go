package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
	"sportello/store"
)

var (
	_ Keeper = (*helpdesk.Desk)(nil)
	_ Outbox = (*helpdesk.Desk)(nil)
)

// realDesk is a desk on the database of dir, with one mailbox. The caller
// closes the store.
func realDesk(t *testing.T, dir string) (*helpdesk.Desk, *store.Store, int64) {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	d := helpdesk.New(s, nil, store.NewMark(dir), helpdesk.Settings{})
	boxes, err := d.Start(t.Context(), []helpdesk.Mailbox{{Name: "sportello", Address: "desk@ente.example", Kind: helpdesk.MailboxOrdinary}})
	if err != nil {
		t.Fatal(err)
	}
	return d, s, boxes[0].ID
}

// pollFor runs a poller on the desk until ok, in real time.
func pollFor(t *testing.T, d *helpdesk.Desk, mailboxID int64, cfg IMAPConfig, ok func() bool) {
	t.Helper()
	cfg.PollInterval = 20 * time.Millisecond
	p := NewPoller(mailboxID, cfg, d, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	defer func() { cancel(); running.Wait() }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !ok(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("not within a minute")
		}
	}
}

// states counts the ledger's rows of a box at a validity.
func states(t *testing.T, s *store.Store, validity uint32, upTo uint32) map[helpdesk.LedgerState]int {
	t.Helper()
	count := map[helpdesk.LedgerState]int{}
	err := s.View(t.Context(), func(tx helpdesk.ReadTx) error {
		for uid := uint32(1); uid <= upTo; uid++ {
			e, err := tx.LedgerEntry(1, validity, uid)
			if errors.Is(err, helpdesk.ErrNone) {
				continue
			}
			if err != nil {
				return err
			}
			count[e.State]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// TestTheLedgerGoesOnAfterARestart runs the poller on the real desk and store,
// ends both in between, and changes the UIDVALIDITY.
func TestTheLedgerGoesOnAfterARestart(t *testing.T) {
	server := inbox(t, 120, loopback.IMAPOptions{})
	cfg := testConfig()
	cfg.Port = listening(t, server, nil)
	cfg.Start = Start{Since: day.Add(21 * time.Minute)}
	dir := t.TempDir()

	d, s, id := realDesk(t, dir)
	pollFor(t, d, id, cfg, func() bool { return states(t, s, 1, 130)[helpdesk.LedgerStored] == 100 })
	if n := states(t, s, 1, 130)[helpdesk.LedgerSkipped]; n != 20 {
		t.Errorf("%d skipped, want those older than the start", n)
	}
	s.Close()

	deliver(t, server, letterNo(121), 121)
	d, s, id = realDesk(t, dir)
	defer s.Close()
	pollFor(t, d, id, cfg, func() bool { return states(t, s, 1, 130)[helpdesk.LedgerStored] == 101 })

	if err := server.ChangeUIDValidity("desk", "INBOX", 9); err != nil {
		t.Fatal(err)
	}
	pollFor(t, d, id, cfg, func() bool {
		n := states(t, s, 9, 130)
		return n[helpdesk.LedgerStored] == 101 && n[helpdesk.LedgerSkipped] == 20
	})
	err := s.View(t.Context(), func(tx helpdesk.ReadTx) error {
		if _, err := tx.RawByID(102); !errors.Is(err, helpdesk.ErrNone) {
			t.Error("the re-scan stored messages a second time")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestARestoredDeskReadsTheProcessedFolder: a copy of the database is put back
// after more mail was taken in and moved away.
func TestARestoredDeskReadsTheProcessedFolder(t *testing.T) {
	server := movingInbox(t, 3, loopback.IMAPOptions{})
	cfg := movingConfig()
	cfg.Port = listening(t, server, nil)
	dir, copied := t.TempDir(), t.TempDir()
	kept := func(s *store.Store) int {
		n := 0
		err := s.View(t.Context(), func(tx helpdesk.ReadTx) error {
			for id := int64(1); id <= 20; id++ {
				if _, err := tx.RawByID(id); err == nil {
					n++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}

	d, s, id := realDesk(t, dir)
	pollFor(t, d, id, cfg, func() bool { return count(t, server, "fatti") == 3 })
	s.Close()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	d, s, id = realDesk(t, dir)
	deliver(t, server, letterNo(4), 4)
	deliver(t, server, letterNo(5), 5)
	pollFor(t, d, id, cfg, func() bool { return count(t, server, "fatti") == 5 })
	s.Close()

	s, err := store.Open(t.Context(), copied, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx helpdesk.Tx) error { return tx.SetSetting(helpdesk.SettingRestored, "1") })
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	d, s, id = realDesk(t, copied)
	defer s.Close()
	if n := kept(s); n != 3 {
		t.Fatalf("the copy has %d messages", n)
	}
	pollFor(t, d, id, cfg, func() bool { return kept(s) == 5 })
	deliver(t, server, letterNo(6), 6)
	pollFor(t, d, id, cfg, func() bool { return kept(s) == 6 && count(t, server, "fatti") == 6 })
}
