package mailbox

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"sportello/helpdesk"
)

// crlf writes a fixture as it comes over the wire.
func crlf(s string) []byte {
	return []byte(strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\n", "\r\n"))
}

const plainMail = `
From: Mario Rossi <tecnico@comune.valcerva.bg.example>
To: sportello@centro.example
Subject: Prot. N.0004512 del 16/11/2026 - ribassi
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <a1@comune.valcerva.bg.example>
Content-Type: text/plain; charset=utf-8

Possiamo usare i ribassi?
`

func TestReadPlain(t *testing.T) {
	in := Reader{}.Read(crlf(plainMail), false)
	if in.From.Addr != "tecnico@comune.valcerva.bg.example" || in.From.Name != "Mario Rossi" {
		t.Errorf("from %+v", in.From)
	}
	if in.Text != "Possiamo usare i ribassi?" || in.Quoted != "" || in.HTML != "" {
		t.Errorf("text %q, quoted %q, html %q", in.Text, in.Quoted, in.HTML)
	}
	if in.Protocol != "4512 del 16/11/2026" {
		t.Errorf("protocol %q", in.Protocol)
	}
	if in.MessageID != "a1@comune.valcerva.bg.example" || in.Channel != helpdesk.ChannelMail || in.Automatic != "" || in.Problem != "" || in.Report != nil {
		t.Errorf("%+v", in)
	}
}

func TestReadAutomatic(t *testing.T) {
	for header, want := range map[string]bool{
		"":                                         false,
		"Auto-Submitted: no":                       false,
		"Auto-Submitted: No; owner=x":              false,
		"Auto-Submitted: auto-generated":           true,
		"Auto-Submitted: auto-replied":             true,
		"Precedence: bulk":                         true,
		"Precedence: first-class":                  false,
		"List-Id: <bandi.example>":                 true,
		"Return-Path: <>":                          true,
		"Return-Path: <a@b.example>":               false,
		"X-Ricevuta: avvenuta-consegna":            true,
		"X-Autoreply: yes":                         true,
		"Subject: Risposta automatica: sono fuori": true,
		"Subject: Fuori sede fino a lunedì":        true,
		"Subject: Lavori fuori sede comunale":      false,
		"From: MAILER-DAEMON@mx.example":           true,
		"From: noreply@pagopa.example":             true,
	} {
		raw := "To: s@centro.example\r\n" + header + "\r\n"
		if !strings.HasPrefix(header, "From:") {
			raw += "From: a@b.example\r\n"
		}
		in := Reader{}.Read([]byte(strings.ReplaceAll(raw, "\r\n\r\n", "\r\n")+"\r\nTesto\r\n"), false)
		if (in.Automatic != "") != want {
			t.Errorf("%q: automatic %q, want %v", header, in.Automatic, want)
		}
	}
}

const bounce = `
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: sportello@centro.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b
Auto-Submitted: auto-replied

--b
Content-Type: text/plain

Non consegnato.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; tecnico@comune.valcerva.bg.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 utente sconosciuto

--b
Content-Type: message/rfc822

From: sportello@centro.example
Message-ID: <ours@centro.example>
Subject: Re: saldo

testo
--b--
`

func TestReadBounce(t *testing.T) {
	in := Reader{}.Read(crlf(bounce), false)
	r := in.Report
	if r == nil || r.Kind != helpdesk.ReportFailed || r.Status != "5.1.1" || r.Recipient != "tecnico@comune.valcerva.bg.example" ||
		!strings.Contains(r.Diagnostic, "utente sconosciuto") {
		t.Fatalf("report %+v", r)
	}
	if len(in.ReportOf) != 1 || in.ReportOf[0] != "ours@centro.example" {
		t.Errorf("report of %q", in.ReportOf)
	}
	if in.Automatic == "" {
		t.Error("a bounce is not automatic")
	}
	if len(in.Attachments) != 1 || in.Attachments[0].Type != "message/rfc822" {
		t.Errorf("attachments %+v", in.Attachments)
	}
}

func TestReadPECReceipts(t *testing.T) {
	for value, want := range map[string]helpdesk.ReportKind{
		"accettazione": helpdesk.ReportAccepted, "avvenuta-consegna": helpdesk.ReportDelivered, "errore-consegna": helpdesk.ReportFailed,
		"Preavviso-errore-consegna": helpdesk.ReportDelayed,
	} {
		in := Reader{}.Read(crlf("From: posta-certificata@gestore.example\nSubject: CONSEGNA: Saldo\nX-Ricevuta: "+value+
			"\nX-Riferimento-Message-ID: <ours@pec.centro.example>\n\nRicevuta\n"), false)
		if in.Report == nil || in.Report.Kind != want || len(in.ReportOf) != 1 || in.ReportOf[0] != "ours@pec.centro.example" || in.Automatic == "" {
			t.Errorf("%s: %+v of %q, automatic %q", value, in.Report, in.ReportOf, in.Automatic)
		}
	}
}

const transport = `
From: "Per conto di: protocollo@pec.comune.valcerva.bg.example" <posta-certificata@gestore.example>
Reply-To: protocollo@pec.comune.valcerva.bg.example
To: sportello@centro.example
Subject: POSTA CERTIFICATA: Saldo
Message-ID: <opec1@gestore.example>
X-Trasporto: posta-certificata
X-Riferimento-Message-ID: <client1@valcerva.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Messaggio di posta certificata
--b
Content-Type: application/xml; name="daticert.xml"
Content-Transfer-Encoding: base64

PHBvc3RhY2VydC8+
--b
Content-Type: message/rfc822; name="postacert.eml"
Content-Disposition: attachment; filename="postacert.eml"

From: Comune di Valcerva <protocollo@pec.comune.valcerva.bg.example>
Subject: Saldo
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <opec1@gestore.example>
X-Riferimento-Message-ID: <client1@valcerva.example>
In-Reply-To: <prima@centro.example>

Quando arriva il saldo?
--b--
`

func TestReadTransportEnvelope(t *testing.T) {
	in := Reader{}.Read(crlf(transport), false)
	if in.Channel != helpdesk.ChannelPEC || in.From.Addr != "protocollo@pec.comune.valcerva.bg.example" || in.Subject != "Saldo" {
		t.Errorf("channel %s, from %+v, subject %q", in.Channel, in.From, in.Subject)
	}
	if in.Text != "Quando arriva il saldo?" || len(in.Attachments) != 0 {
		t.Errorf("text %q, attachments %d", in.Text, len(in.Attachments))
	}
	if in.MessageID != "opec1@gestore.example" || !contains(in.AlsoIDs, "client1@valcerva.example") || len(in.InReplyTo) != 1 {
		t.Errorf("ids %q %q %q", in.MessageID, in.AlsoIDs, in.InReplyTo)
	}
	if in.Automatic != "" {
		t.Errorf("a person's PEC looks automatic: %s", in.Automatic)
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// The courtesy copy by ordinary mail has the same body as the PEC.
func TestReadSameBody(t *testing.T) {
	pec := Reader{}.Read(crlf(transport), false)
	i := strings.Index(transport, "From: Comune di Valcerva")
	courtesy := Reader{}.Read(crlf(strings.TrimSuffix(transport[i:], "--b--\n")), false)
	if !bytes.Equal(pec.BodyHash, courtesy.BodyHash) {
		t.Error("a message and its copy have different body hashes")
	}
	other := Reader{}.Read(crlf(plainMail), false)
	if bytes.Equal(pec.BodyHash, other.BodyHash) {
		t.Error("two messages have one body hash")
	}
}

func TestReadOutlookHTMLFoldsTheHistory(t *testing.T) {
	in := Reader{}.Read(crlf(`
From: a@b.example
Subject: R: Saldo
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Va bene.

Da: Sportello <s@centro.example>
Inviato: martedì 24 novembre 2026 10:02
A: Rossi
Oggetto: Saldo

Gentile
--b
Content-Type: text/html; charset=utf-8

<p>Va bene.</p><div><p><b>Da:</b> Sportello</p></div>
--b--
`), false)
	if in.Text != "Va bene." || in.HTML != "" || !strings.Contains(in.Quoted, "Gentile") {
		t.Errorf("text %q, html %q, quoted %q", in.Text, in.HTML, in.Quoted)
	}
}

func TestReadNothing(t *testing.T) {
	for _, raw := range []string{"", "\r\n", "garbage", "\x00\xff\xfe", "From: a@b.example\r\n\r\n"} {
		if in := (Reader{}).Read([]byte(raw), false); in.Problem == "" {
			t.Errorf("%q has no problem: %+v", raw, in)
		}
	}
}

func checkFit(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		t.Fatalf("unfit string %q", s)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{plainMail, bounce, transport} {
		f.Add(crlf(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := Reader{}.Read(raw, len(raw)%2 == 0)
		for _, s := range []string{in.Subject, in.Text, in.Quoted, in.HTML, in.From.Name, in.From.Addr, in.MessageID, in.Protocol, in.Problem, in.Automatic} {
			checkFit(t, s)
		}
		if in.Channel == "" || len(in.BodyHash) == 0 {
			t.Fatal("incomplete")
		}
	})
}
