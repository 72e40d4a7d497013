package mime

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// ordinary builds a message of about 10 kB as a municipality sends it: plain text, HTML, a signature's
// picture.
func ordinary() []byte {
	var b strings.Builder
	for i := range 4 {
		fmt.Fprintf(&b, "Received: from mx%d.comune.test (mx.comune.test [192.0.2.%d])\r\n\tby posta.sportello.example with ESMTPS id %032d;\r\n\tMon, 2 Mar 2026 10:15:3%d +0100\r\n", i, i, i, i)
	}
	b.WriteString("From: =?iso-8859-1?Q?Niccol=F2_Verdi?= <n.verdi@comune.test>\r\nTo: \"Sportello PNRR\" <sportello@sportello.example>, Ufficio Tecnico <ut@comune.test>\r\n" +
		"Subject: =?utf-8?B?UmljaGllc3RhIGNoaWFyaW1lbnRpIG1pc3VyYSAxLjQuMSDigJMgc2NhZGVuemE=?=\r\nDate: Mon, 2 Mar 2026 10:15:30 +0100\r\n" +
		"Message-ID: <abc.1@comune.test>\r\nReferences: <a@comune.test> <b@sportello.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"==rel\"\r\n\r\n" +
		"--==rel\r\nContent-Type: multipart/alternative; boundary=\"==alt\"\r\n\r\n--==alt\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	for range 20 {
		b.WriteString("Buongiorno, chiediamo un chiarimento sull=E2=80=99avviso: la scadenza =C3=A8 proro=\r\ngata?\r\n")
	}
	b.WriteString("--==alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>")
	for range 30 {
		b.WriteString("<p>Buongiorno, chiediamo un chiarimento sull’avviso: la scadenza è prorogata?</p>\r\n")
	}
	b.WriteString("</body></html>\r\n--==alt--\r\n--==rel\r\nContent-Type: image/png; name=\"logo.png\"\r\nContent-ID: <logo@comune.test>\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	writeBase64(&b, bytes.Repeat([]byte("\x89PNG data"), 320))
	b.WriteString("--==rel--\r\n")
	return []byte(b.String())
}

func writeBase64(b *strings.Builder, data []byte) {
	s := base64.StdEncoding.EncodeToString(data)
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n")
}

func BenchmarkReadOrdinary(b *testing.B) {
	raw := ordinary()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Read(raw)
	}
}

func BenchmarkReadAttachment(b *testing.B) {
	var s strings.Builder
	s.WriteString("From: a@comune.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nIn allegato.\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	writeBase64(&s, bytes.Repeat([]byte("%PDF-1.7 delibera di giunta\n"), 200_000))
	s.WriteString("--x--\r\n")
	raw := []byte(s.String())
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Read(raw)
	}
}

func BenchmarkReadText(b *testing.B) {
	raw := []byte("From: a@comune.test\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + strings.Repeat("La scadenza \xe8 prorogata per tutti i Comuni.\r\n", 50_000))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Read(raw)
	}
}

func BenchmarkTextFromHTML(b *testing.B) {
	body := strings.Repeat("<div class=x><p>La <b>scadenza</b> è <a href=\"https://comune.test/a\">qui</a>.</p><blockquote>prima<br>dopo</blockquote></div>\n", 5_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		TextFromHTML(body)
	}
}
