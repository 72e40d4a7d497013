package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sportello/helpdesk"
	"sportello/store"
)

// demoOptions are the flags of demo, and what its tests shorten.
type demoOptions struct {
	addr    string    // host:port of the desk, on loopback; port 0: any
	dir     string    // where the data stay
	at      time.Time // zero: now
	history int       // how many tickets of the past
	bulky   bool      // with the message of 60 MB
	pace    func(time.Duration) time.Duration
	store   store.Options
}

// demoMaxMessage is the size over which the demo's mailboxes take only the
// header of a message.
const demoMaxMessage = 50_000_000

// runDemo is the command: the whole program over mail servers of its own, with
// the mail, the people and the past of an invented centre.
func runDemo(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "demo", "")
	addr := flags.String("addr", "127.0.0.1:8080", "indirizzo dello sportello")
	dir := flags.String("data", "", "cartella in cui restano i dati; altrimenti si cancellano alla fine")
	at := flags.String("at", "", "data e ora da cui parte l'orologio, per esempio 2026-12-31T18:00")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	o := demoOptions{addr: *addr, dir: *dir, history: demoTickets, bulky: true, pace: func(d time.Duration) time.Duration { return d }}
	if *at != "" {
		var err error
		if o.at, err = parseDemoTime(*at); err != nil {
			return flags.wrong("-at vuole data e ora, per esempio 2026-12-31T18:00")
		}
	}
	if o.dir == "" {
		temp, err := os.MkdirTemp("", "sportello-demo-")
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		defer os.RemoveAll(temp)
		o.dir = temp
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	logFile, err := os.OpenFile(filepath.Join(o.dir, "sportello.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer logFile.Close()
	d, err := openDemo(ctx, o, newLogger(logFile)) // the terminal is for the doors and the log-ins
	if err != nil {
		return err
	}
	d.greet(env.stdout)
	d.out = env.stdout
	d.progress = newProgress(env, "")
	return errors.Join(d.run(ctx), d.close())
}

func parseDemoTime(s string) (time.Time, error) {
	office, err := theDemoOffice()
	if err != nil {
		return time.Time{}, err
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, office.rome); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q: unknown form", s)
}

// demo is one running demo.
type demo struct {
	demoOptions
	memory  demoMemory
	log     *slog.Logger
	post    *demoPost
	program *program
	seeder  *demoSeeder
	live    *demoLive
	door    *door
	moved   string // the port that was busy, "" for none

	out      io.Writer // where the end of seeding is told; nil: nowhere
	progress *progress
	seeded   chan struct{} // closed when the past is told and today's mail is in
}

// openDemo makes everything ready up to the log-in links; nothing runs yet.
func openDemo(ctx context.Context, o demoOptions, log *slog.Logger) (d *demo, err error) {
	d = &demo{demoOptions: o, log: log, seeded: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if err := d.recall(); err != nil {
		return d, err
	}
	if d.post, err = openDemoPost(filepath.Join(d.dir, "posta"), d.now); err != nil {
		return d, err
	}
	if err := d.openProgram(ctx); err != nil {
		return d, err
	}
	if err := d.program.desk.LoadRegistry(ctx); err != nil {
		return d, err
	}
	d.seeder = &demoSeeder{program: d.program, post: d.post, begun: d.memory.Begun, limit: d.history, bulky: d.bulky, told: d.tell}
	if err := d.seeder.start(ctx); err != nil {
		return d, err
	}
	if d.live, err = newDemoLive(d.post, d.memory.Begun, d.pace, log); err != nil {
		return d, err
	}
	d.door, err = openDoor(d.post, d.doorAddress(), log)
	return d, err
}

// openProgram opens the real program on the first free port.
func (d *demo) openProgram(ctx context.Context) error {
	host, port, err := net.SplitHostPort(d.addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return &usageError{"-addr vuole un indirizzo di questo computer, per esempio 127.0.0.1:8080: le password della prova sono note a tutti."}
	}
	for range 20 {
		cfg, err := d.config(host, port)
		if err != nil {
			return err
		}
		options := programOptions{demo: true, store: d.store, desk: []helpdesk.Option{helpdesk.WithClock(d.now)}}
		d.program, err = openProgram(ctx, cfg, d.log, options)
		if err == nil {
			return d.writeConfig(cfg)
		}
		d.program = nil
		n, _ := strconv.Atoi(port)
		if !errors.Is(err, syscall.EADDRINUSE) || n == 0 {
			return err
		}
		if d.moved == "" {
			d.moved = port
		}
		port = strconv.Itoa(n + 1)
	}
	return fmt.Errorf("le porte da %s in poi sono tutte occupate: sceglierne un'altra con -addr", d.moved)
}

func (d *demo) doorAddress() string {
	host, port, _ := net.SplitHostPort(d.program.listener.Addr().String())
	if strings.HasSuffix(d.addr, ":0") {
		return net.JoinHostPort(host, "0")
	}
	n, _ := strconv.Atoi(port)
	return net.JoinHostPort(host, strconv.Itoa(n+1))
}

// close frees everything; the data stay.
func (d *demo) close() error {
	var errs []error
	if d.door != nil {
		errs = append(errs, d.door.close())
	}
	if d.program != nil {
		errs = append(errs, d.program.close())
	}
	if d.post != nil {
		errs = append(errs, d.post.close())
	}
	return errors.Join(errs...)
}
