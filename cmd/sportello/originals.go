package main

import (
	"context"
	"strings"

	"sportello/mailbox/mime"
	"sportello/web"
)

// originals reads a stored message once more for the page «originale».
type originals struct{}

// Original implements [web.Originals]. What it returns is the sender's own:
// web sanitises and sandboxes it.
func (originals) Original(ctx context.Context, raw []byte) (html, text string, inline map[string]web.Inline, err error) {
	if err := ctx.Err(); err != nil {
		return "", "", nil, err
	}
	m := mime.Read(raw)
	inline = map[string]web.Inline{}
	for _, p := range m.Attachments() {
		if p.ContentID != "" && strings.HasPrefix(p.Type, "image/") {
			inline[p.ContentID] = web.Inline{Type: p.Type, Data: p.Body}
		}
	}
	return m.HTML(), m.Text(), inline, nil
}
