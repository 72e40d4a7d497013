package helpdesk

import (
	"cmp"
	"slices"
)

// Tags say what a ticket is about.
type Tags struct {
	Measures []MeasureTag // the main one first
	Topics   []TopicTag
	Codes    []TicketCode
}

// MeasureTag is a measure of a ticket: proposed by the program, or a fact
// because a person set or confirmed it.
type MeasureTag struct {
	MeasureID int64
	Main      bool // the one that figures count
	Proposal
}

// TopicTag is a topic of a ticket.
type TopicTag struct {
	TopicID int64
	Proposal
}

// Proposal is where a tag comes from and how sure it is.
type Proposal struct {
	Source     TagSource
	Confirmed  bool
	Confidence float64 // 0 to 1, how often such a proposal is right
	Reason     string  // a sentence in Italian for a person
}

// TagSource is who found a tag.
type TagSource string

// The sources of tags.
const (
	TagRule    TagSource = "rule"    // codes and words
	TagLearned TagSource = "learned" // likeness to confirmed tickets
	TagPerson  TagSource = "person"
)

// TicketCode is a CUP, CIG or CLP that stands in what a body wrote.
type TicketCode struct {
	Kind CodeKind
	Code string
}

// CodeKind tells the codes apart.
type CodeKind string

// The kinds of code.
const (
	CodeCUP CodeKind = "cup"
	CodeCIG CodeKind = "cig"
	CodeCLP CodeKind = "clp"
)

// maxCodes of one ticket: a list of all projects of a province is no question
// about each of them.
const maxCodes = 50

// Main is the main measure, 0 for none.
func (t Tags) Main() int64 {
	for _, m := range t.Measures {
		if m.Main {
			return m.MeasureID
		}
	}
	return 0
}

// confirm makes facts of all proposals.
func (t Tags) confirm() Tags {
	t.Measures, t.Topics = slices.Clone(t.Measures), slices.Clone(t.Topics)
	for i := range t.Measures {
		t.Measures[i].Confirmed = true
	}
	for i := range t.Topics {
		t.Topics[i].Confirmed = true
	}
	return t
}

// withMeasures are the tags after a person chose the measures: what was
// proposed and chosen keeps its reason. main 0: none at all.
func (t Tags) withMeasures(main int64, others []int64) Tags {
	old := t.Measures
	t.Measures = nil
	for i, id := range append([]int64{main}, others...) {
		known := slices.ContainsFunc(t.Measures, func(m MeasureTag) bool { return m.MeasureID == id })
		if id == 0 || known {
			continue
		}
		tag := MeasureTag{MeasureID: id, Proposal: byPerson}
		if j := slices.IndexFunc(old, func(m MeasureTag) bool { return m.MeasureID == id }); j >= 0 {
			tag.Proposal = old[j].Proposal
			tag.Confirmed = true
		}
		tag.Main = i == 0
		t.Measures = append(t.Measures, tag)
	}
	return t
}

var byPerson = Proposal{Source: TagPerson, Confirmed: true, Confidence: 1}

// withTopics are the tags after a person chose the topics.
func (t Tags) withTopics(ids []int64) Tags {
	old := t.Topics
	t.Topics = nil
	for _, id := range ids {
		tag := TopicTag{TopicID: id, Proposal: byPerson}
		if j := slices.IndexFunc(old, func(p TopicTag) bool { return p.TopicID == id }); j >= 0 {
			tag.Proposal = old[j].Proposal
			tag.Confirmed = true
		}
		if !slices.ContainsFunc(t.Topics, func(p TopicTag) bool { return p.TopicID == id }) {
			t.Topics = append(t.Topics, tag)
		}
	}
	return t
}

// withCodes adds codes that the ticket does not have yet.
func (t Tags) withCodes(codes []TicketCode) Tags {
	t.Codes = slices.Clone(t.Codes)
	for _, c := range codes {
		if !slices.Contains(t.Codes, c) && len(t.Codes) < maxCodes {
			t.Codes = append(t.Codes, c)
		}
	}
	slices.SortFunc(t.Codes, func(a, b TicketCode) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code))
	})
	return t
}

// same reports whether both say the same.
func (t Tags) same(o Tags) bool {
	return slices.Equal(t.Measures, o.Measures) && slices.Equal(t.Topics, o.Topics) && slices.Equal(t.Codes, o.Codes)
}

// measureIDs and topicIDs name what is tagged, ascending.
func (t Tags) measureIDs() (ids []int64) {
	for _, m := range t.Measures {
		ids = append(ids, m.MeasureID)
	}
	slices.Sort(ids)
	return ids
}

func (t Tags) topicIDs() (ids []int64) {
	for _, p := range t.Topics {
		ids = append(ids, p.TopicID)
	}
	slices.Sort(ids)
	return ids
}
