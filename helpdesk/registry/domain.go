package registry

import "strings"

// hint is what a domain, or the part before the @, says about a municipality.
type hint struct {
	name     string // key
	province string // code, "" for none
	marked   bool   // it says «comune»
}

// byDomainName reads a domain as the name of a municipality:
// comune.NOME.PROV.it and its kin. Only one body may fit, and it is sure only
// if the domain says «comune» or «città» and the name cannot be the beginning
// of another one: comunebadia.it is Badia Tedalda's, not Badia's.
func byDomainName(s Source, domain string) (Answer, error) {
	if sharedDomain(domain) {
		return Answer{}, nil
	}
	h, ok := domainHint(domain)
	if !ok {
		return Answer{}, nil
	}
	bodies, err := fitting(s, h)
	if err != nil {
		return Answer{}, err
	}
	why := "il dominio " + domain + " è il nome del Comune"
	if len(bodies) > 1 {
		return candidates(bodies, why+", ma anche di un altro"), nil
	}
	if len(bodies) == 0 || !h.marked {
		return candidates(bodies, why), nil
	}
	if h.province == "" && !capital(bodies[0]) {
		longer, err := s.Longer(Fold(bodies[0].Name))
		if err != nil {
			return Answer{}, err
		}
		if len(longer) > 0 {
			a := candidates(bodies, why)
			for _, b := range longer[:min(maxCandidates, len(longer))] {
				a.add(Candidate{b, sentence("il dominio " + domain + " può abbreviare il nome del Comune")})
			}
			return a, nil
		}
	}
	return found(bodies, why), nil
}

// capital: the town that its province is named after keeps its bare name.
func capital(b Body) bool { return named(b, Key(provinces()[b.Province].Name)) }

// byLocalPart proposes whom a shared domain's mailbox names:
// comune.valcerva@pec.regione.… The address alone does not prove it.
func byLocalPart(s Source, local, domain string) (Answer, error) {
	labels := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	h, ok := readLabels(labels)
	if !ok || !h.marked {
		return Answer{}, nil
	}
	bodies, err := fitting(s, h)
	return candidates(bodies, "l'indirizzo "+local+"@"+domain+" porta il nome del Comune"), err
}

// domainHint takes a domain apart: its top and the provider's part go first.
func domainHint(domain string) (hint, bool) {
	labels := strings.Split(strings.Trim(domain, "."), ".")
	n := len(labels) - 1
	if n < 1 || n > 8 {
		return hint{}, false
	}
	labels = labels[:n]
	if n > 1 && (labels[n-1] == "gov" || hosts[labels[n-1]]) {
		labels = labels[:n-1]
	}
	return readLabels(labels)
}

// hosts are providers that give each municipality a domain below their own:
// comune.valcerva.bg.legalmail.it.
var hosts = map[string]bool{"legalmail": true, "legalmailpa": true, "postecert": true, "191": true, "arubapec": true, "pec": true}

// kinds are words of a domain that say that it is not a municipality's own.
var kinds = []string{"unione", "unioni", "comuni", "comunita", "provincia", "regione", "consorzio", "montana", "associa", "metropolitana", "parco", "asl", "ats", "scuol", "istitut", "pro", "polizia"}

func otherKind(label string) bool {
	for _, k := range kinds {
		if label == k || len(k) > 4 && strings.HasPrefix(label, k) {
			return true
		}
	}
	return label == "cm" || label == "uc"
}

// readLabels looks for the mark «comune», «città» or «municipio», after which
// the name comes, with the province or without. Without a mark the last label
// but the province is the name.
func readLabels(labels []string) (hint, bool) {
	for _, l := range labels {
		if otherKind(l) {
			return hint{}, false
		}
	}
	for i, l := range labels {
		rest, ok := cutMark(l)
		if !ok {
			continue
		}
		if rest == "" {
			return nameAndProvince(labels[i+1:], true)
		}
		return nameAndProvince(append([]string{rest}, labels[i+1:]...), true)
	}
	if len(labels) > 3 {
		return hint{}, false
	}
	return nameAndProvince(labels, false)
}

// marks are how a label begins that names a municipality, the longer first.
var marks = []string{"comunedi", "comune", "cittadi", "citta", "municipiodi", "municipio"}

// cutMark takes the mark off a label: "comune-di-valcerva" leaves "valcerva".
func cutMark(label string) (rest string, ok bool) {
	key := Key(label)
	for _, m := range marks {
		if rest, ok = strings.CutPrefix(key, m); ok {
			return rest, true
		}
	}
	return "", false
}

// serviceLabel is a label that stands before the name of a domain.
func serviceLabel(l string) bool {
	switch l {
	case "www", "mail", "posta", "pec", "cert", "postacert", "legalmail", "email", "ente":
		return true
	}
	return false
}

// nameAndProvince reads NOME, NOME.PROV, NO.ME.PROV and NOME-PROV.
func nameAndProvince(labels []string, marked bool) (hint, bool) {
	h := hint{marked: marked}
	for len(labels) > 1 && serviceLabel(labels[0]) {
		labels = labels[1:]
	}
	if n := len(labels); n > 1 {
		if h.province = provinceOf(labels[n-1]); h.province != "" {
			labels = labels[:n-1]
		} else if !marked {
			return hint{}, false
		}
	} else if n == 1 {
		if name, prov, ok := cutLast(labels[0], "-"); ok && len(prov) == 2 && provinceOf(prov) != "" {
			labels, h.province = []string{name}, provinceOf(prov)
		}
	}
	h.name = Key(strings.Join(labels, ""))
	// comune.re.it is not Re but Reggio, and comune.bg.it nobody.
	return h, len(h.name) > 2 || len(h.name) == 2 && (h.province != "" || provinceOf(h.name) == "")
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// fitting lists the bodies that a hint fits: those of exactly this name, or
// else those it shortens: left-out links and articles, S. for San, and within a
// province the first word alone (comune.albano.bg.it).
func fitting(s Source, h hint) ([]Body, error) {
	bodies, err := s.ByKeys([]string{h.name})
	if err != nil {
		return nil, err
	}
	exact := within(bodies, h, func(b Body) bool { return named(b, h.name) })
	if len(exact) > 0 {
		return exact, nil
	}
	if loose := within(bodies, h, func(Body) bool { return true }); len(loose) > 0 {
		return loose, nil
	}
	if len(h.name) < 5 {
		return nil, nil
	}
	more, err := s.ByKeys(written(h.name))
	if err != nil {
		return nil, err
	}
	if more = within(more, h, func(Body) bool { return true }); len(more) > 0 || h.province == "" {
		return more, nil
	}
	longer, err := s.Longer(h.name)
	return within(longer, h, func(Body) bool { return true }), err
}

func named(b Body, key string) bool {
	for _, n := range b.Names {
		if Key(n) == key {
			return true
		}
	}
	return false
}

func within(bodies []Body, h hint, also func(Body) bool) []Body {
	var out []Body
	for _, b := range bodies {
		if inProvince(b.Province, h.province) && also(b) {
			out = append(out, b)
		}
	}
	return distinct(out)
}

// written lists the keys that a shortened one may stand for.
func written(key string) []string {
	var out []string
	for _, article := range []string{"l", "la", "lo", "il", "le", "i", "gli"} {
		out = append(out, article+key)
	}
	if rest, ok := strings.CutPrefix(key, "s"); ok {
		for _, saint := range []string{"san", "santa", "sant", "santo"} {
			out = append(out, saint+rest)
		}
	}
	return out
}
