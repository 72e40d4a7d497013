package mailbox

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// answerWithHistory is a message of about 10 kB as offices send them: plain
// text and HTML, both with what is answered below, and a signature's picture.
func answerWithHistory() []byte {
	const sentence = "Buongiorno, chiediamo un chiarimento sull’avviso 1.4.1: la scadenza è prorogata?"
	plain := strings.Repeat(sentence+"\r\n", 8) + "\r\nIl giorno lun 2 mar 2026 alle ore 10:15 Sportello <sportello@sportello.example> ha scritto:\r\n" + strings.Repeat("> "+sentence+"\r\n", 8)
	rich := "<html><head><style>p{margin:0}</style></head><body><div>" + strings.Repeat("<p style=\"color:#222\">"+sentence+"</p>\r\n", 8) +
		"<a href=\"https://comune.test/avviso\">avviso</a><img src=\"cid:logo@comune.test\"></div><blockquote type=\"cite\">" +
		strings.Repeat("<div>"+sentence+"<br></div>\r\n", 8) + "</blockquote></body></html>"
	picture := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("\x89PNG data"), 300))
	return []byte("Received: from mx.comune.test (mx.comune.test [192.0.2.1])\r\n\tby posta.sportello.example with ESMTPS id 4Yx1;\r\n\tMon, 2 Mar 2026 10:15:31 +0100\r\n" +
		"From: =?iso-8859-1?Q?Niccol=F2_Verdi?= <n.verdi@comune.test>\r\nTo: Sportello PNRR <sportello@sportello.example>\r\n" +
		"Subject: =?utf-8?Q?R=3A_Avviso_1=2E4=2E1_=E2=80=93_scadenza?=\r\nDate: Mon, 2 Mar 2026 10:15:30 +0100\r\nMessage-ID: <abc.1@comune.test>\r\n" +
		"In-Reply-To: <b@sportello.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=rel\r\n\r\n" +
		"--rel\r\nContent-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + plain +
		"\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + rich + "\r\n--alt--\r\n" +
		"--rel\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@comune.test>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture + "\r\n--rel--\r\n")
}

// BenchmarkRead is the whole way from bytes to what the desk files, with the
// history folded and the HTML made harmless.
func BenchmarkRead(b *testing.B) {
	raw := answerWithHistory()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Reader{}.Read(raw, false)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
