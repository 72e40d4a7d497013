package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sportello/helpdesk/crash"
	"sportello/helpdesk/richtext"
)

// maxRecipients of one answer; more is an announcement or a mistake (S-27).
const maxRecipients = 10

// ReplyForm is an answer as the expert wrote it.
type ReplyForm struct {
	Number      Number
	Key         string // made when the form was shown: the same key twice is one mail
	Seen        int64  // newest message that the form was shown with
	To, Cc      []string
	Markdown    string
	Attachments []Attachment // with Blob set
	StateAfter  State
	MailboxID   int64   // of ours that it leaves from, 0 for the ticket's
	Used        []int64 // earlier answers, by message, that it was written from
}

// Reply answers: the message, the state and the mail in the outbox, in one
// transaction. A form sent twice answers once.
func (d *Desk) Reply(ctx context.Context, u User, f ReplyForm) error {
	if !Can(u, ActWork, 0) {
		return errForbidden
	}
	r, err := d.prepareReply(ctx, u, f)
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	if r.done {
		return nil
	}
	err = d.update(ctx, "reply", func(c *change) error { return r.write(c) })
	crash.At("replied")
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

// reply is an answer made ready outside the transaction.
type reply struct {
	form    ReplyForm
	user    User
	key     string // of the intent, before the text is completed
	done    bool   // this form was sent before
	ticket  Ticket
	box     Mailbox
	message Message
	data    []byte

	protocol string   // the sender's number of what is answered
	question Message  // that opened the ticket
	stems    []string // of the question
}

func (d *Desk) prepareReply(ctx context.Context, u User, f ReplyForm) (*reply, error) {
	r := &reply{form: f, user: u, key: f.Intent()}
	if strings.TrimSpace(f.Markdown) == "" {
		return nil, invalid("markdown", "La risposta è vuota: scrivi il testo prima di inviare.")
	}
	if f.Key == "" {
		return nil, invalid("key", "Il modulo è incompleto: ricarica la pagina.")
	}
	if !slices.Contains(statesAfterReply, f.StateAfter) {
		return nil, invalid("state_after", "Scegli lo stato dopo l'invio fra quelli proposti.")
	}
	draft := Draft{Date: d.now(), Attachments: f.Attachments}
	var err error
	if draft.To, err = parseRecipients("to", f.To); err != nil {
		return nil, err
	}
	if draft.Cc, err = parseRecipients("cc", f.Cc); err != nil {
		return nil, err
	}
	if len(draft.To) == 0 {
		return nil, invalid("to", "Manca il destinatario: indica almeno un indirizzo.")
	}
	if len(draft.To)+len(draft.Cc) > maxRecipients {
		return nil, invalid("to", fmt.Sprintf("I destinatari sono più di %d: togline qualcuno.", maxRecipients))
	}
	if err := d.store.View(ctx, func(tx ReadTx) error { return r.address(tx, &draft) }); err != nil || r.done {
		return r, err
	}
	r.stems = questionStems(r.question)
	return r, r.compose(d, draft)
}

// address completes the draft with what the ticket says: sender, subject,
// thread headers. Own addresses are never written to.
func (r *reply) address(tx ReadTx, draft *Draft) error {
	if _, err := tx.OutgoingByKey(r.form.Intent()); !errors.Is(err, ErrNone) {
		r.done = err == nil
		return err
	}
	t, err := liveTicket(tx, r.form.Number)
	if err != nil {
		return err
	}
	if r.box, err = r.leavesFrom(tx, t); err != nil {
		return err
	}
	if err := refuseOurs(tx, draft); err != nil {
		return err
	}
	key, err := tx.Secret(secretMessageID)
	if err != nil {
		return err
	}
	r.ticket = t
	if r.question, err = tx.Opening(t.ID); err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	draft.From = Address{Name: r.box.Name, Addr: r.box.Address}
	draft.Subject = "Re: " + t.Subject + " " + t.Number.Token()
	draft.MessageID = newMessageID(key, domainOf(r.box.Address))
	return r.thread(tx, draft)
}

func refuseOurs(tx ReadTx, draft *Draft) error {
	boxes, err := tx.Mailboxes()
	if err != nil {
		return err
	}
	for _, a := range append(append([]Address(nil), draft.To...), draft.Cc...) {
		for _, b := range boxes {
			if strings.EqualFold(a.Addr, b.Address) {
				return invalid("to", "«"+a.Addr+"» è una nostra casella: toglila dai destinatari.")
			}
		}
	}
	return nil
}

// thread sets In-Reply-To and References from the newest message of a person
// of the body (RFC 5322 §3.6.4), and opens with the sender's protocol number.
func (r *reply) thread(tx ReadTx, draft *Draft) error {
	last, err := tx.LastQuestion(r.ticket.ID)
	if errors.Is(err, ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	refs := last.References
	if last.MessageID != "" && last.RawID != 0 { // a call noted by hand has no id that leaves
		draft.InReplyTo = last.MessageID
		refs = append(append([]string(nil), refs...), last.MessageID)
	}
	if len(refs) > 20 { // the first and the newest are what readers thread by
		refs = append(append([]string(nil), refs[0]), refs[len(refs)-19:]...)
	}
	draft.References = refs
	r.protocol = last.Protocol
	return nil
}

func (r *reply) compose(d *Desk, draft Draft) error {
	body := asItLeaves(r.form.Markdown, r.protocol, r.user.Signature)
	fragment := richtext.Markdown(body)
	draft.Text = richtext.PlainFromMarkdown(body)
	draft.HTML = richtext.MailHTML(fragment, richtext.MailOptions{Centre: d.settings.Centre})
	data, err := d.composer.Compose(draft)
	if err != nil {
		return fmt.Errorf("compose: %w", err)
	}
	r.data = data
	r.message = Message{
		Kind: KindReply, Channel: r.channel(), AuthorID: r.user.ID, From: draft.From, To: draft.To, Cc: draft.Cc,
		Subject: draft.Subject, MessageID: draft.MessageID, References: draft.References,
		Text: draft.Text, HTML: fragment, PolicyVersion: richtext.PolicyVersion, Attachments: draft.Attachments,
	}
	return nil
}

func (r *reply) write(c *change) error {
	if _, err := c.OutgoingByKey(r.key); !errors.Is(err, ErrNone) {
		if err == nil {
			err = ErrExists // the other press of the button came first
		}
		return err
	}
	t, err := c.TicketByID(r.ticket.ID)
	if err != nil {
		return err
	}
	if t.State == StateMerged {
		return errMerged
	}
	if err := r.checkSeen(c, t); err != nil {
		return err
	}
	r.message.TicketID, r.message.At = t.ID, c.at
	if err := c.InsertMessage(&r.message, nil); err != nil {
		return err
	}
	out := r.outgoing(c)
	if err := c.InsertOutgoing(out); err != nil {
		return err
	}
	if err := c.AddThreadRefs(t.ID, []string{r.message.MessageID}); err != nil {
		return err
	}
	for _, a := range append(append([]Address(nil), r.message.To...), r.message.Cc...) {
		if err := c.AddParticipant(t.ID, Participant{Address: strings.ToLower(a.Addr), Body: BodyOf(a.Addr)}); err != nil {
			return err
		}
	}
	if err := r.answer(c, &t); err != nil {
		return err
	}
	if err := r.index(c); err != nil {
		return err
	}
	crash.At("reply-begun")
	c.outgoing = true
	c.tell(ChangeMessage, t.Number)
	return c.record(Event{Kind: EventReplied, ActorID: r.user.ID, TicketID: t.ID, ObjectID: r.message.ID})
}

// checkSeen refuses an answer written without having seen the newest message
// (security R-22): its author would not know what he answers.
func (r *reply) checkSeen(c *change, t Ticket) error {
	last, err := c.LastMessageID(t.ID, KindInbound, KindReply)
	if errors.Is(err, ErrNone) || err == nil && last <= r.form.Seen {
		return nil
	}
	if err != nil {
		return err
	}
	return &Error{Code: Conflict, Message: "È arrivato un nuovo messaggio: rileggi prima di inviare. Il testo che hai scritto è conservato qui sotto."}
}

func (r *reply) outgoing(c *change) *Outgoing {
	o := &Outgoing{
		Key: r.key, Kind: OutgoingReply, TicketID: r.ticket.ID, MessageID: r.message.ID,
		MailboxID: r.box.ID, Ref: r.message.MessageID, From: r.box.Address, Subject: r.message.Subject,
		Bytes: NewBlob(r.data), Size: int64(len(r.data)), State: OutgoingQueued, NextTry: c.at, CreatedAt: c.at,
	}
	for _, a := range append(append([]Address(nil), r.message.To...), r.message.Cc...) {
		o.Recipients = append(o.Recipients, a.Addr)
	}
	return o
}

// answer sets what a reply changes on the ticket.
func (r *reply) answer(c *change, t *Ticket) error {
	t.Messages++
	t.HasAttachments = t.HasAttachments || len(r.message.Attachments) > 0
	t.LastMessageAt = later(t.LastMessageAt, c.at)
	t.AnsweredAt = c.at
	if t.FirstAnswerAt.IsZero() {
		t.FirstAnswerAt = c.at
	}
	if t.OwnerID == 0 {
		t.OwnerID = r.user.ID
	}
	if t.State != r.form.StateAfter {
		if err := c.enter(t, r.form.StateAfter, r.user.ID); err != nil {
			return err
		}
	}
	if err := c.SaveTicket(t); err != nil {
		return err
	}
	return c.MarkRead(r.user.ID, t.ID, r.form.Seen)
}
