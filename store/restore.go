package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"sportello/helpdesk"
)

// Restore puts a copy that Backup made into a data directory that holds no
// database. The copy is looked at before it takes its place. The caller holds
// the directory's lock. The copy says of itself that it was restored, so that
// the next start sends nothing by itself, with the outbox mark or without.
func Restore(ctx context.Context, file, dir string) (err error) {
	path := filepath.Join(dir, FileName)
	for _, name := range []string{path, path + "-wal", path + "-journal"} {
		if _, err := os.Lstat(name); err == nil {
			return fmt.Errorf("restore: %s: %w", name, fs.ErrExist)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	temp := path + ".part"
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(temp)))
		}
	}()
	if err := copyFile(temp, file); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := CheckFile(ctx, temp); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := markRestored(ctx, temp); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return wrapf(syncPath(dir), "restore")
}

// markRestored writes into the copy that it is one. Rollback journal: nothing
// but the file itself may be left when it takes its place.
func markRestored(ctx context.Context, file string) (err error) {
	q := url.Values{"mode": {"rw"}, "_journal_mode": {"DELETE"}, "_synchronous": {"FULL"}, "_dqs": {"0"}}
	db, err := sql.Open("sqlite", fileURL(file, q))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES ($1, '1')
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, helpdesk.SettingRestored)
	return err
}

// copyFile copies to a file that only the program's user can read, and is on
// the disk when it returns.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// CheckFile reads a whole database file that nobody writes to: it must be
// undamaged and of a schema that this program knows.
func CheckFile(ctx context.Context, file string) (err error) {
	q := url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": common(readCache)}
	db, err := sql.Open("sqlite", fileURL(file, q))
	if err != nil {
		return fmt.Errorf("check file: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := checkSchema(ctx, db); err != nil {
		return fmt.Errorf("check file: %w", err)
	}
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check file: %w", mapError(err))
	}
	if verdict != "ok" {
		return &helpdesk.Error{Code: helpdesk.Invalid, Message: "La copia è danneggiata: scegline un'altra.",
			Err: errors.New(verdict)}
	}
	return nil
}

// checkSchema refuses a file that is no database of the desk, or one of a
// newer program.
func checkSchema(ctx context.Context, db *sql.DB) error {
	newest, err := newestSchema(ourSteps())
	if err != nil {
		return err
	}
	var version int64
	if err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&version); err != nil {
		return &helpdesk.Error{Code: helpdesk.Invalid, Message: "Il file non è una copia dell'archivio dello sportello.", Err: err}
	}
	if version > newest {
		return &helpdesk.Error{Code: helpdesk.Conflict, Message: fmt.Sprintf(
			"La copia è di una versione più recente del programma (schema %d, qui %d). Installa quella versione o una successiva.",
			version, newest)}
	}
	return nil
}
