package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sportello/mailbox/loopback"
	"sportello/store"
)

// copyWays are how a database of an hour ago can come back.
var copyWays = []struct {
	name       string
	save, load func(s *simDesk, file string)
}{
	{"backup and restore",
		func(s *simDesk, file string) { s.must("", "backup", file) },
		func(s *simDesk, file string) { s.must("", "restore", file) }},
	{"copy of the file",
		func(s *simDesk, file string) { s.copyFile(file, filepath.Join(s.dir, store.FileName)) },
		func(s *simDesk, file string) { s.copyFile(filepath.Join(s.dir, store.FileName), file) }},
}

func (s *simDesk) copyFile(to, from string) {
	s.t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestAnHourAgo: an answer and an acknowledgement waited when the database was
// copied, and left within the hour. Copied back, the database sends neither
// again, nor anything else by itself, says so, and goes on when people settle it.
func TestAnHourAgo(t *testing.T) {
	for _, way := range copyWays {
		t.Run(way.name, func(t *testing.T) {
			var full atomic.Bool
			script := func(verb, _ string) loopback.Reply {
				if full.Load() && verb == loopback.VerbRcpt {
					return loopback.Reply{Code: 452, Text: "coda piena"}
				}
				return loopback.Reply{}
			}
			simulate(t, "now", loopback.SMTPOptions{Script: script}, func(s *simDesk) {
				copied := filepath.Join(t.TempDir(), "copia.db")
				s.start()
				s.ask("prima")
				s.within(2*time.Minute, "it is acknowledged", func() bool { return len(s.smtp.Taken()) == 1 })
				full.Store(true)
				s.answer("Ecco la risposta.")
				s.ask("seconda")
				s.within(2*time.Minute, "the second waits too", func() bool { return len(s.received()) == 2 })
				s.end()
				way.save(s, copied)

				full.Store(false)
				s.start()
				s.ask("terza")
				s.pass(time.Hour)
				s.end()
				left := len(s.smtp.Taken())
				if left != 4 { // three acknowledgements and the answer
					t.Fatalf("%d mails had left before the copy came back", left)
				}
				s.loseDatabase()
				way.load(s, copied)

				s.start()
				s.ask("quarta")
				s.pass(time.Hour)
				if n := len(s.smtp.Taken()); n != left {
					t.Errorf("%d mails left by themselves", n-left)
				}
				s.afterCopy(left)
			})
		})
	}
}

// afterCopy is what people see and do after a copy came back.
func (s *simDesk) afterCopy(left int) {
	s.t.Helper()
	if got, want := s.received(), []string{"Quesito prima", "Quesito seconda", "Quesito terza", "Quesito quarta"}; !slices.Equal(got, want) {
		s.t.Errorf("taken in: %q", got)
	}
	if v := s.status(); v.Unknown != 2 || v.Held != 1 {
		s.t.Errorf("%d of unknown fate and %d held, wanted 2 and 1", v.Unknown, v.Held)
	}
	page := s.page("/posta/uscita")
	if n := strings.Count(page, "la base dati è stata ripristinata"); n != 2 || !strings.Contains(page, "Da verificare") {
		s.t.Errorf("the outbox shows %d of 2 as uncertain:\n%s", n, page)
	}
	if out := s.must("", "verify", "-offline"); !strings.Contains(out, "2 da verificare, 1 trattenuti") {
		s.t.Errorf("verify does not tell:\n%s", out)
	}
	s.press("/posta/uscita", "arrivata")
	s.press("/posta/uscita", "reinvia")
	s.within(time.Minute, "the one that a person sends again leaves", func() bool { return len(s.smtp.Taken()) == left+1 })
	s.must(testPassword+"\n", "user", "add", "rosa.bruni@desk.test", "-role", "admin", "-name", "Rosa Bruni", "-password-stdin")
	s.signIn("rosa.bruni@desk.test")
	if page := s.page("/posta/uscita"); !strings.Contains(page, "Dopo un ripristino le mail automatiche aspettano una conferma") {
		s.t.Error("the administrator is not asked to release what is held")
	}
	s.press("/posta/uscita", "libera")
	s.within(time.Minute, "what was held leaves", func() bool { return len(s.smtp.Taken()) == left+2 })
	s.ask("quinta")
	s.within(time.Minute, "a new question is acknowledged again", func() bool { return len(s.smtp.Taken()) == left+3 })
	s.verified()
}
