package helpdesk

import (
	"context"
	"strings"

	"sportello/helpdesk/richtext"
)

// Note adds an internal note; it never leaves the desk. The same key twice
// is one note.
func (d *Desk) Note(ctx context.Context, u User, n Number, key, markdown string) error {
	body := strings.TrimSpace(markdown)
	if body == "" {
		return invalid("markdown", "La nota è vuota: scrivi il testo prima di aggiungerla.")
	}
	if key == "" {
		return invalid("key", "Il modulo è incompleto: ricarica la pagina.")
	}
	m := Message{
		Kind: KindNote, Channel: ChannelDesk, AuthorID: u.ID, MessageID: intentKey("note", key, body),
		Text: richtext.PlainFromMarkdown(body), HTML: richtext.Markdown(body), PolicyVersion: richtext.PolicyVersion,
	}
	return d.onTicket(ctx, u, ActWork, n, 0, "note", func(c *change, t *Ticket) error {
		if before, err := c.MessagesByID([]string{m.MessageID}); err != nil || len(before) > 0 {
			return err
		}
		m.TicketID, m.At = t.ID, c.at
		if err := c.InsertMessage(&m, nil); err != nil {
			return err
		}
		if t.OwnerID != 0 && t.OwnerID != u.ID {
			if err := c.MarkUnread(t.OwnerID, t.ID, m.ID); err != nil {
				return err
			}
		}
		return c.record(Event{Kind: EventNoted, ActorID: u.ID, TicketID: t.ID, ObjectID: m.ID})
	})
}
