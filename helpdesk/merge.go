package helpdesk

import (
	"context"
	"time"
)

// mergeInto brings everything of young to old; both are saved. actor 0: the
// desk itself, because a message tied them.
func (c *change) mergeInto(young, old *Ticket, actor int64) error {
	if err := c.answersMerge(young, old); err != nil {
		return err
	}
	if err := c.MoveTicket(young.ID, old.ID); err != nil {
		return err
	}
	old.Messages += young.Messages
	old.HasAttachments = old.HasAttachments || young.HasAttachments
	old.LastMessageAt = later(old.LastMessageAt, young.LastMessageAt)
	old.AnsweredAt = later(old.AnsweredAt, young.AnsweredAt)
	old.FirstAnswerAt = earlier(old.FirstAnswerAt, young.FirstAnswerAt)
	old.OpenedAt = earlier(old.OpenedAt, young.OpenedAt)
	if old.OwnerID == 0 {
		old.OwnerID = young.OwnerID
	}
	if old.ContactID == 0 {
		old.ContactID = young.ContactID
	}
	if err := c.mergeTags(*young, old); err != nil {
		return err
	}
	if err := c.mergeState(*young, old, actor); err != nil {
		return err
	}
	c.setState(young, StateMerged)
	young.MergedInto, young.Messages = old.ID, 0
	for _, t := range []*Ticket{young, old} {
		if err := c.SaveTicket(t); err != nil {
			return err
		}
		c.tell(ChangeTicket, t.Number)
	}
	detail := Detail{"from": young.Number.String(), "into": old.Number.String()}
	if err := c.record(Event{Kind: EventMerged, ActorID: actor, TicketID: old.ID, ObjectID: young.ID, Detail: detail}); err != nil {
		return err
	}
	return c.record(Event{Kind: EventMerged, ActorID: actor, TicketID: young.ID, ObjectID: old.ID, Detail: detail})
}

// mergeState: what the younger ticket wanted is wanted of the older now. A
// question that a message brings into a ticket which waits or is put off must
// not wait with it.
func (c *change) mergeState(young Ticket, old *Ticket, actor int64) error {
	wants := young.State == StateNew || young.State == StateOpen
	waits := old.State != StateNew && old.State != StateOpen
	switch {
	case actor == 0 && wants && waits && old.State != StateSpam:
		if err := c.enter(old, StateOpen, 0); err != nil {
			return err
		}
		return c.markUnread(*old)
	case young.State.Active() && !old.State.Active():
		c.setState(old, StateOpen)
	}
	return nil
}

// mergeTags: what is known of the older ticket stays; what is not, the younger
// one may know.
func (c *change) mergeTags(young Ticket, old *Ticket) error {
	if old.OrganizationID == 0 && !old.OrganizationSettled {
		old.OrganizationID, old.OrganizationHow, old.OrganizationSettled = young.OrganizationID, young.OrganizationHow, young.OrganizationSettled
	}
	brought, err := c.TagsOf(young.ID)
	if err != nil {
		return err
	}
	before, err := c.TagsOf(old.ID)
	if err != nil {
		return err
	}
	tags := before.withCodes(brought.Codes)
	if !old.MeasureSettled && (young.MeasureSettled || old.MeasureID == 0) {
		tags.Measures = brought.Measures
		old.MeasureID, old.MeasureSettled = young.MeasureID, young.MeasureSettled
	}
	if len(tags.Topics) == 0 {
		tags.Topics = brought.Topics
	}
	if tags.same(before) {
		return nil
	}
	return c.SaveTags(old.ID, tags)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Merge brings a ticket into another one, by hand.
func (d *Desk) Merge(ctx context.Context, u User, n Number, version int64, into Number) error {
	return d.onTicket(ctx, u, ActWork, n, version, "merge", func(c *change, t *Ticket) error {
		target, err := c.TicketByNumber(into)
		if err != nil {
			return invalid("into", "Il quesito "+into.String()+" non esiste. Controlla il numero.")
		}
		if target, err = c.target(target.ID); err != nil {
			return err
		}
		if target.ID == t.ID {
			return invalid("into", "Un quesito non si può unire a sé stesso: indica un altro numero.")
		}
		return c.mergeInto(t, &target, u.ID)
	})
}
