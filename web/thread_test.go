package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// again is a further mail of the town on the ticket that q1 opened.
func again(id, text string) string {
	return strings.Replace(question(id, "Re: Asilo nido", text), "MIME-Version", "In-Reply-To: <q1@comune.valcerva.example>\nMIME-Version", 1)
}

// TestImageThatCannotBeShownIsListed: what is not in the text must be below it.
func TestImageThatCannotBeShownIsListed(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n"
	for _, row := range []struct {
		name, mediaType, data string
		shown                 bool
	}{
		{"small", "image/png", png, true},
		{"large", "image/png", png + strings.Repeat("x", helpdesk.MaxInlineImage), false},
		{"of a kind that can hold scripts", "image/svg+xml", "<svg/>", false},
		{"of a kind that browsers do not show", "image/tiff", "II*", false},
		{"not what it says", "image/png", "MZ", false},
	} {
		w := newTestWeb(t)
		raw := "From: carla.villa@comune.valcerva.example\nTo: sportello@centro.example\nSubject: Schermata\nMessage-ID: <i@comune.valcerva.example>\n" +
			"Date: Tue, 24 Nov 2026 09:50:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n" +
			"--b\nContent-Type: text/html\n\n<p>Vedi:</p><img src=\"cid:a\">\n" +
			"--b\nContent-Type: " + row.mediaType + "; name=schermata.img\nContent-ID: <a>\nContent-Disposition: inline; filename=schermata.img\nContent-Transfer-Encoding: base64\n\n" +
			wrapped(row.data) + "\n--b--\n"
		body := w.as("expert").get(ticketPath(w.receive(raw))).body
		if got := strings.Contains(body, `src="data:image/png`); got != row.shown {
			t.Errorf("%s: in the text %v, want %v", row.name, got, row.shown)
		}
		if got := strings.Contains(body, "schermata.img"); got == row.shown {
			t.Errorf("%s: in the list %v", row.name, got)
		}
		if got := strings.Contains(body, "[immagine: vedi allegati]"); got == row.shown {
			t.Errorf("%s: pointer to the list %v", row.name, got)
		}
	}
}

// wrapped is base64 in lines that mail can carry.
func wrapped(data string) string {
	var lines []string
	for s := base64.StdEncoding.EncodeToString([]byte(data)); s != ""; {
		n := min(len(s), 76)
		lines, s = append(lines, s[:n]), s[n:]
	}
	return strings.Join(lines, "\n")
}

// TestColleaguesMailNamesItsSender: nobody has proved that he wrote it.
func TestColleaguesMailNamesItsSender(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	w.receive(strings.Replace(again("q2", "Sentito l'ufficio."), "Carla Villa <carla.villa@comune.valcerva.example>", "Persona other <other@centro.example>", 1))
	body := w.as("expert").get(ticketPath(n)).body
	for _, want := range []string{"<strong>Persona other</strong>", "other@centro.example", "arrivata per posta, mittente non verificato"} {
		if !strings.Contains(body, want) {
			t.Errorf("the note does not say %q", want)
		}
	}
}

// TestEveryFormComesBackWithWhatCameIn: a form that comes back for whatever
// reason points at the message its writer has not seen.
func TestEveryFormComesBackWithWhatCameIn(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	page := c.get(ticketPath(n))
	w.pass(time.Minute)
	w.receive(again("q2", "Aggiungo una cosa."))
	for name, over := range map[string]url.Values{
		"preview":               {"azione": {"anteprima"}},
		"speaks of attachments": {"testo": {"in allegato"}},
		"no text":               {"testo": {""}},
	} {
		a := c.upload(ticketPath(n)+"/risposte", answerForm(page, over), nil)
		if !strings.Contains(a.body, "rileggi prima di inviare") || !strings.Contains(a.body, "Aggiungo una cosa.") {
			t.Errorf("%s: %d, nothing is said of the new message", name, a.status)
		}
	}
	if a := c.upload(ticketPath(n)+"/risposte", answerForm(c.get(ticketPath(n)), url.Values{"azione": {"anteprima"}}), nil); strings.Contains(a.body, "rileggi prima di inviare") {
		t.Error("a form that has seen all is told of a new message")
	}
}

// TestOlderMessagesAreNotAnswered: their page does not know what is newest.
func TestOlderMessagesAreNotAnswered(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	w.receive(again("q2", "Ancora"))
	c := w.as("expert")
	last := w.ticket(n).Messages[1].ID
	a := c.get(ticketPath(n) + "?prima=" + itoa(last))
	if a.status != http.StatusOK || strings.Contains(a.body, `id="comp"`) || !strings.Contains(a.body, "Vai ai messaggi più recenti") {
		t.Errorf("%d, composer %v", a.status, strings.Contains(a.body, `id="comp"`))
	}
}

