package main

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"sportello/helpdesk"
)

// demoStaff is a person at the desk.
type demoStaff struct{ Key, Name, Email, Role, Signature, Password string }

// staff are the people who work at the demo's centre, coordinator first.
var staff = []demoStaff{
	{"marta", "Marta Riva", "marta.riva@centro.example", string(helpdesk.RoleCoordinator),
		"Marta Riva\nCoordinatrice · Sportello PNRR\nCentro di Competenza\ntel. 02 0000310", "ponte-larice-salita-nove"},
	{"anna", "Anna Colombo", "anna.colombo@centro.example", string(helpdesk.RoleExpert),
		"Anna Colombo\nEsperta asili e appalti · Sportello PNRR\ntel. 02 0000311", "cortile-vento-mirtillo-due"},
	{"luca", "Luca Ferri", "luca.ferri@centro.example", string(helpdesk.RoleExpert),
		"Luca Ferri\nEsperto ReGiS e rendicontazione · Sportello PNRR\ntel. 02 0000312", "faro-castagna-binario-sei"},
	{"paolo", "Paolo Fontana", "paolo.fontana@centro.example", string(helpdesk.RoleExpert),
		"Paolo Fontana\nTask force · partenariato pubblico privato\ntel. 02 0000313", "nebbia-tornio-glicine-tre"},
	{"admin", "Giulia Sala", "amministrazione@centro.example", string(helpdesk.RoleAdmin),
		"Giulia Sala\nSistemi informativi", "lanterna-ghiaia-quercia-uno"},
	{"osservatore", "Enrico Villa", "osservatorio@centro.example", string(helpdesk.RoleObserver),
		"Enrico Villa\nOsservatorio", "ruota-sentiero-brina-otto"},
}

// staffByKey finds a person by the short name that the demo texts use.
func staffByKey(key string) (demoStaff, bool) {
	for _, s := range staff {
		if s.Key == key {
			return s, true
		}
	}
	return demoStaff{}, false
}

// demoOfficer is somebody at a municipality who writes to the desk. Client is
// the mail program that the officer's replies look like.
type demoOfficer struct {
	Name, Role, Body, Province, Address, PEC, Phone, Client string
}

// demoOfficers are offered by the form «Scrivi come Comune».
var demoOfficers = []demoOfficer{
	{"Ivano Belotti Cerri", "Responsabile Area Tecnica", "Comune di Valcerva", "BG", "tecnico@comune.valcerva.bg.example", "protocollo@pec.comune.valcerva.bg.example", "035 000114", "zimbra"},
	{"Sabrina Necchi Lodola", "Responsabile Servizio Finanziario", "Comune di Roncate", "PV", "ragioneria@comune.roncate.pv.example", "protocollo@pec.comune.roncate.pv.example", "0382 000277", "thunderbird"},
	{"Ornella Pavesi Tormo", "Segretario comunale", "Comune di Pieve Lambrana", "LO", "segretario@comune.pievelambrana.lo.example", "protocollo@pec.comune.pievelambrana.lo.example", "0371 000560", "outlook"},
	{"Silvano Fornasé", "Consulente", "Unione Tre Valli", "SO", "studio.fornase@postafacile.example", "protocollo@pec.unionetrevalli.so.example", "347 0000921", "webmail"},
	{"Katia Premoli Gorla", "Dirigente Lavori Pubblici", "Comune di Borgo Olona", "VA", "lavoripubblici@comune.borgoolona.va.example", "protocollo@pec.comune.borgoolona.va.example", "0331 000845", "outlook"},
	{"Elio Zanoletti Prà", "Sindaco", "Comune di Montefresco", "VB", "sindaco@comune.montefresco.vb.example", "protocollo@pec.comune.montefresco.vb.example", "0323 000061", "zimbra"},
	{"Nives Ghisolfi Bassini", "Affari Generali", "Comune di Cascinetta", "CR", "segreteria@comune.cascinetta.cr.example", "protocollo@pec.comune.cascinetta.cr.example", "0372 000509", "outlook"},
	{"Ottorino Gatti Zubani", "Ufficio Ecologia", "Comune di Vallescura", "BS", "ecologia@comune.vallescura.bs.example", "protocollo@pec.comune.vallescura.bs.example", "030 000733", "thunderbird"},
	{"Dario Valsecchi Moro", "Responsabile Servizio Tecnico", "Comune di Fuscera", "LC", "tecnico@comune.fuscera.lc.example", "protocollo@pec.comune.fuscera.lc.example", "0341 000392", "outlook"},
	{"Manuela Redaelli Spini", "Istruttore direttivo tecnico", "Comune di Selvermo", "CO", "manuela.redaelli@comune.selvermo.co.example", "protocollo@pec.comune.selvermo.co.example", "031 0000654", "outlook"},
	{"Tiziana Colleoni Frigo", "Ufficio Tecnico", "Comune di Campermo", "BG", "tecnico@comune.campermo.bg.example", "protocollo@pec.comune.campermo.bg.example", "035 000671", "iphone"},
	{"Moira Stefanoni", "Segreteria", "Comune di Lovona", "PV", "segreteria@comune.lovona.pv.example", "protocollo@pec.comune.lovona.pv.example", "0382 000118", "thunderbird"},
	{"Renzo Maiocchi Sala", "Direttore", "Consorzio Servizi Sociali Bassa Lambrana", "LO", "direzione@bassalambrana.lo.example", "consorzio@pec.bassalambrana.lo.example", "0371 000902", "thunderbird"},
}

