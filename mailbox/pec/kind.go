package pec

import (
	"strings"

	"sportello/mailbox/mime"
)

// Kind is what a message of certified mail is, by the values of X-Trasporto,
// X-Ricevuta and of tipo in daticert.xml (RFC 6109 §3.3 and §4.4).
type Kind string

// The kinds. Transport and Anomaly hold a person's message, the others are
// receipts about a message of ours.
const (
	Transport  Kind = "posta-certificata"
	Anomaly    Kind = "errore" // ordinary mail delivered to a certified box: not certified, no fault
	Acceptance Kind = "accettazione"
	Refusal    Kind = "non-accettazione"
	TakenOver  Kind = "presa-in-carico" // from provider to provider, seldom seen by people
	Delivery   Kind = "avvenuta-consegna"
	Failure    Kind = "errore-consegna"
	Delay      Kind = "preavviso-errore-consegna"
	Virus      Kind = "rilevazione-virus"
)

var receipts = []Kind{Acceptance, Refusal, TakenOver, Delivery, Failure, Delay, Virus}

// Receipt reports whether the kind is about a message that was sent.
func (k Kind) Receipt() bool {
	for _, r := range receipts {
		if k == r {
			return true
		}
	}
	return false
}

// kindByHeader is what the header claims, "" for ordinary mail. A receipt says
// so before the envelope it may travel in.
func kindByHeader(h mime.Header) Kind {
	if k := headerKind(h, "X-Ricevuta"); k.Receipt() {
		return k
	}
	if k := headerKind(h, "X-Trasporto"); k == Transport || k == Anomaly {
		return k
	}
	return ""
}

func headerKind(h mime.Header, name string) Kind {
	return Kind(strings.ToLower(strings.TrimSpace(h.Get(name))))
}

// What providers put before the subject (RFC 6109 §3.1 and §3.2). Each stands
// for a family of kinds; which one, daticert.xml tells.
var (
	transportPrefixes = []string{"posta certificata:"}
	receiptPrefixes   = []string{
		"accettazione:", "avviso di non accettazione:", "avviso di non accettazione per virus:", "presa in carico:",
		"consegna:", "avviso di mancata consegna:", "avviso di mancata consegna per virus:",
		"avviso di mancata consegna per sup. tempo massimo:", "problema di sicurezza:",
	}
)

// kindBySubject is for mail whose header lost its marks on the way, through a
// gateway or an importer. A subject alone says nothing: everybody forwards
// «POSTA CERTIFICATA: …». The certificate must be there and agree.
func kindBySubject(subject string, cert *Cert) Kind {
	if cert == nil {
		return ""
	}
	prefixes := transportPrefixes
	switch {
	case cert.Kind.Receipt():
		prefixes = receiptPrefixes
	case cert.Kind != Transport:
		return ""
	}
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, p := range prefixes {
		if strings.HasPrefix(subject, p) {
			return cert.Kind
		}
	}
	return ""
}
