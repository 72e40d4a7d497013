package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/helpdesk/crash"
)

// NextOutgoing is the mail of a mailbox that is due, with its bytes; ErrNone
// when nothing is.
func (d *Desk) NextOutgoing(ctx context.Context, mailboxID int64) (Outgoing, []byte, error) {
	var o Outgoing
	var data []byte
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		if o, err = tx.NextOutgoing(mailboxID, d.now()); err != nil {
			return err
		}
		data, err = tx.BlobData(o.BlobID)
		return err
	})
	if err != nil {
		return o, nil, fmt.Errorf("next outgoing: %w", err)
	}
	return o, data, nil
}

// Sending is called just before DATA: sending is committed, then the mark
// beside the database is raised, so that it is never ahead of the database
// that raised it. After this only a person can have the mail sent again if
// nothing else is heard.
func (d *Desk) Sending(ctx context.Context, id int64) error {
	var count int64
	err := d.update(ctx, "sending", func(c *change) error {
		o, err := c.OutgoingByID(id)
		if err != nil {
			return err
		}
		if o.State != OutgoingQueued {
			return fmt.Errorf("outgoing %d is %s", id, o.State)
		}
		o.State = OutgoingSending
		if err := c.SaveOutgoing(o); err != nil {
			return err
		}
		if count, err = c.HandedOver(); err != nil {
			return err
		}
		count++
		return c.SetHandedOver(count)
	})
	if err != nil {
		return err
	}
	crash.At("sending")
	if err := d.mark.Raise(HandOver{Count: count, Highest: id}); err != nil {
		return errors.Join(fmt.Errorf("sending %d: mark: %w", id, err), d.unsend(ctx, id))
	}
	crash.At("sending-mark")
	return nil
}

// unsend takes back a Sending after which nothing was handed over.
func (d *Desk) unsend(ctx context.Context, id int64) error {
	return d.update(ctx, "unsend", func(c *change) error {
		o, err := c.OutgoingByID(id)
		if err != nil {
			return err
		}
		o.State = OutgoingQueued
		return c.SaveOutgoing(o)
	})
}

// Finish records how an attempt ended. It is called for attempts that never
// came to Sending too.
func (d *Desk) Finish(ctx context.Context, id int64, res Delivery) error {
	err := d.update(ctx, "finish", func(c *change) error {
		o, err := c.OutgoingByID(id)
		if err != nil {
			return err
		}
		if o.State != OutgoingQueued && o.State != OutgoingSending {
			return nil
		}
		before := o.State
		o.Attempts++
		o.Error, o.Refused = res.Reason, res.Refused
		c.decide(&o, res)
		if err := c.SaveOutgoing(o); err != nil {
			return err
		}
		if err := errors.Join(c.learnRefusal(o, res), c.followUp(o, res.Deferred)); err != nil {
			return err
		}
		if err := c.tellOf(ChangeOutgoing, o.TicketID); err != nil {
			return err
		}
		if err := c.afterFinish(o); err != nil {
			return err
		}
		crash.At("finish-begun")
		if o.State == before && o.State == OutgoingQueued {
			return nil // a further try is no news
		}
		return c.record(Event{Kind: EventOutgoing, TicketID: o.TicketID, ObjectID: o.ID, Detail: Detail{"state": string(o.State)}})
	})
	crash.At("finished")
	return err
}

func (c *change) decide(o *Outgoing, res Delivery) {
	switch res.Result {
	case Delivered:
		o.State, o.SentAt = OutgoingSent, c.at
	case Permanent:
		o.State = OutgoingFailed
	case Ambiguous:
		o.State = OutgoingUnknown
	default:
		next, again := o.nextTry(c.at)
		o.State, o.NextTry = OutgoingQueued, next
		if !again {
			o.State = OutgoingFailed
		}
	}
}

