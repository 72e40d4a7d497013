package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
	"sportello/store"
)

// sentWorld is a world with a sent folder.
type sentWorld struct{ *loopWorld }

func (w sentWorld) config() string {
	return strings.Replace(w.loopWorld.config(), "[mailbox.smtp]", "sent_folder = \"Posta inviata\"\n[mailbox.smtp]", 1)
}

// TestAnswerFromOutlook: what a colleague sends from the mailbox itself is on
// the ticket, and nobody is asked to answer again.
func TestAnswerFromOutlook(t *testing.T) {
	world := sentWorld{newLoopWorld(t, loopback.SMTPOptions{})}
	put := func(raw string) {
		if _, err := world.imap.Deliver("help", "Posta inviata", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	put("From: <help@x.test>\nSubject: vecchia\nMessage-ID: <old@x.test>\n\nvecchia\n")
	d := newTestDesk(t, world, "now")
	if out := d.must("", "check"); strings.Contains(out, "ERRORE") {
		t.Error(out)
	}
	d.addExpert()
	s := d.serve()
	eventually(t, "both folders have been looked at", func() bool {
		return strings.Contains(d.must("", "verify"), "ancora da prelevare") && wayIsWell(t, d, helpdesk.WaySent)
	})
	world.deliver(t, question("q1", "CUP mancante", "", "Buongiorno, come si chiede il CUP?"))
	eventually(t, "the question is filed", func() bool { return len(d.inbound()) == 1 })
	put(fmt.Sprintf("From: Sportello PNRR <%s>\nTo: <%s>\nSubject: R: CUP mancante\nMessage-ID: <o1@outlook.test>\nIn-Reply-To: <q1@comune.test>\nDate: Mon, 16 Nov 2026 11:00:00 +0100\n\nSi chiede dal portale.\n", deskAddress, officer))
	eventually(t, "the colleague's answer is on the ticket", func() bool {
		for _, m := range d.exported("messages") {
			if m["kind"] == "reply" {
				return true
			}
		}
		return false
	})
	tickets := d.exported("tickets")
	if len(tickets) != 1 || tickets[0]["state"] != "answered" {
		t.Fatalf("tickets %v", tickets)
	}
	b := newBrowser(d.url)
	if err := b.logIn(); err != nil {
		t.Fatal(err)
	}
	_, page, err := b.get(fmt.Sprintf("/quesiti/%v", tickets[0]["number"]))
	if err != nil || !strings.Contains(page, "inviata da fuori") || !strings.Contains(page, "Si chiede dal portale.") {
		t.Errorf("the page does not show the answer as sent from outside: %v", err)
	}
	if out := d.must("", "verify"); strings.Contains(out, "ERRORE") {
		t.Error(out)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("serve ended with %d:\n%s", code, s.log)
	}
}

// wayIsWell asks the store of a running desk how a way of its mailbox is doing.
func wayIsWell(t *testing.T, d *testDesk, way string) bool {
	t.Helper()
	st, err := store.Open(t.Context(), d.dir, store.Options{Beside: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s, err := st.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.Mailboxes {
		for _, h := range m.Ways {
			if h.Way == way && h.OK {
				return true
			}
		}
	}
	return false
}
