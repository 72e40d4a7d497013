package mime

import (
	"strings"
	"unicode/utf8"
)

// CleanText makes a body fit to be stored and shown: valid UTF-8, line ends as "\n", no NUL and no
// other control character but "\n" and "\t", no byte order mark in front.
func CleanText(s string) string { return clean(s, false) }

// CleanLine does the same for what must stay on one line: breaks and tabs become spaces, the ends are
// trimmed, and the characters that turn the direction of writing are taken out, because they make the
// rest of a line, ours too, read backwards.
func CleanLine(s string) string { return strings.TrimSpace(clean(s, true)) }

func clean(s string, line bool) string {
	s = strings.TrimPrefix(s, "\ufeff")
	i := firstUnclean(s, line)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for start := 0; ; {
		b.WriteString(s[start:i])
		if i == len(s) {
			return b.String()
		}
		n := replaceUnclean(&b, s[i:], line)
		start = i + n
		i = start + firstUnclean(s[start:], line)
	}
}

// firstUnclean gives the index of the first character that clean has to replace, or len(s).
func firstUnclean(s string, line bool) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f || !line && (c == '\n' || c == '\t') {
			i++
			continue
		}
		if c < 0x80 {
			return i
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < 0xa0 || r == '\u2028' || r == '\u2029' || line && turnsDirection(r) {
			return i
		}
		i += n
	}
	return len(s)
}

// turnsDirection knows the embeddings, overrides and isolates of UAX #9.
func turnsDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// replaceUnclean writes what stands for the unclean character at the start of s and gives its length.
func replaceUnclean(b *strings.Builder, s string, line bool) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '\r' && len(s) > 1 && s[1] == '\n' && !line:
		// The newline that follows is kept by itself.
	case r == '\r' || r == '\u0085' && line || r == '\u2028' || r == '\u2029':
		if line {
			b.WriteByte(' ')
		} else {
			b.WriteByte('\n')
		}
	case r == '\n' || r == '\t':
		b.WriteByte(' ')
	case r == utf8.RuneError: // bytes that are no UTF-8
		b.WriteRune(utf8.RuneError)
	}
	return n
}
