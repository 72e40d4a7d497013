package mailbox

import (
	"crypto/sha256"
	"slices"
	"strings"

	"sportello/helpdesk"
	"sportello/helpdesk/richtext"
	"sportello/mailbox/mime"
	"sportello/mailbox/pec"
	"sportello/mailbox/quote"
)

// Reader implements helpdesk.Reader: it is pure and always answers.
type Reader struct{}

// Read makes of raw bytes what the desk files. With stub, raw is only the
// header of a message over the size limit.
func (Reader) Read(raw []byte, stub bool) helpdesk.Incoming { return Examine(raw, stub).Incoming }

// Examine reads as Read does and tells all that it saw.
func Examine(raw []byte, stub bool) *Examination {
	outer := mime.Read(raw)
	certified := openCertified(outer)
	m := certified.message
	in := helpdesk.Incoming{
		MessageID: m.MessageID, AlsoIDs: certified.alsoIDs(),
		InReplyTo: m.InReplyTo, References: m.References,
		From: sender(m), ReplyTo: addresses(m.ReplyTo), To: addresses(m.To), Cc: addresses(m.Cc),
		Subject: m.Subject, Date: m.Date, Channel: certified.channel(), Certified: certified.certification(),
		Protocol: protocolNumber(m.Subject), Spam: spamVerdict(outer.Header), Stub: stub,
	}
	readBody(&in, m)
	if in.Automatic = automatic(m); in.Automatic == "" && m != outer {
		in.Automatic = automatic(outer)
	}
	if certified.readReceipt(&in) {
		in.Attachments = nil // the certificate and our own message: they stay in the original
	} else {
		in.Report, in.ReportOf = report(m)
	}
	if in.Report != nil && in.Automatic == "" {
		in.Automatic = reportReason(in.Report.Kind)
	}
	if !stub {
		in.Problem = seriousProblem(m, &in, certified.doubts())
		in.Forwarded = forwarded(m)
	}
	e := &Examination{Incoming: in, Outer: outer, Inner: m, Sender: sender(outer),
		Certified: string(certified.claimed), Carried: pec.Enclosed(outer)}
	if m != outer {
		e.Carried = m
	}
	e.Recipients = e.recipients()
	return e
}

func readBody(in *helpdesk.Incoming, m *mime.Message) {
	text, body := m.Text(), m.HTML()
	freshHTML, quotedHTML := quote.HTML(body)
	if strings.TrimSpace(text) != "" {
		in.Text, in.Quoted = quote.Text(text)
	} else if body != "" {
		in.Text, in.Quoted = quote.Text(mime.TextFromHTML(freshHTML))
		in.Quoted = strings.TrimSpace(in.Quoted + "\n\n" + mime.TextFromHTML(quotedHTML))
	}
	// Outlook copies the header of what it answers without a container: the
	// text tells where the history begins, the HTML does not. Then the text is
	// what is shown, folded; the original is one click away.
	if body != "" && (in.Quoted == "" || quotedHTML != "") {
		if clean, ok := richtext.Sanitize(freshHTML); ok {
			in.HTML, in.PolicyVersion = clean, richtext.PolicyVersion
		}
	}
	hash := sha256.New()
	hash.Write([]byte(strings.Join(strings.Fields(in.Text+" "+in.Quoted), " ")))
	for _, p := range m.Attachments() {
		if forMachines[p.Type] {
			continue
		}
		a := helpdesk.Attachment{
			Name: p.Filename, Type: p.Type, Size: int64(len(p.Body)), ContentID: p.ContentID, Inline: p.Inline(),
			Signer: p.Signer, OpenedFrom: p.OpenedFrom, Wrapper: p.Wrapper, Blob: helpdesk.NewBlob(p.Body),
		}
		if a.OpenedFrom == "" { // what came in a container is in the container
			hash.Write(a.Blob.SHA256[:])
		}
		in.Attachments = append(in.Attachments, a)
	}
	in.BodyHash = hash.Sum(nil)
	addEvent(in, m)
}

// addEvent puts what an invitation says above the text, which often says nothing.
func addEvent(in *helpdesk.Incoming, m *mime.Message) {
	summary := eventSummary(m)
	if summary == "" {
		return
	}
	in.Text = strings.TrimSpace(summary + "\n\n" + in.Text)
	if in.HTML != "" {
		in.HTML = richtext.Text(summary) + in.HTML
	}
}

// forMachines are parts of reports that say to programs what the text says to
// people; the report is read from them, nobody wants them as files.
var forMachines = map[string]bool{
	"message/delivery-status": true, "message/disposition-notification": true, "text/rfc822-headers": true,
}

// sender is the one address that decides identity: the first of From; where
// From names nobody, Sender.
func sender(m *mime.Message) helpdesk.Address {
	for _, list := range [][]mime.Address{m.From, m.Sender} {
		for _, a := range list {
			if a.Addr != "" {
				return helpdesk.Address(a)
			}
		}
	}
	if len(m.From) > 0 {
		return helpdesk.Address(m.From[0])
	}
	return helpdesk.Address{}
}

func addresses(list []mime.Address) []helpdesk.Address {
	var out []helpdesk.Address
	for _, a := range list {
		if a.Addr != "" {
			out = append(out, helpdesk.Address(a))
		}
	}
	return out
}

var serious = []string{
	mime.ProblemEmpty, mime.ProblemNoHeader, mime.ProblemHeaderLimit, mime.ProblemFrom, mime.ProblemDamaged,
	mime.ProblemUnclosed, mime.ProblemDepth, mime.ProblemParts, mime.ProblemNoParts, mime.ProblemPartial, mime.ProblemExternal,
	mime.ProblemEncrypted,
}

// seriousProblem is what a person should know before trusting what is shown.
func seriousProblem(m *mime.Message, in *helpdesk.Incoming, said []string) string {
	for _, p := range m.Problems {
		if slices.Contains(serious, p) {
			said = append(said, p)
		}
	}
	if in.Text == "" && in.HTML == "" && len(in.Attachments) == 0 && len(said) == 0 {
		said = append(said, "Il messaggio non contiene testo.")
	}
	if len(said) == 0 {
		return ""
	}
	return strings.Join(said, " ") + " Per vederlo com'è arrivato apri l'originale."
}
