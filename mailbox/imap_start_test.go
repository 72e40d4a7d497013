package mailbox

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sportello/mailbox/loopback"
)

func headerOne(uid int) loopback.Rule {
	header, _, _ := strings.Cut(letterNo(uid), "Quesito")
	return loopback.Rule{
		Match: "uid fetch " + string(rune('0'+uid)) + ` .*body\.peek\[header\]`,
		Say:   bodySay(uid, uid, "BODY[HEADER]<0>", header) + "{tag} OK done\r\n",
	}
}

// goodServer answers whatever is asked of its three messages.
func goodServer() []loopback.Rule {
	rules := []loopback.Rule{describeAll()}
	headers := loopback.Rule{Match: `uid fetch 1:3 .*body\.peek\[header\]`}
	for i := 1; i <= 3; i++ {
		rules = append(rules, describeOne(i), headerOne(i), bodyOne(i))
		headers.Say += strings.TrimSuffix(headerOne(i).Say, "{tag} OK done\r\n")
	}
	headers.Say += "{tag} OK done\r\n"
	return append(rules, headers)
}

// TestStartHoldsWhateverTheServerSays: mail from before the start never becomes
// a message because the server was in a bad mood.
func TestStartHoldsWhateverTheServerSays(t *testing.T) {
	now, later := Start{}, Start{Since: day.Add(time.Hour)}
	skipped := "1 skipped, 2 skipped, 3 skipped"
	tests := []struct {
		name  string
		start Start
		rules []loopback.Rule
		want  string
	}{
		{"asked for patience once", now, []loopback.Rule{{Match: `uid fetch 1:3 .*rfc822`, Say: "{tag} NO [LIMIT] slow down\r\n", Times: 1}}, skipped},
		{"NO to descriptions once", now, []loopback.Rule{{Match: `uid fetch 1:3 .*rfc822`, Say: "{tag} NO later\r\n", Times: 1}}, skipped},
		{"NO to headers once", now, []loopback.Rule{{Match: `uid fetch 1:3 .*header`, Say: "{tag} NO later\r\n", Times: 1}}, skipped},
		{"NO to one message always", now, []loopback.Rule{{Match: `uid fetch (1:3|2) `, Say: "{tag} NO [SERVERBUG] broken\r\n"}}, skipped},
		{"one message that nobody can read", now, []loopback.Rule{{Match: `uid fetch (1:3|2) `, Say: "* 2 FETCH (UID 2 ]]]\r\n"}}, skipped},
		{"a date, NO to descriptions once", later, []loopback.Rule{{Match: `uid fetch 1:3 .*rfc822`, Say: "{tag} NO later\r\n", Times: 1}}, skipped},
		{"a date, NO to one message for a while", later, []loopback.Rule{{Match: `uid fetch (1:3|2) `, Say: "{tag} NO later\r\n", Times: 3}}, skipped},
		{"a date not yet passed", Start{Since: day}, []loopback.Rule{{Match: `uid fetch 1:3 .*rfc822`, Say: "{tag} NO later\r\n", Times: 1}}, stored(3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := testConfig()
			cfg.Start = tt.start
			dated := loopback.Rule{Match: `uid fetch 2 \([^)]*internaldate`, Say: describeSay(2, 2, len(letterNo(2))) + "{tag} OK done\r\n"}
			slice := loopback.Rule{Match: `uid fetch 2 .*body\.peek\[\]<0`, Say: bodySay(2, 2, "BODY[]<0>", letterNo(2)) + "{tag} OK done\r\n"}
			poll(t, scripted(append(append(tt.rules, dated, slice), goodServer()...)...), cfg, nil, func(r *rig) {
				r.wantStates(5*time.Minute, tt.want)
			})
		})
	}
}

// TestABusyServerBlamesNoMessage: a server that asks for patience is given it,
// and its messages are not noted as failed.
func TestABusyServerBlamesNoMessage(t *testing.T) {
	busy := loopback.Rule{Match: `uid fetch`, Say: "{tag} NO [UNAVAILABLE] subsystem down\r\n", Times: 12}
	all := loopback.Rule{Match: `uid fetch 1:3 .*body\.peek\[\]\)`, Say: bodySay(1, 1, "BODY[]", letterNo(1)) + bodySay(2, 2, "BODY[]", letterNo(2)) + bodySay(3, 3, "BODY[]", letterNo(3)) + "{tag} OK done\r\n"}
	s := scripted(append([]loopback.Rule{busy, all}, goodServer()...)...)
	poll(t, s, testConfig(), nil, func(r *rig) {
		time.Sleep(5 * time.Minute)
		if n := s.Connections(); n > 8 {
			t.Errorf("%d connections in five minutes", n)
		}
		if h := r.keeper.lastHealth(); h.OK {
			t.Errorf("health = %+v", h)
		}
		r.wantStates(time.Hour, stored(3))
		if n := r.keeper.count("failed"); n != 0 {
			t.Errorf("%d messages noted as failed", n)
		}
	})
}

