package helpdesk

import "strings"

// BodyOf is the body that an address belongs to by its domain, as the domain
// from its telling label on: protocollo@pec.comune.valcerva.bg.it and
// tecnico@comune.valcerva.bg.it are both comune.valcerva.bg.it. Providers'
// and shared domains (pec.it, pec.regione.lombardia.it, libero.it) belong to
// nobody: there only the whole address tells (domain.md §4.5). Empty then.
func BodyOf(address string) string {
	_, domain, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	labels := strings.Split(strings.ToLower(domain), ".")
	for i, l := range labels {
		if !tellsBody(l) {
			continue
		}
		// comune.bg.it or comune.it name no body.
		if len(labels)-i < 3 {
			return ""
		}
		return strings.Join(labels[i:], ".")
	}
	return ""
}

// tellsBody reports whether a label of a domain is the kind of a body, as in
// comune.NOME.PROV.it.
func tellsBody(label string) bool {
	switch label {
	case "comune", "unione", "cm", "comunitamontana", "unionecomuni", "unionedicomuni":
		return true
	}
	return false
}

// sameBody reports whether two addresses are one sender: the same address, or
// two of the same body.
func sameBody(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	body := BodyOf(a)
	return body != "" && body == BodyOf(b)
}

// takesPart reports whether the address is a participant, or of the body of one.
func takesPart(ps []Participant, address string) bool {
	if address == "" {
		return false
	}
	body := BodyOf(address)
	for _, p := range ps {
		if strings.EqualFold(p.Address, address) || body != "" && p.Body == body {
			return true
		}
	}
	return false
}
