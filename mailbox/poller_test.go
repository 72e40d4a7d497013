package mailbox

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"sportello/mailbox/loopback"
)

func TestEveryMessageIsKeptOnceAndWhole(t *testing.T) {
	s := inbox(t, 230, loopback.IMAPOptions{})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.wantStates(time.Minute, stored(230))
		if !slices.Equal(r.keeper.contents(), letters(1, 230)) {
			t.Error("the bytes differ from those delivered")
		}
		deliver(t, s, letterNo(231), 231)
		r.wantStates(2*time.Minute, stored(231))
		if n := r.keeper.count("keep"); n != 231 {
			t.Errorf("%d calls of Keep for 231 messages", n)
		}
		if h := r.keeper.lastHealth(); !h.OK || h.Way != "imap" {
			t.Errorf("health = %+v", h)
		}
	})
	list, err := s.Messages("desk", "INBOX")
	if err != nil || len(list) != 231 {
		t.Fatalf("%d messages left in the folder, %v", len(list), err)
	}
	for _, m := range list {
		if len(m.Flags) != 0 {
			t.Fatalf("UID %d has flags %v: the mailbox is never changed", m.UID, m.Flags)
		}
	}
}

func TestLargeMessages(t *testing.T) {
	huge := "Subject: enorme\r\n\r\n" + strings.Repeat("x", 30<<20)
	big := "Subject: grande\r\n\r\n" + strings.Repeat("y", 21<<20)
	s := inbox(t, 0, loopback.IMAPOptions{})
	for i, raw := range []string{letterNo(1), huge, big, ""} {
		deliver(t, s, raw, i)
	}
	cfg := testConfig()
	cfg.MaxMessageSize = 25 << 20
	poll(t, s, cfg, nil, func(r *rig) {
		r.wantStates(time.Minute, "1 stored, 2 oversized, 3 stored, 4 stored")
		got := r.keeper.contents()
		if got[1] != "Subject: enorme\r\n\r\n" {
			t.Errorf("the stub is %d bytes", len(got[1]))
		}
		if got[2] != big {
			t.Errorf("the message in slices has %d bytes of %d", len(got[2]), len(big))
		}
	})
}

