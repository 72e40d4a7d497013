package store

import (
	"time"

	"sportello/helpdesk"
)

const ledgerColumns = `l.box_id, l.uid_validity, l.uid, l.state, COALESCE(l.raw_id, 0), l.attempts, l.next_try_at,
	l.internal_at, l.size, l.header_hash, l.error`

func ledgerInto(e *helpdesk.LedgerEntry) []any {
	return []any{&e.BoxID, &e.UIDValidity, &e.UID, &e.State, &e.RawID, &e.Attempts, at(&e.NextTry),
		at(&e.InternalDate), &e.Size, &e.HeaderHash, &e.Error}
}

func scanLedger(s scanner) (e helpdesk.LedgerEntry, err error) {
	err = s.Scan(ledgerInto(&e)...)
	return e, err
}

func (t *tx) LedgerNext(boxID int64, validity uint32) (uint32, error) {
	var next uint32
	err := t.get(into(&next), `SELECT COALESCE(max(uid), 0) + 1 FROM ledger WHERE box_id = $1 AND uid_validity = $2`,
		boxID, validity)
	return next, wrapf(err, "next uid of box %d", boxID)
}

func (t *tx) LedgerEntry(boxID int64, validity, uid uint32) (helpdesk.LedgerEntry, error) {
	e, err := one(t, scanLedger, `SELECT `+ledgerColumns+` FROM ledger l
		WHERE box_id = $1 AND uid_validity = $2 AND uid = $3`, boxID, validity, uid)
	return e, wrapf(err, "ledger of box %d, uid %d", boxID, uid)
}

func (t *tx) LedgerDue(boxID int64, validity uint32, now time.Time, limit int) ([]helpdesk.LedgerEntry, error) {
	all, err := list(t, scanLedger, `SELECT `+ledgerColumns+` FROM ledger l INDEXED BY ledger_failed
		WHERE box_id = $1 AND uid_validity = $2 AND state = 'failed' AND next_try_at <= $3
		ORDER BY next_try_at LIMIT $4`, boxID, validity, now.UnixMilli(), limit)
	return all, wrapf(err, "due of box %d", boxID)
}

func (t *tx) LedgerAlike(boxID int64, validity uint32, internalDate time.Time, size int64, headerHash []byte) ([]helpdesk.LedgerEntry, error) {
	all, err := list(t, scanLedger, `SELECT `+ledgerColumns+` FROM ledger l INDEXED BY ledger_alike
		WHERE box_id = $1 AND internal_at = $2 AND size = $3 AND header_hash = $4 AND uid_validity <> $5
		ORDER BY uid_validity, uid LIMIT 100`,
		boxID, internalDate.UnixMilli(), size, headerHash, validity)
	return all, wrapf(err, "alike in box %d", boxID)
}

func (t *tx) LedgerUIDs(boxID int64, validity, after uint32, limit int) ([]uint32, error) {
	scan := func(s scanner) (uid uint32, err error) {
		err = s.Scan(&uid)
		return uid, err
	}
	all, err := list(t, scan, `SELECT uid FROM ledger WHERE box_id = $1 AND uid_validity = $2 AND uid > $3
		ORDER BY uid LIMIT $4`, boxID, validity, after, limit)
	return all, wrapf(err, "uids of box %d", boxID)
}

func (t *tx) LedgerRows(boxID int64, validity, after uint32, limit int) ([]helpdesk.LedgerEntry, error) {
	all, err := list(t, scanLedger, `SELECT `+ledgerColumns+` FROM ledger l
		WHERE box_id = $1 AND uid_validity = $2 AND uid > $3 ORDER BY uid LIMIT $4`, boxID, validity, after, limit)
	return all, wrapf(err, "rows of box %d", boxID)
}

func (t *tx) SaveLedger(e helpdesk.LedgerEntry) error {
	next := e.NextTry
	if e.State == helpdesk.LedgerFailed && next.IsZero() {
		next = time.UnixMilli(0) // a failed entry is always found by LedgerDue
	}
	_, err := t.exec(`INSERT INTO ledger (box_id, uid_validity, uid, state, raw_id, attempts, next_try_at,
		  internal_at, size, header_hash, error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (box_id, uid_validity, uid) DO UPDATE SET state = excluded.state, raw_id = excluded.raw_id,
		  attempts = excluded.attempts, next_try_at = excluded.next_try_at, internal_at = excluded.internal_at,
		  size = excluded.size, header_hash = excluded.header_hash, error = excluded.error`,
		e.BoxID, e.UIDValidity, e.UID, e.State, ref(e.RawID), e.Attempts, millis(next),
		millis(e.InternalDate), e.Size, e.HeaderHash, e.Error)
	return wrapf(err, "save ledger of box %d, uid %d", e.BoxID, e.UID)
}
