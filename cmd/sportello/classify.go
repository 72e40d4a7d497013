package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"sportello/helpdesk"
	"sportello/helpdesk/classify"
	"sportello/helpdesk/pnrr"
	"sportello/helpdesk/registry"
	"sportello/mailbox"
	"sportello/mailbox/quote"
)

// classifyFiles shows what would be proposed for messages in files, and why. It
// needs neither configuration nor store, so it knows the shipped measures and
// municipalities only: no projects, no addresses, nothing learned.
func classifyFiles(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "classify", "FILE…|-")
	asJSON := flags.Bool("json", false, "un oggetto JSON per riga invece di un resoconto")
	batch := flags.Bool("batch", false, "legge da standard input una richiesta JSON per riga, risponde con una riga a ciascuna")
	files, err := flags.parse(args, 0, -1)
	switch {
	case err != nil:
		return err
	case *batch && (*asJSON || len(files) > 0):
		return flags.wrong("-batch sta da solo")
	case *batch:
		return classifyBatch(ctx, env)
	case len(files) == 0:
		return flags.wrong("manca un argomento")
	}
	k := shippedClassifier()
	for i, name := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw, err := readMessage(env, name)
		if err != nil {
			return err
		}
		m := classified(k, name, raw)
		if *asJSON {
			err = json.NewEncoder(env.stdout).Encode(m)
		} else {
			err = m.print(env.stdout, i > 0)
		}
		if err != nil {
			return fmt.Errorf("classify %s: %w", name, err)
		}
	}
	return nil
}

func shippedClassifier() *classify.Classifier {
	return classify.New(pnrr.NewCatalogue(pnrr.Shipped()))
}

// classifiedMessage is what would be proposed for a message.
type classifiedMessage struct {
	File         string           `json:"file"`
	Kind         parsedKind       `json:"kind"`
	From         helpdesk.Address `json:"from"`
	Subject      string           `json:"subject"`
	Municipality *classifiedBody  `json:"municipality"`
	Bodies       []classifiedBody `json:"bodies,omitempty"` // of whom nobody can be named, or not surely
	Measures     []classifiedTag  `json:"measures"`         // the main one first
	Candidates   []classifiedTag  `json:"candidates,omitempty"`
	Abstained    string           `json:"abstained,omitempty"`
	Topics       []classifiedTag  `json:"topics"`
	CUP          []string         `json:"cup"`
	CIG          []string         `json:"cig"`
	CLP          []string         `json:"clp"`
	Protocol     string           `json:"protocol,omitempty"`
	Call         string           `json:"call,omitempty"` // the words that ask for one
}

// classifiedTag is a measure or topic with what speaks for it.
type classifiedTag struct {
	Code       string          `json:"code"`
	Name       string          `json:"name"`
	Source     classify.Source `json:"source"`
	Confidence float64         `json:"confidence"`
	Reason     string          `json:"reason"`
}

// classifiedBody is a municipality that may be the one that writes.
type classifiedBody struct {
	ISTAT    string `json:"istat"`
	Name     string `json:"name"`
	Province string `json:"province"`
	Sure     bool   `json:"sure"`
	Reason   string `json:"reason"`
}

func classified(k *classify.Classifier, file string, raw []byte) classifiedMessage {
	e := mailbox.Examine(raw, false)
	in := e.Incoming
	subject, text := asked(in)
	m := classifiedMessage{
		File: file, Kind: kindOf(e), From: in.From, Subject: in.Subject, Protocol: in.Protocol,
		Measures: []classifiedTag{}, Topics: []classifiedTag{},
		CUP: codesIn(subject, text, pnrr.FindCUP), CIG: codesIn(subject, text, pnrr.FindCIG), CLP: codesIn(subject, text, pnrr.FindCLP),
	}
	m.recognise(e, text)
	if in.Report != nil {
		m.Abstained = "è un avviso su un messaggio nostro, non un quesito"
		return m
	}
	res := k.Classify(classify.Question{Subject: subject, Text: text}, nil, nil)
	m.Measures, m.Candidates, m.Topics = tagsOf(k, res.Measures), tagsOf(k, res.Candidates), tagsOf(k, res.Topics)
	m.Abstained, m.Call = res.Abstained, res.Call
	return m
}

// asked is what a message asks: of a mere forward, what is forwarded.
func asked(in helpdesk.Incoming) (subject, text string) {
	subject, text = helpdesk.BareSubject(in.Subject), in.Text
	if f := in.Forwarded; f != nil && !strings.Contains(text, strings.TrimSpace(f.Text)) {
		text += "\n\n" + f.Text
	}
	if subject == "" && in.Forwarded != nil {
		subject = helpdesk.BareSubject(in.Forwarded.Subject)
	}
	return subject, text
}

// recognise says which municipality writes: by the address, else by the text
// with its signature.
func (m *classifiedMessage) recognise(e *mailbox.Examination, text string) {
	for _, p := range e.Folded {
		if p.Kind == quote.Signature {
			text += "\n\n" + p.Text
		}
	}
	from := e.Incoming.From.Addr
	if f := e.Incoming.Forwarded; f != nil && f.From.Addr != "" {
		from = f.From.Addr
	}
	a := registry.Shipped().Recognise(from, text)
	if a.Body.ISTAT != "" {
		m.Municipality = &classifiedBody{a.Body.ISTAT, a.Body.Name, a.Body.Province, a.Sure, a.Why}
	}
	for _, c := range a.Candidates {
		if c.Body.ISTAT != a.Body.ISTAT {
			m.Bodies = append(m.Bodies, classifiedBody{c.Body.ISTAT, c.Body.Name, c.Body.Province, false, c.Why})
		}
	}
}

func tagsOf(k *classify.Classifier, ps []classify.Proposal) []classifiedTag {
	tags := []classifiedTag{}
	for _, p := range ps {
		tags = append(tags, classifiedTag{p.Label, k.Name(p.Label), p.Source, p.Confidence, p.Reason})
	}
	return tags
}

// codesIn gives each code once, in the order in which they stand.
func codesIn(subject, text string, find func(string) []pnrr.Identifier) []string {
	codes := []string{}
	seen := map[string]bool{}
	for _, part := range []string{subject, text} {
		for _, id := range find(part) {
			if !seen[id.Value] {
				seen[id.Value] = true
				codes = append(codes, id.Value)
			}
		}
	}
	return codes
}
