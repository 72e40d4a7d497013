package pec

import (
	"slices"
	"strings"

	"sportello/mailbox/mime"
)

// MaxLayers is how many envelopes are opened around one message: certified
// mail forwarded by certified mail has been seen three deep.
const MaxLayers = 3

// Layer is one message of certified mail, as it claims to be.
type Layer struct {
	Kind  Kind
	Outer *mime.Message
	// Inner is the message it holds: of an envelope what the person wrote, of a
	// receipt what we sent. Nil if there is none, as in short receipts.
	Inner *mime.Message
	Cert  *Cert // nil if there is none or it cannot be read
}

// Reader opens what Italian providers of certified mail send.
type Reader struct{}

// Open tells whether m is certified mail and opens one layer of it. The header
// decides; the subject only where the header says nothing and the certificate
// agrees with it.
func (Reader) Open(m *mime.Message) (Layer, bool) {
	l := Layer{Kind: kindByHeader(m.Header), Outer: m}
	if l.Kind == "" && !mayBe(m) {
		return l, false
	}
	if p := find(m.Root, isCert); p != nil {
		l.Cert, _ = ReadCert(p.Body) // one that cannot be read attests as little as none
	}
	if l.Kind == "" && fromProvider(m) {
		l.Kind = kindBySubject(m.Subject, l.Cert)
	}
	l.Inner = Enclosed(m)
	return l, l.Kind != ""
}

// fromProvider: providers write from posta-certificata@ (RFC 6109 §3.1). Who
// asks what a receipt means attaches its certificate, too, and is a person.
func fromProvider(m *mime.Message) bool {
	return slices.ContainsFunc(m.From, func(a mime.Address) bool {
		return strings.HasPrefix(strings.ToLower(a.Addr), "posta-certificata@")
	})
}

// mayBe spares ordinary mail the search for a certificate.
func mayBe(m *mime.Message) bool { return strings.Contains(m.Subject, ":") && len(m.Root.Children) > 0 }

// Enclosed is the message that m carries as certified mail does, nil for none:
// it may be a forward of it that is none itself.
func Enclosed(m *mime.Message) *mime.Message {
	p := find(m.Root, func(p *mime.Part) bool { return strings.EqualFold(p.Filename, "postacert.eml") })
	switch {
	case p == nil:
		if kindByHeader(m.Header) == "" {
			return nil
		}
		if p = find(m.Root, func(p *mime.Part) bool { return p.Message != nil }); p == nil {
			return nil
		}
		return p.Message
	case p.Message != nil:
		return p.Message
	case len(p.Children) > 0 || len(p.Body) == 0:
		return nil
	}
	return mime.Read(p.Body) // declared as some file by a program on the way
}

func isCert(p *mime.Part) bool {
	return len(p.Children) == 0 && p.Message == nil && strings.EqualFold(p.Filename, "daticert.xml")
}

// find gives the first part that fits, without looking into messages inside:
// what the person sent along is no part of the envelope.
func find(p *mime.Part, fits func(*mime.Part) bool) *mime.Part {
	if fits(p) {
		return p
	}
	for _, c := range p.Children {
		if found := find(c, fits); found != nil {
			return found
		}
	}
	return nil
}

// onBehalf is the address in «Per conto di: …», the name under which a
// provider sends an envelope (RFC 6109 §3.1.2).
func onBehalf(m *mime.Message) string {
	const words = "per conto di:"
	for _, a := range m.From {
		if name := strings.TrimSpace(a.Name); len(name) > len(words) && strings.EqualFold(name[:len(words)], words) {
			return address(name[len(words):])
		}
	}
	return ""
}

// Doubts are the ways in which an envelope contradicts the author of what was
// found inside it, in Italian for the desk; nil when it does not. Who forwards
// certified mail in an envelope of his own is named by this, too.
func (l Layer) Doubts(author string) []string {
	if l.Kind != Transport {
		return nil
	}
	var said []string
	if named := onBehalf(l.Outer); named != "" && !strings.EqualFold(named, author) {
		said = append(said, "Il gestore PEC ha spedito per conto di "+named+", ma "+authorOf(author)+".")
	}
	switch {
	case l.Cert == nil:
		said = append(said, "La busta PEC non ha dati di certificazione leggibili.")
	case l.Cert.Kind != Transport:
		said = append(said, "I dati di certificazione della PEC sono di un'altra busta.")
	case l.Cert.Sender != "" && !strings.EqualFold(l.Cert.Sender, author):
		said = append(said, "I dati di certificazione della PEC indicano come mittente "+l.Cert.Sender+", ma "+authorOf(author)+".")
	}
	return said
}

func authorOf(address string) string {
	if address == "" {
		return "il messaggio non indica il mittente"
	}
	return "il messaggio risulta scritto da " + address
}
