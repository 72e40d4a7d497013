package helpdesk

import (
	"context"
	"fmt"
)

const tickBatch = 200

// WakeSnoozed opens the tickets whose snooze has ended, and tells their owners.
func (d *Desk) WakeSnoozed(ctx context.Context) (int, error) {
	return d.tick(ctx, "wake snoozed", func(c *change) ([]int64, error) { return c.TicketsToWake(c.at, tickBatch) },
		func(c *change, t *Ticket) error {
			if t.State != StateSnoozed || t.SnoozedUntil.After(c.at) {
				return nil
			}
			by := t.SnoozedBy
			c.setState(t, StateOpen)
			if err := c.record(Event{Kind: EventWoken, TicketID: t.ID}); err != nil {
				return err
			}
			if t.OwnerID == 0 {
				t.OwnerID = by
			}
			return c.markUnread(*t)
		})
}

// CloseSilent closes answered tickets after so many working days of silence.
func (d *Desk) CloseSilent(ctx context.Context) (int, error) {
	before := d.hours.AddWorkingDays(d.now(), -d.settings.CloseDays)
	return d.tick(ctx, "close silent", func(c *change) ([]int64, error) { return c.TicketsSilent(before, tickBatch) },
		func(c *change, t *Ticket) error {
			if t.State != StateAnswered || t.LastMessageAt.After(before) {
				return nil
			}
			return c.enter(t, StateClosed, 0)
		})
}

// tick carries fn out on what is due, a batch a transaction. What is due is a
// question to the database: twice in parallel or killed in the middle, each
// ticket is dealt with once.
func (d *Desk) tick(ctx context.Context, op string, due func(*change) ([]int64, error), fn func(*change, *Ticket) error) (int, error) {
	total := 0
	for {
		n := 0
		err := d.update(ctx, op, func(c *change) error {
			ids, err := due(c)
			if err != nil {
				return err
			}
			n = len(ids)
			for _, id := range ids {
				if err := c.tickOne(id, fn); err != nil {
					return fmt.Errorf("ticket %d: %w", id, err)
				}
			}
			return nil
		})
		total += n
		if err != nil || n < tickBatch {
			return total, err
		}
	}
}

func (c *change) tickOne(id int64, fn func(*change, *Ticket) error) error {
	t, err := c.TicketByID(id)
	if err != nil {
		return err
	}
	if err := fn(c, &t); err != nil {
		return err
	}
	c.tell(ChangeTicket, t.Number)
	return c.SaveTicket(&t)
}

// DropOldSessions removes expired sessions.
func (d *Desk) DropOldSessions(ctx context.Context) error {
	return d.update(ctx, "drop old sessions", func(c *change) error { return c.DeleteSessionsExpired(c.at) })
}
