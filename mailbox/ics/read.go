package ics

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Limits of what is read of one file.
const (
	maxFile      = 1 << 20
	maxLine      = 16 << 10
	maxAttendees = 200
)

// Event is one meeting as an invitation or an answer to it states it.
type Event struct {
	Method    string // upper case: "REQUEST", "REPLY", "COUNTER", "CANCEL"; "" where none is stated
	UID       string
	Sequence  int
	Summary   string
	Location  string
	Comment   string
	Start     time.Time // zero if unreadable; midnight in Loc of a whole day
	End       time.Time // zero if not stated
	WholeDay  bool
	Recurs    bool
	Organizer Person
	Attendees []Attendee
}

// Person of an event. Addr is an address of mail, or empty.
type Person struct{ Name, Addr string }

// Attendee is a person with the answer given: "ACCEPTED", "DECLINED",
// "TENTATIVE", "NEEDS-ACTION", "DELEGATED", or "".
type Attendee struct {
	Person
	Status string
}

// Read reads the first event of a file. Times without a zone are in loc. It
// reports false where there is no event.
func Read(data []byte, loc *time.Location) (Event, bool) {
	r := reader{loc: loc, zones: map[string]*zone{}}
	r.read(data[:min(len(data), maxFile)])
	r.event.Start, r.event.WholeDay = r.time(r.start)
	r.event.End, _ = r.time(r.end)
	if r.event.End.IsZero() && !r.event.Start.IsZero() {
		r.event.End = r.event.Start.Add(r.duration)
	}
	return r.event, r.found
}

// reader goes over the lines once. Zones may follow the event that uses them,
// so times are worked out at the end.
type reader struct {
	loc        *time.Location
	inside     []string // open components
	event      Event
	found      bool // an event has begun
	done       bool // and ended: further ones are exceptions of a series
	start, end property
	duration   time.Duration
	zones      map[string]*zone
	zone       *zone // being read
}

func (r *reader) read(data []byte) {
	var line []byte
	for len(data) > 0 {
		var next []byte
		next, data, _ = bytes.Cut(data, []byte{'\n'})
		next = bytes.TrimSuffix(next, []byte{'\r'})
		if len(next) > 0 && (next[0] == ' ' || next[0] == '\t') { // folded, RFC 5545 §3.1
			if len(line) < maxLine {
				line = append(line, next[1:]...)
			}
			continue
		}
		r.line(line)
		line = append([]byte(nil), next[:min(len(next), maxLine)]...)
	}
	r.line(line)
}

func (r *reader) line(raw []byte) {
	p, ok := parseProperty(string(raw))
	if !ok {
		return
	}
	switch p.name {
	case "BEGIN":
		r.begin(strings.ToUpper(p.value))
	case "END":
		r.endComponent()
	default:
		r.property(p)
	}
}

func (r *reader) begin(component string) {
	const maxDepth = 10
	if len(r.inside) < maxDepth {
		r.inside = append(r.inside, component)
	}
	switch component {
	case "VEVENT":
		r.found = true
	case "VTIMEZONE":
		r.zone = &zone{}
	}
}

func (r *reader) endComponent() {
	if len(r.inside) == 0 {
		return
	}
	switch r.component() {
	case "VEVENT":
		r.done = true
	case "VTIMEZONE":
		if r.zone != nil && r.zone.id != "" {
			r.zones[r.zone.id] = r.zone
		}
		r.zone = nil
	}
	r.inside = r.inside[:len(r.inside)-1]
}

func (r *reader) component() string {
	if len(r.inside) == 0 {
		return ""
	}
	return r.inside[len(r.inside)-1]
}

func (r *reader) property(p property) {
	switch r.component() {
	case "VCALENDAR", "":
		if p.name == "METHOD" {
			r.event.Method = strings.ToUpper(p.value)
		}
	case "VTIMEZONE", "STANDARD", "DAYLIGHT":
		if r.zone != nil {
			r.zone.property(r.component(), p)
		}
	case "VEVENT":
		if !r.done {
			r.eventProperty(p)
		}
	}
}

func (r *reader) eventProperty(p property) {
	e := &r.event
	switch p.name {
	case "UID":
		e.UID = p.value
	case "SEQUENCE":
		e.Sequence, _ = strconv.Atoi(p.value)
	case "SUMMARY":
		e.Summary = oneLine(p.text())
	case "LOCATION":
		e.Location = oneLine(p.text())
	case "COMMENT":
		e.Comment = p.text()
	case "DTSTART":
		r.start = p
	case "DTEND":
		r.end = p
	case "DURATION":
		r.duration = duration(p.value)
	case "RRULE":
		e.Recurs = true
	case "ORGANIZER":
		e.Organizer = p.person()
	case "ATTENDEE":
		if len(e.Attendees) < maxAttendees {
			e.Attendees = append(e.Attendees, Attendee{p.person(), strings.ToUpper(p.params["PARTSTAT"])})
		}
		if c := p.params["X-RESPONSE-COMMENT"]; c != "" && e.Comment == "" { // Google
			e.Comment = oneLine(c)
		}
	}
}
