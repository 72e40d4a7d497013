package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Labels that mail uses and the WHATWG index does not know.
var moreCharsets = map[string]encoding.Encoding{
	"cp437": charmap.CodePage437, "ibm437": charmap.CodePage437,
	"cp850": charmap.CodePage850, "ibm850": charmap.CodePage850,
	"cp852": charmap.CodePage852, "ibm852": charmap.CodePage852,
	"cp855": charmap.CodePage855, "ibm855": charmap.CodePage855,
	"cp858": charmap.CodePage858, "ibm858": charmap.CodePage858,
	"cp860": charmap.CodePage860, "cp863": charmap.CodePage863,
	"cp865": charmap.CodePage865, "cp1047": charmap.CodePage1047,
	"hz-gb-2312": simplifiedchinese.HZGB2312,
	"utf-16":     unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf-32":     utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
	"utf-32be":   utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
	"utf-32le":   utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
	"cp936":      simplifiedchinese.GBK, "ansi": charmap.Windows1252,
	"macroman": charmap.Macintosh, "x-mac-roman": charmap.Macintosh,
}

// Beginnings of labels that senders misspell.
var charsetSpellings = [...]struct{ wrong, right string }{
	{"charset=", ""}, {"x-cp", "cp"}, {"cp-", "cp"}, {"cp_", "cp"}, {"windows_", "windows-"}, {"iso_", "iso-"},
}

// decodeCharset turns bytes into UTF-8 by the label a sender gave them. ok is false when the label was
// unknown or cannot be true, and the text is a guess: UTF-8 where the bytes are, else windows-1252.
// Labels mean what browsers take them to mean (WHATWG: iso-8859-1 is windows-1252), because that is
// what senders' programs mean too.
func decodeCharset(b []byte, label string) (text string, ok bool) {
	label = normalCharset(label)
	switch label {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unicode-1-1-utf-8":
		if utf8.Valid(b) {
			return string(b), true
		}
		return guessCharset(b), false
	case "utf-7", "unicode-1-1-utf-7", "utf7":
		return decodeUTF7(b)
	}
	enc := lookupCharset(label)
	if enc == nil {
		return guessCharset(b), isASCII(b)
	}
	if enc == charmap.Windows1252 && utf8.Valid(b) {
		// Text that is valid UTF-8 beyond ASCII is not windows-1252 by accident.
		return string(b), isASCII(b)
	}
	if wideCharset(label) && bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) {
		return string(b), false
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil || mostlyReplaced(out) {
		return guessCharset(b), false
	}
	return string(out), true
}

func normalCharset(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'<>"))
	if i := strings.IndexAny(label, " ;,("); i >= 0 {
		label = label[:i]
	}
	for _, s := range charsetSpellings {
		if rest, found := strings.CutPrefix(label, s.wrong); found {
			label = s.right + rest
		}
	}
	return label
}

// lookupCharset gives nil for a label that nobody knows.
func lookupCharset(label string) encoding.Encoding {
	if enc := moreCharsets[label]; enc != nil {
		return enc
	}
	for _, l := range []string{label, strings.Replace(label, "cp", "windows-", 1), strings.TrimPrefix(label, "x-")} {
		if enc, err := htmlindex.Get(l); err == nil && enc != encoding.Replacement {
			return enc
		}
	}
	return nil
}

func wideCharset(label string) bool {
	return strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32")
}

// guessCharset reads bytes whose charset is unknown. A few broken bytes in what is otherwise UTF-8 are
// shown as such; everything else is windows-1252, in which every byte is some character.
func guessCharset(b []byte) string {
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

func decode1252(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		s.WriteRune(charmap.Windows1252.DecodeByte(c))
	}
	return s.String()
}

// mostlyReplaced says that a decoder understood so little that its label must be wrong.
func mostlyReplaced(out []byte) bool {
	bad := bytes.Count(out, []byte("\ufffd"))
	return bad > 0 && bad*10 > utf8.RuneCount(out)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
