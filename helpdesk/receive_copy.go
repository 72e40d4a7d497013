package helpdesk

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

const probableCopyWithin = 48 * time.Hour

// fileCopy recognises a further way by which a message that we have came.
// Identity is never the Message-ID alone: a stranger can reuse one, and then
// the other mail would vanish (security §0.6).
func (r *receipt) fileCopy() (bool, error) {
	same, err := r.MessagesByID(append([]string{r.in.MessageID}, r.in.AlsoIDs...))
	if err != nil {
		return false, err
	}
	for _, m := range same {
		if r.isCopyOf(m) {
			return true, r.addCopy(m, false)
		}
	}
	return r.fileProbableCopy()
}

func (r *receipt) isCopyOf(m Message) bool {
	return m.RawID != 0 && strings.EqualFold(m.From.Addr, r.in.From.Addr) &&
		m.Date.Equal(r.in.Date) && bytes.Equal(m.BodyHash, r.in.BodyHash)
}

// fileProbableCopy: the courtesy mail beside a PEC, and the like. The town's
// protocol software sends both, under other ids and often from other addresses.
func (r *receipt) fileProbableCopy() (bool, error) {
	hash := textHash(r.in.Text)
	if hash == nil {
		return false, nil
	}
	alike, err := r.MessagesByText(hash, r.at.Add(-probableCopyWithin))
	if err != nil {
		return false, err
	}
	for _, m := range alike {
		if !r.isProbableCopyOf(m) {
			continue
		}
		more, err := r.bringsFiles(m)
		if err != nil {
			return false, err
		}
		if more {
			r.twin = &m // folding it would hide them
			return false, nil
		}
		return true, r.addCopy(m, true)
	}
	return false, nil
}

func (r *receipt) isProbableCopyOf(m Message) bool {
	if m.Kind != KindInbound || m.At.Sub(r.at).Abs() > probableCopyWithin || subjectKey(m.Subject) != subjectKey(r.in.Subject) {
		return false
	}
	return sameBody(m.From.Addr, r.in.From.Addr) && m.Channel != r.in.Channel
}

// bringsFiles reports whether this way carries files that the other lacks.
func (r *receipt) bringsFiles(m Message) (bool, error) {
	full, err := r.MessageByID(m.ID)
	if err != nil {
		return false, err
	}
	for _, a := range r.in.Attachments {
		same := func(b Attachment) bool { return b.Name == a.Name && b.Size == a.Size }
		if !a.Inline && !a.Wrapper && !slices.ContainsFunc(full.Attachments, same) {
			return true, nil
		}
	}
	return false, nil
}

func (r *receipt) addCopy(m Message, probable bool) error {
	err := r.InsertCopy(Copy{
		MessageID: m.ID, RawID: r.raw.ID, At: r.at, Channel: r.in.Channel, MailboxID: r.raw.MailboxID,
		From: r.in.From, Subject: r.in.Subject, Probable: probable,
	})
	if err != nil {
		return err
	}
	if err := r.AddMessageIDs(m.ID, append([]string{r.in.MessageID}, r.in.AlsoIDs...)); err != nil {
		return err
	}
	if m.Kind == KindInbound {
		if err := r.tie(m.TicketID, place{}); err != nil {
			return err
		}
	}
	if err := r.tellOf(ChangeTicket, m.TicketID); err != nil {
		return err
	}
	return r.record(Event{Kind: EventCopy, TicketID: m.TicketID, ObjectID: m.ID})
}
