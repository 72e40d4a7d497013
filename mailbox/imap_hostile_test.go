package mailbox

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// The well-behaved half of a scripted server with three messages.
var (
	scriptLogin   = loopback.Rule{Match: `^\S+ login`, Say: "{tag} OK [CAPABILITY IMAP4rev1] in\r\n"}
	scriptExamine = loopback.Rule{Match: `^\S+ examine`, Say: "* 3 EXISTS\r\n* OK [UIDVALIDITY 9] v\r\n* OK [UIDNEXT 4] n\r\n{tag} OK [READ-ONLY] open\r\n"}
	scriptSearch  = loopback.Rule{Match: `uid search`, Say: "* SEARCH 1 2 3\r\n{tag} OK done\r\n"}
)

const scriptGreeting = "* OK [CAPABILITY IMAP4rev1] hello\r\n"

// scripted puts rules before the well-behaved ones.
func scripted(rules ...loopback.Rule) *loopback.Scripted {
	return loopback.NewScripted(scriptGreeting, append(rules, scriptLogin, scriptExamine, scriptSearch)...)
}

func describeSay(seq, uid, size int) string {
	return fmt.Sprintf("* %d FETCH (UID %d FLAGS () INTERNALDATE \"02-Mar-2026 09:00:00 +0000\" RFC822.SIZE %d)\r\n", seq, uid, size)
}

func bodySay(seq, uid int, section, raw string) string {
	return fmt.Sprintf("* %d FETCH (UID %d %s {%d}\r\n%s)\r\n", seq, uid, section, len(raw), raw)
}

func describeAll() loopback.Rule {
	var say strings.Builder
	for i := 1; i <= 3; i++ {
		say.WriteString(describeSay(i, i, len(letterNo(i))))
	}
	return loopback.Rule{Match: `uid fetch 1:3 .*rfc822`, Say: say.String() + "{tag} OK done\r\n"}
}

// describeOne and bodyOne answer for single UIDs.
func describeOne(uid int) loopback.Rule {
	return loopback.Rule{
		Match: fmt.Sprintf(`uid fetch %d .*rfc822`, uid),
		Say:   describeSay(uid, uid, len(letterNo(uid))) + "{tag} OK done\r\n",
	}
}

func bodyOne(uid int) loopback.Rule {
	return loopback.Rule{
		Match: fmt.Sprintf(`uid fetch %d .*body\.peek\[\]\)`, uid),
		Say:   bodySay(uid, uid, "BODY[]", letterNo(uid)) + "{tag} OK done\r\n",
	}
}

