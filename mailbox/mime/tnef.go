package mime

import (
	"encoding/binary"
	"strings"
	"time"
)

// TNEF is what a winmail.dat holds: the message as Outlook keeps it (MS-OXTNEF). Text and HTML are its
// body, clean and in UTF-8, either may be empty; RTF is kept where text cannot show all that it has
// (pictures, tables). Damaged says that the data ends too early.
type TNEF struct {
	Subject, Sender string
	Sent            time.Time // the sender's wall clock, said to be UTC
	Text, HTML      string
	RTF             []byte
	Files           []TNEFFile
	Damaged         bool
}

// TNEFFile is an attachment in a winmail.dat. Name is clean and not empty, Data points into the bytes
// given. A message inside stands in Message, its undecoded bytes in Data. StandIn marks the text that
// the writer put beside a message for programs that cannot open one.
type TNEFFile struct {
	Name, Type, ContentID string
	Data                  []byte
	Message               *TNEF
	StandIn               bool
}

// Attributes (MS-OXTNEF 2.1.3.3): the type in the upper half, the id in the lower.
const (
	tnefSignature   = 0x223E9F78
	attSubject      = 0x00018004
	attBody         = 0x0002800C
	attDateSent     = 0x00038005
	attAttachTitle  = 0x00018010
	attAttachData   = 0x0006800F
	attOEMCodepage  = 0x00069007
	attRenderData   = 0x00069002 // the first attribute of every attachment
	attMessageProps = 0x00069003
	attAttachment   = 0x00069005
)

// OpenTNEF reads a winmail.dat; ok is false for what is none. Work and memory are linear in its size:
// what it yields are slices of raw, but for bodies, of which compressed ones are bounded by maxRTF.
func OpenTNEF(raw []byte) (t TNEF, ok bool) {
	r := tnefReader{left: maxParts, rtf: maxRTF}
	return r.open(raw, 0)
}

// tnefReader counts over a TNEF with the messages inside it how many attachments, and how many bytes of
// unpacked RTF, may still come.
type tnefReader struct{ left, rtf int }

func (r *tnefReader) open(raw []byte, depth int) (TNEF, bool) {
	if !isTNEF(raw) || depth >= maxDepth {
		return TNEF{}, false
	}
	m := tnefMessage{codepage: 1252}
	t := TNEF{}
	for rest := raw[6:]; ; { // the signature and a key that nobody needs
		var a tnefAttribute
		var whole bool
		if a, rest, whole = nextAttribute(rest); a.id == 0 {
			break
		}
		t.Damaged = t.Damaged || !whole
		if !m.add(a) && !m.attach(a, &r.left) {
			t.Damaged = true // one attachment too many
			break
		}
	}
	m.finish(&t)
	if packed := m.props[propRTF].data; len(packed) > 0 {
		r.rtfBody(&t, packed)
	}
	for i := range m.files {
		t.Files = append(t.Files, r.files(&m.files[i], m.codepage, depth)...)
	}
	return t, true
}

func isTNEF(raw []byte) bool {
	return len(raw) >= 6 && binary.LittleEndian.Uint32(raw) == tnefSignature
}

type tnefAttribute struct {
	id   uint32
	data []byte
}

// nextAttribute reads one attribute: level, id, length, data, checksum. Checksums are wrong in the wild
// and are passed over. The id is 0 at the end; whole is false when the data ends before the attribute.
func nextAttribute(b []byte) (a tnefAttribute, rest []byte, whole bool) {
	const head, checksum = 9, 2
	if len(b) < head || b[0] != 1 && b[0] != 2 {
		return a, nil, true
	}
	a.id = binary.LittleEndian.Uint32(b[1:])
	size := uint64(binary.LittleEndian.Uint32(b[5:]))
	b = b[head:]
	if size > uint64(len(b)) {
		a.data = b
		return a, nil, false
	}
	a.data, b = b[:size], b[size:]
	return a, b[min(len(b), checksum):], true
}

// tnefMessage gathers what stands on the way through the attributes of a message; an attachment begins
// with its rendering data.
type tnefMessage struct {
	codepage            int
	subject, body, sent []byte
	props               properties
	files               []tnefAttachment
}

type tnefAttachment struct {
	title, data []byte
	props       properties
}

// add takes an attribute of the message itself.
func (m *tnefMessage) add(a tnefAttribute) bool {
	switch a.id {
	case attOEMCodepage:
		if len(a.data) >= 4 {
			m.codepage = int(binary.LittleEndian.Uint32(a.data))
		}
	case attSubject:
		m.subject = a.data
	case attBody:
		m.body = a.data
	case attDateSent:
		m.sent = a.data
	case attMessageProps:
		m.props = readProperties(a.data)
	case attRenderData, attAttachTitle, attAttachData, attAttachment:
		return false
	}
	return true
}