// TestMarkedReadUpToWhatWasShown: what came in since stays to be read.
func TestMarkedReadUpToWhatWasShown(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	c.post(ticketPath(n)+"/prendi", nil)
	w.receive(again("q2", "Ancora"))
	page := c.get(ticketPath(n))
	w.receive(again("q3", "E ancora"))
	unread := func() bool { return strings.Contains(c.get("/quesiti?vista=da-leggere").body, n.String()) }
	read := func(page answer) answer {
		return c.post(ticketPath(n)+"/letto", url.Values{"visto": {page.field("visto")}})
	}
	if read(page); !unread() {
		t.Error("what came in after the page was made counts as read")
	}
	newest := w.ticket(n)
	if newest.FirstUnread != newest.Messages[2].ID {
		t.Errorf("the first unread message is %d, want %d", newest.FirstUnread, newest.Messages[2].ID)
	}
	c.post(ticketPath(n)+"/rinvia", url.Values{"versione": {itoa(newest.Ticket.Version)}, "quando": {"domani"}})
	if !unread() {
		t.Error("an action counts as reading")
	}
	page = c.get(ticketPath(n))
	if !strings.Contains(page.body, "Segna come letto") {
		t.Error("without script there is no way to say so")
	}
	if a := read(page); a.status != http.StatusSeeOther || a.location() != ticketPath(n) || unread() {
		t.Errorf("marked: %d %s, still unread %v", a.status, a.location(), unread())
	}
	if strings.Contains(c.get(ticketPath(n)).body, "Segna come letto") {
		t.Error("offered though all is read")
	}
}

// TestNewIsUnreadUntilSomebodyOpensIt, for everybody.
func TestNewIsUnreadUntilSomebodyOpensIt(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	first, second := w.as("expert"), w.as("other")
	bold := func(c *client) bool {
		return strings.Contains(c.get("/quesiti?vista=non-assegnati").body, "Da leggere")
	}
	if !bold(first) || !bold(second) {
		t.Fatal("a new ticket is not to be read")
	}
	first.post(ticketPath(n)+"/letto", url.Values{"visto": {first.get(ticketPath(n)).field("visto")}})
	if bold(first) || bold(second) {
		t.Error("opened, and still to be read")
	}
}

// TestEveryActionOfTheTicketKnowsWhatItSaw: without the version a colleague's
// change is overwritten unseen.
func TestEveryActionOfTheTicketKnowsWhatItSaw(t *testing.T) {
	w := newTestWeb(t)
	body := w.as("expert").get(ticketPath(w.receive(question("q1", "Asilo nido", "Domanda")))).body
	forms := strings.Split(body, "<form ")[1:]
	seen := 0
	for _, form := range forms {
		form, _, _ = strings.Cut(form, "</form>")
		if !strings.Contains(form, `action="/quesiti/20`) || !strings.Contains(form, `method="post"`) {
			continue
		}
		seen++
		if !strings.Contains(form, `name="versione"`) && !strings.Contains(form, `name="visto"`) {
			t.Errorf("%.80s", form)
		}
	}
	if seen < 6 {
		t.Errorf("%d forms", seen)
	}
	if !strings.Contains(body, `name="blocca" value="si">`) {
		t.Error("no button blocks the sender")
	}
}

// TestPreviewIsWhatLeaves: with the protocol number of the question and the
// author's signature, by the button of the form and by that of the script.
func TestPreviewIsWhatLeaves(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Prot. n. 4512 del 16/11/2026 - Asilo nido", "Domanda"))
	c := w.as("expert")
	c.post("/profilo", url.Values{"firma": {"Anna Colombo, Centro"}})
	page := c.get(ticketPath(n))
	if !strings.Contains(page.body, "In fondo va la firma del profilo") {
		t.Error("nothing says that the signature is added")
	}
	form := answerForm(page, url.Values{"azione": {"anteprima"}})
	script := url.Values{"numero": {n.String()}, "testo": form["testo"], "tipo": {"risposta"}}
	_, byForm, _ := strings.Cut(c.upload(ticketPath(n)+"/risposte", form, nil).body, `id="anteprima"`)
	for name, body := range map[string]string{"form": byForm, "script": c.post("/anteprima", script).body} {
		for _, want := range []string{"Rif. Vs. prot. n. 4512", "<strong>riallineato</strong>", "Anna Colombo, Centro"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: without %q", name, want)
			}
		}
	}
	script.Set("tipo", "nota")
	if body := c.post("/anteprima", script).body; strings.Contains(body, "Anna Colombo") {
		t.Error("a note is signed")
	}
	if a := c.upload(ticketPath(n)+"/risposte", answerForm(page, nil), nil); a.status != http.StatusSeeOther {
		t.Fatalf("answer: %d", a.status)
	}
	if sent := w.replies(n)[0].HTML; !strings.Contains(sent, "Rif. Vs. prot. n. 4512") || !strings.Contains(sent, "Anna Colombo, Centro") {
		t.Errorf("what left differs: %s", sent)
	}
}
