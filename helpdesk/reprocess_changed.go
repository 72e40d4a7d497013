package helpdesk

import "fmt"

// Reread is a message that is read otherwise than before, in ids and names of
// fields: it may stand in a log.
type Reread struct {
	RawID     int64
	MessageID int64  // ours; 0 where a parked message turned out to be a copy
	Ticket    Number // 0 with it
	Fields    []Field
}

// Field is something of a message that comes from its bytes.
type Field string

// The fields in which two readings of a message can differ. FieldNew is all of
// them: the message could not be read before.
const (
	FieldNew         Field = "new"
	FieldKind        Field = "kind" // channel, automatic, what it reports, what its provider certifies
	FieldSender      Field = "sender"
	FieldRecipients  Field = "recipients"
	FieldSubject     Field = "subject"
	FieldDate        Field = "date"
	FieldThread      Field = "thread" // its id and those it refers to
	FieldText        Field = "text"   // what is new
	FieldQuoted      Field = "quoted"
	FieldHTML        Field = "html"
	FieldAttachments Field = "attachments"
	FieldProtocol    Field = "protocol"
	FieldSpam        Field = "spam"
	FieldProblem     Field = "problem"
	FieldHash        Field = "hash" // only what copies are recognised by
)

// differing are the fields in which two readings of a message differ. The
// hashes follow text and files, and are named only where they differ alone.
func differing(a, b Message) []Field {
	var fields []Field
	other := readings(b)
	for i, r := range readings(a) {
		if r != other[i] {
			fields = append(fields, r.field)
		}
	}
	if len(fields) > 1 && fields[len(fields)-1] == FieldHash {
		fields = fields[:len(fields)-1]
	}
	return fields
}

// reading is what the bytes of a message say in a field.
type reading struct {
	field Field
	value string
}

// readings are all that comes from the bytes of a message, the hashes last.
func readings(m Message) []reading {
	var files []string
	for _, a := range m.Attachments {
		files = append(files, fmt.Sprintf("%q %q %d %q %t %q %q %t %d", a.Name, a.Type, a.Size, a.ContentID, a.Inline,
			a.Signer, a.OpenedFrom, a.Wrapper, a.BlobID))
	}
	date, report, certified := int64(0), "", ""
	if !m.Date.IsZero() {
		date = m.Date.UnixMilli()
	}
	if m.Report != nil {
		report = fmt.Sprintf("%+v", *m.Report)
	}
	if c := m.Certified; c != nil { // what a certificate says beside is not stored
		certified = fmt.Sprintf("%q %d %q %q %q", c.Kind, c.At.Unix(), c.Provider, c.Identifier, c.Sender)
	}
	return []reading{
		{FieldKind, fmt.Sprintf("%q %q %s %s", m.Channel, m.Automatic, report, certified)},
		{FieldSender, fmt.Sprintf("%q %q", m.From, m.ReplyTo)},
		{FieldRecipients, fmt.Sprintf("%q %q", m.To, m.Cc)},
		{FieldSubject, m.Subject},
		{FieldDate, fmt.Sprint(date)},
		{FieldThread, fmt.Sprintf("%q %q", m.MessageID, m.References)},
		{FieldText, m.Text},
		{FieldQuoted, fmt.Sprintf("%q %q", m.Folds, m.Quoted)},
		{FieldHTML, fmt.Sprintf("%q %d", m.HTML, m.PolicyVersion)},
		{FieldAttachments, fmt.Sprintf("%q", files)},
		{FieldProtocol, m.Protocol},
		{FieldSpam, m.Spam},
		{FieldProblem, m.Problem},
		{FieldHash, fmt.Sprintf("%x %x", m.TextHash, m.BodyHash)},
	}
}
