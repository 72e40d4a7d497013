package mime

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// check holds what the package promises of every message.
func check(t *testing.T, m *Message) {
	t.Helper()
	if m.Root == nil {
		t.Fatal("no root")
	}
	if n := checkMessage(t, m, 0); n > maxParts+maxDepth {
		t.Errorf("%d parts", n)
	}
}

func checkMessage(t *testing.T, m *Message, depth int) (parts int) {
	t.Helper()
	checkLine(t, m.Subject, m.MessageID)
	checkLine(t, m.InReplyTo...)
	checkLine(t, m.References...)
	for name, value := range m.Header.All() {
		checkLine(t, name, value)
	}
	for _, list := range [][]Address{m.From, m.To, m.Cc, m.ReplyTo, m.Sender} {
		checkAddresses(t, list)
	}
	checkText(t, m.Text())
	checkText(t, m.HTML())
	for _, p := range m.Attachments() {
		if p.Filename == "" || len(p.Filename) > maxFilename || strings.ContainsAny(p.Filename, `/\`) {
			t.Errorf("file name %q", p.Filename)
		}
	}
	seen := map[string]bool{}
	for _, p := range m.Problems {
		if p == "" || seen[p] {
			t.Errorf("problem %q twice or empty", p)
		}
		seen[p] = true
	}
	return checkPart(t, m.Root, depth)
}

func checkPart(t *testing.T, p *Part, depth int) (parts int) {
	t.Helper()
	if depth >= maxDepth {
		t.Fatalf("depth %d", depth)
	}
	if major, minor, _ := strings.Cut(p.Type, "/"); !isToken(major) || !isToken(minor) || p.Type != strings.ToLower(p.Type) {
		t.Errorf("type %q", p.Type)
	}
	if p.Header.Len() > maxFields {
		t.Errorf("%d fields", p.Header.Len())
	}
	checkLine(t, p.Disposition, p.Filename, p.ContentID)
	for name, value := range p.Params {
		checkLine(t, name, value)
	}
	checkText(t, p.Text())
	parts = 1
	for _, c := range p.Children {
		parts += checkPart(t, c, depth+1)
	}
	if p.Message != nil {
		parts += checkMessage(t, p.Message, depth+1)
	}
	return parts
}

func checkAddresses(t *testing.T, list []Address) {
	t.Helper()
	if len(list) > maxAddresses {
		t.Errorf("%d addresses", len(list))
	}
	for _, a := range list {
		checkLine(t, a.Name, a.Addr)
		at := strings.LastIndexByte(a.Addr, '@')
		if a.Addr == "" && a.Name == "" || a.Addr != "" && (at < 1 || at == len(a.Addr)-1 || strings.ContainsAny(a.Addr[at:], " <>,;")) {
			t.Errorf("address %q", a)
		}
		if at > 0 && a.Addr[at:] != strings.ToLower(a.Addr[at:]) {
			t.Errorf("domain of %q", a.Addr)
		}
	}
}

func checkLine(t *testing.T, lines ...string) {
	t.Helper()
	for _, s := range lines {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || turnsDirection(r) || r == '\u2028' || r == '\u2029' }) {
			t.Errorf("line %q", s)
		}
	}
}

func checkText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		t.Errorf("text %.200q", s)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "From x\n\n", "a: b\r\rc", string(ordinary()),
		"Content-Type: multipart/mixed; boundary=\"a--\"\n\n--a--\n\nx\n--a----\n",
		"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQ29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgoK\n",
		"Content-Type: multipart/related; start=\"<a>\"\n\n--b\nContent-Type: text/html; charset=utf-7\n\n+ADw-\n--b\nContent-ID: <a>\nContent-Disposition: inline; filename*0*=utf-8''%E2%82; filename*1*=%AC.pdf\n\n",
		"Content-Type: text/plain; charset=iso-2022-jp\nSubject: =?x?q?=?= =?utf-8?B?4oI=?= =?utf-8?B?rA==?=\n\n\x1b$B$3\x1b(B\n",
		"Content-Type: text/plain; format=flowed; delsp=yes; name=\"\"\n\nuna \n> riga \nbegin 644 a.pdf\n$8VEA;P``\n`\nend\ncoda",
		"Content-Type: multipart/mixed; boundary=x y\n--x y\nContent-Type: multipart/related; boundary=\"x y--\"\n\n--x y--\nContent-Type: image/png\nContent-ID: <i.png@x>\n\n\n--x y--\nContent-Type: text/html\n\n<img src=cid:i.png@x>\n--x y----\n",
		"Content-Type: multipart/appledouble\n\n--a\nContent-Type: message/partial\n\n--a\nContent-Type: message/external-body\n\n--a\nContent-Type: text/enriched\nContent-Transfer-Encoding: x-uue\n\n$8VEA;P\n--a--\n",
		"From: [??]\nFrom: \"x\" <>, <<a@b.test>>\nSubject: \nSubject: \x1b$BF|\x1b(B\nContent-Type: message/rfc822\n\nContent-Type: text/plain; charset=utf-16\n\na\x00\n\x00",
		"Content-Transfer-Encoding: quoted-printable\n\n=\n=E8=\r\n =3D=zz  \n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { check(t, Read(raw)) })
}

func FuzzHeader(f *testing.F) {
	f.Add([]byte("Subject: =?utf-8*it?Q?a_=3D?=\r\n =?utf-8?B?w6k?=\r\nX : y\r\n\r\nbody"))
	f.Add([]byte("Content-Type: text/plain; name*0*=utf-8'it'%C3; name*1*=%A8; name=\"x\r\n\t"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, _ := ParseHeader(raw)
		for name, value := range h.All() {
			checkLine(t, name, value, h.Get(name), h.Raw(name))
			if !h.Has(name) {
				t.Errorf("%q not found", name)
			}
		}
		kind, params := parseParams(h.Raw("Content-Type"))
		checkLine(t, kind)
		for name, value := range params {
			checkLine(t, name, value, cleanFilename(value))
		}
	})
}

func FuzzAddressList(f *testing.F) {
	for _, tt := range addressTests {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) { checkAddresses(t, ParseAddressList(raw)) })
}

func FuzzMessageIDs(f *testing.F) {
	f.Add("<a@b> <c d@e>, f@g =?utf-8?Q?=3Ch=40i=3E?=")
	f.Fuzz(func(t *testing.T, raw string) {
		ids := ParseMessageIDs(raw)
		checkLine(t, ids...)
		for _, id := range ids {
			if id == "" || len(id) > maxMessageID || strings.ContainsAny(id, " <>") {
				t.Errorf("id %q", id)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, tt := range dateTests {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if date, ok := ParseDate(raw); ok == date.IsZero() || ok && (date.Year() < 1899 || date.Year() > 10000) {
			t.Errorf("%v, %v", date, ok)
		}
	})
}

func FuzzTextFromHTML(f *testing.F) {
	for _, tt := range htmlTests {
		f.Add(tt.html)
	}
	f.Fuzz(func(t *testing.T, body string) { checkText(t, TextFromHTML(body)) })
}

func FuzzClean(f *testing.F) {
	f.Add("\ufeffa\r\nb\rc\x00\u0085\u2028\xff")
	f.Fuzz(func(t *testing.T, s string) {
		checkText(t, CleanText(s))
		checkLine(t, CleanLine(s))
		if once := CleanText(CleanText(s)); !strings.HasPrefix(CleanText(s), "\ufeff") && once != CleanText(s) {
			t.Errorf("%q cleaned twice is %q", s, once)
		}
	})
}
