package pnrr

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as the scanners read it: lower-case ASCII, compatibility
// forms resolved (NFKC), any dash a '-', any run of white space one ' ', or
// one '\n' if it has an empty line, which ends a thought.
type folded struct {
	b     []byte
	marks []mark
	size  int // of the text, bytes
}

// mark says that b[at] comes from text[in]; up to the next mark each byte is
// one byte further.
type mark struct{ at, in int }

const (
	otherLetter = 0xff // of a script that no code is written in
	otherSign   = 0x01
	money       = '$' // any currency
)

// plain maps the ASCII characters that stand for themselves, in lower case;
// the others need a look.
var plain = func() (t [256]byte) {
	for c := byte('!'); c < utf8.RuneSelf; c++ {
		t[c] = c
		if 'A' <= c && c <= 'Z' {
			t[c] = c + 'a' - 'A'
		}
	}
	t['<'], t['&'] = 0, 0
	return t
}()

func fold(text string) folded {
	f := folded{b: make([]byte, 0, len(text)), size: len(text)}
	for i := 0; i < len(text); {
		if c := plain[text[i]]; c != 0 {
			f.b, i = append(f.b, c), i+1
			continue
		}
		if text[i] == ' ' && i+1 < len(text) && plain[text[i+1]] != 0 {
			f.b, i = append(f.b, ' '), i+1
			continue
		}
		before := len(f.b)
		n, blank := space(text[i:])
		if n > 0 {
			f.put(blank)
		} else {
			n = f.foldRune(text[i:])
		}
		i += n
		if len(f.b)-before != n {
			f.remember(i)
		}
	}
	return f
}

// remember marks that b goes on at text[in].
func (f *folded) remember(in int) {
	if last := len(f.marks) - 1; last >= 0 && f.marks[last].at == len(f.b) {
		f.marks[last].in = in // what lies between is dropped
		return
	}
	f.marks = append(f.marks, mark{len(f.b), in})
}

func (f *folded) put(c byte) { f.b = append(f.b, c) }

// offset is where in the text b[at] comes from.
func (f *folded) offset(at int) int {
	if at >= len(f.b) {
		return f.size
	}
	i, ok := slices.BinarySearchFunc(f.marks, at, func(m mark, at int) int { return m.at - at })
	if !ok {
		i--
	}
	if i < 0 {
		return at
	}
	return f.marks[i].in + at - f.marks[i].at
}

// space is the length in bytes of the white space at the start of s, with what
// HTML leaves of it, and the byte it is folded into.
func space(s string) (n int, as byte) {
	lines := 0
	for n < len(s) {
		switch c := s[n]; {
		case c == '\n':
			lines++
			n++
		case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f':
			n++
		case c == '&':
			k := entity(s[n:])
			if k == 0 {
				return n, blankOf(lines)
			}
			n += k
		case c == '<':
			k := tag(s[n:])
			if k == 0 {
				return n, blankOf(lines)
			}
			n += k
		case c < utf8.RuneSelf:
			return n, blankOf(lines)
		default:
			r, k := utf8.DecodeRuneInString(s[n:])
			if !unicode.IsSpace(r) {
				return n, blankOf(lines)
			}
			n += k
		}
	}
	return n, blankOf(lines)
}

func blankOf(lines int) byte {
	if lines > 1 {
		return '\n'
	}
	return ' '
}

func entity(s string) int {
	for _, e := range [...]string{"&nbsp;", "&#160;", "&#xa0;"} {
		if len(s) >= len(e) && strings.EqualFold(s[:len(e)], e) {
			return len(e)
		}
	}
	return 0
}

const maxTag = 80 // bytes

// tag is the length of an HTML tag at the start of s. An address or anything
// else in angle brackets is none.
func tag(s string) int {
	s = s[:min(len(s), maxTag)]
	name := strings.TrimPrefix(s[1:], "/")
	end := 0
	for end < len(name) && (isLetter(name[end]|0x20) || isDigit(name[end])) {
		end++
	}
	switch strings.ToLower(name[:end]) {
	case "b", "i", "u", "p", "a", "br", "em", "strong", "span", "div", "font", "li", "td", "tr", "th", "h1", "h2", "h3", "h4":
	default:
		return 0
	}
	if end == len(name) || !strings.ContainsRune(" />", rune(name[end])) {
		return 0
	}
	closing := strings.IndexAny(s[1:], "<>")
	if closing < 0 || s[1+closing] == '<' {
		return 0
	}
	return closing + 2
}

// foldRune folds the rune at the start of s and gives its length.
func (f *folded) foldRune(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && n <= 1:
		f.put(otherSign)
	case r < utf8.RuneSelf:
		f.put(max(byte(r), otherSign))
	case unicode.Is(unicode.Pd, r) || r == '\u2212' || r == '·':
		f.put('-')
	case r == '°' || r == 'º' || r == 'ª':
		f.put('.') // n° 2 and 5ª
	case r == '’' || r == '‘':
		f.put('\'')
	case r == '“' || r == '”' || r == '«' || r == '»':
		f.put('"')
	case unicode.Is(unicode.Sc, r):
		f.put(money)
	case unicode.In(r, unicode.Mn, unicode.Cf):
		// An accent on its own, or a character without width.
	case unicode.Is(unicode.No, r):
		f.put(otherLetter) // the ² of m² is no digit of a code
	default:
		f.decompose(r, s[:n])
	}
	return n
}

func (f *folded) decompose(r rune, s string) {
	d := norm.NFKD.PropertiesString(s).Decomposition()
	before := len(f.b)
	for _, c := range d {
		switch {
		case 'A' <= c && c <= 'Z':
			f.put(c + 'a' - 'A')
		case ' ' <= c && c < utf8.RuneSelf:
			f.put(c)
		}
	}
	if len(f.b) > before {
		return
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		f.put(otherLetter)
		return
	}
	f.put(otherSign)
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) || c == otherLetter }
