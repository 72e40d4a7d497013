package store

import (
	"context"
	"fmt"

	"sportello/helpdesk"
)

const outgoingRowColumns = outgoingColumns + `, t.number, b.name FROM outbox o
	CROSS JOIN ticket t ON t.id = o.ticket_id CROSS JOIN mailbox b ON b.id = o.mailbox_id`

func scanOutgoingRow(s scanner) (r helpdesk.OutgoingRow, err error) {
	err = s.Scan(append(outgoingInto(&r.Outgoing), &r.Number, &r.Mailbox)...)
	return r, err
}

// Outbox lists outgoing mail, the newest first: that in one state, or all if
// state is "", with ids below before unless that is 0; limit at most 200.
func (s *Store) Outbox(ctx context.Context, state helpdesk.OutgoingState, before int64, limit int) ([]helpdesk.OutgoingRow, error) {
	q := &queueScan{}
	where := "1"
	if state != "" {
		where = "o.state = " + q.arg(state)
		if state != helpdesk.OutgoingSent {
			where += " AND o.state <> 'sent'" // the condition of the index
		}
	}
	if before != 0 {
		where += " AND o.id < " + q.arg(before)
	}
	all, err := read(ctx, s, func(t *tx) ([]helpdesk.OutgoingRow, error) {
		return list(t, scanOutgoingRow, fmt.Sprintf(`SELECT %s WHERE %s ORDER BY o.id DESC LIMIT %d`,
			outgoingRowColumns, where, min(limit, maxPage)), q.args...)
	})
	return all, wrapf(err, "outbox %s", state)
}

// Outgoing returns one outgoing mail with what its line shows.
func (s *Store) Outgoing(ctx context.Context, id int64) (helpdesk.OutgoingRow, error) {
	r, err := read(ctx, s, func(t *tx) (helpdesk.OutgoingRow, error) {
		return one(t, scanOutgoingRow, `SELECT `+outgoingRowColumns+` WHERE o.id = $1`, id)
	})
	return r, wrapf(err, "outgoing %d", id)
}
