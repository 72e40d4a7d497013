package store

import (
	"context"
	"fmt"

	"sportello/helpdesk"
)

// Mailboxes lists the configured ones, in the order of their registration.
func (s *Store) Mailboxes(ctx context.Context) ([]helpdesk.Mailbox, error) {
	return read(ctx, s, (*tx).configuredMailboxes)
}

// FormerMailboxes lists those that the configuration names no more.
func (s *Store) FormerMailboxes(ctx context.Context) ([]helpdesk.Mailbox, error) {
	return read(ctx, s, (*tx).formerMailboxes)
}

// Users lists everybody who may or might log in, by name.
func (s *Store) Users(ctx context.Context) ([]helpdesk.User, error) {
	return read(ctx, s, (*tx).Users)
}

// UserByID returns a user, helpdesk.ErrNone if there is none.
func (s *Store) UserByID(ctx context.Context, id int64) (helpdesk.User, error) {
	return read(ctx, s, func(t *tx) (helpdesk.User, error) { return t.UserByID(id) })
}

// UserByEmail returns a user, helpdesk.ErrNone if there is none.
func (s *Store) UserByEmail(ctx context.Context, email string) (helpdesk.User, error) {
	return read(ctx, s, func(t *tx) (helpdesk.User, error) { return t.UserByEmail(email) })
}

// Message returns a message with its body and attachments, and the number of
// its ticket.
func (s *Store) Message(ctx context.Context, id int64) (m helpdesk.Message, n helpdesk.Number, err error) {
	err = s.view(ctx, func(t *tx) (err error) {
		if m, err = t.MessageByID(id); err != nil {
			return err
		}
		n, err = one(t, scanNumber, `SELECT number FROM ticket WHERE id = $1`, m.TicketID)
		return err
	})
	return m, n, err
}

// Attachment returns an attachment and the number of its message's ticket; the
// bytes are OpenBlob's of its BlobID.
func (s *Store) Attachment(ctx context.Context, id int64) (a helpdesk.Attachment, n helpdesk.Number, err error) {
	err = s.view(ctx, func(t *tx) (err error) {
		if a, err = one(t, scanAttachment, `SELECT `+attachmentColumns+` FROM attachment a WHERE a.id = $1`, id); err != nil {
			return err
		}
		n, err = one(t, scanNumber, `SELECT t.number FROM message m JOIN ticket t ON t.id = m.ticket_id
			WHERE m.id = $1`, a.MessageID)
		return err
	})
	return a, n, wrapf(err, "attachment %d", id)
}

// OriginalBlob is the blob with a message as it came or as it left;
// helpdesk.ErrNone for a note, which never was mail.
func (s *Store) OriginalBlob(ctx context.Context, messageID int64) (int64, error) {
	id, err := read(ctx, s, func(t *tx) (int64, error) {
		return one(t, scanInt, `SELECT r.blob_id FROM message m JOIN raw_message r ON r.id = m.raw_id WHERE m.id = $1
			UNION ALL SELECT blob_id FROM outbox WHERE message_id = $1 LIMIT 1`, messageID)
	})
	return id, wrapf(err, "original of message %d", messageID)
}

// Blob reads a whole blob into memory: for originals, which the size limit of
// mail bounds. Downloads use OpenBlob.
func (s *Store) Blob(ctx context.Context, id int64) ([]byte, error) {
	return read(ctx, s, func(t *tx) ([]byte, error) { return t.BlobData(id) })
}

// Raw returns a raw message as quarantine shows it.
func (s *Store) Raw(ctx context.Context, id int64) (helpdesk.RawMessage, error) {
	return read(ctx, s, func(t *tx) (helpdesk.RawMessage, error) { return t.RawByID(id) })
}

// Register lists events, the newest first, with ids below before unless that
// is 0; limit at most 200.
func (s *Store) Register(ctx context.Context, before int64, limit int) ([]helpdesk.Event, error) {
	q := &queueScan{}
	where := "1"
	if before != 0 {
		where = "e.id < " + q.arg(before)
	}
	all, err := read(ctx, s, func(t *tx) ([]helpdesk.Event, error) {
		return list(t, scanEvent, fmt.Sprintf(`SELECT %s FROM event e LEFT JOIN event_detail d ON d.event_id = e.id
			WHERE %s ORDER BY e.id DESC LIMIT %d`, eventColumns, where, min(limit, maxPage)), q.args...)
	})
	return all, wrapf(err, "register")
}
