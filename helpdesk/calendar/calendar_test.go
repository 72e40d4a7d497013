package calendar

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func rome(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func office(t testing.TB, change ...func(*Config)) *Calendar {
	t.Helper()
	cfg := Config{Location: rome(t), Hours: OfficeHours()}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads "2026-11-26 17:00" on the Roman wall clock.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	if len(s) == len("2006-01-02") {
		s += " 12:00"
	}
	v, err := time.ParseInLocation("2006-01-02 15:04", s, rome(t))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNewReportsEveryFault(t *testing.T) {
	bad := Config{
		Patron:   MonthDay{time.February, 30},
		Closures: []Closure{{at(t, "2026-08-20"), at(t, "2026-08-10")}, {at(t, "2026-08-10"), at(t, "2126-08-20")}},
	}
	bad.Hours[time.Monday] = []Span{{14 * time.Hour, 18 * time.Hour}, {9 * time.Hour, 13 * time.Hour}}
	bad.Hours[time.Tuesday] = []Span{{9 * time.Hour, 25 * time.Hour}}
	_, err := New(bad)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"time zone", "patron", "2026-08-20 to 2026-08-10", "2126", "Monday", "Tuesday"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not name %q:\n%v", want, err)
		}
	}
	if _, err := New(Config{Location: rome(t)}); err == nil {
		t.Error("an office that never opens is accepted")
	}
}

func TestNewKeepsNoReferenceToTheConfig(t *testing.T) {
	cfg := Config{Location: rome(t), Hours: OfficeHours()}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Hours[time.Monday][0] = Span{11 * time.Hour, 12 * time.Hour}
	if got, want := c.NextOpening(at(t, "2026-11-23 07:00")), at(t, "2026-11-23 09:00"); !got.Equal(want) {
		t.Errorf("opens %v, want %v", got, want)
	}
}

func TestDefaultIsTheOfficeInRome(t *testing.T) {
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	got := c.NextOpening(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	if want := time.Date(2026, 7, 1, 7, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("opens %v, want %v", got.UTC(), want)
	}
}
