package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// OpenForm is a question that came by telephone or at the counter.
type OpenForm struct {
	Key       string // the same key twice is one ticket
	Name      string
	Address   string // where the answer goes, optional by telephone
	Subject   string
	Text      string
	Channel   Channel
	MailboxID int64
}

// Open makes a ticket by hand.
func (d *Desk) Open(ctx context.Context, u User, f OpenForm) (Number, error) {
	if !Can(u, ActWork, 0) {
		return 0, errForbidden
	}
	to, err := f.check()
	if err != nil {
		return 0, err
	}
	about, err := d.suggest(ctx, f.Address, f.Subject, f.Text)
	if err != nil {
		return 0, fmt.Errorf("open: %w", err)
	}
	var n Number
	err = d.update(ctx, "open", func(c *change) error {
		known, err := c.MessagesByID([]string{f.MessageID()})
		if err != nil {
			return err
		}
		if len(known) > 0 {
			t, err := c.TicketByID(known[0].TicketID)
			n = t.Number
			return err
		}
		t, err := c.openByHand(u, f, to, about)
		n = t.Number
		return err
	})
	return n, err
}

// MessageID names the message of a question opened by hand, which has no other:
// the form's key with what was typed into it.
func (f OpenForm) MessageID() string {
	return intentKey("open", f.Key, f.Name, f.Address, f.Subject, f.Text)
}

func (f OpenForm) check() (Address, error) {
	switch {
	case f.Key == "":
		return Address{}, invalid("key", "Il modulo è incompleto: ricarica la pagina.")
	case f.Channel != ChannelPhone && f.Channel != ChannelDesk:
		return Address{}, invalid("channel", "Scegli come è arrivato il quesito: telefono o sportello.")
	case strings.TrimSpace(f.Name) == "":
		return Address{}, invalid("name", "Indica chi ha posto il quesito.")
	case strings.TrimSpace(f.Subject) == "":
		return Address{}, invalid("subject", "Manca l'oggetto del quesito.")
	case strings.TrimSpace(f.Text) == "":
		return Address{}, invalid("text", "Manca il testo del quesito.")
	}
	list, err := parseRecipients("address", []string{f.Address})
	if err != nil {
		return Address{}, err
	}
	if len(list) > 1 {
		return Address{}, invalid("address", "Indica un solo indirizzo.")
	}
	a := Address{Name: strings.TrimSpace(f.Name)}
	if len(list) == 1 {
		a.Addr = strings.ToLower(list[0].Addr)
	}
	return a, nil
}

func (c *change) openByHand(u User, f OpenForm, asker Address, about Suggestion) (Ticket, error) {
	if _, err := c.MailboxByID(f.MailboxID); err != nil {
		return Ticket{}, invalid("mailbox", "Scegli la casella da cui partirà la risposta.")
	}
	contact, err := c.contactOf(asker)
	if err != nil {
		return Ticket{}, err
	}
	number, err := c.NextNumber(c.desk.rome(c.at).Year())
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		Number: number, Subject: BareSubject(f.Subject), State: StateOpen, OwnerID: u.ID, MailboxID: f.MailboxID, Channel: f.Channel,
		ContactID: contact.ID, OrganizationID: contact.OrganizationID, OpenedAt: c.at, LastMessageAt: c.at, Messages: 1,
	}
	t.propose(about)
	if err := c.InsertTicket(&t); err != nil {
		return t, err
	}
	if err := c.SaveTags(t.ID, about.Tags); err != nil {
		return t, err
	}
	m := Message{
		TicketID: t.ID, Kind: KindInbound, Channel: f.Channel, At: c.at, AuthorID: u.ID, ContactID: contact.ID, From: asker,
		Subject: f.Subject, MessageID: f.MessageID(), Text: strings.TrimSpace(f.Text),
	}
	if err := c.InsertMessage(&m, nil); err != nil {
		return t, err
	}
	if asker.Addr != "" {
		if err := c.AddParticipant(t.ID, Participant{Address: asker.Addr, Body: BodyOf(asker.Addr)}); err != nil {
			return t, err
		}
	}
	c.tell(ChangeOpened, t.Number)
	return t, c.record(Event{Kind: EventOpened, ActorID: u.ID, TicketID: t.ID, ObjectID: m.ID, Detail: Detail{"number": t.Number.String()}})
}

// contactOf finds or makes a contact; one without an address is made anew.
func (c *change) contactOf(a Address) (Contact, error) {
	if a.Addr != "" {
		known, err := c.ContactByAddress(a.Addr)
		if err == nil || !errors.Is(err, ErrNone) {
			return known, err
		}
	}
	made := Contact{Name: a.Name, Address: a.Addr, CreatedAt: c.at}
	return made, c.InsertContact(&made)
}
