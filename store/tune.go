package store

import (
	"context"
	"fmt"
	"strconv"

	"sportello/helpdesk"
)

// fullTextBulk lets segments of the full text pile up while much is written;
// the second list is SQLite's default.
var (
	fullTextBulk   = []string{`('automerge', 0)`, `('crisismerge', 64)`}
	fullTextNormal = []string{`('automerge', 4)`, `('crisismerge', 16)`}
)

// Tune prepares the store for writing very many rows (bulk) or for daily use.
// In bulk nothing is synced: a power cut may damage the file, so it is for
// invented tickets only; see OnlyFilled. Back in daily use everything is on the
// disk.
func (s *Store) Tune(ctx context.Context, bulk bool) error {
	settings, pragmas := fullTextNormal, []string{
		// All connections share one pool of pages: what the writer holds above
		// its share, a reader never gets. So it gives everything back.
		"shrink_memory", fmt.Sprintf("cache_size = -%d", writeCache),
		"synchronous = " + s.opts.Synchronous, fmt.Sprintf("wal_autocheckpoint = %d", checkpointPages),
	}
	if bulk {
		settings, pragmas = fullTextBulk, []string{"synchronous = OFF", "cache_size = -262144", fmt.Sprintf("wal_autocheckpoint = %d", 4*checkpointPages)}
	}
	err := s.Update(ctx, func(w helpdesk.Tx) error {
		for _, v := range settings {
			if _, err := w.(*tx).exec(`INSERT INTO message_fts (message_fts, rank) VALUES ` + v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tune: %w", err)
	}
	c, err := s.takeWriter(ctx)
	if err != nil {
		return fmt.Errorf("tune: %w", err)
	}
	defer func() { s.writer <- c }()
	if !bulk {
		if err := mergeFullText(ctx, c); err != nil {
			return fmt.Errorf("tune: full text: %w", mapError(err))
		}
	}
	for _, p := range pragmas {
		if _, err := c.c.ExecContext(ctx, "PRAGMA "+p); err != nil {
			return fmt.Errorf("tune: %s: %w", p, mapError(err))
		}
	}
	if bulk {
		return nil
	}
	return wrapf(mapError(checkpoint(ctx, c)), "tune")
}

// mergePages is how many pages of full text one transaction merges: with more
// it would take longer than others should wait.
const mergePages = 100

// mergeFullText makes one segment of the many that piled up: a search looks
// for each of its words in every one of them. A negative number begins this,
// and a step that changed nothing but its own bookkeeping ends it (FTS5, 'merge').
func mergeFullText(ctx context.Context, c *conn) error {
	for pages := -mergePages; ; pages = mergePages {
		var before, after int64
		for _, step := range []func() error{
			func() error { return c.exec(ctx, "BEGIN IMMEDIATE") },
			func() error { return c.c.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&before) },
			func() error {
				_, err := c.c.ExecContext(ctx, `INSERT INTO message_fts (message_fts, rank) VALUES ('merge', $1)`, pages)
				return err
			},
			func() error { return c.c.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&after) },
			func() error { return c.exec(ctx, "COMMIT") },
		} {
			if err := step(); err != nil {
				rollback(c)
				return err
			}
		}
		if after-before < 2 {
			return nil
		}
	}
}

// checkpoint brings the write-ahead log into the file, syncs that, and
// empties the log.
func checkpoint(ctx context.Context, c *conn) error {
	_, err := c.c.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// OnlyFilled reports whether the store holds no ticket but those that
// Desk.Fill made, and no mail that waits to become one.
func (s *Store) OnlyFilled(ctx context.Context) (bool, error) {
	var tickets, waiting, filled int
	err := s.view(ctx, func(t *tx) error {
		err := t.get(into(&tickets, &waiting), `SELECT (SELECT count(*) FROM ticket),
			(SELECT count(*) FROM raw_message INDEXED BY raw_unread WHERE state <> 'received')`)
		if err != nil {
			return err
		}
		scan := func(r scanner) (d helpdesk.Detail, err error) {
			err = r.Scan(fromJSON(&d))
			return d, err
		}
		batches, err := list(t, scan, `SELECT d.detail FROM event e JOIN event_detail d ON d.event_id = e.id WHERE e.kind = $1`,
			helpdesk.EventFilled)
		for _, b := range batches {
			n, _ := strconv.Atoi(b["tickets"]) // erased: its tickets count as real
			filled += n
		}
		return err
	})
	return tickets <= filled && waiting == 0, wrapf(err, "only filled")
}
