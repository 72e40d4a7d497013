package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/helpdesk"
)

// Status returns what /readyz and the banners look at; counts at most
// helpdesk.CountCap + 1.
func (s *Store) Status(ctx context.Context) (helpdesk.Status, error) {
	var left []helpdesk.MailboxStatus
	v, err := read(ctx, s, func(t *tx) (v helpdesk.Status, err error) {
		if left, err = t.mailboxesLeft(); err != nil {
			return v, err
		}
		return t.status()
	})
	if err != nil {
		return v, wrapf(err, "status")
	}
	if full := (*helpdesk.Error)(nil); errors.As(s.RoomLeft(), &full) {
		// Looked up and not kept: it could not be written.
		v.Full = full.Message
	}
	v.Mailboxes = append(v.Mailboxes, left...)
	return v, nil
}

func (t *tx) status() (v helpdesk.Status, err error) {
	if v.Mailboxes, err = t.mailboxStatus(); err != nil {
		return v, err
	}
	scan := func(s scanner) (when time.Time, err error) {
		err = s.Scan(at(&when))
		return when, err
	}
	if v.OldestPending, err = optional(one(t, scan, `SELECT pending_at FROM raw_message INDEXED BY raw_pending
		WHERE state = 'pending' ORDER BY pending_at LIMIT 1`)); err != nil {
		return v, err
	}
	if v.QueuedSince, err = optional(one(t, scan, `SELECT queued_at FROM outbox INDEXED BY outbox_queued
		WHERE state = 'queued' ORDER BY queued_at LIMIT 1`)); err != nil {
		return v, err
	}
	for _, c := range []struct {
		into *int
		from string
	}{
		{&v.Parked, `raw_message INDEXED BY raw_unread WHERE state = 'parked' AND state <> 'received'`},
		{&v.Unknown, `outbox INDEXED BY outbox_state WHERE state = 'unknown' AND state <> 'sent'`},
		{&v.Held, `outbox INDEXED BY outbox_state WHERE state = 'held' AND state <> 'sent'`},
	} {
		query := fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d)`, c.from, helpdesk.CountCap+1)
		if err := t.get(into(c.into), query); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (t *tx) mailboxStatus() ([]helpdesk.MailboxStatus, error) {
	boxes, err := t.configuredMailboxes()
	if err != nil {
		return nil, err
	}
	ways, err := list(t, scanHealth, `SELECT `+healthColumns+` FROM health ORDER BY mailbox_id, way`)
	if err != nil {
		return nil, fmt.Errorf("health: %w", err)
	}
	all := make([]helpdesk.MailboxStatus, len(boxes))
	for i, b := range boxes {
		all[i].Mailbox = b
		for _, h := range ways {
			if h.MailboxID == b.ID {
				all[i].Ways = append(all[i].Ways, h)
			}
		}
	}
	return all, nil
}

// saysLeft is the fault of a mailbox that the configuration does not name any
// more: its mail has no sender.
const saysLeft = "La casella non è più nella configurazione, ma ha posta in coda che così nessuno spedisce. Rimettila nella configurazione finché la coda è vuota."

// mailboxesLeft lists mailboxes that are not configured any more although mail
// is queued for them.
func (t *tx) mailboxesLeft() ([]helpdesk.MailboxStatus, error) {
	scan := func(s scanner) (m helpdesk.MailboxStatus, err error) {
		m.Mailbox, err = scanMailbox(s)
		m.Ways = []helpdesk.Health{{MailboxID: m.ID, Way: "smtp", Reason: saysLeft}}
		return m, err
	}
	all, err := list(t, scan, `SELECT `+mailboxColumns+` FROM mailbox b WHERE b.configured = 0 AND EXISTS (
		SELECT 1 FROM outbox o INDEXED BY outbox_due WHERE o.state = 'queued' AND o.mailbox_id = b.id) ORDER BY b.id`)
	return all, wrapf(err, "mailboxes left")
}
