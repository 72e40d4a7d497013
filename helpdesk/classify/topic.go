package classify

import (
	"cmp"
	"slices"
	"strings"

	"sportello/helpdesk/pnrr"
)

const (
	phraseGain  = 1.5 // a phrase of several words says more than one
	questionIn  = 1.4 // what stands in the sentence that asks
	topicWeight = 1.0
	topicEnough = 0.6 // less is chance
	topicNear   = 0.6 // of the first: proposed beside it
	maxTopics   = 3
)

// addTopics takes the topics' keywords; one of several topics counts for each
// of them the less.
func (l lexicon) addTopics(topics []pnrr.Topic) {
	of := map[string]float64{}
	for _, t := range topics {
		for _, w := range t.Keywords {
			of[strings.Join(Stems(w), " ")]++
		}
	}
	for i, t := range topics {
		for _, w := range t.Keywords {
			weight := topicWeight / max(1, of[strings.Join(Stems(w), " ")]-0.5)
			if len(Stems(w)) > 1 {
				weight *= phraseGain
			}
			l.add(i, weight, w)
		}
	}
}

// topicsOf gives the topics that a question's words name. Most questions have
// one, so a second must come near the first. What is no question has none.
func (k *Classifier) topicsOf(r *reading, v *verdict, stems []string, learned *Model) []Proposal {
	if v.unasked != "" {
		return k.other()
	}
	scores := k.topicScores(r)
	if len(scores) == 0 || scores[0].points < topicEnough {
		if p, ok := learned.propose(stems, k.topicName); ok {
			return []Proposal{p}
		}
		return k.other()
	}
	var ps []Proposal
	total := 0.0
	for _, s := range scores {
		total += s.points
	}
	for _, s := range scores[:min(maxTopics, len(scores))] {
		if s.points < topicEnough || s.points < topicNear*scores[0].points {
			break
		}
		ps = append(ps, Proposal{k.topics[s.label].Code, Rule, float64(int(100*min(0.95, s.points/total))) / 100, "parole: " + strings.Join(s.words, ", ")})
	}
	return ps
}

func (k *Classifier) topicScores(r *reading) []score {
	by := map[int]*score{}
	for _, h := range k.matters.find(r) {
		s := by[h.label]
		if s == nil {
			s = &score{label: h.label, first: h.from, seen: map[string]float64{}}
			by[h.label] = s
		}
		weight := h.weight
		if h.subject {
			weight *= inSubject
		} else if h.asks {
			weight *= questionIn
		}
		before := s.seen[h.key()]
		if before == 0 {
			s.words = append(s.words, h.said(r))
		}
		if weight > before {
			s.points += weight - before
			s.seen[h.key()] = weight
		}
		s.first = min(s.first, h.from)
	}
	var scores []score
	for _, s := range by {
		scores = append(scores, *s)
	}
	slices.SortFunc(scores, func(a, b score) int {
		return cmp.Or(cmp.Compare(b.points, a.points), cmp.Compare(a.first, b.first), cmp.Compare(a.label, b.label))
	})
	return scores
}

// other is the topic for what fits no other: the one without keywords.
func (k *Classifier) other() []Proposal {
	for _, t := range k.topics {
		if len(t.Keywords) == 0 {
			return []Proposal{{t.Code, Rule, 0.3, "nessuna parola di un altro tema"}}
		}
	}
	return nil
}

func (k *Classifier) topicName(code string) string { return "«" + k.Name(code) + "»" }
