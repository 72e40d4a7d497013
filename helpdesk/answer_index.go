package helpdesk

import (
	"context"
	"errors"
	"fmt"
)

// answerBatch is how many tickets one transaction indexes.
const answerBatch = 100

// IndexAnswers indexes what is due: answers that came in through the sent
// folder, merged tickets, questions that are read otherwise now.
func (d *Desk) IndexAnswers(ctx context.Context) (int, error) {
	for total := 0; ; {
		var due []AnswerDue
		err := d.store.View(ctx, func(tx ReadTx) (err error) {
			due, err = tx.AnswersDue(answerBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return total, err
		}
		ids := make([]int64, len(due))
		for i, one := range due {
			ids[i] = one.TicketID
		}
		if err := d.indexTickets(ctx, ids, due); err != nil {
			return total, fmt.Errorf("index answers: %w", err)
		}
		total += len(due)
	}
}

// ReindexAnswers indexes every answered ticket, also those that were answered
// before there was an index. progress hears how many are done; it may be nil.
func (d *Desk) ReindexAnswers(ctx context.Context, progress func(n int)) (int, error) {
	total := 0
	for after := int64(0); ; {
		var ids []int64
		err := d.store.View(ctx, func(tx ReadTx) (err error) {
			ids, err = tx.AnsweredTickets(after, answerBatch)
			return err
		})
		if err != nil || len(ids) == 0 {
			return total, err
		}
		if err := d.indexTickets(ctx, ids, nil); err != nil {
			return total, fmt.Errorf("reindex answers: %w", err)
		}
		after = ids[len(ids)-1]
		if total += len(ids); progress != nil {
			progress(total)
		}
	}
}

// indexTickets makes the stems before the transaction. What is said on a
// ticket between the two makes a row in AnswersDue of its own.
func (d *Desk) indexTickets(ctx context.Context, ticketIDs []int64, due []AnswerDue) error {
	answers := make([]Answer, len(ticketIDs))
	err := d.store.View(ctx, func(tx ReadTx) error {
		for i, id := range ticketIDs {
			a, err := answerOn(tx, id)
			if err != nil {
				return fmt.Errorf("ticket %d: %w", id, err)
			}
			answers[i] = a
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.update(ctx, "index answers", func(c *change) error {
		for i, a := range answers {
			if err := c.indexOne(ticketIDs[i], a); err != nil {
				return fmt.Errorf("ticket %d: %w", ticketIDs[i], err)
			}
		}
		return c.DropAnswersDue(due)
	})
}

// answerOn is what the index has to hold of a ticket; without stems: nothing.
func answerOn(tx ReadTx, ticketID int64) (Answer, error) {
	t, err := tx.TicketByID(ticketID)
	if err != nil || t.State == StateMerged {
		return Answer{}, err
	}
	question, err := tx.Opening(ticketID)
	if err == nil {
		var reply Message
		if reply, err = tx.LongestReply(ticketID); err == nil {
			return newAnswer(question, reply), nil
		}
	}
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return Answer{}, err
}

func (c *change) indexOne(ticketID int64, a Answer) error {
	if len(a.Stems) == 0 {
		return c.DropAnswer(ticketID)
	}
	old, err := c.AnswerOf(ticketID)
	if err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	a.ID = old.ID
	return c.SaveAnswer(&a)
}

// answersMerge: the answered question of a merged ticket is that of its target.
func (c *change) answersMerge(young, old *Ticket) error {
	if young.FirstAnswerAt.IsZero() && old.FirstAnswerAt.IsZero() {
		return nil
	}
	if err := c.DropAnswer(young.ID); err != nil {
		return err
	}
	return c.DueAnswer(old.ID)
}
