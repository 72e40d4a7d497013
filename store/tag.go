package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk"
)

func (t *tx) TagsOf(ticketID int64) (v helpdesk.Tags, err error) {
	v.Measures, err = list(t, scanMeasureTag, `SELECT measure_id, main, source, confirmed, confidence, reason
		FROM ticket_measure WHERE ticket_id = $1 ORDER BY main DESC, measure_id`, ticketID)
	if err == nil {
		v.Topics, err = list(t, scanTopicTag, `SELECT topic_id, source, confirmed, confidence, reason
			FROM ticket_topic WHERE ticket_id = $1 ORDER BY topic_id`, ticketID)
	}
	if err == nil {
		v.Codes, err = list(t, scanTicketCode, `SELECT kind, code FROM ticket_code WHERE ticket_id = $1
			ORDER BY kind, code`, ticketID)
	}
	return v, wrapf(err, "tags of ticket %d", ticketID)
}

func scanMeasureTag(s scanner) (m helpdesk.MeasureTag, err error) {
	err = s.Scan(&m.MeasureID, &m.Main, &m.Source, &m.Confirmed, &m.Confidence, &m.Reason)
	return m, err
}

func scanTopicTag(s scanner) (p helpdesk.TopicTag, err error) {
	err = s.Scan(&p.TopicID, &p.Source, &p.Confirmed, &p.Confidence, &p.Reason)
	return p, err
}

func scanTicketCode(s scanner) (c helpdesk.TicketCode, err error) {
	err = s.Scan(&c.Kind, &c.Code)
	return c, err
}

// SaveTags replaces all tags of a ticket.
func (t *tx) SaveTags(ticketID int64, v helpdesk.Tags) error {
	for _, table := range []string{"ticket_measure", "ticket_topic", "ticket_code"} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE ticket_id = $1`, ticketID); err != nil {
			return fmt.Errorf("save tags of ticket %d: %w", ticketID, err)
		}
	}
	t.retag(ticketID)
	return wrapf(t.insertTags(ticketID, v), "save tags of ticket %d", ticketID)
}

func (t *tx) insertTags(ticketID int64, v helpdesk.Tags) error {
	for _, m := range v.Measures {
		_, err := t.exec(`INSERT INTO ticket_measure (ticket_id, measure_id, main, source, confirmed, confidence, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, ticketID, m.MeasureID, m.Main, m.Source, m.Confirmed, m.Confidence, m.Reason)
		if err != nil {
			return err
		}
	}
	for _, p := range v.Topics {
		_, err := t.exec(`INSERT INTO ticket_topic (ticket_id, topic_id, source, confirmed, confidence, reason)
			VALUES ($1, $2, $3, $4, $5, $6)`, ticketID, p.TopicID, p.Source, p.Confirmed, p.Confidence, p.Reason)
		if err != nil {
			return err
		}
	}
	for _, c := range v.Codes {
		_, err := t.exec(`INSERT INTO ticket_code (ticket_id, kind, code) VALUES ($1, $2, $3)`, ticketID, c.Kind, c.Code)
		if err != nil {
			return err
		}
	}
	return nil
}

// SaveVerdict notes what became of a proposal; only the first time counts.
func (t *tx) SaveVerdict(v helpdesk.Verdict) error {
	_, err := t.exec(`INSERT INTO verdict (ticket_id, kind, source, proposed, chosen, user_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket_id, kind) DO NOTHING`,
		v.TicketID, v.Kind, v.Source, joinIDs(v.Proposed), joinIDs(v.Chosen), v.UserID, v.At.UnixMilli())
	return wrapf(err, "verdict on ticket %d", v.TicketID)
}

func joinIDs(all []int64) string {
	words := make([]string, len(all))
	for i, id := range all {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, " ")
}

// Verdicts counts what became of proposals in a span of time, by their source.
func (s *Store) Verdicts(ctx context.Context, kind helpdesk.VerdictKind, from, to time.Time) ([]helpdesk.VerdictCount, error) {
	scan := func(s scanner) (v helpdesk.VerdictCount, err error) {
		err = s.Scan(&v.Source, &v.Proposals, &v.Kept)
		return v, err
	}
	all, err := read(ctx, s, func(t *tx) ([]helpdesk.VerdictCount, error) {
		return list(t, scan, `SELECT source, count(*), sum(proposed = chosen) FROM verdict INDEXED BY verdict_time
			WHERE kind = $1 AND at >= $2 AND at < $3 GROUP BY source ORDER BY source`, kind, from.UnixMilli(), to.UnixMilli())
	})
	return all, wrapf(err, "verdicts on %s", kind)
}
