package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// tx is a transaction of either kind: it implements helpdesk.ReadTx and, on
// the write connection, helpdesk.Tx. Its context ends reads only.
type tx struct {
	ctx context.Context
	c   *conn
	// unindexed is the full text of messages, still to be written; see indexAll.
	unindexed []messageWords
	retagged  []int64       // tickets whose messages are to be indexed again, see retag
	answers   []answerWords // likewise
}

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	s, err := t.c.prepare(t.ctx, query)
	if err != nil {
		return nil, mapError(err)
	}
	r, err := s.ExecContext(t.ctx, args...)
	return r, mapError(err)
}

// get scans the one row of query into dest; helpdesk.ErrNone if there is none.
func (t *tx) get(dest []any, query string, args ...any) error {
	s, err := t.c.prepare(t.ctx, query)
	if err != nil {
		return mapError(err)
	}
	return mapError(s.QueryRowContext(t.ctx, args...).Scan(dest...))
}

// into lists what get scans into.
func into(dest ...any) []any { return dest }

// one reads the one row of query with scan; helpdesk.ErrNone if there is none.
func one[T any](t *tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	s, err := t.c.prepare(t.ctx, query)
	if err != nil {
		var none T
		return none, mapError(err)
	}
	v, err := scan(s.QueryRowContext(t.ctx, args...))
	return v, mapError(err)
}

// list reads all rows of query with scan. They are collected before anything
// else is asked: the connection carries one question at a time.
func list[T any](t *tx, scan func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	err = each(t, scan, func(v T) bool {
		all = append(all, v)
		return true
	}, query, args...)
	return all, err
}

// each passes the rows of query to fn until that returns false. fn asks
// nothing of t.
func each[T any](t *tx, scan func(scanner) (T, error), fn func(T) bool, query string, args ...any) error {
	s, err := t.c.prepare(t.ctx, query)
	if err != nil {
		return mapError(err)
	}
	rows, err := s.QueryContext(t.ctx, args...)
	if err != nil {
		return mapError(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return mapError(err)
		}
		if !fn(v) {
			return nil
		}
	}
	return mapError(rows.Err())
}

func scanInt(s scanner) (n int64, err error) {
	err = s.Scan(&n)
	return n, err
}

func scanString(s scanner) (v string, err error) {
	err = s.Scan(&v)
	return v, err
}

// millis is t in the store: unix milliseconds, NULL for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// at scans into t what millis wrote.
func at(t *time.Time) sql.Scanner { return (*timeColumn)(t) }

type timeColumn time.Time

func (c *timeColumn) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*c = timeColumn{}
	case int64:
		*c = timeColumn(time.UnixMilli(v).UTC())
	default:
		return fmt.Errorf("a time is an integer, not %T", v)
	}
	return nil
}

// ref is the id of another row in the store: NULL for 0.
func ref(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// asJSON writes v, which holds nothing that JSON cannot say.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and times only
	}
	return string(b)
}

// fromJSON scans into v what asJSON wrote; "" leaves it as it is.
func fromJSON(v any) sql.Scanner { return jsonColumn{v} }

type jsonColumn struct{ v any }

func (c jsonColumn) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return json.Unmarshal([]byte(v), c.v)
	case []byte:
		return json.Unmarshal(v, c.v)
	default:
		return fmt.Errorf("JSON is text, not %T", v)
	}
}

// ids is a list of ids as one parameter; inIDs reads it. The pair is the
// engine's own way, the only one in the package.
func ids(list []int64) string { return asJSON(list) }

const inIDs = `(SELECT value FROM json_each($1))`
