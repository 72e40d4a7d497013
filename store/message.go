package store

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"sportello/helpdesk"
)

const messageColumns = `m.id, m.ticket_id, m.kind, m.channel, m.at, m.date_at, COALESCE(m.author_id, 0),
	COALESCE(m.contact_id, 0), m.from_name, m.from_address, m.addresses, m.subject, m.message_id, m.refs,
	COALESCE(m.raw_id, 0), m.text_hash, m.body_hash, m.automatic, m.protocol, m.problem, m.spam, m.unverified, m.report,
	COALESCE(m.about_id, 0), m.certified`

// addresses are the people of a message beside its author, in one column.
type addresses struct {
	To      []helpdesk.Address `json:"to,omitempty"`
	Cc      []helpdesk.Address `json:"cc,omitempty"`
	ReplyTo []helpdesk.Address `json:"reply_to,omitempty"`

	Forwarded *helpdesk.Forwarded `json:"forwarded,omitempty"`
}

// scanMessageWith scans a message and, after its columns, more.
func scanMessageWith(s scanner, m *helpdesk.Message, more ...any) error {
	var people addresses
	var refs string
	err := s.Scan(append([]any{&m.ID, &m.TicketID, &m.Kind, &m.Channel, at(&m.At), at(&m.Date), &m.AuthorID,
		&m.ContactID, &m.From.Name, &m.From.Addr, fromJSON(&people), &m.Subject, &m.MessageID, &refs,
		&m.RawID, &m.TextHash, &m.BodyHash, &m.Automatic, &m.Protocol, &m.Problem, &m.Spam, &m.Unverified,
		fromJSON(&m.Report), &m.AboutID, fromJSON(&m.Certified)}, more...)...)
	m.To, m.Cc, m.ReplyTo, m.Forwarded = people.To, people.Cc, people.ReplyTo, people.Forwarded
	m.References = strings.Fields(refs)
	return err
}

func scanMessage(s scanner) (m helpdesk.Message, err error) {
	err = scanMessageWith(s, &m)
	return m, err
}

func scanWholeMessage(s scanner) (m helpdesk.Message, err error) {
	err = scanMessageWith(s, &m, &m.Text, &m.Quoted, fromJSON(&m.Folds), &m.HTML, &m.PolicyVersion)
	return m, err
}

const bodyColumns = `b.text, b.quoted, b.folds, b.html, b.policy_version`

// MessageByID returns the message whole, with body and attachments.
func (t *tx) MessageByID(id int64) (helpdesk.Message, error) {
	m, err := one(t, scanWholeMessage, `SELECT `+messageColumns+`, `+bodyColumns+` FROM message m
		JOIN message_body b ON b.message_id = m.id WHERE m.id = $1`, id)
	if err != nil {
		return m, fmt.Errorf("message %d: %w", id, err)
	}
	m.Attachments, err = t.attachmentsOf(id)
	return m, wrapf(err, "message %d", id)
}

// LastMessage returns the message whole; without kinds, the newest of any.
func (t *tx) LastMessageID(ticketID int64, kinds ...helpdesk.Kind) (int64, error) {
	id, err := one(t, scanInt, `SELECT COALESCE(max(id), 0) FROM message INDEXED BY message_ticket WHERE ticket_id = $1
		AND kind IN (SELECT value FROM json_each($2))`, ticketID, asJSON(kinds))
	if err == nil && id == 0 {
		err = helpdesk.ErrNone
	}
	return id, wrapf(err, "last message of ticket %d", ticketID)
}

func (t *tx) LastQuestion(ticketID int64) (helpdesk.Message, error) {
	id, err := one(t, scanInt, `SELECT id FROM message INDEXED BY message_ticket WHERE ticket_id = $1
		AND kind = 'inbound' AND unverified = 0 AND automatic = '' ORDER BY at DESC, id DESC LIMIT 1`, ticketID)
	if err != nil {
		return helpdesk.Message{}, fmt.Errorf("last question of ticket %d: %w", ticketID, err)
	}
	return t.MessageByID(id)
}

func (t *tx) Opening(ticketID int64) (helpdesk.Message, error) {
	id, err := one(t, scanInt, `SELECT id FROM message INDEXED BY message_ticket WHERE ticket_id = $1
		AND kind = 'inbound' ORDER BY at, id LIMIT 1`, ticketID)
	if err != nil {
		return helpdesk.Message{}, fmt.Errorf("opening of ticket %d: %w", ticketID, err)
	}
	return t.MessageByID(id)
}

// refKey is how an id of a message is looked up: ids of strangers can be
// 10 kB long.
func refKey(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:16]
}

// MessagesByID returns the messages without bodies and attachments, oldest first.
func (t *tx) MessagesByID(messageIDs []string) ([]helpdesk.Message, error) {
	var found []helpdesk.Message
	seen := map[int64]bool{}
	for _, id := range messageIDs {
		if id == "" {
			continue
		}
		some, err := list(t, scanMessage, `SELECT `+messageColumns+` FROM message_ref f
			CROSS JOIN message m ON m.id = f.message_id WHERE f.ref = $1 ORDER BY f.message_id LIMIT 50`, refKey(id))
		if err != nil {
			return nil, fmt.Errorf("messages by id: %w", err)
		}
		for _, m := range some {
			if !seen[m.ID] {
				seen[m.ID] = true
				found = append(found, m)
			}
		}
	}
	return found, nil
}

