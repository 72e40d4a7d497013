package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Span is one stretch of opening within a day, as distances from midnight on
// the wall clock: 9*time.Hour to 13*time.Hour is from 9:00 to 13:00.
type Span struct {
	From, To time.Duration
}

// Hours lists the spans of each weekday, indexed by time.Weekday, in order and
// apart. A weekday with no span is not a working day.
type Hours [7][]Span

// MonthDay is a day that comes back each year. Its zero value is no day.
type MonthDay struct {
	Month time.Month
	Day   int
}

// Closure is a stretch of days on which the office is shut, both ends included.
// Only the calendar day of the two times counts, read in their own zone.
type Closure struct {
	First, Last time.Time
}

// Config is what differs from office to office.
type Config struct {
	Location *time.Location
	Hours    Hours
	Patron   MonthDay
	Closures []Closure
}

// Calendar answers questions on working time. Make one with New.
type Calendar struct {
	loc      *time.Location
	hours    Hours
	patron   MonthDay
	closures []dayRange
}

type dayRange struct{ first, last day }

// longestClosure keeps a mistyped year from shutting the office for centuries,
// which would also make the search for the next opening that long.
const longestClosure = 366

// OfficeHours are the usual ones of a public office: Monday to Friday, 9–13 and
// 14–18, eight hours a day.
func OfficeHours() Hours {
	var h Hours
	for d := time.Monday; d <= time.Friday; d++ {
		h[d] = []Span{{9 * time.Hour, 13 * time.Hour}, {14 * time.Hour, 18 * time.Hour}}
	}
	return h
}

// Default is the calendar of an office with OfficeHours in Europe/Rome, no
// patron's day and no closures. It errs only where the time zone database is
// missing.
func Default() (*Calendar, error) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, fmt.Errorf("load time zone: %w", err)
	}
	return New(Config{Location: rome, Hours: OfficeHours()})
}

// New checks the configuration and makes a Calendar of it. All faults are
// reported together.
func New(c Config) (*Calendar, error) {
	cal := &Calendar{loc: c.Location, patron: c.Patron}
	errs := checkHours(c.Hours)
	if c.Location == nil {
		errs = append(errs, errors.New("time zone missing"))
	}
	if c.Patron != (MonthDay{}) && !c.Patron.exists() {
		errs = append(errs, fmt.Errorf("patron's day %d/%d does not exist", c.Patron.Day, c.Patron.Month))
	}
	for _, cl := range c.Closures {
		r := dayRange{dayOf(cl.First), dayOf(cl.Last)}
		if n := r.last.sub(r.first); n < 0 || n >= longestClosure {
			errs = append(errs, fmt.Errorf("closure from %s to %s: want 1 to %d days", r.first, r.last, longestClosure))
		}
		cal.closures = append(cal.closures, r)
	}
	for i := range c.Hours {
		cal.hours[i] = slices.Clone(c.Hours[i])
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	return cal, nil
}

func checkHours(h Hours) (errs []error) {
	open := false
	for wd, spans := range h {
		before := time.Duration(0)
		for _, s := range spans {
			open = true
			if s.From < before || s.To <= s.From || s.To > 24*time.Hour {
				errs = append(errs, fmt.Errorf("hours of %s: %s–%s out of order or out of the day", time.Weekday(wd), s.From, s.To))
			}
			before = s.To
		}
	}
	if !open {
		errs = append(errs, errors.New("hours: no weekday is open"))
	}
	return errs
}

func (m MonthDay) exists() bool {
	// 2024 is a leap year: 29 February is a day that may exist.
	d := day{2024, m.Month, m.Day}
	return d.plus(0) == d
}
