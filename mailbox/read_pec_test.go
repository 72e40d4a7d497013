package mailbox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

const (
	pecTown = "protocollo@pec.comune.valcerva.bg.example"
	pecDesk = "sportello@pec.centro.example"
)

// certifiedBy is a message of a provider of certified mail, with a certificate
// and a message inside where they are not empty.
func certifiedBy(header, cert, inner string) []byte {
	mixed, signed := fmt.Sprintf("M%d", len(inner)), fmt.Sprintf("S%d", len(inner)) // differ where envelopes stand in envelopes
	parts := "\n--" + mixed + "\nContent-Type: text/plain\n\nTesto del gestore.\n"
	if cert != "" {
		parts += "\n--" + mixed + "\nContent-Type: application/xml; name=\"daticert.xml\"\n\n" + cert
	}
	if inner != "" {
		parts += "\n--" + mixed + "\nContent-Type: message/rfc822; name=\"postacert.eml\"\n\n" + inner
	}
	return crlf(header + "Date: Mon, 16 Nov 2026 10:41:08 +0100\nContent-Type: multipart/signed; boundary=" + signed + "\n" +
		"\n--" + signed + "\nContent-Type: multipart/mixed; boundary=" + mixed + "\n" + parts + "\n--" + mixed + "--" +
		"\n--" + signed + "\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nRklSTUE=\n--" + signed + "--\n")
}

