package mime

import (
	"bytes"
	"strings"
)

// walker reads the parts of one message; the messages inside it get their own.
type walker struct {
	*reader
	message *Message
	inside  bool // the root has been entered
}

// part reads a part from its header and body; fallback is its type where it states none.
func (w *walker) part(header Header, body []byte, depth int, fallback string) *Part {
	w.parts++
	p := &Part{Header: header, Body: body, Type: fallback}
	w.readType(p)
	w.inside = true
	p.Header.charset = p.Params["charset"]
	disposition, params := parseParams(p.Header.Raw("Content-Disposition"))
	p.Disposition = CleanLine(disposition)
	p.ContentID = contentID(header)
	p.setFilename(params)
	switch {
	case isMultipart(p.Type):
		w.multipart(p, depth)
	case isMessageType(p.Type):
		w.messagePart(p, depth)
	default:
		w.decode(p)
		w.open(p, depth)
	}
	switch p.Type {
	case "message/partial":
		w.message.problem(ProblemPartial)
	case "message/external-body":
		w.message.problem(ProblemExternal)
	}
	return p
}

// setFilename takes the name from where it ought to stand, else from where senders put it. A name with
// question marks is one in which the sender's program lost letters: another without them is better. An
// unnamed picture of Outlook has its name in its Content-ID ("image001.png@01DC…").
func (p *Part) setFilename(disposition map[string]string) {
	for _, from := range []struct {
		params map[string]string
		name   string
	}{{disposition, "filename"}, {p.Params, "name"}, {disposition, "name"}, {p.Params, "filename"}} {
		value, stated := from.params[from.name]
		p.named = p.named || stated
		name := cleanFilename(value)
		if p.Filename == "" || strings.Contains(p.Filename, "?") && name != "" && !strings.Contains(name, "?") {
			p.Filename = name
		}
	}
	if id, _, _ := strings.Cut(p.ContentID, "@"); p.Filename == "" && strings.HasPrefix(p.Type, "image/") {
		if dot := strings.LastIndexByte(id, '.'); dot > 0 && extensions[p.Type] != "" && strings.EqualFold(id[dot:], extensions[p.Type]) {
			p.Filename = cleanFilename(id)
		}
	}
}

