package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sportello/helpdesk"
)

// Restore is tried with whole and damaged copies in cmd/sportello; here is
// what those cannot make.
func TestRestoreRefusesNewerSchema(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	err = s.Update(t.Context(), func(w helpdesk.Tx) error {
		_, err := w.(*tx).exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
		return err
	})
	if err := errors.Join(err, s.Backup(t.Context(), copied, nil), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(t.Context(), copied); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a newer schema: %v", err)
	}
	fresh := t.TempDir()
	if err := Restore(t.Context(), copied, fresh); helpdesk.ErrorCode(err) != helpdesk.Conflict {
		t.Errorf("a newer schema: %v", err)
	}
	if left, _ := os.ReadDir(fresh); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := Restore(t.Context(), copied, dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a database: %v", err)
	}
}
