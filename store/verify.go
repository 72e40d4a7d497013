package store

import (
	"context"
	"fmt"
)

// maxProblems is how many lines a check returns at most.
const maxProblems = 100

func scanProblem(s scanner) (string, error) { return scanString(s) }

// IntegrityCheck reads the whole file and its full-text index and returns
// what is damaged, nothing if all is well.
func (s *Store) IntegrityCheck(ctx context.Context) ([]string, error) {
	all, err := read(ctx, s, func(t *tx) ([]string, error) {
		return list(t, scanProblem, fmt.Sprintf(`PRAGMA integrity_check(%d)`, maxProblems))
	})
	if err != nil {
		return nil, fmt.Errorf("integrity check: %w", err)
	}
	if len(all) == 1 && all[0] == "ok" {
		return nil, nil
	}
	return all, nil
}

// ForeignKeyCheck returns the rows that refer to rows that are not there.
func (s *Store) ForeignKeyCheck(ctx context.Context) ([]string, error) {
	all, err := read(ctx, s, func(t *tx) ([]string, error) {
		return list(t, scanProblem, fmt.Sprintf(`SELECT "table" || ' ' || COALESCE(rowid, '?') || ': no such ' || "parent"
			FROM pragma_foreign_key_check LIMIT %d`, maxProblems))
	})
	return all, wrapf(err, "foreign key check")
}

// orphans are what no rule of the desk leaves behind; each selects what to
// tell a person.
var orphans = []string{
	`SELECT 'raw message ' || r.id || ': received, but on no ticket' FROM raw_message r WHERE r.state = 'received'
	   AND NOT EXISTS (SELECT 1 FROM message m WHERE m.raw_id = r.id)
	   AND NOT EXISTS (SELECT 1 FROM message_copy c WHERE c.raw_id = r.id)`,
	`SELECT 'message ' || m.id || ': no body' FROM message m
	   WHERE NOT EXISTS (SELECT 1 FROM message_body b WHERE b.message_id = m.id)`,
	`SELECT 'message ' || m.id || ': not in the full text' FROM message m
	   WHERE NOT EXISTS (SELECT 1 FROM message_fts_docsize d WHERE d.id = m.id)`,
	`SELECT 'full text ' || d.id || ': no such message' FROM message_fts_docsize d
	   WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = d.id)`,
	`SELECT 'answer ' || a.id || ': not in the index' FROM answer a
	   WHERE NOT EXISTS (SELECT 1 FROM answer_fts_docsize d WHERE d.id = a.id)`,
	`SELECT 'index of answers ' || d.id || ': no such answer' FROM answer_fts_docsize d
	   WHERE NOT EXISTS (SELECT 1 FROM answer a WHERE a.id = d.id)`,
	`SELECT 'answers: ' || n || ' counted, ' || (SELECT count(*) FROM answer) || ' stored' FROM answer_stem
	   WHERE stem = '' AND n <> (SELECT count(*) FROM answer)`,
	`SELECT 'ledger of box ' || l.box_id || ', uid ' || l.uid || ': ' || l.state || ', but no message kept' FROM ledger l
	   WHERE l.state IN ('stored', 'oversized') AND l.raw_id IS NULL`,
	`SELECT 'blob ' || b.id || ': ' || b.size || ' bytes, but ' || COALESCE(sum(length(c.data)), 0) || ' stored'
	   FROM blob b LEFT JOIN blob_chunk c ON c.blob_id = b.id GROUP BY b.id
	   HAVING COALESCE(sum(length(c.data)), 0) <> b.size`,
	`SELECT 'ticket ' || t.id || ': merged, but still holds messages' FROM ticket t
	   WHERE t.state = 'merged' AND EXISTS (SELECT 1 FROM message m WHERE m.ticket_id = t.id)`,
	`SELECT 'ticket ' || t.id || ': in the wrong part of the queue' FROM ticket t
	   WHERE t.active <> (t.state IN ('new', 'open', 'waiting_org', 'waiting_third', 'snoozed'))`,
	`SELECT 'ticket ' || t.id || ': its measure is not the main one of its tags' FROM ticket t
	   LEFT JOIN ticket_measure k ON k.ticket_id = t.id AND k.main = 1
	   WHERE t.state <> 'merged' AND COALESCE(t.measure_id, 0) <> COALESCE(k.measure_id, 0)`,
	`SELECT 'event ' || e.id || ': the one before is missing' FROM event e
	   WHERE e.id > 1 AND NOT EXISTS (SELECT 1 FROM event p WHERE p.id = e.id - 1)`,
}

// OrphanCheck returns what belongs to nothing: raw messages received but on no
// ticket, messages without body or full text, ledger rows without bytes …
func (s *Store) OrphanCheck(ctx context.Context) ([]string, error) {
	var all []string
	err := s.view(ctx, func(t *tx) error {
		for _, query := range orphans {
			some, err := list(t, scanProblem, fmt.Sprintf(`%s LIMIT %d`, query, maxProblems))
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	return all, wrapf(err, "orphan check")
}