func TestHostileAnswers(t *testing.T) {
	tail := "{tag} OK done\r\n"
	tests := []struct {
		name   string
		rules  []loopback.Rule
		within time.Duration
		want   string
	}{
		{
			"UID after the body is fetched by sequence number",
			[]loopback.Rule{
				describeAll(),
				{Match: `uid fetch 1:3 .*body`, Say: bodySay(1, 1, "BODY[]", letterNo(1)) +
					fmt.Sprintf("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(letterNo(2)), letterNo(2)) +
					bodySay(3, 3, "BODY[]", letterNo(3)) + tail},
				{Match: `^\S+ search uid 2`, Say: "* SEARCH 2\r\n" + tail},
				{Match: `^\S+ fetch 2 .*rfc822`, Say: describeSay(2, 2, len(letterNo(2))) + tail},
				{Match: `^\S+ fetch 2 .*body`, Say: fmt.Sprintf("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(letterNo(2)), letterNo(2)) + tail},
			},
			time.Minute, stored(3),
		},
		{
			"a message expunged meanwhile has vanished",
			[]loopback.Rule{
				describeAll(),
				{Match: `uid fetch 1:3 .*body`, Say: bodySay(1, 1, "BODY[]", letterNo(1)) + bodySay(3, 3, "BODY[]", letterNo(3)) + tail},
				{Match: `^\S+ search uid 2`, Say: "* SEARCH\r\n* 2 EXPUNGE\r\n" + tail},
			},
			time.Minute, "1 stored, 2 vanished, 3 stored",
		},
		{
			"a sequence number that meanwhile means another message is not believed",
			[]loopback.Rule{
				describeAll(),
				{Match: `uid fetch 1:3 .*body`, Say: bodySay(1, 1, "BODY[]", letterNo(1)) + bodySay(3, 3, "BODY[]", letterNo(3)) + tail},
				{Match: `^\S+ search uid 2`, Say: "* SEARCH 2\r\n" + tail},
				{Match: `^\S+ fetch 2 `, Say: describeSay(2, 3, len(letterNo(3))) + tail},
			},
			time.Minute, "1 stored, 2 failed, 3 stored",
		},
		{
			"flags told before the body do not hide it",
			[]loopback.Rule{
				describeAll(),
				{Match: `uid fetch 1:3 .*body`, Say: "* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n" + bodySay(1, 1, "BODY[]", letterNo(1)) +
					bodySay(2, 2, "BODY[]", letterNo(2)) + bodySay(3, 3, "BODY[]", letterNo(3)) + tail},
				{Match: `^\S+ search uid 2`, Say: "* SEARCH 2\r\n" + tail},
				{Match: `^\S+ fetch 2 .*rfc822`, Say: describeSay(2, 2, len(letterNo(2))) + tail},
				{Match: `^\S+ fetch 2 .*body`, Say: bodySay(2, 2, "BODY[]", letterNo(2)) + tail},
			},
			time.Minute, stored(3),
		},
		{
			"a poison message in a batch is passed by and tried again without its date",
			[]loopback.Rule{
				{Match: `uid fetch (1:3|2) .*rfc822`, Say: "* 2 FETCH (UID 2 INTERNALDATE \"ieri\")\r\n" + tail},
				{Match: `uid fetch 2 .*body\.peek\[\]<0`, Say: bodySay(2, 2, "BODY[]<0>", letterNo(2)) + tail},
				describeOne(1), describeOne(3), bodyOne(1), bodyOne(3),
			},
			3 * time.Minute, stored(3),
		},
		{
			"NO to one message leaves the others",
			[]loopback.Rule{
				describeAll(), describeOne(1), describeOne(2), describeOne(3), bodyOne(1), bodyOne(3),
				{Match: `uid fetch (1:3|2) .*body`, Say: "{tag} NO cannot read\r\n"},
			},
			time.Minute, "1 stored, 2 failed, 3 stored",
		},
		{
			"a literal of four gigabytes becomes a stub",
			[]loopback.Rule{
				describeAll(), describeOne(1), describeOne(2), describeOne(3), bodyOne(1), bodyOne(3),
				{Match: `uid fetch (1:3|2) .*body\.peek\[\]`, Say: "* 2 FETCH (UID 2 BODY[] {4294967295}\r\nAAAA"},
				{Match: `uid fetch 2 .*body\.peek\[header\]`, Say: bodySay(2, 2, "BODY[HEADER]<0>", "Subject: x\r\n\r\n") + tail},
			},
			10 * time.Minute, "1 stored, 2 oversized, 3 stored",
		},
		{
			"an answer nobody knows ends the connection, not the message",
			[]loopback.Rule{
				{Match: `uid fetch 1:3 .*rfc822`, Say: "* XYZ\r\n" + tail, Times: 1},
				describeAll(), describeOne(1), describeOne(2), describeOne(3), bodyOne(1), bodyOne(2), bodyOne(3),
			},
			time.Minute, stored(3),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			poll(t, scripted(tt.rules...), testConfig(), nil, func(r *rig) {
				r.wantStates(tt.within, tt.want)
				for _, raw := range r.keeper.contents() {
					if !slices.Contains(append(letters(1, 3), "Subject: x\r\n\r\n"), raw) {
						t.Errorf("kept %q", raw)
					}
				}
			})
		})
	}
}

// TestPoisonHoldsUpNothing is R-10: what follows flows within ten seconds.
func TestPoisonHoldsUpNothing(t *testing.T) {
	s := scripted(
		loopback.Rule{Match: `uid fetch (1:3|2) `, Say: "* 2 FETCH (UID 2 ]]]\r\n"},
		describeOne(1), describeOne(3), bodyOne(1), bodyOne(3))
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.wantStates(10*time.Second, "1 stored, 2 failed, 3 stored")
		time.Sleep(10 * time.Minute)
		if n := s.Connections(); n > 40 {
			t.Errorf("%d connections in ten minutes", n)
		}
	})
}

