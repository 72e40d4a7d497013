package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// The invented providers of certified mail.
const (
	demoPECProvider  = "posta-certificata@gestore.example"
	demoPECProvider2 = "posta-certificata@gestore-comuni.example"
)

// pecEnvelope wraps a message into a transport envelope (RFC 6109 and
// domain.md 4.1): the provider gives the message its own Message-ID, inside and
// outside alike, and keeps the client's as X-Riferimento-Message-ID. to is the
// box that it is delivered to; certified says whether that box is PEC too.
func pecEnvelope(raw []byte, to string, certified bool, at time.Time) ([]byte, error) {
	m, err := readDemoHead(raw)
	if err != nil {
		return nil, fmt.Errorf("wrap in envelope: %w", err)
	}
	id := pecID(m.id, to, at)
	inner := replaceMessageID(raw, id, m.id)
	kind := map[bool]string{true: "certificato", false: "esterno"}[certified]
	cert := dateCert{kind: "posta-certificata", from: m.from.Address, to: to, toKind: kind, subject: m.subject,
		at: at, id: id, reference: m.id, receipt: "completa"}
	text := fmt.Sprintf("Messaggio di posta certificata\n\nIl giorno %s alle ore %s (%s) il messaggio\n\"%s\" è stato inviato da \"%s\"\n"+
		"indirizzato a: %s\nIl messaggio originale è incluso in allegato.\n\nIdentificativo messaggio: %s\n",
		at.Format("02/01/2006"), at.Format("15:04:05"), at.Format("-0700"), m.subject, m.from.Address, to, id)
	head := []string{
		"Return-Path: <" + m.from.Address + ">",
		headerLine("Subject", "POSTA CERTIFICATA: "+m.subject),
		fmt.Sprintf("From: \"Per conto di: %s\" <%s>", m.from.Address, demoPECProvider),
		"Reply-To: " + m.from.Address,
		"To: " + to,
		"Date: " + at.Format(time.RFC1123Z),
		"X-Trasporto: posta-certificata",
		"X-TipoRicevuta: completa",
		"X-Riferimento-Message-ID: <" + m.id + ">",
		"Message-ID: <" + id + ">",
	}
	return signedByProvider(head, text, cert, inner), nil
}

// pecReceipts are the two receipts that a PEC box gets for a message it sent to
// one certified address: taken over by its own provider, then delivered.
func pecReceipts(sent []byte, to string, at time.Time) (acceptance, delivery []byte, err error) {
	m, err := readDemoHead(sent)
	if err != nil {
		return nil, nil, fmt.Errorf("write receipts: %w", err)
	}
	base := dateCert{from: m.from.Address, to: to, toKind: "certificato", subject: m.subject, id: pecID(m.id, to, at), reference: m.id}
	taken, delivered := base, base
	taken.kind, taken.at = "accettazione", at.Add(2*time.Second)
	delivered.kind, delivered.at, delivered.receipt, delivered.delivery = "avvenuta-consegna", at.Add(5*time.Second), "completa", to
	acceptance = pecReceipt("ACCETTAZIONE: ", demoPECProvider, taken, nil)
	delivery = pecReceipt("CONSEGNA: ", demoPECProvider2, delivered, replaceMessageID(sent, base.id, m.id))
	return acceptance, delivery, nil
}

// pecFailure is the receipt that tells that delivery failed for good.
func pecFailure(sent []byte, to, reason string, at time.Time) ([]byte, error) {
	m, err := readDemoHead(sent)
	if err != nil {
		return nil, fmt.Errorf("write failure receipt: %w", err)
	}
	cert := dateCert{kind: "errore-consegna", fault: "no-dest", from: m.from.Address, to: to, toKind: "certificato", subject: m.subject,
		id: pecID(m.id, to, at), reference: m.id, at: at, delivery: to, reason: reason}
	return pecReceipt("AVVISO DI MANCATA CONSEGNA: ", demoPECProvider2, cert, sent), nil
}

func pecReceipt(prefix, provider string, cert dateCert, original []byte) []byte {
	text := fmt.Sprintf("Ricevuta di %s\n\nIl giorno %s alle ore %s (%s) il messaggio\n\"%s\" proveniente da \"%s\"\n"+
		"ed indirizzato a \"%s\": %s.\n\nIdentificativo messaggio: %s\n",
		cert.kind, cert.at.Format("02/01/2006"), cert.at.Format("15:04:05"), cert.at.Format("-0700"), cert.subject, cert.from, cert.to,
		strings.ReplaceAll(cert.kind, "-", " "), cert.id)
	head := []string{
		headerLine("Subject", prefix+cert.subject),
		"From: " + provider,
		"To: " + cert.from,
		"Date: " + cert.at.Format(time.RFC1123Z),
		"X-Ricevuta: " + cert.kind,
		"X-Riferimento-Message-ID: <" + cert.reference + ">",
		"Message-ID: <" + pecID(cert.kind+cert.id, cert.to, cert.at) + ">",
		"Auto-Submitted: auto-generated",
	}
	return signedByProvider(head, text, cert, original)
}

// dateCert is what daticert.xml says (domain.md 4.3).
type dateCert struct {
	kind, fault, from, to, toKind, subject, id, reference, receipt, delivery, reason string
	at                                                                               time.Time
}

