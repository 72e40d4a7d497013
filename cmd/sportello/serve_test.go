package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sportello/mailbox/loopback"
)

func TestSecondServeIsRefused(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	d.serve()
	for _, command := range []string{"serve", "fill"} {
		args := []string{command}
		if command == "fill" {
			args = append(args, "-tickets", "1")
		}
		o := d.call("", args...)
		if o.code != exitFault || !strings.Contains(o.errors, "già in funzione") || strings.Count(o.errors, "\n") != 1 {
			t.Errorf("%s: exit %d: %s", command, o.code, o.errors)
		}
	}
}

func TestPortInUse(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	ln, err := net.Listen("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if o := d.call("", "serve"); o.code != exitFault || !strings.Contains(o.errors, "è già usato da un altro programma") {
		t.Errorf("exit %d: %s", o.code, o.errors)
	}
}

// TestServersThatAreDown: the pages work, and everything ends when it is told to.
func TestServersThatAreDown(t *testing.T) {
	world := newLoopWorld(t, loopback.SMTPOptions{})
	world.imap.Close()
	world.smtp.Close()
	d := newTestDesk(t, world, "now")
	s := d.serve()
	b := newBrowser(d.url)
	if status, _, err := b.get("/healthz"); err != nil || status != 200 {
		t.Errorf("healthz: %d, %v", status, err)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("exit %d\n%s", code, s.log)
	}
	d.must("", "verify", "-offline")
}

func TestGroup(t *testing.T) {
	broken := errors.New("broken")
	untilDone := func(ctx context.Context) error { <-ctx.Done(); return nil }
	for _, v := range []struct {
		name   string
		second func(context.Context) error
		want   error
	}{
		{"one fails", func(context.Context) error { return broken }, broken},
		{"one ends by itself", func(context.Context) error { return nil }, errEnded},
	} {
		t.Run(v.name, func(t *testing.T) {
			g := newGroup(t.Context())
			g.start("first", untilDone)
			g.start("second", v.second)
			if err := g.wait(); !errors.Is(err, v.want) || !strings.HasPrefix(err.Error(), "second: ") {
				t.Errorf("the group ended with %v", err)
			}
		})
	}
	t.Run("told to end", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		g := newGroup(ctx)
		g.start("first", untilDone)
		cancel()
		if err := g.wait(); err != nil {
			t.Error(err)
		}
	})
}

// TestSchedule: what ticks runs at once and then by the clock; a job that
// panics or is slow neither ends the others nor itself.
func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rome, err := time.LoadLocation("Europe/Rome")
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		ran := map[string]int{}
		every := func(name, spec string, run func(int)) job {
			return job{name: name, spec: spec, run: func(context.Context) error {
				mu.Lock()
				ran[name]++
				n := ran[name]
				mu.Unlock()
				run(n)
				return nil
			}}
		}
		s := schedule{location: rome, log: slog.New(slog.DiscardHandler), jobs: []job{
			every("minute", "@every 1m", func(int) {}),
			every("panics", "@every 10m", func(n int) {
				if n == 2 {
					panic("once")
				}
			}),
			every("night", "40 3 * * *", func(int) {}),
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour+time.Second)
		defer cancel()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"minute": 1 + 24*60, "panics": 1 + 24*6, "night": 1}
		for name, n := range want {
			if ran[name] != n {
				t.Errorf("%s ran %d times, wanted %d", name, ran[name], n)
			}
		}
	})
}

// TestJobTable: no job in the hour that summer time skips or repeats, and every
// spec is understood.
func TestJobTable(t *testing.T) {
	d := newTestDesk(t, newLoopWorld(t, loopback.SMTPOptions{}), "now")
	cfg, err := LoadConfig(d.config, func(string) string { return "" }, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := openProgram(t.Context(), cfg, slog.New(slog.DiscardHandler), programOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, j := range p.jobs() {
		if fields := strings.Fields(j.spec); len(fields) == 5 && fields[1] == "2" {
			t.Errorf("%s runs between two and three: %s", j.name, j.spec)
		}
		if j.what == "" || j.name == "" {
			t.Errorf("%+v says nothing", j)
		}
		if j.name == "reconcile" {
			continue // waits for pollers that run
		}
		if err := j.run(t.Context()); err != nil {
			t.Errorf("%s: %v", j.name, err)
		}
	}
}
