package pec

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sportello/mailbox/mime"
)

// wrapped is certified mail as a provider sends it; cert and inner are left out
// when empty.
func wrapped(header, cert, inner string) string {
	var b strings.Builder
	b.WriteString(header + "MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=S\n\n" +
		"--S\nContent-Type: multipart/mixed; boundary=M\n\n" +
		"--M\nContent-Type: text/plain; charset=iso-8859-1\n\nTesto del gestore.\n\n")
	if cert != "" {
		b.WriteString("--M\nContent-Type: application/xml; name=\"daticert.xml\"\nContent-Disposition: inline; filename=\"daticert.xml\"\n\n" + cert + "\n")
	}
	if inner != "" {
		b.WriteString("--M\nContent-Type: message/rfc822; name=\"postacert.eml\"\nContent-Disposition: inline; filename=\"postacert.eml\"\n\n" + inner + "\n")
	}
	b.WriteString("--M--\n--S\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nRklSTUE=\n--S--\n")
	return b.String()
}

const (
	town     = "protocollo@pec.comune.valcerva.bg.example"
	person   = "From: Comune di Valcerva <" + town + ">\nTo: sportello@centro.example\nSubject: quesito\nDate: Mon, 16 Nov 2026 10:41:05 +0100\nMessage-ID: <opec1@gestore.example>\n\nBuongiorno.\n"
	envelope = "From: \"Per conto di: " + town + "\" <posta-certificata@gestore.example>\nSubject: POSTA CERTIFICATA: quesito\nX-Trasporto: posta-certificata\n"
)

func certOf(kind Kind, sender string) string {
	return fmt.Sprintf(`<postacert tipo=%q errore="nessuno"><intestazione><mittente>%s</mittente></intestazione></postacert>`, kind, sender)
}

