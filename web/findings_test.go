package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// An observer sees no tickets: every way in leads to a page that he may open.
func TestObserverHasAHome(t *testing.T) {
	w := newTestWeb(t)
	c := w.browser()
	a := c.post("/accesso", login("observer@centro.example", testPassword))
	if a.location() != "/profilo" {
		t.Fatalf("after the log-in: %d %s", a.status, a.location())
	}
	for _, path := range []string{"/", "/accesso"} {
		if a := c.get(path); a.location() != "/profilo" {
			t.Errorf("%s leads to %q", path, a.location())
		}
	}
	if a := c.get("/quesiti"); a.status != http.StatusForbidden || strings.Contains(a.body, `href="/quesiti"`) {
		t.Errorf("the refusal (%d) leads back to itself", a.status)
	}
	if a := w.as("expert").get("/"); a.location() != "/quesiti" {
		t.Errorf("an expert's home is %q", a.location())
	}
}

// A ticket page offers what its state lets one do, and nothing that would be refused.
func TestTicketOffersWhatIsPossible(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Una domanda."))
	c := w.as("expert")
	for _, row := range []struct {
		state         helpdesk.State
		offers, lacks []string
	}{
		{helpdesk.StateOpen, []string{`id="rinvia"`, "/spam", `value="out_of_scope"`, `value="closed"`}, []string{"Riapri"}},
		{helpdesk.StateAnswered, []string{`id="rinvia"`, "/spam", `value="out_of_scope"`}, nil},
		{helpdesk.StateClosed, []string{"Riapri", "/spam", `name="stato" value="out_of_scope"`}, []string{`id="rinvia"`, `id="chiudi"`}},
		{helpdesk.StateSpam, []string{"Riapri"}, []string{`id="rinvia"`, "/spam", `value="out_of_scope"`, `id="chiudi"`}},
		{helpdesk.StateOpen, nil, nil},
		{helpdesk.StateOutOfScope, []string{"Riapri"}, []string{`id="rinvia"`, "/spam", `id="chiudi"`}},
	} {
		if w.ticket(n).Ticket.State != row.state {
			if err := w.desk.SetState(t.Context(), w.users["expert"], n, 0, row.state); err != nil {
				t.Fatal(row.state, err)
			}
		}
		body := c.get(ticketPath(n)).body
		for _, s := range row.offers {
			if !strings.Contains(body, s) {
				t.Errorf("%s: %s is not offered", row.state, s)
			}
		}
		for _, s := range row.lacks {
			if strings.Contains(body, s) {
				t.Errorf("%s: %s is offered", row.state, s)
			}
		}
	}
}

// The mark stands beside the person it is about: a stranger who writes on
// somebody's ticket does not make that person one.
func TestUnverifiedIsTheStrangerOnly(t *testing.T) {
	w := newTestWeb(t)
	n := w.fixture().ticket
	w.receive("From: Estraneo <x@altrove.example>\nTo: sportello@centro.example\nSubject: Re: Asilo nido\nMessage-ID: <x1@altrove.example>\n" +
		"In-Reply-To: <" + w.replies(n)[0].MessageID + ">\nDate: Tue, 24 Nov 2026 09:55:00 +0100\n\nAggiungo una cosa.\n")
	if v := w.ticket(n); len(v.Messages) != 3 || !v.Messages[2].Unverified {
		t.Fatalf("not a stranger's message: %+v", v.Messages)
	}
	if got := strings.Count(w.as("expert").get(ticketPath(n)).body, "nuovo mittente, non verificato"); got != 1 {
		t.Errorf("the mark stands %d times, want it once, on the message", got)
	}
}

// A filter that no ticket of the view can pass is not offered.
func TestFiltersOfAView(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	for _, row := range []struct {
		view          string
		offers, lacks []string
	}{
		{"mie", []string{`<option value="new">`, `<option value="snoozed">`}, []string{`<option value="closed">`, `<option value="merged">`, `<option value="answered">`, `<option value="nessuno">`}},
		{"non-assegnati", []string{`<option value="open">`}, []string{`<option value="spam">`, `<option value="io">`}},
		{"attesa-ente", []string{`<option value="nessuno">`}, []string{`<option value="open">`, `<option value="closed">`}},
		{"chiusi", []string{"<h1>Risposti e chiusi</h1>", "<span>Chiusi</span>", `<option value="answered">`, `<option value="spam">`}, []string{`<option value="open">`, `<option value="merged">`}},
		{"da-leggere", []string{`<option value="closed">`, `<option value="nessuno">`}, []string{`<option value="merged">`}},
		{"mie&stato=closed", []string{`<option value="closed" selected>`}, nil},
	} {
		body := c.get("/quesiti?vista=" + row.view).body
		for _, s := range row.offers {
			if !strings.Contains(body, s) {
				t.Errorf("%s: %s is missing", row.view, s)
			}
		}
		for _, s := range row.lacks {
			if strings.Contains(body, s) {
				t.Errorf("%s: %s can never match", row.view, s)
			}
		}
	}
}

