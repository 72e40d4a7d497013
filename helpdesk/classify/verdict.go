package classify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sportello/helpdesk/pnrr"
)

const (
	threshold = 2.0
	margin    = 1.0
	manyWeak  = 3.5 // three words, of which one stands in the subject, or four
	clearLead = 2.0 // of one that is named over another that is
	opposed   = 3.0 // threshold where a word speaks against it
	maxNear   = 5   // candidates
)

// take adds what bare numbers and codes say: a number alone gives nothing, but
// with words of a measure, or with the only project that it can be, it does.
func (v *verdict) take(mentions []pnrr.Mention, by map[int]*score, held []string) {
	for _, m := range mentions {
		if m.How == pnrr.HowCode && m.Measure == "" && len(m.Candidates) == 0 {
			v.unknown = m.Code
		}
		if m.How != pnrr.HowBare || slices.ContainsFunc(v.numbers, func(n pnrr.Mention) bool { return n.Number == m.Number }) {
			continue
		}
		v.numbers = append(v.numbers, m)
		var own []string
		for _, code := range m.Candidates {
			if s := by[v.k.index[code]]; s != nil && v.k.knows(code) && s.points > 0 {
				s.points += byNumber
				s.strong = s.strong || v.context
				s.words = append(s.words, m.Written)
			}
			if slices.Contains(held, code) {
				own = append(own, code)
			}
		}
		if len(own) == 1 && v.k.knows(own[0]) {
			v.own(own[0], m, by)
		}
	}
}

// own counts a number that only one of the body's projects can mean.
func (v *verdict) own(code string, m pnrr.Mention, by map[int]*score) {
	i := v.k.index[code]
	if by[i] == nil {
		by[i] = &score{label: i}
	}
	by[i].points += strong
	by[i].strong = true
	by[i].words = append(by[i].words, m.Written+", di cui l'ente ha un progetto")
}

func (v *verdict) sort(by map[int]*score) {
	for _, s := range by {
		v.scores = append(v.scores, *s)
	}
	slices.SortFunc(v.scores, func(a, b score) int {
		return cmp.Or(cmp.Compare(b.points, a.points), cmp.Compare(a.first, b.first), cmp.Compare(a.label, b.label))
	})
}

// decide gives the measures that the words name, or none.
func (v *verdict) decide() []Proposal {
	if len(v.scores) == 0 || v.unasked != "" || v.unknown != "" {
		return nil
	}
	best := v.scores[0]
	if best.points < threshold || best.against < 0 && best.points < opposed && !v.several || v.contradicted(best) || !best.strong && !v.enough(best) {
		return nil
	}
	rivals := v.rivals(best)
	if len(rivals) == 0 {
		return []Proposal{v.proposal(best)}
	}
	return v.together(append([]score{best}, rivals...))
}

// enough reports whether words that none alone name a measure do so together:
// of «museo» and «archivio» many things are asked.
func (v *verdict) enough(s score) bool {
	return v.context && s.points >= manyWeak && (len(s.words) > 2 || len(s.words) == 2 && s.long)
}

// rivals are the other measures that words name as well, or nearly.
func (v *verdict) rivals(best score) []score {
	var rs []score
	for _, s := range v.scores[1:] {
		if s.strong && s.points-s.against >= threshold || best.points-s.points < margin {
			rs = append(rs, s)
		}
	}
	return rs
}

// together decides where words name several measures. The funded ones go
// before things that are merely built; the subject before the body; and where
// the text says that there are two projects, both are meant.
func (v *verdict) together(named []score) []Proposal {
	if slices.ContainsFunc(named, func(s score) bool { return !s.strong }) {
		named = slices.DeleteFunc(named, func(s score) bool { return !s.strong && named[0].points-s.points >= margin })
		if slices.ContainsFunc(named, func(s score) bool { return !s.strong }) {
			return nil
		}
	}
	main := only(named, func(s score) bool { return s.funded && s.subject })
	if main == nil {
		main = only(named, func(s score) bool { return s.funded })
	}
	if main == nil && named[0].subject && named[0].points-named[1].points >= clearLead {
		main = &named[0]
	}
	slices.SortStableFunc(named, func(a, b score) int { return cmp.Compare(a.first, b.first) })
	switch {
	case main != nil && !v.several && main.against == 0:
		named = []score{*main}
	case !v.several:
		return nil
	}
	var ps []Proposal
	for _, s := range named[:min(len(named), maxNamed)] {
		ps = append(ps, v.proposal(s))
	}
	return ps
}

// only is the one score for which f holds, nil if it holds for none or several.
func only(ss []score, f func(score) bool) *score {
	var found *score
	for i := range ss {
		if f(ss[i]) {
			if found != nil {
				return nil
			}
			one := ss[i]
			found = &one
		}
	}
	return found
}

// contradicted: a number that can be another measure only («misura 1.2» beside
// the words of 1.1) leaves it to a person.
func (v *verdict) contradicted(best score) bool {
	code := v.k.measures[best.label].Code
	return len(v.numbers) > 0 && !slices.ContainsFunc(v.numbers, func(m pnrr.Mention) bool { return slices.Contains(m.Candidates, code) })
}

// allows reports whether nothing in the text speaks against a learned measure.
func (v *verdict) allows(code string) bool {
	i, ok := v.k.index[code]
	if !ok || v.unasked != "" || v.unknown != "" || v.contradicted(score{label: i}) {
		return false
	}
	for _, s := range v.scores {
		if s.label != i && s.strong && s.points-s.against >= threshold || s.label == i && s.points < 0 {
			return false
		}
	}
	return true
}

func (v *verdict) proposal(s score) Proposal {
	p := Proposal{v.k.measures[s.label].Code, Rule, 0.8, "parole: " + strings.Join(s.words, ", ")}
	switch {
	case s.strong && s.subject || s.strong && s.points >= 2*strong:
		p.Confidence = 0.95
	case s.strong:
		p.Confidence = 0.9
	}
	return p
}

// candidates are the measures that come near, for a choice by one click.
func (v *verdict) candidates() []Proposal {
	var ps []Proposal
	for _, s := range v.scores {
		if s.points > 0 && len(ps) < maxNear && v.unasked == "" {
			p := v.proposal(s)
			p.Confidence = min(0.4, s.points/10)
			ps = append(ps, p)
		}
	}
	for _, m := range v.numbers {
		for _, code := range m.Candidates {
			if len(m.Candidates) <= maxNear && len(ps) < maxNear && v.k.knows(code) && !contains(ps, code) {
				ps = append(ps, Proposal{code, Rule, 0.1, fmt.Sprintf("«%s» può essere %s", m.Written, v.k.measureName(code))})
			}
		}
	}
	return ps
}

// why says in Italian why nothing is proposed.
func (v *verdict) why() string {
	switch {
	case v.unasked != "":
		return v.unasked
	case v.unknown != "":
		return "il codice " + v.unknown + " non è fra le misure dello sportello"
	case len(v.numbers) > 0:
		return fmt.Sprintf("«%s» da solo può essere di più componenti: serve il codice intero", v.numbers[0].Written)
	case len(v.scores) > 0 && v.scores[0].strong && len(v.rivals(v.scores[0])) > 0:
		return "le parole indicano più di una misura"
	case len(v.scores) > 0 && v.scores[0].against < 0 && v.scores[0].points > 0:
		return "alcune parole indicano una misura, altre la escludono"
	case len(v.scores) > 0 && v.scores[0].points > 0:
		return "le parole non bastano per una misura"
	}
	return "nel testo non c'è né un codice né una parola di una misura"
}
