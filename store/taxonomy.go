package store

import (
	"fmt"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/pnrr"
)

const (
	measureColumns = `id, version, programme, code, unique_code, cid, title, short, ministry, state, state_note,
	desk, feeds_regis, keywords, note, valid_from, valid_to`
	topicColumns = `id, version, code, label, keywords, valid_from, valid_to`
)

// measureWords is the JSON of what a measure is recognised by.
type measureWords struct {
	Strong   []string    `json:"strong,omitempty"`
	Weak     []string    `json:"weak,omitempty"`
	Negative []string    `json:"negative,omitempty"`
	Lines    []pnrr.Line `json:"lines,omitempty"`
}

func scanMeasure(s scanner) (m helpdesk.Measure, err error) {
	var w measureWords
	err = s.Scan(&m.ID, &m.Version, &m.Programme, &m.Code, &m.Unique, &m.CID, &m.Title, &m.Short, &m.Ministry,
		&m.State, &m.StateNote, &m.Desk, &m.FeedsReGiS, fromJSON(&w), &m.Note, &m.ValidFrom, &m.ValidTo)
	m.Strong, m.Weak, m.Negative, m.Lines = w.Strong, w.Weak, w.Negative, w.Lines
	return m, err
}

func scanTopic(s scanner) (v helpdesk.Topic, err error) {
	err = s.Scan(&v.ID, &v.Version, &v.Code, &v.Label, fromJSON(&v.Keywords), &v.ValidFrom, &v.ValidTo)
	return v, err
}

func (t *tx) Measures() ([]helpdesk.Measure, error) {
	all, err := list(t, scanMeasure, `SELECT `+measureColumns+` FROM measure ORDER BY desk DESC, code, programme`)
	return all, wrapf(err, "measures")
}

func (t *tx) MeasureByID(id int64) (helpdesk.Measure, error) {
	m, err := one(t, scanMeasure, `SELECT `+measureColumns+` FROM measure WHERE id = $1`, id)
	return m, wrapf(err, "measure %d", id)
}

func (t *tx) MeasureByUnique(code string) (int64, error) {
	id, err := optional(one(t, scanInt, `SELECT id FROM measure INDEXED BY measure_unique
		WHERE unique_code = $1 AND unique_code <> '' ORDER BY id LIMIT 1`, code))
	return id, wrapf(err, "measure by codice univoco")
}

func (t *tx) Topics() ([]helpdesk.Topic, error) {
	all, err := list(t, scanTopic, `SELECT `+topicColumns+` FROM topic ORDER BY label`)
	return all, wrapf(err, "topics")
}

func (t *tx) TopicByID(id int64) (helpdesk.Topic, error) {
	v, err := one(t, scanTopic, `SELECT `+topicColumns+` FROM topic WHERE id = $1`, id)
	return v, wrapf(err, "topic %d", id)
}

func (t *tx) SaveMeasure(m *helpdesk.Measure, at time.Time) error {
	words := asJSON(measureWords{m.Strong, m.Weak, m.Negative, m.Lines})
	values := []any{m.Programme, m.Code, m.Unique, m.CID, m.Title, m.Short, m.Ministry, m.State, m.StateNote,
		m.Desk, m.FeedsReGiS, words, m.Note, m.ValidFrom, m.ValidTo}
	if m.ID == 0 {
		m.Version = 1
		err := t.get(into(&m.ID), `INSERT INTO measure (version, programme, code, unique_code, cid, title, short,
			  ministry, state, state_note, desk, feeds_regis, keywords, note, valid_from, valid_to)
			VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`, values...)
		return wrapf(err, "insert measure %s", m.Code)
	}
	was, err := t.MeasureByID(m.ID)
	if err != nil {
		return err
	}
	if was.Version != m.Version {
		return fmt.Errorf("save measure %s: %w", m.Code, helpdesk.ErrStale)
	}
	if err := t.keepWas("measure", m.ID, m.Version, at, was.Measure); err != nil {
		return err
	}
	m.Version++
	_, err = t.exec(`UPDATE measure SET version = version + 1, programme = $1, code = $2, unique_code = $3, cid = $4,
		  title = $5, short = $6, ministry = $7, state = $8, state_note = $9, desk = $10, feeds_regis = $11,
		  keywords = $12, note = $13, valid_from = $14, valid_to = $15 WHERE id = $16`, append(values, m.ID)...)
	return wrapf(err, "save measure %s", m.Code)
}

func (t *tx) SaveTopic(v *helpdesk.Topic, at time.Time) error {
	values := []any{v.Code, v.Label, asJSON(v.Keywords), v.ValidFrom, v.ValidTo}
	if v.ID == 0 {
		v.Version = 1
		err := t.get(into(&v.ID), `INSERT INTO topic (version, code, label, keywords, valid_from, valid_to)
			VALUES (1, $1, $2, $3, $4, $5) RETURNING id`, values...)
		return wrapf(err, "insert topic %s", v.Code)
	}
	was, err := t.TopicByID(v.ID)
	if err != nil {
		return err
	}
	if was.Version != v.Version {
		return fmt.Errorf("save topic %s: %w", v.Code, helpdesk.ErrStale)
	}
	if err := t.keepWas("topic", v.ID, v.Version, at, was); err != nil {
		return err
	}
	v.Version++
	_, err = t.exec(`UPDATE topic SET version = version + 1, code = $1, label = $2, keywords = $3, valid_from = $4,
		  valid_to = $5 WHERE id = $6`, append(values, v.ID)...)
	return wrapf(err, "save topic %s", v.Code)
}

func (t *tx) keepWas(kind string, id, version int64, until time.Time, said any) error {
	_, err := t.exec(`INSERT INTO taxonomy_was (kind, object_id, version, until_at, said) VALUES ($1, $2, $3, $4, $5)`,
		kind, id, version, until.UnixMilli(), asJSON(said))
	return wrapf(err, "keep %s %d as it was", kind, id)
}

func (t *tx) Learned(kind helpdesk.VerdictKind, fn func(label int64, stem string, n int)) error {
	scan := func(s scanner) (struct{}, error) {
		var label int64
		var stem string
		var n int
		err := s.Scan(&label, &stem, &n)
		if err == nil {
			fn(label, stem, n)
		}
		return struct{}{}, err
	}
	err := each(t, scan, func(struct{}) bool { return true },
		`SELECT label, stem, n FROM learned WHERE kind = $1 ORDER BY label, stem`, kind)
	return wrapf(err, "learned of %s", kind)
}

func (t *tx) Learn(kind helpdesk.VerdictKind, label int64, stems []string, by int) error {
	_, err := t.exec(`INSERT INTO learned (kind, label, stem, n)
		SELECT $1, $2, value, $3 FROM (SELECT '' AS value UNION SELECT value FROM json_each($4)) WHERE true
		ON CONFLICT (kind, label, stem) DO UPDATE SET n = learned.n + excluded.n`, kind, label, by, asJSON(append([]string{}, stems...)))
	if err == nil && by < 0 {
		_, err = t.exec(`DELETE FROM learned WHERE kind = $1 AND label = $2 AND n <= 0`, kind, label)
	}
	return wrapf(err, "learn %s %d", kind, label)
}
