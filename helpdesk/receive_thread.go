package helpdesk

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// maxMaybe bounds the links «possibile seguito» of one message. An id that more
// tickets know is a circular's: it ties nobody to fifty-nine other towns.
const maxMaybe = 5

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
// A message that ties two tickets of one asker merges the younger into the
// older.
func (r *receipt) findThread() (place, error) {
	var p place
	joinable, err := r.joinable(&p)
	if err != nil {
		return p, err
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
	if p.ticket, err = r.unite(joinable); err != nil {
		return p, err
	}
	ps, err := r.Participants(p.ticket.ID)
	p.unverified = !takesPart(ps, r.in.From.Addr)
	return p, err
}

// joinable lists the tickets that the message's ids let it join.
func (r *receipt) joinable(p *place) ([]Ticket, error) {
	issued, foreign := r.splitRefs()
	byIssued, err := r.TicketsByRefs(issued)
	if err != nil {
		return nil, err
	}
	bySender, err := r.ticketsOf(foreign, r.in.From.Addr)
	if err != nil {
		return nil, err
	}
	var out []Ticket
	for _, id := range append(byIssued, bySender...) {
		if err := r.admit(id, &out, p); err != nil {
			return nil, err
		}
	}
	named, err := r.TicketsByRefs(foreign)
	if len(named) > maxMaybe {
		named = nil
	}
	for _, id := range named {
		p.suggest(id, out)
	}
	return out, err
}

// ticketsOf are the tickets that know one of ids and in which the address, or
// its body, takes part.
func (c *change) ticketsOf(ids []string, address string) ([]int64, error) {
	if address == "" || len(ids) == 0 {
		return nil, nil
	}
	return c.TicketsOfSender(ids, strings.ToLower(address), BodyOf(address))
}

func (p *place) suggest(id int64, joined []Ticket) {
	known := slices.Contains(p.maybe, id) || slices.ContainsFunc(joined, func(t Ticket) bool { return t.ID == id })
	if !known && len(p.maybe) < maxMaybe {
		p.maybe = append(p.maybe, id)
	}
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

// admit adds a ticket to those that the message may join: a merged one by its
// target, one beyond the grace period only as a possible sequel.
func (r *receipt) admit(id int64, out *[]Ticket, p *place) error {
	t, err := r.target(id)
	if err != nil {
		return err
	}
	switch {
	case r.beyondGrace(t):
		p.suggest(t.ID, *out)
	case !slices.ContainsFunc(*out, func(o Ticket) bool { return o.ID == t.ID }):
		*out = append(*out, t)
	}
	return nil
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

// admitByNumber: a number in the subject is known to everybody it was ever
// forwarded to; it joins only for a participant or the same body.
func (r *receipt) admitByNumber(n Number, out *[]Ticket, p *place) error {
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
	ps, err := r.Participants(t.ID)
	if err != nil {
		return err
	}
	if !takesPart(ps, r.in.From.Addr) {
		p.suggest(t.ID, *out)
		return nil
	}
	return r.admit(t.ID, out, p)
}

// unite merges the tickets of one asker that a message ties, and returns the
// oldest. Tickets of different askers are never merged by mail: a ministry
// that is in copy everywhere must not make one ticket of two towns.
func (r *receipt) unite(ts []Ticket) (Ticket, error) {
	slices.SortFunc(ts, olderFirst)
	oldest := ts[0]
	for _, t := range ts[1:] {
		one, err := r.oneAsker(oldest, t)
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

func (r *receipt) oneAsker(a, b Ticket) (bool, error) {
	of := func(t Ticket) (string, error) {
		c, err := r.ContactByID(t.ContactID)
		if errors.Is(err, ErrNone) {
			return "", nil
		}
		return c.Address, err
	}
	one, err := of(a)
	if err != nil || one == "" {
		return false, err
	}
	other, err := of(b)
	return other != "" && sameBody(one, other), err
}

func olderFirst(a, b Ticket) int {
	if d := a.OpenedAt.Compare(b.OpenedAt); d != 0 {
		return d
	}
	return int(a.ID - b.ID)
}

// tie adds the message's ids and sender to its ticket, and merges what that
// ties to it. Somebody who joined by a leaked id of ours alone ties nothing
// and becomes no participant.
func (r *receipt) tie(ticketID int64, p place) error {
	for _, id := range p.maybe {
		if err := r.link(ticketID, id); err != nil {
			return err
		}
	}
	if p.unverified {
		return r.AddThreadRefs(ticketID, append([]string{r.in.MessageID}, r.in.AlsoIDs...))
	}
	if err := r.AddThreadRefs(ticketID, r.refs()); err != nil {
		return err
	}
	address := strings.ToLower(r.in.From.Addr)
	if address != "" && !r.ours[address] && r.colleague.ID == 0 {
		if err := r.AddParticipant(ticketID, Participant{Address: address, Body: BodyOf(address)}); err != nil {
			return err
		}
	}
	return r.mergeTied(ticketID)
}

func (r *receipt) link(ticketID, otherID int64) error {
	if ticketID == otherID {
		return nil
	}
	if err := r.LinkTickets(ticketID, otherID); err != nil {
		return err
	}
	return r.record(Event{Kind: EventLinked, TicketID: ticketID, ObjectID: otherID})
}

// mergeTied merges the tickets of the same asker that share an id of this
// message with the ticket it was filed on. Without it the order of arrival
// would decide who ends up together.
func (r *receipt) mergeTied(ticketID int64) error {
	t, err := r.TicketByID(ticketID)
	if err != nil || r.beyondGrace(t) {
		return err
	}
	asker, err := r.ContactByID(t.ContactID)
	if errors.Is(err, ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	sharing, err := r.ticketsOf(r.refs(), asker.Address)
	if err != nil {
		return err
	}
	for _, id := range sharing {
		if t, err = r.mergeIfTied(t, id); err != nil {
			return err
		}
	}
	return nil
}

func (r *receipt) mergeIfTied(t Ticket, otherID int64) (Ticket, error) {
	other, err := r.TicketByID(otherID)
	if err != nil || other.ID == t.ID || other.State == StateMerged || r.beyondGrace(other) {
		return t, err
	}
	one, err := r.oneAsker(t, other)
	if err != nil || !one {
		return t, err
	}
	pair := []Ticket{t, other}
	slices.SortFunc(pair, olderFirst)
	err = r.mergeInto(&pair[1], &pair[0], 0)
	return pair[0], err
}
