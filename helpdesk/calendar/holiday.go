package calendar

import "time"

// fixedHolidays are the national ones that fall on the same date each year:
// L. 260/1949 as amended; since gives the first year where one was added later
// than the years this program deals with.
var fixedHolidays = []struct {
	MonthDay
	since int
}{
	{MonthDay{time.January, 1}, 0},
	{MonthDay{time.January, 6}, 0},
	{MonthDay{time.April, 25}, 0},
	{MonthDay{time.May, 1}, 0},
	{MonthDay{time.June, 2}, 0},
	{MonthDay{time.August, 15}, 0},
	{MonthDay{time.October, 4}, 2026}, // San Francesco, L. 151/2025
	{MonthDay{time.November, 1}, 0},
	{MonthDay{time.December, 8}, 0},
	{MonthDay{time.December, 25}, 0},
	{MonthDay{time.December, 26}, 0},
}

// IsHoliday reports whether the day of t, in the calendar's zone, is a national
// holiday, the patron's day or within a closure. Saturdays and Sundays are not
// holidays by themselves; Easter Sunday is one.
func (c *Calendar) IsHoliday(t time.Time) bool { return c.holiday(dayOf(t.In(c.loc))) }

// IsWorkingDay reports whether the office opens on the day of t.
func (c *Calendar) IsWorkingDay(t time.Time) bool { return c.working(dayOf(t.In(c.loc))) }

func (c *Calendar) working(d day) bool { return len(c.hours[d.weekday()]) > 0 && !c.holiday(d) }

func (c *Calendar) holiday(d day) bool {
	md := MonthDay{d.month, d.dom}
	if md == c.patron {
		return true
	}
	for _, h := range fixedHolidays {
		if h.MonthDay == md && d.year >= h.since {
			return true
		}
	}
	if n := d.sub(easter(d.year)); n == 0 || n == 1 {
		return true
	}
	for _, r := range c.closures {
		if d.sub(r.first) >= 0 && r.last.sub(d) >= 0 {
			return true
		}
	}
	return false
}

// easter is Easter Sunday of a Gregorian year, by the anonymous computus (Meeus,
// Jones, Butcher).
func easter(year int) day {
	golden := year % 19
	century, inCentury := year/100, year%100
	leapCenturies, c4 := century/4, century%4
	moonCorrection := (century - (century+8)/25 + 1) / 3
	epact := (19*golden + century - leapCenturies - moonCorrection + 15) % 30
	toSunday := (32 + 2*c4 + 2*(inCentury/4) - epact - inCentury%4) % 7
	late := (golden + 11*epact + 22*toSunday) / 451
	n := epact + toSunday - 7*late + 114
	return day{year, time.Month(n / 31), n%31 + 1}
}
