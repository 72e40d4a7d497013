package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// UseForwarded makes who wrote what a message of the ticket passes on its
// asker: answers go there, and come back to the ticket. A person decides it,
// because anybody can write whatever name into a forward.
func (d *Desk) UseForwarded(ctx context.Context, u User, n Number, version, messageID int64) error {
	return d.onTicket(ctx, u, ActWork, n, version, "use forwarded", func(c *change, t *Ticket) error {
		m, err := c.MessageByID(messageID)
		if err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		if err != nil || m.TicketID != t.ID || m.Forwarded == nil || m.Forwarded.From.Addr == "" {
			return invalid("message", "Il messaggio non inoltra quello di un altro mittente: ricarica la pagina.")
		}
		from := m.Forwarded.From
		from.Addr = strings.ToLower(from.Addr)
		if err := c.refuseOurOwn(from.Addr); err != nil {
			return err
		}
		contact, err := c.contactOf(from)
		if err != nil || contact.ID == t.ContactID {
			return err
		}
		before := t.ContactID
		t.ContactID, t.OrganizationID = contact.ID, contact.OrganizationID
		if err := c.AddParticipant(t.ID, Participant{Address: from.Addr, Body: BodyOf(from.Addr)}); err != nil {
			return err
		}
		return c.record(Event{Kind: EventAsker, ActorID: u.ID, TicketID: t.ID, ObjectID: contact.ID,
			Detail: Detail{"from": fmt.Sprint(before), "to": fmt.Sprint(contact.ID), "address": from.Addr}})
	})
}

func (c *change) refuseOurOwn(address string) error {
	boxes, err := c.Mailboxes()
	if err != nil {
		return err
	}
	for _, b := range boxes {
		if strings.EqualFold(b.Address, address) {
			return invalid("message", "«"+address+"» è una nostra casella: non può essere il mittente di un quesito.")
		}
	}
	return nil
}