// TestAStartThatWasInterruptedHoldsUnderNewUIDs: the UIDVALIDITY changes before
// the first look came to its end.
func TestAStartThatWasInterruptedHoldsUnderNewUIDs(t *testing.T) {
	s := inbox(t, 150, loopback.IMAPOptions{})
	cfg := testConfig()
	cfg.Start = Start{Since: day.Add(148*time.Minute + time.Second)}
	faults := []loopback.Fault{{CutRead: 26 << 10, StallRead: -1, CutWrite: -1}}
	for range 6 {
		faults = append(faults, loopback.Fault{CutRead: 0, StallRead: -1, CutWrite: -1})
	}
	poll(t, s, cfg, faults, func(r *rig) {
		r.settle(time.Minute, func() bool { return r.keeper.count("skip") == 1 })
		if err := s.ChangeUIDValidity("desk", "INBOX", 9); err != nil {
			t.Fatal(err)
		}
		r.settle(time.Hour, func() bool { return r.keeper.count("settle") == 1 })
		if got := r.keeper.contents(); len(got) != 2 {
			t.Errorf("%d messages kept, want the two of after the start", len(got))
		}
	})
}

// TestAStartFromNowThatWasInterruptedHoldsUnderNewUIDs: the first look ended
// before every old message was listed, and the UIDs are new. What came since
// is taken in, also where the server's clock is behind ours.
func TestAStartFromNowThatWasInterruptedHoldsUnderNewUIDs(t *testing.T) {
	faults := []loopback.Fault{{CutRead: 26 << 10, StallRead: -1, CutWrite: -1}}
	for range 6 {
		faults = append(faults, loopback.Fault{CutRead: 0, StallRead: -1, CutWrite: -1})
	}
	synctest.Test(t, func(t *testing.T) {
		s := inbox(t, 0, loopback.IMAPOptions{})
		arrive := func(i int, ago time.Duration) {
			t.Helper()
			if _, err := s.Deliver("desk", "INBOX", []byte(letterNo(i)), time.Now().Add(-ago)); err != nil {
				t.Fatal(err)
			}
		}
		for i := 1; i <= 150; i++ {
			arrive(i, 72*time.Hour)
		}
		cfg := testConfig()
		cfg.Start = Start{}
		r := &rig{t: t, keeper: newKeeper(), faults: faults}
		r.run(s, cfg, func(r *rig) {
			r.settle(time.Minute, func() bool { return r.keeper.count("skip") == 1 })
			arrive(151, 3*time.Hour)
			if err := s.ChangeUIDValidity("desk", "INBOX", 9); err != nil {
				t.Fatal(err)
			}
			r.settle(time.Hour, func() bool { return r.keeper.count("settle") == 1 })
			if got := r.keeper.contents(); !slices.Equal(got, letters(151, 151)) {
				t.Errorf("%d messages kept, want only the one that came since", len(got))
			}
		})
	})
}

// TestAMessageMovedInLaterIsTakenWhateverItsDate: once the first start is
// over, a message that nobody knows is new, however old its date.
func TestAMessageMovedInLaterIsTakenWhateverItsDate(t *testing.T) {
	s := inbox(t, 3, loopback.IMAPOptions{})
	cfg := testConfig()
	cfg.Start = Start{}
	poll(t, s, cfg, nil, func(r *rig) {
		r.settle(time.Minute, func() bool { return r.keeper.count("settle") == 1 })
		if _, err := s.Deliver("desk", "INBOX", []byte(letterNo(4)), time.Now().AddDate(-1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		if err := s.ChangeUIDValidity("desk", "INBOX", 9); err != nil {
			t.Fatal(err)
		}
		r.settle(time.Hour, func() bool { return r.keeper.count("settle") == 2 })
		if got := r.keeper.contents(); !slices.Equal(got, letters(4, 4)) {
			t.Errorf("kept %q, want the letter that was moved in", got)
		}
	})
}

// TestAMessageFetchedLaterKeepsItsDate: what did not come at first is dated as
// the server has it, not as we got hold of it.
func TestAMessageFetchedLaterKeepsItsDate(t *testing.T) {
	no := loopback.Rule{Match: `uid fetch (1:3|2) .*body`, Say: "{tag} NO later\r\n", Times: 2}
	slice := loopback.Rule{Match: `uid fetch 2 .*body\.peek\[\]<0`, Say: bodySay(2, 2, "BODY[]<0>", letterNo(2)) + "{tag} OK done\r\n"}
	for name, c := range map[string]struct {
		dated loopback.Rule
		want  bool
	}{
		"asked for afterwards": {loopback.Rule{Match: `uid fetch 2 \(uid internaldate\)|uid fetch 2 \(internaldate uid\)`, Say: describeSay(2, 2, 0) + "{tag} OK done\r\n"}, true},
		"which is refused":     {loopback.Rule{Match: `uid fetch 2 \(uid internaldate\)|uid fetch 2 \(internaldate uid\)`, Say: "{tag} NO date\r\n"}, false},
		"which cuts the line":  {loopback.Rule{Match: `uid fetch 2 \(uid internaldate\)|uid fetch 2 \(internaldate uid\)`, Hangup: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			poll(t, scripted(append([]loopback.Rule{no, slice, c.dated}, goodServer()...)...), testConfig(), nil, func(r *rig) {
				r.wantStates(5*time.Minute, stored(3))
				r.keeper.mu.Lock()
				defer r.keeper.mu.Unlock()
				if got := r.keeper.rows[rowKey{9, 2, 1}].InternalDate; got.Equal(day) != c.want {
					t.Errorf("dated %v", got)
				}
			})
		})
	}
}
