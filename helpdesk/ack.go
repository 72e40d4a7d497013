package helpdesk

import (
	"fmt"
	"strings"
	"time"
)

const ackMaxAge = 24 * time.Hour

// acknowledge queues the confirmation that a question arrived, if it may
// leave at all: never to automatic senders, colleagues, ourselves, spam, for
// old mail, twice a day to one address, or over the hourly cap. It repeats
// nothing of what the sender wrote: acknowledgements are a way to send
// somebody else's words to third parties (security S-33).
func (r *receipt) acknowledge(t Ticket, m *Message) error {
	to := strings.ToLower(r.in.From.Addr)
	ok, err := r.mayAcknowledge(t, to)
	if !ok || err != nil {
		return err
	}
	ref := newMessageID(r.key, domainOf(r.box.Address))
	draft := r.ackDraft(t, m, to, ref)
	// Composed in here because the number is only known here; it is a fixed
	// text, made in microseconds.
	data, err := r.desk.composer.Compose(draft)
	if err != nil {
		return fmt.Errorf("compose acknowledgement: %w", err)
	}
	sent := &Message{
		TicketID: t.ID, Kind: KindSystem, Channel: t.Channel, At: r.change.at, From: draft.From, To: draft.To,
		Subject: draft.Subject, MessageID: ref, Text: draft.Text,
	}
	if err := r.InsertMessage(sent, nil); err != nil {
		return err
	}
	state := OutgoingQueued
	if held, err := r.held(); err != nil {
		return err
	} else if held {
		state = OutgoingHeld
	}
	out := &Outgoing{
		Key: fmt.Sprintf("ack:%d", t.ID), Kind: OutgoingAck, TicketID: t.ID, MessageID: sent.ID, MailboxID: r.box.ID, Ref: ref,
		Recipients: []string{to}, Subject: draft.Subject, Bytes: NewBlob(data), Size: int64(len(data)),
		State: state, NextTry: r.change.at, CreatedAt: r.change.at,
	}
	if err := r.InsertOutgoing(out); err != nil {
		return err
	}
	if err := r.AddThreadRefs(t.ID, []string{ref}); err != nil {
		return err
	}
	r.outgoing = true
	return r.record(Event{Kind: EventAcknowledged, TicketID: t.ID, ObjectID: out.ID})
}

func (r *receipt) mayAcknowledge(t Ticket, to string) (bool, error) {
	switch {
	case !r.desk.settings.Automatic, !r.box.AckEnabled,
		to == "", r.ours[to], r.colleague.ID != 0,
		t.Automatic, t.State == StateSpam, r.in.Spam != "",
		r.raw.FoundAtStart, r.change.at.Sub(r.at) > ackMaxAge:
		return false, nil
	}
	for _, a := range r.in.ReplyTo {
		if r.ours[strings.ToLower(a.Addr)] {
			return false, nil // answers would come back to us
		}
	}
	day, err := r.AutomaticTo(0, OutgoingAck, to, r.change.at.Add(-24*time.Hour))
	if err != nil || day > 0 {
		return false, err
	}
	hour, err := r.AutomaticTo(r.box.ID, OutgoingAck, "", r.change.at.Add(-time.Hour))
	return hour < r.box.AckHourlyLimit, err
}

func (r *receipt) ackDraft(t Ticket, m *Message, to, ref string) Draft {
	s := r.desk.settings
	by := r.desk.hours.AddWorkingHours(r.change.at, time.Duration(s.AnswerHours)*time.Hour)
	text := fmt.Sprintf(`Gentile utente,

abbiamo ricevuto la Sua richiesta e l'abbiamo registrata con il numero %s.

Le risponderemo %s.

Per aggiungere informazioni o documenti risponda a questo messaggio lasciando invariato l'oggetto: quanto scrive si aggiunge alla stessa richiesta.

Questa è una conferma automatica.

%s
%s
`, t.Number, r.desk.hours.SayBy(by), s.Product, s.Centre)
	if s.PrivacyURL != "" {
		text += "\nInformativa sul trattamento dei dati personali: " + s.PrivacyURL + "\n"
	}
	d := Draft{
		From: Address{Name: r.box.Name, Addr: r.box.Address}, To: []Address{{Addr: to}},
		Subject:   "Richiesta ricevuta " + t.Number.Token(),
		MessageID: ref, Date: r.change.at, Text: text, Automatic: "auto-replied",
	}
	if m.MessageID != "" {
		d.InReplyTo, d.References = m.MessageID, []string{m.MessageID}
	}
	return d
}
