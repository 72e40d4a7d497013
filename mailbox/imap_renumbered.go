package mailbox

import (
	"bytes"
	"context"

	"sportello/helpdesk"
)

// A server may give its messages other UIDs and keep the UIDVALIDITY, which
// RFC 3501 §2.3.1.1 forbids (security R-06). A message that took the UID of one
// that is known here would never be fetched. So the nightly reconciliation
// looks whether each UID still has the date and size that the ledger has of it,
// and asks for the header where it has not.

// rowsAtOnce is how many ledger rows are compared with one FETCH.
const rowsAtOnce = 500

// takeRenumbered takes in messages that stand at another's UID.
func (t *take) takeRenumbered(ctx context.Context) error {
	var changed []helpdesk.LedgerEntry
	for after := uint32(0); ; {
		rows, err := t.poller.keeper.LedgerRows(ctx, t.box.Box, after, rowsAtOnce)
		if err != nil {
			return err
		}
		found, err := t.changed(ctx, rows)
		if err != nil {
			return err
		}
		changed = append(changed, found...)
		if len(rows) < rowsAtOnce {
			break
		}
		after = rows[len(rows)-1].UID
	}
	if len(changed) == 0 {
		return nil
	}
	t.poller.log.Warn("UIDs have other messages under the same UIDVALIDITY", "count", len(changed))
	for len(changed) > 0 {
		n := min(len(changed), rowsAtOnce)
		unknown, err := t.poller.keeper.Moved(ctx, changed[:n])
		if err != nil {
			return err
		}
		if err := t.takeAll(ctx, unknown); err != nil {
			return err
		}
		changed = changed[n:]
	}
	return nil
}

// changed describes anew those of rows whose UID has another message now.
func (t *take) changed(ctx context.Context, rows []helpdesk.LedgerEntry) ([]helpdesk.LedgerEntry, error) {
	known := map[uint32]helpdesk.LedgerEntry{}
	var uids []uint32
	for _, e := range rows {
		if !e.InternalDate.IsZero() && e.HeaderHash != nil {
			known[e.UID] = e
			uids = append(uids, e.UID)
		}
	}
	if len(uids) == 0 {
		return nil, nil
	}
	described, err := t.client.describe(ctx, uidSet(uids...), len(uids))
	if err != nil {
		return nil, err
	}
	var other []uint32
	for _, it := range described {
		e, ok := known[it.uid]
		sameDate := it.date.IsZero() || it.date.Unix() == e.InternalDate.Unix()
		if ok && (!sameDate || it.size != e.Size) {
			other = append(other, it.uid)
		}
	}
	var changed []helpdesk.LedgerEntry
	for len(other) > 0 {
		n := t.listable(other)
		items, err := t.list(ctx, other[:n])
		if err != nil {
			return nil, err
		}
		for _, uid := range other[:n] {
			// Some servers change their mind about a size; a header stays.
			if it, ok := items[uid]; ok && it.hash != nil && !bytes.Equal(it.hash, known[uid].HeaderHash) {
				changed = append(changed, t.row(it))
			}
		}
		other = other[n:]
	}
	return changed, nil
}
