package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sportello/helpdesk"
)

func TestUpdateIsAllOrNothing(t *testing.T) {
	s := openTest(t)
	broken := errors.New("broken")
	err := s.Update(t.Context(), func(tx helpdesk.Tx) error {
		if err := tx.SetSetting("a", "1"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Update(t.Context(), func(tx helpdesk.Tx) error {
			if err := tx.SetSetting("b", "1"); err != nil {
				return err
			}
			panic("in the middle")
		})
	}()
	update(t, s, func(tx helpdesk.Tx) error { return tx.SetSetting("c", "1") })
	err = s.View(t.Context(), func(tx helpdesk.ReadTx) error {
		for name, want := range map[string]error{"a": helpdesk.ErrNone, "b": helpdesk.ErrNone, "c": nil} {
			if _, err := tx.Setting(name); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUpdateInsideUpdateIsAnError(t *testing.T) {
	s := openTest(t)
	err := s.Update(t.Context(), func(helpdesk.Tx) error {
		return s.Update(t.Context(), func(helpdesk.Tx) error { return nil })
	})
	if !errors.Is(err, errNested) {
		t.Fatal(err)
	}
}

func TestUpdateWaitsForItsTurn(t *testing.T) {
	s := openTest(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 10 {
				if err := s.Update(t.Context(), func(tx helpdesk.Tx) error { return tx.SkipNumbers(2026, 1) }); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				if _, err := s.Counters(t.Context(), 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	update(t, s, func(tx helpdesk.Tx) error {
		n, err := tx.NextNumber(2026)
		if n.Seq() != 201 {
			t.Errorf("number %s", n)
		}
		return err
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	s := openTest(t)
	w := <-s.writer
	defer func() { s.writer <- w }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Update(ctx, func(helpdesk.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestAnotherProcessWrites stands a second store beside the first: it queues
// behind an open transaction.
func TestAnotherProcessWrites(t *testing.T) {
	dir := t.TempDir()
	first, second := openDir(t, dir), openDir(t, dir)
	var wg sync.WaitGroup
	for i, s := range []*Store{first, second} {
		wg.Go(func() {
			for n := range 30 {
				err := s.Update(t.Context(), func(tx helpdesk.Tx) error {
					return tx.SetSetting(fmt.Sprintf("%d.%d", i, n), "")
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestSlowTransactionsAreLogged(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s, err := Open(t.Context(), dir, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		update := func(pause time.Duration) {
			if err := s.Update(t.Context(), func(helpdesk.Tx) error { time.Sleep(pause); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		update(49 * time.Millisecond)
		if strings.Contains(log.String(), "slow") {
			t.Errorf("logged: %s", log.String())
		}
		update(51 * time.Millisecond)
		if !strings.Contains(log.String(), `msg="slow transaction" operation=store.TestSlow`) {
			t.Errorf("not logged: %s", log.String())
		}
	})
}

// TestFullDisk lets the file grow no further: what does not fit is refused
// with a sentence, reads go on, and with room again so do writes.
func TestFullDisk(t *testing.T) {
	d := newDesk(t)
	limit := func(pages string) {
		w := <-d.writer
		defer func() { d.writer <- w }()
		if _, err := w.c.ExecContext(t.Context(), "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	put := func() error {
		return d.Update(t.Context(), func(tx helpdesk.Tx) error {
			_, err := tx.PutBlob(helpdesk.NewBlob(make([]byte, 1<<20)))
			return err
		})
	}
	limit("1") // SQLite makes it what the file has now
	for range 3 {
		err := put()
		if helpdesk.ErrorCode(err) != helpdesk.Busy {
			t.Fatalf("%v", err)
		}
		if users, err := d.Users(t.Context()); err != nil || len(users) != 2 {
			t.Fatalf("%d users, %v", len(users), err)
		}
		limit("1") // the connection may have been replaced
	}
	limit("1000000")
	if err := put(); err != nil {
		t.Fatal(err)
	}
	if all, err := d.IntegrityCheck(t.Context()); err != nil || all != nil {
		t.Fatal(all, err)
	}
}

func TestClosedStore(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(helpdesk.Tx) error { return nil }); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	if _, err := s.Users(t.Context()); !errors.Is(err, errClosed) {
		t.Error(err)
	}
}
