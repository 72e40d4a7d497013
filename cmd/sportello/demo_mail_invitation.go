package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// invitationMessage is a meeting request as Outlook sends it (RFC 6047): the
// text, the same as HTML, and the calendar object. The meeting is six days
// after the message, at eleven, for an hour.
func invitationMessage(d demoDraft) ([]byte, error) {
	d.Style = "outlook"
	c := demoClients[d.Style]
	begin := d.At.AddDate(0, 0, 6)
	begin = time.Date(begin.Year(), begin.Month(), begin.Day(), 11, 0, 0, 0, begin.Location())
	root := groupParts("alternative", d.nextBoundary(c),
		textPart("plain", c.charset, c.encoding, d.Text+"\n"),
		textPart("html", c.charset, c.encoding, c.html(d)),
		&mimePart{header: []string{"Content-Type: text/calendar; charset=\"utf-8\"; method=REQUEST", "Content-Transfer-Encoding: base64"},
			body: wrapBase64([]byte(invitation(d, begin)))})
	root.header = append(d.head(c), root.header...)
	var b bytes.Buffer
	root.write(&b)
	return b.Bytes(), nil
}

func invitation(d demoDraft, begin time.Time) string {
	const local = "20060102T150405"
	lines := []string{"BEGIN:VCALENDAR", "METHOD:REQUEST", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0",
		"BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time",
		"BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
		"RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
		"BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
		"RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
		"BEGIN:VEVENT",
		fmt.Sprintf("ORGANIZER;CN=%s:mailto:%s", d.From.Name, d.From.Address),
		"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:" + d.To,
		"SUMMARY;LANGUAGE=it-IT:" + strings.ReplaceAll(d.Subject, ",", `\,`),
		"LOCATION;LANGUAGE=it-IT:Riunione di Microsoft Teams",
		"DTSTART;TZID=W. Europe Standard Time:" + begin.Format(local),
		"DTEND;TZID=W. Europe Standard Time:" + begin.Add(time.Hour).Format(local),
		"UID:040000008200E00074C5B7101A82E008" + strings.ToUpper(shortHash(d.ID)),
		"DTSTAMP:" + d.At.UTC().Format(local) + "Z", "SEQUENCE:0", "STATUS:CONFIRMED", "END:VEVENT", "END:VCALENDAR"}
	return strings.Join(lines, "\r\n") + "\r\n"
}
