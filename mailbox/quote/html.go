package quote

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sportello/mailbox/mime"
)

// HTML splits an HTML body. Each Part is the piece of the body that its lines
// stand in; New is the body without them and without the elements that
// nothing is left in. Both are fragments: they are sanitised afterwards, which
// closes what was cut open.
func HTML(body string) Split {
	r := readHTML(body)
	s := survey(r.lines)
	var split Split
	for from := 0; from < len(r.lines); {
		to := s.run(from)
		if s.kinds[from] != New {
			piece := body[r.spans[from].start:r.spans[to-1].end]
			split.Folded = append(split.Folded, Part{s.kinds[from], s.why[from], piece})
		}
		from = to
	}
	if len(split.Folded) == 0 {
		return Split{New: body}
	}
	split.New = without(body, r.spans, s.kinds)
	return split
}

// span is where a line stands in the HTML: from its first text to its last.
type span struct{ start, end int }

// reading collects the lines of an HTML body and what its elements say of them.
type reading struct {
	lines []line
	spans []span

	text     strings.Builder
	at       span
	started  bool // the current line has text or an image
	space    bool
	image    bool
	says     says // of the next line
	quotes   []quotation
	depth    int
	hidden   int
	pre      int
	sign     atom.Atom // the element of a signature we are in, 0 for none
	signOpen int
}

