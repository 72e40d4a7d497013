package helpdesk

import (
	"context"
	"errors"
	"fmt"
)

// Take gives a ticket to the person who asks for it.
func (d *Desk) Take(ctx context.Context, u User, n Number, version int64) error {
	return d.onTicket(ctx, u, ActWork, n, version, "take", func(c *change, t *Ticket) error {
		return c.assign(t, u.ID, u.ID)
	})
}

// Assign gives a ticket to somebody, or with ownerID 0 to nobody.
func (d *Desk) Assign(ctx context.Context, u User, n Number, version, ownerID int64) error {
	return d.onTicket(ctx, u, ActAssign, n, version, "assign", func(c *change, t *Ticket) error {
		if ownerID != 0 {
			owner, err := c.UserByID(ownerID)
			if errors.Is(err, ErrNone) || err == nil && !Can(owner, ActWork, 0) {
				return invalid("owner", "Questa persona non può ricevere quesiti: scegli un collega attivo.")
			}
			if err != nil {
				return err
			}
		}
		return c.assign(t, ownerID, u.ID)
	})
}

// assign: a new ticket that somebody has is open.
func (c *change) assign(t *Ticket, ownerID, actor int64) error {
	if t.OwnerID == ownerID {
		return nil
	}
	from := t.OwnerID
	t.OwnerID = ownerID
	if t.State == StateNew && ownerID != 0 {
		c.setState(t, StateOpen)
	}
	if ownerID != 0 && ownerID != actor {
		if err := c.markUnread(*t); err != nil {
			return err
		}
	}
	return c.record(Event{Kind: EventAssigned, ActorID: actor, TicketID: t.ID, ObjectID: ownerID,
		Detail: Detail{"from": fmt.Sprint(from), "to": fmt.Sprint(ownerID)}})
}

// markUnread shows the ticket's newest message to its owner as unread.
func (c *change) markUnread(t Ticket) error {
	if t.OwnerID == 0 {
		return nil
	}
	last, err := c.LastMessageID(t.ID, KindInbound)
	if errors.Is(err, ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.MarkUnread(t.OwnerID, t.ID, last)
}
