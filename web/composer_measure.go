package web

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sportello/helpdesk"
)

// measureQuestion is asked once of an answer whose question has no settled
// measure: after the answer nobody looks at it again, and figures count it.
// Fields: misura and, with the button azione=misura, what is chosen there is
// said of the ticket before the answer leaves.
type measureQuestion struct {
	Ask      bool          // it stands open; else the script opens it when the answer is sent
	Proposed *tagLine      // nil: nothing is proposed
	Others   []tagLine     // further measures, which stay
	Choices  []optionGroup // the proposal chosen
}

// newMeasureQuestion is nil where there is nothing to ask.
func newMeasureQuestion(v helpdesk.TicketView, now time.Time) *measureQuestion {
	if !asksMeasure(v.Ticket) {
		return nil
	}
	p := newClassified(v, now)
	return &measureQuestion{Proposed: p.Main, Others: p.Others, Choices: p.Measures}
}

// choose marks an option of the groups, if it is one of them.
func choose(groups []optionGroup, value string) {
	offered := func(g optionGroup) bool {
		return slices.ContainsFunc(g.Options, func(o option) bool { return o.Value == value })
	}
	if !slices.ContainsFunc(groups, offered) {
		return
	}
	for _, g := range groups {
		for i := range g.Options {
			g.Options[i].Selected = g.Options[i].Value == value
		}
	}
}

func asksMeasure(t helpdesk.Ticket) bool { return t.ToClassify() && !t.MeasureSettled }

// unmeasured reports whether an answer is to come back with the question.
func (s *Server) unmeasured(ctx context.Context, n helpdesk.Number, w written) (bool, error) {
	if w.measureAsked {
		return false, nil
	}
	t, err := s.ticketByNumber(ctx, n)
	return err == nil && asksMeasure(t), err
}

func (s *Server) ticketByNumber(ctx context.Context, n helpdesk.Number) (t helpdesk.Ticket, err error) {
	err = s.reads.View(ctx, func(tx helpdesk.ReadTx) (err error) {
		t, err = tx.TicketByNumber(n)
		return err
	})
	if err != nil {
		return t, fmt.Errorf("ticket: %w", orNoTicket(err))
	}
	return t, nil
}

// settleMeasure says of the ticket what was chosen under the answer, unless a
// colleague has said it meanwhile. Further measures stay.
func (s *Server) settleMeasure(ctx context.Context, u helpdesk.User, n helpdesk.Number, choice string) error {
	v, err := s.reads.Ticket(ctx, n, u.ID)
	if err != nil {
		return fmt.Errorf("ticket: %w", orNoTicket(err))
	}
	if !asksMeasure(v.Ticket) {
		return nil
	}
	main := parseID(choice)
	if main == 0 && choice != noMeasure {
		return &helpdesk.Error{Code: helpdesk.Invalid, Field: "measure", Message: "Scegli la misura qui sotto, oppure invia senza misura."}
	}
	var others []int64
	for _, tag := range v.Tags.Measures {
		if main != 0 && !tag.Main && tag.MeasureID != main {
			others = append(others, tag.MeasureID)
		}
	}
	return s.desk.SetMeasures(ctx, u, n, v.Ticket.Version, main, others)
}
