package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

func answerForm(a answer, over url.Values) url.Values {
	form := url.Values{"chiave": {a.field("chiave")}, "visto": {a.field("visto")}, "tipo": {"risposta"}, "azione": {"invia"},
		"a": {"carla.villa@comune.valcerva.example"}, "testo": {"Gentile dott.ssa Villa,\n\nil CUP va **riallineato**."}, "poi": {"answered"}, "misura_chiesta": {"1"}}
	for k, v := range over {
		form[k] = v
	}
	return form
}

func (w *testWeb) replies(n helpdesk.Number) (list []helpdesk.MessageView) {
	for _, m := range w.ticket(n).Messages {
		if m.Kind == helpdesk.KindReply {
			list = append(list, m)
		}
	}
	return list
}

func TestAnswerLeavesOnce(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Come si riallinea il CUP?"))
	c := w.as("expert")
	page := c.get(ticketPath(n))
	if page.status != http.StatusOK || !strings.Contains(page.body, "Come si riallinea il CUP?") {
		t.Fatalf("page: %d", page.status)
	}
	form := answerForm(page, nil)
	for range 2 { // pressed twice, or sent again by the browser
		if a := c.upload(ticketPath(n)+"/risposte", form, map[string]string{"parere.pdf": "%PDF"}); a.status != http.StatusSeeOther || a.location() != ticketPath(n) {
			t.Fatalf("answer: %d %s", a.status, firstOf(a.body))
		}
	}
	sent := w.replies(n)
	if len(sent) != 1 || sent[0].Outgoing == nil || sent[0].Outgoing.State != helpdesk.OutgoingQueued {
		t.Fatalf("%d answers: %+v", len(sent), sent)
	}
	if len(sent[0].Attachments) != 1 || sent[0].Attachments[0].Name != "parere.pdf" {
		t.Errorf("attachments %+v", sent[0].Attachments)
	}
	after := c.get(ticketPath(n))
	if !strings.Contains(after.body, "<strong>riallineato</strong>") || !strings.Contains(after.body, "Risposta in uscita.") || !strings.Contains(after.body, "In uscita") {
		t.Error("the page does not show the answer on its way")
	}
	if got := after.body; !strings.Contains(got, `data-inviata="`+form.Get("chiave")+`"`) {
		t.Error("the browser is not told to forget its draft")
	}
	if v := w.ticket(n); v.Ticket.State != helpdesk.StateAnswered || v.Ticket.OwnerID != w.users["expert"].ID {
		t.Errorf("ticket %+v", v.Ticket)
	}
}

