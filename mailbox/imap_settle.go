package mailbox

import (
	"context"

	"sportello/helpdesk"
)

// takeOld deals with what lay in the folder before the first start: skipped as
// far as Start says so, taken in otherwise. Skipped messages keep the hash of
// their header, by which they are known again if UIDVALIDITY changes.
func (t *take) takeOld(ctx context.Context, uids []uint32) error {
	for len(uids) > 0 {
		n := t.listable(uids)
		items, err := t.list(ctx, uids[:n])
		if err == nil {
			err = t.takeOldChunk(ctx, uids[:n], items)
		} else {
			err = t.broke(ctx, uids[:n], err)
		}
		if err != nil {
			return err
		}
		t.poller.progress = true
		uids = uids[n:]
	}
	return nil
}

func (t *take) takeOldChunk(ctx context.Context, uids []uint32, items map[uint32]listed) error {
	since := t.poller.cfg.Start.Since
	var skip []helpdesk.LedgerEntry
	for _, uid := range uids {
		it := items[uid]
		if since.IsZero() || !it.date.IsZero() && it.date.Before(since) {
			e := t.entry(it.item)
			e.UID, e.HeaderHash = uid, it.hash
			skip = append(skip, e)
			continue
		}
		if err := t.skip(ctx, skip); err != nil {
			return err
		}
		skip = skip[:0]
		if err := t.takeAll(ctx, []uint32{uid}); err != nil {
			return err
		}
	}
	return t.skip(ctx, skip)
}

func (t *take) skip(ctx context.Context, entries []helpdesk.LedgerEntry) error {
	if len(entries) == 0 {
		return nil
	}
	return t.poller.keeper.Skip(ctx, entries)
}

// compare goes through a folder whose UIDVALIDITY changed. Only messages that
// the ledger does not know under an older UID are fetched.
func (t *take) compare(ctx context.Context, uids []uint32) error {
	for len(uids) > 0 {
		n := t.listable(uids)
		items, err := t.list(ctx, uids[:n])
		if err == nil {
			err = t.compareChunk(ctx, uids[:n], items)
		} else {
			err = t.broke(ctx, uids[:n], err)
		}
		if err != nil {
			return err
		}
		t.poller.progress = true
		uids = uids[n:]
	}
	return nil
}

func (t *take) compareChunk(ctx context.Context, uids []uint32, items map[uint32]listed) error {
	for _, uid := range uids {
		known := false
		if it, ok := items[uid]; ok && it.hash != nil {
			e := t.entry(it.item)
			e.HeaderHash = it.hash
			var err error
			if known, err = t.poller.keeper.Known(ctx, e); err != nil {
				return err
			}
		}
		if known {
			continue
		}
		if err := t.takeAll(ctx, []uint32{uid}); err != nil {
			return err
		}
	}
	return nil
}

// listed is a message by what tells it apart without its body.
type listed struct {
	item
	hash []byte // of the header block; nil if it did not come
}

func (t *take) listable(uids []uint32) int {
	if uids[0] <= t.poller.alone {
		return 1
	}
	return min(len(uids), chunkSize)
}

func (t *take) list(ctx context.Context, uids []uint32) (map[uint32]listed, error) {
	set := uidSet(uids...)
	described, err := t.client.describe(ctx, set, len(uids))
	if err != nil {
		return nil, err
	}
	headers, err := t.client.headers(ctx, set, len(uids))
	if err != nil {
		return nil, err
	}
	items := make(map[uint32]listed, len(described))
	for _, it := range described {
		items[it.uid] = listed{item: it}
	}
	for _, h := range headers {
		if it, ok := items[h.uid]; ok && h.part != nil {
			it.hash = headerHash(h.part)
			items[h.uid] = it
		}
	}
	return items, nil
}
