package helpdesk

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// compare reads the candidates and keeps the best.
func (s *similarity) compare(ids []int64) ([]SimilarAnswer, error) {
	questions, err := s.tx.AnsweredQuestions(ids)
	if err != nil {
		return nil, err
	}
	if err := s.countOthers(questions); err != nil {
		return nil, err
	}
	var found []SimilarAnswer
	for _, q := range questions {
		if q.TicketID == s.ticket.ID {
			continue
		}
		if a, ok := s.likeness(q); ok {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, liker)
	found = found[:min(len(found), maxSimilar)]
	return found, s.complete(found)
}

// liker orders the answers as they are shown.
func liker(a, b SimilarAnswer) int {
	if a.SameMeasure != b.SameMeasure {
		if a.SameMeasure {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), b.At.Compare(a.At), cmp.Compare(b.ID, a.ID))
}

// likeness is the cosine of both questions' stems, weighed by their rarity.
func (s *similarity) likeness(q AnsweredQuestion) (SimilarAnswer, bool) {
	a := SimilarAnswer{AnsweredQuestion: q, SameMeasure: q.MeasureID != 0 && q.MeasureID == s.ticket.MeasureID}
	dot, norm := 0.0, 0.0
	var shared []string
	for _, stem := range q.Stems {
		w := rarity(s.counts[stem], s.counts[""])
		norm += w * w
		if _, ok := s.word[stem]; ok {
			dot += w * w
			shared = append(shared, stem)
		}
	}
	if dot == 0 {
		return a, false
	}
	a.Likeness = dot / math.Sqrt(norm*s.norm)
	slices.SortFunc(shared, s.rarer)
	for _, stem := range shared[:min(len(shared), sharedWords)] {
		a.Shared = append(a.Shared, s.word[stem])
	}
	return a, len(shared) >= min(minShared, len(s.stems)) && a.Likeness >= minLikeness
}

// rarer orders stems by how few questions they stand in.
func (s *similarity) rarer(a, b string) int {
	return cmp.Or(cmp.Compare(s.counts[a], s.counts[b]), cmp.Compare(a, b))
}

// countOthers adds the counts of stems that only the candidates have.
func (s *similarity) countOthers(questions []AnsweredQuestion) error {
	seen := map[string]bool{}
	var others []string
	for _, q := range questions {
		for _, stem := range q.Stems {
			if _, ok := s.word[stem]; !ok && !seen[stem] {
				seen[stem] = true
				others = append(others, stem)
			}
		}
	}
	counts, err := s.tx.StemCounts(others)
	maps.Copy(s.counts, counts)
	return err
}

// complete reads the answers that are shown.
func (s *similarity) complete(found []SimilarAnswer) error {
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].ReplyID
	}
	marks, err := s.tx.ReusableOf(ids)
	if err != nil {
		return err
	}
	for i := range found {
		if err := s.fill(&found[i]); err != nil {
			return err
		}
		if mark, ok := marks[found[i].ReplyID]; ok {
			found[i].Reusable = &mark
		}
	}
	return nil
}

func (s *similarity) fill(a *SimilarAnswer) error {
	reply, question, author, err := answered(s.tx, a.ReplyID, a.QuestionID)
	if err != nil {
		return err
	}
	a.Author = author.Name
	a.Text = BareAnswer(reply.Text, author.Signature, privateOf(question, a.Body))
	return nil
}

// answered reads an answer with its question and author.
func answered(tx ReadTx, replyID, questionID int64) (reply, question Message, author User, err error) {
	if reply, err = tx.MessageByID(replyID); err != nil {
		return reply, question, author, err
	}
	if question, err = tx.MessageByID(questionID); err != nil {
		return reply, question, author, err
	}
	if reply.AuthorID != 0 {
		author, err = tx.UserByID(reply.AuthorID)
	}
	return reply, question, author, err
}
