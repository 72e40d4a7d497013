package main

import (
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/mailbox/mime"
)

// parsedMessage is a message as parse shows it: what the desk would file, and
// why the reader made that of it.
type parsedMessage struct {
	File        string              `json:"file"`
	Size        int                 `json:"size"`
	Kind        parsedKind          `json:"kind"`
	Channel     helpdesk.Channel    `json:"channel"`
	From        helpdesk.Address    `json:"from"`
	ReplyTo     []helpdesk.Address  `json:"reply_to,omitempty"`
	To          []helpdesk.Address  `json:"to,omitempty"`
	Cc          []helpdesk.Address  `json:"cc,omitempty"`
	Subject     string              `json:"subject"`
	Date        *time.Time          `json:"date,omitempty"`
	Envelope    *parsedEnvelope     `json:"envelope,omitempty"`
	Forwarded   *helpdesk.Forwarded `json:"forwarded,omitempty"`
	MessageID   string              `json:"message_id"`
	AlsoIDs     []string            `json:"also_ids,omitempty"`
	InReplyTo   []string            `json:"in_reply_to,omitempty"`
	References  []string            `json:"references,omitempty"`
	ReportOf    []string            `json:"report_of,omitempty"`
	Parts       parsedPart          `json:"parts"`
	Body        parsedBody          `json:"body"`
	Text        string              `json:"text"`
	Quoted      string              `json:"quoted,omitempty"`
	Folded      []parsedFold        `json:"folded,omitempty"`
	HTML        string              `json:"html,omitempty"`
	Attachments []parsedAttachment  `json:"attachments,omitempty"`
	Automatic   string              `json:"automatic,omitempty"`
	Report      *helpdesk.Report    `json:"report,omitempty"`
	Recipients  []string            `json:"recipients,omitempty"` // not reached
	Protocol    string              `json:"protocol,omitempty"`
	Spam        string              `json:"spam,omitempty"`
	Problem     string              `json:"problem,omitempty"`  // what the ticket says
	Problems    []string            `json:"problems,omitempty"` // all
}

// parsedEnvelope is the message around the one that was read.
type parsedEnvelope struct {
	Kind      string           `json:"kind"`
	From      helpdesk.Address `json:"from"`
	Subject   string           `json:"subject"`
	MessageID string           `json:"message_id"`
}

// parsedBody says which form of the text was taken, and why.
type parsedBody struct {
	Chosen string `json:"chosen"` // "text/plain", "text/html" or ""
	Why    string `json:"why"`
	Shown  string `json:"shown"` // what the ticket shows
}

// parsedFold is what of the text is not new, and why.
type parsedFold struct {
	Kind string `json:"kind"`
	Why  string `json:"why"`
	Text string `json:"text"`
}

type parsedAttachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
	Inline bool   `json:"inline,omitempty"`
}

func parsed(file string, raw []byte) parsedMessage {
	e := mailbox.Examine(raw, false)
	in := e.Incoming
	m := parsedMessage{
		File: file, Size: len(raw), Kind: kindOf(e), Channel: in.Channel,
		From: in.From, ReplyTo: in.ReplyTo, To: in.To, Cc: in.Cc, Subject: in.Subject, Forwarded: in.Forwarded,
		MessageID: in.MessageID, AlsoIDs: in.AlsoIDs, InReplyTo: in.InReplyTo, References: in.References, ReportOf: in.ReportOf,
		Parts: partTree(e.Outer), Body: bodyOf(e), Text: in.Text, Quoted: in.Quoted, HTML: in.HTML,
		Automatic: in.Automatic, Report: in.Report, Recipients: e.Recipients,
		Protocol: in.Protocol, Spam: in.Spam, Problem: in.Problem, Problems: problemsOf(e),
	}
	if !in.Date.IsZero() {
		m.Date = &in.Date
	}
	if e.Enclosed() {
		m.Envelope = &parsedEnvelope{e.Certified, e.Sender, e.Outer.Subject, e.Outer.MessageID}
	}
	for _, p := range e.Folded {
		m.Folded = append(m.Folded, parsedFold{p.Kind.String(), p.Why, p.Text})
	}
	for _, a := range in.Attachments {
		m.Attachments = append(m.Attachments, parsedAttachment{a.Name, a.Type, len(a.Blob.Data), hashed(a.Blob.Data), a.Inline})
	}
	return m
}

