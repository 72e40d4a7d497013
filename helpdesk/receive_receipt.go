package helpdesk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// reported is the mail of ours that a report is about.
type reported struct {
	Outgoing
	byID     bool // by an id that only who was written to knows
	byNumber bool // by nothing that is a secret
}

// reportedOn finds what a report is about: by the ids it names, first our own,
// then those that a provider of certified mail gave to our message; at last,
// for receipts that name none, by the subject.
func (r *receipt) reportedOn() (reported, error) {
	ids := append(slices.Clone(r.in.ReportOf[:min(len(r.in.ReportOf), maxRefs)]), r.refs()...)
	for _, find := range []func(string) (Outgoing, error){r.OutgoingByRef, r.outgoingKnownAs} {
		for _, id := range ids {
			out, err := find(id)
			if err == nil || !errors.Is(err, ErrNone) {
				return reported{Outgoing: out, byID: true}, err
			}
		}
	}
	if out, err := r.outgoingBySubject(); !errors.Is(err, ErrNone) {
		return reported{Outgoing: out}, err
	}
	out, err := r.outgoingByNumber()
	return reported{Outgoing: out, byNumber: true}, err
}

// noticeWithin is how long after our mail a notice may come that does not name
// its id: mail systems give up after five days.
const noticeWithin = 7 * 24 * time.Hour

// outgoingByNumber: a notice that returns no id, or another one because a relay
// changed ours, may still cite our subject. The number in it is known to all
// who were written to, and can be guessed, so the notice must name one of them,
// too, and come soon. It can only bring back their own ticket, as a mail with a
// forged sender can, and is shown as not verified.
func (r *receipt) outgoingByNumber() (Outgoing, error) {
	report := r.in.Report
	if report.Kind != ReportFailed && report.Kind != ReportDelayed {
		return Outgoing{}, ErrNone
	}
	n, ok := NumberInSubject(report.Subject)
	if !ok {
		n, ok = NumberInSubject(r.in.Subject)
	}
	if !ok {
		return Outgoing{}, ErrNone
	}
	t, err := r.TicketByNumber(n)
	if err != nil {
		return Outgoing{}, err
	}
	all, err := r.OutgoingOfTicket(t.ID, 50)
	if err != nil {
		return Outgoing{}, err
	}
	for _, out := range all {
		if r.at.Sub(out.CreatedAt) > noticeWithin {
			continue
		}
		for _, to := range report.Named() {
			if slices.ContainsFunc(out.Recipients, func(one string) bool { return strings.EqualFold(one, to) }) {
				return out, nil
			}
		}
	}
	return Outgoing{}, ErrNone
}

func (r *receipt) outgoingKnownAs(id string) (Outgoing, error) {
	known, err := r.MessagesByID([]string{id})
	if err != nil {
		return Outgoing{}, err
	}
	for _, m := range known {
		if m.Kind != KindReply && m.Kind != KindSystem {
			continue
		}
		out, err := r.OutgoingOfMessage(m.ID)
		if errors.Is(err, ErrNone) { // a colleague sent it from another program
			return Outgoing{Kind: OutgoingReply, TicketID: m.TicketID, MessageID: m.ID}, nil
		}
		return out, err
	}
	return Outgoing{}, ErrNone
}

// outgoingBySubject: some providers name nothing but the subject. That is
// enough only in a certified box, where what others send comes in envelopes,
// for a certificate in the box's own name, and for the newest such mail to the
// recipient.
func (r *receipt) outgoingBySubject() (Outgoing, error) {
	c := r.in.Certified
	if !c.Stated() || r.box.Kind != MailboxPEC || c.Subject == "" || !strings.EqualFold(c.Sender, r.box.Address) {
		return Outgoing{}, ErrNone
	}
	all, err := r.OutgoingWithSubject(r.box.ID, c.Subject)
	if err != nil {
		return Outgoing{}, err
	}
	to := append([]string{r.in.Report.Recipient}, c.Recipients...)
	for _, out := range all {
		if slices.ContainsFunc(out.Recipients, func(one string) bool {
			return slices.ContainsFunc(to, func(other string) bool { return strings.EqualFold(one, other) })
		}) {
			return out, nil
		}
	}
	return Outgoing{}, ErrNone
}

// fileUnclaimed puts aside a receipt about nothing that we sent: it is nobody's
// question. Without a certificate it only says to be one, and is filed like any
// other mail.
func (r *receipt) fileUnclaimed() bool {
	c := r.in.Certified
	if !c.Stated() || r.in.Report == nil {
		return false
	}
	what := fmt.Sprintf("Ricevuta PEC di «%s»", strings.ReplaceAll(c.Kind, "-", " "))
	if !c.At.IsZero() {
		what += c.At.Format(" del 02/01/2006, ore 15:04")
	}
	if c.Subject != "" {
		what += ", per il messaggio «" + c.Subject + "»"
	}
	if r.in.Report.Recipient != "" {
		what += " a " + r.in.Report.Recipient
	}
	r.unclaimed = what + ": non riguarda nessun invio dello sportello. Di solito è una PEC scritta a mano dalla stessa casella."
	return true
}

// learn notes the ids under which a provider of certified mail sent our message
// on: the recipients know no others, and answers name them (domain.md §4.1).
// Only receipts in a certified box teach, since nobody but its provider writes
// to it without an envelope.
func (r *receipt) learn(ticketID int64, out Outgoing) error {
	if r.box.Kind != MailboxPEC || len(r.in.KnownAs) == 0 {
		return nil
	}
	if err := r.AddMessageIDs(out.MessageID, r.in.KnownAs); err != nil {
		return err
	}
	return r.AddThreadRefs(ticketID, r.in.KnownAs)
}

// settle ends the doubt about a mail of unknown fate: whoever reports on its
// Message-ID has it. A subject is shared by all answers of a ticket.
func (r *receipt) settle(out reported, report Report) error {
	if !out.byID || out.State != OutgoingUnknown || report.Kind != ReportAccepted && report.Kind != ReportDelivered {
		return nil
	}
	out.State, out.SentAt, out.Error = OutgoingSent, r.at, ""
	if err := r.SaveOutgoing(out.Outgoing); err != nil {
		return err
	}
	return r.record(Event{Kind: EventOutgoing, TicketID: out.TicketID, ObjectID: out.ID, Detail: Detail{"state": string(out.State)}})
}
