package calendar

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestAddWorkingDays(t *testing.T) {
	c := office(t)
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-24 10:30", 1, "2026-11-25 10:30"},
		{"2026-11-27 10:30", 1, "2026-11-30 10:30"},  // over the week end
		{"2026-11-28 10:30", 1, "2026-11-30 10:30"},  // from a Saturday
		{"2026-11-24 10:30", 10, "2026-12-09 10:30"}, // over the 8 December
		{"2026-12-23 23:00", 2, "2026-12-28 23:00"},  // Christmas; 26th is a Saturday
		{"2026-04-02 09:00", 2, "2026-04-07 09:00"},  // Easter Monday
		{"2026-11-28 10:30", 0, "2026-11-30 10:30"},
		{"2026-11-24 10:30", 0, "2026-11-24 10:30"},
		{"2026-12-09 10:30", -10, "2026-11-24 10:30"},
		{"2026-03-27 02:30", 1, "2026-03-30 02:30"}, // the clock time holds over the change of hour
	} {
		if got, want := c.AddWorkingDays(at(t, tc.from), tc.n), at(t, tc.want); !got.Equal(want) {
			t.Errorf("%s %+d working days: got %v, want %v", tc.from, tc.n, got, want)
		}
	}
}

func TestAddWorkingHours(t *testing.T) {
	c := office(t)
	for _, tc := range []struct{ from, add, want string }{
		{"2026-11-24 10:00", "16h", "2026-11-26 10:00"},
		{"2026-11-24 09:00", "16h", "2026-11-25 18:00"}, // done at closing, not at the next opening
		{"2026-11-24 03:00", "16h", "2026-11-25 18:00"},
		{"2026-11-24 22:00", "16h", "2026-11-26 18:00"},
		{"2026-11-24 13:30", "1h", "2026-11-24 15:00"}, // asked at lunch
		{"2026-11-24 12:30", "1h", "2026-11-24 14:30"}, // over lunch
		{"2026-11-27 17:00", "2h", "2026-11-30 10:00"}, // over the week end
		{"2026-12-31 17:30", "1h", "2027-01-04 09:30"}, // New Year on a Friday
		{"2026-11-28 11:00", "0s", "2026-11-30 09:00"},
	} {
		d, err := time.ParseDuration(tc.add)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.AddWorkingHours(at(t, tc.from), d), at(t, tc.want); !got.Equal(want) {
			t.Errorf("%s + %s: got %v, want %v", tc.from, tc.add, got, want)
		}
	}
}

