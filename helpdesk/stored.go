package helpdesk

import (
	"context"
	"errors"
	"fmt"
)

// Stored tells which of some UIDs of a box are durable here, whole or as a
// stub; in their order. The poller asks before it moves on the server what an
// earlier run kept.
func (d *Desk) Stored(ctx context.Context, b Box, uids []uint32) ([]uint32, error) {
	var here []uint32
	err := d.store.View(ctx, func(tx ReadTx) error {
		for _, uid := range uids {
			e, err := tx.LedgerEntry(b.ID, b.UIDValidity, uid)
			if errors.Is(err, ErrNone) {
				continue
			}
			if err != nil {
				return err
			}
			if e.State == LedgerStored || e.State == LedgerOversized {
				here = append(here, uid)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("stored: %w", err)
	}
	return here, nil
}
