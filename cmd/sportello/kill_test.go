package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

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