// MessagesByText returns at most 50 messages, newest first, without bodies and
// attachments.
func (t *tx) MessagesByText(hash []byte, since time.Time) ([]helpdesk.Message, error) {
	all, err := list(t, scanMessage, `SELECT `+messageColumns+` FROM message m INDEXED BY message_text
		WHERE m.text_hash = $1 AND m.text_hash IS NOT NULL AND m.at >= $2 AND m.kind = 'inbound'
		ORDER BY m.at DESC, m.id DESC LIMIT 50`, hash, since.UnixMilli())
	return all, wrapf(err, "messages by text")
}

// maxHolders is how many tickets that hold an id are looked at: the
// Message-ID of a broken program can stand in thousands.
const maxHolders = 5000

// TicketsByRefs returns the oldest tickets first.
func (t *tx) TicketsByRefs(messageIDs []string) ([]int64, error) {
	keys := refKeys(messageIDs)
	if len(keys) == 0 {
		return nil, nil
	}
	all, err := list(t, scanInt, `SELECT DISTINCT ticket_id FROM (SELECT r.ticket_id FROM json_each($1) k
		CROSS JOIN thread_ref r ON r.ref = unhex(k.value) LIMIT $2) ORDER BY ticket_id LIMIT 50`, asJSON(keys), maxHolders)
	return all, wrapf(err, "tickets by refs")
}

// TicketsOfSender returns the oldest tickets first.
func (t *tx) TicketsOfSender(messageIDs []string, address, body string) ([]int64, error) {
	keys := refKeys(messageIDs)
	if len(keys) == 0 {
		return nil, nil
	}
	all, err := list(t, scanInt, `SELECT DISTINCT h.ticket_id FROM (SELECT r.ticket_id FROM json_each($1) k
		  CROSS JOIN thread_ref r ON r.ref = unhex(k.value) LIMIT $2) h
		WHERE EXISTS (SELECT 1 FROM participant p WHERE p.ticket_id = h.ticket_id
		  AND (p.address = $3 OR $4 <> '' AND p.body = $4)) ORDER BY h.ticket_id LIMIT 50`, asJSON(keys), maxHolders, address, body)
	return all, wrapf(err, "tickets of sender")
}

func refKeys(messageIDs []string) []string {
	keys := make([]string, 0, len(messageIDs))
	for _, id := range messageIDs {
		if id != "" {
			keys = append(keys, fmt.Sprintf("%x", refKey(id)))
		}
	}
	return keys
}

func (t *tx) AddThreadRefs(ticketID int64, messageIDs []string) error {
	for _, id := range messageIDs {
		if id == "" {
			continue
		}
		_, err := t.exec(`INSERT INTO thread_ref (ref, ticket_id) VALUES ($1, $2)
			ON CONFLICT (ref, ticket_id) DO NOTHING`, refKey(id), ticketID)
		if err != nil {
			return fmt.Errorf("add thread refs to ticket %d: %w", ticketID, err)
		}
	}
	return nil
}

func (t *tx) AddMessageIDs(messageID int64, known []string) error {
	for _, id := range known {
		if id == "" {
			continue
		}
		_, err := t.exec(`INSERT INTO message_ref (ref, message_id) VALUES ($1, $2)
			ON CONFLICT (ref, message_id) DO NOTHING`, refKey(id), messageID)
		if err != nil {
			return fmt.Errorf("add ids to message %d: %w", messageID, err)
		}
	}
	return nil
}

func (t *tx) InsertCopy(c helpdesk.Copy) error {
	_, err := t.exec(`INSERT INTO message_copy (message_id, raw_id, at, channel, mailbox_id, from_name, from_address,
		  subject, probable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.MessageID, c.RawID, c.At.UnixMilli(), c.Channel, c.MailboxID, c.From.Name, c.From.Addr, c.Subject, c.Probable)
	return wrapf(err, "insert copy of message %d", c.MessageID)
}

// MarkUnread keeps the first of the messages that the user has yet to read.
func (t *tx) MarkUnread(userID, ticketID, messageID int64) error {
	_, err := t.exec(`INSERT INTO unread (user_id, ticket_id, message_id) VALUES ($1, $2, $3)
		ON CONFLICT (user_id, ticket_id) DO NOTHING`, userID, ticketID, messageID)
	return wrapf(err, "mark unread ticket %d", ticketID)
}

// MarkRead moves the mark on to the first message after upTo that is news to
// the user, or takes it away if there is none.
func (t *tx) MarkRead(userID, ticketID, upTo int64) error {
	next, err := one(t, scanInt, `SELECT COALESCE(min(id), 0) FROM message INDEXED BY message_ticket WHERE ticket_id = $1
		AND id > $2 AND kind NOT IN ('reply', 'system') AND COALESCE(author_id, 0) <> $3`, ticketID, upTo, userID)
	if err != nil {
		return fmt.Errorf("mark read ticket %d: %w", ticketID, err)
	}
	if next != 0 {
		_, err = t.exec(`UPDATE unread SET message_id = $1 WHERE user_id = $2 AND ticket_id = $3 AND message_id < $1`, next, userID, ticketID)
	} else {
		_, err = t.exec(`DELETE FROM unread WHERE user_id = $1 AND ticket_id = $2`, userID, ticketID)
	}
	if err == nil {
		_, err = t.exec(`INSERT INTO opened (ticket_id) VALUES ($1) ON CONFLICT DO NOTHING`, ticketID)
	}
	return wrapf(err, "mark read ticket %d", ticketID)
}
