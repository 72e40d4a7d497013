package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"sportello/helpdesk/classify"
)

// classifyAnswer is one line of what classify -batch answers.
type classifyAnswer struct {
	ID             string   `json:"id"`
	Kind           string   `json:"kind"` // as parse calls it: person, automatic, or the kind of a report
	Measures       []string `json:"measures"`
	PrimaryMeasure *string  `json:"primary_measure"`
	Topics         []string `json:"topics"` // the main one first
	Municipality   *string  `json:"municipality_istat"`
	CUP            []string `json:"cup"`
	CIG            []string `json:"cig"`
	Protocol       string   `json:"protocol"`
	AsksForCall    bool     `json:"asks_for_call"`
	Why            []string `json:"why"`
	Error          string   `json:"error,omitempty"`
}

// classifyBatch answers line for line until its input ends.
func classifyBatch(ctx context.Context, env environment) error {
	k := shippedClassifier()
	in := bufio.NewReader(env.stdin)
	out := json.NewEncoder(env.stdout)
	for ctx.Err() == nil {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) == 0 {
			if err == io.EOF {
				break
			}
			if err != nil {
				return fmt.Errorf("classify -batch: %w", err)
			}
			continue
		}
		if err := out.Encode(classifyLine(k, line)); err != nil {
			return fmt.Errorf("classify -batch: %w", err)
		}
	}
	return ctx.Err()
}

func classifyLine(k *classify.Classifier, line []byte) classifyAnswer {
	var job batchJob
	if err := json.Unmarshal(line, &job); err != nil {
		return noAnswer(job.ID, "la riga non è JSON: "+err.Error())
	}
	raw, err := os.ReadFile(job.Path)
	if err != nil {
		return noAnswer(job.ID, err.Error())
	}
	a := classifyMessage(k, raw)
	a.ID = job.ID
	return a
}

func noAnswer(id, why string) classifyAnswer {
	return classifyAnswer{ID: id, Measures: []string{}, Topics: []string{}, CUP: []string{}, CIG: []string{}, Why: []string{}, Error: why}
}

// classifyMessage answers for all lines but its own even where reading breaks.
func classifyMessage(k *classify.Classifier, raw []byte) (a classifyAnswer) {
	defer func() {
		if p := recover(); p != nil {
			a = noAnswer("", fmt.Sprintf("il lettore si è fermato: %v", p))
		}
	}()
	m := classified(k, "", raw)
	a = noAnswer("", "")
	a.Kind, a.CUP, a.CIG, a.Protocol, a.AsksForCall, a.Why = m.Kind.Code, m.CUP, m.CIG, m.Protocol, m.Call != "", m.why()
	for _, t := range m.Measures {
		a.Measures = append(a.Measures, t.Code)
	}
	if len(a.Measures) > 0 {
		a.PrimaryMeasure = &a.Measures[0]
	}
	for _, t := range m.Topics {
		a.Topics = append(a.Topics, t.Code)
	}
	if m.Municipality != nil {
		a.Municipality = &m.Municipality.ISTAT
	}
	return a
}

// why gives the reasons, a sentence each.
func (m classifiedMessage) why() []string {
	why := []string{}
	if b := m.Municipality; b != nil {
		why = append(why, b.Name+": "+b.Reason)
	}
	for _, t := range m.Measures {
		why = append(why, t.Code+": "+t.Reason)
	}
	if m.Abstained != "" {
		why = append(why, "nessuna misura: "+m.Abstained)
	}
	for _, t := range m.Candidates {
		why = append(why, "forse "+t.Code+": "+t.Reason)
	}
	for _, t := range m.Topics {
		why = append(why, t.Code+": "+t.Reason)
	}
	if m.Call != "" {
		why = append(why, "chiede un colloquio: «"+m.Call+"»")
	}
	return why
}
