package mime

import (
	"slices"
	"strings"
	"testing"
)

// part writes one part of a multipart with the boundary b.
func part(b, header, body string) string { return "--" + b + "\n" + header + "\n\n" + body + "\n" }

func multi(kind, b string, parts ...string) string {
	return "Content-Type: multipart/" + kind + "; boundary=\"" + b + "\"\n\n" + strings.Join(parts, "") + "--" + b + "--\n"
}

func nested(b, inner string) string { return "--" + b + "\n" + inner }

func TestBody(t *testing.T) {
	plain := part("x", "Content-Type: text/plain", "testo")
	rich := part("x", "Content-Type: text/html", "<p>testo</p>")
	for _, tt := range []struct {
		name, raw   string
		text, html  string
		attachments []string
	}{
		{name: "alternative", raw: multi("alternative", "x", plain, rich), text: "testo", html: "<p>testo</p>"},
		{name: "alternative the wrong way round", raw: multi("alternative", "x", rich, plain), text: "testo", html: "<p>testo</p>"},
		{name: "alternative with an empty text", raw: multi("alternative", "x", part("x", "Content-Type: text/plain", " "), rich), html: "<p>testo</p>"},
		{name: "alternative with an invitation", raw: multi("alternative", "x", plain, part("x", "Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR")), text: "testo", attachments: []string{"invito.ics"}},
		{name: "several inline texts are joined", raw: multi("mixed", "x", plain, part("x", "Content-Type: application/pdf; name=a.pdf", "x"), part("x", "Content-Type: text/plain", "fine")), text: "testo\n\nfine", attachments: []string{"a.pdf"}},
		{name: "a named text is an attachment", raw: multi("mixed", "x", plain, part("x", "Content-Type: text/plain; name=elenco.txt", "uno")), text: "testo", attachments: []string{"elenco.txt"}},
		{name: "a text with disposition attachment", raw: multi("mixed", "x", plain, part("x", "Content-Type: text/html\nContent-Disposition: attachment", "<p>")), text: "testo", attachments: []string{"allegato.html"}},
		{name: "the only part may have a name, and is a file too", raw: "Content-Type: text/plain; name=corpo.txt\n\ntesto", text: "testo", attachments: []string{"corpo.txt"}},
		{name: "a page with an empty name is shown, and is a file too", raw: multi("mixed", "x", plain, part("x", "Content-Type: text/html; name=\"\"", "<p>testo</p>")), text: "testo", html: "<p>testo</p>", attachments: []string{"allegato.html"}},
		{name: "text and HTML that are not the same text", raw: multi("mixed", "x", plain, part("x", "Content-Type: text/html", "<p>e <b>altro</b></p>")), text: "testo\n\ne altro", html: "<div style=\"white-space:pre-wrap\">testo</div>\n<p>e <b>altro</b></p>"},
		{name: "mixed that is an alternative", raw: multi("mixed", "x", plain, rich), text: "testo", html: "<p>testo</p>"},
		{name: "HTML only", raw: "Content-Type: text/html\n\n<p>testo</p>", html: "<p>testo</p>"},
		{name: "a report", raw: multi("report", "x", plain, part("x", "Content-Type: message/delivery-status", "Reporting-MTA: dns; mx.test"), part("x", "Content-Type: text/rfc822-headers", "Subject: x")), text: "testo", attachments: []string{"allegato.txt", "allegato.txt"}},
		{name: "a related page beside its picture and style", raw: multi("related", "x", rich, part("x", "Content-Type: text/plain\nContent-ID: <s>", "stile"), part("x", "Content-Type: image/png\nContent-ID: <i>", "x")), html: "<p>testo</p>", attachments: []string{"allegato.txt", "allegato.png"}},
		{name: "a related page that is not the first part", raw: strings.Replace(multi("related", "x", part("x", "Content-Type: text/plain\nContent-ID: <s>", "stile"), part("x", "Content-Type: text/html\nContent-ID: <p>", "<p>ciao</p>")), ";", "; start=\"<p>\";", 1), html: "<p>ciao</p>", attachments: []string{"allegato.txt"}},
		{name: "a related page behind its picture", raw: multi("related", "x", part("x", "Content-Type: image/png\nContent-ID: <i>", "x"), rich), html: "<p>testo</p>", attachments: []string{"allegato.png"}},
		{name: "related that is an alternative", raw: multi("related", "x", plain, rich, part("x", "Content-Type: image/png\nContent-ID: <i>", "x")), text: "testo", html: "<p>testo</p>", attachments: []string{"allegato.png"}},
		{name: "only a text of another kind", raw: "Content-Type: text/enriched\n\ntesto", text: "testo", attachments: []string{"allegato.bin"}},
		{name: "a text of another kind beside a better one", raw: multi("alternative", "x", plain, part("x", "Content-Type: text/enriched", "altro")), text: "testo", attachments: []string{"allegato.bin"}},
		{name: "signed", raw: multi("signed", "s", nested("s", multi("mixed", "x", plain)), part("s", "Content-Type: application/pkcs7-signature; name=smime.p7s", "x")), text: "testo", attachments: []string{"smime.p7s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Read(lf("From: a@x.test\n" + tt.raw))
			if m.Text() != tt.text || m.HTML() != tt.html || !slices.Equal(names(m), tt.attachments) {
				t.Errorf("text %q, html %q, attachments %q", m.Text(), m.HTML(), names(m))
			}
			check(t, m)
		})
	}
}

