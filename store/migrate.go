package store

import (
	"context"
	"database/sql"
	"embed"
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

// migrateUp brings the schema up to date, each step in its own transaction.
// Before an existing schema changes, the whole file is copied beside itself.
func migrateUp(ctx context.Context, db *sql.DB, dir string, log *slog.Logger) error {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return migrateWith(ctx, db, dir, log, steps)
}

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
			"I dati sono stati scritti da una versione più recente del programma (schema %d, qui %d). Installi quella versione o una successiva.",
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
