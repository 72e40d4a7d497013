package mime

import (
	"strconv"
	"strings"
	"time"
)

// ParseDate reads the date of a message: RFC 5322 with its obsolete forms, and what programs write in
// its stead: names of months in Italian and other languages, day/month/year, ISO 8601, asctime, no
// seconds, no zone (read as UTC, RFC 5322 4.3). It is for display; the order of messages is the server's.
func ParseDate(raw string) (time.Time, bool) {
	const longest = 200
	d := dateFields{year: -1}
	for _, word := range dateWords(truncate(CleanLine(raw), longest)) {
		d.word(word)
	}
	return d.time()
}

// dateWords splits at blanks and commas and leaves out comments; the T of ISO 8601 is a blank too.
func dateWords(s string) []string {
	s = decodeWords(s)
	if i := strings.IndexByte(s, '('); i >= 0 {
		s = s[:i]
	}
	if len(s) > 11 && s[4] == '-' && s[7] == '-' && (s[10] == 'T' || s[10] == 't') {
		s = s[:10] + " " + s[11:]
	}
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == ',' || r == '\u00a0' })
}

type dateFields struct {
	day, month, year     int // year is -1 until known
	hour, minute, second int
	offset               int // seconds east of UTC
	clock                bool
	pm, am               bool
}

func (d *dateFields) word(w string) {
	switch {
	case strings.Contains(w, ":") && w[0] != '+' && w[0] != '-':
		d.time24(w)
	case d.clock && (w[0] == '+' || w[0] == '-'):
		d.zone(w)
	case w == "pm":
		d.pm = true
	case w == "am":
		d.am = true
	case strings.Count(strings.Trim(w, "-/."), "-") == 2 || strings.Count(w, "/") == 2 || strings.Count(strings.Trim(w, "."), ".") == 2:
		for i, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' || r == '.' }) {
			d.datePart(part, i)
		}
	case isDigits(w):
		d.number(w)
	default:
		d.name(w)
	}
}

// datePart reads one of the three numbers of a date written in one word: year first, or day first.
func (d *dateFields) datePart(w string, i int) {
	if i == 1 && isDigits(w) {
		d.month, _ = strconv.Atoi(w)
		return
	}
	if !isDigits(w) {
		d.name(w)
		return
	}
	d.number(w)
}

// number is the day or the year: four digits, or whatever comes after the day.
func (d *dateFields) number(w string) {
	n, err := strconv.Atoi(w)
	switch {
	case err != nil:
	case len(w) <= 2 && d.day == 0:
		d.day = n
	case d.year < 0:
		d.year = n
		switch { // RFC 5322, 4.3
		case len(w) <= 2 && n < 50:
			d.year += 2000
		case len(w) <= 3:
			d.year += 1900
		}
	}
}

// time24 reads 10:15, 10:15:30, 10:15:30.123 and the zone that ISO 8601 writes behind.
func (d *dateFields) time24(w string) {
	if d.clock {
		return
	}
	if i := strings.IndexAny(w, "+-z"); i > 0 {
		d.zone(w[i:])
		w = w[:i]
	}
	for _, half := range []string{"am", "pm"} {
		if rest, found := strings.CutSuffix(w, half); found {
			w, d.am, d.pm = rest, half == "am", half == "pm"
		}
	}
	w, _, _ = strings.Cut(w, ".")
	for i, part := range strings.Split(w, ":") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || i > 2 {
			return
		}
		*[]*int{&d.hour, &d.minute, &d.second}[i] = n
	}
	d.clock = true
}

// zone reads +0100, +01:00, +1.
func (d *dateFields) zone(w string) {
	digits := strings.ReplaceAll(w[1:], ":", "")
	if !isDigits(digits) || len(digits) > 4 {
		return
	}
	n, _ := strconv.Atoi(digits)
	seconds := n * 3600
	if len(digits) > 2 {
		seconds = n/100*3600 + n%100*60
	}
	if w[0] == '-' {
		seconds = -seconds
	}
	if seconds > -24*3600 && seconds < 24*3600 {
		d.offset = seconds
	}
}

// Hours east of UTC of the zones that mail names (RFC 5322, 4.3, and Europe).
var zoneHours = map[string]int{
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"bst": 1, "met": 1, "mez": 1, "cet": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3,
}

// Beginnings of the names of months; longer ones stand before those they begin with.
var monthNames = []struct {
	prefix string
	month  int
}{
	{"jan", 1}, {"gen", 1}, {"ene", 1}, {"feb", 2}, {"fév", 2}, {"fev", 2}, {"mar", 3}, {"mär", 3}, {"mrz", 3},
	{"apr", 4}, {"avr", 4}, {"abr", 4}, {"may", 5}, {"mag", 5}, {"mai", 5}, {"juin", 6}, {"jun", 6}, {"giu", 6},
	{"juil", 7}, {"jul", 7}, {"lug", 7}, {"aug", 8}, {"ago", 8}, {"aoû", 8}, {"sep", 9}, {"set", 9},
	{"oct", 10}, {"ott", 10}, {"okt", 10}, {"out", 10}, {"nov", 11}, {"dec", 12}, {"dic", 12}, {"déc", 12}, {"dez", 12},
}

// name is a month, or a zone after the clock; names of days (mar is one in Italian too) come before
// the day's number, so a second month replaces the first.
func (d *dateFields) name(w string) {
	if hours, found := zoneHours[w]; found && d.clock {
		d.offset = hours * 3600
		return
	}
	if d.month != 0 && d.year >= 0 {
		return
	}
	for _, m := range monthNames {
		if strings.HasPrefix(w, m.prefix) {
			d.month = m.month
			return
		}
	}
}

func (d *dateFields) time() (time.Time, bool) {
	if d.pm && d.hour < 12 {
		d.hour += 12
	} else if d.am && d.hour == 12 {
		d.hour = 0
	}
	if d.month > 12 && d.day <= 12 { // month first, as in the United States
		d.month, d.day = d.day, d.month
	}
	if d.year < 1900 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.hour > 23 || d.minute > 59 || d.second > 60 {
		return time.Time{}, false
	}
	zone := time.UTC
	if d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, 0, 0, zone)
	if t.Day() != d.day { // 30 February
		return time.Time{}, false
	}
	return t.Add(time.Duration(d.second) * time.Second), true
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
