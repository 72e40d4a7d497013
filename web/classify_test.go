package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// measure is the id of a shipped measure.
func (w *testWeb) measure(code string) int64 {
	w.t.Helper()
	all, err := w.store.Taxonomy(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range all.Measures {
		if m.Code == code {
			return m.ID
		}
	}
	w.t.Fatalf("no measure %s", code)
	return 0
}

func (w *testWeb) topic(label string) int64 {
	w.t.Helper()
	all, err := w.store.Taxonomy(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range all.Topics {
		if strings.HasPrefix(p.Label, label) {
			return p.ID
		}
	}
	w.t.Fatalf("no topic %s", label)
	return 0
}

// propose writes proposals on a ticket as Receive does.
func (w *testWeb) propose(n helpdesk.Number, tags helpdesk.Tags) {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), func(tx helpdesk.Tx) error {
		t, err := tx.TicketByNumber(n)
		if err != nil {
			return err
		}
		t.MeasureID, t.OrganizationSettled = tags.Main(), true
		return errors.Join(tx.SaveTicket(&t), tx.SaveTags(t.ID, tags))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// nests are the proposals of a question about nurseries.
func (w *testWeb) nests() helpdesk.Tags {
	rule := helpdesk.Proposal{Source: helpdesk.TagRule, Confidence: 0.93, Reason: "parole: «asilo nido»"}
	learned := helpdesk.Proposal{Source: helpdesk.TagLearned, Confidence: 0.7, Reason: "somiglia a 12 quesiti confermati"}
	return helpdesk.Tags{
		Measures: []helpdesk.MeasureTag{{MeasureID: w.measure("M4C1I1.1"), Main: true, Proposal: rule}},
		Topics:   []helpdesk.TopicTag{{TopicID: w.topic("Gare"), Proposal: learned}},
		Codes:    []helpdesk.TicketCode{{Kind: helpdesk.CodeCUP, Code: "B11B22000140006"}, {Kind: helpdesk.CodeCIG, Code: "9876543210"}},
	}
}

func TestPanelShowsProposals(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Buongiorno", "Vorrei un appuntamento."))
	c := w.as("expert")
	if body := c.get(ticketPath(n)).body; !strings.Contains(body, "Da indicare") || strings.Contains(body, "tk-mis") {
		t.Error("a ticket of which no measure is known shows one")
	}
	w.propose(n, w.nests())
	body := c.get(ticketPath(n)).body
	for what, want := range map[string]string{
		"the proposal is chosen":        `selected>M4C1I1.1 Asili nido</option>`,
		"marked, with its reason":       `title="parole: «asilo nido» · attendibilità 93 %">proposta`,
		"readable without a mouse":      "<summary>Perché</summary><p>parole: «asilo nido» · attendibilità 93 %</p>",
		"the topic":                     "Gare, appalti, contratti",
		"one button for both":           "Conferma le 2 proposte",
		"the CUP leads to its register": `href="https://opencup.gov.it/portale/progetto/-/cup/B11B22000140006"`,
		"the CIG":                       "9876543210",
		"the head says so too":          `class="tk-mis proposta">M4C1I1.1 Asili nido<em>proposta`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s: the page lacks %q", what, want)
		}
	}
	a := c.post(ticketPath(n)+"/conferma", url.Values{"versione": {c.get(ticketPath(n)).field("versione")}})
	if a.status != http.StatusSeeOther || a.location() != ticketPath(n) {
		t.Fatalf("confirm: %d %s", a.status, a.location())
	}
	body = c.get(ticketPath(n)).body
	if strings.Contains(body, "marca-prop") || strings.Contains(body, `id="conferma"`) || !strings.Contains(body, "attendibilità 93 %") {
		t.Error("what was confirmed still counts as proposed, or lost its reason")
	}
	if want := "ha confermato la misura M4C1I1.1 Asili nido e ha confermato il tema Gare, appalti, contratti"; !strings.Contains(body, want) {
		t.Errorf("the thread lacks %q", want)
	}
}

func TestMeasureForms(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Buongiorno", "Vorrei un appuntamento."))
	c := w.as("expert")
	nests, cities, cloud := itoa(w.measure("M4C1I1.1")), itoa(w.measure("M5C2I2.1")), itoa(w.measure("M1C1I1.2"))
	for _, row := range []struct {
		name, path string
		form       url.Values
		status     int
		says       string
		want       string // codes of the measures, the main one first
	}{
		{"nothing chosen", "misure", url.Values{"misura": {""}}, 422, "Scegli la misura, oppure", ""},
		{"a measure of nowhere", "misure", url.Values{"misura": {"999999"}}, 422, "Questa misura non esiste più", ""},
		{"others without a main one", "misure", url.Values{"misura": {"0"}, "aggiungi": {cities}}, 422, "Manca la misura principale", ""},
		{"one", "misure", url.Values{"misura": {nests}, "aggiungi": {""}}, 303, "ha indicato la misura M4C1I1.1 Asili nido", "M4C1I1.1"},
		{"and another", "misure", url.Values{"misura": {nests}, "aggiungi": {cities}}, 303, "oltre a M5C2I2.1 Rigenerazione urbana", "M4C1I1.1 M5C2I2.1"},
		{"the other way round", "misure", url.Values{"misura": {cities}, "altre": {nests}}, 303, "", "M5C2I2.1 M4C1I1.1"},
		{"one taken away, one added", "misure", url.Values{"misura": {cities}, "aggiungi": {cloud}}, 303, "", "M5C2I2.1 M1C1I1.2"},
		{"none at all", "misure", url.Values{"misura": {"0"}, "altre": {cloud}}, 303, "ha indicato che non c&#39;è una misura", ""},
		{"topics", "temi", url.Values{"tema": {itoa(w.topic("Gare")), itoa(w.topic("DNSH"))}}, 303, "ha indicato i temi ", ""},
		{"a topic of nowhere", "temi", url.Values{"tema": {"999999"}}, 422, "Questo tema non esiste più", ""},
		{"no topics", "temi", url.Values{}, 303, "ha tolto i temi", ""},
	} {
		w.pass(time.Minute)
		row.form.Set("versione", c.get(ticketPath(n)).field("versione"))
		a := c.post(ticketPath(n)+"/"+row.path, row.form)
		if a.status != row.status {
			t.Errorf("%s: %d, want %d\n%s", row.name, a.status, row.status, firstOf(a.body))
		}
		page := a
		if a.status == http.StatusSeeOther {
			page = c.get(a.location())
		}
		if !strings.Contains(page.body, row.says) {
			t.Errorf("%s: the page lacks %q", row.name, row.says)
		}
		v := w.ticket(n)
		var codes []string
		for _, tag := range v.Tags.Measures {
			m, _ := measureOf(v.Taxonomy, tag.MeasureID)
			codes = append(codes, m.Code)
		}
		if got := strings.Join(codes, " "); got != row.want {
			t.Errorf("%s: measures %q, want %q", row.name, got, row.want)
		}
	}
	if page := c.get(ticketPath(n)).body; !strings.Contains(page, `<option value="0" selected>Nessuna misura</option>`) {
		t.Error("«Nessuna misura» is not what is chosen")
	}
}

// TestTriage goes through the view «Da classificare»: from each settled ticket
// to the next, from the last one back to the view.
func TestTriage(t *testing.T) {
	w := newTestWeb(t)
	var numbers []helpdesk.Number
	for _, id := range []string{"q1", "q2", "q3"} {
		w.pass(time.Minute)
		n := w.receive(question(id, "Asilo nido "+id, "Domanda "+id))
		w.propose(n, w.nests())
		numbers = append(numbers, n)
	}
	first, second, third := numbers[2], numbers[1], numbers[0] // the newest message first
	c := w.as("expert")
	queue := "/quesiti?vista=da-classificare"
	body := c.get(queue).body
	for _, want := range []string{
		`<span class="mis proposta"><b>M4C1I1.1</b><em>proposta</em>`, `href="/quesiti/` + first.String() + `?vista=da-classificare"`,
		`action="/quesiti/` + first.String() + `/conferma" data-conferma`, "3 quesiti",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the view lacks %q", want)
		}
	}
	confirm := func(n helpdesk.Number) answer {
		page := c.get(triagePath(n))
		if page.field("vista") != "da-classificare" {
			t.Fatal("the form forgets the view")
		}
		return c.post(ticketPath(n)+"/conferma", url.Values{"versione": {page.field("versione")}, "vista": {page.field("vista")}})
	}
	if a := confirm(second); a.location() != triagePath(third) {
		t.Errorf("from the middle: %s, want the one after it, %s", a.location(), third)
	}
	if a := confirm(third); a.location() != triagePath(first) {
		t.Errorf("from the end: %s, want what is left before it, %s", a.location(), first)
	}
	if a := confirm(first); a.location() != queue {
		t.Errorf("from the last: %s, want the view", a.location())
	}
	if body := c.get(queue).body; !strings.Contains(body, "Tutto classificato") {
		t.Error("the view is not empty")
	}
}

func TestTriageFromTheQueue(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	w.propose(n, w.nests())
	c := w.as("expert")
	v := itoa(w.ticket(n).Ticket.Version)
	post := func(version string, h http.Header) answer {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
		return c.do(http.MethodPost, ticketPath(n)+"/conferma", strings.NewReader(url.Values{"versione": {version}}.Encode()), h)
	}
	if a := post("1", http.Header{"Hx-Request": {"true"}}); a.status != http.StatusConflict || !strings.HasPrefix(a.body, "Un collega ha modificato") {
		t.Errorf("what a colleague changed, by script: %d %s", a.status, a.body)
	}
	back := "/quesiti?q=asilo&vista=da-classificare"
	if a := post(v, http.Header{"Referer": {w.url + back}}); a.status != http.StatusSeeOther || a.location() != back {
		t.Errorf("without script: %d %s, want %s", a.status, a.location(), back)
	}
	if a := post("0", http.Header{"Referer": {"https://evil.example/quesiti"}}); a.location() != ticketPath(n) {
		t.Errorf("from elsewhere: %s", a.location())
	}
	a := c.do(http.MethodGet, ticketPath(n)+"/misure", nil, http.Header{"Hx-Request": {"true"}})
	if a.status != http.StatusOK || strings.Contains(a.body, "<html") || a.field("versione") == "" || !strings.Contains(a.body, "data-chiudi") {
		t.Errorf("the dialog: %d %s", a.status, firstOf(a.body))
	}
	if a := c.get(ticketPath(n) + "/misure"); !strings.Contains(a.body, "<html") || !strings.Contains(a.body, `href="`+ticketPath(n)+`">Annulla`) {
		t.Error("without script the choice is no page")
	}
}
