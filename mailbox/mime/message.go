package mime

import (
	"bytes"
	"strings"
	"time"
)

// Message is one message as read. Addresses, ids and texts are decoded; Root is never nil. Date is zero
// when unreadable; message ids stand without angle brackets. Problems says what was wrong with the
// message, each thing once, in Italian for the desk.
type Message struct {
	Header                        Header
	Subject                       string
	From, To, Cc, ReplyTo, Sender []Address
	Date                          time.Time
	MessageID                     string
	InReplyTo, References         []string
	Root                          *Part
	Problems                      []string

	text, html  string
	plain       []*Part // the text/plain parts of text
	attachments []*Part
}

// Text is the body as plain text: the text/plain parts that are shown, joined; "" when there is none.
func (m *Message) Text() string { return m.text }

// HTML is the body as HTML in UTF-8, as the sender wrote it: it must be sanitised before it is shown.
func (m *Message) HTML() string { return m.html }

// Attachments are all leaves that are not the shown body, in their order: named files, messages inside,
// pictures of the HTML (marked by Inline), and what could not be read as a part. Files that stand in a
// text in uuencode are among them, and texts that are shown although they state a name.
func (m *Message) Attachments() []*Part { return m.attachments }

// Part is a node of the message. Body holds the decoded bytes of a leaf and of a message inside, and
// the undecoded bytes of a multipart. Type is lower case ("text/plain"); Disposition is lower case or
// empty; Filename is clean and, for an attachment, never empty; ContentID stands without brackets.
// Message is the message inside a message/rfc822. Damaged marks what was read only in part.
//
// A leaf that holds others (winmail.dat, .p7m) has them as Children; those that were files in it name it
// in OpenedFrom. Signer names who signed, by the certificate and unverified. Wrapper marks what a person
// need not see: all it holds is shown or listed beside it, or it is but the signature of the message or what a
// Macintosh keeps of a file beside its content (RFC 1740).
type Part struct {
	Type                             string
	Params                           map[string]string
	Disposition, Filename, ContentID string
	Header                           Header
	Body                             []byte
	Children                         []*Part
	Message                          *Message
	Damaged                          bool
	Signer, OpenedFrom               string
	Wrapper                          bool

	inline  bool
	named   bool // a name was stated, be it empty
	related bool // belongs to the document of a multipart/related
}

// Inline says that the HTML body shows this part (a picture referred to by cid:).
func (p *Part) Inline() bool { return p.inline }

// Text gives the body of a leaf in UTF-8, by its charset; it makes sense for text types only.
func (p *Part) Text() string {
	text, _ := p.decodeText(p.Body)
	return text
}

func (p *Part) decodeText(body []byte) (text string, ok bool) {
	text, ok = p.decode(body)
	return CleanText(text), ok
}

func (p *Part) decode(body []byte) (text string, ok bool) {
	charset := p.Params["charset"]
	if charset == "" && p.Type == "text/html" {
		charset = metaCharset(body)
	}
	return decodeCharset(body, charset)
}

// metaCharset finds the charset an HTML document states in its head.
func metaCharset(body []byte) string {
	const farthest = 1024
	head := bytes.ToLower(body[:min(len(body), farthest)])
	_, after, found := bytes.Cut(head, []byte("charset="))
	if !found {
		return ""
	}
	after = bytes.TrimLeft(after, `"' `)
	if end := bytes.IndexAny(after, "\"'> ;/"); end >= 0 {
		after = after[:end]
	}
	if label := string(after); !strings.HasPrefix(label, "utf-16") && !strings.HasPrefix(label, "utf-32") {
		return label
	}
	return "" // a tag that was read as ASCII is not in UTF-16
}

// Read reads a message. It never fails and never panics; see the package comment for what holds of the
// result, which points into raw.
func Read(raw []byte) *Message {
	r := &reader{unopened: max(minOpened, 2*len(raw))}
	return r.message(raw, 0)
}

// reader carries what is counted over a whole message with the messages inside it: parts, and the bytes
// that may still be taken out of containers.
type reader struct{ parts, unopened int }

