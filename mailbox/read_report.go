package mailbox

import (
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// report reads mail about something that was sent, but for receipts of
// certified mail: notices of delivery (RFC 3464 and what lacks it), read
// receipts (RFC 8098), answers to invitations (RFC 5546) and vacation replies
// (RFC 3834). The ids of what it may speak of come with it; that one of them
// is ours is for the desk to find.
func report(m *mime.Message) (*helpdesk.Report, []string) {
	if r, ids := readReceipt(m); r != nil {
		return r, append(ids, answered(m)...)
	}
	if r, ids := deliveryNotice(m); r != nil {
		return r, append(ids, answered(m)...)
	}
	if e := calendarEvent(m); e != nil && isAnswer(e.Method) {
		return &helpdesk.Report{Kind: helpdesk.ReportCalendar, Recipient: answerer(m, e).Addr, Diagnostic: participation(e)}, answered(m)
	}
	if isVacation(m) {
		return &helpdesk.Report{Kind: helpdesk.ReportVacation}, answered(m)
	}
	return nil, nil
}

// answered are the ids of what a message says it answers.
func answered(m *mime.Message) []string {
	return append(append([]string(nil), m.InReplyTo...), m.References...)
}

// readReceipt reads RFC 8098, and the notes «Letto: …» that Exchange writes
// within one organization.
func readReceipt(m *mime.Message) (*helpdesk.Report, []string) {
	if p := findPart(m.Root, "message/disposition-notification"); p != nil {
		h, _ := mime.ParseHeader(p.Body)
		_, disposition, _ := strings.Cut(h.Get("Disposition"), ";")
		disposition, _, _ = strings.Cut(disposition, "/") // RFC 8098 §3.2.6: a modifier
		r := &helpdesk.Report{
			Kind: helpdesk.ReportRead, Recipient: addressIn(h.Get("Final-Recipient")), Diagnostic: clip(strings.TrimSpace(disposition)),
		}
		return r, mime.ParseMessageIDs(h.Raw("Original-Message-ID"))
	}
	declared := m.Root.Type == "multipart/report" && strings.EqualFold(m.Root.Params["report-type"], "disposition-notification")
	if declared || readSubject.MatchString(m.Subject) && readText.MatchString(beginning(m.Text(), 2000)) {
		return &helpdesk.Report{Kind: helpdesk.ReportRead}, nil
	}
	return nil, nil
}

func findPart(p *mime.Part, kind string) *mime.Part {
	if p.Type == kind {
		return p
	}
	for _, c := range p.Children {
		if found := findPart(c, kind); found != nil {
			return found
		}
	}
	return nil
}

// beginning cuts s to at most n bytes, at a character.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
