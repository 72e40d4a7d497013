package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"sportello/helpdesk/sheet"
)

// importBatch is how many rows of a file one transaction takes.
const importBatch = 500

// ImportOptions say how a file is imported.
type ImportOptions struct {
	File     string // its name, for the register
	DryRun   bool   // only say what would change
	Progress func(rows int)
	Rejected func(Reject) error // is told every row that is left out
}

// Reject is a row that is left out.
type Reject struct {
	Line   int    // of the file
	Reason string // in Italian
	Row    string // its beginning
}

// ImportReport counts rows of a file.
type ImportReport struct {
	Rows     int
	Added    int
	Changed  int
	Same     int
	Skipped  int // not for us: natural persons, what no body has
	Rejected int
}

// outcome is what a row does to what is kept.
type outcome int

const (
	outcomeSame outcome = iota
	outcomeAdded
	outcomeChanged
	outcomeSkipped
)

// refusal is a row that cannot be taken, in Italian.
type refusal string

func (r refusal) Error() string { return string(r) }

// importer takes rows of one kind of file. read runs outside transactions;
// plan compares with what is kept and completes the item; save writes it.
// read and plan refuse a row with a refusal.
type importer[T any] struct {
	read func(sheet.Row) (item T, skip bool, err error)
	plan func(ReadTx, *T) (outcome, error)
	save func(*change, *T) error
}

// importTable brings a file in, one transaction a batch: interrupted, it is
// begun again, and what is there already counts as the same.
func importTable[T any](ctx context.Context, d *Desk, actor User, table *sheet.Reader, o ImportOptions, im importer[T]) (ImportReport, error) {
	var report ImportReport
	for {
		batch, rejects, err := readBatch(table, im.read, &report)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return report, fmt.Errorf("import %s: %w", o.File, err)
		}
		refused, err := importRows(ctx, d, actor, batch, o, im, &report)
		if err != nil {
			return report, fmt.Errorf("import %s: %w", o.File, err)
		}
		for _, r := range append(rejects, refused...) {
			report.Rejected++
			if o.Rejected == nil {
				continue
			}
			if err := o.Rejected(r); err != nil {
				return report, fmt.Errorf("import %s: rejected rows: %w", o.File, err)
			}
		}
		if o.Progress != nil {
			o.Progress(report.Rows)
		}
		if end {
			return report, nil
		}
		if err := ctx.Err(); err != nil {
			return report, err
		}
	}
}

// imported is an item with the row it came from, for its reject.
type imported[T any] struct {
	item T
	line int
	raw  string
}

func readBatch[T any](table *sheet.Reader, read func(sheet.Row) (T, bool, error), report *ImportReport) (batch []imported[T], rejects []Reject, err error) {
	for n := 0; n < importBatch; n++ {
		row, err := table.Next()
		var bad *sheet.RowError
		if errors.As(err, &bad) {
			report.Rows++
			rejects = append(rejects, Reject{Line: bad.Line, Reason: bad.Reason, Row: bad.Row})
			continue
		}
		if err != nil {
			return batch, rejects, err
		}
		report.Rows++
		item, skip, err := read(row)
		var no refusal
		switch {
		case errors.As(err, &no):
			rejects = append(rejects, Reject{Line: row.Line, Reason: string(no), Row: row.Raw()})
		case err != nil:
			return batch, rejects, err
		case skip:
			report.Skipped++
		default:
			batch = append(batch, imported[T]{item, row.Line, row.Raw()})
		}
	}
	return batch, rejects, nil
}

// importRows plans and saves a batch: what is refused on the way is returned.
func importRows[T any](ctx context.Context, d *Desk, actor User, batch []imported[T], o ImportOptions, im importer[T], report *ImportReport) (refused []Reject, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	done := *report
	run := func(tx ReadTx, c *change) error {
		refused, done = nil, *report
		for i := range batch {
			b := &batch[i]
			what, err := im.plan(tx, &b.item)
			var no refusal
			if errors.As(err, &no) {
				refused = append(refused, Reject{Line: b.line, Reason: string(no), Row: b.raw})
				continue
			}
			if err != nil {
				return fmt.Errorf("line %d: %w", b.line, err)
			}
			done.count(what)
			if c == nil || what == outcomeSame || what == outcomeSkipped {
				continue
			}
			if err := im.save(c, &b.item); err != nil {
				return fmt.Errorf("line %d: %w", b.line, err)
			}
		}
		if c == nil || done.Added+done.Changed == report.Added+report.Changed {
			return nil
		}
		return c.record(Event{Kind: EventImported, ActorID: actor.ID, Detail: Detail{"file": o.File,
			"added": fmt.Sprint(done.Added - report.Added), "changed": fmt.Sprint(done.Changed - report.Changed)}})
	}
	if o.DryRun {
		err = d.store.View(ctx, func(tx ReadTx) error { return run(tx, nil) })
	} else {
		err = d.update(ctx, "import", func(c *change) error { return run(c, c) })
	}
	if err == nil {
		*report = done
	}
	return refused, err
}

func (r *ImportReport) count(o outcome) {
	switch o {
	case outcomeSame:
		r.Same++
	case outcomeAdded:
		r.Added++
	case outcomeChanged:
		r.Changed++
	case outcomeSkipped:
		r.Skipped++
	}
}

// expected is the refusal of a file that is not what it was said to be.
func expected(what string, table *sheet.Reader) error {
	found := table.Names()
	more := ""
	if len(found) > 12 {
		found, more = found[:12], " …"
	}
	return invalid("file", "Il file non è quello atteso: "+what+". Colonne trovate: "+strings.Join(found, ", ")+more+". Nulla è stato cambiato.")
}
