package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// guessCharset reads bytes whose charset is unknown. A few broken bytes in what is otherwise UTF-8 are
// shown as such; everything else is windows-1252, in which every byte is some character.
func guessCharset(b []byte) string {
	switch {
	case escapesJapanese(b):
		if out, err := japanese.ISO2022JP.NewDecoder().Bytes(b); err == nil && !mostlyReplaced(out) {
			return string(out)
		}
	case wideText(b):
		text, _ := decodeWide(b, "utf-16")
		return text
	}
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	if good > bad || bad == 0 {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return decode1252(b)
}

// escapesJapanese knows ISO-2022-JP (RFC 1468) by the escapes with which it turns to kanji and kana and
// which nothing else in mail begins with.
func escapesJapanese(b []byte) bool {
	for {
		i := bytes.IndexByte(b, 0x1b)
		if i < 0 || len(b) < i+3 {
			return false
		}
		if b = b[i+1:]; b[0] == '$' && (b[1] == 'B' || b[1] == '@') {
			return isASCII(b)
		}
	}
}

// wideText knows UTF-16 without a label: by its byte order mark, or because every second byte of a text
// of Latin letters is zero.
func wideText(b []byte) bool {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return true
	}
	const enough = 1 << 10
	b = b[:min(len(b), enough)]
	even, odd := zeros(b)
	return max(even, odd)*10 > len(b)*4 && min(even, odd)*10 < len(b)
}

// zeros counts the zero bytes at even and at odd places.
func zeros(b []byte) (even, odd int) {
	if bytes.IndexByte(b, 0) < 0 {
		return 0, 0
	}
	for i, c := range b {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// decodeWide reads UTF-16. The mark at its beginning outdoes the label, and so do the bytes: without a
// mark RFC 2781 wants the high byte first, and Windows writes it last. ok is false for what was written
// in one byte a character under this name.
func decodeWide(b []byte, label string) (text string, ok bool) {
	even, odd := zeros(b)
	marked := bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff})
	if !marked && even+odd == 0 && utf8.Valid(b) {
		return string(b), false
	}
	order := unicode.BigEndian
	if label == "utf-16le" || odd > even {
		order = unicode.LittleEndian
	}
	if even > odd {
		order = unicode.BigEndian
	}
	out, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(b)
	if err != nil {
		return decode1252(b), false
	}
	return string(out), true
}

func decode1252(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		s.WriteRune(charmap.Windows1252.DecodeByte(c))
	}
	return s.String()
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
