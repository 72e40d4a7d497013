package mime

import "bytes"

// readHeader splits a header block from what follows it. It never fails: lines that are no field are
// left out, and where no field follows them any more the body is taken to begin there, so that a
// missing empty line loses no text. top is true in front of a message, where stray lines of mail
// archives and empty lines may stand.
func readHeader(raw []byte, top bool) (h Header, body []byte, problems []string) {
	b := headerBlock{raw: raw, bad: -1, field: -1}
	if top {
		b.skipLeading()
	}
	first := b.pos
	body = b.read()
	if !b.known && (b.sawBad && b.firstBad == first || top && len(b.fields) > 0) {
		return Header{}, raw[first:], append(b.problems, ProblemNoHeader)
	}
	if b.sawBad {
		b.problems = append(b.problems, ProblemHeaderLine)
	}
	if b.over {
		b.problems = append(b.problems, ProblemHeaderLimit)
	}
	return Header{fields: b.fields}, body, b.problems
}

type headerBlock struct {
	raw      []byte
	pos      int
	fields   []field
	field    int // start of the current field's value, -1 when the line before was none
	bad      int // start of the lines after the last field that are none, or -1
	sawBad   bool
	firstBad int
	known    bool // some field is one that mail has
	over     bool
	dashes   int // lines beginning with two of them
	problems []string
}

// skipLeading passes over a byte order mark, an mbox line, and over empty lines that a field follows.
func (b *headerBlock) skipLeading() {
	if bytes.HasPrefix(b.raw, []byte("\ufeff")) {
		b.pos = len("\ufeff")
	}
	for _, mark := range []string{"From ", ">From "} {
		if bytes.HasPrefix(b.raw[b.pos:], []byte(mark)) {
			_, b.pos = cutLine(b.raw, b.pos)
			b.problems = append(b.problems, ProblemMbox)
		}
	}
	for pos := b.pos; pos < len(b.raw); {
		line, next := cutLine(b.raw, pos)
		if len(bytes.TrimSpace(line)) > 0 {
			if nameLength(line) > 0 {
				b.pos = pos
			}
			return
		}
		pos = next
	}
}

// read goes through the lines up to the empty one and returns the body.
func (b *headerBlock) read() []byte {
	for start := b.pos; b.pos < len(b.raw); {
		line, next := cutLine(b.raw, b.pos)
		if len(line) == 0 || isBlank(line) && !b.goesOn(next) {
			return b.end(next)
		}
		if bytes.HasPrefix(line, []byte("--")) && b.isBoundary(line) {
			return b.end(b.pos)
		}
		if b.pos-start > maxHeader {
			b.over = true
		}
		b.line(line)
		b.pos = next
	}
	return b.end(len(b.raw))
}

func (b *headerBlock) end(next int) []byte {
	if b.bad >= 0 {
		next = b.bad
	}
	return b.raw[next:]
}

func (b *headerBlock) line(line []byte) {
	if line[0] == ' ' || line[0] == '\t' {
		if b.field >= 0 {
			f := &b.fields[len(b.fields)-1]
			f.value = b.raw[b.field : b.pos+len(line)]
			if len(f.value) > maxField {
				f.value, b.over = f.value[:maxField:maxField], true
			}
		}
		return
	}
	n := nameLength(line)
	if n == 0 {
		if b.bad < 0 {
			b.bad = b.pos
		}
		if !b.sawBad {
			b.sawBad, b.firstBad = true, b.pos
		}
		b.field = -1
		return
	}
	b.bad, b.field = -1, -1
	if b.over = b.over || len(b.fields) >= maxFields; b.over {
		return
	}
	colon := n + bytes.IndexByte(line[n:], ':')
	value := line[colon+1:]
	if len(value) > maxField {
		value, b.over = value[:maxField], true
	}
	b.field = b.pos + colon + 1
	if b.fields == nil {
		b.fields = make([]field, 0, 16)
	}
	b.fields = append(b.fields, field{line[:n], value})
	b.known = b.known || isMailField(line[:n])
}

// goesOn says whether the header goes on at pos, after a line of nothing but white space: such a line
// is a fold where a field or a fold follows, else it is the empty line with a blank in it.
func (b *headerBlock) goesOn(pos int) bool {
	if pos >= len(b.raw) {
		return false
	}
	line, _ := cutLine(b.raw, pos)
	return len(line) > 0 && !isBlank(line) && nameLength(line) > 0 && isMailField(line[:nameLength(line)])
}

// isBoundary says whether a line is the first boundary of the multipart that the header read so far
// announces: then the empty line between header and body is missing.
func (b *headerBlock) isBoundary(line []byte) bool {
	const enough = 10
	h := Header{fields: b.fields}
	i := h.find("Content-Type", 0)
	if b.dashes++; i < 0 || b.dashes > enough {
		return false
	}
	_, params := parseParams(h.raw(i))
	boundary := params["boundary"]
	return boundary != "" && string(bytes.TrimRight(line[2:], " \t")) == boundary
}

// cutLine gives the line at pos without its end, and the start of the next one.
func cutLine(raw []byte, pos int) (line []byte, next int) {
	end := bytes.IndexByte(raw[pos:], '\n')
	if end < 0 {
		next = len(raw)
		end = next
	} else {
		end += pos
		next = end + 1
	}
	for end > pos && raw[end-1] == '\r' {
		end--
	}
	return raw[pos:end], next
}

func isBlank(line []byte) bool { return len(bytes.Trim(line, " \t\r")) == 0 }

// nameLength gives the length of the field name a line begins with (RFC 5322, 3.6.8; blanks before the
// colon are the obsolete form), or 0 when it begins with none.
func nameLength(line []byte) int {
	for i, c := range line {
		switch {
		case c == ':':
			return i
		case c == ' ' || c == '\t':
			if rest := bytes.TrimLeft(line[i:], " \t"); i > 0 && len(rest) > 0 && rest[0] == ':' {
				return i
			}
			return 0
		case c < 33 || c > 126:
			return 0
		}
	}
	return 0
}

// isMailField knows the fields without which no header is worth the name. It tells a header from a
// text whose lines have colons.
func isMailField(name []byte) bool {
	if len(name) > 2 && (name[0] == 'X' || name[0] == 'x') && name[1] == '-' {
		return true
	}
	if len(name) > 8 && equalFold(name[:8], "content-") {
		return true
	}
	for _, known := range [...]string{"from", "to", "cc", "subject", "date", "received", "message-id", "mime-version", "return-path", "reply-to", "sender", "delivered-to", "dkim-signature", "references", "in-reply-to"} {
		if equalFold(name, known) {
			return true
		}
	}
	return false
}
