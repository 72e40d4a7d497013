package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// presentMail is a message that lies in a mailbox when the demo starts.
type presentMail struct {
	demoMail
	in   helpdesk.Incoming // as our reader sees it
	kept [32]byte          // SHA-256 of what the poller keeps of it
}

// lay puts the present mail into the mailboxes.
func (s *demoSeeder) lay() ([]presentMail, error) {
	mails, err := demoMails(s.begun)
	if err != nil {
		return nil, err
	}
	var list []presentMail
	for _, m := range mails {
		if m.After > 0 || m.Raw == nil && !s.bulky {
			continue
		}
		raw, err := io.ReadAll(m.Open())
		if err != nil {
			return nil, fmt.Errorf("demo mail %s: %w", m.Key, err)
		}
		if err := s.post.deliver(m.Box, raw, s.begun.Add(-m.Age)); err != nil {
			return nil, err
		}
		if stub := len(raw) > demoMaxMessage; stub { // the poller takes the header only
			i := bytes.Index(raw, []byte("\r\n\r\n")) + 4
			raw = bytes.Clone(raw[:i])
			list = append(list, presentMail{m, mailbox.Reader{}.Read(raw, true), helpdesk.NewBlob(raw).SHA256})
			continue
		}
		list = append(list, presentMail{m, mailbox.Reader{}.Read(raw, false), helpdesk.NewBlob(raw).SHA256})
	}
	return list, nil
}

// awaitIntake returns when poller and intake have dealt with all of the mail.
func (s *demoSeeder) awaitIntake(ctx context.Context, mails []presentMail) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for done := 0; done < len(mails); {
		raw, err := s.rawByHash(ctx, mails[done].kept)
		if err == nil && raw.State != helpdesk.RawPending {
			done++
			s.told("posta", done, len(mails))
			continue
		}
		if err != nil && !errors.Is(err, helpdesk.ErrNone) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// today brings the tickets of the present mail to where they stand now.
func (s *demoSeeder) today(ctx context.Context, mails []presentMail) error {
	office, err := theDemoOffice()
	if err != nil {
		return err
	}
	var steps []happening
	for _, m := range mails {
		if !m.Opens || m.State == helpdesk.StateNew || m.in.MessageID == "" {
			continue
		}
		came := s.begun.Add(-m.Age)
		at := office.AddWorkingHours(came, 2*time.Hour)
		if latest := came.Add(m.Age * 3 / 4); at.After(latest) {
			at = latest
		}
		steps = append(steps, happening{at, func(ctx context.Context) error { return s.settle(ctx, m) }})
	}
	return s.carryOut(ctx, "oggi", steps)
}

// settle does what the owner has done with the ticket by now.
func (s *demoSeeder) settle(ctx context.Context, m presentMail) error {
	t, _, err := s.ticketOf(ctx, m.in.MessageID)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Key, err)
	}
	owner, owned := s.users[m.Owner]
	if !owned { // automatic mail and spam are put away by the coordinator
		owner = s.users["marta"]
	}
	if owned && t.OwnerID == 0 {
		if err := s.desk.Take(ctx, owner, t.Number, 0); err != nil {
			return err
		}
	}
	if m.Answer != "" {
		return s.answerPresent(ctx, m, t, owner)
	}
	if t.State == m.State {
		return nil
	}
	switch m.State {
	case helpdesk.StateOpen:
		return nil // taken is open
	case helpdesk.StateSnoozed:
		office, err := theDemoOffice()
		if err != nil {
			return err
		}
		return s.desk.Snooze(ctx, owner, t.Number, 0, office.SnoozeWeek(s.begun))
	case helpdesk.StateSpam:
		return s.desk.Spam(ctx, owner, t.Number, 0, false)
	}
	return s.desk.SetState(ctx, owner, t.Number, 0, m.State)
}

// answerPresent answers and leaves the answer with the town, where the door
// shows it.
func (s *demoSeeder) answerPresent(ctx context.Context, m presentMail, t helpdesk.Ticket, author helpdesk.User) error {
	var contact helpdesk.Contact
	err := s.program.store.View(ctx, func(tx helpdesk.ReadTx) (err error) {
		contact, err = tx.ContactByID(t.ContactID)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: contact: %w", m.Key, err)
	}
	at := s.clock
	o, raw, err := s.answer(ctx, demoAnswer{
		key: "oggi-" + m.Key, thread: m.in.MessageID, author: author, to: contact.Address, markdown: m.Answer, after: m.State,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", m.Key, err)
	}
	_, _, err = s.post.handOut(demoEnvelope{o.From, o.Recipients}, raw, at)
	return err
}
