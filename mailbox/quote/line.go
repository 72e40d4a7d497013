package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a line of a body as the rules see it.
type line struct {
	text  string // without the marks of quotation; at most maxLine bytes of it
	width int    // of the line as it came, in bytes
	depth int    // levels of quotation
	says  says
	image bool // it has an image: not empty, even without text
	bare  bool // its depth comes from a blockquote that need not be a quotation

	field field  // the field of a copied header that it may be
	value string // and its value
}

// says is what the HTML says of a line beyond its text.
type says uint8

const (
	saysIntroduces says = 1 << iota // first in an element that introduces a quotation, if its words agree
	saysHistory                     // first in an element that holds an earlier message
	saysRule                        // below a horizontal rule or border
	saysSignature                   // within the element of a signature
)

// maxLine is how much of a line the rules look at: what introduces a
// quotation is shorter, and pages of text in one line must not cost more.
const maxLine = 600

// maxLines bounds the work: all that follows counts as one line.
const maxLines = 20_000

func (l line) blank() bool { return l.text == "" && !l.image && l.depth == 0 }

// textLines reads the marks of quotation.
func textLines(raw []string) []line {
	lines := make([]line, len(raw))
	for i, r := range raw {
		text, depth := unmark(r)
		if depth > 0 && (strings.HasPrefix(text, "From ") && strings.HasPrefix(r, ">From ") || closesAddress(lines[:i], text)) {
			// «>From» is what an mbox made of «From»; «>:» is the end of an
			// address that a program folded.
			text, depth = r, 0
		}
		lines[i] = line{text: clip(strings.TrimFunc(text, isSpace)), width: len(r), depth: depth}
	}
	adoptFolded(lines)
	return lines
}

// unmark takes the «>» from the beginning of a line.
func unmark(s string) (text string, depth int) {
	for {
		t := strings.TrimLeftFunc(s, isSpace)
		if !strings.HasPrefix(t, ">") {
			return s, depth
		}
		depth++
		s = t[1:]
	}
}

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u200e' || r == '\u200f'
}

func isBlank(s string) bool { return strings.TrimFunc(s, isSpace) == "" }

func clip(s string) string { return clipTo(s, maxLine) }

func clipTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// closesAddress reports whether the text of a line only ends the address that
// the line before left open: «Anna <a@b.example» «>:».
func closesAddress(before []line, text string) bool {
	if len(before) == 0 || len(text) > 20 || !strings.HasSuffix(strings.TrimRightFunc(text, isSpace), ":") {
		return false
	}
	l := before[len(before)-1]
	return l.depth == 0 && strings.LastIndexByte(l.text, '<') > strings.LastIndexByte(l.text, '>')
}

// Programs fold a long quoted line and leave the rest without a mark: «> … una
// riga lunga che va a» «capo qui» «> e continua». Such a rest is told from an
// answer by the line before, which was full and in the middle of a sentence.
const fullLine = 72

func adoptFolded(lines []line) {
	for i := 1; i+1 < len(lines); i++ {
		l, before := &lines[i], lines[i-1]
		if l.depth > 0 || l.blank() || before.depth == 0 || lines[i+1].depth == 0 {
			continue
		}
		if goesOn(before, l.text) || leavesOpen(before.text) || strings.HasPrefix(l.text, "(http") || strings.HasPrefix(l.text, "<http") {
			l.depth = before.depth
		}
	}
}

func goesOn(before line, text string) bool {
	start := first(text)
	last, _ := utf8.DecodeLastRuneInString(before.text)
	word, _, _ := strings.Cut(text, " ")
	full := before.width+1+len(word) > fullLine
	return full && !strings.ContainsRune(".?!:;", last) && !unicode.IsUpper(start) && !unicode.IsDigit(start)
}

// leavesOpen reports whether a line ends within an address in brackets.
func leavesOpen(text string) bool {
	at := strings.LastIndex(text, "http")
	return at > 0 && (text[at-1] == '(' && !strings.Contains(text[at:], ")") || text[at-1] == '<' && !strings.Contains(text[at:], ">"))
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
