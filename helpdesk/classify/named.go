package classify

import (
	"fmt"
	"slices"
	"strings"

	"sportello/helpdesk/pnrr"
)

// A text that names more measures than this is a list of projects, not a
// question about one.
const maxNamed = 4

const sure = 0.99

// named gives the measures of known projects and of codes in a question, which
// win over all words (domain.md §1.4-7).
func (k *Classifier) named(r *reading, q Question) []Proposal {
	ps := k.projects(r, q)
	mentions := k.catalogue.Find(r.text)
	fromProjects := len(ps)
	for _, m := range mentions {
		if _, ok := k.index[m.Measure]; !ok || m.How == pnrr.HowBare {
			continue
		}
		if !contains(ps, m.Measure) {
			ps = append(ps, Proposal{m.Measure, Rule, sure, fmt.Sprintf("codice «%s» nel testo", m.Written)})
		}
	}
	subject := strings.Index(r.text, "\n\n")
	if len(ps) > maxNamed && fromProjects == 0 && (len(mentions) == 0 || mentions[0].Start > subject) {
		return nil
	}
	return ps
}

// projects gives the measures of the projects whose CUP or CLP is written. One
// that is in several measures tells only together with a code.
func (k *Classifier) projects(r *reading, q Question) []Proposal {
	if q.Project == nil {
		return nil
	}
	var ps []Proposal
	add := func(kind string, ids []pnrr.Identifier) {
		for _, id := range ids {
			of := q.Project(id.Value)
			if len(of) == 1 && k.knows(of[0]) && !contains(ps, of[0]) {
				ps = append(ps, Proposal{of[0], Rule, sure, fmt.Sprintf("%s %s è un progetto di %s", kind, id.Value, k.measureName(of[0]))})
			}
		}
	}
	add("CUP", pnrr.FindCUP(r.text))
	add("CLP", pnrr.FindCLP(r.text))
	if len(ps) > maxNamed {
		return nil
	}
	return ps
}

func (k *Classifier) knows(measure string) bool {
	_, ok := k.index[measure]
	return ok
}

func contains(ps []Proposal, label string) bool {
	return slices.ContainsFunc(ps, func(p Proposal) bool { return p.Label == label })
}