// readType sets the type and its parameters. A type that cannot be one is text where nobody said more
// than "text", else bytes that nobody understands.
func (w *walker) readType(p *Part) {
	raw := p.Header.Raw("Content-Type")
	if raw == "" {
		start := bytes.TrimLeft(p.Body, " \t\r\n")
		if !w.inside && bytes.HasPrefix(start, []byte("--")) && boundaryBefore(firstLines(start), "content-") != "" {
			p.Type = "multipart/mixed" // the header lost its Content-Type
		}
		return
	}
	kind, params := parseParams(raw)
	p.Params = params
	kind = strings.Trim(kind, "\"', ")
	major, minor, _ := strings.Cut(kind, "/")
	switch {
	case isToken(major) && isToken(minor):
		p.Type = kind
	case major == "text" || kind == "":
		p.Type = "text/plain"
		w.message.problem(ProblemContentType)
	case major == "multipart":
		p.Type = "multipart/mixed"
		w.message.problem(ProblemContentType)
	default:
		p.Type = "application/octet-stream"
		w.message.problem(ProblemContentType)
	}
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

func contentID(h Header) string {
	return strings.Trim(truncate(h.Raw("Content-ID"), maxMessageID), "<> ")
}

// encoding gives the transfer encoding of a part and notes an unknown one.
func (w *walker) encoding(p *Part) string {
	encoding, known := transferEncoding(p.Header.Raw("Content-Transfer-Encoding"))
	if !known {
		w.message.problem(ProblemTransfer)
	}
	return encoding
}

func (w *walker) decode(p *Part) {
	body, ok := decodeTransfer(p.Body, w.encoding(p))
	p.Body = body
	if !ok {
		w.damaged(p, ProblemDamaged)
	}
}

func (w *walker) damaged(p *Part, problem string) {
	p.Damaged = true
	w.message.problem(problem)
}

// messagePart reads a message inside. It may be encoded although RFC 2046 forbids it, and some servers
// say that it is when it is not.
func (w *walker) messagePart(p *Part, depth int) {
	raw := p.Body
	if w.decode(p); p.Damaged && nameLength(firstLine(raw)) > 0 && nameLength(firstLine(p.Body)) == 0 {
		p.Body, p.Damaged = raw, false
		w.message.problem(ProblemTransferNested)
	}
	if depth+1 >= maxDepth {
		w.damaged(p, ProblemDepth)
		return
	}
	p.Message = w.reader.message(p.Body, depth+1)
}

// firstLines gives the first two lines, with their ends.
func firstLines(b []byte) []byte {
	_, next := cutLine(b, 0)
	_, next = cutLine(b, next)
	return b[:next]
}

func firstLine(b []byte) []byte {
	line, _ := cutLine(b, 0)
	return line
}

// multipart reads the children. Where no boundary is found the body is one text part: it is better
// shown than lost.
func (w *walker) multipart(p *Part, depth int) {
	if depth+1 >= maxDepth {
		w.damaged(p, ProblemDepth)
		return
	}
	s := w.split(p)
	if len(s.parts) == 0 {
		if encoding := w.encoding(p); encoding != "" { // forbidden by RFC 2045, 6.4, and seen
			p.Body, _ = decodeTransfer(p.Body, encoding)
			s = w.split(p)
		}
	}
	if len(s.parts) == 0 {
		w.withoutParts(p)
		return
	}
	if !s.closed {
		w.damaged(p, ProblemUnclosed)
	}
	fallback := "text/plain"
	if p.Type == "multipart/digest" {
		fallback = "message/rfc822"
	}
	for _, at := range s.parts {
		if w.parts >= maxParts {
			w.rest(p, at.start)
			break
		}
		header, body, problems := readHeader(p.Body[at.start:at.end], false)
		for _, text := range problems {
			if text != ProblemNoHeader { // a part need have none
				w.message.problem(text)
			}
		}
		p.Children = append(p.Children, w.part(header, body, depth+1, fallback))
	}
	switch p.Type {
	case "multipart/related":
		markRelated(p)
	case "multipart/appledouble":
		for _, c := range p.Children {
			c.Wrapper = c.Wrapper || c.Type == "application/applefile"
		}
	}
}

// withoutParts makes a text part of a multipart that has no parts.
func (w *walker) withoutParts(p *Part) {
	if len(bytes.TrimSpace(p.Body)) == 0 {
		return
	}
	w.parts++
	w.damaged(p, ProblemNoParts)
	p.Children = []*Part{{Type: "text/plain", Body: p.Body, Damaged: true}}
}

// rest keeps everything from the part that is one too many to the end as one opaque leaf.
func (w *walker) rest(p *Part, from int) {
	w.message.problem(ProblemParts)
	leaf := &Part{Type: "application/octet-stream", Body: p.Body[from:], Damaged: true}
	p.Children = append(p.Children, leaf)
}

// markRelated marks what the document of a multipart/related consists of beside its root (RFC 2387): the
// part that start names, else the first that can be a document. A page behind a text, with neither name
// nor id, is the same letter again: who sent it meant multipart/alternative.
func markRelated(p *Part) {
	root := p.Children[0]
	for _, c := range p.Children {
		if isMultipart(c.Type) || strings.HasPrefix(c.Type, "text/") {
			root = c
			break
		}
	}
	if start := strings.Trim(p.Params["start"], "<> "); start != "" {
		for _, c := range p.Children {
			if c.ContentID == start {
				root = c
				break
			}
		}
	}
	for _, c := range p.Children {
		again := root.Type == "text/plain" && c.Type == "text/html" && c.ContentID == "" && c.Filename == ""
		c.related = c != root && !again
	}
}
