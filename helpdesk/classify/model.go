package classify

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
)

// NoLabel is what questions are learned under of which a person said that they
// have no measure. A Model that knows what those look like abstains better.
const NoLabel = ""

// Model is naive Bayes over the stems of confirmed questions: in how many
// questions of a label a stem stood. It is kept as such counts, so one question
// more or less changes its own stems only.
//
// A label's score is the sum, over the stems of the text, of how much likelier
// each stands in a question of the label than in one of all others (the
// complement, which few questions of a rare measure do not distort).
type Model struct {
	questions map[string]int            // label → questions
	stems     map[string]map[string]int // stem → label → questions with it
	total     int
}

// NewModel makes a model that knows nothing.
func NewModel() *Model {
	return &Model{questions: map[string]int{}, stems: map[string]map[string]int{}}
}

// maxLearned bounds what one question teaches; those at its end are seldom the
// question.
const maxLearned = 300

// Lesson gives the distinct stems of a question that a Model learns, at most
// 300, as Learn takes and a store keeps them.
func Lesson(stems []string) []string {
	seen := map[string]bool{}
	var distinct []string
	for _, s := range stems {
		if s != "" && !seen[s] && len(distinct) < maxLearned {
			seen[s] = true
			distinct = append(distinct, s)
		}
	}
	return distinct
}

// Learn counts a confirmed question with the stems of its Lesson.
func (m *Model) Learn(label string, lesson []string) { m.count(label, lesson, 1) }

// Unlearn takes back what was learned from a question, with the same lesson.
func (m *Model) Unlearn(label string, lesson []string) { m.count(label, lesson, -1) }

func (m *Model) count(label string, lesson []string, n int) {
	m.Add(label, "", n)
	for _, s := range lesson {
		m.Add(label, s, n)
	}
}

// Add adds n to the count of a stem in the questions of a label, and with stem
// "" to the questions themselves. A store loads its rows with it.
func (m *Model) Add(label, stem string, n int) {
	if stem == "" {
		m.total += n
		addTo(m.questions, label, n)
		return
	}
	of := m.stems[stem]
	if of == nil {
		of = map[string]int{}
		m.stems[stem] = of
	}
	addTo(of, label, n)
	if len(of) == 0 {
		delete(m.stems, stem)
	}
}

func addTo(counts map[string]int, label string, n int) {
	if counts[label] += n; counts[label] <= 0 {
		delete(counts, label)
	}
}

// Counts gives all that a model knows, as Add takes it, in no particular order.
func (m *Model) Counts() iter.Seq[Count] {
	return func(yield func(Count) bool) {
		for label, n := range m.questions {
			if !yield(Count{label, "", n}) {
				return
			}
		}
		for s, of := range m.stems {
			for label, n := range of {
				if !yield(Count{label, s, n}) {
					return
				}
			}
		}
	}
}

// Count is in how many questions of a label a stem stood; stem "" counts the
// questions.
type Count struct {
	Label, Stem string
	N           int
}

const (
	minQuestions = 6   // of a label, before it is proposed
	minOthers    = 10  // of all others
	minTelling   = 3   // stems that speak for it
	minScore     = 7.0 // nats
	minLead      = 3.5 // nats before the second
	telling      = 1.1 // nats, three times as likely
	mostOfOne    = 2.5 // nats that one stem may add: a name must not decide
	doubt        = 4.0 // questions of the usual kind that each label is given, so that one of few is not all about their words
)

// guess is what speaks for a label.
type guess struct {
	label string
	score float64
	stems []string // those that tell, most telling first
}

// propose gives the label that a text is like, if it is clearly like one.
func (m *Model) propose(stems []string, name func(string) string) (Proposal, bool) {
	gs := m.guesses(Lesson(stems))
	if len(gs) == 0 || gs[0].label == NoLabel || m.questions[gs[0].label] < minQuestions || gs[0].score < minScore || len(gs[0].stems) < minTelling {
		return Proposal{}, false
	}
	best, lead := gs[0], gs[0].score
	if len(gs) > 1 {
		lead -= gs[1].score
	}
	if lead < minLead {
		return Proposal{}, false
	}
	return Proposal{best.label, Learned, confidence(min(best.score-minScore, lead-minLead)), fmt.Sprintf("simile a %d quesiti confermati di %s: %s",
		m.questions[best.label], name(best.label), strings.Join(best.stems[:min(len(best.stems), maxReasons)], ", "))}, true
}

const maxReasons = 4 // stems in a sentence

// confidence is 0.7 where a text has just enough and nears 0.95.
func confidence(beyond float64) float64 {
	return math.Floor(100*(0.95-0.25*math.Exp(-beyond/6))) / 100
}

// guesses weighs all labels; one with too few questions to be proposed still
// keeps another from being.
func (m *Model) guesses(lesson []string) []guess {
	if m == nil {
		return nil
	}
	var gs []guess
	for label, n := range m.questions {
		if m.total-n < minOthers {
			continue
		}
		gs = append(gs, m.guess(label, n, lesson))
	}
	slices.SortFunc(gs, func(a, b guess) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.label, b.label)) })
	return gs
}

func (m *Model) guess(label string, n int, lesson []string) guess {
	g := guess{label: label}
	type weighed struct {
		stem string
		nats float64
	}
	var tell []weighed
	for _, s := range lesson {
		all := 0
		for _, c := range m.stems[s] {
			all += c
		}
		if all < 2 {
			continue // seen once: chance
		}
		in := float64(m.stems[s][label])
		usual := float64(all) / float64(m.total)
		here := (in + doubt*usual) / (float64(n) + doubt)
		elsewhere := (float64(all) - in + doubt*usual) / (float64(m.total-n) + doubt)
		nats := min(max(math.Log(here/elsewhere), -mostOfOne), mostOfOne)
		g.score += nats
		if nats >= telling && in >= 2 {
			tell = append(tell, weighed{s, nats})
		}
	}
	slices.SortFunc(tell, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.nats, a.nats), cmp.Compare(a.stem, b.stem)) })
	for _, w := range tell {
		g.stems = append(g.stems, w.stem)
	}
	return g
}
