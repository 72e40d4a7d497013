package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// pastTicket turns a ticket of the history into steps.
type pastTicket struct {
	historyTicket
	seeder *demoSeeder
	key    string
	thread string // id of its first message
	uids   map[string]uint32
}

func newPastTicket(s *demoSeeder, i int, t historyTicket, uids map[string]uint32) *pastTicket {
	p := &pastTicket{historyTicket: t, seeder: s, key: fmt.Sprintf("storia-%d", i), uids: uids}
	p.thread = shortHash(p.key) + ".storia@" + domainOfAddress(t.FromAddress)
	if t.Channel == helpdesk.ChannelPhone {
		p.thread = p.call().MessageID()
	}
	return p
}

func domainOfAddress(a string) string { return a[strings.LastIndexByte(a, '@')+1:] }

func (p *pastTicket) owner() helpdesk.User { return p.seeder.users[p.Owner] }

func (p *pastTicket) steps() []happening {
	steps := []happening{{p.Opened, p.open()}}
	if p.State != helpdesk.StateNew && p.Channel != helpdesk.ChannelPhone {
		steps = append(steps, happening{p.takenAt(), p.take})
	}
	if p.Answer != "" {
		after := helpdesk.StateAnswered
		if p.State == helpdesk.StateWaitingOrg {
			after = p.State
		}
		steps = append(steps, happening{p.Answered, p.reply(0, p.Answer, after)})
	}
	answer := 0 // the one that the officer writes back to
	for i, m := range p.Then {
		if m.Kind == helpdesk.KindReply {
			answer = i + 1
			steps = append(steps, happening{m.At, p.reply(answer, m.Text, helpdesk.StateAnswered)})
		} else {
			steps = append(steps, happening{m.At, p.writeBack(answer, m)})
		}
	}
	return append(steps, p.end()...)
}

// takenAt is when the owner took the ticket: well before the answer.
func (p *pastTicket) takenAt() time.Time {
	until := p.Answered
	if until.IsZero() {
		until = p.seeder.begun
	}
	return p.Opened.Add(min(until.Sub(p.Opened)/4, time.Hour))
}

func (p *pastTicket) open() func(context.Context) error {
	if p.Channel == helpdesk.ChannelPhone {
		return func(ctx context.Context) error {
			_, err := p.seeder.desk.Open(ctx, p.owner(), p.call())
			return err
		}
	}
	uid := p.nextUID()
	return func(ctx context.Context) error {
		raw, err := p.firstMail()
		if err != nil {
			return err
		}
		return p.arrive(ctx, raw, uid)
	}
}

// call is what the owner typed while somebody telephoned.
func (p *pastTicket) call() helpdesk.OpenForm {
	return helpdesk.OpenForm{
		Key: p.key, Name: p.FromName, Address: p.FromAddress, Subject: p.Subject, Text: p.Body,
		Channel: p.Channel, MailboxID: p.seeder.boxes[p.Box].ID,
	}
}

// nextUID numbers the messages of the archive, the same way at each start.
func (p *pastTicket) nextUID() uint32 {
	p.uids[p.Box]++
	return p.uids[p.Box]
}

// pastClients are the mail programs of the towns; which one a person uses does
// not change.
var pastClients = []string{"outlook", "zimbra", "thunderbird", "outlook", "webmail", "latin1"}

func (p *pastTicket) client() string {
	return pastClients[int(sha256.Sum256([]byte(p.FromAddress))[0])%len(pastClients)]
}

func (p *pastTicket) firstMail() ([]byte, error) {
	d := demoDraft{Style: p.client(), From: mail.Address{Name: p.FromName, Address: p.FromAddress}, To: p.Box,
		Subject: p.Subject, ID: p.thread, At: p.Opened, Text: p.Body}
	if p.Channel == helpdesk.ChannelPEC {
		d.Style = "protocol"
	}
	raw, err := d.build()
	if err != nil || p.Channel != helpdesk.ChannelPEC {
		return raw, err
	}
	return pecEnvelope(raw, p.Box, true, p.Opened)
}

// officer is who wrote, as far as a reply needs it.
func (p *pastTicket) officer() demoOfficer {
	o := officerAt(p.FromAddress)
	o.Name, o.Client = p.FromName, p.client()
	o.Body, o.Province = p.Town.Body(), p.Town.Province
	return o
}

