package store

import "context"

// Maintain is the work of a quiet hour: the write-ahead log goes into the
// file, and SQLite looks after its statistics.
func (s *Store) Maintain(ctx context.Context) error {
	c, err := s.takeWriter(ctx)
	if err != nil {
		return wrapf(err, "maintain")
	}
	defer func() { s.writer <- c }()
	if _, err := c.c.ExecContext(ctx, "PRAGMA optimize"); err != nil {
		return wrapf(mapError(err), "maintain: optimize")
	}
	return wrapf(mapError(checkpoint(ctx, c)), "maintain: checkpoint")
}
