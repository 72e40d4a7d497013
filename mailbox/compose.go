package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"regexp"

	"github.com/emersion/go-message/mail"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// Composer implements helpdesk.Composer on go-message's writer.
type Composer struct{}

// Compose makes RFC 5322 bytes: text alone, text and HTML as alternatives, and
// attachments around them. Ids that are not of RFC 5322's form are left out:
// they come from strangers' headers.
func (Composer) Compose(d helpdesk.Draft) ([]byte, error) {
	h, err := composeHeader(d)
	if err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	var buf bytes.Buffer
	if len(d.Attachments) == 0 && d.HTML == "" {
		err = composeText(&buf, h, d)
	} else {
		err = composeParts(&buf, h, d)
	}
	if err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	return buf.Bytes(), nil
}

func composeHeader(d helpdesk.Draft) (mail.Header, error) {
	var h mail.Header
	h.SetDate(d.Date)
	h.SetAddressList("From", mailAddresses([]helpdesk.Address{d.From}))
	h.SetAddressList("To", mailAddresses(d.To))
	if len(d.Cc) > 0 {
		h.SetAddressList("Cc", mailAddresses(d.Cc))
	}
	h.SetSubject(oneLine(d.Subject))
	if !validID(d.MessageID) {
		return h, fmt.Errorf("message id %q", d.MessageID)
	}
	h.SetMessageID(d.MessageID)
	if validID(d.InReplyTo) {
		h.SetMsgIDList("In-Reply-To", []string{d.InReplyTo})
	}
	if refs := validIDs(d.References); len(refs) > 0 {
		h.SetMsgIDList("References", refs)
	}
	h.Set("MIME-Version", "1.0")
	if d.Automatic != "" {
		h.Set("Auto-Submitted", d.Automatic)     // RFC 3834 §5
		h.Set("X-Auto-Response-Suppress", "All") // what Exchange listens to
	}
	return h, nil
}

func composeText(w io.Writer, h mail.Header, d helpdesk.Draft) error {
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	body, err := mail.CreateSingleInlineWriter(w, h)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(body, d.Text); err != nil {
		return err
	}
	return body.Close()
}

func composeParts(w io.Writer, h mail.Header, d helpdesk.Draft) error {
	if len(d.Attachments) == 0 {
		alternatives, err := mail.CreateInlineWriter(w, h)
		if err != nil {
			return err
		}
		return writeAlternatives(alternatives, d)
	}
	mixed, err := mail.CreateWriter(w, h)
	if err != nil {
		return err
	}
	alternatives, err := mixed.CreateInline()
	if err != nil {
		return err
	}
	if err := writeAlternatives(alternatives, d); err != nil {
		return err
	}
	for _, a := range d.Attachments {
		if err := writeAttachment(mixed, a); err != nil {
			return fmt.Errorf("attachment %q: %w", a.Name, err)
		}
	}
	return mixed.Close()
}

func writeAlternatives(w *mail.InlineWriter, d helpdesk.Draft) error {
	for _, p := range []struct{ kind, body string }{{"text/plain", d.Text}, {"text/html", d.HTML}} {
		if p.body == "" {
			continue
		}
		var h mail.InlineHeader
		h.SetContentType(p.kind, map[string]string{"charset": "utf-8"})
		h.Set("Content-Transfer-Encoding", "quoted-printable")
		part, err := w.CreatePart(h)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, p.body); err != nil {
			return err
		}
		if err := part.Close(); err != nil {
			return err
		}
	}
	return w.Close()
}

func writeAttachment(w *mail.Writer, a helpdesk.Attachment) error {
	var h mail.AttachmentHeader
	kind := a.Type
	if !validType.MatchString(kind) {
		kind = "application/octet-stream"
	}
	h.SetContentType(kind, nil)
	h.SetFilename(oneLine(a.Name))
	h.Set("Content-Transfer-Encoding", "base64")
	part, err := w.CreateAttachment(h)
	if err != nil {
		return err
	}
	if _, err := part.Write(a.Blob.Data); err != nil {
		return err
	}
	return part.Close()
}

var (
	idForm    = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~.\x60-]+@[A-Za-z0-9!#$%&'*+/=?^_{|}~.\x60:\[\]-]+$`)
	validType = regexp.MustCompile(`^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$`)
)

func validID(id string) bool { return len(id) <= 250 && idForm.MatchString(id) }

func validIDs(ids []string) []string {
	var out []string
	for _, id := range ids {
		if validID(id) {
			out = append(out, id)
		}
	}
	return out
}

func mailAddresses(list []helpdesk.Address) []*mail.Address {
	var out []*mail.Address
	for _, a := range list {
		out = append(out, &mail.Address{Name: oneLine(a.Name), Address: a.Addr})
	}
	return out
}

// oneLine takes out what would end or fold a header field: nothing that a
// person typed may begin another field (security S-30).
func oneLine(s string) string { return mime.CleanLine(s) }
