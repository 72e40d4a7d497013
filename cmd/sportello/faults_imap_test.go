package main

import (
	"context"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sportello/mailbox"
	"sportello/mailbox/loopback"
)

// imapFault is one thing that can be wrong with the way in.
type imapFault struct {
	name  string
	way   func(*simDesk) mailbox.DialFunc // where IMAP is answered; nil: as ever
	hurt  func(*simDesk)
	mend  func(*simDesk)
	says  string // in the banner and in /readyz
	tries int    // most connections within an hour
	back  time.Duration
}

// The waits between two tries are at most five minutes, after a refused
// log-in an hour, so that no account is locked.
var imapFaults = []imapFault{
	{name: "down", way: always(refusedDial), says: "si è interrotto", tries: 25, back: 6 * time.Minute},
	{name: "wrong password", says: "rifiuta nome utente o password", tries: 6, back: 70 * time.Minute,
		hurt: func(s *simDesk) { s.imap.AddUser("help", "changed"); s.lead(s.healthy) },
		mend: func(s *simDesk) { s.imap.AddUser("help", "helppw") }},
	{name: "folder missing", says: "Controllare il nome della cartella", tries: 25, back: 6 * time.Minute, way: answering(imapGreeting,
		loopback.Rule{Match: `^\S+ login`, Say: "{tag} OK [CAPABILITY IMAP4rev1] in\r\n"},
		loopback.Rule{Match: `^\S+ examine`, Say: "{tag} NO [NONEXISTENT] No such mailbox\r\n"})},
	{name: "nonsense for a greeting", says: "si è interrotto", tries: 25, back: 6 * time.Minute,
		way: answering("HTTP/1.1 400 Bad Request\r\n\r\n\x00\xff\r\n")},
	{name: "nonsense after the log-in", says: "si è interrotto", tries: 25, back: 6 * time.Minute, way: answering(imapGreeting,
		loopback.Rule{Match: `^\S+ login`, Say: "{tag} OK [CAPABILITY IMAP4rev1] in\r\n"},
		loopback.Rule{Match: ``, Say: "* \x01 FETCH ((((\r\n"})},
	{name: "silent from the start", says: "non risponde", tries: 25, back: 7 * time.Minute, way: always(silentDial)},
	{name: "silent after the log-in", says: "non risponde", tries: 25, back: 7 * time.Minute, way: answering(imapGreeting,
		loopback.Rule{Match: `^\S+ login`, Say: "{tag} OK [CAPABILITY IMAP4rev1] in\r\n"},
		loopback.Rule{Match: ``, Silent: true})},
}

const imapGreeting = "* OK [CAPABILITY IMAP4rev1] pronto\r\n"

func always(dial mailbox.DialFunc) func(*simDesk) mailbox.DialFunc {
	return func(*simDesk) mailbox.DialFunc { return dial }
}

func answering(greeting string, rules ...loopback.Rule) func(*simDesk) mailbox.DialFunc {
	return func(s *simDesk) mailbox.DialFunc { return piped(s.t, loopback.NewScripted(greeting, rules...)) }
}

func refusedDial(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// silentDial reaches a server that takes connections and never says a word.
func silentDial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		var sink [512]byte
		for {
			if _, err := server.Read(sink[:]); err != nil {
				server.Close()
				return
			}
		}
	}()
	return client, nil
}

// TestIMAPFaults: whatever is wrong with the way in is told to people and to
// the supervisor within two minutes, is tried again with ever longer waits,
// loses nothing, and is over when it is mended.
func TestIMAPFaults(t *testing.T) {
	for _, f := range imapFaults {
		t.Run(f.name, func(t *testing.T) {
			simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) { f.run(s) })
		})
	}
}

func (f imapFault) run(s *simDesk) {
	s.start()
	s.ask("prima")
	s.within(2*time.Minute, "the first question is there", func() bool { return len(s.received()) == 1 })
	if ok, says := s.ready(); !ok {
		s.t.Fatalf("not ready before the fault: %s", says)
	}
	if f.way != nil {
		s.lead(f.way(s))
	}
	if f.hurt != nil {
		f.hurt(s)
	}
	before := s.tries()
	s.ask("durante")
	s.within(2*time.Minute, "/readyz tells", func() bool {
		ok, says := s.ready()
		return !ok && strings.Contains(says, f.says)
	})
	if page := s.page("/quesiti"); !strings.Contains(page, "fascia-attenzione") || !strings.Contains(page, f.says) {
		s.t.Errorf("no banner on the queue: %q is missing", f.says)
	}
	s.pass(time.Hour)
	if n := s.tries() - before; n > f.tries || n < 2 {
		s.t.Errorf("%d connections in an hour, wanted 2 to %d", n, f.tries)
	}
	if f.mend != nil {
		f.mend(s)
	} else {
		s.lead(s.healthy)
	}
	s.within(f.back, "/readyz is well again", func() bool { ok, _ := s.ready(); return ok })
	if page := s.page("/quesiti"); strings.Contains(page, "fascia-attenzione") {
		s.t.Error("the banner stays on the queue")
	}
	s.within(time.Minute, "what came meanwhile is there", func() bool { return len(s.received()) >= 2 })
	if got := s.received(); !slices.Equal(got, []string{"Quesito prima", "Quesito durante"}) {
		s.t.Errorf("taken in: %q", got)
	}
	s.verified()
}

// TestUIDValidityChanges: the server renumbers the folder, between two looks,
// again and again, and back to an older number; each message stays one ticket,
// what came meanwhile is taken in, and people are told while it is compared.
func TestUIDValidityChanges(t *testing.T) {
	simulate(t, "now", loopback.SMTPOptions{}, func(s *simDesk) {
		s.start()
		want := []string{"Quesito prima", "Quesito seconda"}
		s.ask("prima")
		s.ask("seconda")
		s.within(2*time.Minute, "both are there", func() bool { return len(s.received()) == 2 })
		for i, validity := range []uint32{7, 8, 9, 7} {
			if err := s.imap.ChangeUIDValidity("help", "INBOX", validity); err != nil {
				s.t.Fatal(err)
			}
			id := string(rune('a' + i))
			s.ask(id)
			want = append(want, "Quesito "+id)
			s.lead(slowly(s.healthy))
			s.within(2*time.Minute, "people are told that messages are compared", func() bool {
				ok, says := s.ready()
				return !ok && strings.Contains(says, "vengono confrontati")
			})
			s.within(5*time.Minute, "the new one is there, and all is well", func() bool {
				ok, _ := s.ready()
				return ok && len(s.received()) == len(want)
			})
		}
		s.pass(10 * time.Minute)
		if got := s.received(); !slices.Equal(got, want) {
			s.t.Errorf("taken in %q, wanted %q", got, want)
		}
		s.verified()
	})
}

// slowly takes seconds for every answer.
func slowly(dial mailbox.DialFunc) mailbox.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return slowConn{conn}, err
	}
}

type slowConn struct{ net.Conn }

func (c slowConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	time.Sleep(2 * time.Second) // of the bubble's time
	return n, err
}
