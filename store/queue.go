package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sportello/helpdesk"
)

const (
	pageSize = 50     // rows of a page when none is asked for
	maxPage  = 200    // rows of a page at most
	maxScan  = 20_000 // index entries that one page looks at
)

// Queue returns one page of a view. What it reads is bounded: a page whose
// filters let little through ends early, Stopped, with Next where to go on.
func (s *Store) Queue(ctx context.Context, q helpdesk.QueueQuery) (helpdesk.QueuePage, error) {
	if q.Limit <= 0 {
		q.Limit = pageSize
	}
	q.Limit = min(q.Limit, maxPage)
	page, err := read(ctx, s, func(t *tx) (helpdesk.QueuePage, error) {
		switch {
		case q.Text != "":
			return t.search(q)
		case q.View == helpdesk.ViewUnread:
			return t.unreadPage(q)
		}
		return t.queuePage(q)
	})
	return page, wrapf(err, "queue %s", q.View)
}

// place is a row's place in a list.
type place struct{ key, id int64 }

func scanPlace(s scanner) (p place, err error) {
	err = s.Scan(&p.key, &p.id)
	return p, err
}

func (p place) cursor() helpdesk.Cursor { return helpdesk.Cursor{Key: p.key, ID: p.id} }

func (t *tx) queuePage(q helpdesk.QueueQuery) (helpdesk.QueuePage, error) {
	if contradicts(q) {
		return helpdesk.QueuePage{}, nil
	}
	scan := newScan(q)
	places, err := list(t, scanPlace, scan.page(), scan.args...)
	if err != nil {
		return helpdesk.QueuePage{}, err
	}
	var end place // where a scan that found too little stopped, zero if at the end of the list
	if len(places) <= q.Limit && len(scan.filters) > 0 {
		end, err = one(t, scanPlace, scan.end(), scan.args[:scan.wheres]...)
		if err != nil && !errors.Is(err, helpdesk.ErrNone) {
			return helpdesk.QueuePage{}, err
		}
	}
	return t.fill(q, places, end)
}

// fill makes a page of the places found in the direction of reading: at most
// one more than the page holds.
func (t *tx) fill(q helpdesk.QueueQuery, places []place, end place) (page helpdesk.QueuePage, err error) {
	more := len(places) > q.Limit
	if more {
		places = places[:q.Limit]
	}
	var ahead, behind helpdesk.Cursor
	switch {
	case more:
		ahead = places[len(places)-1].cursor()
	case end != place{}:
		ahead, page.Stopped = end.cursor(), true
	}
	if q.After != (helpdesk.Cursor{}) {
		behind = turn(q)
		if len(places) > 0 {
			behind = places[0].cursor()
		}
	}
	page.Next, page.Prev = ahead, behind
	if q.Before {
		slices.Reverse(places)
		page.Next, page.Prev = behind, ahead
	}
	page.Rows, err = t.rows(idsOf(places), q.UserID)
	return page, err
}

// turn is the cursor from which, read the other way, the row at After comes
// first.
func turn(q helpdesk.QueueQuery) helpdesk.Cursor {
	c := q.After
	if ascending(q) {
		c.ID++
	} else {
		c.ID--
	}
	return c
}

func idsOf(places []place) []int64 {
	list := make([]int64, len(places))
	for i, p := range places {
		list[i] = p.id
	}
	return list
}

// rows reads what a list shows of the tickets, in the order of their ids: one
// statement for the page, each join by rowid.
func (t *tx) rows(ticketIDs []int64, userID int64) ([]helpdesk.QueueRow, error) {
	if len(ticketIDs) == 0 {
		return nil, nil
	}
	all, err := list(t, scanQueueRow, `SELECT t.id, t.number, t.version, t.subject, t.state, t.channel, t.mailbox_id,
		  COALESCE(u.name, ''), COALESCE(t.owner_id, 0), COALESCE(NULLIF(c.name, ''), c.address, ''),
		  COALESCE(o.name, ''), t.organization_settled, COALESCE(g.code, ''), COALESCE(g.short, ''), t.measure_settled,
		  t.automatic, t.has_attachments,
		  t.state = 'new' AND NOT EXISTS (SELECT 1 FROM opened p WHERE p.ticket_id = t.id)
		  OR EXISTS (SELECT 1 FROM unread n WHERE n.user_id = $2 AND n.ticket_id = t.id),
		  t.messages, t.opened_at, t.last_message_at, t.snoozed_until,
		  COALESCE(m.unverified, 0), COALESCE(substr(b.text, 1, 200), '')
		FROM ticket t
		LEFT JOIN message m ON m.id = (SELECT l.id FROM message l
		  WHERE l.ticket_id = t.id AND l.kind IN ('inbound', 'reply') ORDER BY l.at DESC LIMIT 1)
		LEFT JOIN message_body b ON b.message_id = m.id
		LEFT JOIN "user" u ON u.id = t.owner_id
		LEFT JOIN contact c ON c.id = t.contact_id
		LEFT JOIN organization o ON o.id = t.organization_id
		LEFT JOIN measure g ON g.id = t.measure_id
		WHERE t.id IN `+inIDs, ids(ticketIDs), userID)
	if err != nil {
		return nil, fmt.Errorf("rows: %w", err)
	}
	slices.SortFunc(all, func(a, b helpdesk.QueueRow) int {
		return slices.Index(ticketIDs, a.ID) - slices.Index(ticketIDs, b.ID)
	})
	return all, nil
}

func scanQueueRow(s scanner) (r helpdesk.QueueRow, err error) {
	err = s.Scan(&r.ID, &r.Number, &r.Version, &r.Subject, &r.State, &r.Channel, &r.MailboxID, &r.Owner, &r.OwnerID,
		&r.Sender, &r.Organization, &r.OrganizationSettled, &r.Measure, &r.MeasureShort, &r.MeasureSettled,
		&r.Automatic, &r.HasAttachments, &r.Unread, &r.Messages,
		at(&r.OpenedAt), at(&r.LastMessageAt), at(&r.SnoozedUntil), &r.NewSender, &r.Excerpt)
	return r, err
}
