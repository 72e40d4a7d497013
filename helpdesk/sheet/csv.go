package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CSVOptions says which dialect is written.
type CSVOptions struct {
	// Semicolon separates by ';', which a spreadsheet set to Italian expects,
	// instead of by ','.
	Semicolon bool
	// BOM opens the file with U+FEFF, without which Excel takes UTF-8 for
	// Windows-1252.
	BOM bool
}

// CSVWriter writes rows as RFC 4180 has them, in UTF-8, ended by CRLF.
type CSVWriter struct {
	csv *csv.Writer
	out io.Writer
	bom bool
	row []string
}

// NewCSV writes to w; nothing is sure to be there before Flush.
func NewCSV(w io.Writer, o CSVOptions) *CSVWriter {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if o.Semicolon {
		c.Comma = ';'
	}
	return &CSVWriter{csv: c, out: w, bom: o.BOM}
}

// Write adds one row. The cells are not changed in the caller's slice.
func (w *CSVWriter) Write(cells ...string) error {
	if err := w.begin(); err != nil {
		return err
	}
	w.row = w.row[:0]
	for _, cell := range cells {
		w.row = append(w.row, guard(cell))
	}
	if err := w.csv.Write(w.row); err != nil {
		return fmt.Errorf("write csv row: %w", err)
	}
	return nil
}

// Flush writes out what is buffered and reports any error met so far.
func (w *CSVWriter) Flush() error {
	if err := w.begin(); err != nil {
		return err
	}
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("flush csv: %w", err)
	}
	return nil
}

// begin writes the byte order mark once. It goes past the csv writer, which
// would quote it as part of the first cell, and so must come before any row.
func (w *CSVWriter) begin() error {
	if !w.bom {
		return nil
	}
	w.bom = false
	if _, err := io.WriteString(w.out, "\ufeff"); err != nil {
		return fmt.Errorf("write byte order mark: %w", err)
	}
	return nil
}

// formulaStarts make Excel or LibreOffice read a cell as a formula (OWASP ASVS
// 5.0, 1.2.10), the full-width forms in East Asian settings.
const formulaStarts = "=+-@\t\r\n\x00＝＋－＠"

// guard puts an apostrophe before what may be read as a formula. Blanks and
// invisible characters in front are looked through, since some programs trim
// them on import.
func guard(cell string) string {
	seen := strings.TrimLeftFunc(cell, invisible)
	if startsFormula(cell) || startsFormula(seen) {
		return "'" + cell
	}
	return cell
}

func startsFormula(cell string) bool {
	first, size := utf8.DecodeRuneInString(cell)
	return size > 0 && strings.ContainsRune(formulaStarts, first)
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
