package mailbox

import (
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// report reads mail about something that was sent, but for receipts of
// certified mail: delivery reports (RFC 3464), read receipts (RFC 8098),
// vacation replies (RFC 3834) and answers to invitations (RFC 5546). The ids of what it may speak of come with it; that
// one of them is ours is for the desk to find.
func report(m *mime.Message) (*helpdesk.Report, []string) {
	if strings.HasPrefix(m.Root.Type, "multipart/report") {
		switch strings.ToLower(m.Root.Params["report-type"]) {
		case "disposition-notification":
			return &helpdesk.Report{Kind: helpdesk.ReportRead}, reportedIDs(m)
		default:
			return deliveryReport(m), reportedIDs(m)
		}
	}
	if calendarReply(m.Root) {
		return &helpdesk.Report{Kind: helpdesk.ReportCalendar}, m.References
	}
	auto := strings.ToLower(m.Header.Get("Auto-Submitted"))
	if strings.HasPrefix(auto, "auto-replied") {
		return &helpdesk.Report{Kind: helpdesk.ReportVacation}, append(append([]string(nil), m.InReplyTo...), m.References...)
	}
	return nil, nil
}

// deliveryReport takes the worst of what the report says of its recipients.
func deliveryReport(m *mime.Message) *helpdesk.Report {
	r := &helpdesk.Report{Kind: helpdesk.ReportDelayed}
	part := findPart(m.Root, "message/delivery-status")
	if part == nil {
		return &helpdesk.Report{Kind: helpdesk.ReportFailed}
	}
	rest := part.Body
	for len(rest) > 0 {
		var h mime.Header
		h, rest = mime.ParseHeader(rest)
		if h.Len() == 0 {
			break
		}
		action := strings.ToLower(strings.TrimSpace(h.Get("Action")))
		if action == "" || r.Kind == helpdesk.ReportFailed {
			continue
		}
		switch action {
		case "failed":
			r.Kind = helpdesk.ReportFailed
		case "delivered", "relayed", "expanded":
			r.Kind = helpdesk.ReportDelivered
		}
		r.Recipient = afterType(h.Get("Final-Recipient"))
		r.Status = firstWord(h.Get("Status"))
		r.Diagnostic = clip(afterType(h.Get("Diagnostic-Code")))
	}
	return r
}

// reportedIDs are the ids in the returned message or its header.
func reportedIDs(m *mime.Message) []string {
	ids := append(append([]string(nil), m.InReplyTo...), m.References...)
	if p := findPart(m.Root, "message/disposition-notification"); p != nil {
		h, _ := mime.ParseHeader(p.Body)
		ids = append(ids, mime.ParseMessageIDs(h.Raw("Original-Message-ID"))...)
	}
	if p := findPart(m.Root, "text/rfc822-headers"); p != nil {
		h, _ := mime.ParseHeader(p.Body)
		ids = append(ids, mime.ParseMessageIDs(h.Raw("Message-ID"))...)
	}
	if p := findPart(m.Root, "message/rfc822"); p != nil && p.Message != nil {
		ids = append(ids, p.Message.MessageID)
	}
	return ids
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

func calendarReply(root *mime.Part) bool {
	p := findPart(root, "text/calendar")
	return p != nil && strings.EqualFold(p.Params["method"], "REPLY")
}

// afterType drops the «rfc822;» or «smtp;» in front.
func afterType(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		return strings.TrimSpace(after)
	}
	return strings.TrimSpace(s)
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return clip(f[0])
	}
	return ""
}
