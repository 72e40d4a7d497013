package pec

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

const wholeCert = `<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="errore-consegna" errore="no-dest">
    <intestazione>
        <mittente>sportello@pec.centro.example</mittente>
        <destinatari tipo="certificato">protocollo@pec.comune.valcerva.bg.example</destinatari>
        <destinatari tipo="esterno">tecnico@Comune.Valcerva.BG.example</destinatari>
        <risposte>sportello@pec.centro.example</risposte>
        <oggetto>Re: economie &amp; ribassi [#2026-000123]</oggetto>
    </intestazione>
    <dati>
        <gestore-emittente>GESTORE DI PROVA S.P.A.</gestore-emittente>
        <data zona="+0100">
            <giorno>16/11/2026</giorno>
            <ora>10:41:07</ora>
        </data>
        <identificativo>opec210.20261116104107.1.2.3@gestore.example</identificativo>
        <msgid>&lt;r1@centro.example&gt;</msgid>
        <ricevuta tipo="Completa" />
        <consegna>protocollo@pec.comune.valcerva.bg.example</consegna>
        <ricezione>posta-certificata@gestore.example</ricezione>
        <errore-esteso>5.1.1 - GESTORE DI PROVA S.P.A. - indirizzo
        non valido</errore-esteso>
    </dati>
</postacert>
`

func TestReadCert(t *testing.T) {
	c, err := ReadCert([]byte(wholeCert))
	if err != nil {
		t.Fatal(err)
	}
	want := &Cert{
		Kind: Failure, Fault: "no-dest", Sender: "sportello@pec.centro.example",
		Recipients: []Recipient{{"protocollo@pec.comune.valcerva.bg.example", true}, {"tecnico@comune.valcerva.bg.example", false}},
		ReplyTo:    "sportello@pec.centro.example", Subject: "Re: economie & ribassi [#2026-000123]",
		Provider: "GESTORE DI PROVA S.P.A.", Date: c.Date,
		Identifier: "opec210.20261116104107.1.2.3@gestore.example", MessageID: "r1@centro.example",
		Receipt: "completa", Delivered: "protocollo@pec.comune.valcerva.bg.example",
		Reason: "5.1.1 - GESTORE DI PROVA S.P.A. - indirizzo         non valido",
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if got := c.Date.Format(time.RFC3339); got != "2026-11-16T10:41:07+01:00" {
		t.Errorf("date %s", got)
	}
}

func TestCertVariants(t *testing.T) {
	latin1 := strings.Replace(strings.Replace(wholeCert, "UTF-8", "ISO-8859-1", 1), "economie", "attivit\xe0", 1)
	tests := map[string]struct {
		xml  string
		good func(*Cert) bool
	}{
		"without msgid": {strings.Replace(wholeCert, "<msgid>&lt;r1@centro.example&gt;</msgid>", "", 1),
			func(c *Cert) bool { return c.MessageID == "" && c.Identifier != "" }},
		"latin 1":               {latin1, func(c *Cert) bool { return strings.Contains(c.Subject, "attività") }},
		"latin 1 called UTF-8":  {strings.Replace(latin1, "ISO-8859-1", "UTF-8", 1), func(c *Cert) bool { return strings.Contains(c.Subject, "attività") }},
		"UTF-8 called latin 1":  {strings.Replace(latin1, "\xe0", "à", 1), func(c *Cert) bool { return strings.Contains(c.Subject, "attività") }},
		"byte order mark":       {"\ufeff" + wholeCert, func(c *Cert) bool { return c.Kind == Failure }},
		"zone with a colon":     {strings.Replace(wholeCert, "+0100", "+01:00", 1), func(c *Cert) bool { return !c.Date.IsZero() }},
		"no zone":               {strings.Replace(wholeCert, ` zona="+0100"`, "", 1), func(c *Cert) bool { return c.Date.IsZero() }},
		"text in a wrong place": {strings.Replace(wholeCert, "</risposte>", "</risposte>a", 1), func(c *Cert) bool { return c.ReplyTo != "" && c.Subject != "" }},
		"comment and CDATA":     {strings.Replace(wholeCert, "<mittente>", "<!-- x --><mittente><![CDATA[]]>", 1), func(c *Cert) bool { return c.Sender == "sportello@pec.centro.example" }},
		"an element more":       {strings.Replace(wholeCert, "<dati>", "<dati><altro><mittente>x@y.example</mittente></altro>", 1), func(c *Cert) bool { return c.Sender == "sportello@pec.centro.example" }},
	}
	for name, v := range tests {
		c, err := ReadCert([]byte(v.xml))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !v.good(c) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// Certificates that attest nothing.
func TestCertRefused(t *testing.T) {
	entity := strings.Replace(wholeCert, "<postacert", `<!DOCTYPE postacert [<!ENTITY e SYSTEM "file:///etc/passwd">]><postacert`, 1)
	tests := map[string]struct {
		xml  string
		want error
	}{
		"document type":       {entity, errCertDTD},
		"unknown entity":      {strings.Replace(wholeCert, "&amp;", "&e;", 1), nil},
		"too large":           {wholeCert + strings.Repeat(" ", maxCert), errCertSize},
		"too deep":            {"<postacert>" + strings.Repeat("<a>", 100_000), errCertDepth},
		"cut":                 {wholeCert[:len(wholeCert)-20], nil},
		"another document":    {"<fattura><dati/></fattura>", errCertRoot},
		"two documents":       {wholeCert + "<postacert/>", errCertRoot},
		"elements that cross": {"<postacert><dati><data></dati></data></postacert>", errCertEnd},
		"empty":               {"", errCertRoot},
		"no XML":              {"Buongiorno", errCertRoot},
	}
	for name, v := range tests {
		c, err := ReadCert([]byte(v.xml))
		if err == nil || v.want != nil && !errors.Is(err, v.want) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	many := strings.Replace(wholeCert, "<risposte>", strings.Repeat("<destinatari>x@y.example</destinatari>", 2*maxRecipients)+"<risposte>", 1)
	if c, err := ReadCert([]byte(many)); err != nil || len(c.Recipients) != maxRecipients {
		t.Errorf("many recipients: %v", err)
	}
}

func FuzzReadCert(f *testing.F) {
	f.Add([]byte(wholeCert))
	f.Add([]byte("<!DOCTYPE a><postacert/>"))
	f.Add([]byte("\xff\xfe<\x00p\x00"))
	f.Add([]byte(`<?xml version="1.0" encoding="x"?><postacert tipo="&#x0;"><intestazione><oggetto>` + "\xe0\x1b\u202e" + `</oggetto></intestazione></postacert>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadCert(data)
		if (c == nil) == (err == nil) {
			t.Fatal("neither a certificate nor an error, or both")
		}
		if c != nil {
			checkCert(t, c)
		}
	})
}
