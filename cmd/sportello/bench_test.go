package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sportello/store"
)

// The benchmarks measure the program as it is shipped: a process of its own,
// asked over HTTP by this one. docs/performance.md has the commands and what
// was seen. The environment says what they measure:
//
//	SPORTELLO_BENCH_TICKETS   how many tickets the store holds; 300 for a smoke run
//	SPORTELLO_BENCH_DATA      a data directory that fill left; its user
//	                          esperto01@fill.example gets a password, intake adds to it
//	SPORTELLO_BENCH_CPU       the one processor that the program may use
//	SPORTELLO_BENCH_IMAP      host:port of an IMAP server with the users help (helppw) and agent (agentpw)
//	SPORTELLO_BENCH_MAILS     a directory of .eml files
//	SPORTELLO_BENCH_MESSAGES  how many of them are taken in, again from the first if need be

const benchUser = "esperto01@fill.example"

// benchNumber reads a number of the environment.
func benchNumber(b *testing.B, name string, otherwise int) int {
	b.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		b.Fatalf("%s: %q is no number above 0", name, v)
	}
	return n
}

// benchDesk is a configuration with its data.
type benchDesk struct {
	binary string
	dir    string
	config string
	url    string
}

// newBenchDesk has a store with the tickets that the environment asks for and
// a mailbox on imap.
func newBenchDesk(b *testing.B, imap benchIMAP) *benchDesk {
	b.Helper()
	d := &benchDesk{dir: os.Getenv("SPORTELLO_BENCH_DATA"), binary: filepath.Join(b.TempDir(), "sportello")}
	if out, err := exec.Command("go", "build", "-o", d.binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	filled := d.dir != ""
	if !filled {
		d.dir = filepath.Join(b.TempDir(), "data")
	}
	d.configure(b, imap, d.addresses(b))
	if !filled {
		d.must(b, "", "fill", "-tickets", strconv.Itoa(benchNumber(b, "SPORTELLO_BENCH_TICKETS", 300)), "-months", "36")
	}
	d.must(b, testPassword+"\n", "user", "password", benchUser, "-password-stdin")
	return d
}

// addresses are those of the first two mailboxes that the store knows, so that
// its tickets stay with them: the desk shows the filter by mailbox only for two.
func (d *benchDesk) addresses(b *testing.B) []string {
	b.Helper()
	boxes, err := d.open(b).Mailboxes(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	list := []string{}
	for _, m := range boxes {
		list = append(list, m.Address)
	}
	return append(list, "sportello1@bench.example", "sportello2@bench.example")[:2]
}

// configure writes the configuration.
func (d *benchDesk) configure(b *testing.B, imap benchIMAP, addresses []string) {
	b.Helper()
	port := freePort(b)
	d.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	d.config = filepath.Join(b.TempDir(), "sportello.toml")
	text := fmt.Sprintf("data_dir = %q\nbase_url = %q\nshipped_registry = false\n[web]\nlisten = \"127.0.0.1:%d\"\n", d.dir, d.url, port)
	for i, user := range []string{"help", "agent"} {
		folder := imap.folder
		if i > 0 {
			folder = "INBOX"
		}
		text += fmt.Sprintf(`[[mailbox]]
name = "Sportello %[1]d"
address = %[6]q
start = "all"
[mailbox.imap]
host = %[2]q
port = %[3]d
tls = "none"
username = %[4]q
password = "%[4]spw"
folder = %[5]q
[mailbox.smtp]
host = "127.0.0.1"
port = 1
tls = "none"
`, i+1, imap.host, imap.port, user, folder, addresses[i])
	}
	if err := os.WriteFile(d.config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (d *benchDesk) must(b *testing.B, stdin string, args ...string) {
	b.Helper()
	if o := call(b.Context(), stdin, append(args, "-config", d.config)...); o.code != exitOK {
		b.Fatalf("sportello %s: exit %d\n%s%s", strings.Join(args, " "), o.code, o.out, o.errors)
	}
}

// open opens the store beside whatever runs.
func (d *benchDesk) open(b *testing.B) *store.Store {
	b.Helper()
	st, err := store.Open(b.Context(), d.dir, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	return st
}

// process is a serve in a process of its own.
type process struct {
	cmd   *exec.Cmd
	first time.Duration // from the start to the first page
}

// serve starts the program and returns when it has answered with a page.
func (d *benchDesk) serve(b *testing.B) *process {
	b.Helper()
	args := []string{d.binary, "serve", "-config", d.config}
	if cpu := os.Getenv("SPORTELLO_BENCH_CPU"); cpu != "" {
		args = append([]string{"taskset", "-c", cpu}, args...)
	}
	p := &process{cmd: exec.Command(args[0], args[1:]...)}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.stop)
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.Contains(lines.Text(), "listening") {
	}
	go io.Copy(io.Discard, log)
	r, err := http.Get(d.url + "/accesso")
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("first page: status %d, %v", r.StatusCode, err)
	}
	p.first = time.Since(started)
	return p
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	_ = p.cmd.Wait()
}

// memory is the resident set in MiB.
func (p *process) memory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Skipf("what a process uses is read from /proc: %v", err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(after, &kib); err != nil {
		b.Fatalf("VmRSS: %v", err)
	}
	return kib / 1024
}

// cpu is the processor time used so far, to the hundredth of a second.
func (p *process) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		b.Skipf("what a process uses is read from /proc: %v", err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	if err := errors.Join(errUser, errSystem); err != nil {
		b.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// logIn returns a browser with the session of one of fill's experts.
func (d *benchDesk) logIn(b *testing.B) *browser {
	b.Helper()
	w := newBrowser(d.url)
	status, body, err := w.post("/accesso", url.Values{"email": {benchUser}, "password": {testPassword}})
	if err != nil || status != http.StatusSeeOther {
		b.Fatalf("log in: status %d, %v\n%s", status, err, body)
	}
	return w
}

// timings are how long requests took.
type timings []time.Duration

// page asks for a page and notes how long it took until its last byte.
func (t *timings) page(b *testing.B, w *browser, path string) string {
	started := time.Now()
	status, body, err := w.get(path)
	if err != nil || status != http.StatusOK {
		b.Fatalf("%s: status %d, %v", path, status, err)
	}
	*t = append(*t, time.Since(started))
	return body
}

// report gives the median and the 99th percentile.
func (t timings) report(b *testing.B) {
	if len(t) == 0 {
		return
	}
	slices.Sort(t)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(t[(len(t)-1)*p/100])/float64(time.Millisecond), fmt.Sprintf("p%d-ms", p))
	}
}

// BenchmarkFill is what invented tickets cost to write.
func BenchmarkFill(b *testing.B) {
	n := benchNumber(b, "SPORTELLO_BENCH_TICKETS", 300)
	for b.Loop() {
		d := &benchDesk{dir: filepath.Join(b.TempDir(), "data")}
		d.configure(b, benchIMAP{host: "127.0.0.1", port: 1, folder: "INBOX"}, d.addresses(b))
		d.must(b, "", "fill", "-tickets", strconv.Itoa(n), "-months", "36")
		file, err := os.Stat(filepath.Join(d.dir, store.FileName))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(file.Size())/float64(n), "bytes/ticket")
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "tickets/s")
}

// BenchmarkStart is the time from the start of the process to its first page,
// and what it needs when nobody does anything.
func BenchmarkStart(b *testing.B) {
	d := newBenchDesk(b, loopbackIMAP(b))
	var memory float64
	b.ResetTimer()
	for b.Loop() {
		p := d.serve(b)
		b.StopTimer()
		eventually(b, "the memory of the start is given back", func() bool {
			before := memory
			memory = p.memory(b)
			return memory == before // two readings alike
		})
		p.stop()
		b.StartTimer()
	}
	b.ReportMetric(memory, "MiB")
}
