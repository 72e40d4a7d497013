package main

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	"sportello/helpdesk"
)

// Our two mailboxes in the demo.
const (
	demoBox    = "sportello@centro.example"
	demoPECBox = "sportello@pec.centro.example"
)

// demoAnswerDays is within how many working days an answer is due in the demo:
// a question of that many working days ago is due today.
const demoAnswerDays = 3

// demoMail is one message of the demo's present mail and what the desk has made
// of it by now.
type demoMail struct {
	Key   string
	Story int           // 0 = noise and ordinary questions
	After time.Duration // delivered this long after the start; 0 = before it
	Age   time.Duration // how long before now it arrived; 0 for live ones
	Box   string        // demoBox or demoPECBox
	Raw   []byte        // nil for the one huge message: use Open

	Opens    bool           // it opens a ticket: neither a copy nor a further message
	State    helpdesk.State // of the ticket by now; StateNew: nobody has touched it
	Owner    string         // key into demoStaffByKey, "" for nobody
	Answer   string         // Markdown; what the owner has already answered, "" for nothing
	Priority bool

	head, tail []byte
	middle     lazyMiddle
}

// Size is the length in bytes of what Open reads.
func (m demoMail) Size() int64 {
	return int64(len(m.Raw)+len(m.head)+len(m.tail)) + m.middle.size()
}

// Open reads the message from its beginning.
func (m demoMail) Open() io.Reader {
	if m.Raw != nil {
		return bytes.NewReader(m.Raw)
	}
	return io.MultiReader(bytes.NewReader(m.head), m.middle.reader(), bytes.NewReader(m.tail))
}

// demoMails builds the present mail as it lies in the mailboxes at now, oldest
// first, then what arrives live.
func demoMails(now time.Time) ([]demoMail, error) {
	office, err := theDemoOffice()
	if err != nil {
		return nil, err
	}
	sections, err := demoSections("mails_")
	if err != nil {
		return nil, err
	}
	b := demoMailBuilder{now: now.In(office.rome).Truncate(time.Second), office: office, sections: map[string]demoSection{}}
	for _, s := range sections {
		b.sections[s.key] = s
	}
	var list []demoMail
	for _, s := range sections {
		m, err := b.mail(s)
		if err != nil {
			return nil, fmt.Errorf("demo mail %s: %w", s.key, err)
		}
		list = append(list, m)
		if s.get("both-boxes") != "" {
			twin := m
			twin.Key, twin.Box, twin.Opens = m.Key+"-pec", demoPECBox, false
			list = append(list, twin)
		}
	}
	sortDemoMails(list)
	return list, nil
}

type demoMailBuilder struct {
	now      time.Time
	office   demoOffice
	sections map[string]demoSection
}

func (b *demoMailBuilder) mail(s demoSection) (demoMail, error) {
	at, after, err := b.when(s)
	if err != nil {
		return demoMail{}, err
	}
	m := demoMail{Key: s.key, After: after, Age: b.now.Sub(at), Box: demoBox,
		State: helpdesk.State(s.get("state")), Owner: s.get("owner"), Priority: s.get("priority") == "high",
		Opens: s.get("copy-of") == "" && s.get("reply-to-key") == ""}
	if m.Story, err = s.number("story"); err != nil {
		return m, err
	}
	if s.get("box") == "pec" {
		m.Box = demoPECBox
	}
	if m.Answer, err = b.places(s, at).fill(s.part("risposta")); err != nil {
		return m, err
	}
	err = b.bytes(&m, s, at)
	return m, err
}

// bytes fills in the message itself.
func (b *demoMailBuilder) bytes(m *demoMail, s demoSection, at time.Time) (err error) {
	if s.get("style") == "broken" {
		m.Raw = brokenMessage(at)
		return nil
	}
	d, err := b.draft(s, at, m.Box)
	if err != nil {
		return err
	}
	switch d.Style {
	case "tnef":
		m.Raw, err = tnefMessage(d)
	case "dsn":
		m.Raw, err = strayDSN(d)
	case "mdn":
		m.Raw, err = readReceipt(d)
	case "opaque":
		m.Raw, err = opaqueMessage(d)
	case "invitation":
		m.Raw, err = invitationMessage(d)
	case "huge":
		m.head, m.middle, m.tail, err = hugeMessage(d, d.Files[0].Name, 60)
	default:
		m.Raw, err = d.build()
	}
	if err == nil && s.get("pec") != "" {
		m.Raw, err = pecEnvelope(m.Raw, m.Box, m.Box == demoPECBox, at.Add(3*time.Second))
	}
	return err
}

