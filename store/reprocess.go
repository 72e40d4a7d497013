package store

import (
	"context"
	"time"

	"sportello/helpdesk"
)

var _ helpdesk.Stored = (*Store)(nil)

// RawsAfter lists raw messages in a state, kept at or after since, with ids
// above after, ascending.
func (s *Store) RawsAfter(ctx context.Context, state helpdesk.RawState, since time.Time, after int64, limit int) ([]helpdesk.RawMessage, error) {
	from := int64(0)
	if !since.IsZero() {
		from = since.UnixMilli()
	}
	all, err := read(ctx, s, func(t *tx) ([]helpdesk.RawMessage, error) {
		return list(t, scanRaw, `SELECT `+rawColumns+` FROM raw_message r JOIN blob b ON b.id = r.blob_id
			WHERE r.id > $1 AND r.state = $2 AND r.kept_at >= $3 ORDER BY r.id LIMIT $4`, after, state, from, limit)
	})
	return all, wrapf(err, "raw messages after %d", after)
}

// MessageOfRaw is the id of the message that was read from a raw message.
func (s *Store) MessageOfRaw(ctx context.Context, rawID int64) (int64, error) {
	id, err := read(ctx, s, func(t *tx) (int64, error) {
		return one(t, scanInt, `SELECT id FROM message WHERE raw_id = $1 ORDER BY id LIMIT 1`, rawID)
	})
	return id, wrapf(err, "message of raw message %d", rawID)
}
