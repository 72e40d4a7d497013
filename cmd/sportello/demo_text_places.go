package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errDemoPlace = errors.New("unknown place in demo text")

// demoPlaces fills the {places} of a text as seen on the day at.
type demoPlaces struct {
	at     time.Time // in Europe/Rome
	office demoOffice
	vars   map[string]string
}

func (p demoPlaces) fill(text string) (string, error) {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String(), nil
		}
		place, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("%w: {%.20s", errDemoPlace, rest)
		}
		value, err := p.value(place)
		if err != nil {
			return "", err
		}
		b.WriteString(value)
		text = after
	}
}

func (p demoPlaces) value(place string) (string, error) {
	name, arg, _ := strings.Cut(place, ":")
	n := 0
	if arg != "" {
		var err error
		if n, err = strconv.Atoi(arg); err != nil {
			return "", fmt.Errorf("%w: {%s}", errDemoPlace, place)
		}
	}
	day := p.at.AddDate(0, 0, n)
	switch name {
	case "data":
		return day.Format("02/01/2006"), nil
	case "lungo":
		return italianDate(day), nil
	case "giorno":
		day = p.office.AddWorkingDays(day, 0)
		return italianWeekdays[day.Weekday()] + " " + italianDate(day), nil
	case "mese":
		// From the first of the month: a month before 31 March is February.
		first := time.Date(p.at.Year(), p.at.Month(), 1, 12, 0, 0, 0, p.at.Location())
		return italianMonths[first.AddDate(0, n, 0).Month()-1], nil
	case "anno":
		return strconv.Itoa(p.at.Year() + n), nil
	}
	if v, ok := p.vars[name]; ok {
		return v, nil
	}
	return "", fmt.Errorf("%w: {%s}", errDemoPlace, place)
}

var (
	italianMonths = [...]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
		"settembre", "ottobre", "novembre", "dicembre"}
	italianWeekdays = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}
)

func italianDate(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), italianMonths[t.Month()-1], t.Year())
}

// euros writes cents the Italian way: 1.234.567,89.
func euros(cents int64) string {
	whole := strconv.FormatInt(cents/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	return fmt.Sprintf("%s,%02d", whole, cents%100)
}
