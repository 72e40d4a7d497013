package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"sportello/helpdesk"
)

// FileName is the name of the database inside the data directory.
const FileName = "sportello.db"

// readers is how many snapshots can be read at once.
const readers = 4

// Options of a Store; the zero value is right for the program.
type Options struct {
	// Logger hears of slow transactions; slog.Default if nil.
	Logger *slog.Logger
	// Synchronous is FULL (also ""), NORMAL or OFF. Less than FULL may lose
	// commits at a power cut and is refused unless Unsafe is set: it exists
	// for the control run of the kill test.
	Synchronous string
	Unsafe      bool
	// LowWater is how many free bytes RoomLeft wants; 0: 500 MB, or 5 % of
	// a disk smaller than 10 GB.
	LowWater int64
	// Beside is for those who work beside a serve that may be running: they
	// make a schema where there is none, but leave an older one as it is.
	Beside bool
}

// Store is the open database of a data directory.
type Store struct {
	dir  string
	opts Options
	log  *slog.Logger

	write   *sql.DB
	read    *sql.DB
	writer  chan *conn // holds the one write connection while nobody writes
	readers chan *conn
}

var _ helpdesk.Store = (*Store)(nil)

// Open opens the database in dir, makes both if they are missing and brings
// the schema up to date, unless Beside is set: then an older one is refused, a
// *helpdesk.Error with code Conflict like that for a newer one.
func Open(ctx context.Context, dir string, opts Options) (*Store, error) {
	opts, err := checkOptions(opts)
	if err != nil {
		return nil, err
	}
	if err := prepareFile(dir); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{dir: dir, opts: opts, log: opts.Logger,
		writer: make(chan *conn, 1), readers: make(chan *conn, readers)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", mapError(err)), s.closePools())
	}
	return s, nil
}

func checkOptions(o Options) (Options, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	switch o.Synchronous = strings.ToUpper(o.Synchronous); o.Synchronous {
	case "":
		o.Synchronous = "FULL"
	case "FULL":
	case "NORMAL", "OFF":
		if !o.Unsafe {
			return o, fmt.Errorf("open store: synchronous=%s loses commits at a power cut", o.Synchronous)
		}
	default:
		return o, fmt.Errorf("open store: synchronous is FULL, NORMAL or OFF, not %q", o.Synchronous)
	}
	return o, nil
}

// prepareFile sees to it that only the program's user can read the data. The
// file is made before SQLite would make it for everybody; an existing one is
// never opened here, since closing it would drop SQLite's POSIX locks.
func prepareFile(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, FileName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func (s *Store) open(ctx context.Context) error {
	var err error
	path := filepath.Join(s.dir, FileName)
	if s.write, err = sql.Open("sqlite", writeDSN(path, s.opts.Synchronous)); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := checkVersion(ctx, s.write); err != nil {
		return err
	}
	if err := s.bringUp(ctx); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", readDSN(path)); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	w, err := newConn(ctx, s.write)
	if err != nil {
		return err
	}
	s.writer <- w
	for range readers {
		r, err := newConn(ctx, s.read)
		if err != nil {
			return err
		}
		s.readers <- r
	}
	return nil
}

// minVersion has the fix of the WAL-reset bug that could corrupt a database
// with more than one connection (security R-15).
var minVersion = [3]int{3, 51, 3}

func checkVersion(ctx context.Context, db *sql.DB) error {
	var v string
	if err := db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&v); err != nil {
		return err
	}
	if olderThan(v, minVersion) {
		return fmt.Errorf("SQLite %s is older than %d.%d.%d", v, minVersion[0], minVersion[1], minVersion[2])
	}
	return nil
}

func olderThan(version string, least [3]int) bool {
	parts := strings.Split(version, ".")
	for i, want := range least {
		have := 0
		if i < len(parts) {
			have, _ = strconv.Atoi(parts[i])
		}
		if have != want {
			return have < want
		}
	}
	return false
}

// Close waits for running transactions and closes the file. Close the Store
// after everything that uses it has stopped; later calls return an error.
func (s *Store) Close() error {
	var errs []error
	for range readers {
		errs = append(errs, (<-s.readers).close())
	}
	errs = append(errs, (<-s.writer).close())
	close(s.readers)
	close(s.writer)
	errs = append(errs, s.closePools())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// closePools closes the readers first: the last connection to close clears
// away the write-ahead log, which a read-only one may not.
func (s *Store) closePools() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
