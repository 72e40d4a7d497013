package helpdesk

import "errors"

// leavesFrom is the mailbox that the answer is sent from.
func (r *reply) leavesFrom(tx ReadTx, t Ticket) (Mailbox, error) {
	if r.form.MailboxID == 0 {
		return tx.MailboxByID(t.MailboxID)
	}
	box, err := tx.MailboxByID(r.form.MailboxID)
	if errors.Is(err, ErrNone) {
		return box, invalid("mailbox", "La casella da cui rispondere non esiste più: ricarica la pagina.")
	}
	return box, err
}

// channel of an answer: the ticket's, or that of the mailbox chosen for it.
func (r *reply) channel() Channel {
	switch {
	case r.form.MailboxID == 0:
		return r.ticket.Channel
	case r.box.Kind == MailboxPEC:
		return ChannelPEC
	}
	return ChannelMail
}
