package store

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"sportello/helpdesk"
)

var epoch = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// openTest opens a store on a real file that goes with the test.
func openTest(t testing.TB) *Store {
	t.Helper()
	return openDir(t, t.TempDir())
}

func openDir(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, Options{Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func update(t testing.TB, s *Store, fn func(helpdesk.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestPragmas(t *testing.T) {
	s := openTest(t)
	both := map[string]string{"trusted_schema": "0", "cell_size_check": "1"}
	writer := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
		"cache_size": "-16384", "journal_size_limit": "67108864", "wal_autocheckpoint": "2048", "page_size": "8192", "query_only": "0"}
	reader := map[string]string{"query_only": "1", "cache_size": "-6144", "journal_mode": "wal"}
	w, r := <-s.writer, <-s.readers
	defer func() { s.writer <- w; s.readers <- r }()
	for _, row := range []struct {
		name string
		c    *conn
		want []map[string]string
	}{{"writer", w, []map[string]string{both, writer}}, {"reader", r, []map[string]string{both, reader}}} {
		for _, wants := range row.want {
			for pragma, want := range wants {
				var got string
				if err := row.c.c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s: %s is %q, want %q (%v)", row.name, pragma, got, want, err)
				}
			}
		}
		if _, err := row.c.c.ExecContext(t.Context(), `SELECT "no such column"`); err == nil {
			t.Errorf("%s: a misspelt column is taken for a string", row.name)
		}
	}
	if _, err := r.c.ExecContext(t.Context(), `DELETE FROM setting`); err == nil {
		t.Error("a reader can write")
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func checks(s *Store) map[string]func(context.Context) ([]string, error) {
	return map[string]func(context.Context) ([]string, error){
		"integrity": s.IntegrityCheck, "foreign keys": s.ForeignKeyCheck, "orphans": s.OrphanCheck,
	}
}
