package mailbox

import (
	"bytes"
	"regexp"
	"strings"

	"sportello/mailbox/mime"
)

// returned is what a notice returns of the message it speaks of.
type returned struct {
	found   bool
	message *mime.Message // nil where only a header or text came back
	header  mime.Header
}

// returnedMessage finds it among the parts, else in the text behind the mark,
// else in a text that was attached.
func returnedMessage(m *mime.Message, text string) returned {
	root := m.Root
	if p := findMessage(root); p != nil {
		return returned{found: true, message: p.Message, header: p.Message.Header}
	}
	for _, kind := range []string{"text/rfc822-headers", "message/rfc822-headers", "text/rfc822", "message/global-headers"} {
		if p := findPart(root, kind); p != nil {
			h, _ := mime.ParseHeader(bytes.TrimLeft(p.Body, "\r\n"))
			return returned{found: true, header: h}
		}
	}
	if h, ok := headerInText(text); ok {
		return returned{found: true, header: h}
	}
	for _, p := range m.Attachments() {
		if p.Type != "text/plain" {
			continue
		}
		if h, _ := mime.ParseHeader(p.Body); h.Has("Message-ID") {
			return returned{found: true, header: h}
		}
	}
	return returned{}
}

func findMessage(p *mime.Part) *mime.Part {
	if p.Message != nil {
		return p
	}
	for _, c := range p.Children {
		if found := findMessage(c); found != nil {
			return found
		}
	}
	return nil
}

// headerInText reads a header that stands in the text, quoted or not.
func headerInText(text string) (mime.Header, bool) {
	at := headerLine.FindStringIndex(text)
	if at == nil {
		return mime.Header{}, false
	}
	text = quoteMark.ReplaceAllString(text[at[0]:], "")
	h, _ := mime.ParseHeader([]byte(text))
	return h, h.Len() > 1
}

var (
	headerLine = regexp.MustCompile(`(?m)^>? ?[A-Za-z][A-Za-z-]{1,40}:[ \t]`)
	quoteMark  = regexp.MustCompile(`(?m)^> ?`)
)

// ids are those by which the message that came back may be known: its own, and
// those that the notice cites of it.
func (b returned) ids(notice string) []string {
	var ids []string
	for _, name := range []string{"Message-ID", "X-Original-Message-ID", "X-Riferimento-Message-ID"} {
		ids = append(ids, mime.ParseMessageIDs(b.header.Raw(name))...)
	}
	for _, cited := range citedID.FindAllStringSubmatch(notice, 5) {
		ids = append(ids, mime.ParseMessageIDs(cited[1])...)
	}
	return ids
}

var citedID = regexp.MustCompile(`(?i)\b(?:message-?id|id del messaggio)[ \t]*:[ \t]*(<[^<>\s]{3,300}>)`)

// citedSubject is how Exchange and Domino say which message they mean.
var citedSubject = regexp.MustCompile(`(?im)^[ \t>]*(?:subject|oggetto)[ \t]*:[ \t]*(\S.*)$`)

// cutReturned parts a notice from the copy of the message that stands in its text.
func cutReturned(text string) (said, back string) {
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		switch {
		case returnedHeader.MatchString(line):
			return text[:at], text[at:]
		case marksReturned(line):
			return text[:at], text[at+len(line):]
		}
		at += len(line)
	}
	return text, ""
}

var (
	// The copy itself, where no line announces it.
	returnedHeader = regexp.MustCompile(`^>? ?(?:Received|Return-[Pp]ath|DKIM-Signature|X-Received|Delivered-To): ?\S`)

	// «--- Below this line is a copy of the message.», «----- Original message -----»
	ruledMark = regexp.MustCompile(`^(?:[a-z ]{0,40}\b(?:copy|header|headers|text) of )?(?:the |your |a )?(?:original |returned |unsent |undelivered |enclosed |bounced |old )?(?:e-?mail|message|mail|messaggio|mensaje|nachricht)(?: originale| original| text| headers?)*(.*)$`)
	// What else such a line says is about the notice, not about a copy.
	ruledOther = regexp.MustCompile(`^s?\s*(?:log|error|was|could|cannot|status|id\b|identifier|delivery|not |delivered|system|undeliver|reject)`)

	// The same in a sentence, without a rule before it.
	plainMark = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`(?:(?:this|here|included|below|following|attachment) is )?an? (?:copy|summary) of (?:the|your) .*`,
		`.{0,60}(?:original message|message headers?|your message|header of the original message|original mail) follows?\b.*`,
		`(?:the )?(?:original )?message headers?:?`, `old message:`, `bounced e-?mail:`, `.{0,40}messaggio originale\s*:?`, `intestazioni (?:del messaggio )?originali?:?`,
	}, `|`) + `)$`)
)

// marksReturned: the line stands above the copy of the message.
func marksReturned(line string) bool {
	const longest = 160
	if len(line) > longest {
		return false
	}
	text := strings.ToLower(strings.TrimSpace(line))
	core := strings.Trim(text, "-=_*#|+ .")
	if len(text)-len(strings.TrimLeft(text, "-=_*#|+ ")) >= 2 {
		m := ruledMark.FindStringSubmatch(core)
		return m != nil && !ruledOther.MatchString(m[1])
	}
	return plainMark.MatchString(core)
}
