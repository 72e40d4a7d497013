package store

import (
	"fmt"
	"strings"

	"sportello/helpdesk"
)

func (t *tx) InsertMessage(m *helpdesk.Message, alsoIDs []string) error {
	err := t.get(into(&m.ID), `INSERT INTO message (ticket_id, kind, channel, at, date_at, author_id, contact_id, from_name,
		  from_address, addresses, subject, message_id, refs, raw_id, text_hash, body_hash, automatic, protocol,
		  problem, spam, unverified, report, about_id, certified)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		RETURNING id`, messageValues(m)...)
	if err != nil {
		return fmt.Errorf("insert message: %w", err)
	}
	_, err = t.exec(`INSERT INTO message_body (text, quoted, folds, html, policy_version, message_id)
		VALUES ($1, $2, $3, $4, $5, $6)`, bodyValues(m)...)
	if err != nil {
		return fmt.Errorf("insert message %d: body: %w", m.ID, err)
	}
	if err := t.AddMessageIDs(m.ID, append([]string{m.MessageID}, alsoIDs...)); err != nil {
		return fmt.Errorf("insert message: %w", err)
	}
	return t.insertParts(m)
}

func bodyValues(m *helpdesk.Message) []any {
	folds := ""
	if len(m.Folds) > 0 {
		folds = asJSON(m.Folds)
	}
	return []any{m.Text, m.Quoted, folds, m.HTML, m.PolicyVersion, m.ID}
}

func messageValues(m *helpdesk.Message) []any {
	report, certified := "", ""
	if m.Report != nil {
		report = asJSON(m.Report)
	}
	if m.Certified != nil {
		certified = asJSON(m.Certified)
	}
	return []any{m.TicketID, m.Kind, m.Channel, m.At.UnixMilli(), millis(m.Date), ref(m.AuthorID), ref(m.ContactID),
		m.From.Name, m.From.Addr, asJSON(addresses{m.To, m.Cc, m.ReplyTo, m.Forwarded}), m.Subject, m.MessageID,
		strings.Join(m.References, " "), ref(m.RawID), m.TextHash, m.BodyHash, m.Automatic, m.Protocol,
		m.Problem, m.Spam, m.Unverified, report, ref(m.AboutID), certified}
}

// insertParts stores attachments, and the full text before the commit.
func (t *tx) insertParts(m *helpdesk.Message) error {
	for i := range m.Attachments {
		if err := t.insertAttachment(m.ID, &m.Attachments[i]); err != nil {
			return fmt.Errorf("insert message %d: attachment %d: %w", m.ID, i+1, err)
		}
	}
	t.index(m)
	return nil
}

func (t *tx) insertAttachment(messageID int64, a *helpdesk.Attachment) error {
	a.MessageID = messageID
	if a.BlobID == 0 {
		id, err := t.PutBlob(a.Blob)
		if err != nil {
			return err
		}
		a.BlobID, a.Size = id, int64(len(a.Blob.Data))
	}
	return t.get(into(&a.ID), `INSERT INTO attachment (message_id, name, type, size, content_id, inline,
		  signer, opened_from, wrapper, blob_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
		messageID, a.Name, a.Type, a.Size, a.ContentID, a.Inline, a.Signer, a.OpenedFrom, a.Wrapper, a.BlobID)
}

// ReplaceMessage stores anew all that InsertMessage stored, except the ids by
// which the message is known.
func (t *tx) ReplaceMessage(m *helpdesk.Message) error {
	_, err := t.exec(`UPDATE message SET ticket_id = $1, kind = $2, channel = $3, at = $4, date_at = $5, author_id = $6,
		  contact_id = $7, from_name = $8, from_address = $9, addresses = $10, subject = $11, message_id = $12,
		  refs = $13, raw_id = $14, text_hash = $15, body_hash = $16, automatic = $17, protocol = $18, problem = $19,
		  spam = $20, unverified = $21, report = $22, about_id = $23, certified = $24
		WHERE id = $25`, append(messageValues(m), m.ID)...)
	if err != nil {
		return fmt.Errorf("replace message %d: %w", m.ID, err)
	}
	_, err = t.exec(`UPDATE message_body SET text = $1, quoted = $2, folds = $3, html = $4, policy_version = $5
		WHERE message_id = $6`, bodyValues(m)...)
	if err != nil {
		return fmt.Errorf("replace message %d: body: %w", m.ID, err)
	}
	for _, query := range []string{
		`DELETE FROM attachment WHERE message_id = $1`,
		`DELETE FROM message_fts WHERE rowid = $1`,
	} {
		if _, err := t.exec(query, m.ID); err != nil {
			return fmt.Errorf("replace message %d: %w", m.ID, err)
		}
	}
	return t.insertParts(m)
}

func scanAttachment(s scanner) (a helpdesk.Attachment, err error) {
	err = s.Scan(&a.ID, &a.MessageID, &a.Name, &a.Type, &a.Size, &a.ContentID, &a.Inline,
		&a.Signer, &a.OpenedFrom, &a.Wrapper, &a.BlobID)
	return a, err
}

const attachmentColumns = `a.id, a.message_id, a.name, a.type, a.size, a.content_id, a.inline,
	a.signer, a.opened_from, a.wrapper, a.blob_id`

func (t *tx) attachmentsOf(messageIDs ...int64) ([]helpdesk.Attachment, error) {
	all, err := list(t, scanAttachment, `SELECT `+attachmentColumns+` FROM attachment a
		WHERE a.message_id IN `+inIDs+` ORDER BY a.message_id, a.id`, ids(messageIDs))
	return all, wrapf(err, "attachments")
}
