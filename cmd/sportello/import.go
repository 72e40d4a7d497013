package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sportello/helpdesk"
	"sportello/helpdesk/sheet"
)

// importKind is a kind of table that can be imported.
type importKind struct {
	name string
	run  func(*helpdesk.Desk, context.Context, helpdesk.User, *sheet.Reader, helpdesk.ImportOptions) (helpdesk.ImportReport, error)
}

// importKinds in the order of the help.
var importKinds = []importKind{
	{"projects", (*helpdesk.Desk).ImportProjects},
}

func importNames() string {
	var names []string
	for _, k := range importKinds {
		names = append(names, k.name)
	}
	return strings.Join(names, "|")
}

// shownRejects is how many rows that were left out are shown.
const shownRejects = 20

// importCommand brings a table in. It may be interrupted and repeated.
func importCommand(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "import", importNames()+" FILE")
	dry := flags.Bool("dry-run", false, "dice che cosa cambierebbe, senza cambiare nulla")
	rejected := flags.String("rejected", "", "file CSV in cui scrivere le righe scartate, col motivo")
	rest, err := flags.parse(args, 2, 2)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(importKinds, func(k importKind) bool { return k.name == rest[0] })
	if i < 0 {
		return flags.wrong("si importano %s, non «%s»", strings.ReplaceAll(importNames(), "|", ", "), rest[0])
	}
	return withTool(ctx, flags, func(t *tool) error {
		return importFile(ctx, env, t, importKinds[i], rest[1], *rejected, *dry)
	})
}

func importFile(ctx context.Context, env environment, t *tool, kind importKind, path, rejected string, dry bool) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	table, err := sheet.NewReader(file)
	if errors.Is(err, sheet.ErrNoTable) {
		return &helpdesk.Error{Code: helpdesk.Invalid, Err: err,
			Message: path + " non è una tabella in formato CSV: esportala come CSV e riprova. Nulla è stato cambiato."}
	}
	if err != nil {
		return err
	}
	left, err := newRejects(rejected)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, left.close()) }()
	shown := newProgress(env, "righe lette")
	report, err := kind.run(t.desk, ctx, helpdesk.User{}, table, helpdesk.ImportOptions{
		File: filepath.Base(path), DryRun: dry, Rejected: left.add,
		Progress: func(n int) { shown.show(int64(n), 0) },
	})
	shown.end()
	for _, r := range left.first {
		fmt.Fprintf(env.stdout, "riga %d scartata: %s\n", r.Line, r.Reason)
	}
	if more := report.Rejected - len(left.first); more > 0 {
		fmt.Fprintf(env.stdout, "e altre %d: per averle tutte col motivo usa -rejected FILE\n", more)
	}
	if err == nil || report.Rows > 0 {
		fmt.Fprintln(env.stdout, reportLine(report, dry))
	}
	return err
}

func reportLine(r helpdesk.ImportReport, dry bool) string {
	line := fmt.Sprintf("%d righe lette: %d aggiunte, %d cambiate, %d già presenti, %d non pertinenti, %d scartate",
		r.Rows, r.Added, r.Changed, r.Same, r.Skipped, r.Rejected)
	if dry {
		line += " (prova: nulla è stato scritto)"
	}
	return line
}

// rejects keeps the first rows that were left out and writes all of them to a
// file, if there is one.
type rejects struct {
	first []helpdesk.Reject
	file  *os.File
	csv   *sheet.CSVWriter
}

func newRejects(path string) (*rejects, error) {
	if path == "" {
		return &rejects{}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	r := &rejects{file: file, csv: sheet.NewCSV(file, sheet.CSVOptions{Semicolon: true, BOM: true})}
	return r, r.csv.Write("riga", "motivo", "contenuto")
}

func (r *rejects) add(reject helpdesk.Reject) error {
	if len(r.first) < shownRejects {
		r.first = append(r.first, reject)
	}
	if r.csv == nil {
		return nil
	}
	return r.csv.Write(fmt.Sprint(reject.Line), reject.Reason, reject.Row)
}

func (r *rejects) close() error {
	if r.file == nil {
		return nil
	}
	return errors.Join(r.csv.Flush(), r.file.Close())
}
