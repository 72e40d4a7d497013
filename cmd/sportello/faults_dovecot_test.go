package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk"
)

// liveDesk is a program that runs in this process beside real servers, whose
// pollers can be told to look now.
type liveDesk struct {
	*testDesk
	p       *program
	browser *browser
}

func (d *testDesk) live() *liveDesk {
	d.t.Helper()
	cfg, err := LoadConfig(d.config, func(string) string { return "" }, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := openProgram(d.t.Context(), cfg, newLogger(&logBuffer{}), programOptions{})
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(d.t.Context()))
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	d.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
		p.close()
	})
	l := &liveDesk{testDesk: d, p: p, browser: newBrowser(d.url)}
	eventually(d.t, "the desk opens", func() bool { return l.browser.logIn() == nil })
	return l
}

// ready looks at the folder now and returns what /readyz says.
func (l *liveDesk) ready() (ok bool, says string) {
	l.t.Helper()
	l.p.pollers[0].PollNow()
	code, says, err := l.browser.get("/readyz")
	if err != nil {
		l.t.Fatal(err)
	}
	return code == 200, says
}

func (l *liveDesk) subjects() []string {
	l.t.Helper()
	var list []string
	for m, err := range l.p.store.ExportMessages(l.t.Context()) {
		if err != nil {
			l.t.Fatal(err)
		}
		if m.Kind == helpdesk.KindInbound {
			list = append(list, m.Subject)
		}
	}
	return list
}

// TestDovecotFaults: what a real server does when its folder cannot be read,
// the password changed, the line is dropped, or the folder was renumbered.
func TestDovecotFaults(t *testing.T) {
	world := newRealWorld(t)
	d := newTestDesk(t, world, "now")
	d.addExpert()
	l := d.live()
	want := []string{}
	arrives := func(id string) {
		t.Helper()
		world.deliver(t, strings.Replace(question(id, "Quesito "+id, "", "Testo "+id+"."), officer, "u@comune-"+id+".test", 1))
		want = append(want, "Quesito "+id)
	}
	there := func() bool {
		l.p.pollers[0].PollNow()
		return len(l.subjects()) >= len(want)
	}
	eventually(t, "the folder is looked at", func() bool { ok, _ := l.ready(); return ok && len(l.looked()) > 0 })
	arrives("prima")
	eventually(t, "the first is there", there)

	for _, f := range []struct {
		name       string
		hurt, mend []string
		says       string // "" where nothing need be said
	}{
		{"folder unreadable", []string{"badperm"}, []string{"goodperm"}, "Controllare il nome della cartella"},
		{"password changed", []string{"password", "altra"}, []string{"password", "helppw"}, "rifiuta nome utente o password"},
		{"line dropped", nil, nil, ""},
		{"folder renumbered", []string{"uidvalidity"}, nil, ""},
	} {
		if len(f.hurt) > 0 {
			world.fault(t, f.hurt...)
		}
		if f.says == "" { // who is not connected at the moment is dropped at the next
			eventually(t, "the line is dropped", world.dropped)
		} else {
			eventually(t, f.name+": /readyz tells", func() bool {
				world.dropped() // the server may need a second to see what changed
				ok, says := l.ready()
				return !ok && strings.Contains(says, f.says)
			})
			if _, page, err := l.browser.get("/quesiti"); err != nil || !strings.Contains(page, "fascia-attenzione") || !strings.Contains(page, f.says) {
				t.Errorf("%s: no banner on the queue (%v)", f.name, err)
			}
			world.fault(t, f.mend...)
		}
		arrives(strings.ReplaceAll(f.name, " ", "-"))
		eventually(t, f.name+": what came is there", there)
		eventually(t, f.name+": all is well again", func() bool { return isReady(l) })
	}
	if got := l.subjects(); !slices.Equal(got, want) {
		t.Errorf("taken in %q, wanted %q", got, want)
	}
	d.must("", "verify")
}

// looked lists the folders that were looked at.
func (l *liveDesk) looked() []helpdesk.Health {
	l.t.Helper()
	s, err := l.p.store.Status(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return s.Mailboxes[0].Ways
}

func isReady(l *liveDesk) bool {
	ok, _ := l.ready()
	return ok
}

// dropped cuts the lines of the desk's account, if it has any.
func (w *realWorld) dropped() bool {
	name := filepath.Join(os.Getenv("SPORTELLO_TOOLS"), "dovecot/faults.sh")
	return exec.Command(name, "kick", w.dir, "help").Run() == nil
}

// fault plays one of the faults of the test tools on the desk's account.
func (w *realWorld) fault(t *testing.T, args ...string) {
	t.Helper()
	name := filepath.Join(os.Getenv("SPORTELLO_TOOLS"), "dovecot/faults.sh")
	script(t, name, append([]string{args[0], w.dir, "help"}, args[1:]...)...)
}
