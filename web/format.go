package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zone must be there on any machine
	"unicode"
	"unicode/utf8"
)

// rome is the zone of everything that people read.
var rome = mustZone("Europe/Rome")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // tzdata is embedded
	}
	return zone
}

var (
	months   = [...]string{"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"}
	weekdays = [...]string{"dom", "lun", "mar", "mer", "gio", "ven", "sab"}
)

// ago is the age of t for dense lists: «ora», «8 min», «3 h», «ieri», «24 nov», «24 nov 2025».
func ago(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := now.Sub(t)
	switch days := daysBetween(t, now); {
	case d >= 0 && d < time.Minute:
		return "ora"
	case d >= 0 && d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d >= 0 && days == 0:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	case days == 1:
		return "ieri"
	}
	return day(now, t)
}

// when is a moment in a conversation: «oggi, 08:47», «ieri, 17:05», «gio 19 nov, 16:42»,
// «19 nov 2025, 16:42».
func when(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(rome)
	hour := local.Format("15:04")
	switch days := daysBetween(t, now); {
	case days == 0:
		return "oggi, " + hour
	case days == 1:
		return "ieri, " + hour
	case days == -1:
		return "domani, " + hour
	case local.Year() == now.In(rome).Year():
		return weekdays[local.Weekday()] + " " + day(now, t) + ", " + hour
	}
	return dateTime(t)
}

// until is a moment to come, with its preposition: «a domani, 09:00», «al 2 dic, 09:00».
func until(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if days := daysBetween(now, t); days == 0 || days == 1 {
		return "a " + when(now, t)
	}
	return toThe(t) + day(now, t) + ", " + t.In(rome).Format("15:04")
}

// toThe is «al » before most dates and «all'» before those that begin with a vowel.
func toThe(t time.Time) string {
	if d := t.In(rome).Day(); d == 8 || d == 11 {
		return "all'"
	}
	return "al "
}

// day is «24 nov», with the year when it is not this one.
func day(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(rome)
	s := fmt.Sprintf("%d %s", local.Day(), months[local.Month()-1])
	if local.Year() != now.In(rome).Year() {
		s += fmt.Sprintf(" %d", local.Year())
	}
	return s
}

// dateTime is «19 nov 2026, 16:42».
func dateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(rome)
	return fmt.Sprintf("%d %s %d, %s", local.Day(), months[local.Month()-1], local.Year(), local.Format("15:04"))
}

// iso is the datetime attribute of <time>.
func iso(t time.Time) string { return t.In(rome).Format(time.RFC3339) }

// timeTag is <time> with what is shown of t, exact when pointed at.
func timeTag(t time.Time, shown string) template.HTML {
	return template.HTML(`<time datetime="` + iso(t) + `" title="` + dateTime(t) + `">` +
		template.HTMLEscapeString(shown) + `</time>`)
}

// daysBetween counts calendar days in Rome from a to b.
func daysBetween(a, b time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(rome).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}

// initials of a name or an address: «Paolo Brambilla» PB, «protocollo@…» P.
func initials(name string) string {
	var out []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '@' || unicode.IsSpace(r) }) {
		r, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if len(out) > 0 && particles[word] {
			continue
		}
		out = append(out, unicode.ToUpper(r))
		if len(out) == 2 || strings.Contains(name, "@") {
			break
		}
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}

// particles join the words of a name and stand for none of them: «Comune di
// Valcerva» is CV. Those of people are written with a capital letter.
var particles = map[string]bool{
	"di": true, "del": true, "della": true, "dello": true, "dei": true, "degli": true, "delle": true, "e": true, "per": true, "la": true,
}

// addressBreaks lets an address break after its @ and its dots rather than
// before its last letter.
func addressBreaks(address string) template.HTML {
	escaped := template.HTMLEscapeString(address)
	return template.HTML(strings.NewReplacer("@", "@<wbr>", ".", ".<wbr>").Replace(escaped))
}

// avatarColours are the classes av-1 … av-6; 0 is for people outside the desk.
const avatarColours = 6

func avatar(id int64) string {
	if id <= 0 {
		return "av-0"
	}
	return "av-" + strconv.FormatInt((id-1)%avatarColours+1, 10)
}

// size is a file size in decimal units, as Italian offices read it: «412 kB», «1,2 MB».
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return strconv.FormatInt(bytes, 10) + " byte"
	case bytes < 1_000_000:
		return strconv.FormatInt((bytes+500)/1000, 10) + " kB"
	}
	return strings.Replace(strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64), ".", ",", 1) + " MB"
}

// count writes a counter with thousands, «1.000+» at the cap.
func count(n int) string {
	if n >= maxCount {
		return "1.000+"
	}
	return strconv.Itoa(n)
}

// plural joins a number and the right noun: «1 quesito», «12 quesiti», «1.000+ quesiti».
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// icon is a symbol of the sprite, hidden from screen readers: the words beside it speak.
func icon(name string, classes ...string) template.HTML {
	class := template.HTMLEscapeString(strings.Join(append([]string{"icon"}, classes...), " "))
	return template.HTML(`<svg class="` + class + `" aria-hidden="true" focusable="false"><use href="` +
		AssetPath("sprites.svg") + `#it-` + template.HTMLEscapeString(name) + `"></use></svg>`)
}
