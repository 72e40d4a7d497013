package mailbox

import (
	"context"
	"time"

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
			err = t.brokeOld(ctx, uids[:n], err)
		}
		if err != nil {
			return err
		}
		t.poller.progress = true
		uids = uids[n:]
	}
	return nil
}

// brokeOld is broke for what lay there before: where nothing of the kind is
// wanted, one that cannot be looked at is skipped all the same.
func (t *take) brokeOld(ctx context.Context, uids []uint32, cause error) error {
	no := refusal(cause)
	hopeless := no != nil && !busyCode(no.Code) || no == nil && t.poller.blamed == uids[0]
	if len(uids) > 1 || !hopeless || !t.poller.cfg.Start.fromNow() || ctx.Err() != nil {
		return t.broke(ctx, uids, cause, t.takeOld)
	}
	if err := t.takeOldChunk(ctx, uids, nil); err != nil {
		return err
	}
	t.poller.progress = true
	if no != nil {
		return nil
	}
	return cause
}

func (t *take) takeOldChunk(ctx context.Context, uids []uint32, items map[uint32]listed) error {
	var skip []helpdesk.LedgerEntry
	for _, uid := range uids {
		it := items[uid]
		it.uid = uid
		if t.poller.cfg.Start.fromNow() || t.tooOld(it.item) {
			skip = append(skip, t.row(it))
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

// clockMargin is how far the server's clock, or its time zone, may be off
// before mail that came after the first SELECT looks like mail of before. What
// is taken in for its sake is answered by nobody; what were skipped is lost.
const clockMargin = 24 * time.Hour

// tooOld reports whether a message arrived before the moment that Start names.
// It holds wherever the message turns up: in the first start, at a later try,
// or under a new UIDVALIDITY. One without a date is never too old.
//
// Start «now» goes by UIDs; only a first start that was interrupted, and whose
// UIDs mean nothing any more, goes by the time of the first SELECT.
func (t *take) tooOld(it item) bool {
	start := t.poller.cfg.Start
	since := start.Since
	if start.fromNow() && !t.box.FirstAt.IsZero() {
		since = t.box.FirstAt.Add(-clockMargin)
	}
	return !start.All && it.uid < t.box.FirstNext && !it.date.IsZero() && it.date.Before(since)
}

func (t *take) row(it listed) helpdesk.LedgerEntry {
	e := t.entry(it.item)
	e.HeaderHash = it.hash
	return e
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
			err = t.broke(ctx, uids[:n], err, t.compare)
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
		it, described := items[uid]
		known := false
		var err error
		if described && it.hash != nil {
			known, err = t.poller.keeper.Known(ctx, t.row(it))
		}
		switch {
		case err != nil || known:
		case described && t.tooOld(it.item):
			err = t.skip(ctx, []helpdesk.LedgerEntry{t.row(it)})
		default:
			err = t.takeAll(ctx, []uint32{uid})
		}
		if err != nil {
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
