package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// demoMargin keeps the newest message far enough in the past for the courtesy
// copy that follows ten minutes later.
const demoMargin = 15 * time.Minute

// when reads a section's field of that name:
//
//	2 10:30          two working days ago, counted from the last on which it was already 10:30
//	due 10:30        at an hour that makes the answer due today
//	ago 22h          that long ago, by night or day
//	other-key +10m   after another message
//	live 20s         not yet: that long after the start
func (b *demoMailBuilder) when(s demoSection) (at time.Time, after time.Duration, err error) {
	how, arg, ok := strings.Cut(s.get("when"), " ")
	if !ok {
		return at, 0, fmt.Errorf("when %q: want two words", s.get("when"))
	}
	switch days, errDays := strconv.Atoi(how); {
	case how == "live":
		after, err = time.ParseDuration(arg)
		return b.now, after, err
	case how == "ago":
		d, err := time.ParseDuration(arg)
		return b.now.Add(-d), 0, err
	case how == "due":
		at, err = clockOn(b.now, arg)
		return b.office.AddWorkingDays(at, -demoAnswerDays), 0, err
	case errDays == nil:
		at, err = b.office.lastWorking(b.now.Add(-demoMargin), arg)
		return b.office.AddWorkingDays(at, -days), 0, err
	}
	other, found := b.sections[how]
	if !found || other.key == s.key {
		return at, 0, fmt.Errorf("when: no other message %q", how)
	}
	base, _, err := b.when(other)
	if err != nil {
		return at, 0, err
	}
	d, err := time.ParseDuration(strings.TrimPrefix(arg, "+"))
	return base.Add(d), 0, err
}

// lastWorking is the last time, not after limit, that the clock showed hh:mm on
// a working day.
func (o demoOffice) lastWorking(limit time.Time, clock string) (time.Time, error) {
	t, err := clockOn(limit, clock)
	if err == nil && (t.After(limit) || !o.IsWorkingDay(t)) {
		t = o.AddWorkingDays(t, -1)
	}
	return t, err
}

func clockOn(day time.Time, clock string) (time.Time, error) {
	c, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, fmt.Errorf("time of day: %w", err)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), c.Hour(), c.Minute(), 0, 0, day.Location()), nil
}

// sortDemoMails puts them in the order of arrival.
func sortDemoMails(list []demoMail) {
	slices.SortStableFunc(list, func(a, b demoMail) int {
		return cmp.Or(cmp.Compare(a.After, b.After), cmp.Compare(b.Age, a.Age))
	})
}