// demoPECOnly is the box that takes certified mail only: whatever comes to it
// from an ordinary box is refused with demoPECOnlyReason (story 7).
const (
	demoPECOnly       = "protocollo@pec.comune.cascinetta.cr.example"
	demoPECOnlyStatus = "5.7.1"
	demoPECOnlyReason = "la casella accetta solo messaggi di posta elettronica certificata"
)

// demoReply is one exchange that goes on while somebody watches: the answer
// that an expert may paste, and what the officer then writes back.
type demoReply struct {
	Key    string        // of the demoMail that it follows
	Story  int           // 0 = any other question
	From   demoOfficer   // who writes back
	Answer string        // Markdown, a good answer to the question
	Text   string        // of the officer
	After  time.Duration // since our answer reached the officer's server; since the start if it answers nothing
}

// demoReplies reads the exchanges of the stories. The one without a key is what
// any officer writes who has no line of his own.
func demoReplies() ([]demoReply, error) {
	sections, err := demoSections("replies")
	if err != nil {
		return nil, err
	}
	var list []demoReply
	for _, s := range sections {
		r := demoReply{Key: s.key, Answer: s.parts[0].text, Text: s.part("replica")}
		if r.After, err = time.ParseDuration(s.get("after")); err != nil {
			return nil, fmt.Errorf("demo reply %s: %w", s.key, err)
		}
		if r.Story, err = s.number("story"); err != nil {
			return nil, fmt.Errorf("demo reply %w", err)
		}
		for _, o := range demoOfficers {
			if o.Address == s.get("officer") {
				r.From = o
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// officerReply is what the officer's mail program makes of an answer to the
// message received: it threads by In-Reply-To and References and quotes below,
// each program in its own way.
func officerReply(received []byte, from demoOfficer, text string, now time.Time) ([]byte, error) {
	m, err := readDemoHead(received)
	if err != nil {
		return nil, fmt.Errorf("reply as %s: %w", from.Address, err)
	}
	office, err := theDemoOffice()
	if err != nil {
		return nil, err
	}
	old, err := plainText(m.msg)
	if err != nil {
		return nil, fmt.Errorf("reply as %s: %w", from.Address, err)
	}
	prefix := "R: "
	if from.Client == "thunderbird" || from.Client == "iphone" {
		prefix = "Re: "
	}
	d := demoDraft{
		Style: from.Client, From: mail.Address{Name: from.Name, Address: from.Address}, At: now.In(office.rome),
		To: replyAddress(m), Subject: prefix + strippedSubject(m.subject),
		ID:        shortHash(m.id+text+now.String()) + ".reply" + from.Address[strings.LastIndexByte(from.Address, '@'):],
		InReplyTo: m.id, References: m.references, Text: text + "\n\n" + from.signature(),
		Quote: &demoQuote{From: m.from.String(), To: from.Address, Subject: m.subject, Text: old, At: m.date.In(office.rome)},
	}
	return d.build()
}

func (o demoOfficer) signature() string {
	if o.Client == "iphone" {
		return "Inviato da iPhone"
	}
	return o.Name + "\n" + o.Role + "\n" + o.Body + " (" + o.Province + ")\ntel. " + o.Phone
}

// vacationReply is the automatic answer of an officer who is away, RFC 3834.
func vacationReply(received []byte, from demoOfficer, now time.Time) ([]byte, error) {
	m, err := readDemoHead(received)
	if err != nil {
		return nil, fmt.Errorf("vacation reply as %s: %w", from.Address, err)
	}
	d := demoDraft{Style: "vacation", From: mail.Address{Name: from.Name, Address: from.Address}, To: replyAddress(m), At: now,
		Subject: "Risposta automatica: " + m.subject, InReplyTo: m.id, References: m.references,
		ID:   shortHash(m.id+now.String()) + ".vacation" + from.Address[strings.LastIndexByte(from.Address, '@'):],
		Text: "Sono assente dall'ufficio. Per comunicazioni urgenti scrivere al protocollo: " + from.PEC + "\n\n" + from.Name}
	return d.build()
}

func replyAddress(m demoHead) string {
	if to := m.msg.Header.Get("Reply-To"); to != "" {
		return to
	}
	return m.from.Address
}

func strippedSubject(s string) string {
	for {
		lower := strings.ToLower(s)
		if !strings.HasPrefix(lower, "r: ") && !strings.HasPrefix(lower, "re: ") {
			return s
		}
		s = strings.TrimSpace(s[strings.IndexByte(s, ':')+1:])
	}
}

var wordDecoder mime.WordDecoder

// plainText finds the first text/plain part of one of our own messages, which
// is all that a quotation needs.
func plainText(m *mail.Message) (string, error) {
	return plainTextOf(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

func plainTextOf(contentType, encoding string, body io.Reader) (string, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return "", nil
			}
			if err != nil {
				return "", fmt.Errorf("read part: %w", err)
			}
			text, err := plainTextOf(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			if err != nil || text != "" {
				return text, err
			}
		}
	}
	if kind != "text/plain" {
		return "", nil
	}
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	if strings.EqualFold(encoding, "base64") {
		body = newBase64Reader(body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return "", fmt.Errorf("read text: %w", err)
	}
	return strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")), nil
}
