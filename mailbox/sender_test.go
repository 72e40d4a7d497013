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
	health []helpdesk.Health
	refuse error // returned by Sending
}

func newOutbox(mails ...helpdesk.Outgoing) *memoryOutbox {
	o := &memoryOutbox{data: map[int64][]byte{}, last: map[int64]helpdesk.Delivery{}}
	for i, m := range mails {
		m.ID, m.State = int64(i+1), helpdesk.OutgoingQueued
		if m.From == "" {
			m.From = "desk@ente.example"
		}
		o.queue = append(o.queue, m)
		o.data[m.ID] = fmt.Appendf(nil, "Message-ID: <%d@ente.example>\r\n\r\nRisposta\r\n.con un punto\r\n", m.ID)
	}
	return o
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
	o.note("%s %d", d.Result, id)
	o.mu.Lock()
	defer o.mu.Unlock()
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
		ctx, cancel := context.WithCancel(t.Context())
		sending.Go(func() { p.sender.Run(ctx) })
		p.stop = func() { cancel(); sending.Wait() }
		check(t, p)
		p.stop()
		ln.Close()
		p.sink.Close()
		serving.Wait()
	})
}

func TestAMailIsSentOnceWithItsBytes(t *testing.T) {
	outbox := newOutbox(mailTo("a@comune.example", "b@comune.example"), mailTo("c@comune.example"))
	opts := loopback.SMTPOptions{Users: map[string]string{"desk": "secret"}, MaxBytes: 10000}
	opts.Script = func(verb, arg string) loopback.Reply {
		if verb == loopback.VerbDot {
			outbox.note("dot")
		}
		return loopback.Reply{}
	}
	posting(t, opts, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Hour)
		taken := p.sink.Taken()
		if len(taken) != 2 || !slices.Equal(taken[0].To, []string{"a@comune.example", "b@comune.example"}) || taken[0].From != "desk@ente.example" {
			t.Fatalf("taken: %+v", taken)
		}
		if string(taken[0].Data) != string(outbox.data[1]) {
			t.Errorf("sent %q", taken[0].Data)
		}
		if got := outbox.story(); got != "sending 1, dot, delivered 1, sending 2, dot, delivered 2" {
			t.Errorf("order: %s", got)
		}
		if n := len(p.dialled()); n != 1 {
			t.Errorf("%d connections for two mails", n)
		}
	})
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	at := func(verb string, r loopback.Reply) func(string, string) loopback.Reply {
		return func(v, arg string) loopback.Reply {
			if v == verb && (verb != loopback.VerbRcpt || strings.HasPrefix(arg, "bad")) {
				return r
			}
			return loopback.Reply{}
		}
	}
	tests := []struct {
		name   string
		script func(string, string) loopback.Reply
		to     []string
		want   helpdesk.Delivery
		taken  int
	}{
		{"ehlo 4xx", at(loopback.VerbEHLO, loopback.Reply{Code: 421, Text: "busy"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "Il server di posta in uscita risponde: 421 4.0.0 busy"}, 0},
		{"mail 4xx", at(loopback.VerbMail, loopback.Reply{Code: 451, Text: "later"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451 4.0.0 later"}, 0},
		{"mail 5xx", at(loopback.VerbMail, loopback.Reply{Code: 550, Text: "not you"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.0.0 not you"}, 0},
		{"the only recipient refused for good", at(loopback.VerbRcpt, loopback.Reply{Code: 550, Text: "unknown"}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.0.0 unknown", Refused: []string{"bad@x.example"}}, 0},
		{"the only recipient greylisted", at(loopback.VerbRcpt, loopback.Reply{Code: 450, Text: "grey"}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "450 4.0.0 grey", Refused: []string{"bad@x.example"}}, 0},
		{"one of two refused", at(loopback.VerbRcpt, loopback.Reply{Code: 550, Text: "unknown"}), []string{"bad@x.example", "a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Delivered, Reason: "550 5.0.0 unknown", Refused: []string{"bad@x.example"}}, 1},
		{"a cut at rcpt", at(loopback.VerbRcpt, loopback.Reply{Drop: true}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "Il collegamento al server di posta in uscita si è interrotto. I tentativi continuano da soli."}, 0},
		{"4xx after the dot", at(loopback.VerbDot, loopback.Reply{Code: 451, Text: "full"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451 4.0.0 full"}, 0},
		{"5xx after the dot", at(loopback.VerbDot, loopback.Reply{Code: 554, Text: "spam\x1b[31m"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "554 5.0.0 spam [31m"}, 0},
		{"a cut after the dot, message taken", at(loopback.VerbDot, loopback.Reply{Drop: true, Keep: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 1},
		{"a cut after the dot, message lost", at(loopback.VerbDot, loopback.Reply{Drop: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 0},
		{"no answer to the dot", at(loopback.VerbDot, loopback.Reply{Delay: 20 * time.Minute, Keep: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 1},
		{"an address that would end its brackets", nil, []string{"a@x.example> SIZE=1"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "L'indirizzo del destinatario non è valido.", Refused: []string{"a@x.example> SIZE=1"}}, 0},
		{"an accented address", nil, []string{"città@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "Il server non accetta indirizzi con lettere accentate (SMTPUTF8)."}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outbox := newOutbox(mailTo(tt.to...))
			posting(t, loopback.SMTPOptions{Script: tt.script}, outbox, nil, func(t *testing.T, p *post) {
				time.Sleep(45 * time.Minute)
				got := outbox.delivery(1)
				if tt.want.Result == helpdesk.Ambiguous {
					tt.want.Reason = got.Reason
				}
				if got.Result != tt.want.Result || !strings.HasPrefix(got.Reason, tt.want.Reason) || !slices.Equal(got.Refused, tt.want.Refused) {
					t.Errorf("got  %+v\nwant %+v", got, tt.want)
				}
				if n := len(p.sink.Taken()); n != tt.taken {
					t.Errorf("%d taken, want %d", n, tt.taken)
				}
			})
		})
	}
}

func TestAMailLargerThanAnnouncedNeverStarts(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	posting(t, loopback.SMTPOptions{MaxBytes: 20}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Minute)
		if got := outbox.story(); got != "permanent 1" {
			t.Error(got)
		}
	})
}

// TestACutAroundTheDot is R-19: at whatever byte the line breaks, nobody gets
// two, and what may have arrived is not sent again.
func TestACutAroundTheDot(t *testing.T) {
	var read, written int64
	posting(t, loopback.SMTPOptions{}, newOutbox(mailTo("a@x.example")), nil, func(t *testing.T, p *post) {
		time.Sleep(time.Minute)
		read, written = p.dialled()[0].Passed()
	})
	for n := range written + 1 {
		cutMail(t, loopback.Fault{CutRead: -1, StallRead: -1, CutWrite: n})
	}
	for n := range read + 1 {
		cutMail(t, loopback.Fault{CutRead: n, StallRead: -1, CutWrite: -1})
		cutMail(t, loopback.Fault{CutRead: -1, StallRead: n, CutWrite: -1})
	}
}

func cutMail(t *testing.T, f loopback.Fault) {
	t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
		outbox := newOutbox(mailTo("a@x.example"))
		posting(t, loopback.SMTPOptions{}, outbox, []loopback.Fault{f}, func(t *testing.T, p *post) {
			time.Sleep(2 * time.Hour)
			taken, state := len(p.sink.Taken()), outbox.state(1)
			switch {
			case taken > 1:
				t.Errorf("delivered %d times: %s", taken, outbox.story())
			case taken == 0 && state != helpdesk.OutgoingUnknown:
				t.Errorf("lost as %s: %s", state, outbox.story())
			case taken == 1 && state != helpdesk.OutgoingSent && state != helpdesk.OutgoingUnknown:
				t.Errorf("delivered, yet %s: %s", state, outbox.story())
			}
		})
	})
}

func TestARefusedLogInKeepsTheOutbox(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	opts := loopback.SMTPOptions{Users: map[string]string{"desk": "other"}}
	posting(t, opts, outbox, nil, func(t *testing.T, p *post) {
		for range 24 * 60 {
			time.Sleep(time.Minute)
			p.sender.Wake()
		}
		if n := len(p.dialled()); n < 20 || n > 30 {
			t.Errorf("%d log-ins in a day", n)
		}
		if got := outbox.story(); got != "" {
			t.Errorf("the mail was touched: %s", got)
		}
		if h := outbox.health[len(outbox.health)-1]; h.OK || !strings.Contains(h.Reason, "password") {
			t.Errorf("health = %+v", h)
		}
	})
}

func TestNothingLeavesThatCouldNotBeRecorded(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	outbox.refuse = errDisk
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Hour)
		if n := len(p.sink.Taken()); n != 0 {
			t.Errorf("%d mails left", n)
		}
		if n := len(p.dialled()); n > 30 {
			t.Errorf("%d connections in an hour", n)
		}
	})
}

// TestStopping is R-28: DATA is finished or not begun.
func TestStopping(t *testing.T) {
	tests := []struct {
		name  string
		delay time.Duration
		want  string
	}{
		{"the answer comes in time", 10 * time.Second, "sending 1, delivered 1"},
		{"the answer does not come", time.Hour, "sending 1, ambiguous 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outbox := newOutbox(mailTo("a@x.example"), mailTo("b@x.example"))
			script := func(verb, _ string) loopback.Reply {
				if verb == loopback.VerbDot {
					return loopback.Reply{Delay: tt.delay}
				}
				return loopback.Reply{}
			}
			posting(t, loopback.SMTPOptions{Script: script}, outbox, nil, func(t *testing.T, p *post) {
				time.Sleep(time.Second)
				begun := time.Now()
				p.stop()
				if d := time.Since(begun); d > 30*time.Second {
					t.Errorf("stopping took %v", d)
				}
				if got := outbox.story(); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			})
		})
	}
}
