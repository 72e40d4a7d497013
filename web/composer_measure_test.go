package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sportello/helpdesk"
)

// notAsked is an answer of which the measure was not asked yet.
func notAsked(page answer, over url.Values) url.Values {
	form := answerForm(page, over)
	form.Del("misura_chiesta")
	return form
}

// asked is the form as a browser sends it again after the question.
func asked(back answer, over url.Values) url.Values {
	if strings.Contains(back.body, `name="misura_chiesta" value="1">`) {
		return answerForm(back, over)
	}
	return notAsked(back, over)
}

func TestAnswerAsksForTheMeasureOnce(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	w.propose(n, w.nests())
	c := w.as("expert")
	page := c.get(ticketPath(n))
	if !strings.Contains(page.body, `name="misura_chiesta" value="1" disabled>`) {
		t.Error("the script cannot ask without a round trip")
	}
	back := c.upload(ticketPath(n)+"/risposte", notAsked(page, nil), nil)
	if back.status != http.StatusUnprocessableEntity || len(w.replies(n)) != 0 {
		t.Fatalf("not asked: %d", back.status)
	}
	for what, want := range map[string]string{
		"the question":              "La misura è solo proposta.",
		"the proposal, chosen":      `selected>M4C1I1.1 Asili nido</option>`,
		"the way on":                "Conferma e invia",
		"the other way":             "Invia senza misura",
		"the text":                  "riallineato",
		"the mark that it is asked": `name="misura_chiesta" value="1">`,
	} {
		if !strings.Contains(back.body, want) {
			t.Errorf("%s: the page lacks %q", what, want)
		}
	}
	if strings.Contains(back.body, `id="comp-mis" class="comp-mis" role="group" aria-labelledby="comp-mis-t" hidden`) {
		t.Error("the question is hidden")
	}
	// What comes next of the same draft asks no more, and keeps the question in sight.
	preview := c.upload(ticketPath(n)+"/risposte", asked(back, url.Values{"azione": {"anteprima"}}), nil)
	if !strings.Contains(preview.body, "Invia senza misura") {
		t.Error("a preview forgets the question")
	}
	if a := c.upload(ticketPath(n)+"/risposte", asked(preview, nil), nil); a.status != http.StatusSeeOther {
		t.Fatalf("without measure: %d %s", a.status, firstOf(a.body))
	}
	if v := w.ticket(n); len(w.replies(n)) != 1 || v.Ticket.MeasureSettled {
		t.Errorf("%d answers, %+v", len(w.replies(n)), v.Ticket)
	}
}

func TestAnswerSettlesTheMeasure(t *testing.T) {
	for _, row := range []struct {
		name, choice string
		propose      bool
		status       int
		says         string
		want         string // code of the main measure then
		settled      bool
	}{
		{"the proposal", "M4C1I1.1", true, 303, "", "M4C1I1.1", true},
		{"another", "M5C2I2.1", true, 303, "", "M5C2I2.1", true},
		{"none", noMeasure, true, 303, "", "", true},
		{"nothing chosen", "", false, 422, "Scegli la misura qui sotto", "", false},
		{"where nothing is proposed", "M1C1I1.2", false, 303, "", "M1C1I1.2", true},
		{"one of nowhere", "999999", true, 422, "Questa misura non esiste più", "M4C1I1.1", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newTestWeb(t)
			n := w.receive(question("q1", "Buongiorno", "Vorrei un appuntamento."))
			if row.propose {
				w.propose(n, w.nests())
			}
			c := w.as("expert")
			page := c.get(ticketPath(n))
			choice := row.choice
			if strings.HasPrefix(choice, "M") {
				choice = itoa(w.measure(choice))
			}
			form := answerForm(page, url.Values{"azione": {"misura"}, "misura": {choice}})
			a := c.upload(ticketPath(n)+"/risposte", form, nil)
			if a.status != row.status || !strings.Contains(a.body, row.says) {
				t.Fatalf("%d, want %d and %q", a.status, row.status, row.says)
			}
			v := w.ticket(n)
			m, _ := measureOf(v.Taxonomy, v.Ticket.MeasureID)
			if m.Code != row.want || v.Ticket.MeasureSettled != row.settled {
				t.Errorf("measure %q settled %v, want %q %v", m.Code, v.Ticket.MeasureSettled, row.want, row.settled)
			}
			if sent := len(w.replies(n)); (sent == 1) != (row.status == 303) {
				t.Errorf("%d answers", sent)
			}
			if row.status == 303 { // pressed twice
				if a := c.upload(ticketPath(n)+"/risposte", form, nil); a.status != 303 || len(w.replies(n)) != 1 {
					t.Errorf("pressed twice: %d, %d answers", a.status, len(w.replies(n)))
				}
			}
		})
	}
}

// TestAnswerDoesNotUndoAColleague: what was said of the measure while the
// answer was written stays.
func TestAnswerDoesNotUndoAColleague(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	w.propose(n, w.nests())
	c := w.as("expert")
	page := c.get(ticketPath(n))
	cities := w.measure("M5C2I2.1")
	if err := w.desk.SetMeasures(t.Context(), w.users["other"], n, 0, cities, nil); err != nil {
		t.Fatal(err)
	}
	form := answerForm(page, url.Values{"azione": {"misura"}, "misura": {itoa(w.measure("M4C1I1.1"))}})
	if a := c.upload(ticketPath(n)+"/risposte", form, nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if got := w.ticket(n).Ticket.MeasureID; got != cities {
		t.Errorf("measure %d, want the colleague's", got)
	}
}

func TestAnswersThatAskForNoMeasure(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	settled := w.receive(question("q1", "Asilo nido", "Domanda"))
	if err := w.desk.SetMeasures(t.Context(), w.users["expert"], settled, 0, 0, nil); err != nil {
		t.Fatal(err)
	}
	if a := c.upload(ticketPath(settled)+"/risposte", notAsked(c.get(ticketPath(settled)), nil), nil); a.status != http.StatusSeeOther {
		t.Errorf("a settled measure: %d", a.status)
	}
	n := w.receive(question("q2", "Palestra", "Un'altra domanda"))
	if a := c.upload(ticketPath(n)+"/note", notAsked(c.get(ticketPath(n)), url.Values{"tipo": {"nota"}}), nil); a.status != http.StatusSeeOther {
		t.Errorf("a note: %d", a.status)
	}
	if err := w.desk.SetState(t.Context(), w.users["expert"], n, 0, helpdesk.StateOutOfScope); err != nil {
		t.Fatal(err)
	}
	if a := c.upload(ticketPath(n)+"/risposte", notAsked(c.get(ticketPath(n)), nil), nil); a.status != http.StatusSeeOther {
		t.Errorf("out of scope: %d", a.status)
	}
}

// TestAnswerAsksAllAtOnce: a missing file and the measure in one go.
func TestAnswerAsksAllAtOnce(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	text := url.Values{"testo": {"In allegato il modello."}}
	back := c.upload(ticketPath(n)+"/risposte", notAsked(c.get(ticketPath(n)), text), nil)
	if !strings.Contains(back.body, "Il testo parla di un allegato") || !strings.Contains(back.body, `name="misura_chiesta" value="1">`) {
		t.Errorf("%d: one of both is not asked", back.status)
	}
	text["senza_allegato"] = []string{"1"}
	if a := c.upload(ticketPath(n)+"/risposte", asked(back, text), nil); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
}
