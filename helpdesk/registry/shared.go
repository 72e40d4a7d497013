package registry

import "strings"

// providers are domains of mailboxes that anybody, or many bodies, may have:
// there only the whole address tells (domain.md §4.5).
var providers = []string{
	"libero.it", "tin.it", "virgilio.it", "alice.it", "tiscali.it", "gmail.com", "gmail.it", "googlemail.com", "hotmail.com", "hotmail.it",
	"outlook.com", "outlook.it", "live.it", "live.com", "yahoo.it", "yahoo.com", "icloud.com", "me.com", "msn.com", "inwind.it", "iol.it",
	"fastwebnet.it", "fastmail.com", "email.it", "aruba.it", "katamail.com", "poste.it", "proton.me", "protonmail.com", "gmx.com", "gmx.it",
	"vodafone.it", "teletu.it", "infinito.it", "interfree.it", "jumpy.it", "eutelia.it", "register.it",
	"pec.it", "legalmail.it", "arubapec.it", "pec.aruba.it", "legalpec.it", "halleypec.it", "halleycert.it", "asmepec.it", "asmecert.it",
	"postecert.it", "posteonline.it", "registerpec.it", "sicurezzapostale.it", "actaliscertymail.it", "cert.legalmail.it", "pecimprese.it",
	"postacertificata.gov.it", "pcert.it", "mailcertificata.it", "infocert.it", "namirialpec.it", "pecveneto.it", "cert.ruparpiemonte.it",
	"ruparpiemonte.it", "servizipec.it", "ebaspec.it", "anutelpec.it", "pec-mail.eu", "casellapec.com", "lamiapec.it", "mypec.eu",
	"legalmailpa.it", "191.it", "pec.como.it", "pec.regione.lombardia.it", "emarche.it", "postacert.umbria.it", "postacert.toscana.it", "certgov.fvg.it", "pec.rupar.puglia.it",
	"pec.ptbiellese.it", "cert.ruparbasilicata.it", "cert.ip-veneto.net", "pec.comunas.it", "pec.intradata.it", "postecert.poste.it",
}

// sharedDomain reports whether a domain belongs to no single body: a
// provider's, or one below it that says nothing itself, or a province's or
// region's that keeps the mailboxes of its towns.
func sharedDomain(domain string) bool {
	for _, p := range providers {
		if domain == p {
			return true
		}
		if head, ok := strings.CutSuffix(domain, "."+p); ok && !strings.Contains(head, "comun") {
			return true
		}
	}
	for _, l := range strings.Split(domain, ".") {
		if l == "provincia" || l == "regione" || strings.HasPrefix(l, "rupar") {
			return true
		}
	}
	return false
}

// ownDomain reports whether a domain that one body's addresses have is its
// own: it bears the body's name. Otherwise it may be that of a provider of
// whom only one customer is known.
func ownDomain(b Body, domain string) bool {
	for _, l := range strings.Split(domain, ".") {
		key := Key(l)
		if rest, ok := cutMark(l); ok && rest != "" {
			key = rest
		}
		for _, n := range b.Names {
			for _, k := range Keys(n) {
				if key == k || len(k) >= 6 && strings.Contains(key, k) {
					return true
				}
			}
		}
	}
	return false
}
