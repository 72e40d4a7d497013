package store

import (
	"context"
	"encoding/hex"
	"iter"
	"time"

	"sportello/helpdesk"
)

// exportBatch is how many rows are read at once: each batch on a snapshot of
// its own, so that a long export holds no old state open.
const exportBatch = 1000

// TicketLine is a ticket as exported.
type TicketLine struct {
	ID                          int64
	Number                      helpdesk.Number
	State                       helpdesk.State
	Subject                     string
	Opened, FirstAnswer, Closed time.Time // zero: not yet
	Owner                       string    // e-mail, "" nobody
	Organization                string
	OrganizationISTAT           string
	Contact                     string // address
	Channel                     helpdesk.Channel
	Measure                     string   // code of the main one, "" where no person settled it
	Measures                    []string // codes of all, the main one first
	Topics                      []string // codes that a person confirmed
	Imported                    bool
}

// MessageLine is a message as exported.
type MessageLine struct {
	ID        int64
	Kind      helpdesk.Kind
	Ticket    helpdesk.Number
	At        time.Time
	From      string
	To        []string
	Subject   string
	MessageID string
	SHA256    string // of the raw or sent bytes in hexadecimal, "" for what never was mail
}

// ExportTickets yields every ticket in order of id; after an error it ends.
func (s *Store) ExportTickets(ctx context.Context) iter.Seq2[TicketLine, error] {
	scan := func(r scanner) (l TicketLine, err error) {
		err = r.Scan(&l.ID, &l.Number, &l.State, &l.Subject, at(&l.Opened), at(&l.FirstAnswer), at(&l.Closed),
			&l.Owner, &l.Organization, &l.OrganizationISTAT, &l.Contact, &l.Channel,
			&l.Measure, fromJSON(&l.Measures), fromJSON(&l.Topics), &l.Imported)
		return l, err
	}
	return export(ctx, s, scan, func(l TicketLine) int64 { return l.ID }, `SELECT t.id, t.number, t.state, t.subject,
		t.opened_at, t.first_answer_at, t.closed_at, COALESCE(u.email, ''), COALESCE(o.name, ''), COALESCE(o.istat, ''),
		COALESCE(c.address, ''), t.channel, CASE WHEN t.measure_settled THEN COALESCE(k.code, '') ELSE '' END,
		(SELECT json_group_array(m.code ORDER BY g.main DESC, m.code) FROM ticket_measure g JOIN measure m ON m.id = g.measure_id
		  WHERE g.ticket_id = t.id AND g.confirmed = 1),
		(SELECT json_group_array(p.code ORDER BY p.code) FROM ticket_topic g JOIN topic p ON p.id = g.topic_id
		  WHERE g.ticket_id = t.id AND g.confirmed = 1), t.imported
		FROM ticket t LEFT JOIN measure k ON k.id = t.measure_id LEFT JOIN "user" u ON u.id = t.owner_id LEFT JOIN organization o ON o.id = t.organization_id
		LEFT JOIN contact c ON c.id = t.contact_id
		WHERE t.id > $1 ORDER BY t.id LIMIT $2`)
}

// ExportMessages yields every message in order of id; after an error it ends.
func (s *Store) ExportMessages(ctx context.Context) iter.Seq2[MessageLine, error] {
	scan := func(r scanner) (l MessageLine, err error) {
		var people addresses
		var sum []byte
		err = r.Scan(&l.ID, &l.Kind, &l.Ticket, at(&l.At), &l.From, fromJSON(&people), &l.Subject, &l.MessageID, &sum)
		for _, a := range people.To {
			l.To = append(l.To, a.Addr)
		}
		l.SHA256 = hex.EncodeToString(sum)
		return l, err
	}
	return export(ctx, s, scan, func(l MessageLine) int64 { return l.ID }, `SELECT m.id, m.kind, t.number, m.at,
		m.from_address, m.addresses, m.subject, m.message_id, COALESCE(
		  (SELECT b.sha256 FROM raw_message r JOIN blob b ON b.id = r.blob_id WHERE r.id = m.raw_id),
		  (SELECT b.sha256 FROM outbox o JOIN blob b ON b.id = o.blob_id WHERE o.message_id = m.id LIMIT 1))
		FROM message m JOIN ticket t ON t.id = m.ticket_id
		WHERE m.id > $1 ORDER BY m.id LIMIT $2`)
}

// export reads query, which takes the id after which to go on and how many.
func export[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), id func(T) int64, query string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for after := int64(0); ; {
			batch, err := read(ctx, s, func(t *tx) ([]T, error) { return list(t, scan, query, after, exportBatch) })
			if err != nil {
				var none T
				yield(none, wrapf(err, "export"))
				return
			}
			for _, line := range batch {
				if !yield(line, nil) {
					return
				}
				after = id(line)
			}
			if len(batch) < exportBatch {
				return
			}
		}
	}
}
