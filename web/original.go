package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
	"sportello/helpdesk/richtext"
)

// MailPolicy is the CSP of a mail shown as its sender wrote it. With the
// frame's own sandbox around it nothing runs and nothing is fetched, not even
// by a meta refresh (security (c)-2).
const MailPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// The bytes of inline images that one original carries, each and in all.
const (
	originalImage  = 1 << 20
	originalImages = 10 << 20
)

// originalPath is the mail itself, shown inside a frame of ours.
const originalPath = "/messaggi/:id/originale"

// inFrame reports whether what is answered stands in the frame of an original,
// where a page of ours, which no frame may hold, would stay blank.
func inFrame(c *gin.Context) bool { return c.FullPath() == originalPath }

// showOriginal is the page with the frame; the mail itself is showOriginalBody.
func (s *Server) showOriginal(c *gin.Context, u helpdesk.User) error {
	m, n, err := s.pathMessage(c)
	if err != nil {
		return err
	}
	if _, err := s.reads.OriginalBlob(c.Request.Context(), m.ID); err != nil {
		return fmt.Errorf("original: %w", orNoMessage(err))
	}
	return s.page(c, http.StatusOK, "originale", originalPage{
		page: s.frame(c, u, "Messaggio originale"), ID: m.ID, Number: n.String(), Subject: m.Subject,
		From: m.From.String(), At: m.At,
	})
}

// pathMessage looks up the message of the path and the number of its ticket.
func (s *Server) pathMessage(c *gin.Context) (helpdesk.Message, helpdesk.Number, error) {
	id, err := pathID(c)
	if err != nil {
		return helpdesk.Message{}, 0, errNoMessage
	}
	m, n, err := s.reads.Message(c.Request.Context(), id)
	if err != nil {
		return m, n, fmt.Errorf("message: %w", orNoMessage(err))
	}
	return m, n, nil
}

// errNoMessage answers for messages and files, missing or not to be seen.
var errNoMessage = &helpdesk.Error{Code: helpdesk.NotFound, Message: "Questo messaggio non esiste. Torna al quesito e aprilo da lì."}

func orNoMessage(err error) error {
	if status, _ := verdict(err); status == http.StatusNotFound {
		return errNoMessage
	}
	return err
}

func (s *Server) showOriginalBody(c *gin.Context, _ helpdesk.User) error {
	ctx := c.Request.Context()
	m, _, err := s.pathMessage(c)
	if err != nil {
		return err
	}
	blob, err := s.reads.OriginalBlob(ctx, m.ID)
	if err != nil {
		return fmt.Errorf("original: %w", orNoMessage(err))
	}
	data, err := s.reads.Blob(ctx, blob)
	if err != nil {
		return fmt.Errorf("original: %w", orNoMessage(err))
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
	c.Header("Content-Security-Policy", MailPolicy)
	c.Header("Referrer-Policy", "no-referrer")
	s.html(c, http.StatusOK, []byte(body))
	return nil
}

// plainOriginal is the document of a mail without HTML.
func plainOriginal(text string) string {
	return `<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Messaggio originale</title></head><body>` +
		richtext.Text(text) + `</body></html>`
}

// downloadMessage gives the bytes of a message as it came or as it left.
func (s *Server) downloadMessage(c *gin.Context, _ helpdesk.User) error {
	m, _, err := s.pathMessage(c)
	if err != nil {
		return err
	}
	blob, err := s.reads.OriginalBlob(c.Request.Context(), m.ID)
	if err != nil {
		return fmt.Errorf("original: %w", orNoMessage(err))
	}
	return s.download(c, emlName(m.Subject), emlType, blob)
}

// downloadRaw gives the bytes of a message in quarantine or of a copy.
func (s *Server) downloadRaw(c *gin.Context, _ helpdesk.User) error {
	id, err := pathID(c)
	if err != nil {
		return errNoMessage
	}
	raw, err := s.reads.Raw(c.Request.Context(), id)
	if err != nil {
		return fmt.Errorf("raw message: %w", orNoMessage(err))
	}
	return s.download(c, emlName(""), emlType, raw.BlobID)
}

// emlName names a message's file after its subject.
func emlName(subject string) string {
	name := strings.Join(strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(`/\:*?"<>|`, r) }), " ")
	if name = uploadName(name); name == noFileName {
		name = "messaggio"
	}
	return strings.TrimSpace(strings.ToValidUTF8(name[:min(len(name), 100)], "")) + ".eml"
}
