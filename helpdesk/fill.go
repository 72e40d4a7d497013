package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// FillBatch is how many tickets one call of Fill takes, so that a transaction
// stays within 500 rows.
const FillBatch = 25

// FilledTicket is an invented question with everything said about it. Fill
// sets the ids, the number and the version; the rest of Ticket is written as
// it stands.
type FilledTicket struct {
	Ticket   Ticket
	Asker    Address
	Messages []FilledMessage // oldest first, inbound or reply
}

// FilledMessage is a message with its bytes as they came or left.
type FilledMessage struct {
	Message Message
	Raw     Blob
}

// Fill writes at most FillBatch invented tickets in one transaction. It is for
// trials and measurements: nothing is acknowledged, nothing is sent.
func (d *Desk) Fill(ctx context.Context, batch []FilledTicket) error {
	if len(batch) > FillBatch {
		return fmt.Errorf("fill: %d tickets in a batch", len(batch))
	}
	stems := make([][]string, len(batch))
	for i, f := range batch {
		if !f.Ticket.FirstAnswerAt.IsZero() {
			stems[i] = questionStems(f.Messages[0].Message)
		}
	}
	return d.update(ctx, "fill", func(c *change) error {
		for i := range batch {
			if err := c.fillTicket(&batch[i]); err != nil {
				return fmt.Errorf("ticket %d of the batch: %w", i+1, err)
			}
			if err := c.fillAnswer(&batch[i], stems[i]); err != nil {
				return fmt.Errorf("ticket %d of the batch: %w", i+1, err)
			}
		}
		return c.record(Event{Kind: EventFilled, Detail: Detail{"tickets": fmt.Sprint(len(batch))}})
	})
}

// FillContact finds or makes the contact of an invented person.
func (d *Desk) FillContact(ctx context.Context, a Address) (int64, error) {
	var id int64
	err := d.update(ctx, "fill contact", func(c *change) error {
		address := strings.ToLower(a.Addr)
		known, err := c.ContactByAddress(address)
		if errors.Is(err, ErrNone) {
			known = Contact{Name: a.Name, Address: address, CreatedAt: c.at}
			err = c.InsertContact(&known)
		}
		id = known.ID
		return err
	})
	return id, err
}

func (c *change) fillTicket(f *FilledTicket) error {
	number, err := c.NextNumber(c.desk.rome(f.Ticket.OpenedAt).Year())
	if err != nil {
		return err
	}
	f.Ticket.Number, f.Ticket.Messages = number, len(f.Messages)
	if err := c.InsertTicket(&f.Ticket); err != nil {
		return err
	}
	var ids []string
	for i := range f.Messages {
		if err := c.fillMessage(&f.Ticket, &f.Messages[i]); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
		ids = append(ids, f.Messages[i].Message.MessageID)
	}
	if err := c.AddThreadRefs(f.Ticket.ID, ids); err != nil {
		return err
	}
	asker := strings.ToLower(f.Asker.Addr)
	return c.AddParticipant(f.Ticket.ID, Participant{Address: asker, Body: BodyOf(asker)})
}

// fillAnswer indexes the answered question.
func (c *change) fillAnswer(f *FilledTicket, stems []string) error {
	a := Answer{TicketID: f.Ticket.ID, QuestionID: f.Messages[0].Message.ID, Stems: stems}
	for _, m := range f.Messages {
		if m.Message.Kind == KindReply && len(m.Message.Text) >= a.Size {
			a.ReplyID, a.Size, a.At = m.Message.ID, len(m.Message.Text), m.Message.At
		}
	}
	if a.ReplyID == 0 {
		return nil
	}
	return c.keepAnswer(a)
}

func (c *change) fillMessage(t *Ticket, f *FilledMessage) error {
	m := &f.Message
	m.TicketID, m.TextHash = t.ID, textHash(m.Text)
	if m.Kind == KindReply {
		m.Subject = "Re: " + t.Subject + " " + t.Number.Token()
		if err := c.InsertMessage(m, nil); err != nil {
			return err
		}
		return c.fillOutgoing(t, f)
	}
	blobID, err := c.PutBlob(f.Raw)
	if err != nil {
		return err
	}
	raw := RawMessage{
		MailboxID: t.MailboxID, BlobID: blobID, SHA256: f.Raw.SHA256, Size: int64(len(f.Raw.Data)),
		InternalDate: m.At, KeptAt: m.At, FoundAtStart: true, State: RawReceived, Attempts: 1,
	}
	if err := c.InsertRaw(&raw); err != nil {
		return err
	}
	m.RawID = raw.ID
	return c.InsertMessage(m, nil)
}

// fillOutgoing notes that the reply left long ago.
func (c *change) fillOutgoing(t *Ticket, f *FilledMessage) error {
	m := &f.Message
	o := Outgoing{
		Key: "fill:" + m.MessageID, Kind: OutgoingReply, TicketID: t.ID, MessageID: m.ID, MailboxID: t.MailboxID,
		Ref: m.MessageID, From: m.From.Addr, Subject: m.Subject, Bytes: f.Raw, Size: int64(len(f.Raw.Data)),
		State: OutgoingSent, Attempts: 1, NextTry: m.At, CreatedAt: m.At, SentAt: m.At,
	}
	for _, a := range m.To {
		o.Recipients = append(o.Recipients, a.Addr)
	}
	return c.InsertOutgoing(&o)
}
