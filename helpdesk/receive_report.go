package helpdesk

import (
	"errors"
	"slices"
	"strings"
)

// fileReport attaches a message about something we sent to it: bounces,
// receipts, read receipts, vacation replies. One that is tied to nothing of
// ours opens a ticket like any other, but for receipts of certified mail.
func (r *receipt) fileReport() (bool, error) {
	if r.in.Report == nil {
		return false, nil
	}
	out, err := r.reportedOn()
	if errors.Is(err, ErrNone) {
		return r.fileUntied()
	}
	if err != nil {
		return false, err
	}
	t, err := r.target(out.TicketID)
	if err != nil {
		return false, err
	}
	report := *r.in.Report
	report.OutgoingID = out.ID
	m := r.message(reportKind(report.Kind))
	m.TicketID, m.Report, m.AboutID = t.ID, &report, out.MessageID
	m.Unverified = out.byNumber || m.Certified != nil && r.doubtful(out.Outgoing, report)
	if err := r.InsertMessage(m, r.in.AlsoIDs); err != nil {
		return false, err
	}
	if err := errors.Join(r.learn(t.ID, out.Outgoing), r.settle(out, report)); err != nil {
		return false, err
	}
	if err := r.afterReport(&t, m, out.Outgoing, report); err != nil {
		return false, err
	}
	if m.Kind == KindReceipt && m.Certified != nil {
		r.tell(ChangeOutgoing, t.Number) // shown on our message, not below it
	} else {
		r.tell(ChangeMessage, t.Number)
	}
	return true, r.record(Event{Kind: EventReport, TicketID: t.ID, ObjectID: m.ID, Detail: Detail{"report": string(report.Kind)}})
}

// doubtful: to an ordinary box anybody can write X-Ricevuta, and providers write
// from posta-certificata@ and tell of nobody but the recipients whom we named
// to them (RFC 6109 §3.1, §3.3).
func (r *receipt) doubtful(out Outgoing, report Report) bool {
	if r.box.Kind != MailboxPEC || !strings.HasPrefix(strings.ToLower(r.in.From.Addr), "posta-certificata@") {
		return true
	}
	if len(out.Recipients) == 0 { // a colleague's, sent by another program
		return false
	}
	return slices.ContainsFunc(report.Named(), func(named string) bool {
		return !slices.ContainsFunc(out.Recipients, func(to string) bool { return strings.EqualFold(named, to) })
	})
}

// fileUntied: the report may be about what the sent folder is about to tell of.
// Then comes what it is by itself.
func (r *receipt) fileUntied() (bool, error) {
	wait, err := r.sentMayCome()
	if err != nil {
		return false, err
	}
	if wait {
		return true, r.lookAgain()
	}
	return r.fileUnclaimed(), nil
}

func reportKind(k ReportKind) Kind {
	if k == ReportFailed || k == ReportDelayed {
		return KindBounce
	}
	return KindReceipt
}

// afterReport: an answer that did not arrive brings the ticket back before
// its owner's eyes; an acknowledgement that did not arrive is only shown.
func (r *receipt) afterReport(t *Ticket, m *Message, out Outgoing, report Report) error {
	if report.Kind != ReportFailed || out.Kind.Automatic() {
		return nil
	}
	return r.reopenFailed(t, m.ID)
}

// reopenFailed opens a ticket whose answer did not arrive and tells its owner.
func (c *change) reopenFailed(t *Ticket, messageID int64) error {
	if t.State != StateOpen && t.State != StateNew && t.State != StateMerged {
		if err := c.enter(t, StateOpen, 0); err != nil {
			return err
		}
		if err := c.SaveTicket(t); err != nil {
			return err
		}
	}
	if t.OwnerID == 0 {
		return nil
	}
	return c.MarkUnread(t.OwnerID, t.ID, messageID)
}
