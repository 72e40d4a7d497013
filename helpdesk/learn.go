package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sportello/helpdesk/classify"
)

// lesson is what a ticket's question teaches, once a person says what it is
// about. It is made before the transaction that keeps it.
func (d *Desk) lesson(ctx context.Context, n Number) (stems []string, err error) {
	err = d.store.View(ctx, func(tx ReadTx) error {
		t, err := liveTicket(tx, n)
		if err != nil {
			return err
		}
		m, err := tx.Opening(t.ID)
		if errors.Is(err, ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		stems = classify.Lesson(classify.Stems(t.Subject + "\n" + m.Text))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lesson: %w", err)
	}
	return stems, nil
}

// relearn moves a question from the labels it was learned under to others.
func (c *change) relearn(kind VerdictKind, from, to []int64, lesson []string) error {
	learned := false
	for _, step := range []struct {
		labels, kept []int64
		by           int
	}{{from, to, -1}, {to, from, 1}} {
		for _, id := range step.labels {
			if slices.Contains(step.kept, id) {
				continue
			}
			learned = true
			if err := c.Learn(kind, id, lesson, step.by); err != nil {
				return err
			}
		}
	}
	if !learned {
		return nil
	}
	return c.raise(settingLearned)
}
