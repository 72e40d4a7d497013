package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Stored lists what Reprocess goes through. Implemented by store.
type Stored interface {
	// RawsAfter lists raw messages in a state, kept at or after since, with ids
	// above after, ascending.
	RawsAfter(ctx context.Context, state RawState, since time.Time, after int64, limit int) ([]RawMessage, error)
	// MessageOfRaw is the id of the message that was read from a raw message;
	// ErrNone if it is only a copy.
	MessageOfRaw(ctx context.Context, rawID int64) (int64, error)
}

// ReprocessOptions say which messages are read again.
type ReprocessOptions struct {
	Parked   bool         // those in quarantine, instead of those on tickets
	Since    time.Time    // kept at or after
	Progress func(n int)  // hears how many are done; may be nil
	Changed  func(Reread) // hears of each that is read otherwise now; may be nil
}

// Reprocessed is what Reprocess did.
type Reprocessed struct{ Seen, Changed, Failed int }

const reprocessBatch = 100

// Reprocess reads stored originals again. What was read of a message is
// replaced where it differs; its place, its state and everything people did
// stay. Nothing is sent and nothing re-opens. Parked messages that can be read
// now are received like new ones.
func (d *Desk) Reprocess(ctx context.Context, r Reader, stored Stored, o ReprocessOptions) (Reprocessed, error) {
	var done Reprocessed
	state, one := RawReceived, d.rereadOne
	if o.Parked {
		state, one = RawParked, d.receiveParked
	}
	for after := int64(0); ; {
		batch, err := stored.RawsAfter(ctx, state, o.Since, after, reprocessBatch)
		if err != nil || len(batch) == 0 {
			return done, err
		}
		for _, raw := range batch {
			after = raw.ID
			done.Seen++
			changed, err := one(ctx, r, stored, raw)
			switch {
			case ctx.Err() != nil:
				return done, context.Cause(ctx)
			case ErrorCode(err) == Busy:
				return done, err
			case err != nil:
				done.Failed++
				d.logIncident(ctx, "reprocess", fmt.Errorf("raw %d: %w", raw.ID, err))
			case changed != nil:
				done.Changed++
				if o.Changed != nil {
					o.Changed(*changed)
				}
			}
			if o.Progress != nil {
				o.Progress(done.Seen)
			}
		}
	}
}

// receiveParked receives a message from quarantine.
func (d *Desk) receiveParked(ctx context.Context, r Reader, stored Stored, raw RawMessage) (*Reread, error) {
	if err := d.readAndReceive(ctx, r, raw); err != nil {
		return nil, err
	}
	changed := &Reread{RawID: raw.ID, Fields: []Field{FieldNew}}
	id, err := stored.MessageOfRaw(ctx, raw.ID)
	if errors.Is(err, ErrNone) {
		return changed, nil
	}
	if err != nil {
		return nil, err
	}
	changed.MessageID = id
	return changed, d.store.View(ctx, func(tx ReadTx) error {
		m, err := tx.MessageByID(id)
		if err != nil {
			return err
		}
		t, err := tx.TicketByID(m.TicketID)
		changed.Ticket = t.Number
		return err
	})
}

// rereadOne reads a message of a ticket again; nil if nothing of it differs.
func (d *Desk) rereadOne(ctx context.Context, r Reader, stored Stored, raw RawMessage) (changed *Reread, err error) {
	id, err := stored.MessageOfRaw(ctx, raw.ID)
	if errors.Is(err, ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in, err := d.read(ctx, r, raw)
	if err != nil {
		return nil, err
	}
	err = d.update(ctx, "reprocess", func(c *change) error {
		old, err := c.MessageByID(id)
		if err != nil {
			return err
		}
		fresh, err := c.reread(old, in)
		if err != nil {
			return err
		}
		fields := differing(old, fresh)
		if len(fields) == 0 {
			return nil
		}
		t, err := c.TicketByID(old.TicketID)
		if err != nil {
			return err
		}
		changed = &Reread{raw.ID, id, t.Number, fields}
		return c.replace(old, fresh, in)
	})
	return changed, err
}

// reread is old with everything that comes from its bytes read anew.
func (c *change) reread(old Message, in Incoming) (Message, error) {
	r := receipt{change: c, in: in, raw: in.Raw, at: old.At}
	if r.in.Channel == "" {
		r.in.Channel = ChannelMail
	}
	m := *r.message(old.Kind)
	m.ID, m.TicketID, m.AuthorID, m.ContactID, m.Unverified = old.ID, old.TicketID, old.AuthorID, old.ContactID, old.Unverified
	if m.Report != nil && old.Report != nil {
		report := *m.Report
		report.OutgoingID = old.Report.OutgoingID
		m.Report = &report
	}
	m.AboutID = old.AboutID
	m.Attachments = append([]Attachment(nil), m.Attachments...)
	for i := range m.Attachments {
		a := &m.Attachments[i]
		id, err := c.PutBlob(a.Blob)
		if err != nil {
			return m, fmt.Errorf("attachment %d: %w", i+1, err)
		}
		a.BlobID, a.Size = id, int64(len(a.Blob.Data))
	}
	return m, nil
}

// replace stores the new reading, and makes the message known by ids that only
// the new reader finds. Tickets are not joined by them: people have worked on
// the threads as they are.
func (c *change) replace(old, fresh Message, in Incoming) error {
	if err := c.ReplaceMessage(&fresh); err != nil {
		return err
	}
	r := receipt{change: c, in: in}
	r.in.AlsoIDs = in.AlsoIDs[:min(len(in.AlsoIDs), maxAlso)]
	if old.Unverified { // who joined by a leaked id of ours ties nothing
		r.in.InReplyTo, r.in.References = nil, nil
	}
	if err := c.AddThreadRefs(old.TicketID, r.refs()); err != nil {
		return err
	}
	if err := c.showFiles(old.TicketID, fresh); err != nil {
		return err
	}
	if err := c.DueAnswer(old.TicketID); err != nil {
		return err
	}
	if err := c.tellOf(ChangeTicket, old.TicketID); err != nil {
		return err
	}
	return c.record(Event{Kind: EventReprocessed, TicketID: old.TicketID, ObjectID: old.ID})
}

// showFiles has the queue tell of files that only the new reader finds.
func (c *change) showFiles(ticketID int64, m Message) error {
	t, err := c.TicketByID(ticketID)
	if err != nil || t.HasAttachments || !hasFiles(m.Attachments) {
		return err
	}
	t.HasAttachments = true
	return c.SaveTicket(&t)
}
