package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"math"
	"slices"
)

// The work that looking for similar answers may be (I6): it does not grow
// with what was ever answered.
const (
	rareStems    = 12   // of the question, the rarest first
	stemAnswers  = 400  // the newest that are looked at for one stem
	maxLooked    = 2000 // for all stems together
	maxCompared  = 100  // of them, stem by stem
	maxSimilar   = 5
	minShared    = 2    // stems
	minLikeness  = 0.08 // cosine; below it questions share little but style
	sharedWords  = 6    // named on the page
	rareMeansAll = 20   // with fewer questions than this every stem is rare
)

// AnsweredQuestion is an answered question beside others that may be like it.
type AnsweredQuestion struct {
	Answer
	Number    Number
	Subject   string
	Body      string // who asked: the body, else the contact
	MeasureID int64
}

// SimilarAnswer is an earlier answer to a question like the present one.
type SimilarAnswer struct {
	AnsweredQuestion
	Author      string
	Text        string // of the answer, bare: see BareAnswer
	Likeness    float64
	SameMeasure bool
	Shared      []string // words of the present question that both share, the rarest first
	Reusable    *Reusable
}

// SimilarAnswers finds at most five answered questions most like that of a
// ticket, those of its measure first.
func (d *Desk) SimilarAnswers(ctx context.Context, u User, n Number) ([]SimilarAnswer, error) {
	if !Can(u, ActSee, 0) {
		return nil, errForbidden
	}
	var found []SimilarAnswer
	err := d.store.View(ctx, func(tx ReadTx) error {
		s, err := newSimilarity(tx, n)
		if err != nil || len(s.stems) == 0 {
			return err
		}
		candidates, err := s.candidates()
		if err != nil {
			return err
		}
		found, err = s.compare(candidates)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("similar answers: %w", err)
	}
	return found, nil
}

// similarity is one search for earlier answers.
type similarity struct {
	tx     ReadTx
	ticket Ticket
	stems  []string           // of the present question that stand in others too, the rarest first
	weight map[string]float64 // of each stem of stems
	word   map[string]string  // of the present question, by stem
	norm   float64
	counts map[string]int
}

// newSimilarity reads the question: the opening message and, where it is
// another, the newest of the body.
func newSimilarity(tx ReadTx, n Number) (*similarity, error) {
	t, err := tx.TicketByNumber(n)
	if err != nil {
		return nil, orTicketNotFound(err)
	}
	s := &similarity{tx: tx, ticket: t, word: map[string]string{}, weight: map[string]float64{}}
	opening, err := tx.Opening(t.ID)
	if errors.Is(err, ErrNone) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	s.read(opening)
	last, err := tx.LastQuestion(t.ID)
	if err != nil && !errors.Is(err, ErrNone) {
		return nil, err
	}
	if err == nil && last.ID != opening.ID {
		s.read(last)
	}
	return s, s.weigh(opening.From.Name)
}

func orTicketNotFound(err error) error {
	if errors.Is(err, ErrNone) {
		return errTicketNotFound
	}
	return err
}

func (s *similarity) read(m Message) {
	text := questionText(m)
	for w := range questionWords(m) {
		if _, ok := s.word[w.Stem]; !ok && len(s.word) < maxStems {
			s.word[w.Stem] = text[w.Start:w.End]
		}
	}
}

// weigh gives each stem the weight of its rarity. Who asks is not what is
// asked: the words of the sender's name count for nothing.
func (s *similarity) weigh(sender string) error {
	for w := range questionWords(Message{Text: sender}) {
		delete(s.word, w.Stem)
	}
	all := []string{""}
	for stem := range s.word {
		all = append(all, stem)
	}
	var err error
	if s.counts, err = s.tx.StemCounts(all); err != nil {
		return err
	}
	total := s.counts[""]
	for stem := range s.word {
		w := rarity(s.counts[stem], total)
		s.norm += w * w
		if s.counts[stem] > 0 {
			s.stems, s.weight[stem] = append(s.stems, stem), w
		}
	}
	slices.SortFunc(s.stems, s.rarer)
	return nil
}

// rarity is the weight of a stem that stands in n of total questions. One that
// stands in none of them still belongs to what is asked.
func rarity(n, total int) float64 { return math.Log(1 + float64(total+1)/float64(n+1)) }

// candidates are the questions that share the rarest stems, likeliest first.
func (s *similarity) candidates() ([]int64, error) {
	score, looked := map[int64]float64{}, 0
	for i, stem := range s.stems {
		most := min(stemAnswers, maxLooked-looked)
		common := s.counts[""] > rareMeansAll && s.counts[stem] > s.counts[""]/2
		if i >= rareStems || most == 0 || common && len(score) > 0 {
			break
		}
		ids, err := s.tx.AnswersWith(stem, most)
		if err != nil {
			return nil, err
		}
		looked += len(ids)
		for _, id := range ids {
			score[id] += s.weight[stem] * s.weight[stem]
		}
	}
	ids := make([]int64, 0, len(score))
	for id := range score {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(b, a)) })
	return ids[:min(len(ids), maxCompared)], nil
}
