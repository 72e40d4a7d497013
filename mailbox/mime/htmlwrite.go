package mime

import (
	"strings"
	"unicode/utf8"
)

// text writes text with its white space collapsed, or as it is within pre.
func (w *textWriter) text(s string) {
	if w.pre > 0 {
		w.lines(s)
		return
	}
	for len(s) > 0 {
		end := strings.IndexAny(s, " \t\r\n\f")
		switch {
		case end == 0:
			w.space = w.space || w.started
			s = s[1:]
			continue
		case end < 0:
			end = len(s)
		}
		w.word()
		w.write(s[:end])
		s = s[end:]
	}
}

// lines writes text of pre.
func (w *textWriter) lines(s string) {
	for i := 0; ; i++ {
		line, rest, found := strings.Cut(s, "\n")
		if i > 0 {
			w.newline++
			w.space, w.started = false, false
		}
		if len(line) > 0 {
			w.word()
			w.write(line)
		}
		if !found {
			return
		}
		s = rest
	}
}

// write writes a run of text with its hard blanks as blanks, and none at the end of a line or of the
// whole text's beginning.
func (w *textWriter) write(s string) {
	for s != "" {
		end := strings.IndexFunc(s, isHardBlank)
		if end < 0 {
			end = len(s)
		}
		if end == 0 {
			_, size := utf8.DecodeRuneInString(s)
			w.blanks++
			s = s[size:]
			continue
		}
		for ; w.blanks > 0 && w.out.Len() > 0; w.blanks-- {
			w.put(" ")
		}
		w.blanks = 0
		w.put(s[:end])
		s = s[end:]
	}
}

func isHardBlank(r rune) bool { return r == ' ' || r == '\u00a0' }

// word writes what is due before a run of text.
func (w *textWriter) word() {
	if w.newline > 0 || w.out.Len() == 0 {
		w.startLine()
	} else if w.space {
		w.blanks++
	}
	w.space, w.started, w.marked = false, true, false
}

// startLine ends the line before and begins one behind the marks of the quotation it is in. More than
// two empty lines in a row say nothing.
func (w *textWriter) startLine() {
	const marksOfDepth = "> > > > > > > > > > "
	depth := w.deep(w.quote)
	w.blanks = 0
	if w.out.Len() > 0 {
		for i := range min(w.newline, 3) {
			if i > 0 {
				w.put(strings.TrimRight(marksOfDepth[:2*min(depth, w.above)], " "))
			}
			w.put("\n")
		}
	}
	w.newline, w.above = 0, depth
	w.write(marksOfDepth[:2*depth])
}

// deep is how many of n levels are shown. Once there is more text than pages of mail make of their
// HTML, none is: marks before each short line would make it longer than that.
func (w *textWriter) deep(n int) int {
	if w.out.Len() > w.limit/2 {
		return 0
	}
	return min(max(0, n), maxIndentation)
}

// put adds to the text. Its room is small, then all that can be needed: a buffer that doubled itself
// would take several times the text.
func (w *textWriter) put(s string) {
	if n := w.out.Len() + len(s); n > w.out.Cap() && n <= w.limit {
		w.grow(w.limit)
	}
	w.out.WriteString(s)
}

func (w *textWriter) grow(n int) {
	old := w.out
	w.out = &strings.Builder{}
	w.out.Grow(n)
	if old != nil {
		w.out.WriteString(old.String())
	}
}

// result is the text without empty lines at its end.
func (w *textWriter) result() string {
	text := strings.TrimRight(w.out.String(), "\n ")
	if len(text) < w.out.Cap()/2 {
		return strings.Clone(text)
	}
	return text
}

// closeLink writes where a link leads, unless its text says so already.
func (w *textWriter) closeLink() {
	target := w.link
	w.link = ""
	text := ""
	if w.linkStart < w.out.Len() {
		text = strings.TrimSpace(w.out.String()[w.linkStart:])
	}
	scheme, address, found := strings.Cut(target, ":")
	if !found || text == "" {
		return
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		address = target
	case "mailto", "tel":
	default:
		return
	}
	if plainTarget(text) != plainTarget(address) {
		w.space, w.blanks = false, 0
		w.put(" (" + address + ")")
	}
}

// plainTarget is an address without what people leave out when they write one.
func plainTarget(s string) string {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "http://"), "https://")
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
}
