package richtext

import (
	"strings"
	"unicode/utf8"
)

// writeEscaped writes text or an attribute's value in the one form we use for
// both. Quotes are escaped everywhere, so the same bytes mean the same in either
// place, and the form is the one the HTML packages write.
func writeEscaped(b *strings.Builder, s string) {
	last := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&#34;"
		case '\'':
			esc = "&#39;"
		default:
			continue
		}
		b.WriteString(s[last:i])
		b.WriteString(esc)
		last = i + 1
	}
	b.WriteString(s[last:])
}

// cleanText drops what has no place in a text we show: controls, invalid UTF-8,
// and the characters that turn the direction of writing, which serve to make one
// address look like another.
func cleanText(s string) string {
	if !needsCleaning(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0x7f || isHidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd"))
}

func needsCleaning(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
			return true
		}
		// The characters isHidden names begin with E2 80 and E2 81; so do dashes and
		// curly quotes, which are in every mail.
		if c == 0xe2 {
			if r, _ := utf8.DecodeRuneInString(s[i:]); isHidden(r) {
				return true
			}
		}
	}
	return !utf8.ValidString(s)
}

// isHidden names the directional overrides, embeddings and isolates.
func isHidden(r rune) bool {
	return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
