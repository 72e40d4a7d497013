package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"sportello/helpdesk"
	"sportello/helpdesk/richtext"
)

// thread makes the lines of the ticket page: messages with the events that
// happened between them.
func (s *Server) thread(ctx context.Context, v helpdesk.TicketView, staff []helpdesk.User) ([]entry, error) {
	names := newEventNames(staff, v.Taxonomy)
	images := &imageBudget{reads: s.reads, left: threadImages, shown: map[int64]bool{}}
	lines := reportLines(v.Messages)
	var entries []entry
	events := v.Events
	for _, m := range v.Messages {
		for len(events) > 0 && events[0].At.Before(m.At) {
			entries = appendEvent(entries, events[0], names)
			events = events[1:]
		}
		if line, ok := lines[m.ID]; ok {
			line.Unread = unread(v, m)
			entries = append(entries, entry{Report: &line})
			continue
		}
		shown, err := s.newMessage(ctx, v, m, images)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{Message: &shown})
	}
	for _, e := range events {
		entries = appendEvent(entries, e, names)
	}
	return entries, nil
}

func (s *Server) newMessage(ctx context.Context, v helpdesk.TicketView, m helpdesk.MessageView, images *imageBudget) (message, error) {
	shown := message{
		ID: m.ID, Kind: string(m.Kind), Channel: string(m.Channel), At: m.At,
		Author: person{ID: m.AuthorID, Name: m.Author}, To: addresses(m.To), Cc: addresses(m.Cc),
		Problem: problemOf(m.Message), Unverified: m.Unverified, Automatic: m.Automatic != "",
		Original: m.RawID != 0 || m.Outgoing != nil,
		Unread:   unread(v, m),
	}
	switch m.Kind {
	case helpdesk.KindNote:
		if m.AuthorID == 0 { // a colleague's mail, which anybody could have sent in his name
			shown.Author, shown.Address = person{Name: nameOf(m.From)}, m.From.Addr
		}
	case helpdesk.KindReply, helpdesk.KindSystem:
		shown.Address = m.From.Addr
		shown.Outside = m.Kind == helpdesk.KindReply && m.RawID != 0
		if shown.Author.Name == "" {
			shown.Author = person{Name: s.config.Product}
		}
	default:
		shown.Author = person{Name: nameOf(m.From)}
		shown.Address = m.From.Addr
	}
	if helpdesk.BareSubject(m.Subject) != v.Ticket.Subject && m.Kind == helpdesk.KindInbound {
		shown.Subject = m.Subject
	}
	if offersForwarded(v, m.Message) {
		shown.Forwards = m.Forwarded.From.Addr
	}
	shown.CopyCount = len(m.Copies) + m.MoreCopies
	for _, c := range m.Copies {
		label := strings.ToLower(c.Channel.Label()) + " da " + nameOf(c.From)
		shown.Copies = append(shown.Copies, messageCopy{ID: c.RawID, Label: label, At: c.At, Probable: c.Probable})
	}
	if m.Outgoing != nil {
		shown.Delivery = newDelivery(m.Outgoing.Outgoing)
	}
	shown.Receipts, shown.Past = newReceipts(m.Reports)
	shown.Protocol = m.Protocol
	shown.Certified = certifiedLine(m.Certified)
	shown.NotCertified = m.Certified != nil && m.Certified.Kind == helpdesk.CertifiedAnomaly
	var err error
	shown.Body, shown.Quoted, err = bodies(ctx, m, images)
	shown.QuotedName = foldName(m.Folds)
	for _, a := range m.Attachments {
		if !a.Inline || !images.shown[a.ID] {
			shown.Attachments = append(shown.Attachments, newAttachment(a, m.Attachments))
		}
	}
	slices.SortStableFunc(shown.Attachments, asideLast)
	return shown, err
}

func unread(v helpdesk.TicketView, m helpdesk.MessageView) bool {
	return v.FirstUnread != 0 && m.ID >= v.FirstUnread
}

// foldName says what is folded of a message.
func foldName(of []helpdesk.Fold) string {
	var said []string
	for _, f := range folds {
		if slices.Contains(of, f.kind) {
			said = append(said, f.text)
		}
	}
	if len(said) == 0 {
		return "Citazioni, firma e avvertenze"
	}
	if n := len(said) - 1; n > 0 {
		said = []string{strings.Join(said[:n], ", ") + " e " + said[n]}
	}
	return strings.ToUpper(said[0][:1]) + said[0][1:]
}

func asideLast(a, b attachment) int {
	switch {
	case a.Aside == b.Aside:
		return 0
	case b.Aside:
		return -1
	}
	return 1
}

