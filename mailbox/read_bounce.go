package mailbox

import (
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// maxNotice bounds the text in which a notice of delivery is looked for: what
// mail systems say stands at the beginning, and the work stays bounded.
const maxNotice = 32 << 10

// maxSentences bounds the text in which the sentence is looked for that says it.
const maxSentences = 4 << 10

// maxReported bounds the recipients of one notice.
const maxReported = 100

// notice is mail in which a mail system says what became of a message.
type notice struct {
	m          *mime.Message
	text       string   // what the mail system says, without what it returns
	back       returned // what it returns of the message
	recipients []reported
}

// reported is what a notice says of one recipient.
type reported struct {
	address    string
	action     string // RFC 3464 §2.3.3, "" where only words tell
	status     string // RFC 3463
	diagnostic string
}

// deliveryNotice reads notices of delivery: RFC 3464, X-Failed-Recipients, and
// what mail systems say in their own words. The ids are those of the message
// that it returns.
func deliveryNotice(m *mime.Message) (*helpdesk.Report, []string) {
	n := &notice{m: m}
	groups := statusGroups(m.Root)
	machine := fromMachine(m)
	subject := bounceSubject.MatchString(m.Subject)
	failed := m.Header.Get("X-Failed-Recipients")
	declared := isStatusReport(m.Root)
	if !declared && failed == "" && !machine && !subject && !nullPath(m) {
		return eventReport(m.Text()) // the way of all ordinary mail
	}
	n.readText()
	switch {
	case declared, failed != "", len(groups) > 0 && (machine || subject || nullPath(m)):
	case !n.inWords(machine, subject):
		return nil, nil
	}
	n.findRecipients(groups, failed)
	if len(n.recipients) == 0 {
		if r, ids := n.wrapped(); r != nil {
			return r, ids
		}
		if to := n.back.header.Raw("To"); to != "" {
			n.add(reported{address: addressIn(to)})
		}
	}
	return n.report(), n.back.ids(n.text)
}

// isStatusReport: RFC 3462, and relays that lost the first half of the type.
func isStatusReport(p *mime.Part) bool {
	if strings.EqualFold(p.Params["report-type"], "delivery-status") {
		return true
	}
	return p.Type == "multipart/report" && p.Params["report-type"] == ""
}

// readText takes the mail system's words from the body and, where that is
// empty, from a text that it attached.
func (n *notice) readText() {
	text, _ := WholeBody(n.m)
	if strings.TrimSpace(text) == "" {
		for _, p := range n.m.Attachments() {
			if p.Type == "text/plain" {
				text = p.Text()
				break
			}
		}
	}
	var back string
	n.text, back = cutReturned(beginning(text, maxNotice))
	n.back = returnedMessage(n.m, back)
}

// inWords reports whether a message without any mark is a notice by what it
// says. One sign alone is never enough: people write «mancata consegna», too,
// and quote what mail systems say.
func (n *notice) inWords(machine, subject bool) bool {
	told := func() bool { return bounceText.MatchString(beginning(n.text, maxSentences)) }
	answer := func() bool { return smtpAnswer.MatchString(n.text) }
	switch {
	case machine && replySubject.MatchString(n.m.Subject) && !nullPath(n.m):
		return answer() && told() // a postmaster, or a system administrator, who answers
	case machine:
		return subject || answer() || told()
	case nullPath(n.m):
		return (subject || n.back.found) && told()
	}
	return subject && (n.back.found || answer() || machineText.MatchString(n.text)) && told()
}

// wrapped reads the notice that a filter on the way packed into another.
func (n *notice) wrapped() (*helpdesk.Report, []string) {
	inner := n.back.message
	if inner == nil || !isStatusReport(inner.Root) {
		return nil, nil
	}
	return deliveryNotice(inner)
}

// findRecipients asks the surest source that names any.
func (n *notice) findRecipients(groups []reported, failed string) {
	if len(groups) == 0 {
		groups = groupsInText(n.text)
	}
	for _, g := range groups {
		n.add(g)
	}
	if len(n.recipients) > 0 {
		return
	}
	told := recipientsInText(n.text, n.own())
	if failed != "" {
		for _, a := range addressesIn(failed) {
			n.add(withAddress(a, told))
		}
		return
	}
	for _, r := range told {
		n.add(r)
	}
}

// own are the addresses that a notice names without meaning them.
func (n *notice) own() map[string]bool {
	own := map[string]bool{}
	for _, list := range [][]mime.Address{n.m.From, n.m.Sender, n.m.To} {
		for _, a := range list {
			own[strings.ToLower(a.Addr)] = true
		}
	}
	return own
}

// withAddress gives a what the text says of it, or of the only one it speaks of.
func withAddress(a string, told []reported) reported {
	for _, r := range told {
		if strings.EqualFold(r.address, a) {
			return r
		}
	}
	if len(told) == 1 {
		told[0].address = a
		return told[0]
	}
	return reported{address: a}
}

func (n *notice) add(r reported) {
	if r.address == "" && r.action == "" || len(n.recipients) >= maxReported {
		return
	}
	for _, known := range n.recipients {
		if strings.EqualFold(known.address, r.address) {
			return
		}
	}
	n.recipients = append(n.recipients, r)
}

// report takes the worst of what the notice says of its recipients, and names
// all of whom it says that.
func (n *notice) report() *helpdesk.Report {
	inWords := helpdesk.ReportFailed
	if delayed(n.m.Subject, beginning(n.text, maxSentences)) {
		inWords = helpdesk.ReportDelayed
	}
	worst := helpdesk.Report{Kind: inWords, Diagnostic: clip(failureLine(n.text)), Status: statusIn(n.text)}
	rank := 0
	for _, r := range n.recipients {
		kind := r.kind(inWords)
		if severity[kind] > rank {
			rank = severity[kind]
			worst = helpdesk.Report{Kind: kind, Recipient: r.address, Status: r.status, Diagnostic: clip(r.diagnostic)}
		}
		if kind == worst.Kind && r.address != "" {
			worst.Recipients = append(worst.Recipients, r.address)
		}
	}
	n.complete(&worst)
	worst.Subject = n.subject()
	if len(worst.Recipients) == 1 {
		worst.Recipients = nil
	}
	return &worst
}

// subject is that of the message which came back, or as the notice cites it.
func (n *notice) subject() string {
	if s := n.back.header.Get("Subject"); s != "" {
		return beginning(s, 300)
	}
	if m := citedSubject.FindStringSubmatch(n.text); m != nil {
		return beginning(mime.CleanLine(m[1]), 300)
	}
	return ""
}

// complete takes from the text what was not said of the one recipient itself.
func (n *notice) complete(r *helpdesk.Report) {
	if r.Kind == helpdesk.ReportDelivered {
		return
	}
	if len(n.recipients) <= 1 && !smtpCode.MatchString(r.Diagnostic) {
		if line := failureLine(n.text); line != "" {
			r.Diagnostic = clip(line)
		}
	}
	if r.Status == "" || strings.HasSuffix(r.Status, ".0.0") {
		if s := statusIn(r.Diagnostic); s != "" {
			r.Status = s
		}
	}
}

var severity = map[helpdesk.ReportKind]int{
	helpdesk.ReportDelivered: 1, helpdesk.ReportDelayed: 2, helpdesk.ReportFailed: 3,
}

// kind is what the action says; where there is none, the status.
func (r reported) kind(inWords helpdesk.ReportKind) helpdesk.ReportKind {
	switch r.action {
	case "delivered", "relayed", "expanded":
		return helpdesk.ReportDelivered
	case "delayed":
		return helpdesk.ReportDelayed
	case "failed":
		return helpdesk.ReportFailed
	}
	if strings.HasPrefix(r.status, "2.") {
		return helpdesk.ReportDelivered
	}
	return inWords
}
