package mailbox

import (
	"bytes"
	"cmp"
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

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

// memoryKeeper keeps the ledger's promises in memory: one row per UID, bytes
// once, failed rows due again after a minute.
type memoryKeeper struct {
	mu     sync.Mutex
	box    helpdesk.Box
	rows   map[rowKey]helpdesk.LedgerEntry
	raws   map[[32]byte][]byte
	kept   [][32]byte // in order, once per content
	fail   error      // returned by Keep
	calls  map[string]int
	health []helpdesk.Health
}

type rowKey struct{ validity, uid uint32 }

func newKeeper() *memoryKeeper {
	return &memoryKeeper{
		rows: map[rowKey]helpdesk.LedgerEntry{}, raws: map[[32]byte][]byte{}, calls: map[string]int{},
	}
}

func (k *memoryKeeper) lock(call string) func() {
	k.mu.Lock()
	k.calls[call]++
	return k.mu.Unlock
}

func (k *memoryKeeper) OpenBox(_ context.Context, mailboxID int64, folder string, validity, next uint32) (helpdesk.BoxView, error) {
	defer k.lock("open")()
	switch {
	case k.box.ID == 0:
		k.box = helpdesk.Box{ID: 1, MailboxID: mailboxID, Folder: folder, UIDValidity: validity, FirstNext: next, Settled: true}
	case k.box.UIDValidity != validity:
		k.box.UIDValidity, k.box.FirstNext, k.box.Settled = validity, next, false
	}
	v := helpdesk.BoxView{Box: k.box, Next: 1, Compare: !k.box.Settled}
	for _, e := range k.present() {
		v.Next = e.UID + 1
	}
	return v, nil
}

// present lists the rows of the box's validity in UID order.
func (k *memoryKeeper) present() []helpdesk.LedgerEntry {
	var list []helpdesk.LedgerEntry
	for key, e := range k.rows {
		if key.validity == k.box.UIDValidity {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b helpdesk.LedgerEntry) int { return cmp.Compare(a.UID, b.UID) })
	return list
}

func (k *memoryKeeper) save(e helpdesk.LedgerEntry) { k.rows[rowKey{e.UIDValidity, e.UID}] = e }

func (k *memoryKeeper) Settle(context.Context, int64) error {
	defer k.lock("settle")()
	k.box.Settled = true
	return nil
}

func (k *memoryKeeper) Known(_ context.Context, e helpdesk.LedgerEntry) (bool, error) {
	defer k.lock("known")()
	for key, old := range k.rows {
		if key.validity != e.UIDValidity && old.InternalDate.Equal(e.InternalDate) && old.Size == e.Size && bytes.Equal(old.HeaderHash, e.HeaderHash) {
			e.State = old.State
			k.save(e)
			return true, nil
		}
	}
	return false, nil
}

func (k *memoryKeeper) Keep(_ context.Context, a helpdesk.Arrival) error {
	defer k.lock("keep")()
	if k.fail != nil {
		return k.fail
	}
	if _, ok := k.raws[a.Raw.SHA256]; !ok {
		k.raws[a.Raw.SHA256] = bytes.Clone(a.Raw.Data)
		k.kept = append(k.kept, a.Raw.SHA256)
	}
	state := helpdesk.LedgerStored
	if a.Stub {
		state = helpdesk.LedgerOversized
	}
	k.save(helpdesk.LedgerEntry{
		BoxID: a.BoxID, UIDValidity: a.UIDValidity, UID: a.UID, State: state,
		InternalDate: a.InternalDate, Size: a.Size, HeaderHash: a.HeaderHash,
	})
	return nil
}

func (k *memoryKeeper) FetchFailed(_ context.Context, e helpdesk.LedgerEntry, cause string) error {
	defer k.lock("failed")()
	e.State, e.Error, e.NextTry = helpdesk.LedgerFailed, cause, time.Now().Add(time.Minute)
	e.Attempts = k.rows[rowKey{e.UIDValidity, e.UID}].Attempts + 1
	k.save(e)
	return nil
}

func (k *memoryKeeper) Vanished(_ context.Context, e helpdesk.LedgerEntry) error {
	defer k.lock("vanished")()
	e.State = helpdesk.LedgerVanished
	k.save(e)
	return nil
}

func (k *memoryKeeper) Skip(_ context.Context, entries []helpdesk.LedgerEntry) error {
	defer k.lock("skip")()
	for _, e := range entries {
		e.State = helpdesk.LedgerSkipped
		k.save(e)
	}
	return nil
}

func (k *memoryKeeper) DueFetches(context.Context, helpdesk.Box) ([]uint32, error) {
	defer k.lock("due")()
	var due []uint32
	for _, e := range k.present() {
		if e.State == helpdesk.LedgerFailed && !e.NextTry.After(time.Now()) {
			due = append(due, e.UID)
		}
	}
	return due, nil
}

func (k *memoryKeeper) LedgerUIDs(_ context.Context, _ helpdesk.Box, after uint32, limit int) ([]uint32, error) {
	defer k.lock("uids")()
	var uids []uint32
	for _, e := range k.present() {
		if e.UID > after && len(uids) < limit {
			uids = append(uids, e.UID)
		}
	}
	return uids, nil
}

func (k *memoryKeeper) Health(_ context.Context, h helpdesk.Health) error {
	defer k.lock("health")()
	k.health = append(k.health, h)
	return nil
}

// states reads like "1 stored, 2 failed".
func (k *memoryKeeper) states() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var b bytes.Buffer
	for i, e := range k.present() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d %s", e.UID, e.State)
	}
	return b.String()
}

func (k *memoryKeeper) contents() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []string
	for _, sum := range k.kept {
		list = append(list, string(k.raws[sum]))
	}
	return list
}

func (k *memoryKeeper) count(call string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.calls[call]
}

func (k *memoryKeeper) lastHealth() helpdesk.Health {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.health) == 0 {
		return helpdesk.Health{}
	}
	return k.health[len(k.health)-1]
}

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
