package mailbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

func movingConfig() IMAPConfig {
	cfg := testConfig()
	cfg.ProcessedFolder = "fatti"
	return cfg
}

// movingInbox has the processed folder too.
func movingInbox(t *testing.T, n int, opts loopback.IMAPOptions) *loopback.IMAP {
	t.Helper()
	s := inbox(t, n, opts)
	if _, err := s.Messages("desk", "fatti"); err != nil {
		t.Fatal(err)
	}
	return s
}

func count(t *testing.T, s *loopback.IMAP, folder string) int {
	t.Helper()
	list, err := s.Messages("desk", folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestACutAroundTheMoveLeavesNothingBehind: at whatever byte the line breaks,
// what is kept ends up in the processed folder, once.
func TestACutAroundTheMoveLeavesNothingBehind(t *testing.T) {
	for name, without := range map[string][]imap.Cap{"MOVE": nil, "UIDPLUS": {imap.CapMove}} {
		var written int64
		poll(t, movingInbox(t, 3, loopback.IMAPOptions{Without: without}), movingConfig(), nil, func(r *rig) {
			time.Sleep(30 * time.Second)
			_, written = r.dialled()[0].Passed()
		})
		step, offset := cutStep()
		for n := offset; n <= written; n += step {
			t.Run(fmt.Sprintf("%s, cut after writing %d", name, n), func(t *testing.T) {
				s := movingInbox(t, 3, loopback.IMAPOptions{Without: without})
				poll(t, s, movingConfig(), []loopback.Fault{{CutRead: -1, StallRead: -1, CutWrite: n}}, func(r *rig) {
					r.wantStates(time.Minute, stored(3))
					r.settle(time.Minute, func() bool { return count(t, s, "INBOX") == 0 })
					// Without MOVE a copy may be made that nobody hears of.
					if n := count(t, s, "fatti"); n != 3 && (without == nil || n > 6) {
						t.Errorf("%d messages in the processed folder", n)
					}
				})
			})
		}
	}
}

// TestOnlyWhatWasKeptIsMoved: skipped and failed messages stay where they are.
func TestOnlyWhatWasKeptIsMoved(t *testing.T) {
	s := movingInbox(t, 3, loopback.IMAPOptions{})
	cfg := movingConfig()
	cfg.Start = Start{}
	poll(t, s, cfg, []loopback.Fault{{CutRead: 4000, StallRead: -1, CutWrite: -1}}, func(r *rig) {
		r.settle(time.Minute, func() bool { return r.keeper.lastHealth().OK })
		deliver(t, s, letterNo(4), 4)
		r.settle(3*time.Minute, func() bool { return count(t, s, "fatti") == 1 })
		time.Sleep(10 * time.Minute)
		if n := count(t, s, "INBOX"); n != 3 {
			t.Errorf("%d messages left in the folder, want those of before the start", n)
		}
	})
}

// restore takes the keeper back to when it had only the first n messages.
func (k *memoryKeeper) restore(n int, withMark bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key := range k.rows {
		if key.box == 1 && int(key.uid) > n || key.box == 2 {
			delete(k.rows, key)
		}
	}
	for _, sum := range k.kept[n:] {
		delete(k.raws, sum)
	}
	k.kept = k.kept[:n]
	if withMark {
		k.save(helpdesk.LedgerEntry{BoxID: 2, UIDValidity: k.boxes[1].UIDValidity, UID: uint32(n), State: helpdesk.LedgerSkipped})
	} else {
		k.boxes = k.boxes[:1]
	}
	for _, b := range k.boxes {
		b.Settled = false
	}
}

// TestARestoredDatabaseFindsWhatWasMovedSince: nobody else reads the processed
// folder.
func TestARestoredDatabaseFindsWhatWasMovedSince(t *testing.T) {
	tests := []struct {
		name     string
		gap      int
		withMark bool
		fetched  int
	}{
		{"a few", 5, true, 5},
		{"more than are taken at once", 1230, true, 1230},
		{"the copy is older than the mark", 1230, false, 1250},
		{"none", 0, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := movingInbox(t, 20, loopback.IMAPOptions{})
			poll(t, s, movingConfig(), nil, func(r *rig) {
				r.settle(time.Minute, func() bool { return count(t, s, "fatti") == 20 })
				for i := 21; i <= 20+tt.gap; i++ {
					deliver(t, s, letterNo(i), i)
				}
				r.settle(3*time.Minute, func() bool { return count(t, s, "fatti") == 20+tt.gap })
				time.Sleep(time.Minute)
				r.keeper.restore(20, tt.withMark)
				kept := r.keeper.count("keep")
				deliver(t, s, letterNo(5000), 1)
				time.Sleep(5 * time.Minute)
				want := append(letters(1, 20+tt.gap), letterNo(5000))
				got := r.keeper.contents()
				slices.Sort(want)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%d messages, want %d", len(got), len(want))
				}
				if n := r.keeper.count("keep") - kept; n < tt.fetched+1 || n > tt.fetched+2 {
					t.Errorf("%d bodies fetched, want %d", n, tt.fetched+1)
				}
				if h := r.keeper.lastHealth(); !h.OK {
					t.Errorf("health = %+v", h)
				}
				if n := count(t, s, "INBOX"); n != 0 {
					t.Errorf("%d messages left in the folder", n)
				}
				deliver(t, s, letterNo(5001), 1)
				r.settle(2*time.Minute, func() bool { return slices.Contains(r.keeper.contents(), letterNo(5001)) })
			})
		})
	}
}

// TestARenumberedProcessedFolderIsNotReadAgain: only a database that came back
// lacks what is in it.
func TestARenumberedProcessedFolderIsNotReadAgain(t *testing.T) {
	s := movingInbox(t, 20, loopback.IMAPOptions{})
	poll(t, s, movingConfig(), nil, func(r *rig) {
		r.settle(time.Minute, func() bool { return count(t, s, "fatti") == 20 })
		if err := s.ChangeUIDValidity("desk", "fatti", 77); err != nil {
			t.Fatal(err)
		}
		deliver(t, s, letterNo(21), 21)
		r.settle(3*time.Minute, func() bool { return count(t, s, "fatti") == 21 })
		time.Sleep(time.Minute)
		if n := r.keeper.count("keep"); n != 21 {
			t.Errorf("%d bodies fetched for 21 messages", n)
		}
	})
}