func without(header, name string) string {
	var kept []string
	for _, line := range strings.SplitAfter(header, "\n") {
		if !strings.HasPrefix(line, name+":") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestKinds(t *testing.T) {
	receipt := func(prefix string) string {
		return "From: posta-certificata@gestore.example\nSubject: " + prefix + " Re: quesito\n"
	}
	tests := []struct {
		name string
		raw  string
		want Kind
	}{
		{"envelope", wrapped(envelope, certOf(Transport, town), person), Transport},
		{"envelope without certificate", wrapped(envelope, "", person), Transport},
		{"header in capitals", wrapped(strings.Replace(envelope, "posta-certificata\n", "Posta-Certificata \n", 1), "", person), Transport},
		{"anomaly", wrapped("Subject: ANOMALIA MESSAGGIO: quesito\nX-Trasporto: errore\n", "", person), Anomaly},
		{"acceptance", wrapped(receipt("ACCETTAZIONE:")+"X-Ricevuta: accettazione\n", certOf(Acceptance, "x@y.example"), ""), Acceptance},
		{"the header before the subject", wrapped(receipt("CONSEGNA:")+"X-Ricevuta: errore-consegna\n", certOf(Delivery, "x@y.example"), ""), Failure},
		{"a receipt in an envelope of its own", wrapped(receipt("CONSEGNA:")+"X-Trasporto: posta-certificata\nX-Ricevuta: avvenuta-consegna\n", "", ""), Delivery},
		{"by subject and certificate", wrapped(without(envelope, "X-Trasporto"), certOf(Transport, town), person), Transport},
		{"receipt by subject and certificate", wrapped(receipt("AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO:"), certOf(Delay, "x@y.example"), ""), Delay},
		{"a subject alone", wrapped(without(envelope, "X-Trasporto"), "", person), ""},
		{"subject and certificate that differ", wrapped(without(envelope, "X-Trasporto"), certOf(Delivery, town), person), ""},
		{"a forward", wrapped(without(strings.Replace(envelope, "POSTA", "I: POSTA", 1), "X-Trasporto"), certOf(Transport, town), person), ""},
		{"an unknown value", wrapped(strings.Replace(envelope, "posta-certificata\n", "altro\n", 1), "", ""), ""},
		{"a person asks about a receipt", wrapped("From: "+town+"\nSubject: Consegna: che cosa vuol dire?\n", certOf(Delivery, "x@y.example"), ""), ""},
		{"a person passes an envelope on", wrapped("From: "+town+"\nSubject: POSTA CERTIFICATA: chi risponde?\n", certOf(Transport, town), person), ""},
		{"ordinary mail", "Subject: prova\n\nciao", ""},
		{"nothing", "", ""},
	}
	for _, v := range tests {
		l, ok := Reader{}.Open(mime.Read([]byte(v.raw)))
		if l.Kind != v.want || ok != (v.want != "") {
			t.Errorf("%s: %q, %t, want %q", v.name, l.Kind, ok, v.want)
		}
	}
}

func TestEnclosed(t *testing.T) {
	octets := strings.Replace(wrapped(envelope, "", person), "message/rfc822", "application/octet-stream", 1)
	unnamed := strings.NewReplacer(`; name="postacert.eml"`, "", "Content-Disposition: inline; filename=\"postacert.eml\"\n", "").Replace(wrapped(envelope, "", person))
	tests := []struct{ name, raw, want string }{
		{"envelope", wrapped(envelope, certOf(Transport, town), person), "quesito"},
		{"as a file", octets, "quesito"},
		{"without a name", unnamed, "quesito"},
		{"ordinary mail with a message inside", strings.Replace(unnamed, "X-Trasporto", "X-Altro", 1), ""},
		{"ordinary mail that forwards an envelope's message", wrapped("Subject: I: quesito\n", "", person), "quesito"},
		{"the person's own postacert.eml is not the envelope's", wrapped(envelope, "", wrapped("Subject: fuori\nFrom: x@y.example\n", "", person)), "fuori"},
		{"no message", wrapped(envelope, certOf(Transport, town), ""), ""},
	}
	for _, v := range tests {
		subject := ""
		if m := Enclosed(mime.Read([]byte(v.raw))); m != nil {
			subject = m.Subject
		}
		if subject != v.want {
			t.Errorf("%s: %q, want %q", v.name, subject, v.want)
		}
	}
}

func TestDoubts(t *testing.T) {
	other := "From: truffa@altrove.example\nSubject: quesito\n\nBonifico.\n"
	tests := []struct {
		name, raw string
		want      []string // a word of each
	}{
		{"none", wrapped(envelope, certOf(Transport, strings.ToUpper(town)), person), nil},
		{"no certificate", wrapped(envelope, "", person), []string{"leggibili"}},
		{"a hostile certificate", wrapped(envelope, "<!DOCTYPE x>"+certOf(Transport, town), person), []string{"leggibili"}},
		{"another sender", wrapped(envelope, certOf(Transport, town), other), []string{"per conto di", "indicano come mittente"}},
		{"a receipt's certificate", wrapped(envelope, certOf(Delivery, town), person), []string{"un'altra busta"}},
		{"nobody", wrapped(envelope, certOf(Transport, town), "Subject: x\n\ny"), []string{"non indica il mittente", "non indica il mittente"}},
		{"an anomaly is not certified anyway", wrapped("X-Trasporto: errore\n", "", other), nil},
	}
	for _, v := range tests {
		l, _ := Reader{}.Open(mime.Read([]byte(v.raw)))
		author := ""
		if len(l.Inner.From) > 0 {
			author = l.Inner.From[0].Addr
		}
		got := l.Doubts(author)
		if len(got) != len(v.want) {
			t.Errorf("%s: %q", v.name, got)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], v.want[i]) {
				t.Errorf("%s: %q", v.name, got[i])
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(wrapped(envelope, wholeCert, person)))
	f.Add([]byte(wrapped(envelope, "", wrapped(envelope, "", person))))
	f.Add([]byte(wrapped("Subject: CONSEGNA: x\n", certOf(Delivery, town), "")))
	f.Add([]byte("X-Ricevuta: accettazione\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := mime.Read(raw)
		for range MaxLayers {
			l, ok := Reader{}.Open(m)
			if ok != (l.Kind != "") {
				t.Fatal(l.Kind)
			}
			if l.Cert != nil {
				checkCert(t, l.Cert)
			}
			for _, s := range l.Doubts("x@y.example") {
				checkLine(t, s)
			}
			if m = l.Inner; m == nil {
				break
			}
		}
	})
}

func checkCert(t *testing.T, c *Cert) {
	t.Helper()
	for _, s := range []string{string(c.Kind), c.Fault, c.Sender, c.ReplyTo, c.Subject, c.Provider, c.Identifier, c.MessageID, c.Receipt, c.Delivered, c.Reason} {
		checkLine(t, s)
	}
	for _, r := range c.Recipients {
		checkLine(t, r.Address)
	}
}

func checkLine(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || len(s) > 4*maxValue {
		t.Errorf("not a clean line: %q", s)
	}
}
