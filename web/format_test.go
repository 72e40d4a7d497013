package web

import (
	"testing"
	"time"
)

func TestTimesInWords(t *testing.T) {
	now := time.Date(2026, time.November, 24, 10, 30, 0, 0, rome)
	tests := []struct {
		name                 string
		t                    time.Time
		ago, when, day, full string
	}{
		{"never", time.Time{}, "", "", "", ""},
		{"this minute", now.Add(-20 * time.Second), "ora", "oggi, 10:29", "24 nov", "24 nov 2026, 10:29"},
		{"minutes", now.Add(-8 * time.Minute), "8 min", "oggi, 10:22", "24 nov", "24 nov 2026, 10:22"},
		{"hours of the same day", now.Add(-103 * time.Minute), "1 h", "oggi, 08:47", "24 nov", "24 nov 2026, 08:47"},
		{"yesterday by the calendar", time.Date(2026, 11, 23, 23, 50, 0, 0, rome), "ieri", "ieri, 23:50", "23 nov", "23 nov 2026, 23:50"},
		{"this year", time.Date(2026, 11, 19, 16, 42, 0, 0, rome), "19 nov", "gio 19 nov, 16:42", "19 nov", "19 nov 2026, 16:42"},
		{"another year", time.Date(2025, 12, 31, 9, 5, 0, 0, rome), "31 dic 2025", "31 dic 2025, 09:05", "31 dic 2025", "31 dic 2025, 09:05"},
		{"tomorrow", now.Add(22*time.Hour + 30*time.Minute), "25 nov", "domani, 09:00", "25 nov", "25 nov 2026, 09:00"},
		{"UTC is shown as Rome, summer time", time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC), "2 lug", "gio 2 lug, 00:30", "2 lug", "2 lug 2026, 00:30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ago(now, tt.t); got != tt.ago {
				t.Errorf("ago %q, want %q", got, tt.ago)
			}
			if got := when(now, tt.t); got != tt.when {
				t.Errorf("when %q, want %q", got, tt.when)
			}
			if got := day(now, tt.t); got != tt.day {
				t.Errorf("day %q, want %q", got, tt.day)
			}
			if got := dateTime(tt.t); got != tt.full {
				t.Errorf("dateTime %q, want %q", got, tt.full)
			}
		})
	}
}

func TestUntil(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 30, 0, 0, rome)
	for want, at := range map[string]time.Time{
		"a oggi, 15:00":          time.Date(2026, 11, 24, 15, 0, 0, 0, rome),
		"a domani, 09:00":        time.Date(2026, 11, 25, 9, 0, 0, 0, rome),
		"al 2 dic, 09:00":        time.Date(2026, 12, 2, 9, 0, 0, 0, rome),
		"all'8 dic, 09:00":       time.Date(2026, 12, 8, 9, 0, 0, 0, rome),
		"all'11 gen 2027, 09:00": time.Date(2027, 1, 11, 9, 0, 0, 0, rome),
		"":                       {},
	} {
		if got := until(now, at); got != want {
			t.Errorf("until %v: %q, want %q", at, got, want)
		}
	}
	if got := untilWords("2026-12-02T09:00:00+01:00"); got != " al 2 dic 2026, 09:00" {
		t.Errorf("in the thread: %q", got)
	}
}

func TestFormats(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"initials of two words", initials("Paolo Brambilla"), "PB"},
		{"initials of three words", initials("Anna Maria De Rosa"), "AM"},
		{"initials of a body", initials("Comune di Valcerva"), "CV"},
		{"initials of an address", initials("protocollo@comune.example"), "P"},
		{"initials of accents", initials("élodie òrsini"), "ÉÒ"},
		{"initials of nothing", initials("  -- "), "?"},
		{"avatar of a stranger", avatar(0), "av-0"},
		{"avatar of the first", avatar(1), "av-1"},
		{"avatar wraps", avatar(7), "av-1"},
		{"bytes", size(999), "999 byte"},
		{"kilobytes round", size(412_400), "412 kB"},
		{"megabytes with a comma", size(1_240_000), "1,2 MB"},
		{"count below the cap", count(999), "999"},
		{"count at the cap", count(1000), "1.000+"},
		{"one", plural(1, "quesito", "quesiti"), "1 quesito"},
		{"none", plural(0, "quesito", "quesiti"), "0 quesiti"},
		{"many", plural(4000, "quesito", "quesiti"), "1.000+ quesiti"},
		{"signed file", fileIcon("application/pkcs7-mime"), "file-signed"},
		{"word file", fileIcon("application/vnd.openxmlformats-officedocument.wordprocessingml.document"), "file-docx"},
		{"sheet", fileIcon("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), "file-xlsx"},
		{"unknown file", fileIcon("application/octet-stream"), "file"},
		{"known state", stateLabel("waiting_org"), "In attesa dell'ente"},
		{"unknown state", stateLabel("odd"), "odd"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
