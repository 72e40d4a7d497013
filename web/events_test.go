package web

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// stream is an open stream of events; lines are its lines as they come.
type stream struct {
	t     *testing.T
	lines chan string
	stop  context.CancelFunc
}

func (c *client) stream() *stream {
	c.w.t.Helper()
	ctx, cancel := context.WithCancel(c.w.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.w.url+eventsPath, nil)
	if err != nil {
		c.w.t.Fatal(err)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.w.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") || res.Header.Get("X-Accel-Buffering") != "no" {
		c.w.t.Fatalf("stream: %d %v", res.StatusCode, res.Header)
	}
	checkHeadersPlain(c.w.t, res.Header)
	s := &stream{t: c.w.t, lines: make(chan string, 1000), stop: cancel}
	c.w.t.Cleanup(cancel)
	go func() {
		defer res.Body.Close()
		defer close(s.lines)
		for sc := bufio.NewScanner(res.Body); sc.Scan(); {
			s.lines <- sc.Text()
		}
	}()
	s.until(": vivo")
	return s
}

func checkHeadersPlain(t *testing.T, h http.Header) {
	t.Helper()
	if h.Get("Content-Security-Policy") != pagePolicy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Encoding") != "" {
		t.Errorf("headers of the stream: %v", h)
	}
}

// patience is how long a test waits for what should come at once.
const patience = 10 * time.Second

// until reads to a line with a beginning and returns it.
func (s *stream) until(begins string) string {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("the stream ended before %q", begins)
			}
			if strings.HasPrefix(line, begins) {
				return line
			}
		case <-timeout:
			s.t.Fatalf("no %q", begins)
		}
	}
}

// ended waits for the end of the stream.
func (s *stream) ended(why string) {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case _, ok := <-s.lines:
			if !ok {
				return
			}
		case <-timeout:
			s.t.Fatalf("the stream stays open: %s", why)
		}
	}
}

func TestEventsTellWhatIsNew(t *testing.T) {
	w := newTestWeb(t)
	s := w.as("expert").stream()
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	s.until("event: contatori")
	line := s.until("data: ")
	if _, after, _ := strings.Cut(line, `id="conta-non-assegnati"`); !strings.HasPrefix(after[strings.Index(after, "</span>"):], "</span>1<") {
		t.Errorf("counter: %s", line)
	}
	s.until("event: coda")
	if line, want := s.until("data: "), `data: {"numero":"`+n.String()+`","tipo":"nuovo"}`; line != want {
		t.Errorf("%s, want %s", line, want)
	}
	w.pass(time.Minute)
	w.receive(strings.Replace(question("q2", "Re: Asilo nido", "Ancora"), "MIME-Version", "In-Reply-To: <q1@comune.valcerva.example>\nMIME-Version", 1))
	s.until("event: coda")
	if line := s.until("data: "); !strings.Contains(line, `"tipo":"messaggio"`) {
		t.Errorf("a further message: %s", line)
	}
	if err := w.desk.Take(t.Context(), w.users["other"], n, 0); err != nil {
		t.Fatal(err)
	}
	s.until("event: coda")
	if line := s.until("data: "); !strings.Contains(line, `"tipo":"stato"`) {
		t.Errorf("taken: %s", line)
	}
}

// TestEventsEndS42: a stream does not outlive the right to see what it tells.
func TestEventsEndS42(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	s := c.stream()
	c.post("/esci", nil)
	s.ended("logged out")

	s = w.as("other").stream()
	w.disable("other")
	s.ended("disabled")

	s = w.as("coordinator").stream()
	w.pass(31 * time.Minute)
	s.ended("the session is over; a stream does not extend it")

	s = w.as("admin").stream()
	w.Close()
	s.ended("the server shuts down")
}