func TestFloodsStayWithinMemory(t *testing.T) {
	flood := strings.Repeat("A", 2<<20)
	tests := []struct {
		name string
		rule loopback.Rule
	}{
		{"four thousand million UIDs in one ESEARCH", loopback.Rule{Match: "uid search", Say: "* ESEARCH (TAG \"{tag}\") UID ALL 1:4294967295\r\n{tag} OK done\r\n"}},
		{"an endless line", loopback.Rule{Match: "examine", Say: "* OK " + flood}},
		{"a description without end", loopback.Rule{Match: "uid fetch", Say: "* 1 FETCH (UID 1 FLAGS (" + flood + flood + "\r\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scripted(tt.rule)
			poll(t, s, testConfig(), nil, func(r *rig) {
				time.Sleep(10 * time.Minute)
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if m.HeapAlloc > 128<<20 {
					t.Errorf("%d MiB of heap", m.HeapAlloc>>20)
				}
				if got := r.keeper.contents(); len(got) != 0 {
					t.Errorf("kept %d messages", len(got))
				}
				if s.Connections() > 60 {
					t.Errorf("%d connections in ten minutes", s.Connections())
				}
			})
		})
	}
}

// TestAServerThatSendsUsAwayIsObeyed is R-34.
func TestAServerThatSendsUsAwayIsObeyed(t *testing.T) {
	for name, s := range map[string]*loopback.Scripted{
		"BYE at the door":   loopback.NewScripted("* BYE too many connections\r\n"),
		"NO [UNAVAILABLE]":  loopback.NewScripted(scriptGreeting, loopback.Rule{Match: "login", Say: "{tag} NO [UNAVAILABLE] later\r\n"}),
		"NO [LIMIT] select": scripted(loopback.Rule{Match: "examine", Say: "{tag} NO [LIMIT] slow down\r\n"}),
		"a cut after every look": scripted(
			loopback.Rule{Match: "search", Say: "* SEARCH\r\n{tag} OK done\r\n", Hangup: true}),
		"BYE in the session": scripted(loopback.Rule{Match: "examine", Say: "* BYE going down\r\n", Hangup: true}),
	} {
		t.Run(name, func(t *testing.T) {
			poll(t, s, testConfig(), nil, func(r *rig) {
				time.Sleep(10 * time.Minute)
				if n := s.Connections(); n < 2 || n > 20 {
					t.Errorf("%d connections in ten minutes", n)
				}
			})
		})
	}
}

func TestUIDsBelowTheNextAreNotTakenAgain(t *testing.T) {
	s := inbox(t, 2, loopback.IMAPOptions{})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.wantStates(time.Minute, stored(2))
		time.Sleep(10 * time.Minute) // every UID SEARCH 3:* returns UID 2
		if n := r.keeper.count("keep"); n != 2 {
			t.Errorf("Keep was called %d times", n)
		}
	})
}

func TestExpungeBetweenSearchAndFetch(t *testing.T) {
	s := inbox(t, 6, loopback.IMAPOptions{})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.wantStates(time.Minute, stored(6))
		for i := 7; i <= 9; i++ {
			deliver(t, s, letterNo(i), i)
		}
		if err := s.Remove("desk", "INBOX", 2, 8); err != nil {
			t.Fatal(err)
		}
		r.settle(2*time.Minute, func() bool {
			return slices.Equal(r.keeper.contents(), append(letters(1, 7), letterNo(9)))
		})
	})
}
