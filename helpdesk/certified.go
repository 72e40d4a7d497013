package helpdesk

import "time"

// Certification is what a provider of certified mail states of a message, in
// the envelope around it or in a receipt. Its signature is not verified: it is
// shown and helps to find things, and gives nobody any right (domain.md §4.4).
type Certification struct {
	Kind       string    `json:"kind"`                 // by RFC 6109: «posta-certificata», «errore», «avvenuta-consegna» …
	At         time.Time `json:"at,omitzero"`          // the legal time, in the zone stated; zero if none is
	Provider   string    `json:"provider,omitempty"`   // gestore emittente
	Identifier string    `json:"identifier,omitempty"` // of the certified message
	Sender     string    `json:"sender,omitempty"`
	Subject    string    `json:"-"` // what follows only helps to tie a receipt
	Recipients []string  `json:"-"`
}

// Kinds of certification that pages name. Anomaly is ordinary mail that a
// certified box let in: not certified, and no fault.
const (
	CertifiedEnvelope = "posta-certificata"
	CertifiedAnomaly  = "errore"
	CertifiedRefusal  = "non-accettazione"
	CertifiedTakeOver = "presa-in-carico"
	CertifiedVirus    = "rilevazione-virus"
)

// Stated reports whether there was a certificate to read, and not only a header
// that anybody can write.
func (c *Certification) Stated() bool { return c != nil && (c.Identifier != "" || !c.At.IsZero()) }
