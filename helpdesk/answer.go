package helpdesk

import (
	"errors"
	"slices"
	"time"

	"sportello/helpdesk/classify"
)

// Answer is an answered question as the index of earlier answers keeps it: one
// for each ticket that a person answered.
type Answer struct {
	ID         int64
	TicketID   int64
	QuestionID int64     // the opening message
	ReplyID    int64     // the longest answer: later ones mostly add a detail
	Size       int       // of that answer's text, in bytes
	At         time.Time // when that answer was written
	Stems      []string  // of the question, each once, ascending
}

// AnswerDue says that a ticket's answered question is to be indexed anew.
type AnswerDue struct{ ID, TicketID int64 }

const (
	maxQuestion = 32 << 10 // bytes of a question that are stemmed
	maxStems    = 200      // of one question
	maxDigits   = 3        // a longer number is a protocol's, a project's or a year
	maxMixed    = 5        // «m1c1» tells of the matter, «j31f22000980006» of a project
)

// newAnswer is what the index keeps of a question and its answer. A question
// that says nothing has no stems, and is not indexed.
func newAnswer(question, reply Message) Answer {
	return Answer{
		TicketID: question.TicketID, QuestionID: question.ID, ReplyID: reply.ID,
		Size: len(reply.Text), At: reply.At, Stems: questionStems(question),
	}
}

// questionStems are the stems that tell what a question is about.
func questionStems(question Message) []string {
	var stems []string
	for w := range questionWords(question) {
		stems = append(stems, w.Stem)
	}
	slices.Sort(stems)
	stems = slices.Compact(stems)
	return stems[:min(len(stems), maxStems)]
}

// questionWords gives the telling words of a question's subject and new text.
func questionWords(question Message) func(yield func(classify.Word) bool) {
	text := questionText(question)
	return func(yield func(classify.Word) bool) {
		for w := range classify.Words(text) {
			if !w.Stop && telling(w.Stem) && !yield(w) {
				return
			}
		}
	}
}

func questionText(question Message) string {
	text := BareSubject(question.Subject) + "\n" + question.Text
	return text[:min(len(text), maxQuestion)]
}

// telling leaves out numbers that belong to one case, single letters, and what
// is not written in the letters of Italian.
func telling(stem string) bool {
	digits := 0
	for i := range len(stem) {
		switch c := stem[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c < 'a' || 'z' < c:
			return false
		}
	}
	switch digits {
	case 0:
		return len(stem) > 1
	case len(stem):
		return digits <= maxDigits
	}
	return len(stem) <= maxMixed
}

// keepAnswer indexes an answered question, or a further answer to it.
func (c *change) keepAnswer(a Answer) error {
	old, err := c.AnswerOf(a.TicketID)
	if err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	if len(a.Stems) == 0 {
		return nil
	}
	a.ID = old.ID
	if old.Size > a.Size {
		a.ReplyID, a.Size, a.At = old.ReplyID, old.Size, old.At
	}
	return c.SaveAnswer(&a)
}
