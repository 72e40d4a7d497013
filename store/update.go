package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"sportello/helpdesk"
)

// slow is the longest a transaction should take; longer ones are logged.
const slow = 50 * time.Millisecond

// patience is how long a writer waits for a lock that another process holds.
const patience = 60 * time.Second

var (
	errNested = errors.New("update inside an update")
	errClosed = errors.New("the store is closed")
)

// Update runs fn in one write transaction. It waits for its turn until ctx
// ends; once begun a transaction is not interrupted, so that a browser that
// goes away leaves no doubt about what was saved. An error of fn, or a panic,
// rolls everything back.
//
//go:noinline
func (s *Store) Update(ctx context.Context, fn func(helpdesk.Tx) error) error {
	c, err := s.takeWriter(ctx)
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	defer func() { s.writer <- c }()
	started := time.Now()
	err = writeOn(ctx, c, fn)
	if took := time.Since(started); took > slow {
		s.log.Warn("slow transaction", "operation", caller(), "ms", took.Milliseconds())
	}
	return err
}

// takeWriter waits for the write connection. Whoever already has it on the
// same goroutine would wait for ever, so the stack is looked at before
// waiting: fn gets no context that could carry a mark.
func (s *Store) takeWriter(ctx context.Context) (*conn, error) {
	select {
	case c, ok := <-s.writer:
		return opened(c, ok)
	default:
	}
	if insideUpdate() {
		return nil, errNested
	}
	select {
	case c, ok := <-s.writer:
		return opened(c, ok)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func opened(c *conn, ok bool) (*conn, error) {
	if !ok {
		return nil, errClosed
	}
	return c, nil
}

// insideUpdate reports whether the goroutine is in more than one Update.
func insideUpdate() bool {
	var pcs [256]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	depth := 0
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "/store.(*Store).Update") {
			depth++
		}
		if !more {
			return depth > 1
		}
	}
}

// caller names the function that asked for the transaction: the use case, not
// the helper that all use cases share.
func caller() string {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		name := f.Function[strings.LastIndexByte(f.Function, '/')+1:]
		if !more || !strings.HasSuffix(name, ".update") {
			return name
		}
	}
}

func writeOn(ctx context.Context, c *conn, fn func(helpdesk.Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if err := begin(ctx, c); err != nil {
		return fmt.Errorf("begin: %w", mapError(err))
	}
	done := false
	defer func() {
		if !done {
			rollback(c)
		}
	}()
	t := &tx{ctx: context.Background(), c: c}
	if err := fn(t); err != nil {
		return err
	}
	if err := t.indexAll(); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if err := t.indexAnswers(); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if err := c.exec(context.Background(), "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", mapError(err))
	}
	done = true
	return nil
}

// begin takes the write lock of the file. SQLite's own waiting cannot be
// ended, so it is short and repeated.
func begin(ctx context.Context, c *conn) error {
	until := time.Now().Add(patience)
	for {
		err := c.exec(context.Background(), "BEGIN IMMEDIATE")
		if !isBusy(err) || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
	}
}

func rollback(c *conn) {
	if err := c.exec(context.Background(), "ROLLBACK"); err != nil {
		// Whether anything is left open is not known: a fresh connection is.
		// When even that cannot be had the next use says so.
		_ = c.renew()
	}
}

// View runs fn on one snapshot. Do not call View inside it: all readers could
// wait for each other.
func (s *Store) View(ctx context.Context, fn func(helpdesk.ReadTx) error) error {
	return s.view(ctx, func(t *tx) error { return fn(t) })
}

func (s *Store) view(ctx context.Context, fn func(*tx) error) error {
	var c *conn
	var ok bool
	select {
	case c, ok = <-s.readers:
	case <-ctx.Done():
		return fmt.Errorf("view: %w", ctx.Err())
	}
	if !ok {
		return fmt.Errorf("view: %w", errClosed)
	}
	defer func() { s.readers <- c }()
	if err := c.exec(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("view: %w", mapError(err))
	}
	defer rollback(c) // nothing to keep
	return fn(&tx{ctx: ctx, c: c})
}

// read runs fn on a snapshot and returns what it found.
func read[T any](ctx context.Context, s *Store, fn func(*tx) (T, error)) (T, error) {
	var found T
	err := s.view(ctx, func(t *tx) (err error) {
		found, err = fn(t)
		return err
	})
	return found, err
}
