package mime

import (
	"bytes"
	"strings"
)

// text writes text with its white space collapsed, or as it is within pre.
func (w *textWriter) text(s []byte) {
	if w.pre > 0 {
		w.lines(s)
		return
	}
	for len(s) > 0 {
		end := bytes.IndexAny(s, " \t\r\n\f")
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
func (w *textWriter) lines(s []byte) {
	for i := 0; ; i++ {
		line, rest, found := bytes.Cut(s, []byte{'\n'})
		if i > 0 {
			w.newline++
			w.space, w.started = false, false
		}
		if line = bytes.TrimSuffix(line, []byte{'\r'}); len(line) > 0 {
			w.word()
			w.write(line)
		}
		if !found {
			return
		}
		s = rest
	}
}

// write writes a run of text with its hard blanks as blanks.
func (w *textWriter) write(s []byte) {
	hard := []byte("\u00a0")
	for {
		before, after, found := bytes.Cut(s, hard)
		w.out.Write(before)
		if !found {
			return
		}
		w.out.WriteByte(' ')
		s = after
	}
}

// word writes what is due before a run of text.
func (w *textWriter) word() {
	if w.newline > 0 || w.out.Len() == 0 {
		w.startLine()
	} else if w.space {
		w.out.WriteByte(' ')
	}
	w.space, w.started, w.marked = false, true, false
}

// startLine ends the line before and begins one behind the marks of the quotation it is in. More than
// two empty lines in a row say nothing.
func (w *textWriter) startLine() {
	const marksOfDepth = "> > > > > > > > > > "
	depth := min(w.quote, maxIndentation)
	marks := marksOfDepth[:2*depth]
	if w.out.Len() > 0 {
		for i := range min(w.newline, 3) {
			if i > 0 {
				w.out.WriteString(strings.TrimRight(marks[:2*min(depth, w.above)], " "))
			}
			w.out.WriteByte('\n')
		}
	}
	w.newline, w.above = 0, depth
	w.out.WriteString(marks)
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
		w.space = false
		w.out.WriteString(" (" + address + ")")
	}
}

// plainTarget is an address without what people leave out when they write one.
func plainTarget(s string) string {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "http://"), "https://")
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
}

// trimLines takes the blanks from the ends of lines (hard ones make empty lines) and the empty lines
// from both ends.
func trimLines(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for line := range strings.SplitSeq(strings.Trim(s, "\n "), "\n") {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight(line, " "))
	}
	return b.String()
}
