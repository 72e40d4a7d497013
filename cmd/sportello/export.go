package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"sportello/helpdesk/sheet"
	"sportello/store"
)

// export writes tickets or messages, one a line, as they are read: however
// many there are, little memory is used.
func export(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "export", "tickets|messages")
	format := flags.String("format", "jsonl", "jsonl oppure csv")
	rest, err := flags.parse(args, 1, 1)
	if err != nil {
		return err
	}
	if *format != "jsonl" && *format != "csv" {
		return flags.wrong("-format vuole jsonl oppure csv, non «%s»", *format)
	}
	if rest[0] != "tickets" && rest[0] != "messages" {
		return flags.wrong("si esportano tickets oppure messages, non «%s»", rest[0])
	}
	return withTool(ctx, flags, func(t *tool) error {
		out := bufio.NewWriterSize(env.stdout, 1<<16)
		e := exporter{out: out, csv: *format == "csv", progress: newProgress(env, "esportazione")}
		if rest[0] == "tickets" {
			err = exportLines(&e, ticketColumns, t.store.ExportTickets(ctx), ticketLine)
		} else {
			err = exportLines(&e, messageColumns, t.store.ExportMessages(ctx), messageLine)
		}
		e.progress.end()
		return errors.Join(err, out.Flush())
	})
}

// The columns, in the order of the file.
var (
	ticketColumns = []string{"number", "state", "subject", "opened", "first_answer", "closed", "owner", "organization",
		"organization_istat", "contact", "primary_measure", "measures", "topics", "channel", "imported"}
	messageColumns = []string{"id", "kind", "ticket", "date", "from", "to", "subject", "message_id", "sha256"}
)

// ticketLine gives the values of ticketColumns: strings, lists of strings,
// yes or no, or nil for what is not there. A proposal that nobody confirmed is
// no measure: figures count it as unknown.
func ticketLine(l store.TicketLine) []any {
	return []any{l.Number.String(), string(l.State), l.Subject, rfc3339(l.Opened), rfc3339(l.FirstAnswer), rfc3339(l.Closed),
		l.Owner, l.Organization, l.OrganizationISTAT, l.Contact, orNil(l.Measure), l.Measures, l.Topics, string(l.Channel), l.Imported}
}

func messageLine(l store.MessageLine) []any {
	return []any{l.ID, string(l.Kind), l.Ticket.String(), rfc3339(l.At), l.From, append([]string{}, l.To...),
		l.Subject, l.MessageID, l.SHA256}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func rfc3339(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

type exporter struct {
	out      io.Writer
	csv      bool
	progress *progress
}

// exportLines writes all lines in the form asked for.
func exportLines[T any](e *exporter, columns []string, lines iter.Seq2[T, error], values func(T) []any) error {
	write, flush := e.jsonl(columns), func() error { return nil }
	if e.csv {
		w := sheet.NewCSV(e.out, sheet.CSVOptions{})
		if err := w.Write(columns...); err != nil {
			return err
		}
		write, flush = func(v []any) error { return w.Write(cells(v)...) }, w.Flush
	}
	n := int64(0)
	for line, err := range lines {
		if err != nil {
			return errors.Join(err, flush())
		}
		if err := write(values(line)); err != nil {
			return err
		}
		n++
		e.progress.show(n, 0)
	}
	return flush()
}

// jsonl writes an object a line with its keys in the order of the columns.
func (e *exporter) jsonl(columns []string) func([]any) error {
	keys := make([]string, len(columns))
	for i, c := range columns {
		keys[i] = ",\"" + c + "\":"
	}
	keys[0] = "{" + keys[0][1:]
	var line []byte
	return func(values []any) error {
		line = line[:0]
		for i, v := range values {
			value, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("export %s: %w", columns[i], err)
			}
			line = append(append(line, keys[i]...), value...)
		}
		_, err := e.out.Write(append(line, '}', '\n'))
		return err
	}
}

// cells are the values as text, lists joined by «|».
func cells(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
		case []string:
			out[i] = strings.Join(v, "|")
		default:
			out[i] = fmt.Sprint(v)
		}
	}
	return out
}
