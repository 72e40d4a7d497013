package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/crash"
	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
	"sportello/store"
)

// crashBinary is the program built with the crash points in it.
var crashBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sportello-crash")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "sportello")
	out, err := exec.Command("go", "build", "-tags", "crash", "-o", name, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

// TestMain removes what crashBinary built.
func TestMain(m *testing.M) {
	if os.Getenv(envSyncServe) != "" {
		os.Exit(syncServe())
	}
	code := m.Run()
	if built.Load() {
		if name, err := crashBinary(); err == nil {
			os.RemoveAll(filepath.Dir(name))
		}
	}
	os.Exit(code)
}

// victim is a serve in a process of its own.
type victim struct {
	cmd   *exec.Cmd
	log   *logBuffer
	ended chan struct{}
}

func (d *testDesk) spawn(env ...string) *victim {
	d.t.Helper()
	built.Store(true)
	name, err := crashBinary()
	if err != nil {
		d.t.Fatal(err)
	}
	return d.spawnCommand(exec.Command(name, "serve", "-config", d.config), env...)
}

func (d *testDesk) spawnCommand(cmd *exec.Cmd, env ...string) *victim {
	d.t.Helper()
	v := &victim{cmd: cmd, log: &logBuffer{}, ended: make(chan struct{})}
	cmd.Stderr, cmd.Env = v.log, append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // how it ended is in ProcessState
		close(v.ended)
	}()
	d.t.Cleanup(v.kill)
	return v
}

func (v *victim) kill() {
	_ = v.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	<-v.ended
}

// stop asks the process to end and reports whether it did in good order.
func (v *victim) stop() bool {
	_ = v.cmd.Process.Signal(syscall.SIGTERM)
	<-v.ended
	return v.cmd.ProcessState.ExitCode() == exitOK
}

func (v *victim) alive() bool {
	select {
	case <-v.ended:
		return false
	default:
		return true
	}
}

func (v *victim) listens() bool { return strings.Contains(v.log.String(), "listening") }

// killed reports whether the process ended by SIGKILL.
func (v *victim) killed() bool {
	status, ok := v.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// answers are the replies that a person wants to give: each ticket one, with
// the form it was first given with. Like a person whose browser lost the
// connection it presses the button again.
type answers struct {
	*browser
	in    bool
	forms map[string]url.Values
	done  map[string]bool
}

func newAnswers(d *testDesk) *answers {
	return &answers{browser: newBrowser(d.url), forms: map[string]url.Values{}, done: map[string]bool{}}
}

// give answers up to n tickets that have none yet, as far as the server lives.
func (a *answers) give(n int) error {
	if !a.in {
		if err := a.logIn(); err != nil {
			return err
		}
		a.in = true
	}
	_, page, err := a.get("/quesiti?vista=aperti")
	if err != nil {
		return err
	}
	for _, m := range ticketLink.FindAllStringSubmatch(page, -1) {
		number := m[1]
		if a.forms[number] == nil && n > 0 {
			n--
			form, err := a.replyForm(number, "Risposta al quesito "+number+".")
			if err != nil {
				return err
			}
			a.forms[number] = form
		}
	}
	return a.press()
}

// press sends every form whose answer was not heard yet.
func (a *answers) press() error {
	for number, form := range a.forms {
		if a.done[number] {
			continue
		}
		status, page, err := a.post("/quesiti/"+number+"/risposte", form)
		if err != nil {
			return err
		}
		if status != http.StatusSeeOther {
			return fmt.Errorf("reply to %s: status %d: %s", number, status, page)
		}
		a.done[number] = true
	}
	return nil
}

// TestCrashPoints ends the process at every named moment and looks at what is
// left: each message once, each mail at most once, verify clean.
func TestCrashPoints(t *testing.T) {
	t.Logf("crash points: %s", strings.Join(crash.Points, ", "))
	for _, point := range crash.Points {
		t.Run(point, func(t *testing.T) { crashAt(t, point) })
	}
}

func crashAt(t *testing.T, point string) {
	const messages = 3
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	d.prime()
	deliverSome(t, world, 0, messages)
	a := newAnswers(d)

	v := d.spawn("SPORTELLO_CRASH=" + point)
	eventually(t, "the process comes to "+point, func() bool {
		if v.listens() {
			_ = a.give(1) // the process may die under it
		}
		return !v.alive()
	})
	if !v.killed() {
		t.Fatalf("the process ended otherwise: %v\n%s", v.cmd.ProcessState, v.log)
	}

	v = d.spawn()
	eventually(t, "everything is taken in, answered and settled", func() bool {
		return v.listens() && len(d.inbound()) == messages && a.give(1) == nil && d.settled()
	})
	d.checkOnce(world, messages)
	if !v.stop() {
		t.Errorf("serve did not end well: %v\n%s", v.cmd.ProcessState, v.log)
	}
}

// prime lets the desk see the empty folder, so that what comes later is new
// mail, and is acknowledged.
func (d *testDesk) prime() {
	d.t.Helper()
	s := d.serve()
	eventually(d.t, "the folder has been looked at", func() bool {
		return strings.Contains(d.must("", "verify"), "ancora da prelevare")
	})
	s.end()
}

func deliverSome(t *testing.T, world mailWorld, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		raw := question(fmt.Sprintf("m%d", i), fmt.Sprintf("Quesito numero %d", i), "", fmt.Sprintf("Testo del quesito %d.", i))
		world.deliver(t, strings.Replace(raw, officer, fmt.Sprintf("ufficio%d@comune%d.test", i, i), 1))
	}
}

