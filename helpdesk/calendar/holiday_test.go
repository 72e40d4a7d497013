package calendar

import (
	"testing"
	"time"
)

func TestEaster(t *testing.T) {
	// Dates published by the Italian Bishops' Conference.
	for _, want := range []day{
		{2019, 4, 21}, {2020, 4, 12}, {2021, 4, 4}, {2022, 4, 17}, {2023, 4, 9}, {2024, 3, 31}, {2025, 4, 20},
		{2026, 4, 5}, {2027, 3, 28}, {2028, 4, 16}, {2029, 4, 1}, {2030, 4, 21}, {2031, 4, 13}, {2032, 3, 28},
		{2033, 4, 17}, {2034, 4, 9}, {2035, 3, 25}, {2036, 4, 13}, {2037, 4, 5}, {2038, 4, 25}, {2039, 4, 10}, {2040, 4, 1},
		{1954, 4, 18}, {1981, 4, 19}, {2076, 4, 19}, // the exceptions of the rule
	} {
		if got := easter(want.year); got != want {
			t.Errorf("Easter %d: got %v, want %v", want.year, got, want)
		}
	}
}

func TestIsHoliday(t *testing.T) {
	milan := office(t, func(c *Config) {
		c.Patron = MonthDay{time.December, 7}
		c.Closures = []Closure{{at(t, "2026-08-10"), at(t, "2026-08-21")}}
	})
	for date, want := range map[string]bool{
		"2026-01-01": true, "2026-01-06": true, "2026-04-25": true, "2026-05-01": true, "2026-06-02": true,
		"2026-08-15": true, "2026-11-01": true, "2026-12-08": true, "2026-12-25": true, "2026-12-26": true,
		"2026-04-06": true,                                          // Easter Monday
		"2026-04-05": true,                                          // Easter
		"2026-04-03": false,                                         // Good Friday is worked
		"2025-10-04": false, "2026-10-04": true, "2027-10-04": true, // L. 151/2025
		"2026-12-07": true,                                                               // Sant'Ambrogio
		"2026-08-09": false, "2026-08-10": true, "2026-08-21": true, "2026-08-22": false, // closure
		"2025-08-11": false,
		"2026-11-02": false, "2026-12-24": false, "2026-12-31": false, "2026-03-19": false, "2026-11-04": false,
	} {
		if got := milan.IsHoliday(at(t, date)); got != want {
			t.Errorf("%s: holiday %v, want %v", date, got, want)
		}
	}
	if office(t).IsHoliday(at(t, "2026-12-07")) {
		t.Error("the patron of one place is a holiday in another")
	}
}

func TestTheDayIsThatOfTheCalendarsZone(t *testing.T) {
	// Half past midnight of 1 May in Rome is still 30 April in UTC.
	instant := time.Date(2026, 4, 30, 22, 30, 0, 0, time.UTC)
	if !office(t).IsHoliday(instant) {
		t.Error("1 May in Rome is not seen")
	}
}

func TestWorkingDaysOfAYear(t *testing.T) {
	c := office(t)
	// The weekdays of the year less the holidays that fall on one: 262−8, 261−10,
	// 261−7, 261−7.
	for year, want := range map[int]int{2024: 254, 2025: 251, 2026: 254, 2027: 254} {
		n := 0
		for d := (day{year, 1, 1}); d.year == year; d = d.plus(1) {
			if c.working(d) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d: %d working days, want %d", year, n, want)
		}
	}
}
