package main

import (
	"strings"
	"testing"

	"sportello/mailbox/loopback"
)

// TestBounceReopens: the answer was taken by a real server, which then finds
// that its recipient does not exist. Its notice brings the ticket back before
// its owner, with the reason in Italian.
func TestBounceReopens(t *testing.T) {
	world := newRealWorld(t)
	d := newTestDesk(t, world, "now")
	d.addExpert()
	s := d.serve()
	firstLook(t, d)
	world.deliver(t, strings.Replace(question("q1", "Saldo", "", "Quando arriva il saldo?"), officer, "bounce-tecnico@comune.test", 1))
	number := answerInBrowser(t, d, "Gentile ufficio, il saldo arriva a fine mese.")
	b := newBrowser(d.url)
	if err := b.logIn(); err != nil {
		t.Fatal(err)
	}
	var page string
	eventually(t, "the notice stands below the answer", func() bool {
		_, text, err := b.get("/quesiti/" + number)
		page = text
		return err == nil && strings.Contains(page, "Mancata consegna")
	})
	for _, words := range []string{"bounce-tecnico@comune.test", "indirizzo non esiste", "5.1.1", "data-nuovo"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not show %q", words)
		}
	}
	if tickets := d.exported("tickets"); len(tickets) != 1 || tickets[0]["state"] != "open" || tickets[0]["owner"] != expertEmail {
		t.Errorf("the notice did not bring the one ticket back: %v", tickets)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("serve ended with %d:\n%s", code, s.log)
	}
}

// firstLook waits until mail counts as new.
func firstLook(t *testing.T, d *testDesk) {
	t.Helper()
	eventually(t, "the first look at the folder has been taken", func() bool {
		return strings.Contains(d.must("", "verify"), "ancora da prelevare")
	})
}

// TestNoticesInProcess: what other systems say of the same, over servers in
// this process. A delay is shown and reopens nothing.
func TestNoticesInProcess(t *testing.T) {
	for _, v := range []struct {
		name, status, shows string
		reopens             bool
	}{
		{"a failure", "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full", "la casella è piena", true},
		{"a delay", "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connection timed out", "Consegna in ritardo", false},
	} {
		t.Run(v.name, func(t *testing.T) {
			world := newLoopWorld(t, loopback.SMTPOptions{})
			d := newTestDesk(t, world, "now")
			d.addExpert()
			s := d.serve()
			firstLook(t, d)
			world.deliver(t, question("q1", "Saldo", "", "Quando arriva il saldo?"))
			number := answerInBrowser(t, d, "A fine mese.")
			id := waitForReply(t, world).MessageID
			world.deliver(t, strings.ReplaceAll("From: Mail Delivery System <MAILER-DAEMON@mx.test>\nTo: <"+deskAddress+">\nSubject: Delivery Status Notification\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nNotice\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; "+officer+"\n"+v.status+"\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <"+id+">\nSubject: Re: Saldo\n--b--\n", "\n", "\r\n"))
			b := newBrowser(d.url)
			if err := b.logIn(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the notice stands below the answer", func() bool {
				_, page, err := b.get("/quesiti/" + number)
				return err == nil && strings.Contains(page, v.shows)
			})
			tickets := d.exported("tickets")
			if len(tickets) != 1 || (tickets[0]["state"] == "open") != v.reopens {
				t.Errorf("tickets: %v", tickets)
			}
			if code := s.end(); code != exitOK {
				t.Errorf("serve ended with %d:\n%s", code, s.log)
			}
		})
	}
}