// state opens the store beside whatever runs.
func (d *testDesk) state() (s helpdesk.Status, inbound int) {
	d.t.Helper()
	st, err := store.Open(d.t.Context(), d.dir, store.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.t.Fatal(err)
	}
	defer st.Close()
	if s, err = st.Status(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	for m, err := range st.ExportMessages(d.t.Context()) {
		if err != nil {
			d.t.Fatal(err)
		}
		if m.Kind == helpdesk.KindInbound {
			inbound++
		}
	}
	return s, inbound
}

// settled reports whether nothing waits: neither to be read nor to be sent.
func (d *testDesk) settled() bool {
	s, _ := d.state()
	return s.OldestPending.IsZero() && s.QueuedSince.IsZero()
}

// checkOnce holds the promises after any crash.
func (d *testDesk) checkOnce(world *loopWorld, messages int) {
	d.t.Helper()
	seen := map[any]bool{}
	for _, m := range d.inbound() {
		if seen[m["sha256"]] {
			d.t.Errorf("message %v is there twice", m["message_id"])
		}
		seen[m["sha256"]] = true
	}
	if len(seen) != messages {
		d.t.Errorf("%d messages of %d", len(seen), messages)
	}
	if tickets := d.exported("tickets"); len(tickets) != messages {
		d.t.Errorf("%d tickets for %d questions", len(tickets), messages)
	}
	sent, subjects := map[string]int{}, map[string]int{}
	for _, taken := range world.smtp.Taken() {
		m := mime.Read(taken.Data)
		sent[m.MessageID]++
		subjects[m.Header.Get("Auto-Submitted")+m.Subject]++
	}
	for _, count := range []map[string]int{sent, subjects} {
		for what, n := range count {
			if n > 1 {
				d.t.Errorf("%q was sent %d times", what, n)
			}
		}
	}
	if o := d.call("", "verify"); o.code != exitOK {
		d.t.Errorf("verify:\n%s%s", o.out, o.errors)
	}
}

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

	inside := 0
	for range n {
		deliverSome(t, world, k.delivered, k.delivered+2)
		k.delivered += 2
		if k.once() {
			inside++
		}
	}
	if least := n * 8 / 10; inside < least {
		t.Errorf("%d of %d kills came while there was work in hand, wanted %d", inside, n, least)
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
	t.Logf("%d kills, %d of them inside work; %d messages in, %d mails out", n, inside, k.delivered, len(world.smtp.Taken()))
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
