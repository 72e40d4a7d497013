package helpdesk

import (
	"regexp"
	"slices"
	"strings"
)

// certifiedDomains are providers' domains of certified boxes that do not say so
// in a label of their own (domain.md §4.5).
var certifiedDomains = []string{"legalmail.it", "sicurezzapostale.it", "postecert.it"}

// looksCertified reports whether an address is by its domain a box of certified
// mail: pec.comune.…, legalpec.it, halleycert.it, cert.ruparpiemonte.it.
func looksCertified(address string) bool {
	_, domain, ok := strings.Cut(strings.ToLower(address), "@")
	if !ok {
		return false
	}
	for _, d := range certifiedDomains {
		if domain == d || strings.HasSuffix(domain, "."+d) {
			return true
		}
	}
	labels := strings.Split(domain, ".")
	return slices.ContainsFunc(labels[:len(labels)-1], func(l string) bool {
		return strings.HasSuffix(l, "pec") || strings.HasSuffix(l, "cert") || strings.HasPrefix(l, "pec-")
	})
}

// CertifiedOf lists those of some addresses that are boxes of certified mail:
// by their domain, because certified mail came from them, or because they
// refused mail that was not.
func CertifiedOf(tx ReadTx, addresses []string) ([]string, error) {
	var lower, certified []string
	for _, a := range addresses {
		lower = append(lower, strings.ToLower(a))
	}
	learned, err := tx.CertifiedAddresses(lower)
	if err != nil {
		return nil, err
	}
	for _, a := range lower {
		if looksCertified(a) || slices.Contains(learned, a) {
			certified = append(certified, a)
		}
	}
	return certified, nil
}

// What boxes that take certified mail only answer to everything else; each
// provider has its own words.
var (
	onlyCertified = regexp.MustCompile(`(?i)\b(solo|soltanto|esclusivamente|unicamente|only)\b.*(certificat|certified|\bpec\b)`)
	notOrdinary   = regexp.MustCompile(`(?i)\b(non|not)\b.*(posta (elettronica )?(ordinaria|non certificata)|messaggi(o)? non certificat|ordinary (e-?)?mail|non[- ]certified|non[- ]pec)`)
)

// TakesCertifiedOnly reports whether the words of a refusal say that the box
// takes nothing but certified mail. Writing again the same way is of no use.
func TakesCertifiedOnly(reason string) bool {
	return onlyCertified.MatchString(reason) || notOrdinary.MatchString(reason)
}

// learnRefusal notes who refused a mail because it was not certified.
func (c *change) learnRefusal(o Outgoing, res Delivery) error {
	if res.Result != Permanent || !TakesCertifiedOnly(res.Reason) || len(o.Recipients) != 1 {
		return nil // of several nobody can tell who said it
	}
	return c.NoteCertifiedAddress(strings.ToLower(o.Recipients[0]))
}

// learnSender notes that certified mail comes from an address. That it was
// forged costs nothing: one is warned before writing to it.
func (r *receipt) learnSender() error {
	c := r.in.Certified
	if !c.Stated() || c.Kind != CertifiedEnvelope || r.in.From.Addr == "" {
		return nil
	}
	return r.NoteCertifiedAddress(strings.ToLower(r.in.From.Addr))
}
