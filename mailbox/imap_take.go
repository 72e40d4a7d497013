package mailbox

import (
	"context"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"sportello/helpdesk"
)

const (
	chunkSize  = 100     // messages described at once
	groupSize  = 50      // messages fetched at once …
	groupBytes = 4 << 20 // … and their bytes together
)

// take is one look at a folder. UIDs are settled strictly in ascending order:
// the ledger's greatest UID is where the next look begins, so no smaller one
// may be open when a greater one is written.
type take struct {
	poller *Poller
	client *client
	box    helpdesk.BoxView
	kept   []uint32 // since the last move to the processed folder
}

// takeNew takes in everything from the next UID upwards.
func (t *take) takeNew(ctx context.Context) error {
	uids, err := t.client.search(ctx, t.box.Next)
	if err != nil {
		return err
	}
	if !t.box.Compare {
		if err := t.takeListed(ctx, uids); err != nil || t.box.FirstAt.IsZero() {
			return err
		}
		return t.poller.keeper.Settle(ctx, t.box.ID)
	}
	if err := t.compare(ctx, uids); err != nil {
		return err
	}
	done, err := t.gather(ctx)
	if err != nil {
		return err
	}
	if !done {
		t.poller.PollNow()
		return nil
	}
	t.box.Compare = false
	return t.poller.keeper.Settle(ctx, t.box.ID)
}

// takeListed takes in UIDs; those of before the first start as Start says.
func (t *take) takeListed(ctx context.Context, uids []uint32) error {
	old, _ := slices.BinarySearch(uids, t.box.FirstNext)
	if t.poller.cfg.Start.All {
		old = 0
	}
	if err := t.takeOld(ctx, uids[:old]); err != nil {
		return err
	}
	return t.takeAll(ctx, uids[old:])
}

// takeMissing takes in what the folder has and the ledger has not.
func (t *take) takeMissing(ctx context.Context) error {
	if t.box.Compare {
		return t.takeNew(ctx)
	}
	uids, err := t.client.search(ctx, 1)
	if err != nil {
		return err
	}
	var missing []uint32
	for after := uint32(0); len(uids) > 0; {
		page, err := t.poller.keeper.LedgerUIDs(ctx, t.box.Box, after, 10_000)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			missing = append(missing, uids...)
			break
		}
		after = page[len(page)-1]
		n, found := slices.BinarySearch(uids, after)
		for _, uid := range uids[:n] {
			if _, ok := slices.BinarySearch(page, uid); !ok {
				missing = append(missing, uid)
			}
		}
		if found {
			n++
		}
		uids = uids[n:]
	}
	return t.takeListed(ctx, missing)
}

// takeAll fetches messages in chunks, one by one where a chunk broke before.
func (t *take) takeAll(ctx context.Context, uids []uint32) error {
	for len(uids) > 0 {
		n := min(len(uids), chunkSize)
		if uids[0] <= t.poller.alone {
			n = 1
		}
		if err := t.chunk(ctx, uids[:n]); err != nil {
			return err
		}
		if err := t.moveKept(ctx); err != nil {
			return err
		}
		t.poller.progress = true
		uids = uids[n:]
	}
	return nil
}

// chunk describes some messages and fetches the small ones in groups; the
// others, and those that did not come, each in its turn.
func (t *take) chunk(ctx context.Context, uids []uint32) error {
	described, err := t.client.describe(ctx, uidSet(uids...), len(uids))
	if err != nil {
		return t.broke(ctx, uids, err, t.takeAll)
	}
	var group []item
	var bytes int64
	flush := func() error {
		defer func() { group, bytes = group[:0], 0 }()
		return t.group(ctx, group, bytes)
	}
	for _, uid := range uids {
		i := indexUID(described, uid)
		small := i >= 0 && described[i].size <= min(groupBytes, t.poller.cfg.MaxMessageSize) && !t.poller.tooLarge[uid]
		if !small || len(group) == groupSize || bytes+described[i].size > groupBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		switch {
		case small:
			group = append(group, described[i])
			bytes += described[i].size
		case i < 0:
			err = t.rescue(ctx, uid)
		default:
			err = t.one(ctx, described[i], uidSet(uid))
		}
		if err != nil {
			return err
		}
	}
	return flush()
}

// group fetches the bodies of described messages in one command and keeps them.
func (t *take) group(ctx context.Context, group []item, bytes int64) error {
	if len(group) == 0 {
		return nil
	}
	uids := make([]uint32, len(group))
	for i, it := range group {
		uids[i] = it.uid
	}
	got, err := t.client.bodies(ctx, uidSet(uids...), len(uids), bytes, t.poller.cfg.MaxMessageSize)
	if err != nil {
		return t.broke(ctx, uids, err, t.takeAll)
	}
	for _, it := range group {
		i := indexUID(got, it.uid)
		if i < 0 || got[i].part == nil {
			err = t.rescue(ctx, it.uid)
		} else {
			err = t.keep(ctx, it, got[i].part, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// one fetches a single described message by whatever set names it.
func (t *take) one(ctx context.Context, it item, set imap.NumSet) error {
	raw, stub, err := t.load(ctx, it, set)
	if err != nil {
		return t.broke(ctx, []uint32{it.uid}, err, nil)
	}
	return t.keep(ctx, it, raw, stub)
}

// load brings a message in the way its size asks for: whole, in slices, or
// only its header.
func (t *take) load(ctx context.Context, it item, set imap.NumSet) (raw []byte, stub bool, err error) {
	limit := t.poller.cfg.MaxMessageSize
	var got []item
	switch {
	case it.size > limit || t.poller.tooLarge[it.uid]:
		stub = true
		got, err = t.client.headers(ctx, set, 1)
	case it.size > wholeLimit:
		raw, err = t.client.sliced(ctx, it.uid, set, it.size, limit)
		return raw, false, err
	default:
		got, err = t.client.bodies(ctx, set, 1, limit, limit)
	}
	if err != nil {
		return nil, false, err
	}
	i := indexUID(got, it.uid)
	if i < 0 || got[i].part == nil {
		return nil, false, errNotReturned
	}
	return got[i].part, stub, nil
}

func (t *take) entry(it item) helpdesk.LedgerEntry {
	return helpdesk.LedgerEntry{
		BoxID: t.box.ID, UIDValidity: t.box.UIDValidity, UID: it.uid,
		InternalDate: it.date, Size: it.size,
	}
}

// keep hands a whole message to the desk; every message passes here, however
// it was fetched.
func (t *take) keep(ctx context.Context, it item, raw []byte, stub bool) error {
	if t.tooOld(it) {
		return t.skip(ctx, []helpdesk.LedgerEntry{t.row(listed{item: it, hash: headerHash(raw)})})
	}
	if it.date.IsZero() {
		it.date = time.Now()
	}
	a := helpdesk.Arrival{
		BoxID: t.box.ID, MailboxID: t.poller.mailboxID, UIDValidity: t.box.UIDValidity, UID: it.uid,
		InternalDate: it.date, Size: max(it.size, int64(len(raw))),
		Raw: helpdesk.NewBlob(raw), HeaderHash: headerHash(raw), Stub: stub,
		Sent: t.poller.way == helpdesk.WaySent,
	}
	if !stub && it.size > 0 {
		a.Size = it.size
	}
	if err := t.poller.keeper.Keep(ctx, a); err != nil {
		return err
	}
	delete(t.poller.retried, it.uid)
	delete(t.poller.tooLarge, it.uid)
	if t.poller.cfg.ProcessedFolder != "" {
		t.kept = append(t.kept, it.uid)
	}
	return nil
}
