package mailbox

import (
	"cmp"
	"crypto/sha256"
	"hash"
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
		Spam: spamVerdict(outer.Header), Stub: stub,
	}
	folded := readBody(&in, m)
	in.Protocol = protocolOf(m, folded)
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
		Certified: string(certified.claimed), Carried: pec.Enclosed(outer), Folded: folded}
	if m != outer {
		e.Carried = m
	}
	e.Recipients = e.recipients()
	return e
}

// readBody reads what the message says, and of it what is new and what is
// folded. What is shown is the HTML, unless only the text part tells where the
// history begins; what is found by words is the text part, unless only the
// HTML does.
func readBody(in *helpdesk.Incoming, m *mime.Message) []quote.Part {
	text, body := m.Text(), m.HTML()
	split, fromHTML := quote.Text(text), quote.HTML(body)
	shown := ""
	if body != "" && (quotes(fromHTML.Folded) || !quotes(split.Folded)) {
		if clean, ok := richtext.Sanitize(fromHTML.New); ok {
			shown, in.PolicyVersion = clean, richtext.PolicyVersion
		}
	}
	in.HTML, in.Text = shown, split.New
	if strings.TrimSpace(text) == "" || shown != "" && quotes(fromHTML.Folded) && !quotes(split.Folded) {
		in.Text = mime.TextFromHTML(fromHTML.New)
	}
	if shown != "" || strings.TrimSpace(text) == "" {
		// What is folded must be the rest of what is shown.
		split.Folded = asText(fromHTML.Folded)
	}
	in.Quoted, in.Folds = split.Rest(), foldsOf(split.Folded)
	whole := in.Text
	if strings.TrimSpace(text) != "" || len(fromHTML.Folded) > 0 {
		whole, _ = WholeBody(m)
	}
	readFiles(in, m, whole)
	return split.Folded
}

var folds = map[quote.Kind]helpdesk.Fold{
	quote.Quoted: helpdesk.FoldHistory, quote.Signature: helpdesk.FoldSignature,
	quote.Disclaimer: helpdesk.FoldNotice, quote.Stamp: helpdesk.FoldStamp,
}

func foldsOf(parts []quote.Part) (kinds []helpdesk.Fold) {
	for _, p := range parts {
		if kind := folds[p.Kind]; !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func quotes(parts []quote.Part) bool {
	return slices.ContainsFunc(parts, func(p quote.Part) bool { return p.Kind == quote.Quoted })
}

// asText makes text of folded HTML. Where only an image was folded nothing is
// left: the file is listed below the message.
func asText(parts []quote.Part) []quote.Part {
	for i := range parts {
		parts[i].Text = mime.TextFromHTML(parts[i].Text)
	}
	return slices.DeleteFunc(parts, func(p quote.Part) bool { return p.Text == "" })
}

// readFiles lists the attachments. The hash of the body as it came has them
// and the whole text, whatever is folded of it.
func readFiles(in *helpdesk.Incoming, m *mime.Message, whole string) {
	hash := sha256.New()
	writeWords(hash, whole)
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

// writeWords hashes text as its words joined by single blanks.
func writeWords(h hash.Hash, text string) {
	const piece = 4 << 10
	var buf []byte
	between := ""
	for word := range strings.FieldsSeq(text) {
		buf = append(append(buf, between...), word...)
		between = " "
		if len(buf) >= piece {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	h.Write(buf)
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
// From names nobody, Sender, then Reply-To: all three are the sender's own word.
func sender(m *mime.Message) helpdesk.Address {
	name := ""
	if len(m.From) > 0 {
		name = m.From[0].Name
	}
	for _, list := range [][]mime.Address{m.From, m.Sender, m.ReplyTo} {
		for _, a := range list {
			if a.Addr != "" {
				return helpdesk.Address{Name: cmp.Or(a.Name, name), Addr: a.Addr}
			}
		}
	}
	return helpdesk.Address{Name: name}
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
	mime.ProblemEncrypted, mime.ProblemNotText,
}

// seriousProblem is what a person should know before trusting what is shown.
func seriousProblem(m *mime.Message, in *helpdesk.Incoming, said []string) string {
	for _, p := range m.Problems {
		switch {
		case p == mime.ProblemNotText && in.Text == "" && in.HTML == "":
			said = append(said, "Il messaggio non contiene testo leggibile.")
		case slices.Contains(serious, p):
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
