package helpdesk

import (
	"context"
	"errors"
	"time"
)

// setState brings t to s with the dates that go with it. Whether the move is
// allowed is the caller's question.
func (c *change) setState(t *Ticket, s State) {
	if !s.Active() && s != StateAnswered && (t.State.Active() || t.State == StateAnswered) {
		t.ClosedAt = c.at
	}
	if s.Active() || s == StateAnswered {
		t.ClosedAt = time.Time{}
	}
	if s != StateSnoozed {
		t.SnoozedUntil, t.SnoozedBy = time.Time{}, 0
	}
	t.State = s
}

// onTicket runs fn on a ticket as this person saw it, in one transaction:
// permission, existence and version are checked, t is saved if fn changed it.
func (d *Desk) onTicket(ctx context.Context, u User, a Action, n Number, version int64, op string, fn func(*change, *Ticket) error) error {
	if !Can(u, a, 0) {
		return errForbidden
	}
	return d.update(ctx, op, func(c *change) error {
		t, err := liveTicket(c, n)
		if err != nil {
			return err
		}
		if version != 0 && version != t.Version {
			return errStale
		}
		before := t
		if err := fn(c, &t); err != nil {
			return err
		}
		c.tell(ChangeTicket, t.Number)
		if t == before || t.Version != before.Version {
			return nil
		}
		return c.SaveTicket(&t)
	})
}

// liveTicket is a ticket that can still be worked on.
func liveTicket(tx ticketReads, n Number) (Ticket, error) {
	t, err := tx.TicketByNumber(n)
	switch {
	case errors.Is(err, ErrNone):
		return t, errTicketNotFound
	case err == nil && t.State == StateMerged:
		return t, errMerged
	}
	return t, err
}

// SetState brings a ticket to a state by hand.
func (d *Desk) SetState(ctx context.Context, u User, n Number, version int64, s State) error {
	return d.onTicket(ctx, u, ActWork, n, version, "set state", func(c *change, t *Ticket) error {
		return c.move(t, s, u.ID)
	})
}

func (c *change) move(t *Ticket, s State, actor int64) error {
	if t.State == s {
		return nil
	}
	if !t.State.mayMove(s) {
		return invalid("state", "Da «"+t.State.Label()+"» non si può passare a questo stato. Ricarica la pagina e scegli fra quelli proposti.")
	}
	return c.enter(t, s, actor)
}

// enter changes the state and records it.
func (c *change) enter(t *Ticket, s State, actor int64) error {
	from := t.State
	c.setState(t, s)
	return c.record(Event{Kind: EventState, ActorID: actor, TicketID: t.ID, Detail: Detail{"from": string(from), "to": string(s)}})
}

// Spam closes a ticket as spam and, if asked, blocks its sender: what comes
// from there afterwards is spam from the beginning.
func (d *Desk) Spam(ctx context.Context, u User, n Number, version int64, block bool) error {
	return d.onTicket(ctx, u, ActWork, n, version, "spam", func(c *change, t *Ticket) error {
		if err := c.move(t, StateSpam, u.ID); err != nil || !block {
			return err
		}
		contact, err := c.ContactByID(t.ContactID)
		if errors.Is(err, ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.BlockSender(contact.Address, u.ID, c.at); err != nil {
			return err
		}
		return c.record(Event{Kind: EventBlocked, ActorID: u.ID, TicketID: t.ID, ObjectID: contact.ID, Detail: Detail{"address": contact.Address}})
	})
}

// Unblock lets the sender of a ticket write again. The ticket stays as it is.
func (d *Desk) Unblock(ctx context.Context, u User, n Number, version int64) error {
	return d.onTicket(ctx, u, ActWork, n, version, "unblock", func(c *change, t *Ticket) error {
		contact, err := c.ContactByID(t.ContactID)
		if errors.Is(err, ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.UnblockSender(contact.Address); err != nil {
			return err
		}
		return c.record(Event{Kind: EventUnblocked, ActorID: u.ID, TicketID: t.ID, ObjectID: contact.ID, Detail: Detail{"address": contact.Address}})
	})
}

// Snooze puts a ticket off until a date; an answer of the body wakes it before.
func (d *Desk) Snooze(ctx context.Context, u User, n Number, version int64, until time.Time) error {
	return d.onTicket(ctx, u, ActWork, n, version, "snooze", func(c *change, t *Ticket) error {
		if !until.After(c.at) {
			return invalid("until", "La data del rinvio è già passata: scegline una futura.")
		}
		if until.After(c.at.AddDate(1, 0, 0)) {
			return invalid("until", "Il rinvio non può superare un anno: scegli una data più vicina.")
		}
		if !t.State.MaySnooze() {
			return invalid("until", "Un quesito chiuso non si rinvia: prima riaprilo.")
		}
		c.setState(t, StateSnoozed)
		t.SnoozedUntil, t.SnoozedBy = until, u.ID
		return c.record(Event{Kind: EventSnoozed, ActorID: u.ID, TicketID: t.ID, Detail: Detail{"until": until.Format(time.RFC3339)}})
	})
}

// MarkRead notes that the person has seen the ticket up to a message. What came
// in since the page was made stays to be read.
func (d *Desk) MarkRead(ctx context.Context, u User, n Number, upTo int64) error {
	if !Can(u, ActSee, 0) {
		return errForbidden
	}
	return d.update(ctx, "mark read", func(c *change) error {
		t, err := c.TicketByNumber(n)
		if errors.Is(err, ErrNone) {
			return errTicketNotFound
		}
		if err != nil {
			return err
		}
		return c.Tx.MarkRead(u.ID, t.ID, upTo)
	})
}
