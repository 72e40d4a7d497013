package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

func (s *Server) showTicket(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	return s.ticketAnswer(c, u, n, http.StatusOK, nil)
}

// ticketAnswer answers with the page of a ticket; change puts on it what a
// refused form had, nil for nothing.
func (s *Server) ticketAnswer(c *gin.Context, u helpdesk.User, n helpdesk.Number, status int, change func(*ticketPage)) error {
	ctx := c.Request.Context()
	v, err := s.reads.Ticket(ctx, n, u.ID)
	if err != nil {
		return fmt.Errorf("ticket: %w", orNoTicket(err))
	}
	staff, err := s.staff(c)
	if err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	before := parseID(c.Query("prima"))
	older := before > 0
	if older {
		v.Events = nil
		if v.Messages, v.Earlier, err = s.reads.Thread(ctx, n, before); err != nil {
			return fmt.Errorf("ticket: %w", err)
		}
	}
	p := s.newTicketPage(c, u, v, staff)
	if v.Earlier > 0 && len(v.Messages) > 0 {
		p.Earlier, p.EarlierURL = v.Earlier, fmt.Sprintf("%s?prima=%d", ticketPath(n), v.Messages[0].ID)
	}
	if p.Entries, err = s.thread(ctx, v, staff); err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	p.Composer = s.newComposer(v)
	p.Composer.Measure = newMeasureQuestion(v, s.desk.Now().In(rome))
	p.Composer.Signed = u.Signature != ""
	if older {
		p.NewestURL, p.Composer.Off = ticketPath(n), "Questi sono i messaggi precedenti: per scrivere torna ai più recenti."
	}
	p.ToRead = !older && (v.FirstUnread != 0 || v.Unopened && v.Ticket.State == helpdesk.StateNew)
	p.Composer.SentKey = s.sessions.PopString(ctx, sessionSent)
	if change != nil {
		change(&p)
	}
	if err := s.warnCertified(ctx, v, &p.Composer); err != nil {
		return fmt.Errorf("ticket: %w", err)
	}
	return s.page(c, status, "quesito", p)
}

// orNoTicket makes every way of saying «none» the same answer.
func orNoTicket(err error) error {
	if status, _ := verdict(err); status == http.StatusNotFound {
		return errNoTicket
	}
	return err
}

func (s *Server) newTicketPage(c *gin.Context, u helpdesk.User, v helpdesk.TicketView, staff []helpdesk.User) ticketPage {
	t := v.Ticket
	p := ticketPage{
		page: s.frame(c, u, t.Number.String()+" "+t.Subject), Number: t.Number.String(), Subject: t.Subject,
		State: string(t.State), Version: t.Version, Channel: string(t.Channel), Mailbox: v.Mailbox.Address,
		OpenedAt: t.OpenedAt, SnoozedUntil: t.SnoozedUntil,
		Sender: contact{Name: v.Contact.Name, Address: v.Contact.Address, Blocked: v.Blocked},
	}
	p.Classified = newClassified(v, s.desk.Now().In(rome))
	if c.Query("vista") == viewKeys[helpdesk.ViewClassify] || c.Request.Method == http.MethodPost && field(c, "vista") == viewKeys[helpdesk.ViewClassify] {
		p.InView = viewKeys[helpdesk.ViewClassify]
	}
	p.BackURL, p.BackLabel = backTo(c.Request, s.base)
	if t.OwnerID != 0 {
		p.Owner = &person{ID: t.OwnerID, Name: v.Owner.Name}
	}
	for _, m := range v.Messages {
		p.Sender.Unverified = p.Sender.Unverified || m.Unverified && m.ContactID == t.ContactID
	}
	p.Related, p.Others = ticketLinks(v.Linked), ticketLinks(v.Others)
	if len(p.Others) == othersLimit && v.Contact.Address != "" {
		p.OthersURL = queuePath + "?" + queueURL(helpdesk.QueueQuery{Text: v.Contact.Address}).Encode()
	}
	if t.State == helpdesk.StateMerged {
		p.MergedInto = v.MergedInto.String()
		return p
	}
	p.States = append(p.States, option{string(t.State), t.State.Label(), true})
	for _, st := range t.State.Moves() {
		p.States = append(p.States, option{string(st), st.Label(), false})
	}
	p.Owners = append(p.Owners, option{"", "Nessuno", t.OwnerID == 0})
	for _, one := range staff {
		p.Owners = append(p.Owners, option{strconv.FormatInt(one.ID, 10), one.Name, one.ID == t.OwnerID})
	}
	p.CanTake = t.OwnerID != u.ID
	now := s.desk.Now().In(rome)
	if t.State.MaySnooze() {
		p.Snooze = snoozeChoices(now)
	}
	p.MinDate = now.AddDate(0, 0, 1).Format(time.DateOnly)
	return p
}

// othersLimit is how many further tickets of a sender the store lists.
const othersLimit = 5

func ticketLinks(rows []helpdesk.QueueRow) []ticketLink {
	var links []ticketLink
	for _, r := range rows {
		links = append(links, ticketLink{
			Number: r.Number.String(), Subject: r.Subject, State: string(r.State),
			Sender: r.Sender, LastAt: r.LastMessageAt, Messages: r.Messages,
		})
	}
	return links
}

// backTo is the queue that the reader came from, as he had filtered it.
func backTo(r *http.Request, base *url.URL) (address, label string) {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Path != "/quesiti" || from.Host != r.Host && from.Host != base.Host {
		return "/quesiti", "Coda"
	}
	back := localPath(from.RequestURI())
	view := from.Query().Get("vista")
	for _, v := range queueViews {
		if v.Key == view {
			return back, v.Label
		}
	}
	return back, "Coda"
}

// snoozeHour is when a snoozed ticket comes back: the beginning of the office's day.
const snoozeHour = 9

// The values of quando.
const (
	snoozeTomorrow = "domani"
	snoozeMonday   = "lunedi"
	snoozeWeek     = "settimana"
	snoozeDate     = "data"
)

// snoozeChoices are the days offered by «Rinvia», each once.
func snoozeChoices(now time.Time) []option {
	var choices []option
	var days []time.Time
	for _, one := range []struct{ value, label string }{
		{snoozeTomorrow, "Domani"}, {snoozeMonday, "Lunedì"}, {snoozeWeek, "Fra una settimana"},
	} {
		at, _ := snoozeUntil(one.value, "", now)
		if slices.ContainsFunc(days, at.Equal) {
			continue
		}
		days = append(days, at)
		label := fmt.Sprintf("%s, %s %d %s, %02d:00", one.label, weekdays[at.Weekday()], at.Day(), months[at.Month()-1], snoozeHour)
		choices = append(choices, option{Value: one.value, Label: label})
	}
	return choices
}

// snoozeUntil is the moment that a choice of the form means, in Rome.
func snoozeUntil(choice, date string, now time.Time) (time.Time, bool) {
	at := func(days int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, snoozeHour, 0, 0, 0, rome)
	}
	switch choice {
	case snoozeTomorrow:
		return at(1), true
	case snoozeMonday:
		days := (int(time.Monday-now.Weekday()) + 7) % 7
		if days == 0 {
			days = 7
		}
		return at(days), true
	case snoozeWeek:
		return at(7), true
	case snoozeDate:
		day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(date), rome)
		if err != nil {
			return time.Time{}, false
		}
		return time.Date(day.Year(), day.Month(), day.Day(), snoozeHour, 0, 0, 0, rome), true
	}
	return time.Time{}, false
}
