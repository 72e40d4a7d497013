package mailbox

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"sportello/helpdesk"
)

// memoryKeeper keeps the ledger's promises in memory: one row per UID, bytes
// once, failed rows due again after a minute.
type memoryKeeper struct {
	mu     sync.Mutex
	boxes  []*helpdesk.Box // the first is the watched folder's
	rows   map[rowKey]helpdesk.LedgerEntry
	raws   map[[32]byte][]byte
	kept   [][32]byte // in order, once per content
	fail   error      // returned by Keep
	sent   bool       // the last kept came from the sent folder
	calls  map[string]int
	health []helpdesk.Health
}

type rowKey struct {
	validity, uid uint32
	box           int64
}

func keyOf(e helpdesk.LedgerEntry) rowKey { return rowKey{e.UIDValidity, e.UID, e.BoxID} }

func newKeeper() *memoryKeeper {
	return &memoryKeeper{
		rows: map[rowKey]helpdesk.LedgerEntry{}, raws: map[[32]byte][]byte{}, calls: map[string]int{},
	}
}

func (k *memoryKeeper) lock(call string) func() {
	k.mu.Lock()
	k.calls[call]++
	return k.mu.Unlock
}

func (k *memoryKeeper) OpenBox(_ context.Context, mailboxID int64, folder string, validity, next uint32) (helpdesk.BoxView, error) {
	defer k.lock("open")()
	i := slices.IndexFunc(k.boxes, func(b *helpdesk.Box) bool { return b.Folder == folder })
	if i < 0 {
		i = len(k.boxes)
		k.boxes = append(k.boxes, &helpdesk.Box{ID: int64(i + 1), MailboxID: mailboxID, Folder: folder, UIDValidity: validity, FirstNext: next, FirstAt: time.Now(), Settled: true})
	}
	b := k.boxes[i]
	if b.UIDValidity != validity {
		b.UIDValidity, b.FirstNext, b.Settled = validity, next, false
	}
	v := helpdesk.BoxView{Box: *b, Next: 1, Compare: !b.Settled}
	for _, e := range k.present(b.ID) {
		v.Next = e.UID + 1
	}
	return v, nil
}

// present lists the rows of a box's validity in UID order.
func (k *memoryKeeper) present(box int64) []helpdesk.LedgerEntry {
	var list []helpdesk.LedgerEntry
	for key, e := range k.rows {
		if key.box == box && key.validity == k.boxes[box-1].UIDValidity {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b helpdesk.LedgerEntry) int { return cmp.Compare(a.UID, b.UID) })
	return list
}

func (k *memoryKeeper) save(e helpdesk.LedgerEntry) { k.rows[keyOf(e)] = e }

func (k *memoryKeeper) Settle(_ context.Context, box int64) error {
	defer k.lock("settle")()
	k.boxes[box-1].Settled, k.boxes[box-1].FirstAt = true, time.Time{}
	return nil
}

func (k *memoryKeeper) Known(_ context.Context, e helpdesk.LedgerEntry) (bool, error) {
	defer k.lock("known")()
	for key, old := range k.rows {
		if key.box == e.BoxID && key.validity != e.UIDValidity && old.InternalDate.Equal(e.InternalDate) && old.Size == e.Size && bytes.Equal(old.HeaderHash, e.HeaderHash) {
			e.State = old.State
			k.save(e)
			return true, nil
		}
	}
	return false, nil
}

func (k *memoryKeeper) Keep(_ context.Context, a helpdesk.Arrival) error {
	defer k.lock("keep")()
	if k.fail != nil {
		return k.fail
	}
	k.sent = a.Sent
	if _, ok := k.raws[a.Raw.SHA256]; !ok {
		k.raws[a.Raw.SHA256] = bytes.Clone(a.Raw.Data)
		k.kept = append(k.kept, a.Raw.SHA256)
	}
	state := helpdesk.LedgerStored
	if a.Stub {
		state = helpdesk.LedgerOversized
	}
	k.save(helpdesk.LedgerEntry{
		BoxID: a.BoxID, UIDValidity: a.UIDValidity, UID: a.UID, State: state,
		InternalDate: a.InternalDate, Size: a.Size, HeaderHash: a.HeaderHash,
	})
	return nil
}