func readHTML(body string) *reading {
	r := &reading{}
	z := mime.ReadHTML(body)
	for {
		kind := z.Next()
		at, end := z.At, z.End
		switch kind {
		case html.ErrorToken:
			r.endLine(false)
			r.lastLine()
			return r
		case html.TextToken:
			if r.hidden == 0 {
				r.addText(body[at:end], at)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			r.open(readTag(z.Tokenizer), span{at, end})
		case html.EndTagToken:
			name, _ := z.TagName()
			r.close(atom.Lookup(name))
		}
	}
}

// addText adds a text token, which within pre may hold several lines.
func (r *reading) addText(raw string, at int) {
	if r.pre == 0 {
		r.addWords(raw, at)
		return
	}
	for {
		line, rest, more := strings.Cut(raw, "\n")
		r.addWords(line, at)
		if !more {
			return
		}
		r.endLine(true)
		at += len(line) + 1
		raw = rest
	}
}

func (r *reading) addWords(raw string, at int) {
	if isBlank(raw) {
		r.space = r.space || raw != ""
		return
	}
	lead := len(raw) - len(strings.TrimLeft(raw, " \t\r\n\f"))
	r.begin(at + lead)
	r.at.end = at + len(strings.TrimRight(raw, " \t\r\n\f"))
	if r.text.Len() > maxLine {
		return
	}
	if (r.space || lead > 0) && r.text.Len() > 0 {
		r.text.WriteByte(' ')
	}
	between := ""
	for word := range strings.FieldsSeq(html.UnescapeString(clip(raw))) {
		r.text.WriteString(between)
		r.text.WriteString(word)
		between = " "
	}
	r.space = r.at.end < at+len(raw)
}

// begin starts a line at the first thing that is seen in it.
func (r *reading) begin(at int) {
	if !r.started {
		r.started, r.at.start = true, at
	}
}

// endLine ends the line. Where it is empty an empty line is kept if one is
// due: paragraphs end where something stands between them.
func (r *reading) endLine(empty bool) {
	if len(r.lines) >= maxLines {
		return
	}
	if !r.started {
		if empty && len(r.lines) > 0 && !r.lines[len(r.lines)-1].blank() {
			end := r.spans[len(r.spans)-1].end
			r.lines, r.spans = append(r.lines, line{depth: r.depth, bare: r.bare()}), append(r.spans, span{end, end})
		}
		r.space = false
		return
	}
	text := strings.TrimFunc(r.text.String(), isSpace)
	l := line{text: clip(text), width: len(text), depth: r.depth, says: r.says, image: r.image, bare: r.bare()}
	if r.depth == 0 {
		if t, depth := unmark(l.text); depth > 0 && !strings.HasPrefix(l.text, ">From ") {
			l.text, l.depth = strings.TrimFunc(t, isSpace), depth
		}
	}
	if r.sign != 0 {
		l.says |= saysSignature
	}
	r.lines, r.spans = append(r.lines, l), append(r.spans, r.at)
	r.text.Reset()
	r.started, r.space, r.image, r.says = false, false, false, 0
}

// lastLine takes what stands behind maxLines to the last line.
func (r *reading) lastLine() {
	if n := len(r.spans); r.started && n > 0 {
		r.spans[n-1].end = r.at.end
	}
}

func (r *reading) open(t tag, at span) {
	switch t.atom {
	case atom.Script, atom.Style, atom.Title:
		r.hidden++
		return
	case atom.Body:
		r.hidden = 0
	case atom.Br:
		r.endLine(true)
	case atom.Hr:
		r.endLine(false)
		r.says |= saysRule
	case atom.Img:
		if !t.pixel {
			r.begin(at.start)
			r.at.end, r.image = at.end, true
		}
	case atom.Blockquote:
		r.endLine(false)
		q := t.quotes()
		if q != quotationSure && r.introduced() {
			q = quotationSure
		}
		r.quotes = append(r.quotes, q)
		if q != quotationNo {
			r.depth++
		}
	case atom.Pre:
		r.endLine(false)
		r.pre++
	case atom.Td, atom.Th:
		r.space = true
	default:
		if breaks(t.atom) {
			r.endLine(t.atom == atom.P && !strings.HasPrefix(t.class, "mso"))
		}
	}
	r.says |= t.says()
	r.openSignature(t)
}

// bare reports whether all blockquotes we are in may be mere indentation.
func (r *reading) bare() bool {
	for _, q := range r.quotes[:min(len(r.quotes), 16)] {
		if q == quotationSure {
			return false
		}
	}
	return r.depth > 0
}

// introduced reports whether the line above ends as an introduction does: then
// a blockquote is a quotation whatever its style.
func (r *reading) introduced() bool {
	for i := len(r.lines) - 1; i >= 0; i-- {
		if !r.lines[i].blank() {
			return endsInColon(r.lines[i].text) && gradeAttribution(r.lines[i].text) > 0
		}
	}
	return false
}

func (r *reading) openSignature(t tag) {
	switch {
	case r.sign == 0 && t.signs() && !t.empty:
		r.endLine(false)
		r.sign, r.signOpen = t.atom, 1
	case r.sign != 0 && t.atom == r.sign && !t.empty:
		r.signOpen++
	}
}

func (r *reading) close(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Style, atom.Title:
		r.hidden = max(0, r.hidden-1)
		return
	case atom.Head:
		r.hidden = 0
	case atom.Blockquote:
		r.endLine(false)
		if n := len(r.quotes) - 1; n >= 0 {
			if r.quotes[n] != quotationNo {
				r.depth--
			}
			r.quotes = r.quotes[:n]
		}
	case atom.Pre:
		r.endLine(false)
		r.pre = max(0, r.pre-1)
	case atom.P:
		r.endLine(true)
	default:
		if breaks(tag) {
			r.endLine(false)
		}
	}
	if r.sign != 0 && tag == r.sign {
		if r.signOpen--; r.signOpen <= 0 {
			r.endLine(false)
			r.sign = 0
		}
	}
}

// breaks reports whether an element stands on lines of its own.
func breaks(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Dt, atom.Dd, atom.Dl, atom.Table, atom.Address, atom.Section,
		atom.Article, atom.Header, atom.Footer, atom.Center, atom.Fieldset, atom.Form, atom.Caption, atom.Option, atom.Main, atom.Nav,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Body, atom.Head:
		return true
	}
	return false
}
