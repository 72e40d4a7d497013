package store

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"sportello/helpdesk"
)

// answerWords are what is to be written into the index of answered questions
// at the end of the transaction: see indexAll.
type answerWords struct {
	id         int64
	was, stems []string // nil: the question was not there, or is no longer
}

const answerColumns = `a.id, a.ticket_id, a.question_id, a.reply_id, a.size, a.at`

func scanAnswerWith(s scanner, a *helpdesk.Answer, more ...any) error {
	return s.Scan(append([]any{&a.ID, &a.TicketID, &a.QuestionID, &a.ReplyID, &a.Size, at(&a.At)}, more...)...)
}

func (t *tx) AnswerOf(ticketID int64) (helpdesk.Answer, error) {
	a, err := one(t, func(s scanner) (a helpdesk.Answer, err error) {
		err = scanAnswerWith(s, &a)
		return a, err
	}, `SELECT `+answerColumns+` FROM answer a WHERE a.ticket_id = $1`, ticketID)
	return a, wrapf(err, "answer of ticket %d", ticketID)
}

// SaveAnswer touches the index only where the question says something else
// than before: most further answers come to the same question.
func (t *tx) SaveAnswer(a *helpdesk.Answer) error {
	stems := strings.Join(a.Stems, " ")
	if a.ID == 0 {
		err := t.get(into(&a.ID), `INSERT INTO answer (ticket_id, question_id, reply_id, size, at, stems)
			VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, a.TicketID, a.QuestionID, a.ReplyID, a.Size, a.At.UnixMilli(), stems)
		t.answers = append(t.answers, answerWords{id: a.ID, stems: a.Stems})
		return wrapf(err, "save answer of ticket %d", a.TicketID)
	}
	was, err := one(t, scanString, `SELECT stems FROM answer WHERE id = $1`, a.ID)
	if err == nil {
		_, err = t.exec(`UPDATE answer SET question_id = $1, reply_id = $2, size = $3, at = $4, stems = $5 WHERE id = $6`,
			a.QuestionID, a.ReplyID, a.Size, a.At.UnixMilli(), stems, a.ID)
	}
	if was != stems {
		t.answers = append(t.answers, answerWords{a.ID, strings.Fields(was), a.Stems})
	}
	return wrapf(err, "save answer of ticket %d", a.TicketID)
}

func (t *tx) DropAnswer(ticketID int64) error {
	var id int64
	var stems string
	err := t.get(into(&id, &stems), `DELETE FROM answer WHERE ticket_id = $1 RETURNING id, stems`, ticketID)
	if errors.Is(err, helpdesk.ErrNone) {
		return nil
	}
	t.answers = append(t.answers, answerWords{id: id, was: strings.Fields(stems)})
	return wrapf(err, "drop answer of ticket %d", ticketID)
}

// indexAnswers writes the index last; see indexAll. The counts go first: they
// are ordinary rows.
func (t *tx) indexAnswers() error {
	if len(t.answers) == 0 {
		return nil
	}
	counts := map[string]int{}
	for _, w := range t.answers {
		addCounts(counts, w.was, -1)
		addCounts(counts, w.stems, 1)
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	_, err := t.exec(`INSERT INTO answer_stem (stem, n) SELECT key, value FROM json_each($1) WHERE true ORDER BY key
		ON CONFLICT (stem) DO UPDATE SET n = n + excluded.n`, asJSON(counts))
	if err != nil {
		return fmt.Errorf("index answers: counts: %w", err)
	}
	for _, w := range t.answers {
		if w.was != nil {
			if _, err := t.exec(`DELETE FROM answer_fts WHERE rowid = $1`, w.id); err != nil {
				return fmt.Errorf("index answers: %w", err)
			}
		}
		if w.stems != nil {
			_, err := t.exec(`INSERT INTO answer_fts (rowid, stems) VALUES ($1, $2)`, w.id, strings.Join(w.stems, " "))
			if err != nil {
				return fmt.Errorf("index answers: %w", err)
			}
		}
	}
	return nil
}

// addCounts counts the stems of one question, and under "" the question.
func addCounts(counts map[string]int, stems []string, by int) {
	if stems == nil {
		return
	}
	counts[""] += by
	for _, s := range stems {
		counts[s] += by
	}
}

func (t *tx) StemCounts(stems []string) (map[string]int, error) {
	counts := map[string]int{}
	type count struct {
		stem string
		n    int
	}
	err := each(t, func(s scanner) (c count, err error) {
		err = s.Scan(&c.stem, &c.n)
		return c, err
	}, func(c count) bool {
		counts[c.stem] = c.n
		return true
	}, `SELECT s.stem, s.n FROM json_each($1) j CROSS JOIN answer_stem s ON s.stem = j.value WHERE s.n > 0`, asJSON(stems))
	return counts, wrapf(err, "counts of stems")
}

func (t *tx) AnswersWith(stem string, limit int) ([]int64, error) {
	all, err := list(t, scanInt, `SELECT rowid FROM answer_fts WHERE answer_fts MATCH $1 ORDER BY rowid DESC LIMIT $2`,
		phrases([]string{stem}), limit)
	return all, wrapf(err, "answers with a stem")
}

func (t *tx) AnsweredQuestions(answerIDs []int64) ([]helpdesk.AnsweredQuestion, error) {
	scan := func(s scanner) (q helpdesk.AnsweredQuestion, err error) {
		var stems string
		err = scanAnswerWith(s, &q.Answer, &stems, &q.Number, &q.Subject, &q.MeasureID, &q.Body)
		q.Stems = strings.Fields(stems)
		return q, err
	}
	all, err := list(t, scan, `SELECT `+answerColumns+`, a.stems, t.number, t.subject, COALESCE(t.measure_id, 0),
		  COALESCE(o.name, NULLIF(c.name, ''), c.address, '')
		FROM json_each($1) j CROSS JOIN answer a ON a.id = j.value CROSS JOIN ticket t ON t.id = a.ticket_id
		LEFT JOIN organization o ON o.id = t.organization_id LEFT JOIN contact c ON c.id = t.contact_id
		WHERE t.state NOT IN ('spam', 'out_of_scope', 'merged')`, ids(answerIDs))
	return all, wrapf(err, "answered questions")
}

func (t *tx) LongestReply(ticketID int64) (helpdesk.Message, error) {
	id, err := one(t, scanInt, `SELECT m.id FROM message m INDEXED BY message_ticket
		JOIN message_body b ON b.message_id = m.id
		WHERE m.ticket_id = $1 AND m.kind = 'reply' ORDER BY length(b.text) DESC, m.id DESC LIMIT 1`, ticketID)
	if err != nil {
		return helpdesk.Message{}, fmt.Errorf("longest reply of ticket %d: %w", ticketID, err)
	}
	return t.MessageByID(id)
}

func (t *tx) DueAnswer(ticketID int64) error {
	_, err := t.exec(`INSERT INTO answer_due (ticket_id) VALUES ($1)`, ticketID)
	return wrapf(err, "due answer of ticket %d", ticketID)
}

func (t *tx) AnswersDue(limit int) ([]helpdesk.AnswerDue, error) {
	all, err := list(t, func(s scanner) (d helpdesk.AnswerDue, err error) {
		err = s.Scan(&d.ID, &d.TicketID)
		return d, err
	}, `SELECT id, ticket_id FROM answer_due ORDER BY id LIMIT $1`, limit)
	return all, wrapf(err, "answers due")
}

func (t *tx) DropAnswersDue(due []helpdesk.AnswerDue) error {
	all := make([]int64, len(due))
	for i, d := range due {
		all[i] = d.ID
	}
	_, err := t.exec(`DELETE FROM answer_due WHERE id IN `+inIDs, ids(all))
	return wrapf(err, "drop answers due")
}

func (t *tx) AnsweredTickets(after int64, limit int) ([]int64, error) {
	all, err := list(t, scanInt, `SELECT id FROM ticket WHERE id > $1 AND first_answer_at IS NOT NULL ORDER BY id LIMIT $2`, after, limit)
	return all, wrapf(err, "answered tickets")
}

func (t *tx) UseAnswer(replyID, usedID int64) error {
	_, err := t.exec(`INSERT INTO answer_use (message_id, used_id) SELECT $1, id FROM message WHERE id = $2 AND kind = 'reply'
		ON CONFLICT DO NOTHING`, replyID, usedID)
	return wrapf(err, "use answer %d", usedID)
}
