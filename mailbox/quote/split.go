package quote

import "strings"

// Kind is what a line of a body is.
type Kind int

// The kinds of line.
const (
	New        Kind = iota // what the sender wrote in this message
	Quoted                 // history: an earlier message, with what introduces it
	Signature              // below «-- », in the signature's element, or of a device
	Disclaimer             // a notice of confidentiality, of a virus scanner, of the printer's paper
	Stamp                  // of a protocol register
)

// String is the kind in Italian, as `parse` shows it.
func (k Kind) String() string {
	return [...]string{"nuovo", "citazione", "firma", "avvertenza", "timbro di protocollo"}[k]
}

// Split is a body in two: what is new, and the rest in the order in which it
// stood. Of a text body both are text, of an HTML body both are HTML.
type Split struct {
	New    string
	Folded []Part
}

// Part is a run of lines folded for one reason.
type Part struct {
	Kind Kind
	Why  string // in Italian, «sotto «Da / Inviato / A / Oggetto»»
	Text string
}

// Rest is all that is folded, in order, with an empty line between the parts.
func (s Split) Rest() string {
	texts := make([]string, len(s.Folded))
	for i, p := range s.Folded {
		texts[i] = p.Text
	}
	return strings.Join(texts, "\n\n")
}

// Text splits a plain text body.
func Text(body string) Split {
	raw := strings.SplitN(body, "\n", maxLines)
	s := survey(textLines(raw))
	var split Split
	var fresh []string
	for from := 0; from < len(raw); {
		to := s.run(from)
		text := trimBlank(strings.Join(raw[from:to], "\n"))
		switch {
		case text == "": // empty lines that two parts are parted by
		case s.kinds[from] == New:
			fresh = append(fresh, text)
		default:
			split.Folded = append(split.Folded, Part{s.kinds[from], s.why[from], text})
		}
		from = to
	}
	split.New = strings.Join(fresh, "\n\n")
	return split
}

// trimBlank takes empty lines from both ends and leaves the first line's indentation.
func trimBlank(s string) string {
	s = strings.TrimRight(s, " \t\r\n\u00a0")
	for {
		line, rest, ok := strings.Cut(s, "\n")
		if !ok || !isBlank(line) {
			return s
		}
		s = rest
	}
}

// run is the end of the run of lines of one kind that begins at from. Empty
// lines belong to what they follow, before an answer to the answer.
func (s *sorted) run(from int) int {
	end := from + 1
	for i := end; i < len(s.lines); i++ {
		if s.lines[i].blank() {
			continue
		}
		if s.kinds[i] != s.kinds[from] || s.why[i] != s.why[from] {
			return end
		}
		end = i + 1
	}
	return len(s.lines)
}