func TestWorkingTimeBetween(t *testing.T) {
	c := office(t)
	for _, tc := range []struct{ a, b, want string }{
		{"2026-11-24 09:00", "2026-11-24 18:00", "8h"},
		{"2026-11-24 12:00", "2026-11-24 15:00", "2h"},
		{"2026-11-27 17:00", "2026-11-30 10:00", "2h"},
		{"2026-11-28 10:00", "2026-11-29 20:00", "0s"},
		{"2026-11-24 15:00", "2026-11-24 12:00", "-2h"},
		{"2026-12-24 17:00", "2026-12-28 10:00", "2h"},
	} {
		want, err := time.ParseDuration(tc.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.WorkingTimeBetween(at(t, tc.a), at(t, tc.b)); got != want {
			t.Errorf("%s to %s: got %v, want %v", tc.a, tc.b, got, want)
		}
	}
}

func TestNextOpening(t *testing.T) {
	c := office(t)
	for from, want := range map[string]string{
		"2026-11-24 10:00": "2026-11-24 10:00",
		"2026-11-24 13:00": "2026-11-24 14:00", // closing itself is shut
		"2026-11-24 18:00": "2026-11-25 09:00",
		"2026-11-27 18:00": "2026-11-30 09:00",
		"2026-12-24 19:00": "2026-12-28 09:00",
	} {
		if got, want := c.NextOpening(at(t, from)), at(t, want); !got.Equal(want) {
			t.Errorf("after %s: got %v, want %v", from, got, want)
		}
	}
}

func TestSnooze(t *testing.T) {
	c := office(t)
	for _, tc := range []struct {
		now                    string
		tomorrow, monday, week string
	}{
		{"2026-11-24 16:00", "2026-11-25 09:00", "2026-11-30 09:00", "2026-12-01 09:00"}, // a Tuesday
		{"2026-11-27 16:00", "2026-11-30 09:00", "2026-11-30 09:00", "2026-12-04 09:00"}, // a Friday
		{"2026-11-30 08:00", "2026-12-01 09:00", "2026-12-07 09:00", "2026-12-07 09:00"}, // a Monday
		{"2026-04-03 10:00", "2026-04-07 09:00", "2026-04-07 09:00", "2026-04-10 09:00"}, // before Easter
		{"2026-12-18 10:00", "2026-12-21 09:00", "2026-12-21 09:00", "2026-12-28 09:00"}, // a week on is Christmas
	} {
		now := at(t, tc.now)
		for name, pair := range map[string][2]time.Time{
			"tomorrow": {c.SnoozeTomorrow(now), at(t, tc.tomorrow)},
			"monday":   {c.SnoozeMonday(now), at(t, tc.monday)},
			"week":     {c.SnoozeWeek(now), at(t, tc.week)},
		} {
			if !pair[0].Equal(pair[1]) {
				t.Errorf("%s from %s: got %v, want %v", name, tc.now, pair[0], pair[1])
			}
		}
	}
}

// An office open day and night shows what the changes of hour do: the night of
// 29 March 2026 has no 2:30, that of 25 October has it twice.
func TestChangeOfHour(t *testing.T) {
	always := office(t, func(c *Config) {
		for d := range c.Hours {
			c.Hours[d] = []Span{{0, 24 * time.Hour}}
		}
	})
	for _, tc := range []struct {
		a, b string
		want time.Duration
	}{
		{"2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		{"2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		{"2026-03-28 00:00", "2026-03-29 00:00", 24 * time.Hour},
	} {
		a, b := at(t, tc.a), at(t, tc.b)
		if got := always.WorkingTimeBetween(a, b); got != tc.want {
			t.Errorf("%s to %s: got %v, want %v", tc.a, tc.b, got, tc.want)
		}
		if got := always.AddWorkingHours(a, tc.want); !got.Equal(b) {
			t.Errorf("%s + %v: got %v, want %v", tc.a, tc.want, got, b)
		}
	}
	for _, from := range []string{"2026-03-27 12:00", "2026-10-23 12:00"} { // the Fridays before
		c := office(t)
		if got := c.AddWorkingHours(at(t, from), 8*time.Hour); got.Hour() != 12 || got.Weekday() != time.Monday {
			t.Errorf("%s + 8 working hours: got %v, want Monday 12:00", from, got)
		}
	}
}

// TestLawsOfReckoning checks on random instants of 2024–2040 what must hold
// whatever the calendar.
func TestLawsOfReckoning(t *testing.T) {
	c := office(t, func(c *Config) { c.Patron = MonthDay{time.December, 7} })
	rnd := rand.New(rand.NewPCG(1, 2))
	first, last := at(t, "2024-01-01 00:00"), at(t, "2041-01-01 00:00")
	for range 3000 {
		a := first.Add(time.Duration(rnd.Int64N(int64(last.Sub(first)))))
		d := time.Duration(1 + rnd.Int64N(int64(100*time.Hour)))
		n := 1 + rnd.IntN(15)

		b := c.AddWorkingHours(a, d)
		if got := c.WorkingTimeBetween(a, b); got != d {
			t.Fatalf("%v + %v is %v, but the office was open %v between", a, d, b, got)
		}
		mid := a.Add(b.Sub(a) / 3)
		if sum := c.WorkingTimeBetween(a, mid) + c.WorkingTimeBetween(mid, b); sum != d {
			t.Fatalf("parts of %v to %v sum to %v, want %v", a, b, sum, d)
		}
		if o := c.NextOpening(a); o.Before(a) || !c.IsWorkingDay(o) || c.WorkingTimeBetween(a, o) != 0 || !c.NextOpening(o).Equal(o) {
			t.Fatalf("next opening after %v: %v", a, o)
		}
		f := c.AddWorkingDays(a, n)
		if !c.IsWorkingDay(f) || workingDays(c, a, f) != n {
			t.Fatalf("%v + %d working days: %v, which is %d on", a, n, f, workingDays(c, a, f))
		}
		if back := c.AddWorkingDays(f, -n); dayOf(back).sub(dayOf(a.In(c.loc))) > 0 || workingDays(c, back, f) != n {
			t.Fatalf("%v − %d working days: %v, started at %v", f, n, back, a)
		}
	}
}

// workingDays counts those after the day of a, up to and with that of b.
func workingDays(c *Calendar, a, b time.Time) (n int) {
	for d := dayOf(a.In(c.loc)).plus(1); dayOf(b.In(c.loc)).sub(d) >= 0; d = d.plus(1) {
		if c.working(d) {
			n++
		}
	}
	return n
}

func TestResultsAreInTheZoneOfTheCalendar(t *testing.T) {
	c := office(t)
	in := time.Date(2026, 11, 24, 22, 0, 0, 0, time.UTC)
	for _, got := range []time.Time{c.NextOpening(in), c.AddWorkingDays(in, 1), c.AddWorkingHours(in, time.Hour), c.SnoozeWeek(in)} {
		if got.Location() != c.loc {
			t.Errorf("%v is not in %v", got, c.loc)
		}
	}
}