// attach takes an attribute of an attachment; it is false when there are more than left allows.
func (m *tnefMessage) attach(a tnefAttribute, left *int) bool {
	if a.id == attRenderData || len(m.files) == 0 {
		if *left--; *left < 0 {
			return false
		}
		m.files = append(m.files, tnefAttachment{})
	}
	f := &m.files[len(m.files)-1]
	switch a.id {
	case attAttachTitle:
		f.title = a.data
	case attAttachData:
		f.data = a.data
	case attAttachment:
		f.props = readProperties(a.data)
	}
	return true
}

// finish decodes what belongs to the message.
func (m *tnefMessage) finish(t *TNEF) {
	t.Subject = CleanLine(m.props.text(propSubject, m.codepage))
	if t.Subject == "" {
		t.Subject = CleanLine(decodeCodepage(m.subject, m.codepage))
	}
	t.Sender = CleanLine(m.props.text(propSenderName, m.codepage))
	t.Sent = tnefTime(m.sent)
	t.Text = CleanText(m.props.text(propBody, m.codepage))
	if t.Text == "" {
		t.Text = CleanText(decodeCodepage(m.body, m.codepage))
	}
	t.HTML = m.props.html(m.codepage)
}

// rtfBody reads the body from its RTF. HTML made of it comes before none; text comes before RTF's text.
func (r *tnefReader) rtfBody(t *TNEF, packed []byte) {
	rtf, whole := unpackRTF(packed, r.rtf)
	r.rtf -= len(rtf)
	t.Damaged = t.Damaged || !whole
	body := readRTF(rtf)
	if t.HTML == "" {
		t.HTML = body.html
	}
	if t.Text == "" && t.HTML == "" {
		t.Text = body.text
	}
	if body.rich && t.HTML == "" {
		t.RTF = rtf
	}
}

// tnefTime reads year, month, day, hour, minute and second of 16 bits each; zero if they are no time.
func tnefTime(b []byte) time.Time {
	if len(b) < 12 {
		return time.Time{}
	}
	n := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	if n(0) < 1601 || n(0) > 9999 || n(1) < 1 || n(1) > 12 {
		return time.Time{}
	}
	return time.Date(n(0), time.Month(n(1)), n(2), n(3), n(4), n(5), 0, time.UTC)
}

// files makes of an attachment what it holds: mostly one file. A message comes after its stand-in.
func (r *tnefReader) files(a *tnefAttachment, codepage, depth int) []TNEFFile {
	p := a.props
	f := TNEFFile{Name: a.name(codepage), ContentID: strings.Trim(truncate(CleanLine(p.text(propContentID, codepage)), maxMessageID), "<> ")}
	f.Type = fileType(f.Name, CleanLine(p.text(propMIMETag, codepage)))
	f.Data = a.data
	object := p[propAttachData]
	if len(object.data) == 0 {
		return []TNEFFile{f}
	}
	const iid = 16 // an object begins with the id of the interface that reads it
	if object.kind == typeObject && len(object.data) > iid {
		if inner, ok := r.open(object.data[iid:], depth+1); ok {
			message := f
			message.Data, message.Message = object.data[iid:], &inner
			if len(a.data) == 0 {
				return []TNEFFile{message}
			}
			f.StandIn = true
			return []TNEFFile{f, message}
		}
	}
	if len(f.Data) == 0 || len(object.data) > len(f.Data) {
		f.Data = object.data
	}
	return []TNEFFile{f}
}

// name is the long name; a title cut to 8.3 letters gives way to what Outlook displays.
func (a *tnefAttachment) name(codepage int) string {
	title := cleanFilename(decodeCodepage(a.title, codepage))
	short := cleanFilename(a.props.text(propFilename, codepage))
	display := cleanFilename(a.props.text(propDisplayName, codepage))
	name := cleanFilename(a.props.text(propLongFilename, codepage))
	for _, other := range []string{title, short} {
		if name == "" && !strings.Contains(other, "~") {
			name = other
		}
	}
	for _, other := range []string{display, title, short} {
		if name == "" {
			name = other
		}
	}
	if name == "" {
		name = "allegato"
	}
	if ending := cleanFilename("x" + a.props.text(propExtension, codepage)); len(ending) > 2 && ending[1] == '.' && fileExtension(name) == "" {
		name = shorten(name + ending[1:])
	}
	return name
}
