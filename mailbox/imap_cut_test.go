package mailbox

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// cutStep is how far apart the cuts of a session lie; SPORTELLO_CUT_ALL takes
// every byte. The offset moves with the day, so that in a week all are tried.
func cutStep() (step, offset int64) {
	if os.Getenv("SPORTELLO_CUT_ALL") != "" {
		return 1, 0
	}
	return 7, int64(time.Now().YearDay()) % 7
}

// recorded is how many bytes an undisturbed first look reads and writes.
func recorded(t *testing.T, cfg IMAPConfig) (read, written int64) {
	t.Helper()
	s := inbox(t, 5, loopback.IMAPOptions{})
	poll(t, s, cfg, nil, func(r *rig) {
		r.wantStates(time.Minute, stored(5))
		r.settle(time.Minute, func() bool { return r.keeper.lastHealth().OK })
		read, written = r.dialled()[0].Passed()
	})
	if read > 6<<10 {
		t.Fatalf("the session is %d bytes long; every byte of it is cut", read)
	}
	return read, written
}

// TestACutAtAnyByteLosesAndDoublesNothing is R-03.
func TestACutAtAnyByteLosesAndDoublesNothing(t *testing.T) {
	cfg := testConfig()
	cfg.Idle = true
	read, written := recorded(t, cfg)
	step, offset := cutStep()
	for n := offset; n <= read; n += step {
		breakOnce(t, cfg, fmt.Sprintf("cut after reading %d", n), loopback.Fault{CutRead: n, StallRead: -1, CutWrite: -1}, 5*time.Minute)
	}
	for n := offset; n <= written; n += step {
		breakOnce(t, cfg, fmt.Sprintf("cut after writing %d", n), loopback.Fault{CutRead: -1, StallRead: -1, CutWrite: n}, 5*time.Minute)
	}
}

// TestSilenceAtAnyByteIsNoticed is R-04: the library itself would wait for ever.
func TestSilenceAtAnyByteIsNoticed(t *testing.T) {
	cfg := testConfig()
	cfg.Idle = true
	read, _ := recorded(t, cfg)
	step, offset := cutStep()
	for n := offset; n <= read; n += step {
		breakOnce(t, cfg, fmt.Sprintf("silent after %d", n), loopback.Fault{CutRead: -1, StallRead: n, CutWrite: -1}, 6*time.Minute)
	}
}

func breakOnce(t *testing.T, cfg IMAPConfig, name string, f loopback.Fault, within time.Duration) {
	t.Run(name, func(t *testing.T) {
		s := inbox(t, 5, loopback.IMAPOptions{})
		poll(t, s, cfg, []loopback.Fault{f}, func(r *rig) {
			r.wantStates(within, stored(5))
			if !slices.Equal(r.keeper.contents(), letters(1, 5)) {
				t.Errorf("kept %q", r.keeper.contents())
			}
			if n := r.keeper.count("keep"); n != 5 {
				t.Errorf("Keep was called %d times for 5 messages", n)
			}
			if n := r.keeper.count("failed"); n != 0 {
				t.Errorf("a broken line was blamed on %d messages", n)
			}
			r.settle(10*time.Minute, func() bool { return r.keeper.lastHealth().OK })
		})
	})
}

// TestSilenceIsNoticedWithinAMinute: whatever the server was asked.
func TestSilenceIsNoticedWithinAMinute(t *testing.T) {
	cfg := testConfig()
	read, _ := recorded(t, cfg)
	for n := int64(0); n < read-1; n += max(read/40, 1) {
		s := inbox(t, 5, loopback.IMAPOptions{})
		poll(t, s, cfg, []loopback.Fault{{CutRead: -1, StallRead: n, CutWrite: -1}}, func(r *rig) {
			r.settle(90*time.Second, func() bool { return len(r.dialled()) > 1 })
		})
	}
}

// TestRepeatedCuts: a line that breaks ever later still brings everything home.
func TestRepeatedCuts(t *testing.T) {
	var faults []loopback.Fault
	for n := range int64(40) {
		faults = append(faults, loopback.Fault{CutRead: n * 97, StallRead: -1, CutWrite: -1})
	}
	s := inbox(t, 60, loopback.IMAPOptions{})
	poll(t, s, testConfig(), faults, func(r *rig) {
		r.settle(3*time.Hour, func() bool { return r.keeper.states() == stored(60) })
		if got := r.keeper.contents(); len(got) != 60 {
			t.Errorf("%d contents", len(got))
		}
	})
}
