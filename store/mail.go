package store

import (
	"fmt"
	"time"

	"sportello/helpdesk"
)

const mailboxColumns = `id, name, address, kind, ack_enabled, ack_hourly_limit`

func scanMailbox(s scanner) (m helpdesk.Mailbox, err error) {
	err = s.Scan(&m.ID, &m.Name, &m.Address, &m.Kind, &m.AckEnabled, &m.AckHourlyLimit)
	return m, err
}

func (t *tx) Mailboxes() ([]helpdesk.Mailbox, error) {
	all, err := list(t, scanMailbox, `SELECT `+mailboxColumns+` FROM mailbox ORDER BY id`)
	return all, wrapf(err, "mailboxes")
}

func (t *tx) configuredMailboxes() ([]helpdesk.Mailbox, error) {
	all, err := list(t, scanMailbox, `SELECT `+mailboxColumns+` FROM mailbox WHERE configured = 1 ORDER BY id`)
	return all, wrapf(err, "configured mailboxes")
}

func (t *tx) formerMailboxes() ([]helpdesk.Mailbox, error) {
	all, err := list(t, scanMailbox, `SELECT `+mailboxColumns+` FROM mailbox WHERE configured = 0 ORDER BY id`)
	return all, wrapf(err, "former mailboxes")
}

func (t *tx) MailboxByID(id int64) (helpdesk.Mailbox, error) {
	m, err := one(t, scanMailbox, `SELECT `+mailboxColumns+` FROM mailbox WHERE id = $1`, id)
	return m, wrapf(err, "mailbox %d", id)
}

func (t *tx) SaveMailbox(m *helpdesk.Mailbox) error {
	err := t.get(into(&m.ID), `INSERT INTO mailbox (name, address, kind, ack_enabled, ack_hourly_limit)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (address) DO UPDATE SET name = excluded.name, kind = excluded.kind,
		  ack_enabled = excluded.ack_enabled, ack_hourly_limit = excluded.ack_hourly_limit
		RETURNING id`, m.Name, m.Address, m.Kind, m.AckEnabled, m.AckHourlyLimit)
	return wrapf(err, "save mailbox")
}

func (t *tx) KeepMailboxes(kept []int64) (changed []int64, err error) {
	changed, err = list(t, scanInt, `UPDATE mailbox SET configured = 1 - configured
		WHERE configured <> (id IN `+inIDs+`) RETURNING id`, ids(kept))
	return changed, wrapf(err, "keep mailboxes")
}

func scanBox(s scanner) (b helpdesk.Box, err error) {
	err = s.Scan(&b.ID, &b.MailboxID, &b.Folder, &b.UIDValidity, &b.FirstNext, at(&b.FirstAt), &b.Settled)
	return b, err
}

func (t *tx) BoxByFolder(mailboxID int64, folder string) (helpdesk.Box, error) {
	b, err := one(t, scanBox, `SELECT id, mailbox_id, folder, uid_validity, first_next, first_at, settled
		FROM box WHERE mailbox_id = $1 AND folder = $2`, mailboxID, folder)
	return b, wrapf(err, "box of mailbox %d", mailboxID)
}

func (t *tx) BoxByID(id int64) (helpdesk.Box, error) {
	b, err := one(t, scanBox, `SELECT id, mailbox_id, folder, uid_validity, first_next, first_at, settled
		FROM box WHERE id = $1`, id)
	return b, wrapf(err, "box %d", id)
}

func (t *tx) SaveBox(b *helpdesk.Box) error {
	err := t.get(into(&b.ID), `INSERT INTO box (mailbox_id, folder, uid_validity, first_next, first_at, settled)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (mailbox_id, folder) DO UPDATE SET uid_validity = excluded.uid_validity,
		  first_next = excluded.first_next, first_at = excluded.first_at, settled = excluded.settled
		RETURNING id`, b.MailboxID, b.Folder, b.UIDValidity, b.FirstNext, millis(b.FirstAt), b.Settled)
	return wrapf(err, "save box of mailbox %d", b.MailboxID)
}

func (t *tx) UnsettleBoxes() error {
	_, err := t.exec(`UPDATE box SET settled = 0`)
	return wrapf(err, "unsettle boxes")
}

const rawColumns = `r.id, r.mailbox_id, r.blob_id, b.sha256, r.size, r.internal_at, r.kept_at,
	r.stub, r.found_at_start, r.sent, r.state, r.attempts, r.next_try_at, r.error`

func scanRaw(s scanner) (r helpdesk.RawMessage, err error) {
	var sum []byte
	err = s.Scan(&r.ID, &r.MailboxID, &r.BlobID, &sum, &r.Size, at(&r.InternalDate), at(&r.KeptAt),
		&r.Stub, &r.FoundAtStart, &r.Sent, &r.State, &r.Attempts, at(&r.NextTry), &r.Error)
	copy(r.SHA256[:], sum)
	return r, err
}

