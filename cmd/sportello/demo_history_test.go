package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

func mustHistory(t *testing.T, now time.Time) []historyTicket {
	t.Helper()
	seq, err := demoHistory(now, 1)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(seq)
}

func presentTickets(t *testing.T, now time.Time) []demoMail {
	t.Helper()
	h, err := newHistory(now, 1)
	if err != nil {
		t.Fatal(err)
	}
	return h.present
}

func TestDemoHistoryAddsUp(t *testing.T) {
	onDemoDays(t, func(t *testing.T, now time.Time) {
		list, present := mustHistory(t, now), presentTickets(t, now)
		if n := len(list) + len(present); n != demoTickets {
			t.Errorf("%d tickets in all, want %d", n, demoTickets)
		}
		states := map[helpdesk.State]int{}
		for _, m := range present {
			states[m.State]++
		}
		for _, x := range list {
			states[x.State]++
		}
		for s, want := range demoStanding {
			if states[s] != want {
				t.Errorf("%d tickets are %s, want %d", states[s], s, want)
			}
		}
		if states[helpdesk.StateClosed] != 797 {
			t.Errorf("%d closed, want 797", states[helpdesk.StateClosed])
		}
	})
}

func TestDemoHistoryRunsForwardUntilNow(t *testing.T) {
	onDemoDays(t, func(t *testing.T, now time.Time) {
		office, err := theDemoOffice()
		if err != nil {
			t.Fatal(err)
		}
		var before time.Time
		for _, x := range mustHistory(t, now) {
			steps := []time.Time{before, x.Opened}
			before = x.Opened
			if !x.Answered.IsZero() {
				steps = append(steps, x.Answered)
			}
			for _, m := range x.Then {
				steps = append(steps, m.At)
			}
			if !x.Closed.IsZero() {
				steps = append(steps, x.Closed)
			}
			if !slices.IsSortedFunc(append(steps, now), time.Time.Compare) {
				t.Errorf("%s: %v", x.Subject, steps)
			}
			if !office.IsWorkingDay(x.Opened) {
				t.Errorf("%s: opened %v", x.Subject, x.Opened)
			}
			if (x.State == helpdesk.StateClosed) == x.Closed.IsZero() || (x.State == helpdesk.StateSnoozed) != x.SnoozedUntil.After(now) {
				t.Errorf("%s: %s, closed %v, snoozed until %v", x.Subject, x.State, x.Closed, x.SnoozedUntil)
			}
			if x.State == helpdesk.StateAnswered && !x.Answered.After(office.AddWorkingDays(now, -demoSilence)) {
				t.Errorf("%s: answered %v, closed by now", x.Subject, x.Answered)
			}
			if (x.Answer == "") != x.Answered.IsZero() || x.State == helpdesk.StateClosed && x.Answer == "" {
				t.Errorf("%s: %s, answered %v", x.Subject, x.State, x.Answered)
			}
		}
	})
}

func TestDemoHistoryHasTheShapeOfAYear(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	months := map[string]int{}
	for _, x := range mustHistory(t, now) {
		months[x.Opened.Format("2006-01")]++
	}
	for _, m := range presentTickets(t, now) {
		months[now.Add(-m.Age).Format("2006-01")]++
	}
	if len(months) != demoMonthCount || months["2025-08"] != demoLeast {
		t.Errorf("months: %v", months)
	}
	for month, n := range months {
		if n < demoLeast || n > demoMostAMonth || n == demoLeast && month != "2025-08" {
			t.Errorf("%s: %d questions", month, n)
		}
	}
}

func TestDemoHistoryIsThatOfTheCentre(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	list := mustHistory(t, now)
	office, _ := theDemoOffice()
	measures, bodies, small := map[string]int{}, map[string]bool{}, 0
	var answers []time.Duration
	for _, x := range list {
		measures[x.Measure]++
		if !bodies[x.Town.Name] && x.Town.Inhabitants < 5000 {
			small++
		}
		bodies[x.Town.Name] = true
		if !x.Answered.IsZero() {
			answers = append(answers, office.WorkingTimeBetween(x.Opened, x.Answered))
		}
		if strings.ContainsAny(x.Subject+x.Body+x.Answer, "{}") || len(x.Body) < 120 {
			t.Errorf("text of %q: %q", x.Subject, x.Body)
		}
		if !strings.HasSuffix(x.FromAddress, ".example") {
			t.Errorf("address %s", x.FromAddress)
		}
	}
	for measure, percent := range map[string]int{"M2C4I2.2": 38, "M4C1I1.1": 22, "M5C2I2.1": 14, "M2C1I3.2": 8, "M1C3I2.1": 7} {
		if got := 100 * float64(measures[measure]) / float64(len(list)); got < float64(percent)-.6 || got > float64(percent)+.6 {
			t.Errorf("%s: %.1f %%, want %d", measure, got, percent)
		}
	}
	if share := 100 * small / len(bodies); len(bodies) != 389 || share < 70 || share > 72 {
		t.Errorf("%d bodies, %d %% of them small", len(bodies), share)
	}
	slices.Sort(answers)
	if m := answers[len(answers)/2]; m < 5*time.Hour || m > 6*time.Hour+20*time.Minute {
		t.Errorf("median first answer %v", m)
	}
}

func TestDemoHistoryOfASeedIsAlwaysTheSame(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	a, b := mustHistory(t, now), mustHistory(t, now)
	for i := range a {
		if a[i].Subject != b[i].Subject || a[i].Body != b[i].Body || a[i].State != b[i].State || !a[i].Closed.Equal(b[i].Closed) {
			t.Fatalf("ticket %d: %+v\n%+v", i, a[i], b[i])
		}
	}
}

func TestRisingTopicRises(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	var early, late, earlyAll, lateAll int
	for _, x := range mustHistory(t, now) {
		hit := 0
		if strings.Contains(strings.ToLower(x.Subject), "saldo") {
			hit = 1
		}
		if now.Sub(x.Opened) < 90*24*time.Hour {
			late, lateAll = late+hit, lateAll+1
		} else {
			early, earlyAll = early+hit, earlyAll+1
		}
	}
	if late*earlyAll < 2*early*lateAll {
		t.Errorf("saldo: %d of %d early, %d of %d late", early, earlyAll, late, lateAll)
	}
}
