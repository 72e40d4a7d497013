package store

import (
	"fmt"
	"time"

	"sportello/helpdesk"
)

const ticketColumns = `t.id, t.number, t.version, t.subject, t.state, COALESCE(t.owner_id, 0), t.mailbox_id, t.channel,
	COALESCE(t.contact_id, 0), COALESCE(t.organization_id, 0), t.automatic, COALESCE(t.merged_into, 0),
	t.opened_at, t.first_answer_at, t.answered_at, t.closed_at, t.last_message_at,
	t.snoozed_until, COALESCE(t.snoozed_by, 0), t.messages, t.has_attachments,
	t.organization_how, t.organization_settled, COALESCE(t.measure_id, 0), t.measure_settled, t.imported`

func scanTicket(s scanner) (t helpdesk.Ticket, err error) {
	err = s.Scan(&t.ID, &t.Number, &t.Version, &t.Subject, &t.State, &t.OwnerID, &t.MailboxID, &t.Channel,
		&t.ContactID, &t.OrganizationID, &t.Automatic, &t.MergedInto,
		at(&t.OpenedAt), at(&t.FirstAnswerAt), at(&t.AnsweredAt), at(&t.ClosedAt), at(&t.LastMessageAt),
		at(&t.SnoozedUntil), &t.SnoozedBy, &t.Messages, &t.HasAttachments,
		&t.OrganizationHow, &t.OrganizationSettled, &t.MeasureID, &t.MeasureSettled, &t.Imported)
	return t, err
}

func (t *tx) TicketByID(id int64) (helpdesk.Ticket, error) {
	v, err := one(t, scanTicket, `SELECT `+ticketColumns+` FROM ticket t WHERE t.id = $1`, id)
	return v, wrapf(err, "ticket %d", id)
}

func (t *tx) TicketByNumber(n helpdesk.Number) (helpdesk.Ticket, error) {
	v, err := one(t, scanTicket, `SELECT `+ticketColumns+` FROM ticket t WHERE t.number = $1`, n)
	return v, wrapf(err, "ticket %s", n)
}

func (t *tx) Participants(ticketID int64) ([]helpdesk.Participant, error) {
	scan := func(s scanner) (p helpdesk.Participant, err error) {
		err = s.Scan(&p.Address, &p.Body)
		return p, err
	}
	all, err := list(t, scan, `SELECT address, body FROM participant WHERE ticket_id = $1
		ORDER BY address LIMIT 200`, ticketID)
	return all, wrapf(err, "participants of ticket %d", ticketID)
}

func (t *tx) TicketsToWake(now time.Time, limit int) ([]int64, error) {
	all, err := list(t, scanInt, `SELECT id FROM ticket INDEXED BY ticket_snoozed
		WHERE state = 'snoozed' AND snoozed_until <= $1 ORDER BY snoozed_until LIMIT $2`, now.UnixMilli(), limit)
	return all, wrapf(err, "tickets to wake")
}

func (t *tx) TicketsOfOwner(ownerID int64, limit int) ([]int64, error) {
	all, err := list(t, scanInt, `SELECT id FROM ticket INDEXED BY queue_owner_message
		WHERE active = 1 AND owner_id = $1 ORDER BY last_message_at LIMIT $2`, ownerID, limit)
	return all, wrapf(err, "tickets of owner %d", ownerID)
}

func (t *tx) TicketsSilent(before time.Time, limit int) ([]int64, error) {
	all, err := list(t, scanInt, `SELECT id FROM ticket INDEXED BY ticket_silent
		WHERE state = 'answered' AND last_message_at < $1 ORDER BY last_message_at LIMIT $2`, before.UnixMilli(), limit)
	return all, wrapf(err, "silent tickets")
}

func (t *tx) NextNumber(year int) (helpdesk.Number, error) {
	var last int
	err := t.get(into(&last), `INSERT INTO number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = number.last + 1 RETURNING last`, year)
	return helpdesk.NewNumber(year, last), wrapf(err, "next number of %d", year)
}

func (t *tx) SkipNumbers(year, n int) error {
	_, err := t.exec(`INSERT INTO number (year, last) VALUES ($1, $2)
		ON CONFLICT (year) DO UPDATE SET last = number.last + excluded.last`, year, n)
	return wrapf(err, "skip numbers of %d", year)
}

func (t *tx) InsertTicket(v *helpdesk.Ticket) error {
	v.Version = 1
	err := t.get(into(&v.ID), `INSERT INTO ticket (number, version, subject, state, active, owner_id, mailbox_id,
		  channel, contact_id, organization_id, automatic, merged_into, opened_at, first_answer_at, answered_at,
		  closed_at, last_message_at, snoozed_until, snoozed_by, messages, has_attachments,
		  organization_how, organization_settled, measure_id, measure_settled, to_classify, imported)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
		  $22, $23, $24, $25, $26, $27)
		RETURNING id`,
		v.Number, v.Version, v.Subject, v.State, v.State.Active(), ref(v.OwnerID), v.MailboxID,
		v.Channel, ref(v.ContactID), ref(v.OrganizationID), v.Automatic, ref(v.MergedInto),
		v.OpenedAt.UnixMilli(), millis(v.FirstAnswerAt), millis(v.AnsweredAt), millis(v.ClosedAt),
		lastMessage(v).UnixMilli(), millis(v.SnoozedUntil), ref(v.SnoozedBy), v.Messages, v.HasAttachments,
		v.OrganizationHow, v.OrganizationSettled, ref(v.MeasureID), v.MeasureSettled, v.ToClassify(), v.Imported)
	return wrapf(err, "insert ticket %s", v.Number)
}