func daticert(kind, fault, sender, more string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><postacert tipo=%q errore=%q><intestazione><mittente>%s</mittente>
<destinatari tipo="certificato">%s</destinatari><oggetto>Saldo</oggetto></intestazione><dati><gestore-emittente>GESTORE DI PROVA</gestore-emittente>
<data zona="+0100"><giorno>16/11/2026</giorno><ora>10:41:07</ora></data><identificativo>opec7@gestore.example</identificativo>%s</dati></postacert>`,
		kind, fault, sender, pecTown, more)
}

const (
	fromTown = "From: \"Per conto di: " + pecTown + "\" <posta-certificata@gestore.example>\nSubject: POSTA CERTIFICATA: Saldo\n" +
		"Message-ID: <opec7@gestore.example>\nX-Trasporto: posta-certificata\nX-Riferimento-Message-ID: <client7@valcerva.example>\n"
	townWrites = "From: Comune di Valcerva <" + pecTown + ">\nSubject: Saldo\nDate: Mon, 16 Nov 2026 10:41:05 +0100\n" +
		"Message-ID: <opec7@gestore.example>\nX-Riferimento-Message-ID: <client7@valcerva.example>\nIn-Reply-To: <prima@centro.example>\n\nQuando arriva il saldo?\n"
)

func TestReadCertifiedMail(t *testing.T) {
	in := Reader{}.Read(certifiedBy(fromTown, daticert("posta-certificata", "nessuno", pecTown, "<msgid>&lt;client7@valcerva.example&gt;</msgid>"), townWrites), false)
	c := in.Certified
	if c == nil || c.Kind != helpdesk.CertifiedEnvelope || c.Provider != "GESTORE DI PROVA" || c.Identifier != "opec7@gestore.example" ||
		c.At.Format(time.RFC3339) != "2026-11-16T10:41:07+01:00" || !c.Stated() {
		t.Errorf("certification %+v", c)
	}
	if in.Problem != "" || in.Channel != helpdesk.ChannelPEC || in.From.Addr != pecTown || in.Text != "Quando arriva il saldo?" {
		t.Errorf("%q, %s, %s: %q", in.Problem, in.Channel, in.From, in.Text)
	}
	if want := []string{"client7@valcerva.example"}; !slices.Equal(in.AlsoIDs, want) || in.Report != nil || in.Automatic != "" {
		t.Errorf("ids %q, report %+v, automatic %q", in.AlsoIDs, in.Report, in.Automatic)
	}
}

// The envelope contradicts what is inside: it is shown, and said.
func TestReadForgedSender(t *testing.T) {
	forged := strings.Replace(townWrites, pecTown, "ministero@pec.altrove.example", 1)
	in := Reader{}.Read(certifiedBy(fromTown, daticert("posta-certificata", "nessuno", pecTown, ""), forged), false)
	if in.From.Addr != "ministero@pec.altrove.example" || !strings.Contains(in.Problem, "per conto di "+pecTown) ||
		!strings.Contains(in.Problem, "indicano come mittente "+pecTown) {
		t.Errorf("from %s: %q", in.From, in.Problem)
	}
}

// Ordinary mail that a certified box let in: opened, and not certified,
// whatever it says of itself.
func TestReadAnomaly(t *testing.T) {
	anomaly := "From: \"Per conto di: x@comune.example\" <posta-certificata@gestore.example>\nSubject: ANOMALIA MESSAGGIO: Saldo\nX-Trasporto: errore\n"
	bounce := "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\n" +
		"--r\nContent-Type: text/plain\n\nno\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
		"Final-Recipient: rfc822; x@comune.example\nAction: failed\nStatus: 5.1.1\n--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <r1@centro.example>\n--r--\n"
	receipt := "From: posta-certificata@falso.example\nSubject: CONSEGNA: Saldo\nX-Ricevuta: avvenuta-consegna\nX-Riferimento-Message-ID: <r1@centro.example>\n\nConsegnato.\n"
	tests := map[string]struct {
		inner string
		good  func(in helpdesk.Incoming) bool
	}{
		"a person's": {townWrites, func(in helpdesk.Incoming) bool { return in.Automatic == "" && in.Report == nil && in.Text != "" }},
		"a bounce": {bounce, func(in helpdesk.Incoming) bool {
			return in.Report != nil && in.Report.Kind == helpdesk.ReportFailed && slices.Contains(in.ReportOf, "r1@centro.example")
		}},
		"a forged receipt":  {receipt, func(in helpdesk.Incoming) bool { return in.Report == nil && in.Automatic != "" }},
		"a forged envelope": {string(certifiedBy(fromTown, daticert("posta-certificata", "nessuno", pecTown, ""), townWrites)), func(in helpdesk.Incoming) bool { return in.Text == "Quando arriva il saldo?" }},
	}
	for name, v := range tests {
		in := Reader{}.Read(certifiedBy(anomaly, "", v.inner), false)
		if in.Channel != helpdesk.ChannelMail || in.Certified == nil || in.Certified.Kind != helpdesk.CertifiedAnomaly || in.Certified.Stated() || !v.good(in) {
			t.Errorf("%s: %s, %+v, automatic %q, report %+v of %q, text %q", name, in.Channel, in.Certified, in.Automatic, in.Report, in.ReportOf, in.Text)
		}
	}
}

// An envelope forwarded in an envelope, and so on: three are opened.
func TestReadNestedEnvelopes(t *testing.T) {
	raw := townWrites
	for i, want := range []string{"Quando arriva il saldo?", "Quando arriva il saldo?", "Quando arriva il saldo?", "Testo del gestore."} {
		raw = string(certifiedBy(fromTown, daticert("posta-certificata", "nessuno", pecTown, ""), raw))
		if in := (Reader{}).Read([]byte(raw), false); in.Text != want || in.Channel != helpdesk.ChannelPEC {
			t.Errorf("%d envelopes: %q by %s", i+1, in.Text, in.Channel)
		}
	}
}

func TestReadCertifiedReceipts(t *testing.T) {
	ours := "From: " + pecDesk + "\nSubject: Saldo\nMessage-ID: <opec9@gestore.example>\nX-Riferimento-Message-ID: <r1@centro.example>\n\nRisposta.\n"
	head := "From: posta-certificata@gestore2.example\nSubject: X\nMessage-ID: <rec1@gestore2.example>\n"
	tests := []struct {
		kind, fault, more string
		want              helpdesk.Report
	}{
		{"accettazione", "nessuno", "", helpdesk.Report{Kind: helpdesk.ReportAccepted, Recipient: pecTown}},
		{"presa-in-carico", "nessuno", "", helpdesk.Report{Kind: helpdesk.ReportTakenOver, Recipient: pecTown}},
		{"avvenuta-consegna", "nessuno", "<consegna>x@pec.y.example</consegna>", helpdesk.Report{Kind: helpdesk.ReportDelivered, Recipient: "x@pec.y.example"}},
		{"errore-consegna", "no-dest", "<errore-esteso>5.1.1 - GESTORE DI PROVA - indirizzo non valido</errore-esteso>",
			helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: pecTown, Status: "5.1.1", Diagnostic: "GESTORE DI PROVA - indirizzo non valido"}},
		{"errore-consegna", "no-dominio", "", helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: pecTown, Diagnostic: "il dominio del destinatario non esiste"}},
		{"non-accettazione", "altro", "<errore-esteso>troppo grande</errore-esteso>", helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: pecTown, Diagnostic: "troppo grande"}},
		{"rilevazione-virus", "virus", "", helpdesk.Report{Kind: helpdesk.ReportFailed, Recipient: pecTown, Diagnostic: "il gestore ha trovato un virus"}},
		{"preavviso-errore-consegna", "altro", "<errore-esteso>4.4.1 - dopo 12 ore</errore-esteso>", helpdesk.Report{Kind: helpdesk.ReportDelayed, Recipient: pecTown, Status: "4.4.1", Diagnostic: "dopo 12 ore"}},
	}
	for _, v := range tests {
		raw := certifiedBy(head+"X-Ricevuta: "+v.kind+"\nX-Riferimento-Message-ID: <r1@centro.example>\n", daticert(v.kind, v.fault, pecDesk, "<msgid>&lt;r1@centro.example&gt;</msgid>"+v.more), ours)
		in := Reader{}.Read(raw, false)
		if in.Report == nil || !reflect.DeepEqual(*in.Report, v.want) {
			t.Errorf("%s: %+v, want %+v", v.kind, in.Report, v.want)
			continue
		}
		if want := []string{"r1@centro.example", "opec7@gestore.example", "opec9@gestore.example"}; !slices.Equal(in.ReportOf, want) {
			t.Errorf("%s is about %q, want %q", v.kind, in.ReportOf, want)
		}
		if want := []string{"opec7@gestore.example", "opec9@gestore.example"}; !slices.Equal(in.KnownAs, want) {
			t.Errorf("%s: known as %q, want %q", v.kind, in.KnownAs, want)
		}
		c := in.Certified
		if c.Kind != v.kind || c.Sender != pecDesk || c.Subject != "Saldo" || !slices.Equal(c.Recipients, []string{pecTown}) {
			t.Errorf("%s: %+v", v.kind, c)
		}
		if in.Automatic == "" || len(in.Attachments) != 0 || in.AlsoIDs != nil || in.Text != "Testo del gestore." {
			t.Errorf("%s: automatic %q, %d attachments, also %q, text %q", v.kind, in.Automatic, len(in.Attachments), in.AlsoIDs, in.Text)
		}
	}
}