func TestUserIsDisabledOnPurposeOnly(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("admin")
	path := usersPath + "/" + itoa(w.users["other"].ID)
	for _, form := range []url.Values{nil, {"attivo": {"forse"}}} {
		if a := c.post(path+"/stato", form); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, a.status)
		}
	}
	if !w.user(w.users["other"].ID).Active {
		t.Error("an empty form switched a person off")
	}
	a := c.post(path+"/ruolo", url.Values{"ruolo": {"re"}})
	table := strings.Index(a.body, "<table")
	if alert := strings.Index(a.body, `role="alert"`); a.status != http.StatusUnprocessableEntity || alert < 0 || alert > table {
		t.Errorf("a refused role: %d, the sentence at %d, the table at %d", a.status, alert, table)
	}
}

// What goes wrong inside the frame of an original is readable there.
func TestErrorInsideTheFrame(t *testing.T) {
	w := newTestWeb(t)
	path := "/messaggi/999999/originale"
	a := w.as("expert").get(path)
	if a.status != http.StatusNotFound || a.header.Get("Content-Security-Policy") != MailPolicy || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("missing: %d %v", a.status, a.header)
	}
	a = w.browser().do(http.MethodGet, path, nil, http.Header{"Sec-Fetch-Dest": {"iframe"}})
	if a.status != http.StatusUnauthorized || a.header.Get("Content-Security-Policy") != MailPolicy {
		t.Errorf("session over: %d %s", a.status, a.header.Get("Content-Security-Policy"))
	}
}

// Particulars of a fault are for who runs the machine; the world learns that there is one.
func TestReadyTellsDetailsToThisMachineOnly(t *testing.T) {
	w := newTestWebWith(t, Config{BaseURL: "https://sportello.example"})
	reason := "Password rifiutata dal server."
	w.breakMailbox(reason)
	for _, row := range []struct {
		name   string
		header http.Header
		told   bool
	}{
		{"this machine", nil, true},
		{"through a proxy", http.Header{"Host": {"sportello.example"}, "X-Forwarded-For": {"192.0.2.7"}}, false},
		{"through a proxy that does not say so", http.Header{"Host": {"sportello.example"}}, false},
	} {
		a := w.browser().do(http.MethodGet, "/readyz", nil, row.header)
		if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, reason) != row.told || row.told == (a.body == "unavailable\n") {
			t.Errorf("%s: %d %q", row.name, a.status, a.body)
		}
	}
}

func TestBannerOfAMailbox(t *testing.T) {
	w := newTestWeb(t)
	w.breakMailbox("Password rifiutata dal server.")
	body := w.as("expert").get("/quesiti").body
	if !strings.Contains(body, "non funziona") || !strings.Contains(body, "Password rifiutata dal server.") || strings.Contains(body, "server..") {
		t.Error("the banner does not say it, or says it with two full stops")
	}
}

