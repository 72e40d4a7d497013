package calendar

import (
	"fmt"
	"time"
)

// day is a date without time or zone. Reckoning days in UTC keeps the 23 and 25
// hour days of the zone out of it.
type day struct {
	year  int
	month time.Month
	dom   int
}

// dayOf is the date of t in its own zone.
func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

func (d day) utc() time.Time { return time.Date(d.year, d.month, d.dom, 0, 0, 0, 0, time.UTC) }

func (d day) plus(n int) day { return dayOf(time.Date(d.year, d.month, d.dom+n, 0, 0, 0, 0, time.UTC)) }

// sub is the number of days from other to d.
func (d day) sub(other day) int { return int(d.utc().Sub(other.utc()) / (24 * time.Hour)) }

func (d day) weekday() time.Weekday { return d.utc().Weekday() }

func (d day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.dom) }

// at is the instant at which the wall clock of loc shows the distance from
// midnight on day d; in the hour that spring skips, the instant after it.
func (d day) at(fromMidnight time.Duration, loc *time.Location) time.Time {
	h, rest := fromMidnight/time.Hour, fromMidnight%time.Hour
	m, rest := rest/time.Minute, rest%time.Minute
	s, ns := rest/time.Second, rest%time.Second
	return time.Date(d.year, d.month, d.dom, int(h), int(m), int(s), int(ns), loc)
}
