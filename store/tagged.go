package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk"
)

// What slowly changing filters ask for stands in the full text as words of its
// own, so that a filter costs a search what one more word costs. They begin
// with a character of the private use area, which text is cleared of: nobody
// can write a filter's word into a message. State, owner and marks change
// several times a ticket and stay out, see hits.
//
// Letters after the mark: a attachment, b mailbox, c channel, k code, m measure,
// n protocol number, o body, p province, t topic, y year or month.
const mark = "\uE000"

// unmarked takes the mark out of what somebody wrote.
var unmarked = strings.NewReplacer(mark, " ")

func tagID(kind byte, id int64) string { return mark + string(kind) + strconv.FormatInt(id, 10) }

func tagWord(kind byte, word string) string { return mark + string(kind) + bare(word) }

// bare is a code as a filter's word holds it: letters and digits in lower case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

// maxExtension is how long the ending of a file's name may be to be a kind of file.
const maxExtension = 8

// messageTags are the filters' words of the message itself: its time in UTC, its
// protocol number with and without the year, and the kinds of its files.
func messageTags(m *helpdesk.Message) []string {
	tags := []string{mark + m.At.UTC().Format("y2006"), mark + m.At.UTC().Format("y200601")}
	if number, year := protocolNumber(m.Protocol); number != "" {
		tags = append(tags, tagWord('n', number), tagWord('n', number+"y"+year))
	}
	for _, a := range m.Attachments {
		for _, tag := range []string{mark + "a", tagWord('a', extension(a.Name))} {
			if !slices.Contains(tags, tag) && len(tags) < 20 {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// protocolNumber is the number of a protocol and the last year after it, both ""
// where there is none: «0004512 del 16/11/2026» is 4512 of 2026.
func protocolNumber(protocol string) (number, year string) {
	for i, digits := range strings.FieldsFunc(protocol, func(r rune) bool { return r < '0' || r > '9' }) {
		if i == 0 {
			number = strings.TrimLeft(digits, "0")
		} else if len(digits) == len("2026") {
			year = digits
		}
	}
	return number, year
}

func extension(name string) string {
	if e := bare(path.Ext(name)); len(e) <= maxExtension {
		return e
	}
	return ""
}

// ticketTags are the filters' words of a ticket, joined by spaces; no body and
// no measure are 0.
func (t *tx) ticketTags(ticketID int64) (string, error) {
	var channel, province, measures, topics, codes string
	var mailbox, body int64
	err := t.get(into(&channel, &mailbox, &body, &province, &measures, &topics, &codes), `SELECT t.channel, t.mailbox_id,
		  COALESCE(t.organization_id, 0), COALESCE(o.province, ''),
		  COALESCE((SELECT group_concat(measure_id, ' ') FROM ticket_measure WHERE ticket_id = t.id), '0'),
		  COALESCE((SELECT group_concat(topic_id, ' ') FROM ticket_topic WHERE ticket_id = t.id), ''),
		  COALESCE((SELECT group_concat(code, ' ') FROM ticket_code WHERE ticket_id = t.id), '')
		FROM ticket t LEFT JOIN organization o ON o.id = t.organization_id WHERE t.id = $1`, ticketID)
	if err != nil {
		return "", fmt.Errorf("tags of ticket %d: %w", ticketID, err)
	}
	tags := []string{tagWord('c', channel), tagID('b', mailbox), tagID('o', body)}
	for _, some := range []struct {
		kind  byte
		words string
	}{{'p', province}, {'m', measures}, {'t', topics}, {'k', codes}} {
		for w := range strings.FieldsSeq(some.words) {
			tags = append(tags, tagWord(some.kind, w))
		}
	}
	return strings.Join(tags, " "), nil
}

// retagged bounds how many messages are indexed again in the transaction that
// changed their tickets; the others follow, see Reindex. One takes half a
// millisecond.
const maxRetagged = 60

// retag has the messages of a ticket indexed again with the filters' words that
// the ticket has at the end of the transaction. Whoever changes body, measure,
// topic, code, channel or mailbox of a ticket calls it.
func (t *tx) retag(ticketID int64) {
	if !slices.Contains(t.retagged, ticketID) {
		t.retagged = append(t.retagged, ticketID)
	}
}

// retagMoved retags a ticket that is about to be saved with another body,
// channel or mailbox.
func (t *tx) retagMoved(v *helpdesk.Ticket) error {
	same, err := one(t, scanInt, `SELECT channel = $1 AND mailbox_id = $2 AND organization_id IS $3 FROM ticket WHERE id = $4`,
		v.Channel, v.MailboxID, ref(v.OrganizationID), v.ID)
	if errors.Is(err, helpdesk.ErrNone) {
		return nil // the save tells
	}
	if err == nil && same == 0 {
		t.retag(v.ID)
	}
	return err
}

// collectRetagged takes the messages of retagged tickets out of the index, the
// newest first, and adds them to those that will be written.
func (t *tx) collectRetagged() error {
	room := maxRetagged
	for _, id := range t.retagged {
		n, err := t.reindexTicket(id, math.MaxInt64, room)
		if err != nil {
			return err
		}
		room -= n
	}
	t.retagged = nil
	return nil
}

// reindexTicket reads at most room messages of a ticket below an id for the
// index and notes where it has to go on. Messages that the transaction writes
// anyway are passed over.
func (t *tx) reindexTicket(ticketID, below int64, room int) (int, error) {
	ids, err := list(t, scanInt, `SELECT id FROM message INDEXED BY message_ticket
		WHERE ticket_id = $1 AND id < $2 ORDER BY id DESC`, ticketID, below)
	if err != nil {
		return 0, fmt.Errorf("index ticket %d again: %w", ticketID, err)
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool {
		return slices.ContainsFunc(t.unindexed, func(w messageWords) bool { return w.messageID == id })
	})
	if len(ids) <= room {
		_, err = t.exec(`DELETE FROM reindex WHERE ticket_id = $1`, ticketID)
	} else {
		_, err = t.exec(`INSERT INTO reindex (ticket_id, below) VALUES ($1, $2)
			ON CONFLICT (ticket_id) DO UPDATE SET below = excluded.below`, ticketID, ids[room]+1)
		ids = ids[:room]
	}
	if err != nil {
		return 0, fmt.Errorf("index ticket %d again: %w", ticketID, err)
	}
	for _, id := range ids {
		if err := t.reindexMessage(id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (t *tx) reindexMessage(id int64) error {
	m, err := t.MessageByID(id)
	if err == nil {
		_, err = t.exec(`DELETE FROM message_fts WHERE rowid = $1`, id)
	}
	if err != nil {
		return fmt.Errorf("index message %d again: %w", id, err)
	}
	t.index(&m)
	return nil
}

// reindexPause lets others write between two transactions of Reindex.
const reindexPause = 20 * time.Millisecond

// Reindex indexes the messages that changes of their tickets left for later and
// returns how many. What it has not done yet stands in the table reindex.
func (s *Store) Reindex(ctx context.Context) (done int, err error) {
	for {
		n := 0
		err := s.Update(ctx, func(w helpdesk.Tx) (err error) {
			n, err = w.(*tx).reindexNext()
			return err
		})
		done += n
		if errors.Is(err, helpdesk.ErrNone) {
			return done, nil
		}
		if err != nil {
			return done, fmt.Errorf("reindex: %w", err)
		}
		select {
		case <-time.After(reindexPause):
		case <-ctx.Done():
			return done, ctx.Err()
		}
	}
}

func (t *tx) reindexNext() (int, error) {
	next, err := one(t, scanPlace, `SELECT below, ticket_id FROM reindex ORDER BY ticket_id LIMIT 1`)
	if err != nil {
		return 0, err
	}
	return t.reindexTicket(next.id, next.key, maxRetagged)
}