func (w *testWeb) breakMailbox(reason string) {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), func(tx helpdesk.Tx) error {
		return tx.SaveHealth(helpdesk.Health{MailboxID: w.box.ID, Way: "imap", Since: w.clock(), Reason: reason})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// The pages of «Posta in uscita» lead both ways.
func TestOutboxPagesBothWays(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Una domanda."))
	const total = 2*listLimit + 1
	for range total {
		seen := w.ticket(n).Messages
		err := w.desk.Reply(t.Context(), w.users["expert"], helpdesk.ReplyForm{Number: n, Key: newKey(), Seen: seen[len(seen)-1].ID,
			To: []string{"carla.villa@comune.valcerva.example"}, Markdown: "Testo.", StateAfter: helpdesk.StateAnswered})
		if err != nil {
			t.Fatal(err)
		}
	}
	c := w.as("expert")
	first := c.get("/posta/uscita")
	second := c.get(relation(first.body, "next"))
	third := c.get(relation(second.body, "next"))
	if relation(first.body, "prev") != "" || relation(third.body, "next") != "" {
		t.Error("there is something before the first page or after the last")
	}
	rows := func(a answer) int { return strings.Count(a.body, `<td class="c-az">`) }
	if rows(first) != listLimit || rows(second) != listLimit || rows(third) != 1 {
		t.Errorf("rows: %d, %d, %d", rows(first), rows(second), rows(third))
	}
	table := func(a answer) string {
		_, after, _ := strings.Cut(a.body, "<tbody>")
		before, _, _ := strings.Cut(after, "</tbody>")
		return before
	}
	back := c.get(relation(third.body, "prev"))
	if table(back) != table(second) {
		t.Error("back from the third page is not the second")
	}
	if table(c.get(relation(back.body, "prev"))) != table(first) {
		t.Error("back from the second page is not the first")
	}
}

// A mail settled by somebody else: the refusal stands where the button was.
func TestRefusedRetryStaysOnTheTicket(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	c := w.as("expert")
	path := "/posta/uscita/" + itoa(o.outgoing)
	if a := c.post(path+"/arrivata", nil); a.status != http.StatusSeeOther {
		t.Fatalf("settled: %d", a.status)
	}
	a := c.do(http.MethodPost, path+"/reinvia", nil, http.Header{"Referer": {w.url + ticketPath(o.ticket)}})
	if a.status < 400 || !strings.Contains(a.body, `class="filo"`) || !strings.Contains(a.body, `role="alert"`) {
		t.Errorf("%d %s", a.status, firstOf(a.body))
	}
}

// A full disk has one banner of its own, not one for each mailbox that cannot
// put its mail down; a mailbox with another fault keeps its own.
func TestFullDiskHasItsBanner(t *testing.T) {
	const full = "Lo spazio su disco è quasi esaurito."
	box := func(id int64, reason string) helpdesk.MailboxStatus {
		m := helpdesk.Mailbox{ID: id, Address: "sportello" + itoa(id) + "@centro.example"}
		return helpdesk.MailboxStatus{Mailbox: m, Ways: []helpdesk.Health{{MailboxID: id, Way: "imap", Reason: reason}}}
	}
	status := helpdesk.Status{Full: full, Mailboxes: []helpdesk.MailboxStatus{box(1, full), box(2, "Password rifiutata")}}
	if got := troubles(status); len(got) != 1 || got[0].Mailbox != "sportello2@centro.example" {
		t.Errorf("banners of mailboxes: %+v", got)
	}
	if got := faults(status, time.Now()); len(got) != 3 || got[0] != "disk: "+full {
		t.Errorf("/readyz: %q", got)
	}
	status.Full = ""
	if got := troubles(status); len(got) != 2 {
		t.Errorf("with room again: %+v", got)
	}
	p := samplePage("Coda", "")
	p.Full = full
	var page strings.Builder
	if err := pages["coda"].ExecuteTemplate(&page, "fasce", p); err != nil || strings.Count(page.String(), full) != 1 {
		t.Errorf("the banner: %v %s", err, page.String())
	}
}

// The public pages name whom the configuration names.
func TestPublicPagesNameTheController(t *testing.T) {
	w := newTestWebWith(t, Config{Controller: "Ente di prova", Contact: "diritti@centro.example"})
	c := w.browser()
	if body := c.get("/privacy").body; !strings.Contains(body, "Ente di prova.") || !strings.Contains(body, "mailto:diritti@centro.example") {
		t.Error("the privacy page names nobody")
	}
	if body := c.get("/accessibilita").body; !strings.Contains(body, "mailto:diritti@centro.example") {
		t.Error("there is no address for what is hard to use")
	}
}

// The declaration of accessibility and the privacy notice are found by the
// attributes that checkers of public sites look for, on every page.
func TestPublicPagesSayWhatIsConfigured(t *testing.T) {
	const statement = "https://form.agid.example/view/123"
	full := Config{DPO: "rpd@centro.example", Retention: "I dati sono conservati per dieci anni.", AccessibilityURL: statement}
	for _, row := range []struct {
		config Config
		path   string
		has    []string
		lacks  string
	}{
		{full, "/privacy", []string{"mailto:rpd@centro.example", "per dieci anni", `href="/privacy" data-element="privacy-policy-link"`}, "norme sugli archivi"},
		{full, "/accessibilita", []string{`<a href="` + statement + `">dichiarazione`, `href="` + statement + `" data-element="accessibility-link"`}, `"/accessibilita" data-element`},
		{full, "/quesiti", []string{`href="` + statement + `" data-element="accessibility-link"`, "privacy-policy-link"}, ""},
		{Config{}, "/privacy", []string{"norme sugli archivi", `href="/accessibilita" data-element="accessibility-link"`}, "responsabile della protezione"},
		{Config{}, "/accessibilita", []string{`href="/accessibilita" data-element="accessibility-link"`}, "Agenzia per"},
	} {
		w := newTestWebWith(t, row.config)
		body := w.as("expert").get(row.path).body
		for _, want := range row.has {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", row.path, want)
			}
		}
		if row.lacks != "" && strings.Contains(body, row.lacks) {
			t.Errorf("%s has %q", row.path, row.lacks)
		}
	}
}

// Who has written a lot has a way to all of it.
func TestAllTicketsOfASender(t *testing.T) {
	w := newTestWeb(t)
	var n helpdesk.Number
	for i := range othersLimit + 1 {
		n = w.receive(question("s"+itoa(int64(i)), "Argomento "+itoa(int64(i)), "Domanda diversa "+itoa(int64(i))))
	}
	c := w.as("expert")
	_, rest, _ := strings.Cut(c.get(ticketPath(n)).body, "Altri quesiti del mittente")
	_, rest, found := strings.Cut(rest, `<p><a href="`)
	path, _, _ := strings.Cut(rest, `"`)
	if !found || strings.Count(c.get(strings.ReplaceAll(path, "&amp;", "&")).body, `<tr id="q-`) != othersLimit+1 {
		t.Errorf("all of a sender's tickets: %q", path)
	}
}