func (c dateCert) xml() []byte {
	fault := c.fault
	if fault == "" {
		fault = "nessuno"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<postacert tipo=%q errore=%q>\n  <intestazione>\n", c.kind, fault)
	fmt.Fprintf(&b, "    <mittente>%s</mittente>\n    <destinatari tipo=%q>%s</destinatari>\n", xmlText(c.from), c.toKind, xmlText(c.to))
	fmt.Fprintf(&b, "    <risposte>%s</risposte>\n    <oggetto>%s</oggetto>\n  </intestazione>\n  <dati>\n", xmlText(c.from), xmlText(c.subject))
	fmt.Fprintf(&b, "    <gestore-emittente>GESTORE DI PROVA S.P.A.</gestore-emittente>\n    <data zona=%q>\n      <giorno>%s</giorno>\n      <ora>%s</ora>\n    </data>\n",
		c.at.Format("-0700"), c.at.Format("02/01/2006"), c.at.Format("15:04:05"))
	fmt.Fprintf(&b, "    <identificativo>%s</identificativo>\n    <msgid>%s</msgid>\n", xmlText(c.id), xmlText("<"+c.reference+">"))
	if c.receipt != "" {
		fmt.Fprintf(&b, "    <ricevuta tipo=%q />\n", c.receipt)
	}
	if c.delivery != "" {
		fmt.Fprintf(&b, "    <consegna>%s</consegna>\n", xmlText(c.delivery))
	}
	if c.reason != "" {
		fmt.Fprintf(&b, "    <errore-esteso>%s</errore-esteso>\n", xmlText(c.reason))
	}
	b.WriteString("  </dati>\n</postacert>\n")
	return []byte(b.String())
}

// signedByProvider puts together the outer message. The signature is none: the
// bytes say so.
func signedByProvider(head []string, text string, cert dateCert, original []byte) []byte {
	notice := groupParts("alternative", "----=_alt_"+shortHash(cert.id),
		textPart("plain", "iso-8859-1", "quoted-printable", text),
		textPart("html", "iso-8859-1", "quoted-printable", "<html><body><pre>"+xmlText(text)+"</pre></body></html>\n"))
	parts := []*mimePart{notice, {header: []string{"Content-Type: application/xml; name=\"daticert.xml\"",
		"Content-Disposition: inline; filename=\"daticert.xml\"", "Content-Transfer-Encoding: base64"}, body: wrapBase64(cert.xml())}}
	if original != nil {
		parts = append(parts, &mimePart{header: []string{"Content-Type: message/rfc822; name=\"postacert.eml\"",
			"Content-Disposition: inline; filename=\"postacert.eml\"", "Content-Transfer-Encoding: 8bit"}, body: original})
	}
	signature := &mimePart{header: []string{"Content-Type: application/pkcs7-signature; name=\"smime.p7s\"",
		"Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename=\"smime.p7s\""},
		body: wrapBase64([]byte(strings.Repeat("FIRMA-DI-PROVA-NON-VALIDA-", 24)))}
	boundary := "----" + strings.ToUpper(shortHash(cert.kind+cert.id))
	root := &mimePart{boundary: boundary, preamble: "This is an S/MIME signed message\r\n",
		header:   append(head, "MIME-Version: 1.0", "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n\tmicalg=\"sha-256\"; boundary=\""+boundary+"\""),
		children: []*mimePart{groupParts("mixed", "----=_mix_"+shortHash(cert.id), parts...), signature}}
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes()
}

// demoHead is what the demo's correspondents need to know of a message.
type demoHead struct {
	id, subject string // id without angle brackets
	from        *mail.Address
	to          []*mail.Address
	references  []string // with the id last
	date        time.Time
	msg         *mail.Message
}

func readDemoHead(raw []byte) (demoHead, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return demoHead{}, fmt.Errorf("read message: %w", err)
	}
	h := demoHead{msg: m, id: strings.Trim(m.Header.Get("Message-Id"), "<> ")}
	if h.from, err = mail.ParseAddress(m.Header.Get("From")); err != nil {
		return h, fmt.Errorf("read From: %w", err)
	}
	if h.to, err = m.Header.AddressList("To"); err != nil {
		return h, fmt.Errorf("read To: %w", err)
	}
	if h.subject, err = wordDecoder.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return h, fmt.Errorf("read Subject: %w", err)
	}
	h.date, _ = m.Header.Date() // zero is good enough for a quotation
	for f := range strings.FieldsSeq(m.Header.Get("References") + " " + m.Header.Get("In-Reply-To") + " <" + h.id + ">") {
		if id := strings.Trim(f, "<>"); id != "" && (len(h.references) == 0 || h.references[len(h.references)-1] != id) {
			h.references = append(h.references, id)
		}
	}
	return h, nil
}

// replaceMessageID gives the inner message the provider's id.
func replaceMessageID(raw []byte, id, reference string) []byte {
	old := []byte("Message-ID: <" + reference + ">\r\n")
	return bytes.Replace(raw, old, []byte("Message-ID: <"+id+">\r\nX-Riferimento-Message-ID: <"+reference+">\r\nX-TipoRicevuta: completa\r\n"), 1)
}

func pecID(reference, to string, at time.Time) string {
	return "opec21010." + at.UTC().Format("20060102150405") + "." + shortHash(reference+to) + ".1.51@gestore.example"
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
