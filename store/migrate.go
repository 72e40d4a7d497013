package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"sportello/helpdesk"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ourSteps are the program's migrations.
func ourSteps() fs.FS {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // embedded
	}
	return steps
}

func (s *Store) bringUp(ctx context.Context) error {
	if s.opts.Beside {
		return migrateBeside(ctx, s.write, s.dir, s.log, ourSteps())
	}
	return migrateWith(ctx, s.write, s.dir, s.log, ourSteps())
}

// migrateBeside leaves an older schema to the next serve: one of the older
// program may be running on it. Where there is no schema yet there is no serve
// either, which the lock makes sure of.
func migrateBeside(ctx context.Context, db *sql.DB, dir string, log *slog.Logger, steps fs.FS) error {
	newest, err := newestSchema(steps)
	if err != nil {
		return err
	}
	current, err := schemaOf(ctx, db)
	switch {
	case err != nil:
		return err
	case current == 0:
		lock, err := Lock(dir)
		if helpdesk.ErrorCode(err) == helpdesk.Conflict {
			return busy("L'archivio si sta creando proprio ora. Riprova tra un momento.", err)
		}
		if err != nil {
			return err
		}
		defer lock.Unlock()
	case current < newest:
		return &helpdesk.Error{Code: helpdesk.Conflict, Message: fmt.Sprintf(
			"L'archivio è di una versione precedente del programma (schema %d, qui %d). Avvia prima «sportello serve» di questa versione: ne fa una copia e lo aggiorna.",
			current, newest)}
	}
	return migrateWith(ctx, db, dir, log, steps)
}

// schemaOf is the version of the schema in a database, 0 if it has none yet.
func schemaOf(ctx context.Context, db *sql.DB) (version int64, err error) {
	var known bool
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'goose_db_version')`).Scan(&known)
	if err == nil && known {
		err = db.QueryRowContext(ctx, `SELECT COALESCE(max(version_id), 0) FROM goose_db_version`).Scan(&version)
	}
	return version, wrapf(mapError(err), "schema version")
}

// newestSchema is the number of the last migration.
func newestSchema(steps fs.FS) (n int64, err error) {
	names, err := fs.Glob(steps, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("migrations: %w", errors.Join(err, fs.ErrNotExist))
	}
	_, err = fmt.Sscanf(names[len(names)-1], "%d_", &n)
	return n, err
}

// migrateWith brings the schema up to date, each step in its own transaction.
// Before an existing schema changes, the whole file is copied beside itself.
func migrateWith(ctx context.Context, db *sql.DB, dir string, log *slog.Logger, steps fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, steps, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	current, newest, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	switch {
	case current > newest:
		return &helpdesk.Error{Code: helpdesk.Conflict, Message: fmt.Sprintf(
			"I dati sono stati scritti da una versione più recente del programma (schema %d, qui %d). Installa quella versione o una successiva.",
			current, newest)}
	case current == newest:
		return nil
	case current > 0:
		if err := copyBefore(ctx, db, dir, current); err != nil {
			return fmt.Errorf("copy before migration: %w", err)
		}
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	log.Info("schema up to date", "from", current, "to", newest, "steps", len(done))
	return nil
}

// copyBefore keeps the file as it is at schema version, replacing the copy of
// an earlier attempt only when the new one is whole.
func copyBefore(ctx context.Context, db *sql.DB, dir string, version int64) error {
	path := filepath.Join(dir, fmt.Sprintf("%s.schema-%d", FileName, version))
	temp := path + ".part"
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := vacuumInto(ctx, db, temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncPath(dir)
}
