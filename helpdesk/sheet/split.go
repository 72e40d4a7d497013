package sheet

import "bytes"

// splitter parts a row into cells, line by line, as RFC 4180 has it: a cell
// that begins with a quote ends with one, and a doubled quote stands for one.
// Text after the closing quote is kept, quotes within a bare cell stand for
// themselves.
type splitter struct {
	comma  byte
	raw    []byte // the row as it stands
	text   []byte // its cells one after the other
	ends   []int  // where each closed one ends in text
	cells  [][]byte
	quoted bool // the last cell began with a quote that did not close yet
	begun  bool // there is a line before
}

func (s *splitter) begin(comma byte) {
	*s = splitter{comma: comma, raw: s.raw[:0], text: s.text[:0], ends: s.ends[:0], cells: s.cells[:0]}
}

// start is where the last cell begins in text.
func (s *splitter) start() int {
	if len(s.ends) == 0 {
		return 0
	}
	return s.ends[len(s.ends)-1]
}

// open reports whether a quoted cell goes on after what was added.
func (s *splitter) open() bool { return s.quoted }

// add goes on with the next line of the row.
func (s *splitter) add(line []byte) {
	if s.begun {
		s.raw = append(s.raw, '\n')
		s.text = append(s.text, '\n')
	}
	s.begun = true
	s.raw = append(s.raw, line...)
	for i := 0; i < len(line); {
		if s.quoted {
			i = s.inQuotes(line, i)
			continue
		}
		switch c := line[i]; {
		case c == s.comma:
			s.ends = append(s.ends, len(s.text))
		case c == '"' && len(bytes.TrimSpace(s.text[s.start():])) == 0:
			s.text, s.quoted = s.text[:s.start()], true
		default:
			s.text = append(s.text, c)
		}
		i++
	}
}

// inQuotes reads up to the closing quote and returns where to go on.
func (s *splitter) inQuotes(line []byte, i int) int {
	n := bytes.IndexByte(line[i:], '"')
	if n < 0 {
		s.text = append(s.text, line[i:]...)
		return len(line)
	}
	s.text = append(s.text, line[i:i+n]...)
	i += n + 1
	if i < len(line) && line[i] == '"' {
		s.text = append(s.text, '"')
		return i + 1
	}
	s.quoted = false
	return i
}

// all closes the last cell and returns them, good until begin.
func (s *splitter) all() [][]byte {
	start := 0
	for _, end := range append(s.ends, len(s.text)) {
		s.cells = append(s.cells, s.text[start:end])
		start = end
	}
	return s.cells
}

// plain parts a line at every separator, quotes as they stand.
func (s *splitter) plain(line []byte) [][]byte {
	s.raw = append(s.raw[:0], line...)
	rest := s.raw
	for {
		cell, after, more := bytes.Cut(rest, []byte{s.comma})
		s.cells = append(s.cells, cell)
		if !more {
			return s.cells
		}
		rest = after
	}
}
