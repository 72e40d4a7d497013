package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"sportello/mailbox"
)

// demoLive is what happens while somebody watches: mail that arrives some time
// after the start, and officers who write back to what they receive.
type demoLive struct {
	post  *demoPost
	begun time.Time
	pace  func(time.Duration) time.Duration // how long a wait of the script takes
	log   *slog.Logger

	mails   []demoMail        // those that arrive live
	keys    map[string]string // message id of the present mail → its key
	replies map[string]demoReply
	early   []string // keys of replies to what was answered before the start

	heard chan demoSent
}

// anyReply is the key of what an officer writes who has no line of his own.
const anyReply = "qualsiasi"

// newDemoLive reads the script as it was at the first start.
func newDemoLive(post *demoPost, begun time.Time, pace func(time.Duration) time.Duration, log *slog.Logger) (*demoLive, error) {
	mails, err := demoMails(begun)
	if err != nil {
		return nil, err
	}
	replies, err := demoReplies()
	if err != nil {
		return nil, err
	}
	l := &demoLive{post: post, begun: begun, pace: pace, log: log, keys: map[string]string{}, replies: map[string]demoReply{}, heard: make(chan demoSent, 64)}
	for _, r := range replies {
		l.replies[r.Key] = r
	}
	for _, m := range mails {
		if m.After > 0 {
			l.mails = append(l.mails, m)
		}
		if _, scripted := l.replies[m.Key]; scripted && m.Answer != "" {
			l.early = append(l.early, m.Key)
		}
		if m.Raw != nil {
			in := mailbox.Reader{}.Read(m.Raw, false)
			for _, id := range append(in.AlsoIDs, in.MessageID) {
				l.keys[id] = m.Key
			}
		}
	}
	post.tellSent(l.hear)
	return l, nil
}

// hear is told of a mail that left the desk. It does not wait: a demo that is
// flooded with answers leaves some without a reply.
func (l *demoLive) hear(m demoSent) {
	select {
	case l.heard <- m:
	default:
	}
}

// Run plays the script until ctx ends.
func (l *demoLive) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	for _, m := range l.mails {
		l.after(ctx, &all, m.After, "live mail", func() error { return l.post.deliver(m.Box, m.Raw, l.post.now()) })
	}
	for _, key := range l.early {
		l.after(ctx, &all, l.replies[key].After, "officer's reply", func() error { return l.replyEarly(key) })
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-l.heard:
			wait, reply := l.answers(m)
			if reply != nil {
				l.after(ctx, &all, wait, "officer's reply", reply)
			}
		}
	}
}

// after does something once the pace has let d pass.
func (l *demoLive) after(ctx context.Context, all *sync.WaitGroup, d time.Duration, what string, do func() error) {
	all.Go(func() {
		timer := time.NewTimer(l.pace(d))
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := do(); err != nil {
			l.log.ErrorContext(ctx, what, "error", err)
		}
	})
}

// replyEarly writes back to the answer that was given to a present mail before
// the start. Its time is that of the first start, so that a further start makes
// the same bytes, which the box has already.
func (l *demoLive) replyEarly(key string) error {
	list, _ := l.post.received(0, 500)
	for _, m := range list {
		raw, head, err := l.read(m)
		if err != nil {
			return err
		}
		if l.keyOf(head) == key {
			r := l.replies[key]
			return l.write(m, raw, head, r.From, r.Text, l.begun.Add(r.After))
		}
	}
	return nil // no answer, no reply
}

// answers tells when and how the officer who got m writes back, nil if not at
// all: to automatic mail, and to a thread in which an officer has written back
// already.
func (l *demoLive) answers(m demoSent) (time.Duration, func() error) {
	raw, head, err := l.read(m)
	if err != nil {
		return 0, func() error { return err }
	}
	wroteBack := slices.ContainsFunc(head.references, func(id string) bool { return strings.Contains(id, ".reply@") })
	if m.Automatic || wroteBack {
		return 0, nil
	}
	r, scripted := l.replies[l.keyOf(head)]
	officer := r.From
	if !scripted {
		r = l.replies[anyReply]
		officer = officerAt(m.To[0])
	}
	return r.After, func() error { return l.write(m, raw, head, officer, r.Text, l.post.now()) }
}

func (l *demoLive) read(m demoSent) ([]byte, demoHead, error) {
	_, raw, ok, err := l.post.message(m.ID)
	if err != nil || !ok {
		return nil, demoHead{}, fmt.Errorf("read mail to the towns: %w", err)
	}
	head, err := readDemoHead(raw)
	return raw, head, err
}

// keyOf is the key of the present mail whose thread a message belongs to.
func (l *demoLive) keyOf(head demoHead) string {
	for _, id := range head.references {
		if key := l.keys[id]; key != "" {
			return key
		}
	}
	return ""
}

// write submits the officer's reply the way our mail came: certified to
// certified.
func (l *demoLive) write(m demoSent, raw []byte, head demoHead, officer demoOfficer, text string, at time.Time) error {
	certified := isPEC(m.To[0])
	if certified {
		officer.Address = m.To[0]
	}
	reply, err := officerReply(raw, officer, text, at)
	if err != nil {
		return err
	}
	return l.post.submit(certified, officer.Address, head.from.Address, reply)
}

// isPEC knows the certified boxes of the demo by their names.
func isPEC(address string) bool { return strings.Contains(address, "@pec.") }

// officerAt is who reads the mail of an address.
func officerAt(address string) demoOfficer {
	for _, o := range demoOfficers {
		if strings.EqualFold(o.Address, address) || strings.EqualFold(o.PEC, address) {
			o.Address = address
			return o
		}
	}
	local, domain, _ := strings.Cut(address, "@")
	return demoOfficer{Name: "Ufficio " + local, Role: "Ufficio " + local, Body: domain, Province: "—", Address: address,
		Phone: "02 0000000", Client: "outlook"}
}
