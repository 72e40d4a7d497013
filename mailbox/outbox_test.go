package mailbox

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

// memoryOutbox keeps the outbox's promises in memory: temporary failures come
// back after a minute, everything else is final.
type memoryOutbox struct {
	mu     sync.Mutex
	queue  []helpdesk.Outgoing
	data   map[int64][]byte
	log    []string
	last   map[int64]helpdesk.Delivery
	copied map[int64]bool // in the sent folder
	health []helpdesk.Health
	refuse error // returned by Sending
	full   error // returned by Finish
}

func newOutbox(mails ...helpdesk.Outgoing) *memoryOutbox {
	o := &memoryOutbox{data: map[int64][]byte{}, last: map[int64]helpdesk.Delivery{}, copied: map[int64]bool{}}
	o.add(mails...)
	return o
}

// add queues mails.
func (o *memoryOutbox) add(mails ...helpdesk.Outgoing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range mails {
		m.ID, m.State = int64(len(o.queue)+1), helpdesk.OutgoingQueued
		if m.From == "" {
			m.From = "desk@ente.example"
		}
		o.queue = append(o.queue, m)
		o.data[m.ID] = fmt.Appendf(nil, "Message-ID: <%d@ente.example>\r\n\r\nRisposta\r\n.con un punto\r\n", m.ID)
	}
}

func (o *memoryOutbox) NextOutgoing(context.Context, int64) (helpdesk.Outgoing, []byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.queue {
		if m.State == helpdesk.OutgoingQueued && !m.NextTry.After(time.Now()) {
			return m, o.data[m.ID], nil
		}
	}
	return helpdesk.Outgoing{}, nil, fmt.Errorf("next: %w", helpdesk.ErrNone)
}

func (o *memoryOutbox) note(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.log = append(o.log, fmt.Sprintf(format, args...))
}

func (o *memoryOutbox) Sending(_ context.Context, id int64) error {
	o.note("sending %d", id)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse != nil {
		return o.refuse
	}
	o.queue[id-1].State = helpdesk.OutgoingSending
	return nil
}

func (o *memoryOutbox) Finish(_ context.Context, id int64, d helpdesk.Delivery) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.full != nil {
		return o.full
	}
	o.log = append(o.log, fmt.Sprintf("%s %d", d.Result, id))
	m := &o.queue[id-1]
	m.Attempts++
	m.State = map[helpdesk.DeliveryResult]helpdesk.OutgoingState{
		helpdesk.Delivered: helpdesk.OutgoingSent, helpdesk.Permanent: helpdesk.OutgoingFailed,
		helpdesk.Ambiguous: helpdesk.OutgoingUnknown, helpdesk.Temporary: helpdesk.OutgoingQueued,
	}[d.Result]
	m.NextTry = time.Now().Add(time.Minute)
	o.last[id] = d
	return nil
}

func (o *memoryOutbox) SettleSending(context.Context, int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.queue {
		if o.queue[i].State == helpdesk.OutgoingSending {
			o.queue[i].State = helpdesk.OutgoingUnknown
			o.log = append(o.log, fmt.Sprintf("settled %d", o.queue[i].ID))
		}
	}
	return nil
}

func (o *memoryOutbox) NextCopy(context.Context, int64) (helpdesk.Outgoing, []byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.queue {
		if m.State == helpdesk.OutgoingSent && !o.copied[m.ID] {
			m.Ref = fmt.Sprintf("%d@ente.example", m.ID)
			return m, o.data[m.ID], nil
		}
	}
	return helpdesk.Outgoing{}, nil, fmt.Errorf("next copy: %w", helpdesk.ErrNone)
}

func (o *memoryOutbox) Copied(_ context.Context, id int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.copied[id] = true
	return nil
}

func (o *memoryOutbox) isCopied(id int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.copied[id]
}

func (o *memoryOutbox) Health(_ context.Context, h helpdesk.Health) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.health = append(o.health, h)
	return nil
}

func (o *memoryOutbox) story() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.log, ", ")
}

func (o *memoryOutbox) delivery(id int64) helpdesk.Delivery {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last[id]
}

func (o *memoryOutbox) state(id int64) helpdesk.OutgoingState {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.queue[id-1].State
}

func mailTo(to ...string) helpdesk.Outgoing { return helpdesk.Outgoing{Recipients: to} }

// post runs a sender against a sink in a bubble. sink is made inside it.
type post struct {
	outbox *memoryOutbox
	sink   *loopback.SMTP
	sender *Sender
	start  func() // begins Run
	stop   func() // ends Run and waits for it

	mu    sync.Mutex
	conns []*loopback.FaultyConn
}

func (p *post) dialled() []*loopback.FaultyConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.conns)
}

func posting(t *testing.T, opts loopback.SMTPOptions, outbox *memoryOutbox, faults []loopback.Fault, check func(*testing.T, *post)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &post{outbox: outbox, sink: loopback.NewSMTP(opts)}
		ln := loopback.Pipe()
		var serving, sending sync.WaitGroup
		serving.Go(func() { p.sink.Serve(ln) })
		cfg := SMTPConfig{Host: "127.0.0.1", Port: 25, TLS: TLSNone, Username: "desk", Password: "secret", Hello: "ente.example"}
		if opts.Users == nil {
			cfg.Username = ""
		}
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := ln.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			fault := loopback.NoFault
			if len(p.conns) < len(faults) {
				fault = faults[len(p.conns)]
			}
			p.conns = append(p.conns, loopback.Break(conn, fault))
			return p.conns[len(p.conns)-1], nil
		}
		p.sender = NewSender(1, cfg, outbox, slog.New(slog.DiscardHandler))
		p.start = func() {
			ctx, cancel := context.WithCancel(t.Context())
			sending.Go(func() { p.sender.Run(ctx) })
			p.stop = func() { cancel(); sending.Wait() }
		}
		p.start()
		check(t, p)
		p.stop()
		ln.Close()
		p.sink.Close()
		serving.Wait()
	})
}
