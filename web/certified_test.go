package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sportello/helpdesk"
)

const certifiedTown = "protocollo@pec.comune.valcerva.bg.example"

// certifiedQuestion is a ticket in the ordinary mailbox that a certified box
// asks, with a further message of an officer by ordinary mail.
func certifiedQuestion(t *testing.T) (w *testWeb, n helpdesk.Number, pec helpdesk.Mailbox) {
	t.Helper()
	w = newTestWeb(t)
	boxes, err := w.desk.Start(t.Context(), []helpdesk.Mailbox{
		{Name: "Sportello PNRR", Address: "sportello@centro.example", Kind: helpdesk.MailboxOrdinary},
		{Name: "Sportello PNRR", Address: "sportello@pec.centro.example", Kind: helpdesk.MailboxPEC},
	})
	if err != nil {
		t.Fatal(err)
	}
	const carla = "carla.villa@comune.valcerva.example"
	n = w.receive(strings.Replace(question("q1", "Asilo nido", "Come si riallinea il CUP?"), carla, certifiedTown, 1))
	more := strings.Replace(question("q2", "R: Asilo nido", "Aggiungo che il CUP è del 2022."), carla, "tecnico@comune.valcerva.bg.example", 1)
	w.receive("In-Reply-To: <q1@comune.valcerva.example>\n" + more)
	return w, n, boxes[1]
}

func toTown(over url.Values) url.Values {
	form := url.Values{"a": {certifiedTown}}
	for k, v := range over {
		form[k] = v
	}
	return form
}

func TestWarnedBeforeCertifiedMail(t *testing.T) {
	w, n, pec := certifiedQuestion(t)
	c := w.as("expert")
	page := c.get(ticketPath(n))
	form := answerForm(page, toTown(nil))
	asked := c.post(ticketPath(n)+"/risposte", form)
	if asked.status != http.StatusUnprocessableEntity || len(w.replies(n)) != 0 {
		t.Fatalf("an answer to a certified box left unasked: %d", asked.status)
	}
	for _, want := range []string{"Rispondi da sportello@pec.centro.example", "Scrivi a tecnico@comune.valcerva.bg.example", "va **riallineato**"} {
		if !strings.Contains(asked.body, want) {
			t.Errorf("the warning lacks %q", want)
		}
	}
	for name, v := range map[string]struct{ choice, want string }{
		"another mailbox":   {"da:" + itoa(pec.ID), `name="da" value="` + itoa(pec.ID) + `"`},
		"another recipient": {"a:tecnico@comune.valcerva.bg.example", `name="a" value="tecnico@comune.valcerva.bg.example"`},
	} {
		a := c.post(ticketPath(n)+"/risposte", answerForm(page, toTown(url.Values{"azione": {v.choice}})))
		if a.status != http.StatusOK || !strings.Contains(a.body, v.want) || !strings.Contains(a.body, "va **riallineato**") || strings.Contains(a.body, "è una casella PEC, e la risposta") {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if len(w.replies(n)) != 0 {
		t.Fatal("choosing a way sent the answer")
	}
}

func TestAnswerFromTheCertifiedMailbox(t *testing.T) {
	w, n, pec := certifiedQuestion(t)
	c := w.as("expert")
	form := answerForm(c.get(ticketPath(n)), toTown(url.Values{"da": {itoa(pec.ID)}}))
	if a := c.post(ticketPath(n)+"/risposte", form); a.status != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", a.status, firstOf(a.body))
	}
	sent := w.replies(n)
	if len(sent) != 1 || sent[0].Channel != helpdesk.ChannelPEC || sent[0].Outgoing.MailboxID != pec.ID || sent[0].From.Addr != pec.Address {
		t.Errorf("sent %+v", sent)
	}
}

func TestWarnedOnceIsEnough(t *testing.T) {
	w, n, _ := certifiedQuestion(t)
	c := w.as("expert")
	form := answerForm(c.get(ticketPath(n)), toTown(url.Values{"pec_avvisata": {certifiedTown}}))
	if a := c.post(ticketPath(n)+"/risposte", form); a.status != http.StatusSeeOther || len(w.replies(n)) != 1 {
		t.Fatalf("answer: %d %s", a.status, firstOf(a.body))
	}
}

// The refusal is its own reason with its own remedies, and is remembered.
func TestRefusedAsNotCertified(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Come si riallinea il CUP?"))
	c := w.as("expert")
	if a := c.post(ticketPath(n)+"/risposte", answerForm(c.get(ticketPath(n)), nil)); a.status != http.StatusSeeOther {
		t.Fatalf("answer: %d", a.status)
	}
	out := w.replies(n)[0].Outgoing
	refusal := helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.7.1 la casella accetta solo posta elettronica certificata"}
	if err := w.desk.Finish(t.Context(), out.ID, refusal); err != nil {
		t.Fatal(err)
	}
	page := c.get(ticketPath(n))
	for _, want := range []string{"riceve solo posta certificata", "carla.villa@comune.valcerva.example</strong>: è una casella PEC"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
