package calendar

import "testing"

func TestSay(t *testing.T) {
	c := office(t)
	for _, tc := range []struct{ at, day, by, moment string }{
		{"2026-11-26 17:00", "giovedì 26 novembre 2026", "entro le 17:00 di giovedì 26 novembre", "giovedì 26 novembre alle 17:00"},
		{"2027-01-04 09:05", "lunedì 4 gennaio 2027", "entro le 9:05 di lunedì 4 gennaio", "lunedì 4 gennaio alle 9:05"},
		{"2026-12-01 01:30", "martedì 1º dicembre 2026", "entro l'1:30 di martedì 1º dicembre", "martedì 1º dicembre all'1:30"},
	} {
		when := at(t, tc.at).UTC() // whatever zone it comes in
		for got, want := range map[string]string{c.SayDay(when): tc.day, c.SayBy(when): tc.by, c.SayAt(when): tc.moment} {
			if got != want {
				t.Errorf("%s: got %q, want %q", tc.at, got, want)
			}
		}
	}
}
