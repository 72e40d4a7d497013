package mailbox

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// dovecot is a real IMAP server, started and ended by the test tools.
type dovecot struct {
	t     *testing.T
	tools string
	dir   string
	cfg   IMAPConfig
	poke  func() // ends the poller's present wait
}

// startDovecot skips where there is none, except in CI.
func startDovecot(t *testing.T) *dovecot {
	t.Helper()
	tools := os.Getenv("SPORTELLO_TOOLS")
	_, err := exec.LookPath("dovecot")
	need(t, err == nil && tools != "", "no dovecot, or SPORTELLO_TOOLS does not say where its scripts are")
	d := &dovecot{t: t, tools: tools, dir: openDir(t)}
	port := freePorts(t)
	d.run("run.sh", "start", d.dir, strconv.Itoa(port))
	t.Cleanup(func() { d.run("run.sh", "stop", d.dir) })
	d.cfg = IMAPConfig{
		Host: "127.0.0.1", Port: port, TLS: TLSNone, Username: "help", Password: "helppw", Folder: "INBOX",
		PollInterval: time.Second, Idle: true, MaxMessageSize: 50 << 20, Start: Start{All: true},
	}
	return d
}

// need skips the test where a condition is missing, and fails it in CI.
func need(t *testing.T, ok bool, why string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") == "true":
		t.Fatal(why)
	default:
		t.Skip(why)
	}
}

// openDir is a temporary folder that the server's own user can enter, which
// those of the testing package are not.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePorts finds a port whose two successors are free as well.
func freePorts(t *testing.T) int {
	t.Helper()
	for range 50 {
		first, err := loopback.Listen()
		if err != nil {
			t.Fatal(err)
		}
		port := first.Addr().(*net.TCPAddr).Port
		first.Close()
		free := true
		for i := 1; i <= 2; i++ {
			next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+i))
			if err != nil {
				free = false
				break
			}
			next.Close()
		}
		if free {
			return port
		}
	}
	t.Fatal("no three free ports in a row")
	return 0
}

func (d *dovecot) run(script string, args ...string) {
	d.t.Helper()
	cmd := exec.Command("bash", append([]string{filepath.Join(d.tools, "dovecot", script)}, args...)...)
	// The server inherits the script's output; pipes would be waited for.
	log, err := os.Create(filepath.Join(d.t.TempDir(), "log"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		d.t.Fatalf("%s %v: %v\n%s", script, args, err, text)
	}
}

func (d *dovecot) fault(verb string) {
	d.t.Helper()
	d.run("faults.sh", verb, d.dir, "help")
}

// fill appends letters over IMAP.
func (d *dovecot) fill(from, to int) {
	d.t.Helper()
	c, err := dialIMAP(d.t.Context(), d.cfg)
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.close()
	for i := from; i <= to; i++ {
		raw := []byte(letterNo(i) + strings.Repeat("Testo di un quesito come tanti. ", 150) + "\r\n")
		if err := c.append(d.t.Context(), "INBOX", raw, day.Add(time.Duration(i)*time.Second)); err != nil {
			d.t.Fatal(err)
		}
	}
}

// polling runs a poller in real time until the test ends.
func (d *dovecot) polling() *memoryKeeper {
	k := newKeeper()
	p := NewPoller(1, d.cfg, k, slog.New(slog.DiscardHandler))
	d.poke = p.PollNow
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	d.t.Cleanup(func() { cancel(); running.Wait() })
	return k
}

func (d *dovecot) settle(k *memoryKeeper, ok func() bool) {
	d.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * time.Minute); !ok(); <-tick.C {
		if time.Now().After(end) {
			d.t.Fatalf("kept %d; health %+v", len(k.contents()), k.lastHealth())
		}
	}
}

// wantLetters checks that the letters 1…n are there, each once.
func (d *dovecot) wantLetters(k *memoryKeeper, n int) {
	d.t.Helper()
	d.settle(k, func() bool { return len(k.contents()) >= n })
	got := k.contents()
	for i := 1; i <= n; i++ {
		has := func(raw string) bool { return strings.HasPrefix(raw, letterNo(i)) }
		if at := slices.IndexFunc(got, has); at < 0 || slices.IndexFunc(got[at+1:], has) >= 0 {
			d.t.Fatalf("letter %d is not there exactly once", i)
		}
	}
	if len(got) != n {
		d.t.Errorf("%d kept, want %d", len(got), n)
	}
}

func TestDovecotThroughput(t *testing.T) {
	d := startDovecot(t)
	const n = 1500
	d.fill(1, n)
	begun := time.Now()
	k := d.polling()
	d.wantLetters(k, n)
	t.Logf("%.0f messages of 5 kB a second", n/time.Since(begun).Seconds())
}

func TestDovecotFaults(t *testing.T) {
	d := startDovecot(t)
	d.fill(1, 30)
	k := d.polling()
	d.wantLetters(k, 30)
	d.fault("kick")
	d.fill(31, 35)
	d.wantLetters(k, 35)
	keeps := k.count("keep")
	d.fault("uidvalidity")
	d.fill(36, 40)
	d.settle(k, func() bool { return k.count("settle") > 0 })
	d.wantLetters(k, 40)
	if n := k.count("keep") - keeps; n != 5 {
		t.Errorf("%d bodies fetched after the change of UIDVALIDITY for 5 new messages", n)
	}
	d.fault("badperm")
	d.settle(k, func() bool { return !k.lastHealth().OK })
	d.fault("goodperm")
	d.poke()
	d.settle(k, func() bool { return k.lastHealth().OK })
	d.fault("expunge")
	d.fill(41, 42)
	d.wantLetters(k, 42)
}

func TestDovecotMoveAndSent(t *testing.T) {
	d := startDovecot(t)
	d.fill(1, 10)
	d.cfg.ProcessedFolder, d.cfg.SentFolder = "Trash", "Sent"
	k := d.polling()
	d.wantLetters(k, 10)
	d.settle(k, func() bool {
		r, err := CheckIMAP(t.Context(), d.cfg)
		return err == nil && r.Messages == 0
	})
	moved := d.cfg
	moved.Folder = "Trash"
	if r, err := CheckIMAP(t.Context(), moved); err != nil || r.Messages != 10 || !r.Idle || !r.CanMove || r.NoProcessed {
		t.Errorf("processed folder: %+v, %v", r, err)
	}
	for range 2 {
		if err := SaveSent(t.Context(), d.cfg, "1@comune.example", []byte(letterNo(1)), day); err != nil {
			t.Fatal(err)
		}
	}
	moved.Folder = "Sent"
	if r, err := CheckIMAP(t.Context(), moved); err != nil || r.Messages != 1 {
		t.Errorf("sent folder: %+v, %v", r, err)
	}
}