func TestInline(t *testing.T) {
	m := Read(lf(multi("related", "x",
		part("x", "Content-Type: text/html", `<img src="cid:logo%40x.test"><img src=CID:due>`),
		part("x", "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x.test>", "x"),
		part("x", "Content-Type: image/png; name=foto.png\nContent-ID: <foto@x.test>", "x"),
		part("x", "Content-Type: application/pdf; name=a.pdf\nContent-ID: <due>", "x"))))
	want := map[string]bool{"logo.png": true, "foto.png": false, "a.pdf": false}
	for _, p := range m.Attachments() {
		if p.Inline() != want[p.Filename] {
			t.Errorf("%s: inline %v", p.Filename, p.Inline())
		}
	}
	if len(m.Attachments()) != 3 {
		t.Errorf("attachments %q", names(m))
	}
}

func TestPartText(t *testing.T) {
	m := Read(lf("Content-Type: text/csv; name=a.csv; charset=iso-8859-1\n\npersonalit\xe0;1\n"))
	if p := m.Attachments()[0]; p.Text() != "personalità;1\n" || string(p.Body) != "personalit\xe0;1\r\n" {
		t.Errorf("text %q, body %q", p.Text(), p.Body)
	}
}

func TestUnflow(t *testing.T) {
	for _, tt := range []struct {
		name, raw, want string
		delSp           bool
	}{
		{name: "a paragraph", raw: "una \nriga\n\naltra\n", want: "una riga\n\naltra\n"},
		{name: "DelSp", raw: "parol \nona \nfine\n", want: "parolonafine\n", delSp: true},
		{name: "stuffed blanks", raw: " >no\n  due\n From x\n", want: ">no\n due\nFrom x\n"},
		{name: "quotations", raw: "> una \n> riga\n>> altra \n> fine\n", want: "> una riga\n>> altra \n> fine\n"},
		{name: "a signature is no paragraph", raw: "saluti \n-- \nMario\n", want: "saluti \n-- \nMario\n"},
		{name: "an empty quoted line", raw: ">\n> a\n", want: ">\n> a\n"},
		{name: "no end of line", raw: "una \nriga ", want: "una riga "},
		{name: "nothing", raw: "", want: ""},
	} {
		if got := unflow(tt.raw, tt.delSp); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	m := Read(lf("Content-Type: text/plain; format=\"Flowed\"; DelSp=Yes\n\ncia \no\n"))
	if m.Text() != "ciao\n" || m.Plain() != "cia \no\n" {
		t.Errorf("text %q, plain %q", m.Text(), m.Plain())
	}
}

// Plain is what stands in the text/plain parts, Text what the message says.
func TestPlain(t *testing.T) {
	m := Read(lf(multi("mixed", "x", part("x", "Content-Type: text/plain", "uno"), part("x", "Content-Type: text/html", "<p>due</p>"))))
	if m.Plain() != "uno" || m.Text() != "uno\n\ndue" {
		t.Errorf("plain %q, text %q", m.Plain(), m.Text())
	}
	m = Read(lf("Content-Type: text/html\n\n<p>due</p>"))
	if m.Plain() != "due" || m.Text() != "" {
		t.Errorf("plain %q, text %q", m.Plain(), m.Text())
	}
}

func TestWhatAPersonNeedNotSee(t *testing.T) {
	m := Read(lf(multi("appledouble", "x", part("x", "Content-Type: application/applefile", "x"), part("x", "Content-Type: application/pdf", "x"))))
	if a := m.Attachments(); !a[0].Wrapper || a[1].Wrapper {
		t.Errorf("resource fork %v, file %v", a[0].Wrapper, a[1].Wrapper)
	}
}

func TestDecodedNameOfAUUFile(t *testing.T) {
	m := Read(lf("From: a@x.test\n\nbegin 644 ../perch\xe9.pdf\n$8VEA;P``\n`\nend\n"))
	if p := m.Attachments()[0]; p.Filename != "perché.pdf" || p.Type != "application/pdf" || string(p.Body) != "ciao" {
		t.Errorf("name %q, type %q, body %q", p.Filename, p.Type, p.Body)
	}
}
