package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sportello/helpdesk/richtext"
)

// PreviewReply is the HTML of an answer as it would leave, with what is added
// to what was written; "" if nothing was.
func (d *Desk) PreviewReply(ctx context.Context, u User, n Number, markdown string) (string, error) {
	if !Can(u, ActWork, 0) {
		return "", errForbidden
	}
	if strings.TrimSpace(markdown) == "" {
		return "", nil
	}
	var last Message
	err := d.store.View(ctx, func(tx ReadTx) error {
		t, err := liveTicket(tx, n)
		if err != nil {
			return err
		}
		if last, err = tx.LastQuestion(t.ID); errors.Is(err, ErrNone) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("preview reply: %w", err)
	}
	return richtext.Markdown(asItLeaves(markdown, last.Protocol, u.Signature)), nil
}

// asItLeaves is the text of an answer: the sender's protocol number before what
// was written, the author's signature after it.
func asItLeaves(written, protocol, signature string) string {
	body := strings.TrimSpace(written)
	if protocol != "" {
		body = "Rif. Vs. prot. n. " + protocol + "\n\n" + body
	}
	if signature != "" {
		body += "\n\n" + signature
	}
	return body
}