func (k *memoryKeeper) FetchFailed(_ context.Context, e helpdesk.LedgerEntry, cause string) error {
	defer k.lock("failed")()
	e.State, e.Error, e.NextTry = helpdesk.LedgerFailed, cause, time.Now().Add(time.Minute)
	e.Attempts = k.rows[keyOf(e)].Attempts + 1
	k.save(e)
	return nil
}

func (k *memoryKeeper) Vanished(_ context.Context, e helpdesk.LedgerEntry) error {
	defer k.lock("vanished")()
	e.State = helpdesk.LedgerVanished
	k.save(e)
	return nil
}

func (k *memoryKeeper) Skip(_ context.Context, entries []helpdesk.LedgerEntry) error {
	defer k.lock("skip")()
	for _, e := range entries {
		e.State = helpdesk.LedgerSkipped
		k.save(e)
	}
	return nil
}

func (k *memoryKeeper) DueFetches(_ context.Context, b helpdesk.Box) ([]uint32, error) {
	defer k.lock("due")()
	var due []uint32
	for _, e := range k.present(b.ID) {
		if e.State == helpdesk.LedgerFailed && !e.NextTry.After(time.Now()) {
			due = append(due, e.UID)
		}
	}
	return due, nil
}

func (k *memoryKeeper) LedgerUIDs(_ context.Context, b helpdesk.Box, after uint32, limit int) ([]uint32, error) {
	defer k.lock("uids")()
	var uids []uint32
	for _, e := range k.present(b.ID) {
		if e.UID > after && len(uids) < limit {
			uids = append(uids, e.UID)
		}
	}
	return uids, nil
}

func (k *memoryKeeper) LedgerRows(_ context.Context, b helpdesk.Box, after uint32, limit int) ([]helpdesk.LedgerEntry, error) {
	defer k.lock("rows")()
	rows := slices.DeleteFunc(k.present(b.ID), func(e helpdesk.LedgerEntry) bool { return e.UID <= after })
	return rows[:min(limit, len(rows))], nil
}

func (k *memoryKeeper) Moved(_ context.Context, entries []helpdesk.LedgerEntry) (unknown []uint32, err error) {
	defer k.lock("moved")()
	var known []helpdesk.LedgerEntry
	for _, e := range entries {
		found := false
		for key, old := range k.rows {
			if key.box == e.BoxID && old.InternalDate.Equal(e.InternalDate) && old.Size == e.Size && bytes.Equal(old.HeaderHash, e.HeaderHash) {
				found, e.State = true, old.State
				break
			}
		}
		if found {
			known = append(known, e)
		} else {
			unknown = append(unknown, e.UID)
		}
	}
	for _, e := range known {
		k.save(e)
	}
	return unknown, nil
}

func (k *memoryKeeper) Stored(_ context.Context, b helpdesk.Box, uids []uint32) ([]uint32, error) {
	defer k.lock("stored")()
	var here []uint32
	for _, uid := range uids {
		switch k.rows[rowKey{b.UIDValidity, uid, b.ID}].State {
		case helpdesk.LedgerStored, helpdesk.LedgerOversized:
			here = append(here, uid)
		}
	}
	return here, nil
}

func (k *memoryKeeper) Health(_ context.Context, h helpdesk.Health) error {
	defer k.lock("health")()
	k.health = append(k.health, h)
	return nil
}

// states reads like "1 stored, 2 failed".
func (k *memoryKeeper) states() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.boxes) == 0 {
		return ""
	}
	var b bytes.Buffer
	for i, e := range k.present(1) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d %s", e.UID, e.State)
	}
	return b.String()
}

func (k *memoryKeeper) contents() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []string
	for _, sum := range k.kept {
		list = append(list, string(k.raws[sum]))
	}
	return list
}

func (k *memoryKeeper) count(call string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.calls[call]
}

func (k *memoryKeeper) lastHealth() helpdesk.Health {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.health) == 0 {
		return helpdesk.Health{}
	}
	return k.health[len(k.health)-1]
}