func (r *reader) message(raw []byte, depth int) *Message {
	m := &Message{}
	if len(bytes.TrimSpace(raw)) == 0 {
		m.problem(ProblemEmpty)
	}
	if bareCR(raw) {
		raw = fixBareCR(raw)
		m.problem(ProblemBareCR)
	}
	header, body, problems := readHeader(raw, true)
	m.Header = header
	for _, p := range problems {
		m.problem(p)
	}
	w := walker{reader: r, message: m}
	m.Root = w.part(header, body, depth, "text/plain")
	m.Header.charset = firstCharset(m.Root)
	m.readFields()
	m.chooseBody()
	return m
}

// firstCharset is the charset of the first text, in which the header is written too where it is not
// encoded.
func firstCharset(p *Part) string {
	for p.Params["charset"] == "" && len(p.Children) > 0 {
		p = p.Children[0]
	}
	return p.Params["charset"]
}

// problem records a problem once.
func (m *Message) problem(text string) {
	for _, p := range m.Problems {
		if p == text {
			return
		}
	}
	m.Problems = append(m.Problems, text)
}

func (m *Message) readFields() {
	h := m.Header
	for i := h.find("Subject", 0); i >= 0 && m.Subject == ""; i = h.find("Subject", i+1) {
		m.Subject = h.decoded(i)
	}
	m.From = m.addresses("From")
	m.To = m.addresses("To")
	m.Cc = m.addresses("Cc")
	m.ReplyTo = m.addresses("Reply-To")
	m.Sender = m.addresses("Sender")
	for i := h.find("Message-ID", 0); i >= 0 && m.MessageID == ""; i = h.find("Message-ID", i+1) {
		m.MessageID = messageID(h.raw(i))
	}
	m.InReplyTo = ParseMessageIDs(h.raws("In-Reply-To", " "))
	m.References = ParseMessageIDs(h.raws("References", " "))
	dated := false
	for i := h.find("Date", 0); i >= 0 && !dated; i = h.find("Date", i+1) {
		m.Date, dated = ParseDate(h.raw(i))
	}
	if !dated {
		m.problem(ProblemDate)
	}
	if m.MessageID == "" {
		m.problem(ProblemMessageID)
	}
	switch {
	case len(m.From) == 0 || m.From[0].Addr == "":
		m.problem(ProblemFrom)
	case len(m.From) > 1:
		m.problem(ProblemSeveralFrom)
	}
}

// addresses reads all fields of a name: a second To counts like the first. Of several fields those that
// hold no address say nothing.
func (m *Message) addresses(name string) (list []Address) {
	h := m.Header
	for i := h.find(name, 0); i >= 0 && len(list) < maxAddresses; i = h.find(name, i+1) {
		more := ParseAddressList(h.raw(i))
		switch {
		case len(list) == 0 || list[0].Addr == "" && len(more) > 0 && more[0].Addr != "":
			list = more
		case len(more) > 0 && more[0].Addr != "":
			list = append(list, more...)
		}
	}
	if len(list) >= maxAddresses {
		m.problem(ProblemAddressLimit)
		list = list[:maxAddresses]
	}
	return list
}

// bareCR says that the lines end in a CR alone, as the first one does.
func bareCR(raw []byte) bool {
	i := bytes.IndexByte(raw, '\r')
	if i < 0 {
		return false
	}
	if lf := bytes.IndexByte(raw[:i], '\n'); lf >= 0 {
		return false
	}
	return !bytes.HasPrefix(bytes.TrimLeft(raw[i:], "\r"), []byte{'\n'})
}

// fixBareCR copies raw with LF for every CR that no LF follows.
func fixBareCR(raw []byte) []byte {
	fixed := bytes.Clone(raw)
	for i, c := range fixed {
		if c == '\r' && (i+1 == len(fixed) || fixed[i+1] != '\n') {
			fixed[i] = '\n'
		}
	}
	return fixed
}

func isMessageType(contentType string) bool {
	return contentType == "message/rfc822" || contentType == "message/global" || contentType == "message/news"
}

func isMultipart(contentType string) bool { return strings.HasPrefix(contentType, "multipart/") }
