package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Backup writes a copy of the whole database, as it is at one moment, to a
// new file that only the program's user can read; an existing one is refused.
// Writers go on meanwhile. progress, if not nil, hears now and then how many
// bytes are written and about how many there will be.
func (s *Store) Backup(ctx context.Context, file string, progress func(written, total int64)) (err error) {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("backup: %s: %w", file, fs.ErrExist)
	}
	// A connection of its own: VACUUM refuses query_only ones, and the writer
	// is not to wait.
	db, err := sql.Open("sqlite", fileURL(filepath.Join(s.dir, FileName), copyQuery()))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	temp := file + ".part"
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backup: %w", err)
	}
	stop := s.watch(temp, progress)
	err = vacuumInto(ctx, db, temp)
	stop()
	if err != nil {
		return errors.Join(fmt.Errorf("backup: %w", mapError(err)), ignoreMissing(os.Remove(temp)))
	}
	if err := os.Rename(temp, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return wrapf(syncPath(filepath.Dir(file)), "backup")
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// vacuumInto copies the database to a file that is made first, so that nobody
// else can read it, and is on the disk when it returns.
func vacuumInto(ctx context.Context, db *sql.DB, file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, file); err != nil {
		return err
	}
	return syncPath(file)
}

// syncPath brings a file, or the names in a directory, to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// watch tells progress how a file grows until the returned function is called.
func (s *Store) watch(file string, progress func(written, total int64)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	total := fileSize(filepath.Join(s.dir, FileName)) + fileSize(filepath.Join(s.dir, FileName+"-wal"))
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				progress(fileSize(file), total)
			case <-done:
				progress(fileSize(file), total)
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
