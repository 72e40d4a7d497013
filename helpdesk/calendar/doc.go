// Package calendar knows Italian working time: which days are holidays, when
// the office is open, when so many working hours or days have passed, and how
// a date is said in Italian.
//
// A day is a holiday if it is one of the national ones (L. 260/1949 and later),
// Easter Monday, the patron's day of the place, or falls in a closure; the last
// two are data of the Calendar. Working days and office hours are reckoned in
// the Calendar's time zone whatever zone the given time is in, and results are
// in that zone. Durations are real elapsed time, so a span open across a change
// to or from summer time counts what the clock on the wall does not show.
//
// A Calendar does not change once made; it is safe for concurrent use. The
// package reads no clock: the caller says what time it is.
package calendar
