package helpdesk

import (
	"context"
	"fmt"
	"time"
)

const (
	// copyAfter is when a mail that was sent is looked for in the sent folder:
	// some servers put it there themselves, a moment later.
	copyAfter = time.Minute
	// copyWithin is when we give up: by then nobody looks for it there.
	copyWithin = 48 * time.Hour
)

// NextCopy is an answer that was sent and is not known to lie in its mailbox's
// sent folder, with its bytes; ErrNone when there is none.
func (d *Desk) NextCopy(ctx context.Context, mailboxID int64) (Outgoing, []byte, error) {
	var o Outgoing
	var data []byte
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		now := d.now()
		if o, err = tx.OutgoingToCopy(mailboxID, now.Add(-copyWithin), now.Add(-copyAfter)); err != nil {
			return err
		}
		data, err = tx.BlobData(o.BlobID)
		return err
	})
	if err != nil {
		return o, nil, fmt.Errorf("next copy: %w", err)
	}
	return o, data, nil
}

// Copied notes that the sent folder has a mail, or will not take it.
func (d *Desk) Copied(ctx context.Context, id int64) error {
	return d.update(ctx, "copied", func(c *change) error {
		if err := c.SetCopied(id); err != nil {
			return err
		}
		return c.record(Event{Kind: EventCopied, ObjectID: id})
	})
}
