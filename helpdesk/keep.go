package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/helpdesk/crash"
)

// BoxView is a box with what the poller has to do in it.
type BoxView struct {
	Box
	Next    uint32 // the next UID to fetch
	Compare bool   // UIDVALIDITY is new: every UID is to be compared with what we have before bodies are fetched
}

// OpenBox tells the poller where it stands in a folder. The very first SELECT
// fixes the baseline, however often that first start is interrupted.
func (d *Desk) OpenBox(ctx context.Context, mailboxID int64, folder string, validity, uidNext uint32) (BoxView, error) {
	var v BoxView
	err := d.update(ctx, "open box", func(c *change) error {
		b, err := c.BoxByFolder(mailboxID, folder)
		switch {
		case errors.Is(err, ErrNone):
			b = Box{MailboxID: mailboxID, Folder: folder, UIDValidity: validity, FirstNext: uidNext, FirstAt: c.at, Settled: true}
			err = c.SaveBox(&b)
		case err == nil && b.UIDValidity != validity:
			// The old validity's UIDs say nothing about the new ones: what is
			// below today's UIDNEXT is compared, what comes from there on is new.
			b.UIDValidity, b.FirstNext, b.Settled = validity, uidNext, false
			err = c.SaveBox(&b)
		}
		if err != nil {
			return err
		}
		next, err := c.LedgerNext(b.ID, validity)
		v = BoxView{Box: b, Next: next, Compare: !b.Settled}
		return err
	})
	return v, err
}

// Settle notes that the first start came to its end or that, after a change of
// UIDVALIDITY, every UID was compared: from here on an unknown message is new.
func (d *Desk) Settle(ctx context.Context, boxID int64) error {
	return d.update(ctx, "settle box", func(c *change) error {
		b, err := c.BoxByID(boxID)
		if err != nil {
			return err
		}
		b.Settled, b.FirstAt = true, time.Time{}
		return c.SaveBox(&b)
	})
}

// Keep makes a fetched message durable: its bytes and its ledger row in one
// transaction. From here nothing can be lost. Bytes that are here already, at
// whatever UID, are kept once.
func (d *Desk) Keep(ctx context.Context, a Arrival) error {
	crash.At("fetched")
	err := d.update(ctx, "keep", func(c *change) error {
		raw, err := c.RawByHash(a.Raw.SHA256)
		switch {
		case errors.Is(err, ErrNone):
			raw, err = c.insertRaw(a)
		case err == nil && raw.Sent && !a.Sent && raw.State != RawReceived:
			raw.Sent = false // what lies in the watched folder too is never let go
			err = c.SaveRaw(raw)
		}
		if err != nil {
			return err
		}
		e := LedgerEntry{
			BoxID: a.BoxID, UIDValidity: a.UIDValidity, UID: a.UID, State: LedgerStored, RawID: raw.ID,
			InternalDate: a.InternalDate, Size: a.Size, HeaderHash: a.HeaderHash,
		}
		if a.Stub {
			e.State = LedgerOversized
		}
		crash.At("keep-begun")
		return c.SaveLedger(e)
	})
	crash.At("kept")
	return err
}

func (c *change) insertRaw(a Arrival) (RawMessage, error) {
	old, err := c.foundAtStart(a)
	if err != nil {
		return RawMessage{}, err
	}
	blobID, err := c.PutBlob(a.Raw)
	if err != nil {
		return RawMessage{}, fmt.Errorf("blob: %w", err)
	}
	raw := RawMessage{
		MailboxID: a.MailboxID, BlobID: blobID, SHA256: a.Raw.SHA256, Size: a.Size,
		InternalDate: a.InternalDate, KeptAt: c.at, Stub: a.Stub, FoundAtStart: old, Sent: a.Sent, State: RawPending,
	}
	c.intake = true
	err = c.InsertRaw(&raw)
	c.kept = keptBytes{raw.ID, a.Raw.Data}
	return raw, err
}

// foundAtStart: mail that lay in the folder before our first SELECT, or that
// a re-scan or a restore brings up, is never acknowledged.
func (c *change) foundAtStart(a Arrival) (bool, error) {
	b, err := c.BoxByID(a.BoxID)
	if err != nil {
		return false, err
	}
	return !b.Settled || a.UIDValidity == b.UIDValidity && a.UID < b.FirstNext, nil
}

// Known tells, after UIDVALIDITY changed, whether a message listed under a
// new UID is one that the ledger has under an old one; if so its new row is
// written and no body need be fetched.
func (d *Desk) Known(ctx context.Context, e LedgerEntry) (bool, error) {
	known := false
	err := d.update(ctx, "known", func(c *change) error {
		if _, err := c.LedgerEntry(e.BoxID, e.UIDValidity, e.UID); !errors.Is(err, ErrNone) {
			known = err == nil
			return err
		}
		alike, err := c.LedgerAlike(e.BoxID, e.UIDValidity, e.InternalDate, e.Size, e.HeaderHash)
		if err != nil || len(alike) == 0 {
			return err
		}
		known = true
		e.State, e.RawID = alike[0].State, alike[0].RawID
		return c.SaveLedger(e)
	})
	return known, err
}

