package mime

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF7 reads RFC 2152. The result is plain text like any other: what looks like markup in it is
// sanitised later, with the rest. ok is false where the bytes were not UTF-7.
func decodeUTF7(b []byte) (text string, ok bool) {
	if !isASCII(b) {
		return guessCharset(b), false
	}
	var s strings.Builder
	s.Grow(len(b))
	ok = true
	for i := 0; i < len(b); {
		if b[i] != '+' {
			s.WriteByte(b[i])
			i++
			continue
		}
		i++
		if i < len(b) && b[i] == '-' {
			s.WriteByte('+')
			i++
			continue
		}
		n, good := utf7Run(&s, b[i:])
		ok = ok && good
		i += n
		if i < len(b) && b[i] == '-' {
			i++
		}
	}
	return s.String(), ok
}

// utf7Run writes the UTF-16 characters of one base64 run and gives the length of the run.
func utf7Run(s *strings.Builder, b []byte) (n int, ok bool) {
	var bits uint32
	var have uint
	var high rune
	for ; n < len(b); n++ {
		v := base64Value[b[n]]
		if v == notBase64 {
			break
		}
		bits, have = bits<<6|uint32(v), have+6
		if have < 16 {
			continue
		}
		have -= 16
		unit := rune(bits >> have & 0xffff)
		switch {
		case high != 0:
			s.WriteRune(utf16.DecodeRune(high, unit))
			high = 0
		case unit >= 0xd800 && unit < 0xdc00:
			high = unit
		default:
			s.WriteRune(unit)
		}
	}
	if high != 0 {
		s.WriteRune(utf8.RuneError)
	}
	return n, n > 0 && high == 0
}
