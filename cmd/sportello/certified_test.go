package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

// TestCertifiedAnswer answers from a certified box: its provider's acceptance
// and the delivery come back and stand on the answer, over servers in this
// process.
func TestCertifiedAnswer(t *testing.T) {
	certifiedAnswer(t, newLoopWorld(t, loopback.SMTPOptions{}))
}

// TestCertifiedAnswerReal is the same over Dovecot and exim.
func TestCertifiedAnswerReal(t *testing.T) {
	certifiedAnswer(t, newRealWorld(t))
}

func certifiedAnswer(t *testing.T, world mailWorld) {
	d := newTestDesk(t, world, "now")
	d.makeCertified()
	d.addExpert()
	s := d.serve()
	eventually(t, "the first look at the folder has been taken", func() bool {
		return strings.Contains(d.must("", "verify"), "ancora da prelevare")
	})
	asked, err := pecEnvelope([]byte(question("q1", "CUP mancante", "", "Buongiorno, come si chiede il CUP?")), deskAddress, true, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	world.deliver(t, string(asked))
	number := answerInBrowser(t, d, "Buongiorno, il CUP si chiede sul portale.")
	reply := waitForReply(t, world)

	refused := provider(t, world, reply.MessageID)
	b := newBrowser(d.url)
	if err := b.logIn(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what the provider says stands on the answer", func() bool {
		_, page, err := b.get("/quesiti/" + number)
		_, receipts, _ := strings.Cut(page, `class="ricevute"`)
		receipts, _, _ = strings.Cut(receipts, "</ul>")
		return err == nil && strings.Contains(receipts, "Accettata") && strings.Contains(receipts, "Consegnata") && strings.Contains(receipts, officer)
	})
	if tickets := d.exported("tickets"); len(tickets) != 1 || tickets[0]["state"] != "answered" || tickets[0]["channel"] != "pec" {
		t.Errorf("receipts opened or reopened a ticket: %v", tickets)
	}

	world.deliver(t, string(refused))
	eventually(t, "a failed delivery reopens the ticket", func() bool {
		tickets := d.exported("tickets")
		return len(tickets) == 1 && tickets[0]["state"] == "open" && tickets[0]["owner"] == expertEmail
	})
	if _, page, _ := b.get("/quesiti/" + number); !strings.Contains(page, "Mancata consegna") || !strings.Contains(page, "indirizzo non valido") {
		t.Errorf("the failure and its reason are not on the page:\n%s", page)
	}
	if out := d.must("", "verify"); strings.Contains(out, "ERRORE") {
		t.Error(out)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("serve ended with %d:\n%s", code, s.log)
	}
}

// provider does what the providers of certified mail do with one answer of
// ours: both receipts are on their way when it returns; the notice that
// delivery failed is made only.
func provider(t *testing.T, world mailWorld, messageID string) (failure []byte) {
	t.Helper()
	for _, raw := range world.arrived(t) {
		if mime.Read(raw).MessageID != messageID {
			continue
		}
		acceptance, delivery, err := pecReceipts(raw, officer, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		world.deliver(t, string(acceptance))
		world.deliver(t, string(delivery))
		if failure, err = pecFailure(raw, officer, "5.1.1 - indirizzo non valido", time.Now()); err != nil {
			t.Fatal(err)
		}
		return failure
	}
	t.Fatalf("no mail %s has arrived", messageID)
	return nil
}

// makeCertified says in the configuration that the mailbox is one of certified
// mail.
func (d *testDesk) makeCertified() {
	d.t.Helper()
	text, err := os.ReadFile(d.config)
	if err != nil {
		d.t.Fatal(err)
	}
	certified := strings.Replace(string(text), "[[mailbox]]\n", "[[mailbox]]\nkind = \"pec\"\n", 1)
	if err := os.WriteFile(d.config, []byte(certified), 0o600); err != nil {
		d.t.Fatal(err)
	}
}