// TestRefusedAnswerKeepsWhatWasTyped: every refusal comes back with the text.
func TestRefusedAnswerKeepsWhatWasTyped(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	page := c.get(ticketPath(n))
	text := "Testo <da> \"conservare\" &amp; tenere"
	for _, row := range []struct {
		name   string
		over   url.Values
		files  map[string]string
		status int
		says   string
	}{
		{"no text", url.Values{"testo": {"  "}, "cc": {"x@comune.example"}}, nil, 422, "La risposta è vuota"},
		{"no recipient", url.Values{"testo": {text}, "a": {""}}, nil, 422, "Manca il destinatario"},
		{"bad recipient", url.Values{"testo": {text}, "a": {"carla.villa"}}, nil, 422, "non è un indirizzo"},
		{"header injection", url.Values{"testo": {text}, "a": {"a@b.example\r\nBcc: x@evil.example"}}, nil, 422, "non è un indirizzo"},
		{"our own box", url.Values{"testo": {text}, "a": {"sportello@centro.example"}}, nil, 422, "è una nostra casella"},
		{"unknown state after", url.Values{"testo": {text}, "poi": {"merged"}}, nil, 422, "Scegli lo stato"},
		{"speaks of an attachment", url.Values{"testo": {text + "\nin allegato"}}, nil, 422, "Il testo parla di un allegato"},
		{"files are to be chosen again", url.Values{"testo": {text}, "a": {""}}, map[string]string{"a.pdf": "x"}, 422, "Gli allegati vanno scelti di nuovo"},
		{"a note with files", url.Values{"testo": {text}, "tipo": {"nota"}}, map[string]string{"a.pdf": "x"}, 422, "Le note non hanno allegati"},
		{"preview", url.Values{"testo": {text + " **grasso**"}, "azione": {"anteprima"}}, nil, 200, "<strong>grasso</strong>"},
	} {
		form := answerForm(page, row.over)
		a := c.upload(ticketPath(n)+"/risposte", form, row.files)
		if a.status != row.status || !strings.Contains(a.body, row.says) {
			t.Errorf("%s: %d, want %d and %q", row.name, a.status, row.status, row.says)
		}
		kept := strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&#34;", "&", "&amp;").Replace(form.Get("testo"))
		if !strings.Contains(a.body, kept+"</textarea>") {
			t.Errorf("%s: the text is gone", row.name)
		}
		if a.field("chiave") != form.Get("chiave") {
			t.Errorf("%s: the form has another key", row.name)
		}
		if cc := form.Get("cc"); cc != "" && !strings.Contains(a.body, cc) {
			t.Errorf("%s: the Cc is gone", row.name)
		}
	}
	if sent := w.replies(n); len(sent) != 0 {
		t.Errorf("%d answers left", len(sent))
	}
	again := answerForm(page, url.Values{"testo": {"in allegato"}, "senza_allegato": {"1"}})
	if a := c.upload(ticketPath(n)+"/risposte", again, nil); a.status != http.StatusSeeOther {
		t.Errorf("sent all the same: %d", a.status)
	}
}

// TestNoteNeverLeaves: chosen as a note, it is one whatever button was pressed.
func TestNoteNeverLeaves(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	for _, path := range []string{"/risposte", "/note"} {
		page := c.get(ticketPath(n))
		form := answerForm(page, url.Values{"tipo": {"nota"}, "testo": {"Sentito l'ufficio <tecnico>"}})
		for range 2 {
			if a := c.upload(ticketPath(n)+path, form, nil); a.status != http.StatusSeeOther {
				t.Fatalf("%s: %d", path, a.status)
			}
		}
	}
	notes := 0
	for _, m := range w.ticket(n).Messages {
		if m.Kind == helpdesk.KindNote {
			notes++
		}
	}
	if notes != 2 || len(w.replies(n)) != 0 {
		t.Errorf("%d notes, %d answers", notes, len(w.replies(n)))
	}
}

func TestAnswerToWhatWasNotSeenR22(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	page := c.get(ticketPath(n))
	w.pass(time.Minute)
	w.receive(strings.Replace(question("q2", "Re: Asilo nido", "Aggiungo una cosa."), "MIME-Version", "In-Reply-To: <q1@comune.valcerva.example>\nMIME-Version", 1))
	form := answerForm(page, nil)
	a := c.upload(ticketPath(n)+"/risposte", form, nil)
	if a.status != http.StatusConflict || !strings.Contains(a.body, "riallineato") || !strings.Contains(a.body, "Aggiungo una cosa.") || !strings.Contains(a.body, "rileggi prima di inviare") {
		t.Fatalf("unseen message: %d", a.status)
	}
	if a := c.upload(ticketPath(n)+"/risposte", answerForm(a, nil), nil); a.status != http.StatusSeeOther || len(w.replies(n)) != 1 {
		t.Errorf("after reading: %d, %d answers", a.status, len(w.replies(n)))
	}
}

