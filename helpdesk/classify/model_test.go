package classify

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk/pnrr"
)

// What is taken back leaves nothing, in whatever order.
func TestModelUnlearns(t *testing.T) {
	m := NewModel()
	one, two := Lesson(Stems("La pesa del centro di raccolta")), Lesson(Stems("La recinzione del centro sportivo"))
	m.Learn("M2C1I1.1", one)
	want := slices.Collect(m.Counts())
	m.Learn("M5C2I3.1", two)
	m.Learn("M2C1I1.1", two)
	m.Unlearn("M5C2I3.1", two)
	m.Unlearn("M2C1I1.1", two)
	if got := slices.Collect(m.Counts()); len(got) != len(want) {
		t.Errorf("%d counts are left, want %d", len(got), len(want))
	}
	m.Unlearn("M2C1I1.1", one)
	if got := slices.Collect(m.Counts()); len(got) != 0 || m.total != 0 {
		t.Errorf("left: %v", got)
	}
}

// A store keeps the counts as rows; what it loads proposes the same.
func TestModelFromItsCounts(t *testing.T) {
	m := trained()
	loaded := NewModel()
	for c := range m.Counts() {
		loaded.Add(c.Label, c.Stem, c.N)
	}
	if loaded.total != m.total || !maps.Equal(loaded.questions, m.questions) {
		t.Fatalf("loaded %d questions %v, want %d %v", loaded.total, loaded.questions, m.total, m.questions)
	}
	stems := Stems("Servono i pannelli per la tensostruttura del pattinaggio?")
	a, _ := m.propose(stems, strings.ToUpper)
	b, _ := loaded.propose(stems, strings.ToUpper)
	if a != b {
		t.Errorf("%v, want %v", b, a)
	}
}

// trained has seen questions on a skating rink, for which the catalogue has no
// words, on nurseries, and some without a measure.
func trained() *Model {
	m := NewModel()
	random := rand.New(rand.NewPCG(1, 2))
	learn := func(label, words string) {
		all := strings.Fields(words)
		for range 12 {
			random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			m.Learn(label, Lesson(Stems(strings.Join(all[:7], " "))))
		}
	}
	learn("M5C2I3.1", "pattinaggio tensostruttura pista ghiaccio refrigerante balaustra pannelli lavori saldo ditta")
	learn("M4C1I1.1", "asilo nido bambini educatrici arredi giochi lavori saldo ditta collaudo")
	learn(NoLabel, "utenza password credenziali regis accesso profilo saldo ditta lavori collaudo")
	return m
}

func TestLearned(t *testing.T) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	m := trained()
	for _, v := range []struct{ name, text, want, reason string }{
		{"words of the learned", "La tensostruttura del pattinaggio ha la balaustra rotta e i pannelli freddi: saldo?", "M5C2I3.1", "simile a 12 quesiti confermati di M5C2I3.1"},
		{"one word is chance", "La ditta ha smontato la balaustra.", "", ""},
		{"what all have", "La ditta chiede il saldo dei lavori dopo il collaudo.", "", ""},
		{"what has no measure", "La password e le credenziali del profilo non vanno: accesso negato per la mia utenza.", "", ""},
		{"a code goes before", "M4C1I1.1: la tensostruttura del pattinaggio, balaustra, pannelli e ghiaccio", "M4C1I1.1", "codice"},
		{"a bare number speaks against", "misura 1.4.5: tensostruttura del pattinaggio, balaustra, pannelli, pista di ghiaccio", "", ""},
	} {
		t.Run(v.name, func(t *testing.T) {
			res := k.Classify(Question{Text: v.text}, m, nil)
			if res.Primary() != v.want || v.want != "" && !strings.Contains(res.Measures[0].Reason, v.reason) {
				t.Errorf("%q: %+v, want %q", v.text, res, v.want)
			}
		})
	}
}

// Each question is judged by a model that learned all others: what rules do not
// decide must not come out wrong.
func TestLearnedLeavingOneOut(t *testing.T) {
	bare := New(pnrr.NewCatalogue(withoutWords(pnrr.Shipped())))
	all := slices.Concat(readLabelled(t, "quesiti.jsonl"), readLabelled(t, "second.jsonl"), readLabelled(t, "third.jsonl"))
	m := NewModel()
	for _, l := range all {
		m.Learn(l.Measure, l.lesson())
	}
	given, wrong := 0, 0
	for _, l := range all {
		m.Unlearn(l.Measure, l.lesson())
		if got := bare.Classify(l.question(), m, nil).Primary(); got != "" {
			given++
			if !slices.Contains(l.Measures, got) {
				wrong++
				t.Logf("%q: %s, want %s", l.Subject, got, l.Measure)
			}
		}
		m.Learn(l.Measure, l.lesson())
	}
	t.Logf("without any keyword: %d of %d proposed, %d wrong", given, len(all), wrong)
	if given < 55 || 33*wrong > given {
		t.Errorf("%d proposed, %d wrong", given, wrong)
	}
}

func (l labelled) lesson() []string { return Lesson(Stems(l.Subject + "\n\n" + l.question().Text)) }

// withoutWords leaves a catalogue its codes only.
func withoutWords(d pnrr.Data) pnrr.Data {
	for i := range d.Measures {
		m := &d.Measures[i]
		m.Strong, m.Weak, m.Negative, m.Title = nil, nil, nil, ""
	}
	return d
}
