package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"sportello/helpdesk"
)

const (
	fillContacts = 600
	fillExperts  = 12
	fillSize     = 950 // bytes of a text; with greeting and gaps about 1 kB
)

// filler invents the tickets of one fill, the same for the same seed and day.
type filler struct {
	writer *fillWriter
	rand   *rand.Rand
	now    time.Time
	days   []time.Time // the working days that the tickets are spread over
	total  int
	run    string // part of every Message-ID: two fills do not collide
	boxes  []helpdesk.Mailbox

	owners []int64
	askers []helpdesk.Address
	ids    []int64 // contact ids of askers
}

func newFiller(seed int64, now time.Time, months, total int, boxes []helpdesk.Mailbox) (*filler, error) {
	w, err := fillTexts(seed)
	if err != nil {
		return nil, err
	}
	f := &filler{
		writer: w, rand: demoRand(seed, "fill tickets"), now: now, total: total, boxes: boxes,
		run: fmt.Sprintf("%x.%x", seed, now.UnixMilli()),
	}
	for d := now.AddDate(0, -months, 1); !d.After(now); d = d.AddDate(0, 0, 1) {
		if wd := d.Weekday(); wd != time.Saturday && wd != time.Sunday {
			f.days = append(f.days, time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, now.Location()))
		}
	}
	for i := range fillContacts {
		town := w.towns[i%len(w.towns)]
		office := []string{"protocollo", "tecnico", "ragioneria", "segreteria", "pnrr"}[i/len(w.towns)%5]
		f.askers = append(f.askers, helpdesk.Address{
			Name: town.Body() + ", ufficio " + office, Addr: office + "@" + town.Domain(),
		})
	}
	return f, nil
}

// prepare makes the invented people known to the desk.
func (f *filler) prepare(ctx context.Context, t *tool) error {
	for i := range fillExperts {
		email := fmt.Sprintf("esperto%02d@fill.example", i+1)
		id, err := t.desk.AddUser(ctx, helpdesk.User{}, helpdesk.UserForm{
			Email: email, Name: fmt.Sprintf("Esperto %02d", i+1), Role: helpdesk.RoleExpert,
			PasswordHash: "-", Active: true, // no hash: nobody can log in with it
		})
		if helpdesk.ErrorCode(err) == helpdesk.Invalid { // from an earlier fill
			u, known := t.store.UserByEmail(ctx, email)
			id, err = u.ID, known
		}
		if err != nil {
			return fmt.Errorf("fill: %w", err)
		}
		f.owners = append(f.owners, id)
	}
	for _, a := range f.askers {
		id, err := t.desk.FillContact(ctx, a)
		if err != nil {
			return fmt.Errorf("fill: %w", err)
		}
		f.ids = append(f.ids, id)
	}
	return nil
}

// opened spreads the tickets evenly over the working days and their hours, in
// ascending order, so that numbers follow time.
func (f *filler) opened(i int) time.Time {
	place := (float64(i) + f.rand.Float64()) / float64(f.total) * float64(len(f.days))
	day := min(int(place), len(f.days)-1)
	at := f.days[day].Add(8*time.Hour + time.Duration((place-float64(day))*float64(10*time.Hour)))
	if at.After(f.now) {
		return f.now
	}
	return at.Truncate(time.Millisecond)
}

// later is some working hours to days after at, and not after now.
func (f *filler) later(at time.Time, most time.Duration) time.Time {
	at = at.Add(30*time.Minute + time.Duration(f.rand.Int64N(int64(most))))
	if at.After(f.now) {
		return f.now
	}
	return at.Truncate(time.Millisecond)
}

// ticket invents the i-th ticket: one in ten is still to be dealt with, of the
// others half were answered in writing, and some asked twice.
func (f *filler) ticket(i int) helpdesk.FilledTicket {
	who := f.writer.zipf(len(f.askers))
	box := f.boxes[f.rand.IntN(len(f.boxes))]
	t := helpdesk.FilledTicket{Asker: f.askers[who], Ticket: helpdesk.Ticket{
		Subject: f.writer.Subject(), MailboxID: box.ID, Channel: channelOf(box), ContactID: f.ids[who],
		OpenedAt: f.opened(i), OwnerID: f.owners[f.rand.IntN(len(f.owners))],
	}}
	t.Ticket.LastMessageAt = t.Ticket.OpenedAt
	f.inbound(&t, i, t.Ticket.OpenedAt)
	if f.rand.IntN(10) == 0 {
		f.active(&t, i, box)
	} else {
		f.done(&t, i, box)
	}
	return t
}

