package web

import (
	"slices"
	"strings"

	"sportello/helpdesk"
)

// sessionSent is the key of the form just carried out: the browser forgets its draft.
const sessionSent = "sent"

// newComposer is an empty form addressed to whoever asked last.
func (s *Server) newComposer(v helpdesk.TicketView) composer {
	c := composer{Key: newKey(), Kind: "reply", MaxBytes: s.config.MaxUpload, FileWords: strings.Join(attachmentWords, " ")}
	for _, m := range v.Messages {
		c.LastSeen = max(c.LastSeen, m.ID)
		if m.Kind == helpdesk.KindInbound || m.Kind == helpdesk.KindReply {
			c.newest = max(c.newest, m.ID)
		}
	}
	switch st := v.Ticket.State; {
	case st == helpdesk.StateMerged:
		c.Off = "Questo quesito è stato unito a un altro: rispondi lì."
	case st == helpdesk.StateClosed || st == helpdesk.StateSpam || st == helpdesk.StateOutOfScope:
		c.Folded = true
	}
	c.To = recipientOf(v)
	for i, st := range helpdesk.StatesAfterReply() {
		c.After = append(c.After, option{string(st), st.Label(), i == 0})
	}
	return c
}

// recipientOf is the author of the newest message that a known person wrote.
// Nobody else is put in: an unverified sender or a Cc of strangers could be
// there to read the answer (S-21).
func recipientOf(v helpdesk.TicketView) string {
	for _, m := range slices.Backward(v.Messages) {
		if m.Kind != helpdesk.KindInbound || m.Unverified || m.From.Addr == "" {
			continue
		}
		if m.Forwarded != nil && strings.EqualFold(m.Forwarded.From.Addr, v.Contact.Address) {
			break // who passed the question on is not who asks
		}
		if len(m.ReplyTo) == 1 && sameBody(m.ReplyTo[0].Addr, m.From.Addr) {
			return m.ReplyTo[0].Addr
		}
		return m.From.Addr
	}
	return v.Contact.Address
}

// sameBody reports whether two addresses belong to one public body, so that a
// Reply-To does not lead an answer out of it.
func sameBody(a, b string) bool {
	body := helpdesk.BodyOf(a)
	return body != "" && body == helpdesk.BodyOf(b)
}

// attachmentWords are those with which an answer speaks of a file that goes with
// it; the browser looks for the same ones.
var attachmentWords = []string{"allegato", "allegati", "allegata", "allegate", "allego", "alleghiamo"}

// speaksOfAttachment finds «in allegato», «allego» and their kind in what was
// written, not in what it quotes.
func speaksOfAttachment(markdown string) bool {
	for line := range strings.SplitSeq(markdown, "\n") {
		if strings.HasPrefix(line, ">") {
			continue
		}
		for word := range strings.FieldsSeq(strings.ToLower(line)) {
			word = strings.TrimFunc(word, func(r rune) bool { return strings.ContainsRune(".,;:()«»\"'!?", r) })
			if slices.Contains(attachmentWords, word) {
				return true
			}
		}
	}
	return false
}