// TestSlicesAreHeldOnce: joining the slices of a large message needs no second
// copy of it.
func TestSlicesAreHeldOnce(t *testing.T) {
	raw := "Subject: grande\r\n\r\n" + strings.Repeat("y", 21<<20)
	s := inbox(t, 0, loopback.IMAPOptions{})
	deliver(t, s, raw, 1)
	cfg := testConfig()
	cfg.Port = listening(t, s, nil)
	c, err := dialIMAP(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if _, err := c.open(t.Context(), "INBOX", true); err != nil {
		t.Fatal(err)
	}
	got, err := c.sliced(t.Context(), 1, uidSet(1), int64(len(raw)), 50<<20)
	if err != nil || string(got) != raw {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if cap(got) != len(raw) {
		t.Errorf("a buffer of %d bytes for %d", cap(got), len(raw))
	}
	if got, err := c.sliced(t.Context(), 1, uidSet(1), 1<<50, 50<<20); err != nil || len(got) != len(raw) {
		t.Errorf("with a size that is a lie: %d bytes, %v", len(got), err)
	}
}

func TestStart(t *testing.T) {
	since := day.Add(3 * time.Minute)
	tests := []struct {
		name  string
		start Start
		want  string
	}{
		{"now leaves all that is there", Start{}, "1 skipped, 2 skipped, 3 skipped, 4 skipped, 5 stored"},
		{"all takes everything", Start{All: true}, stored(5)},
		{"a date takes what arrived since", Start{Since: since}, "1 skipped, 2 skipped, 3 stored, 4 stored, 5 stored"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inbox(t, 4, loopback.IMAPOptions{})
			cfg := testConfig()
			cfg.Start = tt.start
			poll(t, s, cfg, nil, func(r *rig) {
				r.settle(time.Minute, func() bool { return r.keeper.count("health") > 0 })
				deliver(t, s, letterNo(5), 5)
				r.wantStates(2*time.Minute, tt.want)
			})
		})
	}
}

func TestChangedUIDValidity(t *testing.T) {
	tests := []struct {
		name  string
		start Start
	}{
		{"everything known", Start{All: true}},
		{"skipped mail stays skipped", Start{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inbox(t, 150, loopback.IMAPOptions{})
			cfg := testConfig()
			cfg.Start = tt.start
			poll(t, s, cfg, nil, func(r *rig) {
				r.settle(time.Minute, func() bool { return r.keeper.count("health") > 0 })
				before := r.keeper.count("keep")
				for validity := uint32(7); validity < 12; validity++ {
					deliver(t, s, letterNo(1000+int(validity)), int(validity))
					if err := s.ChangeUIDValidity("desk", "INBOX", validity); err != nil {
						t.Fatal(err)
					}
					want := int(validity) - 5 // once for the first start
					r.settle(3*time.Minute, func() bool { return r.keeper.count("settle") == want })
				}
				if n := r.keeper.count("keep") - before; n != 5 {
					t.Errorf("%d bodies fetched for 5 new messages", n)
				}
				deliver(t, s, letterNo(2000), 0)
				r.settle(3*time.Minute, func() bool { return r.keeper.count("keep") == before+6 })
			})
		})
	}
}

func TestReconcileFindsWhatTheLedgerHasNot(t *testing.T) {
	s := inbox(t, 3, loopback.IMAPOptions{})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.wantStates(time.Minute, stored(3))
		r.keeper.mu.Lock()
		delete(r.keeper.rows, rowKey{1, 2, 1})
		r.keeper.mu.Unlock()
		if err := r.poller.Reconcile(r.t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.keeper.states(); got != stored(3) {
			t.Errorf("ledger: %s", got)
		}
	})
}

// TestReconcileFindsWhatStandsAtAnothersUID: the server numbers its
// messages anew without a new UIDVALIDITY, and a new one gets a known UID.
func TestReconcileFindsWhatStandsAtAnothersUID(t *testing.T) {
	for name, start := range map[string]Start{"all": {All: true}, "now": {}} {
		t.Run(name, func(t *testing.T) {
			s := inbox(t, 6, loopback.IMAPOptions{})
			cfg := testConfig()
			cfg.Start = start
			poll(t, s, cfg, nil, func(r *rig) {
				r.settle(time.Minute, func() bool { return r.keeper.count("settle") == 1 })
				before := len(r.keeper.contents())
				deliver(t, s, letterNo(7), 7)
				// The new one first, three of the old ones gone.
				if err := s.Renumber("desk", "INBOX", 7, 2, 3, 6); err != nil {
					t.Fatal(err)
				}
				if err := r.poller.Reconcile(r.t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := r.keeper.contents()[before:]; !slices.Equal(got, letters(7, 7)) {
					t.Errorf("taken in %q, want the new one alone", got)
				}
				kept := r.keeper.count("keep")
				if err := r.poller.Reconcile(r.t.Context()); err != nil || r.keeper.count("keep") != kept {
					t.Errorf("the next night %d bodies are fetched, %v", r.keeper.count("keep")-kept, err)
				}
			})
		})
	}
}

func TestIdleIsAHintAndTheIntervalHolds(t *testing.T) {
	cfg := testConfig()
	cfg.Idle = true
	cfg.PollInterval = 10 * time.Minute
	s := inbox(t, 1, loopback.IMAPOptions{})
	poll(t, s, cfg, nil, func(r *rig) {
		r.wantStates(time.Minute, stored(1))
		deliver(t, s, letterNo(2), 2)
		r.wantStates(2*time.Second, stored(2))
		rounds := r.keeper.count("open")
		time.Sleep(time.Hour)
		if n := r.keeper.count("open") - rounds; n < 11 || n > 13 {
			t.Errorf("%d looks in an hour without mail, want one per IDLE of 5 minutes", n)
		}
		if n := len(r.dialled()); n != 1 {
			t.Errorf("%d connections", n)
		}
		if err := r.poller.Reconcile(r.t.Context()); err != nil {
			t.Errorf("reconcile during IDLE: %v", err)
		}
	})
}

func TestProcessedFolder(t *testing.T) {
	tests := []struct {
		name    string
		without []imap.Cap
		left    int
	}{
		{"with MOVE", nil, 0},
		{"with UIDPLUS", []imap.Cap{imap.CapMove}, 0},
		{"without either nothing is touched", []imap.Cap{imap.CapMove, imap.CapUIDPlus}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := inbox(t, 3, loopback.IMAPOptions{Without: tt.without})
			if _, err := s.Messages("desk", "fatti"); err != nil {
				t.Fatal(err)
			}
			cfg := testConfig()
			cfg.ProcessedFolder = "fatti"
			poll(t, s, cfg, nil, func(r *rig) {
				r.wantStates(time.Minute, stored(3))
				r.settle(time.Minute, func() bool { return r.keeper.lastHealth().OK })
			})
			left, _ := s.Messages("desk", "INBOX")
			moved, _ := s.Messages("desk", "fatti")
			if len(left) != tt.left || len(moved) != 3-tt.left {
				t.Errorf("%d left, %d moved", len(left), len(moved))
			}
			for _, m := range left {
				if len(m.Flags) > 0 {
					t.Errorf("UID %d is flagged %v", m.UID, m.Flags)
				}
			}
		})
	}
}

