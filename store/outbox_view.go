package store

import (
	"context"
	"fmt"
	"slices"

	"sportello/helpdesk"
)

const outgoingRowColumns = outgoingColumns + `, t.number, b.name FROM outbox o
	CROSS JOIN ticket t ON t.id = o.ticket_id CROSS JOIN mailbox b ON b.id = o.mailbox_id`

func scanOutgoingRow(s scanner) (r helpdesk.OutgoingRow, err error) {
	err = s.Scan(append(outgoingInto(&r.Outgoing), &r.Number, &r.Mailbox)...)
	return r, err
}

// Outbox lists outgoing mail at a place, the newest first: that in one state, or
// all if state is ""; limit at most 200.
func (s *Store) Outbox(ctx context.Context, state helpdesk.OutgoingState, at helpdesk.Place, limit int) ([]helpdesk.OutgoingRow, error) {
	q := &queueScan{}
	where := "1"
	if state != "" {
		where = "o.state = " + q.arg(state)
		if state != helpdesk.OutgoingSent {
			where += " AND o.state <> 'sent'" // the condition of the index
		}
	}
	order := "DESC"
	switch {
	case at.After != 0:
		where += " AND o.id > " + q.arg(at.After)
		order = "ASC"
	case at.Before != 0:
		where += " AND o.id < " + q.arg(at.Before)
	}
	all, err := read(ctx, s, func(t *tx) ([]helpdesk.OutgoingRow, error) {
		return list(t, scanOutgoingRow, fmt.Sprintf(`SELECT %s WHERE %s ORDER BY o.id %s LIMIT %d`,
			outgoingRowColumns, where, order, min(limit, maxPage)), q.args...)
	})
	if order == "ASC" {
		slices.Reverse(all)
	}
	return all, wrapf(err, "outbox %s", state)
}

// Outgoing returns one outgoing mail with what its line shows.
func (s *Store) Outgoing(ctx context.Context, id int64) (helpdesk.OutgoingRow, error) {
	r, err := read(ctx, s, func(t *tx) (helpdesk.OutgoingRow, error) {
		return one(t, scanOutgoingRow, `SELECT `+outgoingRowColumns+` WHERE o.id = $1`, id)
	})
	return r, wrapf(err, "outgoing %d", id)
}
