package mime

import (
	"bytes"
	"strings"
	"testing"
)

// Reading takes less than four times the message: what is allocated altogether bounds what is
// held at any moment.
func TestMemory(t *testing.T) {
	const size, fixed = 8 << 20, 256 << 10
	var encoded strings.Builder
	writeBase64(&encoded, bytes.Repeat([]byte("%PDF-1.7 delibera di giunta\n"), size/28))
	file := "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + encoded.String()
	text := strings.Repeat("La scadenza è prorogata per tutti i Comuni.\n", size/45)
	var rich strings.Builder
	for rich.Len() < size {
		rich.WriteString("<p>La <b>scadenza</b> è <a href=\"https://comune.test/a\">qui</a>.</p>\n")
	}
	for name, raw := range map[string]string{
		"a file":                 file,
		"a file among texts":     multi("mixed", "x", part("x", "Content-Type: text/plain", "testo"), "--x\n"+file),
		"a file in a message":    "Content-Type: message/rfc822\n\n" + file,
		"text":                   "Content-Type: text/plain; charset=utf-8\n\n" + text,
		"text with CRLF":         "Content-Type: text/plain; charset=utf-8\n\n" + strings.ReplaceAll(text, "\n", "\r\n"),
		"text in windows-1252":   "Content-Type: text/plain; charset=iso-8859-1\n\n" + strings.ReplaceAll(text, "è", "\xe8"),
		"text, quoted-printable": "Content-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(text, "è", "=E8"),
		"flowed text":            "Content-Type: text/plain; format=flowed; charset=utf-8\n\n" + strings.ReplaceAll(text, ".\n", " \n"),
		"HTML":                   "Content-Type: text/html; charset=utf-8\n\n" + rich.String(),
		"lines of CR":            "Content-Type: text/plain; charset=utf-8\r\r" + strings.ReplaceAll(text, "\n", "\r"),
	} {
		message := []byte(raw)
		if got := allocatedBy(func() { Read(message) }); got > 4*uint64(len(message))+fixed {
			t.Errorf("%s: %.1f times the message", name, float64(got)/float64(len(message)))
		}
	}
}
