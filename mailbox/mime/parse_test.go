package mime

import (
	"maps"
	"strings"
	"testing"
)

func TestDecodeWords(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"none", "ciao = ? ciao", "ciao = ? ciao"},
		{"Q", "=?iso-8859-1?Q?perch=E9_no?=", "perché no"},
		{"B", "=?UTF-8?B?cGVyY2jDqQ==?=", "perché"},
		{"blank between two is dropped", "=?utf-8?Q?a?= \t =?utf-8?Q?b?=", "ab"},
		{"blank beside text is kept", "a =?utf-8?Q?b?= c", "a b c"},
		{"glued to text", "a=?utf-8?Q?b?=c", "abc"},
		{"character split over words", "=?utf-8?Q?perch=C3?= =?utf-8?Q?=A9?=", "perché"},
		{"character split over words of two kinds", "=?utf-8?B?w6nDqcM=?= =?utf-8?Q?=A9?=", "ééé"},
		{"base64 group split over words", "=?utf-8?B?cGVyY2j?= =?utf-8?B?DqQ==?=", "perché"},
		{"base64 without padding", "=?utf-8?B?Y2lh?= =?utf-8?B?bw?=", "ciao"},
		{"blanks inside", "=?utf-8?Q?a b?=", "a b"},
		{"question mark inside", "=?utf-8?Q?perch=C3=A9??=", "perché?"},
		{"begins with an escape", "=?utf-8?Q?=C3=A9?=", "é"},
		{"language", "=?utf-8*it?Q?=C3=A9?=", "é"},
		{"unknown charset", "=?x-foo?Q?perch=E9?=", "perché"},
		{"lying charset", "=?utf-8?Q?perch=E9?=", "perché"},
		{"two charsets", "=?iso-8859-1?Q?=E9?= =?utf-8?Q?=C3=A9?=", "éé"},
		{"iso-2022-jp", "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
		{"never closed", "=?utf-8?Q?abc", "=?utf-8?Q?abc"},
		{"never closed, then one that is", "=?utf-8?Q?abc =?utf-8?Q?d?=", "=?utf-8?Q?abc d"},
		{"no such encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
		{"empty", "=?utf-8?Q??=", ""},
	} {
		if got := decodeWords(tt.raw); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestParseParams(t *testing.T) {
	for _, tt := range []struct {
		name, raw, value string
		params           map[string]string
	}{
		{"plain", `text/plain; charset=utf-8; format=flowed`, "text/plain", map[string]string{"charset": "utf-8", "format": "flowed"}},
		{"case", `Text/HTML; CharSet="UTF-8"`, "text/html", map[string]string{"charset": "UTF-8"}},
		{"blanks and empty ones", ` ;; text`, "", map[string]string{}},
		{"name with blanks and no quotes", `application/pdf; name=delibera di giunta.pdf; x=1`, "application/pdf", map[string]string{"name": "delibera di giunta.pdf", "x": "1"}},
		{"quote never closed", `application/pdf; name="a.pdf`, "application/pdf", map[string]string{"name": "a.pdf"}},
		{"escapes and Windows paths", `x/y; a="\"b\""; c="C:\dir\n.pdf"`, "x/y", map[string]string{"a": `"b"`, "c": `C:\dir\n.pdf`}},
		{"semicolon in quotes", `x/y; name="a;b.pdf"`, "x/y", map[string]string{"name": "a;b.pdf"}},
		{"comments", `text/plain (x); charset=us-ascii (Plain text)`, "text/plain", map[string]string{"charset": "us-ascii"}},
		{"no semicolon", `text/plain charset=utf-8`, "text/plain", map[string]string{"charset": "utf-8"}},
		{"twice", `x/y; a=1; a=2`, "x/y", map[string]string{"a": "1"}},
		{"encoded word", `x/y; name="=?utf-8?Q?perch=C3=A9.pdf?="`, "x/y", map[string]string{"name": "perché.pdf"}},
		{"RFC 2231", `x/y; name*=iso-8859-1'it'perch%E9.pdf`, "x/y", map[string]string{"name": "perché.pdf"}},
		{"RFC 2231 wins", `attachment; filename="perche.pdf"; filename*=utf-8''perch%C3%A9.pdf`, "attachment", map[string]string{"filename": "perché.pdf"}},
		{"continued", `x/y; name*0="a b"; name*1=".pdf"`, "x/y", map[string]string{"name": "a b.pdf"}},
		{"continued out of order", `x/y; name*1=".pdf"; name*0="a"`, "x/y", map[string]string{"name": "a.pdf"}},
		{"continued past nine", `x/y; n*0=0; n*1=1; n*2=2; n*3=3; n*4=4; n*5=5; n*6=6; n*7=7; n*8=8; n*9=9; n*10=a`, "x/y", map[string]string{"n": "0123456789a"}},
		{"continued, a character split", `x/y; name*0*=utf-8''perch%C3; name*1*=%A9; name*2=.pdf`, "x/y", map[string]string{"name": "perché.pdf"}},
		{"continued in encoded words", `x/y; name*0="=?utf-8?Q?perch=C3=A9"; name*1=".pdf?="`, "x/y", map[string]string{"name": "perché.pdf"}},
		{"percent without a charset", `x/y; name*=a%20b.pdf`, "x/y", map[string]string{"name": "a b.pdf"}},
		{"a boundary is no encoded word", `multipart/mixed; boundary="=?utf-8?Q?a?="`, "multipart/mixed", map[string]string{"boundary": "=?utf-8?Q?a?="}},
		{"a boundary with blanks and no quotes", `multipart/mixed; boundary=a b c; x=1`, "multipart/mixed", map[string]string{"boundary": "a b c", "x": "1"}},
		{"no value", `x/y; a; b=; =c`, "x/y", map[string]string{"b": ""}},
	} {
		value, params := parseParams(tt.raw)
		if value != tt.value || !maps.Equal(params, tt.params) {
			t.Errorf("%s: got %q %q, want %q %q", tt.name, value, params, tt.value, tt.params)
		}
	}
}

func TestCleanFilename(t *testing.T) {
	for raw, want := range map[string]string{
		"a.pdf":                           "a.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\x\delibera.pdf`:         "delibera.pdf",
		"fattura\u202efdp.exe":            "fatturafdp.exe",
		"a\x00b\r\n.pdf":                  "ab  .pdf",
		"..":                              "",
		" .nascosto. ":                    "nascosto",
		"dir/":                            "",
		strings.Repeat("è", 300) + ".pdf": strings.Repeat("è", 125) + ".pdf",
	} {
		if got := cleanFilename(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestFilename(t *testing.T) {
	for _, tt := range []struct{ name, header, want string }{
		{"only in the type", "Content-Type: application/pdf; name=a.pdf", "a.pdf"},
		{"the disposition wins", "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=b.pdf", "b.pdf"},
		{"raw Latin-1", "Content-Type: application/pdf; name=\"perch\xe9.pdf\"", "perché.pdf"},
		{"nothing left of it", "Content-Type: application/pdf; name=\"../\"", "allegato.pdf"},
		{"none", "Content-Type: application/x-foo", "allegato.bin"},
		{"none, a picture", "Content-Type: image/jpeg", "allegato.jpg"},
		{"only in the Content-ID, as Outlook does", "Content-Type: image/png\nContent-ID: <image001.png@01DC1234.5678>", "image001.png"},
		{"a Content-ID that is no name", "Content-Type: image/png\nContent-ID: <part1.01DC@x.test>", "allegato.png"},
		{"letters lost in one of two", "Content-Type: application/pdf; name=\"=?utf-8?Q?citt=C3=A0.pdf?=\"\nContent-Disposition: attachment; filename=\"citt?.pdf\"", "città.pdf"},
		{"a question mark in both", "Content-Type: application/pdf; name=\"b?.pdf\"\nContent-Disposition: attachment; filename=\"a?.pdf\"", "a?.pdf"},
	} {
		m := Read(lf(tt.header + "\n\nx"))
		if got := names(m); len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDecodeTransfer(t *testing.T) {
	for _, tt := range []struct {
		name, encoding, raw, want string
		ok                        bool
	}{
		{"base64", "base64", "Y2lh\r\nbw==\r\n", "ciao", true},
		{"base64 without padding", "base64", "Y2lhbw", "ciao", true},
		{"base64 with blanks", "base64", "Y2 lh\tbw==", "ciao", true},
		{"base64 with garbage", "base64", "Y2*lhbw==", "ciao", false},
		{"base64 cut within a group", "base64", "Y2lhb", "cia", false},
		{"base64 block by block", "base64", "Y2k=YW8=", "ciao", true},
		{"base64 with a footer", "base64", "Y2lhbw==\r\n-- \r\nLista comuni", "ciao", false},
		{"base64 that is text", "base64", "Buongiorno a tutti, ecco la delibera.", "Buongiorno a tutti, ecco la delibera.", false},
		{"uuencode", "x-uuencode", "begin 644 a.txt\r\n$8VEA;P  \r\n`\r\nend\r\n", "ciao", true},
		{"uuencode without begin", "uuencode", "$8VEA;P\r\n`\r\n", "ciao", true},
		{"uuencode with a foreign line", "x-uue", "begin 644 a.txt\r\nciao\r\n$8VEA;P``\r\nend\r\ncoda", "ciao", false},
		{"quoted-printable", "quoted-printable", "perch=C3=A9 =\r\nno=3D\r\n", "perché no=\r\n", true},
		{"lower case", "quoted-printable", "=c3=a9", "é", true},
		{"blanks at the end of a line", "quoted-printable", "a=20 \t\r\nb= \r\nc", "a \r\nbc", true},
		{"no escape", "quoted-printable", "a=b=", "a=b", false},
		{"as it is", "", "a=20", "a=20", true},
	} {
		encoding, known := transferEncoding(tt.encoding)
		if !known {
			t.Errorf("%s: encoding unknown", tt.name)
		}
		got, ok := decodeTransfer([]byte(tt.raw), encoding)
		if string(got) != tt.want || ok != tt.ok {
			t.Errorf("%s: got %q %v, want %q %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestDecodeCharset(t *testing.T) {
	for _, tt := range []struct {
		label, raw, want string
		ok               bool
	}{
		{"iso-8859-1", "\x80\xe8", "€è", true},
		{"latin1", "\xe8", "è", true},
		{"ISO_8859-15", "\xa4", "€", true},
		{"\"windows-1252\"", "\x92", "’", true},
		{"cp1252", "\x92", "’", true},
		{"x-cp437", "\x82", "é", true},
		{"macintosh", "\x8e", "é", true},
		{"gb2312", "\xc4\xe3", "你", true},
		{"koi8-r", "\xc4\xc1", "да", true},
		{"utf-16le", "c\x00i\x00", "ci", true},
		{"utf-16", "\xff\xfec\x00", "c", true},
		{"utf-32", "\x00\x00\x00c", "c", true},
		{"utf-16", "c\x00i\x00a\x00o\x00", "ciao", true}, // Windows, which writes no mark
		{"utf-16le", "\x00c\x00i\x00a\x00o", "ciao", true},
		{"utf-16be", "\xff\xfec\x00", "c", true},
		{"utf-8", "c\x00i\x00a\x00o\x00", "ciao", false},
		{"iso-8859-1", "\xfe\xff\x00c\x00i", "ci", false},
		{"", "\xff\xfec\x00i\x00", "ci", false},
		{"utf_8", "perché", "perché", true},
		{"cp65001", "perché", "perché", true},
		{"unknown-8bit", "perch\xe9", "perché", false},
		{"x-user-defined", "perch\xe9", "perché", false},
		{"latin-1", "\x80", "€", true},
		{"win-1252", "\x80", "€", true},
		{"windows1252", "\x80", "€", true},
		{"8859-15", "\xa4", "€", true},
		{"iso-8859-1:1987", "\xe9", "é", true},
		{"us_ascii", "a", "a", true},
		{"cp932", "\x93\xfa\x96{", "日本", true},
		{"euc_jp", "\xc6\xfc\xcb\xdc", "日本", true},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本", true},
		{"iso-2022-jp", "\x93\xfa\x96{", "日本", true}, // eight bits: it is Shift_JIS
		{"", "\x1b$BF|K\\\x1b(B", "日本", false},
		{"utf-8", "\x1b$BF|K\\\x1b(B", "日本", false},
		{"iso-8859-1", "\x1b$BF|K\\\x1b(B", "日本", false},
		{"", "a\x1b[1mb", "a\x1b[1mb", true}, // a terminal's colours
		{"iso-2022-kr", "ciao", "ciao", true},
		{"shift_jis", "\xff\xff\xff", "ÿÿÿ", false},
		{"utf-7", "+2D3eAA-", "😀", true},
		{"utf-7", "a+", "a", false},
		{"utf-7", "\xe8", "è", false},
		{"", "perché", "perché", true},
	} {
		if got, ok := decodeCharset([]byte(tt.raw), tt.label); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %q is %q %v, want %q %v", tt.label, tt.raw, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseHeader(t *testing.T) {
	h, rest := ParseHeader([]byte("Reporting-MTA: dns; mx.test\r\nx : =?utf-8?Q?=C3=A9?=\r\nX:\r\n\r\nFinal-Recipient: x"))
	if h.Len() != 3 || h.Get("reporting-mta") != "dns; mx.test" || h.Get("x") != "é" || h.Raw("X") != "=?utf-8?Q?=C3=A9?=" || len(h.Values("X")) != 2 || h.Has("y") {
		t.Errorf("header %v", maps.Collect(h.All()))
	}
	if string(rest) != "Final-Recipient: x" {
		t.Errorf("rest %q", rest)
	}
}

func TestHeaderCharset(t *testing.T) {
	m := Read([]byte("Subject: \xc4\xc1\nContent-Type: text/plain; charset=koi8-r\n\n\xc4\xc1\n"))
	if m.Subject != "да" || m.Header.Get("Subject") != "да" || m.Text() != "да\n" {
		t.Errorf("subject %q, text %q", m.Subject, m.Text())
	}
}

func TestClean(t *testing.T) {
	for raw, want := range map[string][2]string{ // as text, as a line
		"a\r\nb\rc\n":         {"a\nb\nc\n", "a  b c"},
		"\ufeffa\tb":          {"a\tb", "a b"},
		"a\x00\x1b\x7f\u0085": {"a", "a"},
		"a\u202eb":            {"a\u202eb", "ab"},
		"a\xff\u2028b":        {"a\ufffd\nb", "a\ufffd b"},
	} {
		if text, line := CleanText(raw), CleanLine(raw); text != want[0] || line != want[1] {
			t.Errorf("%q: text %q, line %q, want %q", raw, text, line, want)
		}
	}
}
