package main

import (
	"encoding/json"
	"strings"
	"testing"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

const parseTree = `From: Maria Bianchi <tecnico@comune.test>
To: sportello@centro.test
Reply-To: protocollo@comune.test
Subject: Prot. n. 4512/2026 - CUP
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <q2@comune.test>
In-Reply-To: <q1@comune.test>
References: <q0@comune.test> <q1@comune.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=a

--a
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Il CUP è nell'allegato.

Il giorno lun 16 nov 2026 alle ore 09:00 Anna Verdi ha scritto:
> Qual è
> il CUP?
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<p>Il CUP è nell'allegato.</p>
--b--
--a
Content-Type: application/pdf; name=cup.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--a--
`

const parsedTree = `File:         - (791 byte)
Che cos'è:    messaggio di una persona
Perché:       nulla dice che sia automatico
Canale:       Posta elettronica
Da:           Maria Bianchi <tecnico@comune.test>
Rispondere a: protocollo@comune.test
A:            sportello@centro.test
Oggetto:      Prot. n. 4512/2026 - CUP
Data:         2026-11-16T10:00:00+01:00
Protocollo:   4512/2026

── Conversazione
Message-ID:   q2@comune.test
In-Reply-To:  q1@comune.test
References:   q0@comune.test q1@comune.test

── Parti
multipart/mixed
├─ multipart/alternative
│  ├─ text/plain utf-8, 8bit, 109 byte: corpo
│  └─ text/html utf-8, 8bit, 31 byte: corpo
└─ application/pdf, base64, 5 byte, «cup.pdf»: allegato

── Corpo
Scelto:       text/plain: il testo semplice c'è, accanto all'HTML
Si mostra:    il testo, perché nell'HTML non si vede dove comincia ciò che è ripiegato
Allegato:     cup.pdf (application/pdf, 5 byte)

── Testo nuovo
Il CUP è nell'allegato.

── Ripiegato: citazione (righe: 3)
Perché:       sotto «Il giorno lun 16 nov 2026 alle ore 09:00 Anna Verdi ha scrit…»
Il giorno lun 16 nov 2026 alle ore 09:00 Anna Verdi ha scritto:
> Qual è
> il CUP?
`

func TestParseReport(t *testing.T) {
	if o := call(t.Context(), parseTree, "parse", "-"); o.out != parsedTree {
		t.Errorf("%s", o.out)
	}
}

// What is said of a message is said with its reason.
func TestParseKind(t *testing.T) {
	tests := []struct {
		name, header, body string
		code, why          string
	}{
		{"person", "", "Buongiorno", "person", "nulla dice che sia automatico"},
		{"out of office", "Auto-Submitted: auto-replied\n", "Sono assente", "vacation", "Auto-Submitted: auto-replied"},
		{"protocol software", "Auto-Submitted: auto-generated\n", "Vedi allegato", "automatic", "Auto-Submitted: auto-generated"},
		{"receipt", "X-Ricevuta: avvenuta-consegna\n", "Consegnato", "delivered", "posta certificata: «avvenuta-consegna»"},
		{"failure", "X-Ricevuta: errore-consegna\n", "Non consegnato", "failed", "posta certificata: «errore-consegna»"},
		{"no envelope", "X-Trasporto: posta-certificata\n", "Vuota", "person", "si dice posta certificata («posta-certificata») ma non contiene una busta da aprire"},
		{"envelope", "X-Trasporto: posta-certificata\nContent-Type: message/rfc822; name=postacert.eml\n",
			"From: sindaco@pec.comune.test\n\nBuongiorno", "person", "è nella busta «posta-certificata» di tecnico@comune.test"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := call(t.Context(), tt.header+"From: tecnico@comune.test\n\n"+tt.body, "parse", "-", "-json")
			var m parsedMessage
			if err := json.Unmarshal([]byte(o.out), &m); err != nil {
				t.Fatalf("%v: %s", err, o.out)
			}
			if m.Kind.Code != tt.code || m.Kind.Why != tt.why {
				t.Errorf("%+v", m.Kind)
			}
			if (m.Envelope != nil) != (tt.name == "envelope") {
				t.Errorf("envelope: %+v", m.Envelope)
			}
		})
	}
}

// The problems of a message are told, also those that no ticket shows.
func TestParseProblems(t *testing.T) {
	o := call(t.Context(), "From: tecnico@comune.test\n\nTesto\n", "parse", "-")
	for _, line := range []string{"── Problemi\n", "- Il Message-ID manca o non è leggibile.\n", "- La data manca o non è leggibile.\n", "Message-ID:   manca\n"} {
		if !strings.Contains(o.out, line) {
			t.Errorf("%q is not in:\n%s", line, o.out)
		}
	}
}

// What the ticket warns of stands in the report for people, too: a certified
// envelope that contradicts its sender is no fault of the message's form.
func TestParseWarning(t *testing.T) {
	o := call(t.Context(), "From: \"Per conto di: sindaco@pec.comune.test\" <posta-certificata@gestore.test>\nX-Trasporto: posta-certificata\n"+
		"Content-Type: message/rfc822; name=postacert.eml\n\nFrom: altri@pec.altrove.test\n\nBuongiorno", "parse", "-")
	const want = "Avviso:       Il gestore PEC ha spedito per conto di sindaco@pec.comune.test, ma"
	if !strings.Contains(o.out, want) {
		t.Errorf("%q is not in:\n%s", want, o.out)
	}
}

func TestReportOutcome(t *testing.T) {
	tests := []struct {
		report helpdesk.Report
		want   string
	}{
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Status: "5.1.1", Diagnostic: "550 5.1.1 User unknown"}, "l'indirizzo non esiste · 550 5.1.1 User unknown"},
		{helpdesk.Report{Kind: helpdesk.ReportFailed, Status: "5.1.1", Diagnostic: "indirizzo non valido"}, "l'indirizzo non esiste · 5.1.1 indirizzo non valido"},
		{helpdesk.Report{Kind: helpdesk.ReportCalendar, Diagnostic: "accepted"}, ""},
		{helpdesk.Report{Kind: helpdesk.ReportDelivered}, ""},
	}
	for _, tt := range tests {
		if got := reportOutcome(tt.report); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.report, got, tt.want)
		}
	}
}

func TestRoleOf(t *testing.T) {
	text := &mime.Part{Type: "text/plain", Body: []byte("Buongiorno")}
	tests := []struct {
		part *mime.Part
		file bool
		want string
	}{
		{text, false, "corpo"},
		{text, true, "allegato"},
		{&mime.Part{Type: "text/plain", Body: []byte(" \n")}, false, "vuota"},
		{&mime.Part{Type: "multipart/mixed", Children: []*mime.Part{text}}, false, ""},
		{&mime.Part{Type: "message/rfc822", Message: mime.Read([]byte("A: b\n\nc"))}, true, "messaggio allegato"},
		{&mime.Part{Type: "application/ms-tnef", Children: []*mime.Part{text}, Wrapper: true}, true, "aperto"},
		{&mime.Part{Type: "application/ms-tnef", Wrapper: true}, true, "aperto, non contiene altro"},
		{&mime.Part{Type: "application/pkcs7-signature", Wrapper: true, Signer: "Maria Bianchi"}, true, "firma del messaggio"},
	}
	for _, tt := range tests {
		if got := roleOf(tt.part, tt.file); got != tt.want {
			t.Errorf("%s, file %t: %q, want %q", tt.part.Type, tt.file, got, tt.want)
		}
	}
}
