package main

import (
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
	"sportello/store"
)

// kills is how often TestRandomKills kills; $SPORTELLO_KILLS raises it.
func kills(t *testing.T) int {
	t.Helper()
	if v := os.Getenv("SPORTELLO_KILLS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("SPORTELLO_KILLS: %v", err)
		}
		return n
	}
	return 12
}

// TestRandomKills kills the process at random moments while mail comes in and
// answers go out, two messages a kill.
func TestRandomKills(t *testing.T) {
	n := kills(t)
	// A server that takes its time leaves room for kills while mail leaves.
	world := newLoopWorld(t, loopback.SMTPOptions{Script: func(verb, _ string) loopback.Reply {
		return loopback.Reply{Delay: map[string]time.Duration{loopback.VerbDot: 25 * time.Millisecond}[verb]}
	}})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	d.prime()
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d kills, seed %d", n, seed)
	k := killer{testDesk: d, world: world, answers: newAnswers(d), random: rand.New(rand.NewPCG(seed, 0)), most: 100 * time.Millisecond}

	// On a machine that is busy with other things a kill may come too early:
	// then there are more of them, until four fifths of n were inside work.
	inside, made, least := 0, 0, n*8/10
	for ; made < n || inside < least && made < 4*n; made++ {
		deliverSome(t, world, k.delivered, k.delivered+2)
		k.delivered += 2
		if k.once() {
			inside++
		}
	}
	if inside < least {
		t.Errorf("%d of %d kills came while there was work in hand, wanted %d", inside, made, least)
	}
	v := d.spawn()
	var last sight
	defer func() { t.Logf("%d delivered, %+v", k.delivered, last) }()
	eventually(t, "everything is taken in, answered and settled", func() bool {
		if !v.listens() {
			return false
		}
		if last = k.look(); last.parked > 0 {
			// Three kills with the same message in hand look as if it were the
			// cause; quarantine gives it back.
			d.must("", "reprocess", "-parked")
		}
		return k.answers.give(0) == nil && last.done(k.delivered)
	})
	d.checkOnce(world, k.delivered)
	t.Logf("%d kills, %d of them inside work; %d messages in, %d mails out", made, inside, k.delivered, len(world.smtp.Taken()))
}

// killer kills again and again, and learns between which moments after the
// start the work lies.
type killer struct {
	*testDesk
	world       *loopWorld
	answers     *answers
	random      *rand.Rand
	delivered   int
	least, most time.Duration
}

// sight is how far the work has come.
type sight struct {
	inbound, messages, taken, parked int
	waiting                          bool // something is to be read or sent
}

func (s sight) done(delivered int) bool { return s.inbound == delivered && !s.waiting }

// look opens the store beside whatever runs.
func (k *killer) look() sight {
	k.t.Helper()
	st, err := store.Open(k.t.Context(), k.dir, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		k.t.Fatal(err)
	}
	defer st.Close()
	state, err := st.Status(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	s := sight{taken: len(k.world.smtp.Taken()), parked: state.Parked, waiting: !state.OldestPending.IsZero() || !state.QueuedSince.IsZero()}
	for m, err := range st.ExportMessages(k.t.Context()) {
		if err != nil {
			k.t.Fatal(err)
		}
		s.messages++
		if m.Kind == helpdesk.KindInbound {
			s.inbound++
		}
	}
	err = st.View(k.t.Context(), func(tx helpdesk.ReadTx) error {
		sending, err := tx.OutgoingInState(helpdesk.OutgoingSending, 1)
		s.waiting = s.waiting || len(sending) > 0
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

// once starts the program, lets it work for a random moment and kills it. It
// reports whether that was inside work: begun, and not at its end.
func (k *killer) once() bool {
	k.t.Helper()
	before := k.look()
	v := k.spawn()
	eventually(k.t, "serve listens", func() bool { return v.listens() || !v.alive() })
	pressed := make(chan struct{})
	go func() {
		defer close(pressed)
		_ = k.answers.give(1) // it is killed under it
	}()
	moment := time.NewTimer(k.least + time.Duration(k.random.Int64N(int64(k.most-k.least))))
	defer moment.Stop()
	select {
	case <-moment.C:
	case <-v.ended:
		k.t.Fatalf("serve ended by itself: %v\n%s", v.cmd.ProcessState, v.log)
	}
	v.kill()
	<-pressed
	after := k.look()
	begun := after.messages > before.messages || after.taken > before.taken || after.waiting && !before.waiting
	done := after.done(k.delivered)
	k.learn(begun, done)
	return begun && !done
}

// learn moves the bounds towards where the work was met, and lets them drift
// apart again, since no machine is equally quick all the time.
func (k *killer) learn(begun, done bool) {
	const step = 4 * time.Millisecond
	switch {
	case done:
		k.most = max(k.most-2*step, k.least+5*step)
	case !begun:
		k.least += step
		k.most = max(k.most, k.least+5*step)
	default:
		k.least = max(0, k.least-step/8)
		k.most += step / 2
	}
}
