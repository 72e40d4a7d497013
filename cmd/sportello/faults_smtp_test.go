package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

// TestSMTPFaults: what the server says about a person's answer stands on the
// ticket and in «Posta in uscita». A no for good brings the ticket back; a not
// now is tried again by itself, at the time that is shown.
func TestSMTPFaults(t *testing.T) {
	for _, v := range []struct {
		name   string
		reply  loopback.Reply
		at     string
		says   string
		shown  []string // on the ticket and in the outbox
		itself bool     // it leaves by itself once the server is mended
		loud   bool     // /readyz tells, too
	}{
		{"refused for good", loopback.Reply{Code: 550, Text: "casella inesistente"}, loopback.VerbRcpt,
			"550 5.0.0 casella inesistente", []string{"Riprova"}, false, false},
		{"refused for its content", loopback.Reply{Code: 554, Text: "messaggio non ammesso"}, loopback.VerbDot,
			"554 5.0.0 messaggio non ammesso", []string{"Riprova"}, false, false},
		{"not now", loopback.Reply{Code: 451, Text: "riprovare più tardi"}, loopback.VerbRcpt,
			"451 4.0.0 riprovare più tardi", []string{"nuovo tentativo"}, true, false},
		{"cut before the message", loopback.Reply{Drop: true}, loopback.VerbMail,
			"si è interrotto", []string{"nuovo tentativo"}, true, false},
		{"no log-in at all", loopback.Reply{Drop: true}, loopback.VerbEHLO,
			"si è interrotto", []string{"nuovo tentativo"}, true, true},
	} {
		t.Run(v.name, func(t *testing.T) {
			var broken atomic.Bool
			script := func(verb, _ string) loopback.Reply {
				if broken.Load() && verb == v.at {
					return v.reply
				}
				return loopback.Reply{}
			}
			simulate(t, "now", loopback.SMTPOptions{Script: script}, func(s *simDesk) {
				s.start()
				s.ask("prima")
				s.within(2*time.Minute, "the acknowledgement leaves", func() bool { return len(s.smtp.Taken()) == 1 })
				broken.Store(true)
				number := s.answer("Ecco la risposta.")
				s.within(2*time.Minute, "the fault stands on the ticket", func() bool {
					return strings.Contains(s.page("/quesiti/"+number), v.says)
				})
				for _, path := range []string{"/quesiti/" + number, "/posta/uscita"} {
					page := s.page(path)
					for _, words := range append(v.shown, v.says) {
						if !strings.Contains(page, words) {
							s.t.Errorf("%s does not show %q", path, words)
						}
					}
				}
				if ok, says := s.ready(); ok == v.loud {
					s.t.Errorf("ready %t: %s", ok, says)
				}
				if reopened := strings.Contains(s.page("/quesiti?vista=aperti&stato=open"), number); reopened == v.itself {
					s.t.Errorf("the ticket is open: %t", reopened)
				}
				broken.Store(false)
				s.pass(10 * time.Minute)
				if left := s.answers() == 1; left != v.itself {
					s.t.Errorf("the answer has left: %t", left)
				}
				if !v.itself {
					s.press("/posta/uscita", "riprova")
					s.within(time.Minute, "the answer leaves", func() bool { return s.answers() == 1 })
				}
				s.pass(time.Hour)
				if n := s.answers(); n != 1 {
					s.t.Errorf("the answer was sent %d times", n)
				}
				if ok, says := s.ready(); !ok {
					s.t.Errorf("not ready after it was mended: %s", says)
				}
				s.verified()
			})
		})
	}
}

// answers counts what left that a person wrote.
func (s *simDesk) answers() int {
	n := 0
	for _, m := range s.smtp.Taken() {
		if mime.Read(m.Data).Header.Get("Auto-Submitted") == "" {
			n++
		}
	}
	return n
}
