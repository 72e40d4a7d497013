package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/helpdesk"
	"sportello/web"
)

// demoSeeder writes the past of the demo through a desk of its own, whose clock
// it sets to each happening. Every step looks first whether it was taken, so
// that an interrupted seed goes on where it stopped. It belongs to one
// goroutine, and nothing else may take mail in or send it meanwhile.
type demoSeeder struct {
	program *program
	post    *demoPost
	begun   time.Time // the demo's now, when it was first started
	limit   int       // how many of the newest tickets of the past are told
	bulky   bool      // with the message of 60 MB
	told    func(what string, done, total int)

	desk    *helpdesk.Desk
	clock   time.Time
	users   map[string]helpdesk.User // by key into staff
	boxes   map[string]helpdesk.Mailbox
	archive map[string]helpdesk.Box // by address of the mailbox
	intents map[string]string       // of the answers so far, by demoAnswer.key
}

// demoSeed of everything that chance decides in the demo.
const demoSeed = 1

// demoArchive is the folder in which the messages of the past lay. Nobody
// watches it: the mail of before was moved there by hand.
const demoArchive = "Archivio"

// start gives the seeder its desk and the people who work at it.
func (s *demoSeeder) start(ctx context.Context) error {
	cfg := *s.program.cfg
	cfg.Mail.Automatic = false // what was acknowledged months ago must not be now
	s.desk = newDesk(&cfg, s.program.store, s.program.log, helpdesk.WithClock(func() time.Time { return s.clock }))
	s.clock = s.begun.AddDate(0, -demoMonthCount, 0)
	s.users, s.boxes, s.archive = map[string]helpdesk.User{}, map[string]helpdesk.Mailbox{}, map[string]helpdesk.Box{}
	s.intents = map[string]string{}
	for _, b := range s.program.boxes {
		s.boxes[b.Address] = b
	}
	for _, person := range staff {
		u, err := s.person(ctx, person)
		if err != nil {
			return fmt.Errorf("demo staff: %s: %w", person.Key, err)
		}
		s.users[person.Key] = u
	}
	return nil
}

func (s *demoSeeder) person(ctx context.Context, p demoStaff) (helpdesk.User, error) {
	u, err := s.program.store.UserByEmail(ctx, p.Email)
	if !errors.Is(err, helpdesk.ErrNone) {
		return u, err
	}
	_, err = s.desk.AddUser(ctx, helpdesk.User{}, helpdesk.UserForm{
		Email: p.Email, Name: p.Name, Role: helpdesk.Role(p.Role), Signature: p.Signature,
		PasswordHash: web.HashPassword(p.Password), Active: true, Shortcuts: true,
	})
	if err != nil {
		return u, err
	}
	return s.program.store.UserByEmail(ctx, p.Email)
}

// happening is one step of the past.
type happening struct {
	at time.Time
	do func(context.Context) error
}

// past writes the history, in the order in which it happened.
func (s *demoSeeder) past(ctx context.Context) error {
	all, err := demoHistory(s.begun, demoSeed)
	if err != nil {
		return err
	}
	tickets := slices.Collect(all)
	if err := s.openArchive(ctx); err != nil {
		return fmt.Errorf("demo history: %w", err)
	}
	steps := s.pastSteps(tickets)
	if err := s.program.store.Tune(ctx, true); err != nil {
		return err
	}
	err = s.carryOut(ctx, "storia", steps)
	if back := s.program.store.Tune(context.WithoutCancel(ctx), false); err == nil {
		err = back
	}
	return err
}

// pastSteps are the steps of the newest tickets, as many as the limit says.
func (s *demoSeeder) pastSteps(tickets []historyTicket) []happening {
	var steps []happening
	uids := map[string]uint32{}
	for i, t := range tickets {
		if i < len(tickets)-s.limit {
			continue
		}
		steps = append(steps, newPastTicket(s, i, t, uids).steps()...)
	}
	return steps
}

// openArchive makes the ledger's boxes of the archive.
func (s *demoSeeder) openArchive(ctx context.Context) error {
	for address, m := range s.boxes {
		v, err := s.desk.OpenBox(ctx, m.ID, demoArchive, 1, 1)
		if err != nil {
			return err
		}
		s.archive[address] = v.Box
	}
	return nil
}

// carryOut takes the steps in the order of time, each at its own.
func (s *demoSeeder) carryOut(ctx context.Context, what string, steps []happening) error {
	slices.SortStableFunc(steps, func(a, b happening) int { return cmp.Compare(a.at.UnixMilli(), b.at.UnixMilli()) })
	for i, h := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.clock = h.at
		if err := h.do(ctx); err != nil {
			return fmt.Errorf("%s: step of %s: %w", what, h.at.Format(time.DateTime), err)
		}
		s.told(what, i+1, len(steps))
	}
	return nil
}

// ticketOf is the ticket that holds the message with an id; ErrNone if none does.
func (s *demoSeeder) ticketOf(ctx context.Context, messageID string) (t helpdesk.Ticket, last int64, err error) {
	err = s.program.store.View(ctx, func(tx helpdesk.ReadTx) error {
		ms, err := tx.MessagesByID([]string{messageID})
		if err != nil {
			return err
		}
		if len(ms) == 0 {
			return helpdesk.ErrNone
		}
		if t, err = tx.TicketByID(ms[0].TicketID); err != nil {
			return err
		}
		last, err = tx.LastMessageID(t.ID, helpdesk.KindInbound, helpdesk.KindReply)
		return err
	})
	return t, last, err
}

// demoAnswer is an answer of the past.
type demoAnswer struct {
	key      string
	thread   string // id of a message of its ticket
	author   helpdesk.User
	to       string
	markdown string
	after    helpdesk.State
}

// answer writes an answer and has it delivered at the same moment, and returns
// the mail with its bytes. It never meets a server, so that the mark beside the
// database stays: that counts what was handed to DATA.
func (s *demoSeeder) answer(ctx context.Context, a demoAnswer) (o helpdesk.Outgoing, raw []byte, err error) {
	form := helpdesk.ReplyForm{Key: a.key, To: []string{a.to}, Markdown: a.markdown, StateAfter: a.after}
	s.intents[a.key] = form.Intent()
	o, raw, err = s.outgoing(ctx, a.key)
	if errors.Is(err, helpdesk.ErrNone) {
		t, last, err := s.ticketOf(ctx, a.thread)
		if err != nil {
			return o, nil, err
		}
		form.Number, form.Seen = t.Number, last
		if err := s.desk.Reply(ctx, a.author, form); err != nil {
			return o, nil, err
		}
		if o, raw, err = s.outgoing(ctx, a.key); err != nil {
			return o, nil, err
		}
	} else if err != nil {
		return o, nil, err
	}
	if o.State == helpdesk.OutgoingQueued {
		err = s.desk.Finish(ctx, o.ID, helpdesk.Delivery{Result: helpdesk.Delivered})
	}
	return o, raw, err
}

// outgoing finds the mail of a reply that answer has been asked for, by its key.
func (s *demoSeeder) outgoing(ctx context.Context, key string) (o helpdesk.Outgoing, raw []byte, err error) {
	err = s.program.store.View(ctx, func(tx helpdesk.ReadTx) error {
		if o, err = tx.OutgoingByKey(s.intents[key]); err != nil {
			return err
		}
		raw, err = tx.BlobData(o.BlobID)
		return err
	})
	return o, raw, err
}
