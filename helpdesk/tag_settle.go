package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Verdict is what a person made of a proposal: the first choice on a ticket.
type Verdict struct {
	TicketID int64
	Kind     VerdictKind
	Source   TagSource // of the proposal, "" where there was none
	Proposed []int64   // ids, ascending
	Chosen   []int64
	UserID   int64
	At       time.Time
}

// VerdictKind is what a verdict is about.
type VerdictKind string

// The kinds of verdict.
const (
	VerdictMeasure      VerdictKind = "measure"
	VerdictTopic        VerdictKind = "topic"
	VerdictOrganization VerdictKind = "organization"
)

// SetMeasures says which measures a ticket is about, the main one first; main
// 0: none of them.
func (d *Desk) SetMeasures(ctx context.Context, u User, n Number, version, main int64, others []int64) error {
	if main == 0 && len(others) > 0 {
		return invalid("measure", "Manca la misura principale: indica quale conta nelle statistiche.")
	}
	return d.onTags(ctx, u, n, version, "set measures", func(c *change, t *Ticket, tags Tags) (Tags, error) {
		for _, id := range append([]int64{main}, others...) {
			if err := c.mayTag(id); err != nil {
				return tags, err
			}
		}
		t.MeasureID, t.MeasureSettled = main, true
		return tags.withMeasures(main, others), nil
	})
}

func (c *change) mayTag(measureID int64) error {
	if measureID == 0 {
		return nil
	}
	_, err := c.MeasureByID(measureID)
	if errors.Is(err, ErrNone) {
		return invalid("measure", "Questa misura non esiste più: scegline una dell'elenco.")
	}
	return err
}

// SetTopics says which topics a ticket is about.
func (d *Desk) SetTopics(ctx context.Context, u User, n Number, version int64, topics []int64) error {
	return d.onTags(ctx, u, n, version, "set topics", func(c *change, _ *Ticket, tags Tags) (Tags, error) {
		for _, id := range topics {
			if _, err := c.TopicByID(id); errors.Is(err, ErrNone) {
				return tags, invalid("topic", "Questo tema non esiste più: scegline uno dell'elenco.")
			} else if err != nil {
				return tags, err
			}
		}
		return tags.withTopics(topics), nil
	})
}

// ConfirmProposals makes facts of everything that is proposed for a ticket.
func (d *Desk) ConfirmProposals(ctx context.Context, u User, n Number, version int64) error {
	return d.onTags(ctx, u, n, version, "confirm proposals", func(c *change, t *Ticket, tags Tags) (Tags, error) {
		if main := tags.Main(); main != 0 {
			t.MeasureID, t.MeasureSettled = main, true
		}
		return tags.confirm(), nil
	})
}

// onTags runs fn on a ticket and its tags. What changed is saved, judged and
// learned from in the same transaction.
func (d *Desk) onTags(ctx context.Context, u User, n Number, version int64, op string, fn func(*change, *Ticket, Tags) (Tags, error)) error {
	if !Can(u, ActWork, 0) {
		return errForbidden
	}
	lesson, err := d.lesson(ctx, n)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return d.onTicket(ctx, u, ActWork, n, version, op, func(c *change, t *Ticket) error {
		was := *t
		old, err := c.TagsOf(t.ID)
		if err != nil {
			return err
		}
		tags, err := fn(c, t, old)
		if err != nil || tags.same(old) && t.MeasureSettled == was.MeasureSettled {
			return err
		}
		if err := c.relearn(VerdictMeasure, settledMain(was, old), settledMain(*t, tags), lesson); err != nil {
			return err
		}
		return c.saveTags(t.ID, old, tags, u.ID, lesson)
	})
}

// saveTags brings a ticket's tags from old to tags, by a person. They may be
// the same: that there is no measure where none was proposed.
func (c *change) saveTags(ticketID int64, old, tags Tags, actor int64, lesson []string) error {
	if err := c.SaveTags(ticketID, tags); err != nil {
		return err
	}
	if err := c.judge(ticketID, old, tags, actor); err != nil {
		return err
	}
	if err := c.relearn(VerdictTopic, old.confirmedTopics(), tags.confirmedTopics(), lesson); err != nil {
		return err
	}
	return c.record(Event{Kind: EventTagged, ActorID: actor, TicketID: ticketID, Detail: tagDetail(old, tags)})
}

// tagDetail names what was decided: measures, topics or both. The same before
// and after means that a proposal was confirmed.
func tagDetail(old, tags Tags) Detail {
	d := Detail{}
	topics := !slices.Equal(old.Topics, tags.Topics)
	if topics {
		d["topics_from"], d["topics_to"] = joinInts(old.topicIDs()), joinInts(tags.topicIDs())
	}
	if !topics || !slices.Equal(old.Measures, tags.Measures) {
		d["measures_from"], d["measures_to"] = joinInts(old.measureIDs()), joinInts(tags.measureIDs())
		d["main_from"], d["main_to"] = fmt.Sprint(old.Main()), fmt.Sprint(tags.Main())
	}
	return d
}

// judge keeps what became of the proposals. SaveVerdict counts the first time
// only, so a later change of mind does not.
func (c *change) judge(ticketID int64, old, tags Tags, actor int64) error {
	v := Verdict{TicketID: ticketID, UserID: actor, At: c.at}
	topics := !slices.Equal(old.Topics, tags.Topics)
	if !topics || !slices.Equal(old.Measures, tags.Measures) {
		v.Kind, v.Proposed, v.Chosen = VerdictMeasure, some(old.Main()), some(tags.Main())
		if len(old.Measures) > 0 {
			v.Source = old.Measures[0].Source
		}
		if err := c.SaveVerdict(v); err != nil {
			return err
		}
	}
	if !topics {
		return nil
	}
	v.Kind, v.Source, v.Proposed, v.Chosen = VerdictTopic, "", old.topicIDs(), tags.topicIDs()
	if len(old.Topics) > 0 {
		v.Source = old.Topics[0].Source
	}
	return c.SaveVerdict(v)
}

// settledMain is the label under which a ticket was learned: 0 where a person
// said that it has no measure, none where nobody said anything.
func settledMain(t Ticket, tags Tags) []int64 {
	if !t.MeasureSettled {
		return nil
	}
	return []int64{tags.Main()}
}

func (t Tags) confirmedTopics() (ids []int64) {
	for _, p := range t.Topics {
		if p.Confirmed {
			ids = append(ids, p.TopicID)
		}
	}
	return ids
}

func some(id int64) []int64 {
	if id == 0 {
		return nil
	}
	return []int64{id}
}

func joinInts(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, " ")
}
