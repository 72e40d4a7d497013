package helpdesk

import (
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// sentWait is how long an answer from the sent folder waits for the
	// question at least: the two folders are read one beside the other.
	sentWait = 10 * time.Minute
	// sentAtMost is how long it waits for an inbox that cannot be read.
	sentAtMost = 7 * 24 * time.Hour
	// sentAgain is when it is looked for next.
	sentAgain = time.Minute
)

// fileSent files what lay in the sent folder: an answer that somebody wrote in
// Outlook or the webmail instead of here becomes a reply on its ticket, so that
// nobody answers twice. Only who has the mailbox's password can put it there,
// so any id of the ticket ties it, and its number too. What we sent ourselves,
// and what belongs to no ticket, is let go: its bytes are none of our business.
func (r *receipt) fileSent() (bool, error) {
	if !r.raw.Sent {
		return false, nil
	}
	wanted, err := r.sentByPerson()
	if err != nil {
		return false, err
	}
	if !wanted {
		return true, r.letGo()
	}
	t, err := r.sentOn()
	if errors.Is(err, ErrNone) {
		wait, err := r.questionMayCome()
		if err != nil {
			return false, err
		}
		if wait {
			return true, r.lookAgain()
		}
		return true, r.letGo()
	}
	if err != nil {
		return false, err
	}
	return true, r.fileOutside(t)
}

// questionMayCome: the inbox was not read to its end since the answer was seen,
// or what was read there is not taken in yet.
func (r *receipt) questionMayCome() (bool, error) {
	waited := r.change.at.Sub(r.raw.KeptAt)
	if waited < sentWait || waited >= sentAtMost {
		return waited < sentWait, nil
	}
	h, err := r.HealthOf(r.raw.MailboxID, WayIMAP)
	if err != nil && !errors.Is(err, ErrNone) {
		return false, err
	}
	if !h.OK || !h.LastOK.After(r.raw.KeptAt) {
		return true, nil
	}
	pending, err := r.PendingRaw(r.change.at, claimBatch)
	return slices.ContainsFunc(pending, func(raw RawMessage) bool { return !raw.Sent }), err
}

