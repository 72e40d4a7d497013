package store

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sportello/helpdesk"
)

const outgoingColumns = `o.id, o.key, o.kind, o.ticket_id, o.message_id, o.mailbox_id, o.ref, o.sender, o.recipients,
	o.subject, o.blob_id, o.size, o.state, o.attempts, o.next_try_at, o.error, o.refused, o.created_at, o.sent_at`

func outgoingInto(o *helpdesk.Outgoing) []any {
	return []any{&o.ID, &o.Key, &o.Kind, &o.TicketID, &o.MessageID, &o.MailboxID, &o.Ref, &o.From,
		fromJSON(&o.Recipients), &o.Subject, &o.BlobID, &o.Size, &o.State, &o.Attempts, at(&o.NextTry), &o.Error,
		fromJSON(&o.Refused), at(&o.CreatedAt), at(&o.SentAt)}
}

func scanOutgoing(s scanner) (o helpdesk.Outgoing, err error) {
	err = s.Scan(outgoingInto(&o)...)
	return o, err
}

func (t *tx) OutgoingByID(id int64) (helpdesk.Outgoing, error) {
	o, err := one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o WHERE o.id = $1`, id)
	return o, wrapf(err, "outgoing %d", id)
}

func (t *tx) OutgoingByRef(messageID string) (helpdesk.Outgoing, error) {
	o, err := one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o WHERE o.ref = $1 ORDER BY o.id LIMIT 1`, messageID)
	return o, wrapf(err, "outgoing by message id")
}

func (t *tx) OutgoingOfMessage(messageID int64) (helpdesk.Outgoing, error) {
	o, err := one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o INDEXED BY outbox_message
		WHERE o.message_id = $1 ORDER BY o.id LIMIT 1`, messageID)
	return o, wrapf(err, "outgoing of message %d", messageID)
}

func (t *tx) OutgoingWithSubject(mailboxID int64, subject string) ([]helpdesk.Outgoing, error) {
	all, err := list(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o
		WHERE o.id > (SELECT COALESCE(max(id), 0) - 1000 FROM outbox) AND o.mailbox_id = $1 AND o.subject = $2
		ORDER BY o.id DESC`, mailboxID, subject)
	return all, wrapf(err, "outgoing with a subject")
}

func (t *tx) OutgoingOfTicket(ticketID int64, limit int) ([]helpdesk.Outgoing, error) {
	all, err := list(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o INDEXED BY outbox_ticket
		WHERE o.ticket_id = $1 ORDER BY o.id DESC LIMIT $2`, ticketID, limit)
	return all, wrapf(err, "outgoing of ticket %d", ticketID)
}

func (t *tx) OutgoingByKey(key string) (helpdesk.Outgoing, error) {
	o, err := one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o WHERE o.key = $1`, key)
	return o, wrapf(err, "outgoing by key")
}

