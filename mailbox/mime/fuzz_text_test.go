package mime

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzCharset(f *testing.F) {
	for _, label := range []string{"", "utf-8", "iso-8859-1", "utf-7", "utf-16", "utf-16le", "utf-32", "iso-2022-jp", "shift_jis", "gb18030", "hz-gb-2312", "big5", "euc-kr", "x-user-defined", "cp437", "koi8-r", "x-foo"} {
		f.Add([]byte("perch\xe9 \x1b$BF|K\\\x1b(B +AOk- \xff\xfe\x00a~{<:~}"), label)
	}
	f.Add([]byte("c\x00i\x00a\x00o\x00"), "")
	f.Fuzz(func(t *testing.T, b []byte, label string) {
		text, _ := decodeCharset(b, label)
		if checkText(t, CleanText(text)); !utf8.ValidString(text) && utf8.Valid(b) {
			t.Errorf("%q by %q: %q", b, label, text)
		}
		const widest, mark = 4, 8 // bytes that one becomes, and what stands for the end of a damaged text
		if len(text) > widest*len(b)+mark {
			t.Errorf("%d bytes by %q became %d", len(b), label, len(text))
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("=?utf-8?B?w6nDqcM=?= =?utf-8?Q?=A9?= x =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=")
	f.Add("=?utf-8?Q?abc =?x?q??==?a?b?==?=")
	f.Fuzz(func(t *testing.T, raw string) {
		got := decodeWords(raw)
		checkLine(t, CleanLine(got))
		if !strings.Contains(raw, "=?") && got != raw {
			t.Errorf("%q became %q", raw, got)
		}
	})
}

// What is joined is the text without the line ends and marks that were put in for the way.
func FuzzUnflow(f *testing.F) {
	f.Add("una \nriga\n> a \n>> b\n-- \n stuffed", true)
	f.Fuzz(func(t *testing.T, text string, delSp bool) {
		text = strings.ToValidUTF8(text, "") // as every text is once it is decoded
		letters := func(r rune) rune {
			if strings.ContainsRune(" \n>", r) {
				return -1
			}
			return r
		}
		if got := unflow(text, delSp); strings.Map(letters, got) != strings.Map(letters, text) || len(got) > 2*len(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func FuzzUU(f *testing.F) {
	f.Add([]byte("Ecco\nbegin 644 a.pdf\n$8VEA;P``\n`\nend\ncoda begin 1\nbegin 755 b\r\n#AAAA\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		pos, size := 0, 0
		for {
			file, found := nextUU(text, pos)
			if !found {
				break
			}
			if file.start < pos || file.end <= file.start || file.end > len(text) || file.name == "" {
				t.Fatalf("file at %d to %d from %d of %d", file.start, file.end, pos, len(text))
			}
			pos, size = file.end, size+len(file.data)
		}
		if out, _ := decodeUU(text); max(size, len(out)) > 3*len(text) {
			t.Errorf("%d bytes became %d", len(text), max(size, len(out)))
		}
	})
}