// offersForwarded: the message passes on what somebody else wrote than who asks.
func offersForwarded(v helpdesk.TicketView, m helpdesk.Message) bool {
	return m.Kind == helpdesk.KindInbound && m.Forwarded != nil && m.Forwarded.From.Addr != "" &&
		v.Ticket.State != helpdesk.StateMerged && !strings.EqualFold(m.Forwarded.From.Addr, v.Contact.Address) &&
		!strings.EqualFold(m.Forwarded.From.Addr, v.Mailbox.Address)
}

// bodies gives what is new in a message and what it quotes.
func bodies(ctx context.Context, m helpdesk.MessageView, images *imageBudget) (body, quoted template.HTML, err error) {
	if m.Quoted != "" {
		quoted = safe(richtext.Text(m.Quoted))
	}
	if m.HTML == "" {
		return safe(richtext.Text(m.Text)), quoted, nil
	}
	if !strings.Contains(m.HTML, "cid:") {
		return safe(m.HTML), quoted, nil
	}
	clean := richtext.InlineImages(m.HTML, func(cid string) (string, bool) {
		uri, ok, readErr := images.find(ctx, m.Attachments, cid)
		if readErr != nil {
			err = readErr
		}
		return uri, ok
	})
	return safe(clean), quoted, err
}

// safe marks what richtext made as HTML. Nothing else may be given to it: the
// store holds HTML only as richtext left it.
func safe(clean string) template.HTML { return template.HTML(clean) }

// threadImages is how many bytes of inline images one page of a thread carries.
const threadImages = 3 << 20

// imageBudget reads the images that messages show inside their text.
type imageBudget struct {
	reads Reads
	left  int64
	shown map[int64]bool // attachments that are on the page, and need not be listed
}

// find returns the data: URI of the attachment that cid means.
func (b *imageBudget) find(ctx context.Context, list []helpdesk.Attachment, cid string) (string, bool, error) {
	i := slices.IndexFunc(list, func(a helpdesk.Attachment) bool { return a.ContentID == cid })
	if i < 0 || !list[i].MayShowInline() || list[i].Size > b.left {
		return "", false, nil
	}
	data, err := b.reads.Blob(ctx, list[i].BlobID)
	if err != nil {
		return "", false, fmt.Errorf("inline image %d: %w", list[i].ID, err)
	}
	b.left -= int64(len(data))
	uri, ok := imageURI(list[i].Type, data)
	b.shown[list[i].ID] = b.shown[list[i].ID] || ok
	return uri, ok, nil
}

// imageSignatures are how the raster images begin that may be shown; the type
// that the mail declares is not believed.
var imageSignatures = []struct{ mediaType, begins, at8 string }{
	{"image/png", "\x89PNG\r\n\x1a\n", ""},
	{"image/jpeg", "\xff\xd8\xff", ""},
	{"image/gif", "GIF8", ""},
	{"image/webp", "RIFF", "WEBP"},
}

// imageURI makes a data: URI of a raster image; anything else is refused.
func imageURI(declared string, data []byte) (string, bool) {
	if !strings.HasPrefix(strings.ToLower(declared), "image/") {
		return "", false
	}
	for _, sig := range imageSignatures {
		if strings.HasPrefix(string(data[:min(len(data), 16)]), sig.begins) &&
			(sig.at8 == "" || len(data) >= 12 && string(data[8:12]) == sig.at8) {
			return "data:" + sig.mediaType + ";base64," + base64.StdEncoding.EncodeToString(data), true
		}
	}
	return "", false
}

func nameOf(a helpdesk.Address) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Addr != "":
		return a.Addr
	}
	return "Mittente non leggibile"
}

func addresses(list []helpdesk.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.String())
	}
	return out
}

// problemOf is the banner over a message.
func problemOf(m helpdesk.Message) string {
	switch {
	case m.Problem != "":
		return m.Problem
	case m.Spam != "":
		return "Il gestore della posta segnala questo messaggio come spam: non aprire collegamenti e allegati senza verificare il mittente."
	}
	return ""
}

func newDelivery(o helpdesk.Outgoing) *delivery {
	d := &delivery{
		ID: o.ID, State: string(o.State), Reason: o.Error, At: o.CreatedAt, Tries: o.Attempts,
		CanRetry: o.State == helpdesk.OutgoingFailed, CanSettle: o.State == helpdesk.OutgoingUnknown,
		CertifiedOnly: helpdesk.TakesCertifiedOnly(o.Error),
	}
	if !o.SentAt.IsZero() {
		d.At = o.SentAt
	}
	if o.State == helpdesk.OutgoingQueued && o.Attempts > 0 {
		d.NextTry = o.NextTry
	}
	if len(o.Refused) > 0 {
		d.Reason = strings.TrimPrefix(d.Reason+" · rifiutati: "+someOf(o.Refused), " · ")
	}
	return d
}
