package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sportello/helpdesk"
)

func TestOlderThan(t *testing.T) {
	for version, want := range map[string]bool{
		"3.51.2": true, "3.51.3": false, "3.51.4": false, "3.52.0": false, "3.9.9": true, "4.0.0": false, "3.51": true,
	} {
		if olderThan(version, minVersion) != want {
			t.Errorf("%s: older is %v", version, !want)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, row := range []struct {
		Options
		ok bool
	}{
		{Options{}, true},
		{Options{Synchronous: "full"}, true},
		{Options{Synchronous: "OFF"}, false},
		{Options{Synchronous: "NORMAL"}, false},
		{Options{Synchronous: "OFF", Unsafe: true}, true},
		{Options{Synchronous: "FULL); DROP", Unsafe: true}, false},
	} {
		if _, err := checkOptions(row.Options); (err == nil) != row.ok {
			t.Errorf("%+v: %v", row.Options, err)
		}
	}
}

func TestOnlyTheUserReadsTheFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openDir(t, dir)
	update(t, s, func(tx helpdesk.Tx) error { return tx.SetSetting("a", "b") })
	if err := NewMark(dir).Raise(helpdesk.HandOver{Count: 1, Highest: 1}); err != nil {
		t.Fatal(err)
	}
	lock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy.db"), nil); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// schema is the text of everything in the database, goose's own table apart.
func schema(t *testing.T, s *Store) string {
	t.Helper()
	all, err := read(t.Context(), s, func(v *tx) ([]string, error) {
		return list(v, scanString, `SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_schema
			WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%' ORDER BY type, name`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// TestMigrateStepByStep stops at each version, puts data in, goes on, and
// compares with a fresh schema: it covers every migration there will be.
func TestMigrateStepByStep(t *testing.T) {
	want := schema(t, openTest(t))
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for stop := 1; stop <= len(files); stop++ {
		dir := t.TempDir()
		steps := fstest.MapFS{}
		for _, f := range files[:stop] {
			data, err := os.ReadFile(filepath.Join("migrations", f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			steps[f.Name()] = &fstest.MapFile{Data: data}
		}
		withDatabase(t, dir, func(db *sql.DB) {
			if err := migrateWith(t.Context(), db, dir, quiet(), steps); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(`INSERT INTO setting (name, value) VALUES ('kept', 'yes')`); err != nil {
				t.Fatal(err)
			}
		})
		s := openDir(t, dir)
		if got := schema(t, s); got != want {
			t.Errorf("upgraded from %s the schema differs:\n%s", files[stop-1].Name(), got)
		}
		update(t, s, func(tx helpdesk.Tx) error {
			if v, err := tx.Setting("kept"); v != "yes" {
				t.Errorf("data lost: %q, %v", v, err)
			}
			return nil
		})
	}
}

// TestMigrateCopiesFirst upgrades a schema by a step of the test's own: the
// copy holds the old state, a second run does nothing, a step that fails
// changes nothing.
func TestMigrateCopiesFirst(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	update(t, s, func(tx helpdesk.Tx) error { return tx.SetSetting("kept", "yes") })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	steps := fstest.MapFS{"99998_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")}}
	withDatabase(t, dir, func(db *sql.DB) {
		for range 2 {
			if err := migrateWith(t.Context(), db, dir, quiet(), withOurs(t, steps)); err != nil {
				t.Fatal(err)
			}
		}
	})
	copies, _ := filepath.Glob(filepath.Join(dir, FileName+".schema-*"))
	if len(copies) != 1 {
		t.Fatal(copies)
	}
	old, err := sql.Open("sqlite", copies[0])
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var kept string
	if err := old.QueryRow(`SELECT value FROM setting WHERE name = 'kept'`).Scan(&kept); err != nil || kept != "yes" {
		t.Errorf("the copy says %q, %v", kept, err)
	}
	if _, err := old.Exec(`SELECT 1 FROM more`); err == nil {
		t.Error("the copy was made after the step")
	}
	steps["99999_wrong.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (id INTEGER) STRICT;\nCREATE TABLE more (id INTEGER) STRICT;")}
	withDatabase(t, dir, func(db *sql.DB) {
		if err := migrateWith(t.Context(), db, dir, quiet(), withOurs(t, steps)); err == nil {
			t.Error("a wrong step went through")
		}
		if _, err := db.Exec(`SELECT 1 FROM half`); err == nil {
			t.Error("half a step was kept")
		}
	})
	if _, err := Open(t.Context(), dir, Options{}); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a newer schema: %v", err)
	}
}

// withOurs adds the program's own migrations to steps.
func withOurs(t *testing.T, steps fstest.MapFS) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := migrations.ReadFile("migrations/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = &fstest.MapFile{Data: data}
	}
	for name, f := range steps {
		all[name] = f
	}
	return all
}

func withDatabase(t *testing.T, dir string, fn func(*sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite", writeDSN(filepath.Join(dir, FileName), "FULL"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	fn(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenInAnOddFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dati di 100% – à?mode=memory#x")
	s, err := Open(context.Background(), dir, Options{Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := os.Stat(filepath.Join(dir, FileName+"-wal")); err != nil {
		t.Error(err)
	}
}

// TestBesideAServe opens as the tools do: they make a schema, but do not change
// one under the serve of an older program.
func TestBesideAServe(t *testing.T) {
	dir := t.TempDir()
	lock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir, Options{Logger: quiet(), Beside: true}); helpdesk.ErrorCode(err) != helpdesk.Busy {
		t.Errorf("while a serve makes the schema: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // fresh, and made
		s, err := Open(t.Context(), dir, Options{Logger: quiet(), Beside: true})
		if err != nil {
			t.Fatal(err)
		}
		lock, err := Lock(dir)
		if err != nil {
			t.Fatalf("the lock is still held: %v", err)
		}
		if err := errors.Join(lock.Unlock(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	more := withOurs(t, fstest.MapFS{"99998_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")}})
	withDatabase(t, dir, func(db *sql.DB) {
		err := migrateBeside(t.Context(), db, dir, quiet(), more)
		var refusal *helpdesk.Error
		if !errors.As(err, &refusal) || refusal.Code != helpdesk.Conflict || !strings.Contains(refusal.Message, "versione precedente") {
			t.Errorf("an older schema: %v", err)
		}
		if _, err := db.Exec(`SELECT 1 FROM more`); err == nil {
			t.Error("the older schema was changed")
		}
		if err := migrateWith(t.Context(), db, dir, quiet(), more); err != nil {
			t.Fatal(err)
		}
		if err := migrateBeside(t.Context(), db, dir, quiet(), more); err != nil {
			t.Errorf("brought up to date: %v", err)
		}
	})
	if _, err := Open(t.Context(), dir, Options{Logger: quiet(), Beside: true}); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a newer schema: %v", err)
	}
}
