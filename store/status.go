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
	v, err := read(ctx, s, (*tx).status)
	if err != nil {
		return v, wrapf(err, "status")
	}
	if full := (*helpdesk.Error)(nil); errors.As(s.RoomLeft(), &full) {
		for i := range v.Mailboxes {
			stopped(&v.Mailboxes[i], full.Message)
		}
	}
	return v, nil
}

// stopped marks the way in of a mailbox, unless it has a fault of its own.
// That the disk is full is looked up and not kept: it could not be written.
func stopped(m *helpdesk.MailboxStatus, why string) {
	for i := range m.Ways {
		if h := &m.Ways[i]; h.Way == "imap" {
			if h.OK {
				h.OK, h.Since, h.Reason = false, time.Time{}, why
			}
			return
		}
	}
	m.Ways = append(m.Ways, helpdesk.Health{MailboxID: m.ID, Way: "imap", Reason: why})
}

func (t *tx) status() (v helpdesk.Status, err error) {
	if v.Mailboxes, err = t.mailboxStatus(); err != nil {
		return v, err
	}
	scan := func(s scanner) (when time.Time, err error) {
		err = s.Scan(at(&when))
		return when, err
	}
	if v.OldestPending, err = optional(one(t, scan, `SELECT kept_at FROM raw_message INDEXED BY raw_unread
		WHERE state = 'pending' AND state <> 'received' ORDER BY id LIMIT 1`)); err != nil {
		return v, err
	}
	if v.QueuedSince, err = optional(one(t, scan, `SELECT created_at FROM outbox INDEXED BY outbox_state
		WHERE state = 'queued' AND state <> 'sent' ORDER BY id LIMIT 1`)); err != nil {
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
	boxes, err := t.Mailboxes()
	if err != nil {
		return nil, err
	}
	scan := func(s scanner) (h helpdesk.Health, err error) {
		err = s.Scan(&h.MailboxID, &h.Way, &h.OK, at(&h.Since), at(&h.LastOK), &h.Reason)
		return h, err
	}
	ways, err := list(t, scan, `SELECT mailbox_id, way, ok, since_at, last_ok_at, reason FROM health ORDER BY mailbox_id, way`)
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
