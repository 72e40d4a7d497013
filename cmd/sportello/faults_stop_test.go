package main

import (
	"math/rand/v2"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// TestStopUnderLoad asks the process to end, twenty times, at random moments
// while mail comes in and answers go out: it ends in good order and soon, and
// leaves nothing lost, doubled or of unknown fate.
func TestStopUnderLoad(t *testing.T) {
	const stops, longest = 20, 30 * time.Second
	world := newLoopWorld(t, loopback.SMTPOptions{Script: func(verb, _ string) loopback.Reply {
		return loopback.Reply{Delay: map[string]time.Duration{loopback.VerbDot: 25 * time.Millisecond}[verb]}
	}})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	d.prime()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	a, seen := newAnswers(d), d.onlooker()
	delivered, slowest := 0, time.Duration(0)
	for range stops {
		deliverSome(t, world, delivered, delivered+4)
		delivered += 4
		v := d.spawn()
		eventually(t, "serve listens", func() bool { return v.listens() || !v.alive() })
		pressed := make(chan struct{})
		go func() {
			defer close(pressed)
			_ = a.give(2) // it is stopped under it
		}()
		select {
		case <-time.After(time.Duration(random.Int64N(int64(250 * time.Millisecond)))):
		case <-v.ended:
		}
		asked := time.Now()
		if !v.stop() {
			t.Fatalf("serve ended with %v\n%s", v.cmd.ProcessState, v.log)
		}
		slowest = max(slowest, time.Since(asked))
		<-pressed
		if s := seen.status(); s.Unknown != 0 {
			t.Fatalf("%d mails of unknown fate after a stop in good order", s.Unknown)
		}
		d.must("", "verify", "-offline")
	}
	if slowest > longest {
		t.Errorf("a stop took %v", slowest)
	}
	v := d.spawn()
	eventually(t, "everything is taken in, answered and settled", func() bool {
		return v.listens() && a.give(0) == nil && seen.idle() && len(d.inbound()) == delivered
	})
	if !v.stop() {
		t.Errorf("serve ended with %v\n%s", v.cmd.ProcessState, v.log)
	}
	d.checkOnce(world, delivered)
	t.Logf("%d stops, the slowest took %v; %d messages in, %d mails out", stops, slowest, delivered, len(world.smtp.Taken()))
}

// TestStopTwice: a second signal ends the process at once, also where the first
// is still waiting for a server.
func TestStopTwice(t *testing.T) {
	held := make(chan struct{})
	world := newLoopWorld(t, loopback.SMTPOptions{Script: func(verb, _ string) loopback.Reply {
		if verb != loopback.VerbDot {
			return loopback.Reply{}
		}
		close(held)
		return loopback.Reply{Delay: time.Hour}
	}})
	d := newTestDesk(t, world, "now")
	d.prime()
	v := d.spawn()
	eventually(t, "serve listens", v.listens)
	deliverSome(t, world, 0, 1)
	<-held
	_ = v.cmd.Process.Signal(os.Interrupt)
	eventually(t, "the pages are closed", func() bool {
		_, err := http.Get(d.url + "/healthz")
		return err != nil
	})
	if !v.alive() {
		t.Fatal("it did not wait for the answer to the final dot")
	}
	_ = v.cmd.Process.Signal(syscall.SIGTERM)
	<-v.ended
	d.serve()
	if n := d.onlooker().status().Unknown; n != 1 {
		t.Errorf("%d mails of unknown fate, the cut one should be", n)
	}
}