// NextOutgoing asks for replies first and for automatic mail only when none
// is due. What was never tried is due since it was written, so that the order
// of tries is the order of age.
func (t *tx) NextOutgoing(mailboxID int64, now time.Time) (o helpdesk.Outgoing, err error) {
	for _, automatic := range []bool{false, true} {
		o, err = one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o INDEXED BY outbox_due
			WHERE o.state = 'queued' AND o.mailbox_id = $1 AND o.automatic = $2 AND o.next_try_at <= $3
			ORDER BY o.next_try_at, o.id LIMIT 1`, mailboxID, automatic, now.UnixMilli())
		if !errors.Is(err, helpdesk.ErrNone) {
			break
		}
	}
	return o, wrapf(err, "next outgoing of mailbox %d", mailboxID)
}

func (t *tx) OutgoingToCopy(mailboxID int64, after, before time.Time) (helpdesk.Outgoing, error) {
	o, err := one(t, scanOutgoing, `SELECT `+outgoingColumns+` FROM outbox o INDEXED BY outbox_uncopied
		WHERE o.state = 'sent' AND o.automatic = 0 AND o.copied = 0 AND o.mailbox_id = $1
		  AND o.sent_at > $2 AND o.sent_at <= $3
		ORDER BY o.sent_at LIMIT 1`, mailboxID, after.UnixMilli(), before.UnixMilli())
	return o, wrapf(err, "outgoing to copy of mailbox %d", mailboxID)
}

func (t *tx) SetCopied(outgoingID int64) error {
	_, err := t.exec(`UPDATE outbox SET copied = 1 WHERE id = $1`, outgoingID)
	return wrapf(err, "outgoing %d copied", outgoingID)
}

func (t *tx) OutgoingInState(state helpdesk.OutgoingState, limit int) ([]helpdesk.Outgoing, error) {
	query := `SELECT ` + outgoingColumns + ` FROM outbox o INDEXED BY outbox_state
		WHERE o.state = $1 AND o.state <> 'sent' ORDER BY o.id LIMIT $2`
	if state == helpdesk.OutgoingSent {
		query = `SELECT ` + outgoingColumns + ` FROM outbox o WHERE o.state = $1 ORDER BY o.id LIMIT $2`
	}
	all, err := list(t, scanOutgoing, query, state, limit)
	return all, wrapf(err, "outgoing %s", state)
}

func (t *tx) AutomaticTo(mailboxID int64, kind helpdesk.OutgoingKind, address string, since time.Time) (int, error) {
	if address != "" {
		return t.automaticToPerson(kind, address, since)
	}
	n, err := one(t, scanInt, `SELECT count(*) FROM outbox INDEXED BY outbox_automatic_time
		WHERE automatic = 1 AND mailbox_id = $1 AND kind = $2 AND created_at >= $3`, mailboxID, kind, since.UnixMilli())
	return int(n), wrapf(err, "automatic mail of mailbox %d", mailboxID)
}

// automaticToPerson counts mail to the address under whatever tag: name+tag@
// is the same person, and a cheap way to be written to without end.
func (t *tx) automaticToPerson(kind helpdesk.OutgoingKind, address string, since time.Time) (int, error) {
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	domain = "@" + domain
	plain, err := one(t, scanInt, `SELECT count(*) FROM outbox INDEXED BY outbox_automatic
		WHERE automatic = 1 AND kind = $1 AND first_recipient = $2 AND created_at >= $3`, kind, local+domain, since.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("automatic mail to a person: %w", err)
	}
	// A comma follows the plus sign: between them lie all tags.
	tagged, err := one(t, scanInt, `SELECT count(*) FROM outbox INDEXED BY outbox_automatic
		WHERE automatic = 1 AND kind = $1 AND first_recipient >= $2 AND first_recipient < $3
		  AND created_at >= $4 AND substr(first_recipient, -length($5)) = $5`,
		kind, local+"+", local+",", since.UnixMilli(), domain)
	return int(plain + tagged), wrapf(err, "automatic mail to a person")
}

func (t *tx) InsertOutgoing(o *helpdesk.Outgoing) error {
	if err := t.outgoingBlob(o); err != nil {
		return fmt.Errorf("insert outgoing: %w", err)
	}
	if o.NextTry.IsZero() {
		o.NextTry = o.CreatedAt
	}
	first := ""
	if len(o.Recipients) > 0 {
		first = o.Recipients[0]
	}
	err := t.get(into(&o.ID), `INSERT INTO outbox (key, kind, automatic, ticket_id, message_id, mailbox_id, ref, sender,
		  recipients, first_recipient, subject, blob_id, size, state, attempts, next_try_at, error, refused, created_at,
		  sent_at, queued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $16) RETURNING id`,
		o.Key, o.Kind, o.Kind.Automatic(), o.TicketID, o.MessageID, o.MailboxID, o.Ref, o.From,
		asJSON(o.Recipients), first, o.Subject, o.BlobID, o.Size, o.State, o.Attempts, o.NextTry.UnixMilli(),
		o.Error, asJSON(o.Refused), o.CreatedAt.UnixMilli(), millis(o.SentAt))
	return wrapf(err, "insert outgoing")
}

func (t *tx) outgoingBlob(o *helpdesk.Outgoing) (err error) {
	if o.BlobID != 0 {
		return nil
	}
	o.Size = int64(len(o.Bytes.Data))
	o.BlobID, err = t.PutBlob(o.Bytes)
	return err
}

// SaveOutgoing knows mail that a person queued again from a further try of mail
// that was queued all along.
func (t *tx) SaveOutgoing(o helpdesk.Outgoing) error {
	_, err := t.exec(`UPDATE outbox SET state = $1, attempts = $2, next_try_at = COALESCE($3, next_try_at), error = $4,
		  refused = $5, sent_at = $6,
		  queued_at = CASE WHEN $1 = 'queued' AND state NOT IN ('queued', 'sending') THEN COALESCE($3, queued_at) ELSE queued_at END
		WHERE id = $7`,
		o.State, o.Attempts, millis(o.NextTry), o.Error, asJSON(o.Refused), millis(o.SentAt), o.ID)
	return wrapf(err, "save outgoing %d", o.ID)
}

// StartOutgoingAfter moves SQLite's own counter of AUTOINCREMENT.
func (t *tx) StartOutgoingAfter(id int64) error {
	r, err := t.exec(`UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = 'outbox'`, id)
	if err != nil {
		return fmt.Errorf("start outgoing after %d: %w", id, err)
	}
	if n, _ := r.RowsAffected(); n > 0 {
		return nil
	}
	_, err = t.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', $1)`, id)
	return wrapf(err, "start outgoing after %d", id)
}
