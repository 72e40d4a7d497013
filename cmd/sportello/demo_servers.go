package main

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sportello/mailbox/loopback"
)

// demoPost is the post office of the demo: the IMAP server that holds our two
// mailboxes, our provider's SMTP server and that of a certified provider. All
// that lies in it is on disk as well, so that a process killed and started
// again finds the servers as it left them. Its methods may be called from any
// goroutine.
type demoPost struct {
	spool    demoSpool
	now      func() time.Time
	password string

	imap                                  *loopback.IMAP
	ordinary, certified                   *loopback.SMTP
	imapPort, ordinaryPort, certifiedPort int

	mu    sync.Mutex
	heard func(demoSent)                        // told of each mail taken for somebody outside
	lain  map[string]map[[sha256.Size]byte]bool // what is in each box
	sent  []demoSent                            // oldest first
}

// The users of the servers, all with the same password.
const (
	demoMailUser = "sportello"
	demoTownUser = "comuni"
)

// demoTownsBox is the folder of the spool with what left for the towns.
const demoTownsBox = "comuni"

var demoBoxes = []string{demoBox, demoPECBox}

// openDemoPost starts the servers on free ports of the loopback interface,
// with the mail that the spool in dir holds.
func openDemoPost(dir string, now func() time.Time) (*demoPost, error) {
	p := &demoPost{
		spool: demoSpool{dir}, now: now, password: rand.Text(), heard: func(demoSent) {},
		imap: loopback.NewIMAP(loopback.IMAPOptions{}), lain: map[string]map[[sha256.Size]byte]bool{},
	}
	users := map[string]string{demoMailUser: p.password, demoTownUser: p.password}
	p.ordinary = loopback.NewSMTP(loopback.SMTPOptions{Users: users, MaxBytes: demoMaxSMTP, Script: refusePECOnly, Deliver: p.taker(false)})
	p.certified = loopback.NewSMTP(loopback.SMTPOptions{Users: users, MaxBytes: demoMaxSMTP, Deliver: p.taker(true)})
	if err := p.load(); err != nil {
		return nil, fmt.Errorf("demo mail servers: %w", err)
	}
	for _, s := range []struct {
		port  *int
		serve func(net.Listener) error
	}{{&p.imapPort, p.imap.Serve}, {&p.ordinaryPort, p.ordinary.Serve}, {&p.certifiedPort, p.certified.Serve}} {
		ln, err := loopback.Listen()
		if err != nil {
			return nil, errors.Join(fmt.Errorf("demo mail servers: %w", err), p.close())
		}
		*s.port = ln.Addr().(*net.TCPAddr).Port
		go func() { _ = s.serve(ln) }() // ends with Close
	}
	return p, nil
}

// demoMaxSMTP is the SIZE that the servers announce.
const demoMaxSMTP = 30 << 20

// refusePECOnly is the box of story 7: it takes certified mail only.
func refusePECOnly(verb, arg string) loopback.Reply {
	if verb == loopback.VerbRcpt && strings.EqualFold(arg, demoPECOnly) {
		return loopback.Reply{Code: 550, Text: demoPECOnlyReason}
	}
	return loopback.Reply{}
}

func (p *demoPost) load() error {
	for _, box := range demoBoxes {
		p.imap.AddUser(box, p.password)
		p.lain[box] = map[[sha256.Size]byte]bool{}
		err := p.spool.each(box, func(_ int, at time.Time, raw []byte) error {
			p.lain[box][sha256.Sum256(raw)] = true
			_, err := p.imap.Deliver(box, "INBOX", raw, at)
			return err
		})
		if err != nil {
			return err
		}
	}
	p.lain[demoTownsBox] = map[[sha256.Size]byte]bool{}
	return p.spool.each(demoTownsBox, func(n int, at time.Time, data []byte) error {
		m, raw, err := readSent(n, at, data)
		if err != nil {
			return err
		}
		p.lain[demoTownsBox][sha256.Sum256(raw)] = true
		p.sent = append(p.sent, m)
		return nil
	})
}

