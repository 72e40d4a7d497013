package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
	"sportello/helpdesk/richtext"
)

// originalPolicy is the CSP of a mail shown as its sender wrote it. With the
// frame's own sandbox around it nothing runs and nothing is fetched, not even
// by a meta refresh (security (c)-2).
const originalPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// The bytes of inline images that one original carries, each and in all.
const (
	originalImage  = 1 << 20
	originalImages = 10 << 20
)

// showOriginal is the page with the frame; the mail itself is showOriginalBody.
func (s *Server) showOriginal(c *gin.Context, u helpdesk.User) error {
	ctx := c.Request.Context()
	id, err := pathID(c)
	if err != nil {
		return err
	}
	m, err := s.reads.Message(ctx, id)
	if err != nil {
		return fmt.Errorf("original: %w", orNoMessage(err))
	}
	raw, err := s.originalBytes(ctx, m)
	if err != nil {
		return fmt.Errorf("original: %w", err)
	}
	n, err := s.reads.NumberOf(ctx, m.TicketID)
	if err != nil {
		return fmt.Errorf("original: %w", err)
	}
	return s.page(c, http.StatusOK, "originale", originalPage{
		page: s.frame(c, u, "Messaggio originale"), ID: m.ID, Number: n.String(), Subject: m.Subject,
		From: m.From.String(), At: m.At, Size: int64(len(raw)),
	})
}

// errNoMessage answers for messages and files, missing or not to be seen.
var errNoMessage = &helpdesk.Error{Code: helpdesk.NotFound, Message: "Questo messaggio non esiste. Torni al quesito e lo apra da lì."}

func orNoMessage(err error) error {
	if status, _ := verdict(err); status == http.StatusNotFound {
		return errNoMessage
	}
	return err
}

// originalBytes is a message as it came or, of ours, as it left. Notes and
// tickets made by hand have neither.
func (s *Server) originalBytes(ctx context.Context, m helpdesk.MessageView) ([]byte, error) {
	if m.RawID != 0 {
		_, data, err := s.reads.Raw(ctx, m.RawID)
		return data, orNoMessage(err)
	}
	if m.Kind != helpdesk.KindReply && m.Kind != helpdesk.KindSystem {
		return nil, errNoMessage
	}
	data, err := s.reads.OutgoingBytes(ctx, m.ID)
	return data, orNoMessage(err)
}

func (s *Server) showOriginalBody(c *gin.Context, _ helpdesk.User) error {
	ctx := c.Request.Context()
	_, data, err := s.pathOriginal(c)
	if err != nil {
		return err
	}
	source, text, inline, err := s.originals.Original(ctx, data)
	if err != nil {
		return fmt.Errorf("original: %w", err)
	}
	body := plainOriginal(text)
	if source != "" {
		budget := originalImages
		body = richtext.Original(source, func(cid string) (string, bool) {
			part, ok := inline[cid]
			if !ok || len(part.Data) > originalImage || len(part.Data) > budget {
				return "", false
			}
			budget -= len(part.Data)
			return imageURI(part.Type, part.Data)
		})
	}
	c.Header("Content-Security-Policy", originalPolicy)
	c.Header("Referrer-Policy", "no-referrer")
	s.html(c, http.StatusOK, []byte(body))
	return nil
}

// plainOriginal is the document of a mail without HTML.
func plainOriginal(text string) string {
	return `<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Messaggio originale</title></head><body>` +
		richtext.Text(text) + `</body></html>`
}

// pathOriginal looks up the message of the path and its bytes.
func (s *Server) pathOriginal(c *gin.Context) (helpdesk.MessageView, []byte, error) {
	id, err := pathID(c)
	if err != nil {
		return helpdesk.MessageView{}, nil, err
	}
	m, err := s.reads.Message(c.Request.Context(), id)
	if err != nil {
		return m, nil, fmt.Errorf("original: %w", orNoMessage(err))
	}
	data, err := s.originalBytes(c.Request.Context(), m)
	if err != nil {
		return m, nil, fmt.Errorf("original: %w", err)
	}
	return m, data, nil
}

// downloadMessage gives the bytes of a message.
func (s *Server) downloadMessage(c *gin.Context, _ helpdesk.User) error {
	m, data, err := s.pathOriginal(c)
	if err != nil {
		return err
	}
	s.download(c, emlName(m.Subject), emlType, data)
	return nil
}

// downloadRaw gives the bytes of a message in quarantine or of a copy.
func (s *Server) downloadRaw(c *gin.Context, _ helpdesk.User) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	_, data, err := s.reads.Raw(c.Request.Context(), id)
	if err != nil {
		return fmt.Errorf("raw message: %w", orNoMessage(err))
	}
	s.download(c, emlName(""), emlType, data)
	return nil
}

// emlName names a message's file after its subject.
func emlName(subject string) string {
	name := strings.Join(strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(`/\:*?"<>|`, r) }), " ")
	if name = uploadName(name); name == noFileName {
		name = "messaggio"
	}
	return strings.TrimSpace(strings.ToValidUTF8(name[:min(len(name), 100)], "")) + ".eml"
}