func (t *tx) RawByHash(sum [32]byte) (helpdesk.RawMessage, error) {
	r, err := one(t, scanRaw, `SELECT `+rawColumns+` FROM blob b JOIN raw_message r ON r.blob_id = b.id
		WHERE b.sha256 = $1`, sum[:])
	return r, wrapf(err, "raw message by hash")
}

func (t *tx) RawByID(id int64) (helpdesk.RawMessage, error) {
	r, err := one(t, scanRaw, `SELECT `+rawColumns+` FROM raw_message r JOIN blob b ON b.id = r.blob_id
		WHERE r.id = $1`, id)
	return r, wrapf(err, "raw message %d", id)
}

func (t *tx) PendingRaw(now time.Time, limit int) ([]helpdesk.RawMessage, error) {
	all, err := list(t, scanRaw, `SELECT `+rawColumns+` FROM raw_message r INDEXED BY raw_unread
		CROSS JOIN blob b ON b.id = r.blob_id
		WHERE r.state = 'pending' AND r.state <> 'received' AND (r.next_try_at IS NULL OR r.next_try_at <= $1)
		ORDER BY r.id LIMIT $2`, now.UnixMilli(), limit)
	return all, wrapf(err, "pending raw messages")
}

func (t *tx) InsertRaw(r *helpdesk.RawMessage) error {
	err := t.get(into(&r.ID), `INSERT INTO raw_message (mailbox_id, blob_id, size, internal_at, kept_at, stub,
		  found_at_start, state, attempts, next_try_at, error, sent, pending_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, COALESCE($10, $5)) RETURNING id`,
		r.MailboxID, r.BlobID, r.Size, r.InternalDate.UnixMilli(), r.KeptAt.UnixMilli(), r.Stub,
		r.FoundAtStart, r.State, r.Attempts, millis(r.NextTry), r.Error, r.Sent)
	return wrapf(err, "insert raw message")
}

func (t *tx) SaveRaw(r helpdesk.RawMessage) error {
	_, err := t.exec(`UPDATE raw_message SET state = $1, attempts = $2, next_try_at = $3, error = $4,
		  sent = $5, pending_at = COALESCE($3, pending_at) WHERE id = $6`,
		r.State, r.Attempts, millis(r.NextTry), r.Error, r.Sent, r.ID)
	return wrapf(err, "save raw message %d", r.ID)
}

func (t *tx) DropRaw(id int64) error {
	if _, err := t.exec(`UPDATE ledger SET state = 'skipped', raw_id = NULL WHERE raw_id = $1`, id); err != nil {
		return fmt.Errorf("drop raw message %d: %w", id, err)
	}
	_, err := t.exec(`DELETE FROM raw_message WHERE id = $1`, id)
	return wrapf(err, "drop raw message %d", id)
}

func (t *tx) BlockedSender(address string) (bool, error) {
	var blocked bool
	err := t.get(into(&blocked), `SELECT EXISTS (SELECT 1 FROM blocked_sender WHERE address = $1)`, address)
	return blocked, wrapf(err, "blocked sender")
}

func (t *tx) BlockSender(address string, by int64, when time.Time) error {
	_, err := t.exec(`INSERT INTO blocked_sender (address, blocked_by, blocked_at) VALUES ($1, $2, $3)
		ON CONFLICT (address) DO NOTHING`, address, by, when.UnixMilli())
	return wrapf(err, "block sender")
}

func (t *tx) UnblockSender(address string) error {
	_, err := t.exec(`DELETE FROM blocked_sender WHERE address = $1`, address)
	return wrapf(err, "unblock sender")
}

const healthColumns = `mailbox_id, way, ok, since_at, last_ok_at, reason`

func scanHealth(s scanner) (h helpdesk.Health, err error) {
	err = s.Scan(&h.MailboxID, &h.Way, &h.OK, at(&h.Since), at(&h.LastOK), &h.Reason)
	return h, err
}

func (t *tx) HealthOf(mailboxID int64, way string) (helpdesk.Health, error) {
	h, err := one(t, scanHealth, `SELECT `+healthColumns+` FROM health WHERE mailbox_id = $1 AND way = $2`, mailboxID, way)
	return h, wrapf(err, "health of mailbox %d", mailboxID)
}

func (t *tx) DropHealth(way string) error {
	_, err := t.exec(`DELETE FROM health WHERE way = $1`, way)
	return wrapf(err, "drop health %s", way)
}

func (t *tx) SaveHealth(h helpdesk.Health) error {
	_, err := t.exec(`INSERT INTO health (mailbox_id, way, ok, since_at, last_ok_at, reason)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (mailbox_id, way) DO UPDATE SET ok = excluded.ok, since_at = excluded.since_at,
		  last_ok_at = excluded.last_ok_at, reason = excluded.reason`,
		h.MailboxID, h.Way, h.OK, h.Since.UnixMilli(), millis(h.LastOK), h.Reason)
	return wrapf(err, "save health of mailbox %d", h.MailboxID)
}