// Moved deals with UIDs that have another message than the ledger says,
// under the same UIDVALIDITY: the rows of messages that the box knows are
// written anew, the UIDs of the others returned. At most 500 at once: all are
// looked up before any row is written over.
func (d *Desk) Moved(ctx context.Context, entries []LedgerEntry) (unknown []uint32, err error) {
	err = d.update(ctx, "moved", func(c *change) error {
		unknown = nil
		var known []LedgerEntry
		for _, e := range entries {
			alike, err := c.LedgerAlike(e.BoxID, 0, e.InternalDate, e.Size, e.HeaderHash)
			if err != nil {
				return err
			}
			if len(alike) == 0 {
				unknown = append(unknown, e.UID)
				continue
			}
			e.State, e.RawID = alike[0].State, alike[0].RawID
			known = append(known, e)
		}
		for _, e := range known {
			if err := c.SaveLedger(e); err != nil {
				return err
			}
		}
		return nil
	})
	return unknown, err
}

// Waits after failed fetches; then hourly, visible all the while.
var fetchRetry = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// FetchFailed notes that a UID could not be fetched whole; it is tried again
// from the ledger.
func (d *Desk) FetchFailed(ctx context.Context, e LedgerEntry, cause string) error {
	return d.update(ctx, "fetch failed", func(c *change) error {
		old, err := c.LedgerEntry(e.BoxID, e.UIDValidity, e.UID)
		if err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		if err == nil && old.State != LedgerFailed {
			return nil
		}
		e.State, e.Error, e.Attempts = LedgerFailed, cause, old.Attempts+1
		e.NextTry = c.at.Add(fetchRetry[min(e.Attempts-1, len(fetchRetry)-1)])
		c.tell(ChangeMailbox, 0)
		return c.SaveLedger(e)
	})
}

// Vanished notes that a UID is gone from the server before it was fetched.
func (d *Desk) Vanished(ctx context.Context, e LedgerEntry) error {
	return d.update(ctx, "vanished", func(c *change) error {
		old, err := c.LedgerEntry(e.BoxID, e.UIDValidity, e.UID)
		if err == nil && old.State != LedgerFailed {
			return nil
		}
		if err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		e.State = LedgerVanished
		return c.SaveLedger(e)
	})
}

// Skip notes UIDs older than the mailbox's start, at most 500 at once.
func (d *Desk) Skip(ctx context.Context, entries []LedgerEntry) error {
	return d.update(ctx, "skip", func(c *change) error {
		for _, e := range entries {
			e.State = LedgerSkipped
			if err := c.SaveLedger(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// DueFetches lists the failed UIDs whose next try has come.
func (d *Desk) DueFetches(ctx context.Context, b Box) ([]uint32, error) {
	var uids []uint32
	err := d.store.View(ctx, func(tx ReadTx) error {
		due, err := tx.LedgerDue(b.ID, b.UIDValidity, d.now(), 100)
		for _, e := range due {
			uids = append(uids, e.UID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("due fetches: %w", err)
	}
	return uids, nil
}

// LedgerUIDs pages through the UIDs that the ledger has of a box, ascending,
// for the nightly reconciliation and verify.
func (d *Desk) LedgerUIDs(ctx context.Context, b Box, after uint32, limit int) ([]uint32, error) {
	var uids []uint32
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		uids, err = tx.LedgerUIDs(b.ID, b.UIDValidity, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger uids: %w", err)
	}
	return uids, nil
}

// healthEvery is how often an unchanged state is written again.
const healthEvery = time.Minute

// LedgerRows pages through the ledger's rows of a box, by UID ascending.
func (d *Desk) LedgerRows(ctx context.Context, b Box, after uint32, limit int) ([]LedgerEntry, error) {
	var rows []LedgerEntry
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		rows, err = tx.LedgerRows(b.ID, b.UIDValidity, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger rows: %w", err)
	}
	return rows, nil
}

// Health records how a mailbox's way in or out is doing, when that changed or
// a minute has passed; pages hear of changes only.
func (d *Desk) Health(ctx context.Context, h Health) error {
	return d.update(ctx, "health", func(c *change) error {
		old, err := c.HealthOf(h.MailboxID, h.Way)
		known := err == nil
		if err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		same := known && old.OK == h.OK && old.Reason == h.Reason
		if same && !h.OK || same && c.at.Sub(old.LastOK) < healthEvery {
			return nil
		}
		h.Since, h.LastOK = c.at, old.LastOK
		if known && old.OK == h.OK {
			h.Since = old.Since
		}
		if h.OK {
			h.LastOK = c.at
		}
		if !same {
			c.tell(ChangeMailbox, 0)
		}
		return c.SaveHealth(h)
	})
}
