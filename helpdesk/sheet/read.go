package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	sniffed    = 64 << 10  // bytes by which encoding and separator are told
	maxLine    = 256 << 10 // bytes of a line that are kept
	maxJoined  = 50        // lines of one row: beyond, its quote is a stray one
	maxColumns = 500
)

// ErrNoTable is what NewReader returns for what is no table at all.
var ErrNoTable = errors.New("no table")

// RowError is a row that is none. Reading goes on after it.
type RowError struct {
	Line   int    // of the file, from 1
	Reason string // in Italian
	Row    string // as it stands, cut at 200 characters
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Reader reads a table with a line of names on top.
type Reader struct {
	in      *bufio.Reader
	text    func([]byte) string
	comma   byte
	names   []string
	columns map[string]int
	line    int      // of the last one handed out
	ahead   [][]byte // lines to hand out again
	row     splitter
}

// NewReader finds out encoding and separator and reads the names. What is no
// table is ErrNoTable; other errors are in's.
func NewReader(in io.Reader) (*Reader, error) {
	b, start, err := peek(in)
	if err != nil {
		return nil, err
	}
	if order := wideOrder(start); order != nil {
		if b, start, err = peek(&wideReader{in: b, order: order}); err != nil {
			return nil, err
		}
	}
	if bytes.IndexByte(start, 0) >= 0 || bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return nil, fmt.Errorf("%w: binary data", ErrNoTable)
	}
	r := &Reader{in: b, text: textOf(start)}
	return r, r.readNames()
}

func peek(in io.Reader) (*bufio.Reader, []byte, error) {
	b := bufio.NewReaderSize(in, sniffed)
	start, err := b.Peek(sniffed)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("read table: %w", err)
	}
	return b, start, nil
}

func (r *Reader) readNames() error {
	var head []byte
	for len(bytes.TrimSpace(head)) == 0 {
		line, err := r.nextLine()
		if err != nil {
			return fmt.Errorf("%w: no line of names", ErrNoTable)
		}
		head = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	r.comma = separatorOf(head)
	r.row.begin(r.comma)
	r.row.add(head)
	cells := r.row.all()
	if len(cells) > maxColumns {
		return fmt.Errorf("%w: %d columns", ErrNoTable, len(cells))
	}
	r.columns = map[string]int{}
	for i, cell := range cells {
		name := Name(r.text(cell))
		r.names = append(r.names, name)
		if _, twice := r.columns[name]; !twice && name != "" {
			r.columns[name] = i
		}
	}
	return nil
}

// separatorOf is the separator that stands most often between the names.
func separatorOf(head []byte) byte {
	best, most := byte(';'), 0
	for _, c := range []byte{';', ',', '\t', '|'} {
		if n := bytes.Count(head, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// Names are the columns in their order, as Name writes them.
func (r *Reader) Names() []string { return slices.Clone(r.names) }

// Column is the first of some names that the table has, "" for none: columns
// are renamed from one edition to the next.
func (r *Reader) Column(names ...string) string {
	for _, n := range names {
		if _, ok := r.columns[n]; ok {
			return n
		}
	}
	return ""
}

// Row is one row, good until the next call of Next.
type Row struct {
	r     *Reader
	cells [][]byte
	Line  int
}

// Get is the cell under a name as Name writes it: trimmed, "" for the ways to
// write nothing (N/D, N/A, null, ###) and for a column that is not there.
func (w Row) Get(name string) string {
	i, ok := w.r.columns[name]
	if !ok || i >= len(w.cells) {
		return ""
	}
	s := strings.TrimSpace(w.r.text(w.cells[i]))
	if isNothing(s) {
		return ""
	}
	return s
}

// Raw is the row as it stands, cut at 200 characters.
func (w Row) Raw() string { return cut(w.r.text(w.r.row.raw)) }

// Next is the next row, io.EOF after the last. A *RowError stands for a row
// that is none; any other error ends the reading.
func (r *Reader) Next() (Row, error) {
	for {
		line, err := r.nextLine()
		if err != nil {
			return Row{}, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		at := r.line
		cells, err := r.cells(line)
		if err != nil {
			return Row{}, err
		}
		if !r.fits(cells) {
			return Row{}, &RowError{Line: at, Row: cut(r.text(r.row.raw)),
				Reason: fmt.Sprintf("%d colonne invece di %d", len(cells), len(r.names))}
		}
		return Row{r: r, cells: cells, Line: at}, nil
	}
}

// cells parts a row, and where a quoted cell goes on, with the lines after
// it. If that leads to no row, the quote is a stray one: the line alone
// counts, with its quotes as they stand.
func (r *Reader) cells(line []byte) ([][]byte, error) {
	r.row.begin(r.comma)
	if bytes.IndexByte(line, '"') < 0 {
		return r.row.plain(line), nil
	}
	line = slices.Clone(line) // nextLine overwrites it
	r.row.add(line)
	var more [][]byte
	for r.row.open() && len(more) < maxJoined && len(r.row.raw) < maxLine {
		next, err := r.nextLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		more = append(more, slices.Clone(next))
		r.row.add(next)
	}
	if !r.row.open() {
		if cells := r.row.all(); r.fits(cells) {
			return cells, nil
		}
	}
	r.ahead = append(more, r.ahead...)
	r.line -= len(more)
	r.row.begin(r.comma)
	return r.row.plain(line), nil
}

// fits allows for separators at the end that part nothing.
func (r *Reader) fits(cells [][]byte) bool {
	if len(cells) < len(r.names) {
		return false
	}
	for _, extra := range cells[len(r.names):] {
		if len(bytes.TrimSpace(extra)) > 0 {
			return false
		}
	}
	return true
}

func cut(s string) string {
	if runes := []rune(s); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return s
}

// nextLine is the next line without its end, good until the next call. Of a
// line longer than maxLine the rest is dropped.
func (r *Reader) nextLine() ([]byte, error) {
	r.line++
	if len(r.ahead) > 0 {
		line := r.ahead[0]
		r.ahead = r.ahead[1:]
		return line, nil
	}
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.longLine(line)
	}
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	if err != nil {
		r.line--
	}
	return bytes.TrimRight(line, "\r\n"), err
}

func (r *Reader) longLine(start []byte) ([]byte, error) {
	line := slices.Clone(start)
	for {
		more, err := r.in.ReadSlice('\n')
		line = append(line, more[:min(len(more), max(0, maxLine-len(line)))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
