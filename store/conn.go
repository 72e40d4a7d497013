package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strconv"
)

// Sizes of the page caches in KiB. Together they are what the process needs
// beyond its own code: the writer's holds the inner pages of all indexes at a
// million tickets, a reader's those of the lists.
const (
	writeCache = 16 << 10
	readCache  = 6 << 10
)

// filePage in bytes, of a file that is yet to be made: raw messages and bodies
// are most of what is written, and each page of them is three calls of the
// system. Larger ones would make the small rows of the indexes dearer.
const filePage = 8192

// checkpointPages is how long the write-ahead log grows before it is brought
// into the file: 16 MiB.
const checkpointPages = 16 << 20 / filePage

// writeDSN addresses the write connection. Each key is checked by the driver
// at opening, except the pragmas, which a test reads back.
func writeDSN(path, synchronous string) string {
	q := url.Values{
		"_txlock":       {"immediate"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {synchronous},
		"_foreign_keys": {"1"},
		"_busy_timeout": {"1000"}, // begin tries again until its own patience ends
		"_dqs":          {"0"},
		"_defensive":    {"1"},
		"_pragma":       common(writeCache),
	}
	for _, p := range []string{
		"secure_delete(1)", "journal_size_limit(67108864)",
		fmt.Sprintf("page_size(%d)", filePage), fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages),
	} {
		q.Add("_pragma", p)
	}
	return fileURL(path, q)
}

// readDSN addresses the read pool: mode=ro is heard only in a file: address.
func readDSN(path string) string {
	return fileURL(path, url.Values{
		"mode":          {"ro"},
		"_query_only":   {"1"},
		"_busy_timeout": {"5000"},
		"_dqs":          {"0"},
		"_pragma":       common(readCache),
	})
}

func common(cacheKiB int) []string {
	return []string{"trusted_schema(0)", "cell_size_check(1)", "temp_store(2)", "cache_size(-" + strconv.Itoa(cacheKiB) + ")"}
}

func fileURL(path string, q url.Values) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	return u.String()
}

// maxStatements bounds what a connection keeps prepared. The queue has some
// hundreds of forms; when all were ever asked for, beginning anew costs less
// than keeping them.
const maxStatements = 200

// conn is a connection with its prepared statements. One goroutine uses it at
// a time.
type conn struct {
	db    *sql.DB
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func newConn(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{db: db, c: c, stmts: map[string]*sql.Stmt{}}, nil
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	s, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) exec(ctx context.Context, query string) error {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx)
	return err
}

func (c *conn) forget() {
	for _, s := range c.stmts {
		s.Close()
	}
	clear(c.stmts)
}

func (c *conn) close() error {
	c.forget()
	return c.c.Close()
}

// renew replaces a connection that may still be inside a transaction: after a
// full disk SQLite rolls back by itself, or cannot even do that.
func (c *conn) renew() error {
	c.forget()
	c.c.Raw(func(any) error { return driver.ErrBadConn }) // the pool drops it
	fresh, err := c.db.Conn(context.Background())
	if err != nil {
		return err
	}
	c.c = fresh
	return nil
}

// copyQuery is for the connection that copies the whole file.
func copyQuery() url.Values {
	return url.Values{"mode": {"rw"}, "_busy_timeout": {"30000"}, "_dqs": {"0"}, "_pragma": common(readCache)}
}