// lastMessage sorts a ticket without messages by its opening.
func lastMessage(t *helpdesk.Ticket) time.Time {
	if t.LastMessageAt.IsZero() {
		return t.OpenedAt
	}
	return t.LastMessageAt
}

func (t *tx) SaveTicket(v *helpdesk.Ticket) error {
	if err := t.retagMoved(v); err != nil {
		return fmt.Errorf("save ticket %s: %w", v.Number, err)
	}
	r, err := t.exec(`UPDATE ticket SET version = version + 1, subject = $1, state = $2, active = $3, owner_id = $4,
		  mailbox_id = $5, channel = $6, contact_id = $7, organization_id = $8, automatic = $9, merged_into = $10,
		  first_answer_at = $11, answered_at = $12, closed_at = $13, last_message_at = $14,
		  snoozed_until = $15, snoozed_by = $16, messages = $17, has_attachments = $18, opened_at = $19,
		  organization_how = $20, organization_settled = $21, measure_id = $22, measure_settled = $23, to_classify = $24
		WHERE id = $25 AND version = $26`,
		v.Subject, v.State, v.State.Active(), ref(v.OwnerID),
		v.MailboxID, v.Channel, ref(v.ContactID), ref(v.OrganizationID), v.Automatic, ref(v.MergedInto),
		millis(v.FirstAnswerAt), millis(v.AnsweredAt), millis(v.ClosedAt), lastMessage(v).UnixMilli(),
		millis(v.SnoozedUntil), ref(v.SnoozedBy), v.Messages, v.HasAttachments, v.OpenedAt.UnixMilli(),
		v.OrganizationHow, v.OrganizationSettled, ref(v.MeasureID), v.MeasureSettled, v.ToClassify(),
		v.ID, v.Version)
	if err != nil {
		return fmt.Errorf("save ticket %s: %w", v.Number, err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return fmt.Errorf("save ticket %s: %w", v.Number, helpdesk.ErrStale)
	}
	v.Version++
	return nil
}

func (t *tx) AddParticipant(ticketID int64, p helpdesk.Participant) error {
	_, err := t.exec(`INSERT INTO participant (ticket_id, address, body) VALUES ($1, $2, $3)
		ON CONFLICT (ticket_id, address) DO NOTHING`, ticketID, p.Address, p.Body)
	return wrapf(err, "add participant to ticket %d", ticketID)
}

// LinkTickets links two tickets once, whichever is named first.
func (t *tx) LinkTickets(ticketID, otherID int64) error {
	if ticketID == otherID {
		return nil
	}
	_, err := t.exec(`INSERT INTO ticket_link (ticket_id, other_id) VALUES ($1, $2)
		ON CONFLICT (ticket_id, other_id) DO NOTHING`, max(ticketID, otherID), min(ticketID, otherID))
	return wrapf(err, "link tickets %d and %d", ticketID, otherID)
}

// moves bring what belongs to ticket $1 to ticket $2; rows that the target
// already has are dropped, an unread mark keeps the earlier message.
var moves = []string{
	`UPDATE message SET ticket_id = $2 WHERE ticket_id = $1`,
	`UPDATE outbox SET ticket_id = $2 WHERE ticket_id = $1`,
	`UPDATE ticket SET merged_into = $2 WHERE merged_into = $1`,
	`INSERT INTO thread_ref (ref, ticket_id) SELECT ref, $2 FROM thread_ref WHERE ticket_id = $1
	   ON CONFLICT (ref, ticket_id) DO NOTHING`,
	`DELETE FROM thread_ref WHERE ticket_id = $1`,
	`INSERT INTO participant (ticket_id, address, body) SELECT $2, address, body FROM participant WHERE ticket_id = $1
	   ON CONFLICT (ticket_id, address) DO NOTHING`,
	`DELETE FROM participant WHERE ticket_id = $1`,
	`INSERT INTO unread (user_id, ticket_id, message_id) SELECT user_id, $2, message_id FROM unread WHERE ticket_id = $1
	   ON CONFLICT (user_id, ticket_id) DO UPDATE SET message_id = min(unread.message_id, excluded.message_id)`,
	`DELETE FROM unread WHERE ticket_id = $1`,
	`INSERT INTO ticket_link (ticket_id, other_id)
	   SELECT max($2, o), min($2, o) FROM (
	     SELECT other_id AS o FROM ticket_link WHERE ticket_id = $1
	     UNION SELECT ticket_id FROM ticket_link WHERE other_id = $1) WHERE o <> $2
	   ON CONFLICT (ticket_id, other_id) DO NOTHING`,
	`DELETE FROM ticket_link WHERE ticket_id = $1`,
	`DELETE FROM ticket_link WHERE other_id = $1`,
}

// MoveTicket takes about 10 µs a message, 50 ms for 5,000: threads that people
// write stay far below, so it is not cut into batches, between which a ticket
// would be in two places.
func (t *tx) MoveTicket(fromID, toID int64) error {
	for _, move := range moves {
		args := []any{fromID, toID}
		if move[:6] == "DELETE" {
			args = args[:1]
		}
		if _, err := t.exec(move, args...); err != nil {
			return fmt.Errorf("move ticket %d to %d: %w", fromID, toID, err)
		}
	}
	t.retag(toID)
	return nil
}