// followUp queues the same mail for the recipients that a server put off while
// it took it for others.
func (c *change) followUp(o Outgoing, deferred []string) error {
	if o.State != OutgoingSent || len(deferred) == 0 {
		return nil
	}
	rest := o
	rest.ID, rest.Key, rest.Recipients = 0, fmt.Sprintf("%s:rest:%d", o.Key, o.ID), deferred
	rest.State, rest.Refused, rest.SentAt, rest.CreatedAt = OutgoingQueued, nil, time.Time{}, c.at
	rest.NextTry, _ = rest.nextTry(c.at)
	return c.InsertOutgoing(&rest)
}

// afterFinish: a reply that failed, wholly or for some recipients, brings its
// ticket back; one of unknown fate is shown to its owner.
func (c *change) afterFinish(o Outgoing) error {
	if o.Kind.Automatic() || o.State == OutgoingQueued || o.State == OutgoingSent && len(o.Refused) == 0 {
		return nil
	}
	t, err := c.target(o.TicketID)
	if err != nil {
		return err
	}
	return c.reopenFailed(&t, o.MessageID)
}

// SettleSending calls unknown what a mailbox's sender left in sending: it is
// the only one to send for that mailbox, so nothing of it is under way when it
// begins.
func (d *Desk) SettleSending(ctx context.Context, mailboxID int64) error {
	return d.update(ctx, "settle sending", func(c *change) error {
		some, err := c.OutgoingInState(OutgoingSending, 500)
		if err != nil {
			return err
		}
		for _, o := range some {
			if o.MailboxID != mailboxID {
				continue
			}
			if err := c.moveOutgoing(o, OutgoingUnknown, "l'esito dell'invio non è stato registrato"); err != nil {
				return err
			}
			if err := c.afterFinish(o); err != nil {
				return err
			}
		}
		return nil
	})
}

// RetryOutgoing sends a failed mail, or one of unknown fate, again: the same
// bytes under the same Message-ID, so that a second copy is known as one.
func (d *Desk) RetryOutgoing(ctx context.Context, u User, id int64) error {
	return d.settle(ctx, u, id, "retry outgoing", func(c *change, o *Outgoing) error {
		if o.State != OutgoingFailed && o.State != OutgoingUnknown {
			return errSettled
		}
		o.State, o.NextTry, o.Attempts, o.Error = OutgoingQueued, c.at, 0, ""
		c.outgoing = true
		return nil
	})
}

// ConfirmOutgoing notes that a mail of unknown fate did arrive.
func (d *Desk) ConfirmOutgoing(ctx context.Context, u User, id int64) error {
	return d.settle(ctx, u, id, "confirm outgoing", func(c *change, o *Outgoing) error {
		if o.State != OutgoingUnknown {
			return errSettled
		}
		o.State, o.SentAt, o.Error = OutgoingSent, c.at, ""
		return nil
	})
}

var errSettled = &Error{Code: Conflict, Message: "Questo invio è già stato sistemato da un collega. Ricarica la pagina."}

func (d *Desk) settle(ctx context.Context, u User, id int64, op string, fn func(*change, *Outgoing) error) error {
	if !Can(u, ActSettle, 0) {
		return errForbidden
	}
	return d.update(ctx, op, func(c *change) error {
		o, err := c.OutgoingByID(id)
		if errors.Is(err, ErrNone) {
			return &Error{Code: NotFound, Message: "Questo invio non esiste più. Torna alla posta in uscita."}
		}
		if err != nil {
			return err
		}
		if err := fn(c, &o); err != nil {
			return err
		}
		if err := c.SaveOutgoing(o); err != nil {
			return err
		}
		if err := c.tellOf(ChangeOutgoing, o.TicketID); err != nil {
			return err
		}
		return c.record(Event{Kind: EventOutgoing, ActorID: u.ID, TicketID: o.TicketID, ObjectID: o.ID, Detail: Detail{"state": string(o.State)}})
	})
}
