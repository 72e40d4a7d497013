package store

import (
	"fmt"
	"slices"

	"sportello/helpdesk"
)

const sourceColumns = `l.id, l.act, l.article, l.url, l.read_on, l.valid_from, l.valid_to, l.superseded_on, COALESCE(l.superseded_by, 0)`

func scanSourceWith(s scanner, l *helpdesk.LegalSource, more ...any) error {
	return s.Scan(append([]any{&l.ID, &l.Act, &l.Article, &l.URL, &l.ReadOn, &l.ValidFrom, &l.ValidTo,
		&l.SupersededOn, &l.SupersededBy}, more...)...)
}

func scanSource(s scanner) (l helpdesk.LegalSource, err error) {
	err = scanSourceWith(s, &l)
	return l, err
}

func (t *tx) LegalSourceByID(id int64) (helpdesk.LegalSource, error) {
	l, err := one(t, scanSource, `SELECT `+sourceColumns+` FROM legal_source l WHERE l.id = $1`, id)
	return l, wrapf(err, "legal source %d", id)
}

func (t *tx) LegalSourceNamed(act, article string) (helpdesk.LegalSource, error) {
	l, err := one(t, scanSource, `SELECT `+sourceColumns+` FROM legal_source l WHERE l.act = $1 AND l.article = $2`, act, article)
	return l, wrapf(err, "legal source by name")
}

func (t *tx) SaveLegalSource(l *helpdesk.LegalSource) error {
	values := []any{l.Act, l.Article, l.URL, l.ReadOn, l.ValidFrom, l.ValidTo, l.SupersededOn, ref(l.SupersededBy)}
	if l.ID == 0 {
		err := t.get(into(&l.ID), `INSERT INTO legal_source (act, article, url, read_on, valid_from, valid_to, superseded_on, superseded_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`, values...)
		return wrapf(err, "save legal source")
	}
	_, err := t.exec(`UPDATE legal_source SET act = $1, article = $2, url = $3, read_on = $4, valid_from = $5, valid_to = $6,
		superseded_on = $7, superseded_by = $8 WHERE id = $9`, append(values, l.ID)...)
	return wrapf(err, "save legal source %d", l.ID)
}

func (t *tx) SaveReusable(r helpdesk.Reusable, sourceID int64) error {
	_, err := t.exec(`INSERT INTO reusable (message_id, marked_by, marked_at, valid_from, valid_to, note)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO UPDATE SET marked_by = excluded.marked_by,
		  marked_at = excluded.marked_at, valid_from = excluded.valid_from, valid_to = excluded.valid_to, note = excluded.note`,
		r.MessageID, r.By, r.At.UnixMilli(), r.ValidFrom, r.ValidTo, r.Note)
	if err == nil && sourceID != 0 {
		_, err = t.exec(`INSERT INTO reusable_source (message_id, source_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, r.MessageID, sourceID)
	}
	return wrapf(err, "save reusable answer %d", r.MessageID)
}

func (t *tx) DropReusable(messageID int64) error {
	_, err := t.exec(`DELETE FROM reusable WHERE message_id = $1`, messageID)
	return wrapf(err, "drop reusable answer %d", messageID)
}

func scanReusable(s scanner) (r helpdesk.Reusable, err error) {
	err = s.Scan(&r.MessageID, &r.By, at(&r.At), &r.ValidFrom, &r.ValidTo, &r.Note)
	return r, err
}

func (t *tx) ReusableOf(messageIDs []int64) (map[int64]helpdesk.Reusable, error) {
	found := map[int64]helpdesk.Reusable{}
	marks, err := list(t, scanReusable, `SELECT r.message_id, r.marked_by, r.marked_at, r.valid_from, r.valid_to, r.note
		FROM reusable r WHERE r.message_id IN `+inIDs, ids(messageIDs))
	if err != nil || len(marks) == 0 {
		return found, wrapf(err, "reusable answers")
	}
	for _, r := range marks {
		found[r.MessageID] = r
	}
	type sourceOf struct {
		helpdesk.LegalSource
		messageID int64
	}
	sources, err := list(t, func(s scanner) (l sourceOf, err error) {
		err = scanSourceWith(s, &l.LegalSource, &l.messageID)
		return l, err
	}, `SELECT `+sourceColumns+`, r.message_id FROM reusable_source r JOIN legal_source l ON l.id = r.source_id
		WHERE r.message_id IN `+inIDs+` ORDER BY l.act, l.article`, ids(messageIDs))
	if err != nil {
		return nil, fmt.Errorf("sources of reusable answers: %w", err)
	}
	for _, l := range sources {
		r := found[l.messageID]
		r.Sources = append(r.Sources, l.LegalSource)
		found[l.messageID] = r
	}
	return found, nil
}

// addReusable adds to our answers whether others may be written from them, and
// what they were written from.
func (t *tx) addReusable(index map[int64]*helpdesk.MessageView, messageIDs []int64) error {
	type use struct {
		helpdesk.UsedAnswer
		by int64
	}
	uses, err := list(t, func(s scanner) (u use, err error) {
		err = s.Scan(&u.by, &u.MessageID, &u.Number)
		return u, err
	}, `SELECT u.message_id, u.used_id, t.number FROM answer_use u JOIN message m ON m.id = u.used_id JOIN ticket t ON t.id = m.ticket_id
		WHERE u.message_id IN `+inIDs+` ORDER BY u.message_id, u.used_id`, ids(messageIDs))
	if err != nil {
		return fmt.Errorf("used answers: %w", err)
	}
	all := slices.Clone(messageIDs)
	for _, u := range uses {
		all = append(all, u.MessageID)
	}
	marks, err := t.ReusableOf(all)
	if err != nil {
		return err
	}
	for _, u := range uses {
		if mark, ok := marks[u.MessageID]; ok {
			u.Reusable = mark
		}
		index[u.by].Used = append(index[u.by].Used, u.UsedAnswer)
	}
	for _, id := range messageIDs {
		if mark, ok := marks[id]; ok {
			index[id].Reusable = &mark
		}
	}
	return nil
}
