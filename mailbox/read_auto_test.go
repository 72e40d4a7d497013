package mailbox

import (
	"slices"
	"testing"

	"sportello/helpdesk"
)

// A responder says what it is in a header; where only its subject does,
// something else must agree before its words leave the queue.
func TestReadVacation(t *testing.T) {
	for header, vacation := range map[string]bool{
		"Auto-Submitted: auto-replied":                                        true,
		"Auto-Submitted: auto-replied (vacation)":                             true,
		"Auto-Submitted: auto-generated":                                      false, // protocol software
		"Auto-Submitted: no\nSubject: Risposta automatica: Saldo":             false,
		"Auto-Submitted: auto-generated\nSubject: Risposta automatica: Saldo": true, // Exchange
		"X-Auto-Response-Suppress: All\nSubject: Automatic reply: Saldo":      true,
		"X-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: R: Saldo":     false, // Exchange, people's mail
		"Return-Path: <>\nSubject: Fuori sede: Saldo":                         true,
		"Return-Path: <>\nSubject: Abwesenheitsnotiz: Saldo":                  true,
		"Return-Path: <>\nSubject: Réponse automatique : Saldo":               true,
		"Return-Path: <>\nSubject: Respuesta automática: Saldo":               true,
		"X-Autoreply: yes":       true,
		"X-Autorespond: no":      false,
		"Precedence: auto_reply": true,
		"Subject: Fuori ufficio": false,
		"Subject: Assenza di riscontro al quesito\nX-Auto-Response-Suppress: All":     false,
		"Subject: Risposta automatica del portale alla domanda\nIn-Reply-To: <x@y.z>": false,
	} {
		in := Reader{}.Read(crlf("From: a@b.example\n"+header+"\n\nSono assente fino al 7.\n"), false)
		if got := in.Report != nil && in.Report.Kind == helpdesk.ReportVacation; got != vacation {
			t.Errorf("%q: vacation %v, want %v", header, got, vacation)
		}
	}
}

func TestReadAutomaticByWords(t *testing.T) {
	for header, want := range map[string]bool{
		"Subject: Risposta automatica: Saldo":                      true,
		"Subject: Out of Office: Saldo":                            true,
		"Subject: Messaggio di assenza":                            true,
		"Subject: Absence du bureau":                               true,
		"Subject: Fuera de la oficina":                             true,
		"Subject: Re: Risposta automatica":                         false,
		"Subject: Assenza del responsabile: chi firma?":            false,
		"Subject: Out of Office: Saldo\nAuto-Submitted: no":        false,
		"Subject: Saldo\nX-Auto-Response-Suppress: OOF, AutoReply": false,
		"List-Unsubscribe: <mailto:x@y.example>":                   true,
		"Precedence: LIST":                                         true,
	} {
		in := Reader{}.Read(crlf("From: a@b.example\n"+header+"\n\nTesto\n"), false)
		if (in.Automatic != "") != want {
			t.Errorf("%q: automatic %q, want %v", header, in.Automatic, want)
		}
	}
	for from, want := range map[string]bool{
		"noreply@b.example": true, "no_reply-pagopa@b.example": true, "nonrispondere@b.example": true, "do-not-reply@b.example": true,
		"nora.reply@b.example": false, "norberto@b.example": false, "nota@b.example": false,
	} {
		if in := (Reader{}).Read(crlf("From: "+from+"\nSubject: Saldo\n\nTesto\n"), false); (in.Automatic != "") != want {
			t.Errorf("%s: automatic %q, want %v", from, in.Automatic, want)
		}
	}
}

const readReceiptMail = `
From: Mario Rossi <tecnico@comune.valcerva.bg.example>
Subject: Letto: Saldo
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain

Il messaggio è stato letto.
--b
Content-Type: message/disposition-notification

Reporting-UA: valcerva.example; Posta
Final-Recipient: rfc822;tecnico@comune.valcerva.bg.example
Original-Message-ID: <t1.abc@centro.example>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
`

func TestReadReceipt(t *testing.T) {
	in := Reader{}.Read(crlf(readReceiptMail), false)
	if r := in.Report; r == nil || r.Kind != helpdesk.ReportRead || r.Recipient != lost || r.Diagnostic != "displayed" {
		t.Errorf("report %+v", in.Report)
	}
	if !slices.Contains(in.ReportOf, "t1.abc@centro.example") || in.Automatic == "" {
		t.Errorf("of %q, automatic %q", in.ReportOf, in.Automatic)
	}
	for mail, want := range map[string]bool{
		"Subject: Letto: Saldo\nIn-Reply-To: <t1.abc@centro.example>\n\nIl messaggio\n\n  A: Sportello\n  Oggetto: Saldo\n\nè stato letto il 16/11/2026 10:00.\n": true,
		"Subject: Read: Saldo\n\nYour message was read on Monday.\n":                              true,
		"Subject: Conferma di lettura - Saldo\n\nIl messaggio è stato visualizzato.\n":            true,
		"Subject: Letto: va bene\n\nHo letto la circolare e ho una domanda.\n":                    false,
		"Subject: Saldo\n\nIl documento è stato letto dal segretario: che cosa manca?\n":          false,
		"Subject: R: Letto: Saldo\n\nIl messaggio è stato letto ma non capito: che cosa serve?\n": false,
	} {
		in := Reader{}.Read(crlf("From: a@b.example\n"+mail), false)
		if got := in.Report != nil && in.Report.Kind == helpdesk.ReportRead; got != want {
			t.Errorf("%q: read receipt %v, want %v", mail, got, want)
		}
	}
}

func FuzzAutomatic(f *testing.F) {
	f.Add(crlf(readReceiptMail))
	f.Add([]byte("Auto-Submitted: auto-replied\r\nSubject: Fuori sede\r\n\r\nx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := Reader{}.Read(raw, false)
		checkFit(t, in.Automatic)
		if in.Report != nil && in.Automatic == "" {
			t.Fatal("a report that is not automatic")
		}
	})
}