// TestTwoPeopleSave: the second is told, and nothing of the first is lost.
func TestTwoPeopleSave(t *testing.T) {
	w := newTestWeb(t)
	for _, row := range []struct {
		path string
		form url.Values
	}{
		{"/stato", url.Values{"stato": {"closed"}}},
		{"/assegna", url.Values{"assegnatario": {itoa(w.users["other"].ID)}}},
		{"/rinvia", url.Values{"quando": {"domani"}}},
		{"/prendi", url.Values{}},
		{"/spam", url.Values{"blocca": {"si"}}},
	} {
		n := w.receive(question("q"+itoa(int64(w.uid)), "Asilo nido "+row.path, "Domanda"))
		first, second := w.as("expert"), w.as("other")
		mine, theirs := first.get(ticketPath(n)), second.get(ticketPath(n))
		if a := first.post(ticketPath(n)+"/stato", url.Values{"versione": {mine.field("versione")}, "stato": {"waiting_org"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%s: first: %d %s", row.path, a.status, a.body)
		}
		row.form.Set("versione", theirs.field("versione"))
		a := second.post(ticketPath(n)+row.path, row.form)
		if a.status != http.StatusConflict || !strings.Contains(a.body, "Un collega ha modificato il quesito nel frattempo") {
			t.Errorf("%s: second: %d", row.path, a.status)
		}
		if v := w.ticket(n); v.Ticket.State != helpdesk.StateWaitingOrg {
			t.Errorf("%s: the first one's change is lost: %s", row.path, v.Ticket.State)
		}
		row.form.Set("versione", a.field("versione"))
		if a := second.post(ticketPath(n)+row.path, row.form); a.status != http.StatusSeeOther {
			t.Errorf("%s: second, having read: %d %s", row.path, a.status, a.body)
		}
	}
}

func TestTicketActions(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	for _, row := range []struct {
		name, path string
		form       url.Values
		status     int
		want       func(helpdesk.Ticket) bool
	}{
		{"take", "/prendi", nil, 303, func(t helpdesk.Ticket) bool {
			return t.OwnerID == w.users["expert"].ID && t.State == helpdesk.StateOpen
		}},
		{"to nobody", "/assegna", url.Values{"assegnatario": {""}}, 303, func(t helpdesk.Ticket) bool { return t.OwnerID == 0 }},
		{"to who may not", "/assegna", url.Values{"assegnatario": {itoa(w.users["observer"].ID)}}, 422, func(t helpdesk.Ticket) bool { return t.OwnerID == 0 }},
		{"to nonsense", "/assegna", url.Values{"assegnatario": {"x"}}, 422, func(t helpdesk.Ticket) bool { return t.OwnerID == 0 }},
		{"a state", "/stato", url.Values{"stato": {"waiting_third"}}, 303, func(t helpdesk.Ticket) bool { return t.State == helpdesk.StateWaitingThird }},
		{"no state", "/stato", url.Values{"stato": {"new"}}, 422, func(t helpdesk.Ticket) bool { return t.State == helpdesk.StateWaitingThird }},
		{"snooze", "/rinvia", url.Values{"quando": {"data"}, "data": {"2026-12-01"}}, 303, func(t helpdesk.Ticket) bool {
			return t.State == helpdesk.StateSnoozed && t.SnoozedUntil.Equal(time.Date(2026, 12, 1, 9, 0, 0, 0, rome))
		}},
		{"snooze to the past", "/rinvia", url.Values{"quando": {"data"}, "data": {"2020-01-01"}}, 422, func(t helpdesk.Ticket) bool { return t.State == helpdesk.StateSnoozed }},
		{"mass assignment (S-43)", "/stato", url.Values{"stato": {"open"}, "owner_id": {"1"}, "role": {"admin"}, "id": {"9"}}, 303, func(t helpdesk.Ticket) bool { return t.OwnerID == 0 }},
	} {
		a := c.post(ticketPath(n)+row.path, row.form)
		if v := w.ticket(n); a.status != row.status || !row.want(v.Ticket) {
			t.Errorf("%s: %d, %+v", row.name, a.status, v.Ticket)
		}
	}
}

func TestMerge(t *testing.T) {
	w := newTestWeb(t)
	stays, goes := w.receive(question("q1", "Asilo nido", "Domanda")), w.receive(question("q2", "Mensa", "Altra domanda"))
	c := w.as("expert")
	for typed, says := range map[string]string{"x": "Scrivi il numero", "2026-999999": "non esiste", goes.String(): "sé stesso"} {
		a := c.get(ticketPath(goes) + "/unisci?con=" + url.QueryEscape(typed))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
			t.Errorf("%s: %d, want %q", typed, a.status, says)
		}
	}
	page := c.get(ticketPath(goes) + "/unisci?con=" + stays.String())
	a := c.post(ticketPath(goes)+"/unisci", url.Values{"in": {stays.String()}, "versione": {page.field("versione")}})
	if a.status != http.StatusSeeOther || a.location() != ticketPath(stays) {
		t.Fatalf("merge: %d %s", a.status, a.body)
	}
	if body := c.get(ticketPath(stays)).body; !strings.Contains(body, "Altra domanda") {
		t.Error("the message did not come along")
	}
	if a := c.get(ticketPath(goes)); a.status != http.StatusOK || !strings.Contains(a.body, "è stato unito a") {
		t.Errorf("the old number: %d", a.status)
	}
}

func TestReadingIsMarkedByPost(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	c.post(ticketPath(n)+"/prendi", nil)
	w.pass(time.Minute)
	w.receive(strings.Replace(question("q2", "Re: Asilo nido", "Ancora"), "MIME-Version", "In-Reply-To: <q1@comune.valcerva.example>\nMIME-Version", 1))
	unread := func() bool { return strings.Contains(c.get("/quesiti?vista=da-leggere").body, n.String()) }
	c.get(ticketPath(n))
	if !unread() {
		t.Fatal("reading the page marked it")
	}
	if a := c.do(http.MethodPost, ticketPath(n)+"/letto", strings.NewReader("visto="+c.get(ticketPath(n)).field("visto")),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Hx-Request": {"true"}}); a.status != http.StatusNoContent || unread() {
		t.Errorf("marked: %d, still unread %v", a.status, unread())
	}
}

func TestNewTicket(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	page := c.get("/quesiti/nuovo")
	form := url.Values{"chiave": {page.field("chiave")}, "canale": {"phone"}, "nome": {"Ugo <Neri>"}, "email": {"ugo@comune.roncate.example"},
		"telefono": {"0382 1"}, "oggetto": {"Saldo \"10 %\""}, "testo": {"Quando arriva\nil saldo?"}}
	for field, says := range map[string]string{"nome": "Indica chi", "oggetto": "Manca l&#39;oggetto", "testo": "Manca il testo", "canale": "Scegli come"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad[field] = []string{" "}
		a := c.post("/quesiti/nuovo", bad)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
			t.Errorf("without %s: %d, want %q", field, a.status, says)
		}
		for k, v := range map[string]string{"nome": "Ugo &lt;Neri&gt;", "email": "ugo@comune.roncate.example", "telefono": "0382 1", "oggetto": "Saldo &#34;10 %&#34;", "testo": "Quando arriva\nil saldo?"} {
			if k != field && !strings.Contains(a.body, v) {
				t.Errorf("without %s: %s is gone", field, k)
			}
		}
	}
	first, second := c.post("/quesiti/nuovo", form), c.post("/quesiti/nuovo", form)
	if first.status != http.StatusSeeOther || second.location() != first.location() {
		t.Fatalf("%d %s, again %d %s", first.status, first.location(), second.status, second.location())
	}
	if a := c.get(first.location()); !strings.Contains(a.body, "Quando arriva") || !strings.Contains(a.body, "Telefono: 0382 1") {
		t.Errorf("ticket: %d", a.status)
	}
}

