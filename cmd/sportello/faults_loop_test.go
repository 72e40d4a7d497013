package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

const otherAddress = "protocollo@ente.test"

// TestTwoDesksAnswerEachOther: two of our own programs whose acknowledgements
// reach each other, over a relay that keeps their marks or takes them off, send
// no more than one each.
func TestTwoDesksAnswerEachOther(t *testing.T) {
	for _, v := range []struct {
		name  string
		relay func(raw []byte) []byte
		most  int
	}{
		{"faithful relay", func(raw []byte) []byte { return raw }, 1},
		{"without the mark of automatic mail", without("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress"), 2},
		{"without marks and without thread", without("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress",
			"In-Reply-To", "References", "Message-ID", "Subject"), 2},
	} {
		t.Run(v.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var ours, theirs *simDesk
				ours = newSimDesk(t, "now", deskAddress, "60s", relayTo(&theirs, otherAddress, v.relay))
				theirs = newSimDesk(t, "now", otherAddress, "60s", relayTo(&ours, deskAddress, v.relay))
				ours.start()
				theirs.start()
				ours.deliver(t, strings.Replace(question("q1", "Quesito", "", "Testo."), officer, otherAddress, 1))
				aDay(ours, theirs)
				n := len(ours.smtp.Taken()) + len(theirs.smtp.Taken())
				if n < 1 || n > v.most {
					t.Errorf("%d automatic mails in a day, wanted 1 to %d", n, v.most)
				}
				if got := len(ours.received()); got < 1 {
					t.Errorf("%d messages are filed", got)
				}
				ours.verified()
				theirs.verified()
			})
		})
	}
}

// TestADeskAnswersADesk: a person's answer that reaches another desk sets
// nothing going between the two.
func TestADeskAnswersADesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		same := func(raw []byte) []byte { return raw }
		var ours, theirs *simDesk
		ours = newSimDesk(t, "now", deskAddress, "60s", relayTo(&theirs, otherAddress, same))
		theirs = newSimDesk(t, "now", otherAddress, "60s", relayTo(&ours, deskAddress, same))
		ours.start()
		theirs.start()
		ours.deliver(t, strings.Replace(question("q1", "Quesito", "", "Testo."), officer, otherAddress, 1))
		ours.answer("Ecco la risposta.")
		aDay(ours, theirs)
		if n := len(ours.smtp.Taken()) - ours.answers() + len(theirs.smtp.Taken()); n < 1 || n > 2 {
			t.Errorf("%d automatic mails in a day, wanted 1 or 2", n)
		}
		if ours.answers() != 1 || len(theirs.received()) == 0 {
			t.Errorf("%d answers left, %d messages reached the other desk", ours.answers(), len(theirs.received()))
		}
		ours.verified()
		theirs.verified()
	})
}

// aDay is one at whose ends the desks run; in between they are stopped, since
// nothing that loops needs longer than an hour to show itself.
func aDay(desks ...*simDesk) {
	desks[0].pass(time.Hour)
	for _, s := range desks {
		s.end()
	}
	time.Sleep(22 * time.Hour) // of the bubble's time
	for _, s := range desks {
		s.start()
	}
	desks[0].pass(time.Hour)
}

// relayTo delivers what is for address to the desk that has it.
func relayTo(desk **simDesk, address string, change func([]byte) []byte) loopback.SMTPOptions {
	return loopback.SMTPOptions{Deliver: func(m loopback.Transaction) error {
		if len(m.To) == 1 && m.To[0] == address {
			_, err := (*desk).imap.Deliver("help", "INBOX", change(m.Data), time.Now())
			return err
		}
		return nil
	}}
}

// without takes header fields off.
func without(names ...string) func([]byte) []byte {
	return func(raw []byte) []byte {
		head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		var out bytes.Buffer
		drop := false
		for line := range bytes.Lines(append(head, "\r\n"...)) {
			if line[0] != ' ' && line[0] != '\t' {
				drop = false
				for _, name := range names {
					drop = drop || bytes.HasPrefix(bytes.ToLower(line), []byte(strings.ToLower(name)+":"))
				}
			}
			if !drop {
				out.Write(line)
			}
		}
		out.WriteString("\r\n")
		out.Write(body)
		return out.Bytes()
	}
}

// TestResponders: programs that answer every mail at once and hide that they
// are programs get no second answer of ours within a day.
func TestResponders(t *testing.T) {
	n := new(atomic.Int64)
	number := func() int64 { return n.Add(1) }
	for _, v := range []struct {
		name   string
		answer func(m *mime.Message) string // all but To and body
		most   int                          // automatic mails of ours in a day, also the one that begins
	}{
		{"holiday without headers", func(*mime.Message) string {
			return "From: <ufficio@ente.test>\nSubject: Presa in carico\n"
		}, 1},
		{"a subject that changes", func(*mime.Message) string {
			return fmt.Sprintf("From: <ufficio@ente.test>\nSubject: Presa in carico %d\nMessage-ID: <%d@ente.test>\n", number(), number())
		}, 1},
		{"a sender that changes its tag", func(*mime.Message) string {
			return fmt.Sprintf("From: <ufficio+%d@ente.test>\nSubject: Presa in carico %d\n", number(), number())
		}, 2},
		{"a subject that quotes ours", func(m *mime.Message) string {
			return "From: <ufficio@ente.test>\nSubject: R: " + m.Subject + "\n"
		}, 1},
		{"a reply", func(m *mime.Message) string {
			return "From: <ufficio@ente.test>\nSubject: Re: " + m.Subject + "\nIn-Reply-To: <" + m.MessageID + ">\n"
		}, 1},
		{"a bounce that is none", func(m *mime.Message) string {
			return fmt.Sprintf("From: MAILER-DAEMON <mailer-daemon@ente.test>\nSubject: Undelivered Mail %d\n", number())
		}, 1},
	} {
		t.Run(v.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s *simDesk
				s = newSimDesk(t, "now", deskAddress, "60s", loopback.SMTPOptions{Deliver: func(m loopback.Transaction) error {
					if len(s.smtp.Taken()) > 100 {
						return nil // a loop is shown by now
					}
					reply := v.answer(mime.Read(m.Data)) + "To: <" + deskAddress + ">\n\nLa pratica è presa in carico, numero \n" + fmt.Sprint(number())
					_, err := s.imap.Deliver("help", "INBOX", []byte(strings.ReplaceAll(reply, "\n", "\r\n")), time.Now())
					return err
				}})
				s.start()
				s.deliver(t, strings.Replace(question("q1", "Quesito", "", "Testo."), officer, "ufficio@ente.test", 1))
				aDay(s)
				if n := len(s.smtp.Taken()); n < 1 || n > v.most {
					t.Errorf("%d automatic mails in a day, wanted 1 to %d", n, v.most)
				}
				if got := len(s.received()); got < 2 {
					t.Errorf("only %d messages are filed: the responder was never heard", got)
				}
				s.verified()
			})
		})
	}
}
