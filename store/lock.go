package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"sportello/helpdesk"
)

// DirLock says that one serve or demo runs on a data directory. The lock is
// on a file of its own: one on the database would be dropped by SQLite's own
// locking. The kernel frees it when the process ends, however it ends.
type DirLock struct{ file *os.File }

// Lock takes the lock of dir, making dir if it is missing. A taken one is a
// *helpdesk.Error with code Conflict.
func Lock(dir string) (*DirLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "sportello.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &DirLock{f}, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = &helpdesk.Error{Code: helpdesk.Conflict, Err: err, Message: fmt.Sprintf(
			"Il programma è già in funzione sui dati in %s. Ferma quello in corso oppure scegli un'altra cartella.", dir)}
	}
	return nil, fmt.Errorf("lock: %w", err)
}

// Unlock frees the directory. The file stays: removing it would let two
// processes lock two files of the same name.
func (l *DirLock) Unlock() error { return l.file.Close() }
