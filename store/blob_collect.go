package store

import (
	"context"
	"fmt"

	"sportello/helpdesk"
)

// collectBatch is how many blobs one look covers, and so the most rows that
// one transaction deletes.
const collectBatch = 500

// unreferenced blobs are those of which no raw message, attachment or
// outgoing mail consists.
const unreferenced = ` NOT EXISTS (SELECT 1 FROM raw_message r WHERE r.blob_id = b.id)
	AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.blob_id = b.id)
	AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.blob_id = b.id)`

// CollectBlobs deletes the blobs to which nothing refers any more and tells
// how many there were. A blob and its first reference are written in one
// transaction, so that none is met in between.
func (s *Store) CollectBlobs(ctx context.Context) (deleted int, err error) {
	for after := int64(0); ; {
		last, some, err := s.findUnreferenced(ctx, after)
		if err != nil {
			return deleted, fmt.Errorf("collect blobs: %w", err)
		}
		if last == after {
			return deleted, nil
		}
		for _, id := range some {
			n, err := s.deleteBlob(ctx, id)
			if err != nil {
				return deleted, fmt.Errorf("collect blobs: %w", err)
			}
			deleted += n
		}
		after = last
	}
}

// findUnreferenced looks at the next collectBatch blobs.
func (s *Store) findUnreferenced(ctx context.Context, after int64) (last int64, some []int64, err error) {
	last = after
	err = s.view(ctx, func(t *tx) error {
		err := t.get(into(&last), `SELECT COALESCE(max(id), $1) FROM
			(SELECT id FROM blob WHERE id > $1 ORDER BY id LIMIT $2)`, after, collectBatch)
		if err != nil {
			return err
		}
		some, err = list(t, scanInt, `SELECT b.id FROM blob b WHERE b.id > $1 AND b.id <= $2 AND`+unreferenced,
			after, last)
		return err
	})
	return last, some, err
}

// deleteBlob deletes one blob if still nothing refers to it; its chunks, at
// most some hundreds, go with it.
func (s *Store) deleteBlob(ctx context.Context, id int64) (n int, err error) {
	err = s.Update(ctx, func(w helpdesk.Tx) error {
		r, err := w.(*tx).exec(`DELETE FROM blob AS b WHERE b.id = $1 AND`+unreferenced, id)
		if err != nil {
			return err
		}
		rows, _ := r.RowsAffected()
		n = int(rows)
		return nil
	})
	return n, err
}
