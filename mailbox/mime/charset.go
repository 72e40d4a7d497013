package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
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
	"utf-32":     utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
	"utf-32be":   utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
	"utf-32le":   utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM),
	"cp936":      simplifiedchinese.GBK, "euc-cn": simplifiedchinese.GBK, "ansi": charmap.Windows1252,
	"macroman": charmap.Macintosh, "x-mac-roman": charmap.Macintosh, "cp037": charmap.CodePage037,
	"cp932": japanese.ShiftJIS, "cp949": korean.EUCKR, "cp950": traditionalchinese.Big5,
	"iso-2022-jp-1": japanese.ISO2022JP, "iso-2022-jp-2": japanese.ISO2022JP, "iso-2022-jp-ms": japanese.ISO2022JP,
}

// Labels with which a program says that it does not know the charset itself.
var noCharset = map[string]bool{
	"": true, "us-ascii": true, "ascii": true, "utf-8": true, "utf8": true, "unicode-1-1-utf-8": true, "cp65001": true, "utf8mb4": true,
	"unknown": true, "unknown-8bit": true, "x-unknown": true, "x-user-defined": true, "default": true, "none": true, "binary": true, "8bit": true,
}

// Beginnings of labels that senders misspell.
var charsetSpellings = [...]struct{ wrong, right string }{
	{"charset=", ""}, {"x-cp", "cp"}, {"cp-", "cp"}, {"cp_", "cp"}, {"windows_", "windows-"}, {"windows1", "windows-1"},
	{"win-", "windows-"}, {"win1", "windows-1"}, {"iso_", "iso-"}, {"iso-8859_", "iso-8859-"}, {"iso8859_", "iso-8859-"},
	{"8859-", "iso-8859-"}, {"utf_", "utf-"}, {"us_", "us-"}, {"euc_", "euc-"}, {"latin-", "latin"},
}

// decodeCharset turns bytes into UTF-8 by the label a sender gave them. ok is false when the label was
// unknown or cannot be true, and the text is a guess: UTF-8 where the bytes are, else windows-1252.
// Labels mean what browsers take them to mean (WHATWG: iso-8859-1 is windows-1252), because that is
// what senders' programs mean too.
func decodeCharset(b []byte, label string) (text string, ok bool) {
	label = normalCharset(label)
	if noCharset[label] {
		if escaped := escapesJapanese(b); !escaped && !wideText(b) && utf8.Valid(b) {
			return string(b), true
		}
		return guessCharset(b), false
	}
	switch label {
	case "utf-7", "unicode-1-1-utf-7", "utf7":
		return decodeUTF7(b)
	case "utf-16", "utf-16le", "utf-16be":
		return decodeWide(b, label)
	}
	enc := lookupCharset(label)
	if enc == nil {
		return guessCharset(b), isASCII(b)
	}
	if enc == charmap.Windows1252 && (utf8.Valid(b) || wideText(b)) {
		// Text that is valid UTF-8 beyond ASCII is not windows-1252 by accident.
		return guessCharset(b), isASCII(b) && !escapesJapanese(b)
	}
	if enc == japanese.ISO2022JP && !isASCII(b) {
		enc = japanese.ShiftJIS // it has seven bits; who writes eight under its name writes this
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil || mostlyReplaced(out) {
		return guessCharset(b), false
	}
	return string(out), true
}

func normalCharset(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'<>"))
	if i := strings.IndexAny(label, " ;,(:"); i >= 0 {
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

// mostlyReplaced says that a decoder understood so little that its label must be wrong.
func mostlyReplaced(out []byte) bool {
	bad := bytes.Count(out, []byte("\ufffd"))
	return bad > 0 && bad*10 > utf8.RuneCount(out)
}
