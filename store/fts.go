package store

import (
	"fmt"
	"slices"
	"strings"

	"sportello/helpdesk"
)

// fullText is what a message is found by: subject, people, what is new in it,
// names of attachments, protocol number.
func fullText(m *helpdesk.Message) string {
	var b strings.Builder
	add := func(parts ...string) {
		for _, p := range parts {
			if p != "" {
				b.WriteString(p)
				b.WriteByte('\n')
			}
		}
	}
	add(m.Subject)
	for _, people := range [][]helpdesk.Address{m.To, m.Cc} {
		for _, a := range people {
			add(a.Name, a.Addr)
		}
	}
	for _, a := range m.Attachments {
		add(a.Name)
	}
	add(m.Protocol, m.Text)
	return unmarked.Replace(b.String())
}

// messageWords is the full text of one message, without what its ticket adds.
type messageWords struct {
	messageID, ticketID int64
	text                string
	author              string
	authorID            int64
	tags                []string // of the message itself
}

// index has the message's full text written at the end of the transaction.
func (t *tx) index(m *helpdesk.Message) {
	t.unindexed = slices.DeleteFunc(t.unindexed, func(w messageWords) bool { return w.messageID == m.ID })
	t.unindexed = append(t.unindexed, wordsOf(m))
}

func wordsOf(m *helpdesk.Message) messageWords {
	text := fullText(m)
	return messageWords{
		messageID: m.ID, ticketID: m.TicketID, text: withStems(text),
		author: unmarked.Replace(m.From.Name + " " + m.From.Addr), authorID: m.AuthorID, tags: messageTags(m),
	}
}

// indexAll writes the full text last, right before the commit: FTS5 closes a
// segment of its index whenever a later statement sets a savepoint, and every
// segment has to be merged again and again.
func (t *tx) indexAll() error {
	if err := t.collectRetagged(); err != nil {
		return err
	}
	rows := make([]indexRow, len(t.unindexed))
	tags := map[int64]string{}
	for i, w := range t.unindexed {
		of, ok := tags[w.ticketID]
		if !ok {
			var err error
			if of, err = t.ticketTags(w.ticketID); err != nil {
				return fmt.Errorf("full text of message %d: %w", w.messageID, err)
			}
			tags[w.ticketID] = of
		}
		name, err := t.authorName(w.authorID)
		if err != nil {
			return fmt.Errorf("full text of message %d: %w", w.messageID, err)
		}
		rows[i] = indexRow{w.messageID, w.text + "\n" + strings.Join(w.tags, " ") + " " + of, w.author + " " + name}
	}
	for _, r := range rows {
		if _, err := t.exec(`INSERT INTO message_fts (rowid, text, author) VALUES ($1, $2, $3)`, r.id, r.text, r.author); err != nil {
			return fmt.Errorf("full text of message %d: %w", r.id, err)
		}
	}
	return nil
}

// indexRow is a row of the full text as it is written.
type indexRow struct {
	id           int64
	text, author string
}

// authorName is the name of the user who wrote a message, «» for none: replies
// leave under the name of the mailbox.
func (t *tx) authorName(userID int64) (string, error) {
	if userID == 0 {
		return "", nil
	}
	return optional(one(t, scanString, `SELECT name FROM "user" WHERE id = $1`, userID))
}
