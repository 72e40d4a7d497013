package registry

import "strings"

// Body is a municipality or another body, as far as recognising it goes.
type Body struct {
	ID       int64 // of the source, 0 in the shipped list
	ISTAT    string
	Name     string   // «Valcerva»
	Names    []string // all it is known by, Name among them
	Province string
	Union    bool   // of municipalities: who writes may mean one of them
	Own      bool   // of ByDomain: somebody said that the domain is this body's alone
	Members  []Body // of a union
}

// Source is what the rules look things up in. Bodies that went into another
// one are given as that. A look-up that finds nothing is no error.
type Source interface {
	// ByAddress: whose whole address it is, in lower case.
	ByAddress(address string) ([]Body, error)
	// ByDomain: whose addresses, or own domain, it is, in lower case.
	ByDomain(domain string) ([]Body, error)
	// ByKeys: those that one of the keys (Keys) names.
	ByKeys(keys []string) ([]Body, error)
	// Longer: those of whose names one begins with a folded name and goes on
	// with further words, some fifty at most.
	Longer(folded string) ([]Body, error)
}

// Answer is who writes. Body is the zero Body where nobody can be named.
type Answer struct {
	Body       Body
	Sure       bool        // its address says so; otherwise it is a proposal
	Why        string      // a sentence in Italian, "" without Body
	Candidates []Candidate // likeliest first, Body among them unless it is sure
}

// Candidate is a body that may be the one that writes.
type Candidate struct {
	Body Body
	Why  string
}

// maxCandidates is how many bodies a person is asked to choose from.
const maxCandidates = 12

// Recognise says which body writes: by its whole address, by a domain of its
// own, by a domain that is a municipality's name, and last by what the text
// says. text is the new part of the message with its signature, never what it
// quotes.
func Recognise(s Source, address, text string) (Answer, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	local, domain, _ := strings.Cut(address, "@")
	for _, rule := range []func() (Answer, error){
		func() (Answer, error) { return byAddress(s, address) },
		func() (Answer, error) { return byDomain(s, domain) },
		func() (Answer, error) { return byDomainName(s, domain) },
	} {
		a, err := rule()
		if err != nil {
			return Answer{}, err
		}
		if a.Sure {
			return a, nil
		}
		if len(a.Candidates) > 0 {
			return narrowed(s, a, text)
		}
	}
	a, err := byText(s, text)
	if err != nil || a.Body.Name != "" {
		return a, err
	}
	byLocal, err := byLocalPart(s, local, domain)
	a.add(byLocal.Candidates...)
	return a, err
}

func byAddress(s Source, address string) (Answer, error) {
	if address == "" {
		return Answer{}, nil
	}
	bodies, err := s.ByAddress(address)
	return found(bodies, "l'indirizzo "+address+" è fra quelli dell'ente"), err
}

// byDomain: a domain that several bodies' addresses share tells nothing for
// sure, nor does a provider's (domain.md §4.5).
func byDomain(s Source, domain string) (Answer, error) {
	if domain == "" || sharedDomain(domain) {
		return Answer{}, nil
	}
	bodies, err := s.ByDomain(domain)
	if err != nil {
		return Answer{}, err
	}
	bodies = distinct(bodies)
	if len(bodies) > maxCandidates {
		return Answer{}, nil
	}
	if len(bodies) == 1 && !bodies[0].Own && !ownDomain(bodies[0], domain) {
		return candidates(bodies, "altri indirizzi dell'ente usano il dominio "+domain), nil
	}
	return found(bodies, "il dominio "+domain+" è dell'ente"), nil
}

// found: one body is the answer, unless it is a union, which may write for any
// of its members; several are candidates.
func found(bodies []Body, why string) Answer {
	bodies = distinct(bodies)
	switch {
	case len(bodies) == 0 || len(bodies) > maxCandidates:
		return Answer{}
	case len(bodies) > 1:
		return candidates(bodies, why+", e di altri")
	case !bodies[0].Union:
		return Answer{Body: bodies[0], Sure: true, Why: sentence(why)}
	}
	a := candidates(bodies, why)
	a.Body, a.Why = bodies[0], a.Candidates[0].Why
	for _, m := range bodies[0].Members {
		a.add(Candidate{m, sentence("fa parte dell'ente «" + bodies[0].Name + "», da cui arriva il messaggio")})
	}
	return a
}

func candidates(bodies []Body, why string) Answer {
	var a Answer
	for _, b := range bodies {
		a.add(Candidate{b, sentence(why)})
	}
	return a
}

// add appends candidates that are not there yet, within the bound.
func (a *Answer) add(cs ...Candidate) {
	for _, c := range cs {
		known := false
		for _, have := range a.Candidates {
			known = known || same(have.Body, c.Body)
		}
		if !known && len(a.Candidates) < maxCandidates {
			a.Candidates = append(a.Candidates, c)
		}
	}
}

// narrowed proposes the one of several candidates that the text names.
func narrowed(s Source, a Answer, text string) (Answer, error) {
	said, err := byText(s, text)
	if err != nil || said.Body.Name == "" {
		return a, err
	}
	for _, c := range a.Candidates {
		if same(c.Body, said.Body) {
			a.Body, a.Why = c.Body, said.Why
			rest := a.Candidates
			a.Candidates = []Candidate{{c.Body, said.Why}}
			a.add(rest...)
			return a, nil
		}
	}
	a.add(said.Candidates...)
	return a, nil
}

func same(a, b Body) bool {
	return a.ID == b.ID && a.ISTAT == b.ISTAT && a.Name == b.Name && a.Province == b.Province
}

func distinct(bodies []Body) []Body {
	var out []Body
	for _, b := range bodies {
		known := false
		for _, o := range out {
			known = known || same(o, b)
		}
		if !known {
			out = append(out, b)
		}
	}
	return out
}

// sentence writes a reason as people read it.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
