package mailbox

import (
	"strings"
	"sync"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/calendar"
	"sportello/mailbox/ics"
	"sportello/mailbox/mime"
)

// rome is the zone in which times are said; UTC only where no zone data is.
var rome = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return time.UTC
	}
	return loc
})

// calendarEvent reads the event that a message carries as its own: a
// text/calendar part with a method (RFC 6047 §2.4). A file that was attached
// for information is only a file.
func calendarEvent(m *mime.Message) *ics.Event {
	p := findPart(m.Root, "text/calendar")
	if p == nil {
		return nil
	}
	e, ok := ics.Read([]byte(p.Text()), rome())
	if !ok {
		return nil
	}
	if method := strings.ToUpper(p.Params["method"]); method != "" {
		e.Method = method
	}
	return &e
}

func isAnswer(method string) bool { return method == "REPLY" || method == "COUNTER" }

// answerer is who answered: an answer names one attendee (RFC 5546 §3.2.3).
func answerer(m *mime.Message, e *ics.Event) helpdesk.Address {
	from := sender(m)
	for _, a := range e.Attendees {
		if a.Addr != "" && (len(e.Attendees) == 1 || strings.EqualFold(a.Addr, from.Addr)) {
			if a.Name == "" && strings.EqualFold(a.Addr, from.Addr) {
				a.Name = from.Name
			}
			return helpdesk.Address(a.Person)
		}
	}
	return from
}

// participation is the answer that was given, in the word of RFC 5545.
func participation(e *ics.Event) string {
	if e.Method == "COUNTER" {
		return "counter"
	}
	for _, a := range e.Attendees {
		if a.Status != "" && a.Status != "NEEDS-ACTION" {
			return strings.ToLower(clip(a.Status))
		}
	}
	return ""
}

var participations = map[string]string{
	"accepted": "ha accettato l'invito", "declined": "ha rifiutato l'invito", "tentative": "ha accettato l'invito con riserva",
	"delegated": "ha delegato un'altra persona", "counter": "propone un altro orario",
}

// eventSummary says an invitation or an answer to one in a few lines, because
// the text of such mail often says nothing.
func eventSummary(m *mime.Message) string {
	e := calendarEvent(m)
	if e == nil {
		return ""
	}
	var lines []string
	line := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+beginning(value, 300))
		}
	}
	switch {
	case e.Method == "REQUEST":
		line("Invito", orElse(e.Summary, "(senza titolo)"))
	case e.Method == "CANCEL":
		line("Invito annullato", orElse(e.Summary, "(senza titolo)"))
	case isAnswer(e.Method):
		who := answerer(m, e)
		lines = append(lines, orElse(who.Name, who.Addr)+" "+orElse(participations[participation(e)], "ha risposto all'invito")+".")
		line("Invito", e.Summary)
	default:
		return ""
	}
	line("Quando", eventTime(e))
	line("Dove", e.Location)
	if !isAnswer(e.Method) {
		line("Organizzatore", helpdesk.Address(e.Organizer).String())
	}
	line("Commento", e.Comment)
	return strings.Join(lines, "\n")
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// eventTime: «giovedì 26 novembre 2026, dalle 10:00 alle 10:30», in Rome.
func eventTime(e *ics.Event) string {
	if e.Start.IsZero() {
		return ""
	}
	start, end := e.Start.In(rome()), e.End.In(rome())
	var said string
	sameDay := start.YearDay() == end.YearDay() && start.Year() == end.Year()
	switch {
	case e.WholeDay && end.Sub(start) > 36*time.Hour: // the end is the day after the last
		said = "da " + calendar.SayDate(start) + " a " + calendar.SayDate(end.AddDate(0, 0, -1))
	case e.WholeDay:
		said = calendar.SayDate(start) + ", tutto il giorno"
	case e.End.IsZero() || !end.After(start):
		said = calendar.SayDate(start) + ", ore " + start.Format("15:04")
	case sameDay:
		said = calendar.SayDate(start) + ", " + start.Format("15:04") + "–" + end.Format("15:04")
	default:
		said = calendar.SayDate(start) + ", ore " + start.Format("15:04") + ", fino a " + calendar.SayDate(end) + ", ore " + end.Format("15:04")
	}
	if e.Recurs {
		said += " (si ripete)"
	}
	return said
}
