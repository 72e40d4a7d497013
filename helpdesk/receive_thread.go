package helpdesk

import (
	"errors"
	"slices"
	"time"
)

// place is where a message belongs.
type place struct {
	found      bool
	ticket     Ticket
	unverified bool    // joined by an id of ours, from an address nobody knew
	maybe      []int64 // tickets it names without a right to join: «possibile seguito»
}

// findThread looks for the ticket a message belongs to: first by ids that we
// issued (from any address), then by any other known id (only for a
// participant or the same body), then by the number in the subject (likewise).
// A message that ties two tickets of one sender merges the younger into the
// older.
func (r *receipt) findThread() (place, error) {
	var p place
	issued, foreign := r.splitRefs()
	byIssued, err := r.open(issued, &p)
	if err != nil {
		return p, err
	}
	byForeign, err := r.open(foreign, &p)
	if err != nil {
		return p, err
	}
	joinable := byIssued
	for _, t := range byForeign {
		if err := r.admit(t, &joinable, &p); err != nil {
			return p, err
		}
	}
	if n, ok := NumberInSubject(r.in.Subject); ok {
		if err := r.admitByNumber(n, &joinable, &p); err != nil {
			return p, err
		}
	}
	if len(joinable) == 0 {
		return p, nil
	}
	p.found = true
	p.ticket, err = r.unite(joinable)
	if err != nil {
		return p, err
	}
	ps, err := r.Participants(p.ticket.ID)
	p.unverified = !takesPart(ps, r.in.From.Addr)
	return p, err
}

func (r *receipt) splitRefs() (issued, foreign []string) {
	for _, id := range r.refs() {
		if id != r.in.MessageID && issuedByUs(r.key, id) {
			issued = append(issued, id)
		} else {
			foreign = append(foreign, id)
		}
	}
	return issued, foreign
}

// open lists the tickets that know one of ids, merged ones by their target,
// those beyond the grace period only as a possible sequel.
func (r *receipt) open(ids []string, p *place) ([]Ticket, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := r.TicketsByRefs(ids)
	if err != nil {
		return nil, err
	}
	var out []Ticket
	for _, id := range found {
		t, err := r.target(id)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o Ticket) bool { return o.ID == t.ID }) {
			continue
		}
		if r.beyondGrace(t) {
			p.maybe = append(p.maybe, t.ID)
			continue
		}
		out = append(out, t)
	}
	return out, nil
}

// target follows merges to the ticket that holds the messages now.
func (c *change) target(id int64) (Ticket, error) {
	for {
		t, err := c.TicketByID(id)
		if err != nil || t.State != StateMerged {
			return t, err
		}
		id = t.MergedInto
	}
}

func (r *receipt) beyondGrace(t Ticket) bool {
	if t.State != StateClosed && t.State != StateOutOfScope {
		return false
	}
	grace := time.Duration(r.desk.settings.GraceDays) * 24 * time.Hour
	return r.at.Sub(t.ClosedAt) > grace
}

// admit lets the message join t if its sender takes part there.
func (r *receipt) admit(t Ticket, joinable *[]Ticket, p *place) error {
	if slices.ContainsFunc(*joinable, func(o Ticket) bool { return o.ID == t.ID }) {
		return nil
	}
	ps, err := r.Participants(t.ID)
	if err != nil {
		return err
	}
	if takesPart(ps, r.in.From.Addr) {
		*joinable = append(*joinable, t)
	} else {
		p.maybe = append(p.maybe, t.ID)
	}
	return nil
}

func (r *receipt) admitByNumber(n Number, joinable *[]Ticket, p *place) error {
	t, err := r.TicketByNumber(n)
	if errors.Is(err, ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	if t, err = r.target(t.ID); err != nil {
		return err
	}
	if r.beyondGrace(t) {
		p.maybe = append(p.maybe, t.ID)
		return nil
	}
	return r.admit(t, joinable, p)
}

// unite merges the tickets that a message ties, those of one sender or body
// at least, and returns the oldest.
func (r *receipt) unite(ts []Ticket) (Ticket, error) {
	slices.SortFunc(ts, olderFirst)
	oldest := ts[0]
	for _, t := range ts[1:] {
		one, err := r.oneSender(oldest.ID, t.ID)
		if err != nil {
			return oldest, err
		}
		if !one {
			continue
		}
		if err := r.mergeInto(&t, &oldest, 0); err != nil {
			return oldest, err
		}
	}
	return oldest, nil
}

func (r *receipt) oneSender(a, b int64) (bool, error) {
	pa, err := r.Participants(a)
	if err != nil {
		return false, err
	}
	pb, err := r.Participants(b)
	return err == nil && meet(pa, pb), err
}

func olderFirst(a, b Ticket) int {
	if d := a.OpenedAt.Compare(b.OpenedAt); d != 0 {
		return d
	}
	return int(a.ID - b.ID)
}

// join makes an address a participant of the ticket and then merges whatever
// the ticket now has both an id and a sender in common with. Without this
// closure the order of arrival would decide who ends up together.
func (r *receipt) join(ticketID int64, address string) error {
	if address != "" && !r.ours[address] {
		if err := r.AddParticipant(ticketID, Participant{Address: address, Body: BodyOf(address)}); err != nil {
			return err
		}
	}
	for {
		merged, err := r.mergeOneTied(&ticketID)
		if err != nil || !merged {
			return err
		}
	}
}

func (r *receipt) mergeOneTied(ticketID *int64) (bool, error) {
	t, err := r.TicketByID(*ticketID)
	if err != nil {
		return false, err
	}
	sharing, err := r.TicketsSharingRefs(t.ID)
	if err != nil {
		return false, err
	}
	for _, id := range sharing {
		other, err := r.TicketByID(id)
		if err != nil {
			return false, err
		}
		if other.State == StateMerged || r.beyondGrace(other) || r.beyondGrace(t) {
			continue
		}
		one, err := r.oneSender(t.ID, other.ID)
		if err != nil {
			return false, err
		}
		if !one {
			continue
		}
		pair := []Ticket{t, other}
		slices.SortFunc(pair, olderFirst)
		*ticketID = pair[0].ID
		return true, r.mergeInto(&pair[1], &pair[0], 0)
	}
	return false, nil
}