// draft reads a section into a message.
func (b *demoMailBuilder) draft(s demoSection, at time.Time, box string) (demoDraft, error) {
	from, err := demoSender(s.get("from"))
	if err != nil {
		return demoDraft{}, err
	}
	d := demoDraft{Style: s.get("style"), From: *from, To: s.get("to"), Cc: s.get("cc"), At: at, ID: b.messageID(s.key, from.Address)}
	if d.To == "" {
		d.To = box
	}
	p := b.places(s, at)
	if d.Subject, err = p.fill(s.get("subject")); err != nil {
		return d, err
	}
	if d.Text, err = p.fill(s.parts[0].text); err != nil {
		return d, err
	}
	if key := s.get("reply-to-key"); key != "" {
		sender, err := demoSender(b.sections[key].get("from"))
		if err != nil {
			return d, fmt.Errorf("reply to %q: %w", key, err)
		}
		d.InReplyTo = b.messageID(key, sender.Address)
		d.References = []string{d.InReplyTo}
	}
	if d.Quote, err = b.quote(s, at); err != nil {
		return d, err
	}
	d.Files, err = b.files(s, d)
	return d, err
}

func (b *demoMailBuilder) files(s demoSection, d demoDraft) ([]demoFile, error) {
	var files []demoFile
	if s.get("style") == "outlook-cid" {
		logo, err := demoLogo()
		if err != nil {
			return nil, err
		}
		files = append(files, demoFile{Name: "image001.png", Type: "image/png", ContentID: demoLogoID, Data: logo})
	}
	for _, line := range s.fields["attach"] {
		f := strings.Split(line, " | ")
		if len(f) != 3 {
			return nil, fmt.Errorf("attach %q: want name | kind | title", line)
		}
		if f[1] == "huge" {
			files = append(files, demoFile{Name: f[0]})
			continue
		}
		file, err := demoAttachment(d, f[0], f[1], f[2])
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// quote is the message below: one of the demo's own, or one that only the
// forward shows.
func (b *demoMailBuilder) quote(s demoSection, at time.Time) (*demoQuote, error) {
	if key := s.get("quote-key"); key != "" {
		old := b.sections[key]
		when, _, err := b.when(old)
		if err != nil {
			return nil, err
		}
		text, err := b.places(old, when).fill(old.parts[0].text)
		return &demoQuote{From: old.get("from"), To: demoBox, Subject: old.get("subject"), Text: text, At: when}, err
	}
	part := s.part("citato")
	if part == "" {
		return nil, nil
	}
	head, text, _ := strings.Cut(part, "\n\n")
	q := &demoQuote{Text: text, At: at}
	for line := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "from":
			q.From = value
		case "to":
			q.To = value
		case "subject":
			q.Subject = value
		case "before":
			d, err := time.ParseDuration(value)
			if err != nil {
				return nil, fmt.Errorf("quoted message: %w", err)
			}
			q.At = at.Add(-d)
		}
	}
	return q, nil
}

func (b *demoMailBuilder) places(s demoSection, at time.Time) demoPlaces {
	return demoPlaces{at: at, office: b.office, vars: map[string]string{"cup": demoCUP(demoRand(1, s.key), at.Year()-4)}}
}

// messageID is the client's own; the same key always gets the same.
func (b *demoMailBuilder) messageID(key, address string) string {
	return shortHash(key+b.now.Format("2006-01-02")) + "." + strings.ReplaceAll(key, "-", "") + address[strings.LastIndexByte(address, '@'):]
}

func demoSender(s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return nil, fmt.Errorf("sender %q: %w", s, err)
	}
	return a, nil
}
