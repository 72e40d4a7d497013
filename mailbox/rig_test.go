package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sportello/mailbox/loopback"
)

// server is anything of loopback that can be served.
type server interface {
	Serve(net.Listener) error
	Close() error
}

// rig is a server, a poller and a keeper inside one synctest bubble.
type rig struct {
	t      *testing.T
	keeper *memoryKeeper
	poller *Poller
	faults []loopback.Fault // of the first connections; later ones hold

	mu    sync.Mutex
	conns []*loopback.FaultyConn
}

// dialled lists the connections made so far.
func (r *rig) dialled() []*loopback.FaultyConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.conns)
}

// poll runs a poller against s inside a bubble, calls check, and ends all.
func poll(t *testing.T, s server, cfg IMAPConfig, faults []loopback.Fault, check func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, keeper: newKeeper(), faults: faults}
		r.run(s, cfg, check)
	})
}

func (r *rig) run(s server, cfg IMAPConfig, check func(*rig)) {
	ln := loopback.Pipe()
	var tasks sync.WaitGroup
	tasks.Go(func() { s.Serve(ln) })
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := ln.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		fault := loopback.NoFault
		if len(r.conns) < len(r.faults) {
			fault = r.faults[len(r.conns)]
		}
		r.conns = append(r.conns, loopback.Break(conn, fault))
		return r.conns[len(r.conns)-1], nil
	}
	r.poller = NewPoller(1, cfg, r.keeper, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(r.t.Context())
	tasks.Go(func() { r.poller.Run(ctx) })
	check(r)
	cancel()
	synctest.Wait()
	ln.Close()
	s.Close()
	tasks.Wait()
}

// settle waits (in fake time) until ok, at most d.
func (r *rig) settle(d time.Duration, ok func() bool) {
	r.t.Helper()
	for end := time.Now().Add(d); ; time.Sleep(time.Second) {
		synctest.Wait()
		if ok() {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("not within %v; ledger: %s; kept %d; health %+v", d, r.keeper.states(), len(r.keeper.contents()), r.keeper.lastHealth())
		}
	}
}

func (r *rig) wantStates(d time.Duration, want string) {
	r.t.Helper()
	r.settle(d, func() bool { return r.keeper.states() == want })
}

// testConfig reads the INBOX of desk from its beginning.
func testConfig() IMAPConfig {
	return IMAPConfig{
		Host: "127.0.0.1", Port: 143, TLS: TLSNone, Username: "desk", Password: "secret", Folder: "INBOX",
		PollInterval: time.Minute, MaxMessageSize: 50 << 20, Start: Start{All: true},
	}
}

var day = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func letterNo(i int) string {
	return fmt.Sprintf("From: u%d@comune.example\r\nMessage-ID: <%d@comune.example>\r\n\r\nQuesito numero %d\r\n", i, i, i)
}

// inbox is an IMAP server with n letters for desk.
func inbox(t *testing.T, n int, opts loopback.IMAPOptions) *loopback.IMAP {
	t.Helper()
	s := loopback.NewIMAP(opts)
	s.AddUser("desk", "secret")
	for i := 1; i <= n; i++ {
		deliver(t, s, letterNo(i), i)
	}
	return s
}

func deliver(t *testing.T, s *loopback.IMAP, raw string, minute int) {
	t.Helper()
	if _, err := s.Deliver("desk", "INBOX", []byte(raw), day.Add(time.Duration(minute)*time.Minute)); err != nil {
		t.Fatal(err)
	}
}

func letters(from, to int) []string {
	var list []string
	for i := from; i <= to; i++ {
		list = append(list, letterNo(i))
	}
	return list
}

func stored(n int) string {
	var b bytes.Buffer
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d stored", i)
	}
	return b.String()
}

var errDisk = errors.New("disk full")
