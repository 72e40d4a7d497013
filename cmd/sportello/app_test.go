package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// The tests of the whole program: run is called as main calls it, against mail
// servers that are real or in this process.

const (
	deskAddress  = "help@desk.test"
	expertEmail  = "anna.verdi@desk.test"
	testPassword = "quattro parole a caso"
)

// mailWorld is the mail servers around the desk.
type mailWorld interface {
	// config is the TOML of [mailbox.imap] and [mailbox.smtp].
	config() string
	// deliver brings a message into the desk's INBOX.
	deliver(t *testing.T, raw string)
	// arrived lists what reached the officers so far.
	arrived(t *testing.T) [][]byte
}

// loopWorld are the servers of mailbox/loopback.
type loopWorld struct {
	imap     *loopback.IMAP
	smtp     *loopback.SMTP
	imapPort int
	smtpPort int
}

func newLoopWorld(t testing.TB, smtp loopback.SMTPOptions) *loopWorld {
	t.Helper()
	w := &loopWorld{imap: loopback.NewIMAP(loopback.IMAPOptions{}), smtp: loopback.NewSMTP(smtp)}
	w.imap.AddUser("help", "helppw")
	w.imapPort = listening(t, w.imap)
	w.smtpPort = listening(t, w.smtp)
	return w
}

// listening serves on a free port until the test ends.
func listening(t testing.TB, s interface {
	Serve(net.Listener) error
	Close() error
}) int {
	t.Helper()
	ln, err := loopback.Listen()
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	t.Cleanup(func() { s.Close() })
	return ln.Addr().(*net.TCPAddr).Port
}

func (w *loopWorld) config() string { return mailConfig(w.imapPort, w.smtpPort) }

func mailConfig(imapPort, smtpPort int) string {
	return fmt.Sprintf(`[mailbox.imap]
host = "127.0.0.1"
port = %d
tls = "none"
username = "help"
password = "helppw"
poll_interval = "1s"
[mailbox.smtp]
host = "127.0.0.1"
port = %d
tls = "none"
`, imapPort, smtpPort)
}

func (w *loopWorld) deliver(t *testing.T, raw string) {
	t.Helper()
	if _, err := w.imap.Deliver("help", "INBOX", []byte(raw), time.Now()); err != nil {
		t.Fatal(err)
	}
}

func (w *loopWorld) arrived(*testing.T) [][]byte {
	var all [][]byte
	for _, m := range w.smtp.Taken() {
		all = append(all, m.Data)
	}
	return all
}

// testDesk is one configuration with its data directory.
type testDesk struct {
	t      *testing.T
	world  mailWorld
	dir    string // of the data
	config string // the file
	url    string
}

// newTestDesk writes a configuration for one mailbox of the world.
func newTestDesk(t *testing.T, world mailWorld, start string) *testDesk {
	t.Helper()
	root := t.TempDir()
	d := &testDesk{t: t, world: world, dir: filepath.Join(root, "data"), config: filepath.Join(root, "sportello.toml")}
	port := freePort(t)
	d.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	text := fmt.Sprintf("data_dir = %q\nbase_url = %q\nshipped_registry = false\n[web]\nlisten = \"127.0.0.1:%d\"\n[[mailbox]]\nname = \"Sportello PNRR\"\naddress = %q\nstart = %q\n%s[mailbox.ack]\nhourly_limit = 1000\n",
		d.dir, d.url, port, deskAddress, start, world.config())
	if err := os.WriteFile(d.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func freePort(t testing.TB) int {
	t.Helper()
	ln, err := loopback.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// outcome of one command.
type outcome struct {
	code        int
	out, errors string
}

// call runs a command with the desk's configuration.
func (d *testDesk) call(stdin string, args ...string) outcome {
	d.t.Helper()
	return call(d.t.Context(), stdin, append(args, "-config", d.config)...)
}

func call(ctx context.Context, stdin string, args ...string) outcome {
	var out, errors bytes.Buffer
	env := environment{getenv: func(string) string { return "" }, stdin: strings.NewReader(stdin), stdout: &out, stderr: &errors}
	return outcome{run(ctx, env, args), out.String(), errors.String()}
}

// must fails the test unless the command ends with exit code 0.
func (d *testDesk) must(stdin string, args ...string) string {
	d.t.Helper()
	o := d.call(stdin, args...)
	if o.code != exitOK {
		d.t.Fatalf("sportello %s: exit %d\n%s%s", strings.Join(args, " "), o.code, o.out, o.errors)
	}
	return o.out
}

func (d *testDesk) addExpert() {
	d.t.Helper()
	d.must(testPassword+"\n", "user", "add", expertEmail, "-role", "expert", "-name", "Anna Verdi", "-password-stdin")
}

// logBuffer is where serve logs; lines can be waited for.
type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serving is a serve that runs in this process.
type serving struct {
	t    *testing.T
	log  *logBuffer
	stop context.CancelFunc
	done chan int
}

// serve starts the program and returns once it listens. It is stopped at the
// end of the test, at the latest.
func (d *testDesk) serve() *serving {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &serving{t: d.t, log: &logBuffer{}, stop: cancel, done: make(chan int, 1)}
	env := environment{getenv: func(string) string { return "" }, stdin: strings.NewReader(""), stdout: io.Discard, stderr: s.log}
	go func() { s.done <- run(ctx, env, []string{"serve", "-config", d.config}) }()
	d.t.Cleanup(func() { s.end() })
	eventually(d.t, "serve listens", func() bool { return strings.Contains(s.log.String(), "listening") || len(s.done) > 0 })
	return s
}

// end stops the program and returns its exit code.
func (s *serving) end() int {
	s.stop()
	select {
	case code := <-s.done:
		s.done <- code
		return code
	case <-time.After(time.Minute):
		s.t.Errorf("serve does not stop; its log:\n%s", s.log)
		return -1
	}
}

// eventually waits until a condition holds that another goroutine or process
// brings about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("in two minutes it did not come about that %s", what)
		}
	}
}

// exported are the lines of an export.
func (d *testDesk) exported(what string) []map[string]any {
	d.t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(d.must("", "export", what)) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			d.t.Fatalf("export %s: %v: %s", what, err, line)
		}
		lines = append(lines, v)
	}
	return lines
}

// inbound are the exported messages that came from outside.
func (d *testDesk) inbound() []map[string]any {
	d.t.Helper()
	var list []map[string]any
	for _, m := range d.exported("messages") {
		if m["kind"] == "inbound" {
			list = append(list, m)
		}
	}
	return list
}
