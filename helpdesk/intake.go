package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/helpdesk/crash"
)

const (
	maxAttempts = 3  // then a message is parked
	claimBatch  = 32 // fresh messages whose attempt is counted in one commit
)

// Waits after a failed reading; together shorter than the two minutes after
// which /readyz complains.
var readRetry = []time.Duration{5 * time.Second, 30 * time.Second}

// RunIntake takes kept messages in, in the order in which they were kept,
// until ctx ends. A message that fails three times is parked; the others flow on.
func (d *Desk) RunIntake(ctx context.Context, r Reader) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := d.takeIn(ctx, r)
		if ctx.Err() != nil {
			return nil
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-d.intake:
		case <-timer.C:
		}
	}
}

// takeIn works until nothing is due and returns when to look again.
func (d *Desk) takeIn(ctx context.Context, r Reader) time.Duration {
	for ctx.Err() == nil {
		claimed, err := d.claim(ctx)
		if err != nil {
			d.logIncident(ctx, "intake", err)
			return 5 * time.Second
		}
		if len(claimed) == 0 {
			return 5 * time.Second
		}
		for _, raw := range claimed {
			if err := d.takeInOne(ctx, r, raw); err != nil {
				d.logIncident(ctx, "intake", err)
				return 5 * time.Second
			}
		}
	}
	return 0
}

// claim counts an attempt for the messages that are due, before any of them
// is looked at, so that a crash counts. Fresh ones are claimed by the batch;
// one that was claimed before is claimed alone, so that only the message that
// brings the process down comes to its third attempt.
func (d *Desk) claim(ctx context.Context) ([]RawMessage, error) {
	var claimed []RawMessage
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		claimed, err = tx.PendingRaw(d.now(), 1)
		return err
	})
	if err != nil || len(claimed) == 0 {
		return nil, err
	}
	err = d.update(ctx, "claim", func(c *change) error {
		claimed = claimed[:0]
		due, err := c.PendingRaw(c.at, claimBatch)
		if err != nil {
			return err
		}
		for _, raw := range due {
			again := raw.Attempts > 0
			if again && len(claimed) > 0 {
				break
			}
			if raw.Attempts >= maxAttempts {
				if err := c.park(raw, raw.Error); err != nil {
					return err
				}
				continue
			}
			raw.Attempts++
			if err := c.SaveRaw(raw); err != nil {
				return err
			}
			claimed = append(claimed, raw)
			if again {
				break
			}
		}
		return nil
	})
	crash.At("claimed")
	return claimed, err
}

// takeInOne reads and receives one claimed message. Only trouble that has
// nothing to do with the message itself is returned; then it stays pending.
func (d *Desk) takeInOne(ctx context.Context, r Reader, raw RawMessage) error {
	err := d.readAndReceive(ctx, r, raw)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // we stop: that is no fault of the message
		return d.unclaim(context.WithoutCancel(ctx), raw)
	case ErrorCode(err) == Busy:
		return errors.Join(err, d.unclaim(ctx, raw))
	}
	d.logIncident(ctx, "message not taken in", fmt.Errorf("raw %d: %w", raw.ID, err))
	return d.onPending(ctx, "intake failed", raw.ID, func(c *change, raw RawMessage) error {
		raw.Error = "la lettura non è riuscita; per chi cura il programma: " + err.Error()
		if raw.Attempts >= maxAttempts {
			return c.park(raw, raw.Error)
		}
		raw.NextTry = c.at.Add(readRetry[min(raw.Attempts-1, len(readRetry)-1)])
		return c.SaveRaw(raw)
	})
}

func (d *Desk) unclaim(ctx context.Context, raw RawMessage) error {
	return d.onPending(ctx, "unclaim", raw.ID, func(c *change, raw RawMessage) error {
		raw.Attempts--
		return c.SaveRaw(raw)
	})
}

// onPending runs fn on a raw message as it is now, if it still waits: a
// command beside this process may have taken it in meanwhile.
func (d *Desk) onPending(ctx context.Context, op string, rawID int64, fn func(*change, RawMessage) error) error {
	return d.update(ctx, op, func(c *change) error {
		raw, err := c.RawByID(rawID)
		if err != nil || raw.State != RawPending {
			return err
		}
		return fn(c, raw)
	})
}

func (d *Desk) readAndReceive(ctx context.Context, r Reader, raw RawMessage) error {
	in, err := d.read(ctx, r, raw)
	if err != nil {
		return err
	}
	crash.At("read")
	return d.Receive(ctx, in)
}

// read gets the bytes and reads them. A reader that panics despite its
// promise costs the message an attempt, not the process its life.
func (d *Desk) read(ctx context.Context, r Reader, raw RawMessage) (in Incoming, err error) {
	data, err := d.bytesOf(ctx, raw)
	if err != nil {
		return in, fmt.Errorf("bytes of raw %d: %w", raw.ID, err)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reader panicked: %v", p)
		}
	}()
	in = r.Read(data, raw.Stub)
	in.Raw, in.Stub, in.Size = raw, raw.Stub, raw.Size
	return in, nil
}

// bytesOf are a message's bytes, handed over or from the store.
func (d *Desk) bytesOf(ctx context.Context, raw RawMessage) (data []byte, err error) {
	if data = d.kept.take(raw.ID); data != nil {
		return data, nil
	}
	err = d.store.View(ctx, func(tx ReadTx) (err error) {
		data, err = tx.BlobData(raw.BlobID)
		return err
	})
	return data, err
}

// park takes a message out of the way, visible in quarantine with its bytes.
func (c *change) park(raw RawMessage, why string) error {
	if why == "" {
		why = "il programma si è fermato tre volte leggendo questo messaggio"
	}
	raw.State, raw.Error = RawParked, why
	if err := c.SaveRaw(raw); err != nil {
		return err
	}
	c.tell(ChangeMailbox, 0)
	return c.record(Event{Kind: EventParked, ObjectID: raw.ID})
}

// RetryRaw reads a message in quarantine once more.
func (d *Desk) RetryRaw(ctx context.Context, u User, rawID int64) error {
	if !Can(u, ActQuarantine, 0) {
		return errForbidden
	}
	return d.update(ctx, "retry raw", func(c *change) error {
		raw, err := c.RawByID(rawID)
		if err != nil || raw.State != RawParked && raw.State != RawUnclaimed {
			return &Error{Code: NotFound, Message: "Questo messaggio non è più in quarantena.", Err: err}
		}
		raw.State, raw.Attempts, raw.NextTry = RawPending, 0, c.at
		if err := c.SaveRaw(raw); err != nil {
			return err
		}
		c.intake = true
		return c.record(Event{Kind: EventRetried, ActorID: u.ID, ObjectID: raw.ID})
	})
}

func (d *Desk) logIncident(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		d.log.ErrorContext(ctx, what, "err", err)
	}
}