func (p *demoPost) close() error {
	return errors.Join(p.imap.Close(), p.ordinary.Close(), p.certified.Close())
}

// deliver puts a message into one of our boxes, once however often it is
// called: an interrupted start does not fill the box twice.
func (p *demoPost) deliver(box string, raw []byte, at time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := sha256.Sum256(raw)
	if p.lain[box][sum] {
		return nil
	}
	if err := p.spool.put(box, len(p.lain[box])+1, at, raw); err != nil {
		return fmt.Errorf("deliver to %s: %w", box, err)
	}
	p.lain[box][sum] = true
	_, err := p.imap.Deliver(box, "INBOX", raw, at)
	return err
}

// handOut notes that a mail of ours came to the towns at a time.
func (p *demoPost) handOut(e demoEnvelope, raw []byte, at time.Time) (m demoSent, isNew bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := sha256.Sum256(raw)
	if p.lain[demoTownsBox][sum] {
		return m, false, nil
	}
	m = newSent(len(p.sent)+1, at, e, raw)
	data, err := m.bytes(raw)
	if err != nil {
		return m, false, err
	}
	if err := p.spool.put(demoTownsBox, m.ID, at, data); err != nil {
		return m, false, fmt.Errorf("hand out: %w", err)
	}
	p.lain[demoTownsBox][sum] = true
	p.sent = append(p.sent, m)
	return m, true, nil
}

// taker is what a server does with a message it took: into our boxes, with a
// transport envelope if the way is certified, or out to the towns, of which
// certified providers send receipts.
func (p *demoPost) taker(certified bool) func(loopback.Transaction) error {
	return func(t loopback.Transaction) error {
		var outside []string
		at := p.now()
		for _, to := range t.To {
			box := strings.ToLower(to)
			if !slices.Contains(demoBoxes, box) {
				outside = append(outside, to)
				continue
			}
			raw := t.Data
			if certified {
				var err error
				if raw, err = pecEnvelope(raw, box, box == demoPECBox, at); err != nil {
					return err
				}
			}
			if err := p.deliver(box, raw, at); err != nil {
				return err
			}
		}
		if len(outside) == 0 {
			return nil
		}
		m, isNew, err := p.handOut(demoEnvelope{t.From, outside}, t.Data, at)
		if err != nil || !isNew {
			return err
		}
		p.listener()(m)
		if !certified {
			return nil
		}
		return p.sendReceipts(t.Data, outside, at)
	}
}

// tellSent has fn told of each mail that the servers take for somebody outside.
func (p *demoPost) tellSent(fn func(demoSent)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = fn
}

func (p *demoPost) listener() func(demoSent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

// submit hands a message of a town to its provider over SMTP.
func (p *demoPost) submit(certified bool, from, to string, raw []byte) error {
	port := p.ordinaryPort
	if certified {
		port = p.certifiedPort
	}
	auth := smtp.PlainAuth("", demoTownUser, p.password, "127.0.0.1")
	if err := smtp.SendMail(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), auth, from, []string{to}, raw); err != nil {
		return fmt.Errorf("submit as %s: %w", from, err)
	}
	return nil
}

// received lists what came to the towns with ids below before (0: all), newest
// first, and whether there is more.
func (p *demoPost) received(before, limit int) (list []demoSent, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range slices.Backward(p.sent) {
		if before > 0 && m.ID >= before {
			continue
		}
		if len(list) == limit {
			return list, true
		}
		list = append(list, m)
	}
	return list, false
}

// message reads one of the received messages; ok is false if there is none.
func (p *demoPost) message(id int) (m demoSent, raw []byte, ok bool, err error) {
	p.mu.Lock()
	if id < 1 || id > len(p.sent) {
		p.mu.Unlock()
		return m, nil, false, nil
	}
	m = p.sent[id-1]
	p.mu.Unlock()
	data, err := p.spool.get(demoTownsBox, m.ID, m.At)
	if err != nil {
		return m, nil, false, fmt.Errorf("message %d: %w", id, err)
	}
	_, raw, err = readSent(m.ID, m.At, data)
	return m, raw, err == nil, err
}
