package mailbox

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// silence is how long a server may say nothing while it owes an answer.
const silence = 45 * time.Second

// slowest is the least throughput a transfer may have, in bytes a second; with
// it every step has an end however slowly it drips.
const slowest = 10 << 10

// restBudget is what a server may say unasked between two steps, in bytes.
const restBudget = 1 << 20

var (
	errSilent  = errors.New("the server stopped answering")
	errTooMuch = errors.New("the server sent more than was asked for")
)

// silent reports whether a connection ended because too little came.
func silent(err error) bool {
	return errors.Is(err, errSilent) || errors.Is(err, context.DeadlineExceeded)
}

// wire lies under the IMAP library, which has neither contexts, nor deadlines
// while it waits, nor limits on what it reads into memory. Each step gets a
// budget of bytes and a watch on silence; when either is used up the
// connection is closed, which is the one thing that frees the library.
type wire struct {
	net.Conn

	mu     sync.Mutex
	budget int64
	watch  *time.Timer // runs during a step
	cause  error       // why we closed the connection
}

func newWire(conn net.Conn) *wire {
	return &wire{Conn: conn, budget: restBudget}
}

func (w *wire) begin(budget int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.budget = budget
	w.watch = time.AfterFunc(silence, func() { w.abort(errSilent) })
}

func (w *wire) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watch.Stop()
	w.watch = nil
	w.budget = restBudget
}

// abort closes the connection for a reason of ours; the first one counts.
func (w *wire) abort(cause error) {
	w.mu.Lock()
	if w.cause == nil {
		w.cause = cause
	}
	w.mu.Unlock()
	w.Conn.Close()
}

func (w *wire) aborted() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

func (w *wire) Read(p []byte) (int, error) {
	w.mu.Lock()
	room := min(int64(len(p)), w.budget)
	w.mu.Unlock()
	if room <= 0 {
		w.abort(errTooMuch)
		return 0, errTooMuch
	}
	n, err := w.Conn.Read(p[:room])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.budget -= int64(n)
	if n > 0 && w.watch != nil {
		w.watch.Reset(silence)
	}
	return n, err
}
