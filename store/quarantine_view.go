package store

import (
	"context"

	"sportello/helpdesk"
)

// Quarantine lists the newest messages that could not be read, then the newest
// receipts that belong to nothing, and UIDs that could not be fetched or are too
// large, at most 200 each.
func (s *Store) Quarantine(ctx context.Context) (parked []helpdesk.QuarantineRow, problems []helpdesk.LedgerProblem, err error) {
	err = s.view(ctx, func(t *tx) (err error) {
		if parked, err = t.rawInState(helpdesk.RawParked); err != nil {
			return err
		}
		unclaimed, err := t.rawInState(helpdesk.RawUnclaimed)
		if err != nil {
			return err
		}
		parked = append(parked, unclaimed...)
		problems, err = t.ledgerProblems()
		return err
	})
	return parked, problems, wrapf(err, "quarantine")
}

func (t *tx) rawInState(state helpdesk.RawState) ([]helpdesk.QuarantineRow, error) {
	scan := func(s scanner) (r helpdesk.QuarantineRow, err error) {
		r.RawMessage, err = scanRaw(alsoScan{s, into(&r.Mailbox)})
		return r, err
	}
	all, err := list(t, scan, `SELECT `+rawColumns+`, x.name FROM raw_message r INDEXED BY raw_unread
		CROSS JOIN blob b ON b.id = r.blob_id CROSS JOIN mailbox x ON x.id = r.mailbox_id
		WHERE r.state = $1 AND r.state <> 'received' ORDER BY r.id DESC LIMIT $2`, state, maxPage)
	return all, wrapf(err, "raw messages %s", state)
}

func (t *tx) ledgerProblems() ([]helpdesk.LedgerProblem, error) {
	scan := func(s scanner) (p helpdesk.LedgerProblem, err error) {
		err = s.Scan(append(ledgerInto(&p.LedgerEntry), &p.Mailbox, &p.Folder)...)
		return p, err
	}
	all, err := list(t, scan, `SELECT `+ledgerColumns+`, x.name, b.folder FROM ledger l INDEXED BY ledger_problem
		CROSS JOIN box b ON b.id = l.box_id CROSS JOIN mailbox x ON x.id = b.mailbox_id
		WHERE l.state IN ('failed', 'oversized')
		ORDER BY l.box_id DESC, l.uid_validity DESC, l.uid DESC LIMIT $1`, maxPage)
	return all, wrapf(err, "ledger problems")
}

// alsoScan lets a scan of known columns take more that follow them.
type alsoScan struct {
	scanner
	more []any
}

func (a alsoScan) Scan(dest ...any) error { return a.scanner.Scan(append(dest, a.more...)...) }
