package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sportello/helpdesk"
)

// maxHits is how many messages that hold the words one page looks at: each is
// two seeks, which in a million tickets are two pages of the file. Only a
// test changes it.
var maxHits = 600

// mostHits is fewer for several words: where one is everywhere and another
// seldom, FTS5 leafs through the one to the places of the other, which takes
// 25 µs each in a million tickets instead of 1.
func mostHits(words string) int {
	if strings.Contains(words, " AND ") {
		return maxHits / 4
	}
	return maxHits
}

// search finds tickets by the words of their messages: the newest message
// first, or the oldest where that is the order; the other orders sort within
// the page. Cursor.Key is a message id; there is no way back but the first
// page. A number finds its ticket, whatever the view.
func (t *tx) search(q helpdesk.QueueQuery) (helpdesk.QueuePage, error) {
	if n, ok := helpdesk.ParseNumber(strings.Trim(strings.TrimSpace(q.Text), "[#]")); ok {
		return t.byNumber(q, n)
	}
	words, err := t.words(q.Text)
	if err != nil || words == "" {
		return helpdesk.QueuePage{}, err
	}
	found, next, stopped, err := t.hits(q, words)
	if err != nil {
		return helpdesk.QueuePage{}, err
	}
	page := helpdesk.QueuePage{Next: next, Stopped: stopped}
	found, err = t.dropShown(q, words, found)
	if err != nil {
		return page, err
	}
	page.Rows, err = t.rows(found, q.UserID)
	sortRows(page.Rows, q.Sort)
	return page, err
}

// byNumber shows the ticket, or the one that holds its messages now.
func (t *tx) byNumber(q helpdesk.QueueQuery, n helpdesk.Number) (page helpdesk.QueuePage, err error) {
	id, err := one(t, scanInt, `SELECT COALESCE(merged_into, id) FROM ticket WHERE number = $1`, n)
	if errors.Is(err, helpdesk.ErrNone) {
		return page, nil
	}
	if err != nil {
		return page, err
	}
	page.Rows, err = t.rows([]int64{id}, q.UserID)
	return page, err
}

// hits collects the tickets of one page in the order in which their messages
// are met, and where the next page goes on. Messages that the filters drop
// come along as ticket 0: where the last of them lies need not be sought anew.
func (t *tx) hits(q helpdesk.QueueQuery, words string) (found []int64, next helpdesk.Cursor, stopped bool, err error) {
	s := &queueScan{}
	matches, most := hitScan(s, q, words), mostHits(words)
	where := append(viewConditions(s, q), ticketFilters(s, q)...)
	full, seen, last := false, 0, int64(0) // last is the message of the last hit
	err = each(t, scanPlace, func(p place) bool {
		if p.id != 0 && !slices.Contains(found, p.id) {
			if full = len(found) == q.Limit; full {
				return false
			}
			found = append(found, p.id)
		}
		seen++
		last = p.key
		return true
	}, fmt.Sprintf(`SELECT h.id, COALESCE((SELECT t.id FROM message m INDEXED BY message_place
		  CROSS JOIN ticket t INDEXED BY ticket_filter ON t.id = m.ticket_id
		  WHERE m.id = h.id AND t.state <> 'merged' AND %s), 0)
		FROM (%s LIMIT %d) h`, strings.Join(where, " AND "), matches, most), s.args...)
	if err != nil || !full && seen < most {
		return found, helpdesk.Cursor{}, false, err
	}
	return found, helpdesk.Cursor{Key: last}, !full, nil
}

// hitScan selects the messages that hold the words, from where the page begins.
func hitScan(s *queueScan, q helpdesk.QueueQuery, words string) string {
	than, dir := "<", "DESC"
	if q.Sort == helpdesk.SortOldest {
		than, dir = ">", "ASC"
	}
	query := `SELECT rowid AS id FROM message_fts WHERE message_fts MATCH ` + s.arg(words)
	if q.After.Key != 0 {
		query += fmt.Sprintf(` AND rowid %s %s`, than, s.arg(q.After.Key))
	}
	return query + ` ORDER BY rowid ` + dir
}

// maxLooks is how many messages are looked at to tell whether an earlier page
// showed their ticket: each is a search of its own.
const maxLooks = 100

// dropShown leaves out tickets that an earlier page showed for another of
// their messages. Beyond maxLooks one may come twice.
func (t *tx) dropShown(q helpdesk.QueueQuery, words string, found []int64) ([]int64, error) {
	if q.After.Key == 0 || len(found) == 0 {
		return found, nil
	}
	than, dir := ">=", "ASC"
	if q.Sort == helpdesk.SortOldest {
		than, dir = "<=", "DESC"
	}
	shown, err := list(t, scanInt, fmt.Sprintf(`SELECT DISTINCT m.ticket_id FROM (SELECT id, ticket_id
		  FROM message INDEXED BY message_ticket WHERE ticket_id IN %s AND id %s $2 ORDER BY id %s LIMIT %d) m
		CROSS JOIN message_fts f ON f.rowid = m.id WHERE message_fts MATCH $3`, inIDs, than, dir, maxLooks),
		ids(found), q.After.Key, words)
	if err != nil {
		return nil, fmt.Errorf("shown before: %w", err)
	}
	return slices.DeleteFunc(found, func(id int64) bool { return slices.Contains(shown, id) }), nil
}

// sortRows brings a page into the orders that full text does not give.
func sortRows(rows []helpdesk.QueueRow, by helpdesk.Sort) {
	switch by {
	case helpdesk.SortOpened:
		slices.SortStableFunc(rows, func(a, b helpdesk.QueueRow) int { return b.OpenedAt.Compare(a.OpenedAt) })
	case helpdesk.SortNumber:
		slices.SortStableFunc(rows, func(a, b helpdesk.QueueRow) int { return cmp.Compare(b.Number, a.Number) })
	}
}