func TestAMissingProcessedFolderLosesNothing(t *testing.T) {
	s := inbox(t, 2, loopback.IMAPOptions{})
	cfg := testConfig()
	cfg.ProcessedFolder = "non esiste"
	poll(t, s, cfg, nil, func(r *rig) {
		r.wantStates(time.Minute, stored(2))
		r.settle(time.Minute, func() bool { return r.keeper.lastHealth().OK })
	})
	if left, _ := s.Messages("desk", "INBOX"); len(left) != 2 {
		t.Errorf("%d messages left", len(left))
	}
}

func TestWrongPasswordIsRetriedSlowly(t *testing.T) {
	cfg := testConfig()
	cfg.Password = "wrong"
	s := inbox(t, 1, loopback.IMAPOptions{})
	poll(t, s, cfg, nil, func(r *rig) {
		time.Sleep(24 * time.Hour)
		if n := len(r.dialled()); n < 20 || n > 30 {
			t.Errorf("%d log-ins in a day", n)
		}
		if h := r.keeper.lastHealth(); h.OK || !strings.Contains(h.Reason, "password") {
			t.Errorf("health = %+v", h)
		}
	})
}

func TestADiskThatIsFullBlamesNoMessage(t *testing.T) {
	s := inbox(t, 3, loopback.IMAPOptions{})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.keeper.mu.Lock()
		r.keeper.fail = errDisk
		r.keeper.mu.Unlock()
		time.Sleep(time.Hour)
		if n := r.keeper.count("failed"); n != 0 {
			t.Errorf("%d messages noted as failed", n)
		}
		r.keeper.mu.Lock()
		r.keeper.fail = nil
		r.keeper.mu.Unlock()
		r.wantStates(10*time.Minute, stored(3))
	})
}

func TestPlainTextIsOnlyForThisMachine(t *testing.T) {
	cfg := testConfig()
	cfg.Host = "imap.ente.example"
	s := inbox(t, 1, loopback.IMAPOptions{})
	poll(t, s, cfg, nil, func(r *rig) {
		time.Sleep(time.Minute)
		if len(r.dialled()) != 0 {
			t.Error("connected in the clear to another machine")
		}
		if h := r.keeper.lastHealth(); h.OK || !strings.Contains(h.Reason, "TLS") {
			t.Errorf("health = %+v", h)
		}
	})
}