// bodyOf explains the choice between the forms in which a message says the same.
func bodyOf(e *mailbox.Examination) parsedBody {
	_, chosen := mailbox.WholeBody(e.Inner)
	b := parsedBody{Chosen: chosen, Shown: "il testo"}
	switch hasHTML := e.Inner.HTML() != ""; {
	case chosen == "text/html":
		b.Why = "il messaggio ha solo HTML: il testo ne è ricavato"
	case chosen == "":
		b.Why, b.Shown = "nessuna parte ha un testo", "niente"
	case hasHTML:
		b.Why = "il testo semplice c'è, accanto all'HTML"
	default:
		b.Why = "il messaggio ha solo testo semplice"
	}
	switch {
	case e.Incoming.HTML != "":
		b.Shown = "l'HTML ripulito"
	case e.Inner.HTML() != "" && e.Incoming.Quoted != "":
		b.Shown = "il testo, perché nell'HTML non si vede dove comincia ciò che è ripiegato"
	case e.Inner.HTML() != "":
		b.Shown = "il testo, perché dell'HTML ripulito non resta altro"
	}
	return b
}

// problemsOf are those of the envelope and of what is in it, each once.
func problemsOf(e *mailbox.Examination) []string {
	all := append([]string(nil), e.Outer.Problems...)
	if e.Enclosed() {
		for _, p := range e.Inner.Problems {
			all = append(all, "Nella busta: "+p)
		}
	}
	return all
}

// parsedPart is a node of the tree of parts. Role says what became of it.
type parsedPart struct {
	Type     string       `json:"type"`
	Charset  string       `json:"charset,omitempty"`
	Encoding string       `json:"encoding,omitempty"`
	Name     string       `json:"name,omitempty"`
	Size     int          `json:"size"` // decoded bytes of a leaf
	Role     string       `json:"role,omitempty"`
	Signer   string       `json:"signer,omitempty"` // by the certificate, unverified
	Damaged  bool         `json:"damaged,omitempty"`
	Parts    []parsedPart `json:"parts,omitempty"`
}

func partTree(m *mime.Message) parsedPart {
	files := map[*mime.Part]bool{}
	for _, p := range m.Attachments() {
		files[p] = true
	}
	return partNode(m.Root, files)
}

func partNode(p *mime.Part, files map[*mime.Part]bool) parsedPart {
	n := parsedPart{
		Type: p.Type, Charset: p.Params["charset"], Encoding: strings.ToLower(p.Header.Get("Content-Transfer-Encoding")),
		Name: p.Filename, Size: len(p.Body), Role: roleOf(p, files[p]), Signer: p.Signer, Damaged: p.Damaged,
	}
	if p.Message != nil {
		n.Parts = []parsedPart{partTree(p.Message)}
	}
	for _, c := range p.Children {
		n.Parts = append(n.Parts, partNode(c, files))
	}
	return n
}

// roleOf says what became of a part; nothing where its parts say it.
func roleOf(p *mime.Part, file bool) string {
	switch {
	case p.Message != nil:
		return "messaggio allegato"
	case file && len(p.Children) > 0:
		return "aperto"
	case len(p.Children) > 0:
		return ""
	case file && p.Wrapper && p.Signer != "":
		return "firma del messaggio"
	case file && p.Wrapper:
		return "aperto, non contiene altro"
	case file && p.Inline():
		return "immagine nel testo"
	case file:
		return "allegato"
	case strings.TrimSpace(p.Text()) == "":
		return "vuota"
	}
	return "corpo"
}
