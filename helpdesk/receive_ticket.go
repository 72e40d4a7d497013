package helpdesk

import "strings"

// fileColleague files mail from a user of the desk. It is never a staff reply
// and never acknowledged: a From can be forged (CVE-2026-47123). An answer to
// a known ticket becomes a note, a forward opens a ticket for its original
// sender, anything else a ticket «da un collega».
func (r *receipt) fileColleague() (bool, error) {
	if r.colleague.ID == 0 {
		return false, nil
	}
	p, err := r.findThread()
	if err != nil {
		return false, err
	}
	if !p.found && len(p.maybe) > 0 && r.in.Forwarded == nil {
		if p.ticket, err = r.target(p.maybe[0]); err != nil {
			return false, err
		}
		p.found = !r.beyondGrace(p.ticket)
	}
	switch {
	case p.found:
		return true, r.fileColleagueNote(p.ticket)
	case r.in.Forwarded != nil && r.in.Forwarded.From.Addr != "":
		return true, r.fileNew(p, r.in.Forwarded.From)
	default:
		return true, r.fileNew(p, r.in.From)
	}
}

func (r *receipt) fileColleagueNote(t Ticket) error {
	m := r.message(KindNote)
	m.TicketID, m.Unverified = t.ID, true
	if err := r.InsertMessage(m, r.in.AlsoIDs); err != nil {
		return err
	}
	if err := r.AddThreadRefs(t.ID, r.refs()); err != nil {
		return err
	}
	if t.OwnerID != 0 {
		if err := r.MarkUnread(t.OwnerID, t.ID, m.ID); err != nil {
			return err
		}
	}
	r.tell(ChangeMessage, t.Number)
	return r.record(Event{Kind: EventNoted, TicketID: t.ID, ObjectID: m.ID})
}

// fileOnTicket files a message on the ticket it belongs to.
func (r *receipt) fileOnTicket(p place) error {
	t := p.ticket
	contact, err := r.contact(r.in.From)
	if err != nil {
		return err
	}
	m := r.message(KindInbound)
	m.TicketID, m.ContactID, m.Unverified = t.ID, contact.ID, p.unverified
	if err := r.InsertMessage(m, r.in.AlsoIDs); err != nil {
		return err
	}
	t.Messages++
	t.HasAttachments = t.HasAttachments || hasFiles(m.Attachments)
	t.LastMessageAt = later(t.LastMessageAt, r.at)
	if !p.unverified {
		if err := r.addSuggestion(&t, r.in.Suggested); err != nil {
			return err
		}
	}
	if r.reopens(t) {
		if err := r.enter(&t, t.State.afterInbound(), 0); err != nil {
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
	if err := r.record(Event{Kind: EventReceived, TicketID: t.ID, ObjectID: m.ID}); err != nil {
		return err
	}
	r.tell(ChangeMessage, t.Number)
	return r.tie(t.ID, p)
}

// reopens: a person's message does, also one that crossed our answer on the
// way, since nobody has read it. A mere thanks, an automatic one, or one from
// before the answer that a re-scan of the folder brings up does not.
func (r *receipt) reopens(t Ticket) bool {
	if t.State.afterInbound() == t.State || r.in.Automatic != "" || mereThanks(r.in.Text) && !hasFiles(r.in.Attachments) {
		return false
	}
	return !r.raw.FoundAtStart || r.at.After(t.AnsweredAt)
}

// fileNew opens a ticket for the asker.
func (r *receipt) fileNew(p place, asker Address) error {
	contact, err := r.contact(asker)
	if err != nil {
		return err
	}
	t, err := r.newTicket(contact)
	if err != nil {
		return err
	}
	m := r.message(KindInbound)
	// Who forwards is not who asks, and a colleague's From can be forged.
	m.TicketID, m.ContactID, m.Unverified = t.ID, contact.ID, asker.Addr != r.in.From.Addr
	if err := r.InsertMessage(m, r.in.AlsoIDs); err != nil {
		return err
	}
	if err := r.record(Event{Kind: EventOpened, TicketID: t.ID, ObjectID: m.ID, Detail: Detail{"number": t.Number.String()}}); err != nil {
		return err
	}
	if asker.Addr != r.in.From.Addr {
		forwarded := Participant{Address: strings.ToLower(asker.Addr), Body: BodyOf(asker.Addr)}
		if err := r.AddParticipant(t.ID, forwarded); err != nil {
			return err
		}
	}
	if err := r.acknowledge(t, m); err != nil {
		return err
	}
	r.tell(ChangeOpened, t.Number)
	return r.tie(t.ID, p)
}

func (r *receipt) newTicket(contact Contact) (Ticket, error) {
	number, err := r.NextNumber(r.desk.rome(r.at).Year())
	if err != nil {
		return Ticket{}, err
	}
	t := Ticket{
		Number: number, Subject: r.subject(), State: StateNew, MailboxID: r.raw.MailboxID, Channel: r.in.Channel,
		ContactID: contact.ID, OrganizationID: contact.OrganizationID, Automatic: r.in.Automatic != "" || r.in.Report != nil,
		OpenedAt: r.at, LastMessageAt: r.at, Messages: 1, HasAttachments: hasFiles(r.in.Attachments),
	}
	if r.blocked {
		t.State, t.ClosedAt = StateSpam, r.change.at
	}
	t.propose(r.in.Suggested)
	if err := r.InsertTicket(&t); err != nil {
		return t, err
	}
	return t, r.SaveTags(t.ID, r.in.Suggested.Tags)
}

func (r *receipt) subject() string {
	subject := r.in.Subject
	if r.colleague.ID != 0 && r.in.Forwarded != nil && r.in.Forwarded.Subject != "" {
		subject = r.in.Forwarded.Subject
	}
	if s := BareSubject(subject); s != "" {
		return s
	}
	return "(senza oggetto)"
}

// contact finds or makes the contact of an address, and learns its name; a
// message without a readable sender has none.
func (r *receipt) contact(a Address) (Contact, error) {
	a.Addr = strings.ToLower(a.Addr)
	if a.Addr == "" {
		return Contact{}, nil
	}
	known, err := r.contactOf(a)
	if err != nil || known.Name != "" || a.Name == "" {
		return known, err
	}
	known.Name = a.Name
	return known, r.SaveContact(known)
}

func hasFiles(as []Attachment) bool {
	for _, a := range as {
		if !a.MayShowInline() && !a.Wrapper {
			return true
		}
	}
	return false
}
