package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sportello/helpdesk/classify"
	"sportello/helpdesk/pnrr"
)

// settingLearned rises with every lesson, as settingTaxonomy with the taxonomy.
const settingLearned = "learned"

// mind is what proposals are made with: compiled from the taxonomy and from
// what was learned, anew where the store has changed since, by whichever
// process.
type mind struct {
	mu         sync.Mutex
	ready      bool
	taxonomy   int64 // generations in the store that it was made of
	learned    int64
	classifier *classify.Classifier
	measureID  map[string]int64 // by code
	measure    map[int64]string // code by id
	topicID    map[string]int64
	topic      map[int64]string
	byMeasure  *classify.Model
	byTopic    *classify.Model
}

// Suggestion is what a question seems to be about, before anything is filed.
type Suggestion struct {
	Tags  Tags
	known bool // worked out; the zero value proposes nothing
}

// suggest works out what a message is about: only what is new in it counts.
// It runs before the transaction that files the message.
func (d *Desk) suggest(ctx context.Context, from, subject, text string) (s Suggestion, err error) {
	subject = BareSubject(subject)
	codes := codesIn(subject + "\n" + text)
	d.mind.mu.Lock()
	defer d.mind.mu.Unlock()
	err = d.store.View(ctx, func(tx ReadTx) error {
		if err := d.mind.refresh(tx); err != nil {
			return err
		}
		held, err := d.mind.held(tx, from)
		if err != nil {
			return err
		}
		q := classify.Question{Subject: subject, Text: text, Held: held, Project: d.mind.projects(tx, &err)}
		r := d.mind.classifier.Classify(q, d.mind.byMeasure, d.mind.byTopic)
		s = Suggestion{Tags: d.mind.tags(r).withCodes(codes), known: true}
		return err
	})
	if err != nil {
		return Suggestion{}, fmt.Errorf("suggest: %w", err)
	}
	return s, nil
}

// codesIn finds the codes of projects and tenders that a text names.
func codesIn(text string) (codes []TicketCode) {
	for _, f := range []struct {
		kind CodeKind
		find func(string) []pnrr.Identifier
	}{{CodeCUP, pnrr.FindCUP}, {CodeCIG, pnrr.FindCIG}, {CodeCLP, pnrr.FindCLP}} {
		for _, id := range f.find(text) {
			c := TicketCode{f.kind, id.Value}
			if !slices.Contains(codes, c) && len(codes) < maxCodes {
				codes = append(codes, c)
			}
		}
	}
	return codes
}

// refresh compiles anew what changed in the store.
func (m *mind) refresh(tx ReadTx) error {
	taxonomy, err := generation(tx, settingTaxonomy)
	if err != nil {
		return err
	}
	learned, err := generation(tx, settingLearned)
	if err != nil {
		return err
	}
	if !m.ready || m.taxonomy != taxonomy {
		if err := m.compile(tx); err != nil {
			return err
		}
	}
	if !m.ready || m.taxonomy != taxonomy || m.learned != learned {
		if m.byMeasure, err = learnedModel(tx, VerdictMeasure, m.measure); err != nil {
			return err
		}
		if m.byTopic, err = learnedModel(tx, VerdictTopic, m.topic); err != nil {
			return err
		}
	}
	m.ready, m.taxonomy, m.learned = true, taxonomy, learned
	return nil
}

func (m *mind) compile(tx ReadTx) error {
	measures, err := tx.Measures()
	if err != nil {
		return err
	}
	topics, err := tx.Topics()
	if err != nil {
		return err
	}
	m.measureID, m.measure = map[string]int64{}, map[int64]string{}
	m.topicID, m.topic = map[string]int64{}, map[int64]string{}
	data := pnrr.Shipped() // its milestones: they are no data of the store
	data.Measures, data.Topics = nil, nil
	for _, k := range measures {
		m.measureID[k.Code], m.measure[k.ID] = k.ID, k.Code
		data.Measures = append(data.Measures, k.Measure)
	}
	for _, k := range topics {
		m.topicID[k.Code], m.topic[k.ID] = k.ID, k.Code
		data.Topics = append(data.Topics, k.Topic)
	}
	m.classifier = classify.New(pnrr.NewCatalogue(data))
	return nil
}

// learnedModel reads the counts of confirmed questions. Label 0 are those of
// which a person said that they have none.
func learnedModel(tx ReadTx, kind VerdictKind, labels map[int64]string) (*classify.Model, error) {
	model := classify.NewModel()
	err := tx.Learned(kind, func(label int64, stem string, n int) {
		if code, ok := labels[label]; ok {
			model.Add(code, stem, n)
		} else if label == 0 {
			model.Add(classify.NoLabel, stem, n)
		}
	})
	return model, err
}

// held are the measures that the sender's body has projects of.
func (m *mind) held(tx ReadTx, from string) (codes []string, err error) {
	contact, err := tx.ContactByAddress(strings.ToLower(from))
	if errors.Is(err, ErrNone) || err == nil && contact.OrganizationID == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	projects, err := tx.ProjectsOf(contact.OrganizationID, maxHeld)
	for _, p := range projects {
		if code := m.measure[p.MeasureID]; code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes, err
}

const maxHeld = 200 // projects of a body that are looked at

// projects gives the measures of the projects with a code. What goes wrong is
// left in failed: the classifier knows no errors.
func (m *mind) projects(tx ReadTx, failed *error) func(code string) []string {
	return func(code string) (codes []string) {
		for _, kind := range []CodeKind{CodeCUP, CodeCLP} {
			found, err := tx.ProjectsByCode(kind, code)
			if err != nil {
				*failed = err
			}
			for _, p := range found {
				if code := m.measure[p.MeasureID]; code != "" && !slices.Contains(codes, code) {
					codes = append(codes, code)
				}
			}
		}
		return codes
	}
}

// tags turns what the classifier found into proposals.
func (m *mind) tags(r classify.Result) (t Tags) {
	for i, p := range r.Measures {
		t.Measures = append(t.Measures, MeasureTag{MeasureID: m.measureID[p.Label], Main: i == 0, Proposal: proposalOf(p)})
	}
	for _, p := range r.Topics {
		t.Topics = append(t.Topics, TopicTag{TopicID: m.topicID[p.Label], Proposal: proposalOf(p)})
	}
	return t
}

func proposalOf(p classify.Proposal) Proposal {
	return Proposal{Source: TagSource(p.Source), Confidence: p.Confidence, Reason: p.Reason}
}

// propose gives a new ticket what its question seems to be about.
func (t *Ticket) propose(s Suggestion) { t.MeasureID = s.Tags.Main() }

// addSuggestion brings what a further message of the body says to a ticket:
// codes always, proposals where there are none yet.
func (c *change) addSuggestion(t *Ticket, s Suggestion) error {
	if !s.known {
		return nil
	}
	old, err := c.TagsOf(t.ID)
	if err != nil {
		return err
	}
	tags := old.withCodes(s.Tags.Codes)
	if !t.MeasureSettled && len(tags.Measures) == 0 {
		tags.Measures = s.Tags.Measures
		t.propose(s)
	}
	if len(tags.Topics) == 0 {
		tags.Topics = s.Tags.Topics
	}
	if tags.same(old) {
		return nil
	}
	return c.SaveTags(t.ID, tags)
}
