package ics

import (
	"strconv"
	"strings"
	"time"
)

// zone is a VTIMEZONE by what it says of its offsets. Its rules are not worked
// out: a zone with a known name, or with the offsets of central Europe, has
// the rules that everybody knows.
type zone struct {
	id                 string
	standard, daylight string // TZOFFSETTO
}

func (z *zone) property(component string, p property) {
	switch {
	case p.name == "TZID":
		z.id = p.value
	case p.name != "TZOFFSETTO":
	case component == "DAYLIGHT":
		z.daylight = p.value
	case component == "STANDARD":
		z.standard = p.value
	}
}

// windowsZones are the names that Outlook writes, for the zones from which
// mail comes to an Italian office.
var windowsZones = map[string]string{
	"w. europe standard time": "Europe/Rome", "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
	"romance standard time": "Europe/Paris", "gmt standard time": "Europe/London", "greenwich standard time": "UTC",
	"e. europe standard time": "Europe/Chisinau", "gtb standard time": "Europe/Athens", "fle standard time": "Europe/Helsinki",
	"eastern standard time": "America/New_York", "pacific standard time": "America/Los_Angeles", "utc": "UTC", "gmt": "UTC", "coordinated universal time": "UTC",
}

// location finds the zone of a TZID: an IANA name, perhaps behind a vendor's
// prefix, a Windows name, or what its VTIMEZONE says.
func (r *reader) location(id string) *time.Location {
	if id == "" {
		return r.loc
	}
	name := id
	if iana, ok := windowsZones[strings.ToLower(id)]; ok {
		name = iana
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for i := max(0, len(parts)-3); i < len(parts); i++ {
		candidate := strings.Join(parts[i:], "/")
		if !zoneName(candidate) {
			continue
		}
		if loc, err := time.LoadLocation(candidate); err == nil {
			return loc
		}
	}
	z := r.zones[id]
	if z == nil {
		return r.loc
	}
	if z.standard == "+0100" && z.daylight == "+0200" {
		if rome, err := time.LoadLocation("Europe/Rome"); err == nil {
			return rome
		}
	}
	if seconds, ok := offset(z.standard); ok {
		return time.FixedZone("", seconds)
	}
	return r.loc
}

// zoneName allows what a name of the zone database looks like, and nothing
// that could be another path.
func zoneName(s string) bool {
	for _, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("/_+-", c) {
			return false
		}
	}
	return s != "" && s != "Local" && len(s) <= 40
}

// offset reads «+0100» in seconds.
func offset(s string) (int, bool) {
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, err1 := strconv.Atoi(s[1:3])
	minutes, err2 := strconv.Atoi(s[3:5])
	if err1 != nil || err2 != nil || hours < 0 || hours > 14 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	seconds := hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// time reads DATE-TIME and DATE (RFC 5545 §3.3.4, §3.3.5), zero if unreadable.
func (r *reader) time(p property) (t time.Time, wholeDay bool) {
	value := strings.TrimSpace(p.value)
	loc := r.location(p.params["TZID"])
	if strings.HasSuffix(value, "Z") {
		loc, value = time.UTC, strings.TrimSuffix(value, "Z")
	}
	if t, err := time.ParseInLocation("20060102T150405", value, loc); err == nil {
		return t, false
	}
	if t, err := time.ParseInLocation("20060102", value, r.loc); err == nil {
		return t, true
	}
	return time.Time{}, false
}

// duration reads «PT1H30M», «P1D», «P2W»; 0 if unreadable or absurd.
func duration(s string) time.Duration {
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	const longest = 365 * 24 * time.Hour
	var total time.Duration
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if n = n*10 + int(c-'0'); n > 100_000 {
				return 0
			}
		case units[c] > 0:
			if total += time.Duration(n) * units[c]; total > longest {
				return 0
			}
			n = 0
		case c != 'P' && c != 'T' && c != '+':
			return 0
		}
	}
	return total
}