// writeBack is a further message of the officer, in answer to one of ours.
func (p *pastTicket) writeBack(answer int, m historyMessage) func(context.Context) error {
	uid := p.nextUID()
	return func(ctx context.Context) error {
		_, received, err := p.seeder.outgoing(ctx, p.answerKey(answer))
		if err != nil {
			return err
		}
		raw, err := officerReply(received, p.officer(), m.Text, m.At)
		if err == nil && p.Channel == helpdesk.ChannelPEC {
			raw, err = pecEnvelope(raw, p.Box, true, m.At)
		}
		if err != nil {
			return err
		}
		return p.arrive(ctx, raw, uid)
	}
}

// arrive keeps a message and takes it in, as the poller and the intake do.
func (p *pastTicket) arrive(ctx context.Context, raw []byte, uid uint32) error {
	s, blob := p.seeder, helpdesk.NewBlob(raw)
	known, err := s.rawByHash(ctx, blob.SHA256)
	if err == nil && known.State == helpdesk.RawReceived {
		return nil
	}
	if err != nil && !errors.Is(err, helpdesk.ErrNone) {
		return err
	}
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	sum := sha256.Sum256(head)
	box := s.archive[p.Box]
	err = s.desk.Keep(ctx, helpdesk.Arrival{
		BoxID: box.ID, MailboxID: box.MailboxID, UIDValidity: box.UIDValidity, UID: uid, InternalDate: s.clock,
		Size: int64(len(raw)), Raw: blob, HeaderHash: sum[:],
	})
	if err != nil {
		return err
	}
	in := mailbox.Reader{}.Read(raw, false)
	if in.Raw, err = s.rawByHash(ctx, blob.SHA256); err != nil {
		return err
	}
	in.Size = in.Raw.Size
	return s.desk.Receive(ctx, in)
}

func (s *demoSeeder) rawByHash(ctx context.Context, sum [32]byte) (raw helpdesk.RawMessage, err error) {
	err = s.program.store.View(ctx, func(tx helpdesk.ReadTx) error {
		raw, err = tx.RawByHash(sum)
		return err
	})
	return raw, err
}

func (p *pastTicket) take(ctx context.Context) error {
	t, _, err := p.seeder.ticketOf(ctx, p.thread)
	if err != nil || t.OwnerID != 0 {
		return err
	}
	return p.seeder.desk.Take(ctx, p.owner(), t.Number, 0)
}

func (p *pastTicket) answerKey(n int) string { return fmt.Sprintf("%s-%d", p.key, n) }

func (p *pastTicket) reply(n int, markdown string, after helpdesk.State) func(context.Context) error {
	return func(ctx context.Context) error {
		_, _, err := p.seeder.answer(ctx, demoAnswer{
			key: p.answerKey(n), thread: p.thread, author: p.owner(), to: p.FromAddress, markdown: markdown, after: after,
		})
		return err
	}
}

// end is what the ticket has come to.
func (p *pastTicket) end() []happening {
	switch {
	case p.State == helpdesk.StateSnoozed:
		return []happening{{p.takenAt().Add(time.Minute), p.snooze}}
	case p.State == helpdesk.StateWaitingThird:
		return []happening{{p.takenAt().Add(time.Minute), p.setState(p.owner())}}
	case p.State != helpdesk.StateClosed:
		return nil
	case p.ClosedBy == "": // by the silence of ten working days, like every night
		return []happening{{p.Closed.Add(time.Minute), func(ctx context.Context) error {
			_, err := p.seeder.desk.CloseSilent(ctx)
			return err
		}}}
	}
	return []happening{{p.Closed, p.setState(p.seeder.users[p.ClosedBy])}}
}

func (p *pastTicket) setState(by helpdesk.User) func(context.Context) error {
	return func(ctx context.Context) error {
		t, _, err := p.seeder.ticketOf(ctx, p.thread)
		if err != nil || t.State == p.State {
			return err
		}
		return p.seeder.desk.SetState(ctx, by, t.Number, 0, p.State)
	}
}

func (p *pastTicket) snooze(ctx context.Context) error {
	t, _, err := p.seeder.ticketOf(ctx, p.thread)
	if err != nil || t.State == helpdesk.StateSnoozed {
		return err
	}
	return p.seeder.desk.Snooze(ctx, p.owner(), t.Number, 0, p.SnoozedUntil)
}
