package store

import (
	"fmt"
	"testing"
	"time"

	"sportello/helpdesk"
)

// desk is a store with a mailbox and two experts, and makes tickets in it.
type desk struct {
	*Store
	t       testing.TB
	mailbox helpdesk.Mailbox
	other   helpdesk.Mailbox
	anna    helpdesk.User
	bruno   helpdesk.User
	contact helpdesk.Contact
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{Store: openTest(t), t: t}
	d.mailbox = helpdesk.Mailbox{Name: "Sportello", Address: "sportello@centro.example", Kind: helpdesk.MailboxOrdinary}
	d.other = helpdesk.Mailbox{Name: "PEC", Address: "sportello@pec.example", Kind: helpdesk.MailboxPEC}
	d.anna = helpdesk.User{Email: "anna@centro.example", Name: "Anna Neri", Role: helpdesk.RoleExpert, Active: true, CreatedAt: epoch}
	d.bruno = helpdesk.User{Email: "bruno@centro.example", Name: "Bruno Riva", Role: helpdesk.RoleExpert, Active: true, CreatedAt: epoch}
	d.contact = helpdesk.Contact{Name: "Carla Villa", Address: "carla.villa@comune.example", CreatedAt: epoch}
	d.do(func(tx helpdesk.Tx) error {
		for _, err := range []error{tx.SaveMailbox(&d.mailbox), tx.SaveMailbox(&d.other), tx.InsertUser(&d.anna),
			tx.InsertUser(&d.bruno), tx.InsertContact(&d.contact)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

func (d *desk) do(fn func(helpdesk.Tx) error) {
	d.t.Helper()
	update(d.t, d.Store, fn)
}

// ticket opens the next ticket, an hour after the one before, changed by
// change before it is stored.
func (d *desk) ticket(tx helpdesk.Tx, change func(*helpdesk.Ticket)) helpdesk.Ticket {
	d.t.Helper()
	n, err := tx.NextNumber(2026)
	if err != nil {
		d.t.Fatal(err)
	}
	v := helpdesk.Ticket{Number: n, Subject: fmt.Sprintf("Quesito %s", n), State: helpdesk.StateNew,
		MailboxID: d.mailbox.ID, Channel: helpdesk.ChannelMail, ContactID: d.contact.ID,
		OpenedAt: epoch.Add(time.Duration(n.Seq()) * time.Hour)}
	v.LastMessageAt = v.OpenedAt
	if change != nil {
		change(&v)
	}
	if err := tx.InsertTicket(&v); err != nil {
		d.t.Fatal(err)
	}
	return v
}

// message adds an inbound message to a ticket.
func (d *desk) message(tx helpdesk.Tx, ticketID int64, change func(*helpdesk.Message)) helpdesk.Message {
	d.t.Helper()
	m := helpdesk.Message{TicketID: ticketID, Kind: helpdesk.KindInbound, Channel: helpdesk.ChannelMail, At: epoch,
		ContactID: d.contact.ID, From: helpdesk.Address{Name: d.contact.Name, Addr: d.contact.Address},
		Subject: "Rendicontazione", Text: "Come si rendiconta la spesa?"}
	if change != nil {
		change(&m)
	}
	if err := tx.InsertMessage(&m, nil); err != nil {
		d.t.Fatal(err)
	}
	return m
}
