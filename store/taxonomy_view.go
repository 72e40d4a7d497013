package store

import (
	"context"

	"sportello/helpdesk"
)

// taxonomy is what a ticket's page offers: the words by which measures are
// recognised are the greater part of a row, and not read.
func (t *tx) taxonomy() (v helpdesk.Taxonomy, err error) {
	measure := func(s scanner) (m helpdesk.Measure, err error) {
		err = s.Scan(&m.ID, &m.Programme, &m.Code, &m.Title, &m.Short, &m.State, &m.Desk, &m.ValidFrom, &m.ValidTo)
		return m, err
	}
	topic := func(s scanner) (p helpdesk.Topic, err error) {
		err = s.Scan(&p.ID, &p.Code, &p.Label, &p.ValidFrom, &p.ValidTo)
		return p, err
	}
	v.Measures, err = list(t, measure, `SELECT id, programme, code, title, short, state, desk, valid_from, valid_to
		FROM measure ORDER BY desk DESC, code, programme`)
	if err == nil {
		v.Topics, err = list(t, topic, `SELECT id, code, label, valid_from, valid_to FROM topic ORDER BY label`)
	}
	return v, wrapf(err, "taxonomy")
}

// Taxonomy returns all measures and topics without their words.
func (s *Store) Taxonomy(ctx context.Context) (helpdesk.Taxonomy, error) {
	return read(ctx, s, (*tx).taxonomy)
}
