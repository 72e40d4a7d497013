package store

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"sportello/helpdesk"
)

// What people read when the file cannot be written.
const (
	saysFull = "Lo spazio su disco è esaurito: nulla è stato salvato. Avvisa chi gestisce il server e riprova quando c'è di nuovo spazio."
	saysLow  = "Lo spazio su disco del server è quasi esaurito: la posta resta nella casella e sarà presa da sola quando lo spazio torna. Avvisa chi gestisce il server."
	saysIO   = "Il server non riesce a scrivere sul disco: nulla è stato salvato. Avvisa chi gestisce il server e riprova più tardi."
	saysBusy = "L'archivio è occupato da un'altra operazione: nulla è stato salvato. Riprova tra un minuto."
)

// mapError gives an error of the driver the domain's meaning. Engine
// particulars of errors stand here and nowhere else.
func mapError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return helpdesk.ErrNone
	}
	code := resultCode(err)
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return fmt.Errorf("%w: %w", helpdesk.ErrExists, err)
	case lib.SQLITE_IOERR_SHMSIZE:
		// The shared-memory file could not grow: the disk is full.
		return busy(saysFull, err)
	}
	switch code & 0xff {
	case lib.SQLITE_FULL:
		return busy(saysFull, err)
	case lib.SQLITE_IOERR, lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN:
		return busy(saysIO, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return busy(saysBusy, err)
	}
	return err
}

func busy(message string, err error) error {
	return &helpdesk.Error{Code: helpdesk.Busy, Message: message, Err: err}
}

// resultCode is SQLite's extended result code, 0 for any other error.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func isBusy(err error) bool { return resultCode(err)&0xff == lib.SQLITE_BUSY }

// wrapf names the operation that err comes from; nil stays nil.
func wrapf(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