func channelOf(box helpdesk.Mailbox) helpdesk.Channel {
	if box.Kind == helpdesk.MailboxPEC {
		return helpdesk.ChannelPEC
	}
	return helpdesk.ChannelMail
}

// active spreads the states that still want somebody.
func (f *filler) active(t *helpdesk.FilledTicket, i int, box helpdesk.Mailbox) {
	switch n := f.rand.IntN(20); {
	case n < 6:
		t.Ticket.State, t.Ticket.OwnerID = helpdesk.StateNew, 0
	case n < 13:
		t.Ticket.State = helpdesk.StateOpen
	case n < 16:
		t.Ticket.State = helpdesk.StateWaitingOrg
		f.reply(t, i, box)
	case n < 18:
		t.Ticket.State = helpdesk.StateWaitingThird
	default:
		t.Ticket.State, t.Ticket.SnoozedBy = helpdesk.StateSnoozed, t.Ticket.OwnerID
		t.Ticket.SnoozedUntil = f.now.AddDate(0, 0, 1+f.rand.IntN(60)).Truncate(time.Millisecond)
	}
}

// done answers and closes. What was answered lately is still only answered:
// it closes by itself after ten working days.
func (f *filler) done(t *helpdesk.FilledTicket, i int, box helpdesk.Mailbox) {
	t.Ticket.State = helpdesk.StateClosed
	if f.rand.IntN(100) < 46 {
		f.reply(t, i, box)
	}
	if f.rand.IntN(100) < 9 && len(t.Messages) > 1 {
		f.inbound(t, i, f.later(t.Ticket.LastMessageAt, 48*time.Hour))
		f.reply(t, i, box)
	}
	if len(t.Messages) > 1 && f.now.Sub(t.Ticket.LastMessageAt) < 12*24*time.Hour {
		t.Ticket.State = helpdesk.StateAnswered
		return
	}
	t.Ticket.ClosedAt = f.later(t.Ticket.LastMessageAt, 14*24*time.Hour)
}

func (f *filler) inbound(t *helpdesk.FilledTicket, i int, at time.Time) {
	m := helpdesk.Message{
		Kind: helpdesk.KindInbound, Channel: t.Ticket.Channel, At: at, Date: at, ContactID: t.Ticket.ContactID,
		From: t.Asker, To: []helpdesk.Address{f.address(t)}, Subject: t.Ticket.Subject,
		Text: f.writer.Question(fillSize), MessageID: f.messageID(t, i),
	}
	f.add(t, m)
}

// reply notes an answer of the owner, sent when it was written.
func (f *filler) reply(t *helpdesk.FilledTicket, i int, box helpdesk.Mailbox) {
	at := f.later(t.Ticket.LastMessageAt, 72*time.Hour)
	m := helpdesk.Message{
		Kind: helpdesk.KindReply, Channel: t.Ticket.Channel, At: at, AuthorID: t.Ticket.OwnerID,
		From: helpdesk.Address{Name: box.Name, Addr: box.Address}, To: []helpdesk.Address{t.Asker},
		Subject: "Re: " + t.Ticket.Subject, Text: f.writer.Answer(fillSize), MessageID: f.messageID(t, i),
		References: []string{t.Messages[len(t.Messages)-1].Message.MessageID},
	}
	if t.Ticket.FirstAnswerAt.IsZero() {
		t.Ticket.FirstAnswerAt = at
	}
	t.Ticket.AnsweredAt = at
	f.add(t, m)
}

func (f *filler) add(t *helpdesk.FilledTicket, m helpdesk.Message) {
	t.Ticket.LastMessageAt = m.At
	t.Messages = append(t.Messages, helpdesk.FilledMessage{Message: m, Raw: helpdesk.NewBlob(filledMail(m))})
}

func (f *filler) messageID(t *helpdesk.FilledTicket, i int) string {
	return fmt.Sprintf("%s.%d.%d@fill.example", f.run, i, len(t.Messages))
}

func (f *filler) address(t *helpdesk.FilledTicket) helpdesk.Address {
	for _, b := range f.boxes {
		if b.ID == t.Ticket.MailboxID {
			return helpdesk.Address{Addr: b.Address}
		}
	}
	panic(errors.New("fill: ticket of no mailbox"))
}

// filledMail are the bytes of a message, as plain as mail can be.
func filledMail(m helpdesk.Message) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\n", m.From.Addr, m.To[0].Addr,
		m.Subject, m.At.Format(time.RFC1123Z), m.MessageID)
	if len(m.References) > 0 {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\r\n", m.References[0])
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString(strings.ReplaceAll(m.Text, "\n", "\r\n"))
	return []byte(b.String())
}
