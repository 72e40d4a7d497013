package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sportello/helpdesk"
)

const (
	threadPage = 100 // messages of a thread shown at once
	maxEvents  = 200
	maxOthers  = 5
	maxLinked  = 20
)

// Ticket returns what the ticket page shows to a user: of a long thread the
// newest 100 messages.
func (s *Store) Ticket(ctx context.Context, n helpdesk.Number, userID int64) (helpdesk.TicketView, error) {
	v, err := read(ctx, s, func(t *tx) (helpdesk.TicketView, error) { return t.ticketView(n, userID) })
	return v, wrapf(err, "ticket page %s", n)
}

func (t *tx) ticketView(n helpdesk.Number, userID int64) (v helpdesk.TicketView, err error) {
	if v.Ticket, err = t.TicketByNumber(n); err != nil {
		return v, err
	}
	if err := t.ticketPeople(&v); err != nil {
		return v, err
	}
	if v.Tags, err = t.TagsOf(v.Ticket.ID); err != nil {
		return v, err
	}
	if v.Taxonomy, err = t.taxonomy(); err != nil {
		return v, err
	}
	if v.Messages, v.Earlier, err = t.thread(v.Ticket.ID, 0); err != nil {
		return v, err
	}
	if v.Events, err = t.eventsOf(v.Ticket.ID); err != nil {
		return v, err
	}
	if v.Linked, err = t.linked(v.Ticket.ID, userID); err != nil {
		return v, err
	}
	if v.Others, err = t.others(v.Ticket, userID); err != nil {
		return v, err
	}
	v.FirstUnread, err = optional(one(t, scanInt, `SELECT message_id FROM unread WHERE user_id = $1 AND ticket_id = $2`,
		userID, v.Ticket.ID))
	if err != nil {
		return v, err
	}
	err = t.get(into(&v.Unopened), `SELECT NOT EXISTS (SELECT 1 FROM opened WHERE ticket_id = $1)`, v.Ticket.ID)
	return v, err
}

// optional turns «there is none» into the zero value.
func optional[T any](v T, err error) (T, error) {
	if errors.Is(err, helpdesk.ErrNone) {
		return v, nil
	}
	return v, err
}

// ticketPeople reads whom and what the ticket's ids name.
func (t *tx) ticketPeople(v *helpdesk.TicketView) (err error) {
	if v.Mailbox, err = t.MailboxByID(v.Ticket.MailboxID); err != nil {
		return err
	}
	if v.Owner, err = optional(t.UserByID(v.Ticket.OwnerID)); err != nil {
		return err
	}
	if v.Contact, err = optional(t.ContactByID(v.Ticket.ContactID)); err != nil {
		return err
	}
	if v.Blocked, err = t.BlockedSender(v.Contact.Address); err != nil {
		return err
	}
	v.MergedInto, err = optional(one(t, scanNumber, `SELECT number FROM ticket WHERE id = $1`, v.Ticket.MergedInto))
	return err
}

func scanNumber(s scanner) (n helpdesk.Number, err error) {
	err = s.Scan(&n)
	return n, err
}

func (t *tx) eventsOf(ticketID int64) ([]helpdesk.EventView, error) {
	scan := func(s scanner) (e helpdesk.EventView, err error) {
		err = s.Scan(at(&e.At), &e.Actor, &e.Kind, fromJSON(&e.Detail))
		return e, err
	}
	all, err := list(t, scan, `SELECT e.at, COALESCE(u.name, ''), e.kind, d.detail FROM event e INDEXED BY event_ticket
		LEFT JOIN "user" u ON u.id = e.actor_id LEFT JOIN event_detail d ON d.event_id = e.id
		WHERE e.ticket_id = $1 AND e.ticket_id <> 0 ORDER BY e.id DESC LIMIT $2`, ticketID, maxEvents)
	slices.Reverse(all)
	return all, wrapf(err, "events")
}

func (t *tx) linked(ticketID, userID int64) ([]helpdesk.QueueRow, error) {
	list, err := list(t, scanInt, `SELECT other_id FROM ticket_link WHERE ticket_id = $1
		UNION SELECT ticket_id FROM ticket_link WHERE other_id = $1 ORDER BY 1 DESC LIMIT $2`, ticketID, maxLinked)
	if err != nil {
		return nil, fmt.Errorf("linked: %w", err)
	}
	return t.rows(list, userID)
}

// others are the sender's newest other tickets.
func (t *tx) others(v helpdesk.Ticket, userID int64) ([]helpdesk.QueueRow, error) {
	if v.ContactID == 0 {
		return nil, nil
	}
	list, err := list(t, scanInt, `SELECT id FROM ticket INDEXED BY ticket_contact
		WHERE contact_id = $1 AND id <> $2 AND state <> 'merged'
		ORDER BY last_message_at DESC, id DESC LIMIT $3`, v.ContactID, v.ID, maxOthers)
	if err != nil {
		return nil, fmt.Errorf("others: %w", err)
	}
	return t.rows(list, userID)
}
