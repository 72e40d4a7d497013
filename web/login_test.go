package web

import (
	"slices"
	"testing"
	"time"
)

func TestLocalPathS65(t *testing.T) {
	for path, want := range map[string]string{
		"/quesiti/2026-000001?vista=mie": "/quesiti/2026-000001?vista=mie", "/profilo": "/profilo", "/": "/",
		"": "/quesiti", "//evil.example": "/quesiti", `/\evil.example`: "/quesiti", "https:evil.example": "/quesiti",
		"https://evil.example/": "/quesiti", "/\t/evil.example": "/quesiti", "/a\r\nx: y": "/quesiti", `/a\b`: "/quesiti",
		"/@evil.example": "/@evil.example", "/%2f%2fevil.example": "/%2f%2fevil.example", "javascript:alert(1)": "/quesiti",
		" //evil.example": "/quesiti", "/ù": "/quesiti",
	} {
		if got := localPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestVisitorKeys(t *testing.T) {
	one := visitorKeys("anna@centro.example", "192.0.2.7")
	for _, row := range []struct {
		email, ip   string
		same, known bool // account and address block are counted together with one
	}{
		{"anna@centro.example", "192.0.2.7", true, true},
		{"anna@centro.example", "192.0.2.8", true, false},
		{"anna@centro.example", "::ffff:192.0.2.7", true, true},
		{"luca@centro.example", "192.0.2.7", false, true},
	} {
		got := visitorKeys(row.email, row.ip)
		if (got[0] == one[0]) != row.same || (got[1] == one[1]) != row.known {
			t.Errorf("%s %s: %v beside %v", row.email, row.ip, got, one)
		}
	}
	if a, b := visitorKeys("x", "2001:db8::1"), visitorKeys("x", "2001:db8::ffff:1"); !slices.Equal(a, b) {
		t.Errorf("one /64 is two: %v %v", a, b)
	}
	for _, own := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
		if got := visitorKeys("x", own); len(got) != 1 {
			t.Errorf("a proxy on this machine is counted as one visitor: %v", got)
		}
	}
	if got := visitorKeys("x", "no address"); len(got) != 1 {
		t.Errorf("no address: %v", got)
	}
}

func TestInWords(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		time.Millisecond: "1 secondo", 30 * time.Second: "30 secondi", 15 * time.Minute: "15 minuti", 14*time.Minute + time.Second: "15 minuti",
	} {
		if got := inWords(wait); got != want {
			t.Errorf("%v: %s, want %s", wait, got, want)
		}
	}
}

func TestSnooze(t *testing.T) {
	friday := time.Date(2026, 11, 27, 16, 0, 0, 0, rome)
	monday := time.Date(2026, 11, 30, 8, 0, 0, 0, rome)
	for _, row := range []struct {
		now          time.Time
		choice, date string
		want         string
	}{
		{friday, "domani", "", "2026-11-28T09:00:00+01:00"},
		{friday, "lunedi", "", "2026-11-30T09:00:00+01:00"},
		{monday, "lunedi", "", "2026-12-07T09:00:00+01:00"},
		{friday, "settimana", "", "2026-12-04T09:00:00+01:00"},
		{friday, "data", "2027-03-28", "2027-03-28T09:00:00+02:00"},
		{friday, "data", "31/12/2026", ""},
		{friday, "data", "", ""},
		{friday, "", "", ""},
	} {
		at, ok := snoozeUntil(row.choice, row.date, row.now)
		if got := at.Format(time.RFC3339); ok != (row.want != "") || ok && got != row.want {
			t.Errorf("%s %s at %v: %s %v, want %s", row.choice, row.date, row.now, got, ok, row.want)
		}
	}
	if n := len(snoozeChoices(time.Date(2026, 11, 29, 12, 0, 0, 0, rome))); n != 2 {
		t.Errorf("on Sunday tomorrow is Monday: %d choices", n)
	}
}

func TestSpeaksOfAttachment(t *testing.T) {
	for text, want := range map[string]bool{
		"In allegato il parere.": true, "Allego la nota": true, "vedi «allegati»": true,
		"> in allegato trova\n\nGrazie": false, "Il legato pio": false, "": false,
	} {
		if got := speaksOfAttachment(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
