package classify

import "sportello/helpdesk/pnrr"

// Question is what a body asks.
type Question struct {
	Subject string // without prefixes of replies
	Text    string // what is new in it

	// Held are the IDs of the measures that the body has projects of; nil if
	// it is not known who asks. A bare number means one of these.
	Held []string
	// Project gives the IDs of the measures of the projects with a CUP or
	// CLP. Nil: no project is known.
	Project func(code string) []string
}

// Result is what is proposed for a question.
type Result struct {
	Measures   []Proposal // the main one first; empty where nothing is sure enough
	Topics     []Proposal // the main one first; never empty if the catalogue has a topic without keywords
	Candidates []Proposal // of an abstention: what it may be, for one click
	Abstained  string     // why there is no measure, an Italian sentence; empty if there is
	Call       string     // what asks for a call, in the sender's words; empty if nothing does
}

// Primary is the ID of the main measure, or empty.
func (r Result) Primary() string {
	if len(r.Measures) == 0 {
		return ""
	}
	return r.Measures[0].Label
}

// Proposal is a measure or topic with what speaks for it.
//
// Confidence is about how often such a proposal was right on the labelled
// questions of the tests, rounded down: 0.99 a code or the CUP of a known
// project, 0.95 a phrase that names the measure in the subject, or several, 0.9
// one in the text, 0.8 words that go with it, 0.7 to 0.95 what was learned, by
// how clearly; below 0.5 a mere candidate. Of a topic by rule it is the share
// that its words have of all topics' words, and 0.3 where none stands.
type Proposal struct {
	Label      string // ID of a measure, code of a topic
	Source     Source
	Confidence float64
	Reason     string // Italian sentence
}

// Source is where a proposal comes from.
type Source string

const (
	Rule    Source = "rule"
	Learned Source = "learned"
)

// Classifier proposes from one catalogue.
type Classifier struct {
	catalogue *pnrr.Catalogue
	measures  []pnrr.Measure
	index     map[string]int // ID → index in measures
	topics    []pnrr.Topic
	words     lexicon // of the measures
	matters   lexicon // of the topics
}

// New makes a classifier of a catalogue's measures and topics.
func New(c *pnrr.Catalogue) *Classifier {
	k := &Classifier{
		catalogue: c, measures: c.Measures(), index: map[string]int{}, topics: c.Topics(),
		words: lexicon{}, matters: lexicon{},
	}
	for i, m := range k.measures {
		k.index[m.Code] = i
		k.words.addMeasure(i, m)
	}
	k.words.mark()
	k.matters.addTopics(k.topics)
	return k
}

// Classify proposes measures and topics. The models are what was learned from
// confirmed questions; nil ones know nothing.
func (k *Classifier) Classify(q Question, measures, topics *Model) Result {
	r := read(q.Subject, q.Text)
	stems := Stems(r.text)
	v := k.weigh(r, q)
	res := Result{Topics: k.topicsOf(r, v, stems, topics), Call: asksForCall(r)}
	if named := k.named(r, q); len(named) > 0 {
		res.Measures = named
		return res
	}
	if res.Measures = v.decide(); len(res.Measures) > 0 {
		return res
	}
	if p, ok := measures.propose(stems, k.measureName); ok && v.allows(p.Label) {
		res.Measures = []Proposal{p}
		return res
	}
	res.Candidates, res.Abstained = v.candidates(), v.why()
	return res
}

// Name is what people call a measure or topic, or empty.
func (k *Classifier) Name(label string) string {
	if i, ok := k.index[label]; ok {
		return k.measures[i].Short
	}
	for _, t := range k.topics {
		if t.Code == label {
			return t.Label
		}
	}
	return ""
}

func (k *Classifier) measureName(code string) string {
	if i, ok := k.index[code]; ok {
		return code + " " + k.measures[i].Short
	}
	return code
}
