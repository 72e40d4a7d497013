package mailbox

import (
	"regexp"
	"slices"
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
	"sportello/mailbox/pec"
)

// envelopeReader opens one layer of one system of certified mail. That of
// Italian PEC is one of several possible: its European successor (REM, ETSI EN
// 319 532) will be another.
type envelopeReader interface {
	// Open reports whether m is of the system, and what it holds.
	Open(m *mime.Message) (pec.Layer, bool)
}

var envelopeReaders = []envelopeReader{pec.Reader{}}

// certifiedMail is a message with the layers of certified mail around it, the
// outermost first; none for ordinary mail.
type certifiedMail struct {
	outer, message *mime.Message
	layers         []pec.Layer
	claimed        pec.Kind // what the outermost says to be, opened or not
}

// openCertified opens envelopes down to the person's message. What claims to be
// an envelope and holds no message is read as it is. A receipt is one only
// outermost: providers put what others send to a certified box into an
// envelope, so that a receipt inside of one is not the provider's.
func openCertified(outer *mime.Message) certifiedMail {
	c := certifiedMail{outer: outer, message: outer}
	for range pec.MaxLayers {
		l, ok := openLayer(c.message)
		if c.message == outer {
			c.claimed = l.Kind
		}
		receipt := l.Kind.Receipt()
		if !ok || receipt && len(c.layers) > 0 || !receipt && l.Inner == nil {
			break
		}
		c.layers = append(c.layers, l)
		if receipt {
			break
		}
		c.message = l.Inner
	}
	return c
}

func openLayer(m *mime.Message) (pec.Layer, bool) {
	for _, r := range envelopeReaders {
		if l, ok := r.Open(m); ok {
			return l, true
		}
	}
	return pec.Layer{}, false
}

// kind is that of the outermost layer, "" for ordinary mail; with an anomaly
// anywhere nothing inside of it was certified.
func (c certifiedMail) kind() pec.Kind {
	for _, l := range c.layers {
		if l.Kind == pec.Anomaly {
			return pec.Anomaly
		}
	}
	if len(c.layers) == 0 {
		return ""
	}
	return c.layers[0].Kind
}

func (c certifiedMail) channel() helpdesk.Channel {
	if k := c.kind(); k == pec.Transport || k.Receipt() {
		return helpdesk.ChannelPEC
	}
	return helpdesk.ChannelMail
}

// certification is what the outermost provider states: it delivered to us.
func (c certifiedMail) certification() *helpdesk.Certification {
	kind := c.kind()
	if kind == "" {
		return nil
	}
	stated := &helpdesk.Certification{Kind: string(kind)}
	cert := c.layers[0].Cert
	if cert == nil || cert.Kind != kind { // an anomaly may carry that of what it returns
		return stated
	}
	stated.At, stated.Provider, stated.Identifier = cert.Date, clip(cert.Provider), cert.Identifier
	stated.Sender, stated.Subject = cert.Sender, cert.Subject
	for _, r := range cert.Recipients {
		stated.Recipients = append(stated.Recipients, r.Address)
	}
	return stated
}

// doubts are what the layers say against the sender that is shown.
func (c certifiedMail) doubts() []string {
	if c.kind() == pec.Anomaly {
		return nil
	}
	var said []string
	for _, l := range c.layers {
		for _, doubt := range l.Doubts(sender(c.message).Addr) {
			if !slices.Contains(said, doubt) { // an envelope in an envelope has the same
				said = append(said, doubt)
			}
		}
	}
	return said
}

// alsoIDs are the further ids of the same message: those of the envelopes, and
// the one that the sender's program gave before its provider changed it.
func (c certifiedMail) alsoIDs() []string {
	if c.kind().Receipt() {
		return nil // the reference is what a receipt is about, not what it is
	}
	ids := referenceIDs(c.outer)
	for _, l := range c.layers {
		ids = append(ids, referenceIDs(l.Inner)...)
		if l.Cert != nil && l.Kind == pec.Transport && l.Cert.Kind == pec.Transport {
			ids = append(ids, l.Cert.MessageID, l.Cert.Identifier)
		}
	}
	return distinct(ids, c.message.MessageID)
}

func referenceIDs(m *mime.Message) []string {
	return append([]string{m.MessageID}, mime.ParseMessageIDs(m.Header.Raw("X-Riferimento-Message-ID"))...)
}

// distinct drops empty and repeated ids, and one that stands elsewhere.
func distinct(ids []string, but string) []string {
	seen := map[string]bool{"": true, but: true}
	var out []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// receipts of certified mail (domain.md §4.2).
var receipts = map[pec.Kind]helpdesk.ReportKind{
	pec.Acceptance: helpdesk.ReportAccepted,
	pec.TakenOver:  helpdesk.ReportTakenOver,
	pec.Delivery:   helpdesk.ReportDelivered,
	pec.Refusal:    helpdesk.ReportFailed,
	pec.Failure:    helpdesk.ReportFailed,
	pec.Virus:      helpdesk.ReportFailed,
	pec.Delay:      helpdesk.ReportDelayed,
}

// readReceipt fills in what a receipt says; false for all other mail. What it
// is about is named by X-Riferimento-Message-ID, then in the certificate, then
// by the copy of our message that it may bring along.
func (c certifiedMail) readReceipt(in *helpdesk.Incoming) bool {
	kind := c.kind()
	if !kind.Receipt() {
		return false
	}
	l := c.layers[0]
	in.Report = &helpdesk.Report{Kind: receipts[kind]}
	in.ReportOf = mime.ParseMessageIDs(l.Outer.Header.Raw("X-Riferimento-Message-ID"))
	if l.Cert != nil {
		in.ReportOf = append(in.ReportOf, l.Cert.MessageID, l.Cert.Identifier)
		in.KnownAs = append(in.KnownAs, l.Cert.Identifier)
		certifiedReason(in.Report, l.Cert)
	}
	if l.Inner != nil {
		in.ReportOf = append(in.ReportOf, referenceIDs(l.Inner)...)
		in.KnownAs = append(in.KnownAs, l.Inner.MessageID)
	}
	in.ReportOf, in.KnownAs = distinct(in.ReportOf, ""), distinct(in.KnownAs, "")
	return true
}

// statusInReason is the code of RFC 3463 with which providers begin
// errore-esteso.
var statusInReason = regexp.MustCompile(`^\s*([245]\.\d{1,3}\.\d{1,3})\s*-?\s*`)

// faults are the words for postacert@errore, where errore-esteso says nothing.
var faults = map[string]string{
	"no-dest": "il destinatario non esiste", "no-dominio": "il dominio del destinatario non esiste",
	"virus": "il gestore ha trovato un virus", "altro": "il gestore non ne dice il motivo",
}

func certifiedReason(r *helpdesk.Report, cert *pec.Cert) {
	r.Recipient = cert.Delivered
	if r.Recipient == "" && len(cert.Recipients) == 1 {
		r.Recipient = cert.Recipients[0].Address
	}
	if r.Kind != helpdesk.ReportFailed && r.Kind != helpdesk.ReportDelayed {
		return
	}
	if m := statusInReason.FindStringSubmatch(cert.Reason); m != nil {
		r.Status = m[1]
	}
	r.Diagnostic = clip(strings.TrimSpace(statusInReason.ReplaceAllString(cert.Reason, "")))
	if r.Diagnostic == "" {
		r.Diagnostic = faults[cert.Fault]
	}
}