// sentMayCome: the mailbox's sent folder is read, and may not have been yet: a
// report of what lies there comes within seconds.
func (r *receipt) sentMayCome() (bool, error) {
	if r.raw.FoundAtStart || r.change.at.Sub(r.raw.KeptAt) >= sentWait {
		return false, nil
	}
	_, err := r.HealthOf(r.raw.MailboxID, WaySent)
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// sentByPerson: from one of our addresses, by no automaton, and not known here
// by its Message-ID. One of ours that is not known was sent after the backup
// that was copied back; it is filed like any other. One known as mail that came
// in had our own mailbox in copy.
func (r *receipt) sentByPerson() (bool, error) {
	if !r.ours[strings.ToLower(r.in.From.Addr)] || r.in.Automatic != "" || r.in.Report != nil {
		return false, nil
	}
	known, err := r.MessagesByID([]string{r.in.MessageID})
	return !slices.ContainsFunc(known, func(m Message) bool { return m.Kind != KindInbound }), err
}

// sentOn is the ticket it belongs to: by what it answers and by what it refers
// to, the newest first, and by the number in its subject. Others may know the
// same id: before all comes a ticket of whom it was sent to.
func (r *receipt) sentOn() (Ticket, error) {
	var others []int64
	for _, id := range r.sentRefs() {
		known, err := r.TicketsByRefs([]string{id})
		if err != nil {
			return Ticket{}, err
		}
		if len(known) == 0 {
			continue
		}
		tickets, err := r.ofRecipients(id)
		if err != nil {
			return Ticket{}, err
		}
		if len(tickets) > 0 {
			return r.newestOf(tickets)
		}
		if others == nil {
			others = known
		}
	}
	if others != nil {
		return r.newestOf(others)
	}
	n, ok := NumberInSubject(r.in.Subject)
	if !ok {
		return Ticket{}, ErrNone
	}
	t, err := r.TicketByNumber(n)
	if err != nil {
		return t, err
	}
	return r.target(t.ID)
}

// sentRefs are the ids of what it answers, then its own: an answer to it may
// have come first.
func (r *receipt) sentRefs() []string {
	own := append([]string{r.in.MessageID}, r.in.AlsoIDs...)
	ids := slices.DeleteFunc(r.refs(), func(id string) bool { return slices.Contains(own, id) })
	return append(ids, own...)
}

func (r *receipt) ofRecipients(id string) ([]int64, error) {
	var all []int64
	for _, a := range r.sentTo() {
		tickets, err := r.ticketsOf([]string{id}, a.Addr)
		if err != nil {
			return nil, err
		}
		all = append(all, tickets...)
	}
	return all, nil
}

func (r *receipt) newestOf(ids []int64) (newest Ticket, err error) {
	for _, id := range ids {
		t, err := r.target(id)
		if err != nil {
			return newest, err
		}
		if newest.ID == 0 || t.LastMessageAt.After(newest.LastMessageAt) {
			newest = t
		}
	}
	return newest, nil
}

// letGo leaves only the ledger's row.
func (r *receipt) letGo() error {
	r.left = true
	if err := r.DropRaw(r.raw.ID); err != nil {
		return err
	}
	return r.record(Event{Kind: EventLetGo, ObjectID: r.raw.ID})
}

func (r *receipt) lookAgain() error {
	r.left = true
	r.raw.Attempts, r.raw.NextTry = 0, r.change.at.Add(sentAgain)
	return r.SaveRaw(r.raw)
}

func (r *receipt) fileOutside(t Ticket) error {
	answers, err := r.answersOn(t)
	if err != nil {
		return err
	}
	m := r.message(KindReply)
	m.TicketID = t.ID
	if err := r.InsertMessage(m, r.in.AlsoIDs); err != nil {
		return err
	}
	if err := r.tieOutside(t); err != nil {
		return err
	}
	t.Messages++
	t.HasAttachments = t.HasAttachments || hasFiles(m.Attachments)
	t.LastMessageAt = later(t.LastMessageAt, r.at)
	if answers {
		if err := r.answeredOutside(&t); err != nil {
			return err
		}
		if err := r.DueAnswer(t.ID); err != nil {
			return err
		}
	}
	if err := r.SaveTicket(&t); err != nil {
		return err
	}
	if t.OwnerID != 0 {
		if err := r.MarkUnread(t.OwnerID, t.ID, m.ID); err != nil {
			return err
		}
	}
	r.tell(ChangeMessage, t.Number)
	if err := r.record(Event{Kind: EventReplied, TicketID: t.ID, ObjectID: m.ID}); err != nil {
		return err
	}
	return r.mergeTied(t.ID)
}

// answersOn: it goes to somebody of the ticket, and nothing that a person of
// the body wrote is newer. A question passed on to a third party answers nobody.
func (r *receipt) answersOn(t Ticket) (bool, error) {
	last, err := r.LastQuestion(t.ID)
	if err != nil && !errors.Is(err, ErrNone) {
		return false, err
	}
	if last.At.After(r.at) {
		return false, nil
	}
	ps, err := r.Participants(t.ID)
	if err != nil {
		return false, err
	}
	for _, a := range r.sentTo() {
		if takesPart(ps, a.Addr) {
			return true, nil
		}
	}
	return false, nil
}

// answeredOutside is what a reply of the desk changes, but for the owner: who
// wrote it is not known.
func (r *receipt) answeredOutside(t *Ticket) error {
	t.AnsweredAt = later(t.AnsweredAt, r.at)
	if t.FirstAnswerAt.IsZero() || r.at.Before(t.FirstAnswerAt) {
		t.FirstAnswerAt = r.at
	}
	if !t.State.Active() {
		return nil
	}
	return r.enter(t, StateAnswered, 0)
}

// tieOutside makes the recipients participants, as an answer of the desk does.
func (r *receipt) tieOutside(t Ticket) error {
	if err := r.AddThreadRefs(t.ID, r.refs()); err != nil {
		return err
	}
	for _, a := range r.sentTo() {
		p := Participant{Address: strings.ToLower(a.Addr), Body: BodyOf(a.Addr)}
		if err := r.AddParticipant(t.ID, p); err != nil {
			return err
		}
	}
	return nil
}

// sentTo are its recipients but for ourselves, no more than an answer has.
func (r *receipt) sentTo() []Address {
	var to []Address
	for _, list := range [][]Address{r.in.To, r.in.Cc} {
		for _, a := range list {
			if a.Addr != "" && !r.ours[strings.ToLower(a.Addr)] && len(to) < maxRecipients {
				to = append(to, a)
			}
		}
	}
	return to
}