func TestUsers(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("admin")
	form := url.Values{"nome": {"Nuova <Persona>"}, "email": {"nuova@centro.example"}, "ruolo": {"coordinator"}, "password": {"corta"}}
	a := c.post(usersPath, form)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "almeno 12 caratteri") || !strings.Contains(a.body, "Nuova &lt;Persona&gt;") || strings.Contains(a.body, "corta") {
		t.Fatalf("short password: %d", a.status)
	}
	form.Set("password", testPassword)
	if a := c.post(usersPath, form); a.status != http.StatusSeeOther {
		t.Fatalf("add: %d %s", a.status, a.body)
	}
	if a := c.post(usersPath, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "C&#39;è già una persona") {
		t.Errorf("twice: %d", a.status)
	}
	u, err := w.store.UserByEmail(t.Context(), "nuova@centro.example")
	if err != nil || u.Role != helpdesk.RoleCoordinator {
		t.Fatal(u, err)
	}
	self := usersPath + "/" + itoa(w.users["admin"].ID)
	if a := c.post(self+"/stato", url.Values{"attivo": {"no"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an administrator who shuts himself out: %d", a.status)
	}
	if a := c.post(self+"/password", url.Values{"password": {"un'altra password lunga"}}); a.status != http.StatusSeeOther {
		t.Errorf("own password: %d", a.status)
	}
	if a := c.get(usersPath); a.status != http.StatusOK || strings.Contains(a.body, "argon2id") {
		t.Errorf("own session after it: %d; hashes shown: %v (S-62)", a.status, strings.Contains(a.body, "argon2id"))
	}
}

func TestProfile(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	if a := c.post("/profilo", url.Values{"firma": {"Anna <Colombo>\nSportello"}}); a.status != http.StatusSeeOther {
		t.Fatalf("save: %d", a.status)
	}
	a := c.get("/profilo")
	if !strings.Contains(a.body, "Anna &lt;Colombo&gt;") || !strings.Contains(a.body, `data-shortcuts="off"`) {
		t.Error("signature or switch not kept")
	}
	long := strings.Repeat("x", maxSignature+1)
	if a := c.post("/profilo", url.Values{"firma": {long}, "scorciatoie": {"si"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, long) {
		t.Errorf("too long: %d", a.status)
	}
	if a := c.post("/profilo/password", url.Values{"attuale": {"sbagliata"}, "nuova": {testPassword + "!"}}); a.status != http.StatusForbidden {
		t.Errorf("without the present password (S-59): %d", a.status)
	}
}

// TestHostileNamesS05S10S17: what strangers call themselves is text on every page.
func TestHostileNamesS05S10S17(t *testing.T) {
	w := newTestWeb(t)
	evil := `"><img src=x onerror=alert(1)>{{.}}`
	n := w.receive("From: =?utf-8?q?=22=3E=3Cimg_src=3Dx_onerror=3Dalert=281=29=3E?= <e@comune.example>\nTo: sportello@centro.example\nSubject: " + evil +
		"\nMessage-ID: <x@comune.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + evil +
		" javascript:alert(1)\n--b\nContent-Type: text/html\nContent-Disposition: attachment; filename=\"<img src=x onerror=alert(1)>.html\"\n\n<script>alert(1)</script>\n--b--\n")
	c := w.as("admin")
	m := w.ticket(n).Messages[0]
	for _, path := range []string{"/quesiti?vista=aperti", ticketPath(n), ticketPath(n) + "/unisci", "/messaggi/" + itoa(m.ID), "/messaggi/" + itoa(m.ID) + "/originale", "/quesiti?q=" + url.QueryEscape(evil)} {
		a := c.get(path)
		if a.status != http.StatusOK || strings.Contains(a.body, "<img src=x") || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "{{.}}</script") {
			t.Errorf("%s: %d, hostile markup alive", path, a.status)
		}
	}
	if !slices.ContainsFunc(m.Attachments, func(a helpdesk.Attachment) bool { return strings.HasSuffix(a.Name, ".html") }) {
		t.Fatalf("no attachment: %+v", m.Attachments)
	}
	a := c.get("/allegati/" + itoa(m.Attachments[0].ID))
	if a.status != http.StatusOK || a.header.Get("Content-Type") != octetStream || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; ") {
		t.Errorf("attachment: %d %v", a.status, a.header)
	}
}

func TestOriginal(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	c := w.as("expert")
	a := c.get("/messaggi/" + itoa(o.message) + "/originale")
	if !strings.Contains(a.body, "data:image/png;base64,") {
		t.Error("the inline image is not shown")
	}
	for _, live := range []string{"<script", "canary.example", "onload", "cid:"} {
		if strings.Contains(a.body, live) {
			t.Errorf("%q is left in the original", live)
		}
	}
	thread := c.get(ticketPath(o.ticket))
	if strings.Contains(thread.body, "canary.example") || !strings.Contains(thread.body, "data:image/png;base64,") {
		t.Error("thread: a remote image, or no inline one")
	}
	frame := c.get("/messaggi/" + itoa(o.message))
	if !strings.Contains(frame.body, `sandbox="allow-popups`) || strings.Contains(frame.body, "allow-scripts") {
		t.Error("the frame is not sandboxed")
	}
	eml := c.get("/messaggi/" + itoa(o.message) + "/eml")
	if eml.header.Get("Content-Disposition") != `attachment; filename="Asilo nido di Valcerva.eml"; filename*=UTF-8''Asilo%20nido%20di%20Valcerva.eml` || !strings.Contains(eml.body, "Message-ID: <q0@") {
		t.Errorf("eml: %v", eml.header)
	}
	part := c.do(http.MethodGet, "/messaggi/"+itoa(o.message)+"/eml", nil, http.Header{"Range": {"bytes=0-4"}})
	if part.status != http.StatusPartialContent || part.body != "From:" {
		t.Errorf("a part: %d %q", part.status, part.body)
	}
}

func TestOutboxAndQuarantine(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	c := w.as("expert")
	if a := c.get("/posta/uscita"); !strings.Contains(a.body, "Da verificare") || !strings.Contains(a.body, "Invia di nuovo") || !strings.Contains(a.body, o.ticket.String()) {
		t.Errorf("outbox: %d", a.status)
	}
	if a := c.post("/posta/uscita/"+itoa(o.outgoing)+"/arrivata", nil); a.status != http.StatusSeeOther {
		t.Errorf("settled: %d", a.status)
	}
	if a := c.post("/posta/uscita/"+itoa(o.outgoing)+"/reinvia", nil); a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity {
		t.Errorf("sent again though it arrived: %d", a.status)
	}
	if a := c.get("/posta/quarantena"); !strings.Contains(a.body, rawPath(o.parked)) {
		t.Errorf("quarantine: %d", a.status)
	}
	if a := c.get(rawPath(o.parked)); a.status != http.StatusOK || !strings.Contains(a.body, "illegible") {
		t.Errorf("its bytes: %d", a.status)
	}
	if a := c.post("/posta/quarantena/"+itoa(o.parked)+"/riprova", nil); a.status != http.StatusSeeOther {
		t.Errorf("retried: %d", a.status)
	}
}

func TestTooLarge(t *testing.T) {
	w := newTestWebWith(t, Config{MaxUpload: 1000})
	o := w.fixture()
	c := w.as("expert")
	page := c.get(ticketPath(o.ticket))
	if a := c.upload(ticketPath(o.ticket)+"/risposte", answerForm(page, nil), map[string]string{"a.bin": strings.Repeat("x", 2000)}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "riallineato") {
		t.Errorf("attachments over the limit: %d", a.status)
	}
	if a := c.upload(ticketPath(o.ticket)+"/risposte", answerForm(page, nil), map[string]string{"a.bin": strings.Repeat("x", 2<<20)}); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit: %d", a.status)
	}
	if a := w.browser().post("/accesso", login("expert@centro.example", strings.Repeat("x", 1<<20))); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a password of a megabyte (S-58): %d", a.status)
	}
}
