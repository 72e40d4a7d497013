package calendar

import "time"

// AddWorkingDays is the same time of the wall clock n working days after t: with
// n = 1, on the first working day after the day of t. A negative n goes back.
// With n = 0 it is t itself, moved to the next working day if the office is shut
// on that day.
func (c *Calendar) AddWorkingDays(t time.Time, n int) time.Time {
	t = t.In(c.loc)
	d, step := dayOf(t), 1
	if n < 0 {
		n, step = -n, -1
	}
	for n == 0 && !c.working(d) {
		d = d.plus(1)
	}
	for n > 0 {
		d = d.plus(step)
		if c.working(d) {
			n--
		}
	}
	return d.at(sinceMidnight(t), c.loc)
}

// AddWorkingHours is the instant by which the office has been open for d since
// t. If d runs out just as the office closes, that closing is the answer and not
// the next opening. With d ≤ 0 it is NextOpening(t).
func (c *Calendar) AddWorkingHours(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return c.NextOpening(t)
	}
	for day := dayOf(t.In(c.loc)); ; day = day.plus(1) {
		for _, o := range c.openings(day) {
			from := later(o.from, t)
			if open := o.to.Sub(from); open >= d {
				return from.Add(d).In(c.loc)
			} else if open > 0 {
				d -= open
			}
		}
	}
}

// WorkingTimeBetween is how long the office is open from a to b; negative if b
// comes before a.
func (c *Calendar) WorkingTimeBetween(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.WorkingTimeBetween(b, a)
	}
	var sum time.Duration
	last := dayOf(b.In(c.loc))
	for day := dayOf(a.In(c.loc)); last.sub(day) >= 0; day = day.plus(1) {
		for _, o := range c.openings(day) {
			if open := earlier(o.to, b).Sub(later(o.from, a)); open > 0 {
				sum += open
			}
		}
	}
	return sum
}

// NextOpening is t while the office is open, otherwise the instant it opens next.
func (c *Calendar) NextOpening(t time.Time) time.Time {
	for day := dayOf(t.In(c.loc)); ; day = day.plus(1) {
		for _, o := range c.openings(day) {
			if t.Before(o.to) {
				return later(o.from, t).In(c.loc)
			}
		}
	}
}

// SnoozeTomorrow is when the office opens tomorrow, or on the first working day
// after.
func (c *Calendar) SnoozeTomorrow(t time.Time) time.Time {
	return c.openingFrom(dayOf(t.In(c.loc)).plus(1))
}

// SnoozeMonday is when the office opens on the next Monday, on a Monday that of
// the week after; on Tuesday where that Monday is a holiday.
func (c *Calendar) SnoozeMonday(t time.Time) time.Time {
	d := dayOf(t.In(c.loc)).plus(1)
	for d.weekday() != time.Monday {
		d = d.plus(1)
	}
	return c.openingFrom(d)
}

// SnoozeWeek is when the office opens on the same day of next week, or on the
// first working day after.
func (c *Calendar) SnoozeWeek(t time.Time) time.Time {
	return c.openingFrom(dayOf(t.In(c.loc)).plus(7))
}

func (c *Calendar) openingFrom(d day) time.Time { return c.NextOpening(d.at(0, c.loc)) }

type opening struct{ from, to time.Time }

func (c *Calendar) openings(d day) []opening {
	if !c.working(d) {
		return nil
	}
	spans := c.hours[d.weekday()]
	out := make([]opening, len(spans))
	for i, s := range spans {
		out[i] = opening{d.at(s.From, c.loc), d.at(s.To, c.loc)}
	}
	return out
}

func sinceMidnight(t time.Time) time.Duration {
	h, m, s := t.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
