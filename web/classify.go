package web

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/pnrr"
)

// classified is what a ticket's page says of measures, topics and codes, and
// what it offers instead: the forms misure (misura, altre, aggiungi), temi
// (tema) and conferma, all POST below /quesiti/{Number}.
type classified struct {
	Settled   bool // a person said which measure, or that there is none
	Main      *tagLine
	Others    []tagLine
	Topics    []tagLine
	Codes     []codeLine
	Measures  []optionGroup // misura
	More      []optionGroup // aggiungi
	AllTopics []option      // tema
	Proposals int           // what «Conferma» would make a fact
}

// tagLine is a measure or topic of a ticket.
type tagLine struct {
	ID       int64
	Code     string // "" for topics
	Label    string
	Proposed bool
	Why      string // reason and confidence of what the program found, "" for a person's choice
}

// codeLine is a code found in what the body wrote.
type codeLine struct{ Kind, Code, URL string }

// optionGroup is an <optgroup>; without a label its options stand alone.
type optionGroup struct {
	Label   string
	Options []option
}

// noMeasure as misura says that a ticket is about none.
const noMeasure = "0"

func newClassified(v helpdesk.TicketView, now time.Time) classified {
	tags := v.Tags
	p := classified{Settled: v.Ticket.MeasureSettled}
	for _, tag := range tags.Measures {
		line := newTagLine(tag.MeasureID, tag.Proposal)
		if m, ok := measureOf(v.Taxonomy, tag.MeasureID); ok {
			line.Code, line.Label = m.Code, m.Short
		}
		if tag.Main {
			p.Main = &line
		} else {
			p.Others = append(p.Others, line)
		}
		p.count(line)
	}
	for _, tag := range tags.Topics {
		line := newTagLine(tag.TopicID, tag.Proposal)
		if i := slices.IndexFunc(v.Taxonomy.Topics, func(t helpdesk.Topic) bool { return t.ID == tag.TopicID }); i >= 0 {
			line.Label = v.Taxonomy.Topics[i].Label
		}
		p.Topics = append(p.Topics, line)
		p.count(line)
	}
	for _, c := range tags.Codes {
		p.Codes = append(p.Codes, newCodeLine(c))
	}
	p.Measures, p.More = measureChoices(v, now)
	for _, t := range v.Taxonomy.Topics {
		on := slices.ContainsFunc(tags.Topics, func(tag helpdesk.TopicTag) bool { return tag.TopicID == t.ID })
		if on || t.ValidOn(now) {
			p.AllTopics = append(p.AllTopics, option{strconv.FormatInt(t.ID, 10), t.Label, on})
		}
	}
	return p
}

func (p *classified) count(line tagLine) {
	if line.Proposed {
		p.Proposals++
	}
}

func measureOf(all helpdesk.Taxonomy, id int64) (helpdesk.Measure, bool) {
	i := slices.IndexFunc(all.Measures, func(m helpdesk.Measure) bool { return m.ID == id })
	if i < 0 {
		return helpdesk.Measure{}, false
	}
	return all.Measures[i], true
}

func newTagLine(id int64, p helpdesk.Proposal) tagLine {
	line := tagLine{ID: id, Label: fmt.Sprint("n. ", id), Proposed: !p.Confirmed}
	if p.Source == helpdesk.TagPerson {
		return line
	}
	line.Why = fmt.Sprintf("attendibilità %d %%", int(math.Round(p.Confidence*100)))
	if p.Reason != "" {
		line.Why = p.Reason + " · " + line.Why
	}
	return line
}

// openCUP is where the register of public projects shows one.
const openCUP = "https://opencup.gov.it/portale/progetto/-/cup/"

func newCodeLine(c helpdesk.TicketCode) codeLine {
	line := codeLine{Kind: codeKinds[c.Kind], Code: c.Code}
	if c.Kind == helpdesk.CodeCUP {
		line.URL = openCUP + url.PathEscape(c.Code)
	}
	return line
}

var codeKinds = map[helpdesk.CodeKind]string{helpdesk.CodeCUP: "CUP", helpdesk.CodeCIG: "CIG", helpdesk.CodeCLP: "CLP"}

// measureChoices are the measures that a ticket may have: those valid today
// and those it has. The main one is chosen in the first, the rest in the second.
func measureChoices(v helpdesk.TicketView, now time.Time) (main, more []optionGroup) {
	head := optionGroup{Options: []option{{noMeasure, "Nessuna misura", v.Ticket.MeasureSettled && v.Ticket.MeasureID == 0}}}
	if v.Ticket.MeasureID == 0 && !v.Ticket.MeasureSettled {
		head.Options = append([]option{{"", "Da indicare", true}}, head.Options...)
	}
	main = []optionGroup{head}
	more = []optionGroup{{Options: []option{{"", "Scegli…", true}}}}
	groups := []optionGroup{{Label: "Misure dello sportello"}, {Label: "Altre misure"}, {Label: "Uscite dal piano"}}
	others := slices.Clone(groups)
	for _, m := range v.Taxonomy.Measures {
		has := slices.ContainsFunc(v.Tags.Measures, func(tag helpdesk.MeasureTag) bool { return tag.MeasureID == m.ID })
		if !has && !m.ValidOn(now) {
			continue
		}
		at := measureGroup(m)
		o := option{strconv.FormatInt(m.ID, 10), m.Label(), m.ID == v.Ticket.MeasureID}
		groups[at].Options = append(groups[at].Options, o)
		if !has {
			others[at].Options = append(others[at].Options, o)
		}
	}
	empty := func(g optionGroup) bool { return len(g.Options) == 0 }
	return append(main, slices.DeleteFunc(groups, empty)...), append(more, slices.DeleteFunc(others, empty)...)
}

func measureGroup(m helpdesk.Measure) int {
	switch {
	case m.Desk:
		return 0
	case m.State == pnrr.Left:
		return 2
	}
	return 1
}
