package ics

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func rome(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// An answer as Outlook writes it: Windows zone with its rules, tabs for folds.
const outlookReply = `BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=ACCEPTED;CN=Mario Rossi:MAILTO:tecnico@comune.valcerva.bg
	.example
COMMENT;LANGUAGE=it-IT:Va bene\, porto i documenti.\n
UID:c1@centro.example
SUMMARY;LANGUAGE=it-IT:Accettato: Colloquio\; saldo
DTSTART;TZID=W. Europe Standard Time:20261126T100000
DTEND;TZID=W. Europe Standard Time:20261126T103000
SEQUENCE:2
END:VEVENT
END:VCALENDAR
`

// An answer as Google writes it: UTC, the comment as a parameter.
const googleReply = `BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261126T090000Z
DTEND:20261126T093000Z
ORGANIZER;CN=Sportello:mailto:sportello@centro.example
UID:c1@centro.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN="Rossi, Mario";X-RESPONSE-COMMENT="Sono fuori; torno lunedì":mailto:tecnico@comune.valcerva.bg.example
SEQUENCE:1
SUMMARY:Colloquio
END:VEVENT
END:VCALENDAR
`

func TestReadReplies(t *testing.T) {
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	for name, want := range map[string]struct {
		file, status, name, comment, summary string
		sequence                             int
	}{
		"Outlook": {outlookReply, "ACCEPTED", "Mario Rossi", "Va bene, porto i documenti.", "Accettato: Colloquio; saldo", 2},
		"Google":  {googleReply, "DECLINED", "Rossi, Mario", "Sono fuori; torno lunedì", "Colloquio", 1},
	} {
		e, ok := Read([]byte(want.file), rome(t))
		if !ok || e.Method != "REPLY" || e.UID != "c1@centro.example" || e.Sequence != want.sequence || e.Summary != want.summary || e.Comment != want.comment {
			t.Errorf("%s: %+v", name, e)
		}
		if !e.Start.Equal(at) || !e.End.Equal(at.Add(30*time.Minute)) {
			t.Errorf("%s: from %s to %s", name, e.Start, e.End)
		}
		if len(e.Attendees) != 1 || e.Attendees[0] != (Attendee{Person{want.name, "tecnico@comune.valcerva.bg.example"}, want.status}) {
			t.Errorf("%s: attendees %+v", name, e.Attendees)
		}
	}
}

func TestReadTimes(t *testing.T) {
	italy := rome(t)
	for lines, want := range map[string]time.Time{
		"DTSTART:20261126T100000":                                               time.Date(2026, 11, 26, 10, 0, 0, 0, italy),
		"DTSTART;TZID=Europe/London:20260626T100000":                            time.Date(2026, 6, 26, 9, 0, 0, 0, time.UTC),
		"DTSTART;TZID=/vendor.example/20260101/Europe/Rome:20260626T100000":     time.Date(2026, 6, 26, 10, 0, 0, 0, italy),
		"DTSTART;TZID=\"(UTC+01.00) Amsterdam, Berlino, Roma\":20260626T100000": time.Date(2026, 6, 26, 10, 0, 0, 0, italy),
		"DTSTART;TZID=../../etc/passwd:20261126T100000":                         time.Date(2026, 11, 26, 10, 0, 0, 0, italy),
		"DTSTART;VALUE=DATE:20261126":                                           time.Date(2026, 11, 26, 0, 0, 0, 0, italy),
		"DTSTART:domani":                                                        {},
		"DTSTART;TZID=America/New_York:20261126T040000":                         time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC),
	} {
		e, _ := Read([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"+lines+"\nEND:VEVENT\nEND:VCALENDAR"), italy)
		if !e.Start.Equal(want) {
			t.Errorf("%s: %s, want %s", lines, e.Start, want)
		}
	}
	e, _ := Read([]byte("BEGIN:VEVENT\nDTSTART:20261126T090000Z\nDURATION:PT1H30M\nEND:VEVENT"), italy)
	if e.End.Sub(e.Start) != 90*time.Minute {
		t.Errorf("a duration of 90 minutes is %s", e.End.Sub(e.Start))
	}
}

func TestReadOddFiles(t *testing.T) {
	italy := rome(t)
	for _, file := range []string{"", "BEGIN", "testo", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VTODO\nUID:x\nEND:VTODO"} {
		if e, ok := Read([]byte(file), italy); ok {
			t.Errorf("%q: %+v", file, e)
		}
	}
	file := "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Primo\nno colon here\nBEGIN:VALARM\nSUMMARY:Allarme\nEND:VALARM\nORGANIZER:mailto:Ada <x>\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Eccezione\nEND:VEVENT\nEND:VCALENDAR"
	if e, ok := Read([]byte(file), italy); !ok || e.Summary != "Primo" || e.Organizer.Addr != "" {
		t.Errorf("%+v", e)
	}
	many := "BEGIN:VEVENT\n" + strings.Repeat("ATTENDEE:mailto:a@b.example\n", 5000)
	if e, _ := Read([]byte(many), italy); len(e.Attendees) != maxAttendees {
		t.Errorf("%d attendees", len(e.Attendees))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(outlookReply))
	f.Add([]byte(googleReply))
	f.Add([]byte("BEGIN:VEVENT\nDTSTART;TZID=x:20261126T100000\nDURATION:P1DT2H\n ATTENDEE;CN=\"a:\n"))
	italy := rome(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, _ := Read(data, italy)
		texts := []string{e.Method, e.UID, e.Summary, e.Location, e.Comment, e.Organizer.Name, e.Organizer.Addr}
		for _, a := range e.Attendees {
			texts = append(texts, a.Name, a.Addr, a.Status)
		}
		for _, s := range texts {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\r") {
				t.Fatalf("unfit string %q", s)
			}
		}
	})
}
