package mime

import "testing"

var dateTests = []struct{ name, raw, want string }{
	{"RFC 5322", "Mon, 2 Mar 2026 10:15:30 +0100", "2026-03-02T09:15:30Z"},
	{"no day of the week, no seconds", "2 Mar 2026 10:15 -0500", "2026-03-02T15:15:00Z"},
	{"comment behind", "Mon, 02 Mar 2026 10:15:30 +0100 (CET)", "2026-03-02T09:15:30Z"},
	{"GMT", "Mon, 2 Mar 2026 10:15:30 GMT", "2026-03-02T10:15:30Z"},
	{"named zone", "Mon, 2 Mar 2026 10:15:30 EST", "2026-03-02T15:15:30Z"},
	{"summer time", "2 Jul 2026 10:15:30 CEST", "2026-07-02T08:15:30Z"},
	{"no zone", "Mon, 2 Mar 2026 10:15:30", "2026-03-02T10:15:30Z"},
	{"no time", "2 Mar 2026", "2026-03-02T00:00:00Z"},
	{"zone with a colon", "2 Mar 2026 10:15:30 +01:00", "2026-03-02T09:15:30Z"},
	{"Italian", "lun, 2 marzo 2026 10:15:30 +0100", "2026-03-02T09:15:30Z"},
	{"Italian short", "Lun, 02 gen 2026 10:15:30 +0100", "2026-01-02T09:15:30Z"},
	{"Italian Tuesday is no March", "mar, 1 dic 2026 10:15:30 +0100", "2026-12-01T09:15:30Z"},
	{"Italian August", "2 ago 2026 10:15:30 +0200", "2026-08-02T08:15:30Z"},
	{"day/month/year", "02/03/2026 10:15", "2026-03-02T10:15:00Z"},
	{"month/day/year where it can be nothing else", "03/22/2026 10:15", "2026-03-22T10:15:00Z"},
	{"ISO 8601", "2026-03-02T10:15:30+01:00", "2026-03-02T09:15:30Z"},
	{"ISO 8601 in UTC", "2026-03-02T10:15:30.123Z", "2026-03-02T10:15:30Z"},
	{"asctime", "Mon Mar  2 10:15:30 2026", "2026-03-02T10:15:30Z"},
	{"Unix date", "Mon Mar  2 10:15:30 CET 2026", "2026-03-02T09:15:30Z"},
	{"dashes", "2-Mar-2026 10:15:30", "2026-03-02T10:15:30Z"},
	{"half day", "3/2/2026 10:15:30 PM", "2026-02-03T22:15:30Z"},
	{"two digits", "2 Mar 26 10:15:30 GMT", "2026-03-02T10:15:30Z"},
	{"two digits before 2000", "2 Mar 96 10:15:30 GMT", "1996-03-02T10:15:30Z"},
	{"three digits", "2 Mar 126 10:15:30 GMT", "2026-03-02T10:15:30Z"},
	{"leap second", "31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
	{"folded", "Mon,\r\n 2 Mar 2026\t10:15:30 +0100", "2026-03-02T09:15:30Z"},
	{"impossible zone", "2 Mar 2026 10:15:30 +9999", "2026-03-02T10:15:30Z"},
	{"no such day", "30 Feb 2026 10:15:30 GMT", ""},
	{"no such hour", "2 Mar 2026 25:15:30 GMT", ""},
	{"no month", "2 2026 10:15:30", ""},
	{"words", "ieri", ""},
	{"nothing", "", ""},
}

func TestParseDate(t *testing.T) {
	for _, tt := range dateTests {
		date, ok := ParseDate(tt.raw)
		got := ""
		if ok {
			got = date.UTC().Format("2006-01-02T15:04:05Z")
		}
		if got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.raw, got, tt.want)
		}
	}
}
