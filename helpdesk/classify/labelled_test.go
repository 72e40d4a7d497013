package classify

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk/pnrr"
)

// labelled is a question with what a person says it is about.
type labelled struct {
	Subject, Body  string
	Measure, Topic string
	Kind           string   // clear, two, none, ambiguous
	Measures       []string // that are right, or of an ambiguous one may be meant
	Call           bool
	Held           bool // never looked at while making rules
}

func readLabelled(t testing.TB, file string) []labelled {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []labelled
	for s := bufio.NewScanner(f); s.Scan(); {
		var l labelled
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func (l labelled) question() Question {
	text, _, _ := strings.Cut(l.Body, "\n>")
	return Question{Subject: l.Subject, Text: text}
}

// tally is what became of labelled questions.
type tally struct {
	clear, clearRight, two, twoRight, silent, silentRight int
	wrong, given, topics, all                             int
}

func count(t *testing.T, k *Classifier, measures, topics *Model, questions []labelled, show bool) (n tally) {
	t.Helper()
	for _, l := range questions {
		res := k.Classify(l.question(), measures, topics)
		primary := res.Primary()
		n.all++
		if len(res.Topics) > 0 && res.Topics[0].Label == l.Topic {
			n.topics++
		} else if show {
			t.Logf("TOPIC %q: %v, want %s", l.Subject, res.Topics, l.Topic)
		}
		if primary != "" {
			n.given++
		}
		right := false
		switch l.Kind {
		case "clear":
			n.clear++
			if right = primary == l.Measure; right {
				n.clearRight++
			}
		case "two":
			n.two++
			if right = slices.Contains(l.Measures, primary) && len(res.Measures) == 2 && contains(res.Measures, l.Measures[0]) && contains(res.Measures, l.Measures[1]); right {
				n.twoRight++
			}
		default:
			n.silent++
			if right = primary == ""; right {
				n.silentRight++
			}
		}
		if primary != "" && !(l.Kind == "clear" || l.Kind == "two") || primary != "" && !slices.Contains(l.Measures, primary) {
			n.wrong++
			if show {
				t.Logf("WRONG %q: %v, want %s %v", l.Subject, res.Measures, l.Measure, l.Measures)
			}
		} else if !right && show {
			t.Logf("MISSED %q (%s): %v, candidates %v, want %v; %s", l.Subject, l.Kind, res.Measures, res.Candidates, l.Measures, res.Abstained)
		}
		if show && l.Call != (res.Call != "") {
			t.Logf("CALL %q: %q, want %v", l.Subject, res.Call, l.Call)
		}
	}
	return n
}

func half(questions []labelled, held bool) []labelled {
	return slices.DeleteFunc(slices.Clone(questions), func(l labelled) bool { return l.Held != held })
}

// The first file is another author's and says that it is for proof. second.jsonl
// was written before the first rule, its odd lines to be looked at while making
// them, the even ones not; the keywords' author knew both. third.jsonl was
// written when the rules stood, to lead them astray, and did: of its 67 first
// proposals 13 were wrong. fourth.jsonl came after that was mended: of its first
// 28 proposals one was wrong and one too bold, 26 of 32 clear ones were found.
// Both have been looked at since and are now for regression only.
func TestLabelled(t *testing.T) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	second := readLabelled(t, "second.jsonl")
	for _, v := range []struct {
		name                       string
		questions                  []labelled
		clear, two, silent, topics int // right, at least
		wrong                      int // at most
	}{
		{"quesiti", readLabelled(t, "quesiti.jsonl"), 44, 4, 10, 48, 0},
		{"second, looked at", half(second, false), 31, 3, 17, 36, 0},
		{"second, held out", half(second, true), 31, 2, 17, 36, 0},
		{"fourth", readLabelled(t, "fourth.jsonl"), 30, 0, 20, 37, 1},
		{"third", readLabelled(t, "third.jsonl"), 53, 2, 35, 58, 1},
	} {
		t.Run(v.name, func(t *testing.T) {
			n := count(t, k, nil, nil, v.questions, testing.Verbose())
			t.Logf("%+v", n)
			if n.clearRight < v.clear || n.twoRight < v.two || n.silentRight < v.silent || n.topics < v.topics || n.wrong > v.wrong {
				t.Errorf("want at least %d clear, %d double, %d abstentions, %d topics, at most %d wrong", v.clear, v.two, v.silent, v.topics, v.wrong)
			}
		})
	}
}
