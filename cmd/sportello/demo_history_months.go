package main

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// demoMonth is one month of the history: count questions come from first up to
// end.
type demoMonth struct {
	first, end time.Time
	count      int
}

// The shape of a year: least in August, most in the month of the reports. What
// is fixed is fixed because the page of statistics shows it.
const (
	demoMonthCount = 18
	demoMostAMonth = 78
	demoLeast      = 14
)

var demoYear = [12]float64{50, 47, 56, 48, 52, 60, 49, 14, 50, 58, 61, 41}

// demoMonths shares demoTickets out among 17 whole months and the running one,
// and takes off what the present mail brings.
func demoMonths(now time.Time, office demoOffice, present []demoMail) []demoMonth {
	months := make([]demoMonth, demoMonthCount)
	weights := make([]float64, demoMonthCount)
	came := make([]int, demoMonthCount) // of the present mail
	const running = demoMonthCount - 1
	peak, sum := 0, 0.0
	for i := range months {
		m := &months[i]
		m.first = time.Date(now.Year(), now.Month()-time.Month(running-i), 1, 0, 0, 0, 0, office.rome)
		m.end = m.first.AddDate(0, 1, 0)
		came[i] = presentIn(*m, now, present)
		weights[i] = demoYear[m.first.Month()-1]
		sum += weights[i]
		if i < running && weights[i] > weights[peak] {
			peak = i
		}
	}
	left := demoTickets
	fix := func(i, count int) {
		months[i].count, weights[i] = max(count, came[i]), 0
		left -= months[i].count
	}
	whole := office.WorkingTimeBetween(months[running].first, months[running].end)
	months[running].end = now.Add(-time.Hour)
	elapsed := max(0, office.WorkingTimeBetween(months[running].first, months[running].end))
	fix(running, int(demoTickets*weights[running]/sum*float64(elapsed)/float64(whole)))
	fix(peak, demoMostAMonth)
	august := demoLeast
	for i := range months[:running] {
		if months[i].first.Month() == time.August {
			fix(i, august)
			august += 3 // the second August of the window is a little busier
		}
	}
	shareOut(months, weights, left)
	for i := range months {
		months[i].count -= came[i]
	}
	return months
}

// shareOut gives the rest in proportion, the largest fractions first.
func shareOut(months []demoMonth, weights []float64, left int) {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	type fraction struct {
		month int
		rest  float64
	}
	var rests []fraction
	given := 0
	for i, w := range weights {
		if w == 0 {
			continue
		}
		exact := float64(left) * w / sum
		months[i].count = int(exact)
		given += int(exact)
		rests = append(rests, fraction{i, exact - math.Floor(exact)})
	}
	slices.SortStableFunc(rests, func(a, b fraction) int { return cmp.Compare(b.rest, a.rest) })
	for i := range left - given {
		months[rests[i].month].count++
	}
}

func presentIn(m demoMonth, now time.Time, present []demoMail) int {
	n := 0
	for _, p := range present {
		at := now.Add(-p.Age)
		if !at.Before(m.first) && at.Before(m.first.AddDate(0, 1, 0)) {
			n++
		}
	}
	return n
}
