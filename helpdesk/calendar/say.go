package calendar

import (
	"fmt"
	"time"
)

var weekdays = [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}

var months = [13]string{"", "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
	"luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}

// SayDay is the day of t as it is said in a letter: «giovedì 26 novembre 2026».
func (c *Calendar) SayDay(t time.Time) string { return SayDate(t.In(c.loc)) }

// SayDate is SayDay for a time that is already in the zone in which it is meant.
func SayDate(t time.Time) string {
	d := dayOf(t)
	return fmt.Sprintf("%s %d", sayDayMonth(d), d.year)
}

// SayBy is a term: «entro le 17:00 di giovedì 26 novembre». The year is left out
// because terms are near; the weekday tells the week.
func (c *Calendar) SayBy(t time.Time) string {
	t = t.In(c.loc)
	return fmt.Sprintf("entro %s di %s", sayClock(t), sayDayMonth(dayOf(t)))
}

// SayAt is a moment: «giovedì 26 novembre alle 9:00».
func (c *Calendar) SayAt(t time.Time) string {
	t = t.In(c.loc)
	clock := "alle " + clockFigures(t)
	if t.Hour() == 1 {
		clock = "all'" + clockFigures(t)
	}
	return sayDayMonth(dayOf(t)) + " " + clock
}

// sayDayMonth writes the first of the month as an ordinal, as Italian does.
func sayDayMonth(d day) string {
	ordinal := ""
	if d.dom == 1 {
		ordinal = "º"
	}
	return fmt.Sprintf("%s %d%s %s", weekdays[d.weekday()], d.dom, ordinal, months[d.month])
}

func sayClock(t time.Time) string {
	if t.Hour() == 1 {
		return "l'" + clockFigures(t)
	}
	return "le " + clockFigures(t)
}

func clockFigures(t time.Time) string { return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()) }
