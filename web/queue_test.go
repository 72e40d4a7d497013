package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// TestQueueParametersS18S66: no parameter brings the server to its knees or
// comes back as markup.
func TestQueueParametersS18S66(t *testing.T) {
	w := newTestWeb(t)
	w.fixture()
	c := w.as("expert")
	payloads := []string{"'", `"`, "''; DROP TABLE ticket--", "NEAR(", "a*", "-", "^x", "col:x", "x AND", "(", "%", "_", `\`, "{x}", "<script>alert(1)</script>",
		"\x00", "\xff", "9223372036854775807", "-9223372036854775808", "9223372036854775808_9223372036854775807", "-1_5", strings.Repeat("a ", 5000), "l'anagrafica 12/2026"}
	for _, param := range []string{"vista", "q", "stato", "assegnatario", "casella", "ordine", "dopo", "prima", "<x>"} {
		for _, p := range payloads {
			a := c.get("/quesiti?" + url.Values{param: {p}, "vista": {"aperti"}}.Encode())
			if a.status != http.StatusOK || strings.Contains(a.body, "<script>alert") {
				t.Errorf("%s=%.40q: %d", param, p, a.status)
			}
		}
	}
	for _, path := range []string{"/posta/uscita?prima=x&vista=%27", ticketPath(helpdeskMissing) + "?prima=%27", "/accesso?ritorno=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"} {
		if a := c.get(path); a.status >= 500 || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestQueueOfAMailboxLeftOut: its tickets keep their label and their filter.
func TestQueueOfAMailboxLeftOut(t *testing.T) {
	w := newTestWeb(t)
	w.receive(question("q1", "Asilo nido", "Domanda"))
	former := w.box
	if _, err := w.desk.Start(t.Context(), []helpdesk.Mailbox{{Name: "Nuova", Address: "nuova@centro.example", Kind: helpdesk.MailboxOrdinary}}); err != nil {
		t.Fatal(err)
	}
	c := w.as("expert")
	for _, want := range []string{"sportello@centro.example (non più configurata)</option>", `class="casella" title="sportello@centro.example"`, "Asilo nido"} {
		if body := c.get("/quesiti?vista=aperti&casella=" + itoa(former.ID)).body; !strings.Contains(body, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	if body := c.get("/quesiti/nuovo").body; strings.Contains(body, former.Address) {
		t.Error("an answer could leave from a mailbox that is not configured")
	}
}

func TestQueuePages(t *testing.T) {
	w := newTestWeb(t)
	const total = queueLimit + 7
	for i := range total {
		w.pass(time.Minute)
		form := helpdesk.OpenForm{Key: newKey(), Name: "Ente", Address: "ufficio@comune.roncate.example", Subject: "Quesito " + itoa(int64(i)), Text: "Testo", Channel: helpdesk.ChannelPhone, MailboxID: w.box.ID}
		if _, err := w.desk.Open(t.Context(), w.users["expert"], form); err != nil {
			t.Fatal(err)
		}
	}
	c := w.as("expert")
	for _, order := range []string{"recenti", "attesa", "apertura", "numero"} {
		seen := map[string]bool{}
		first := "/quesiti?vista=mie&ordine=" + order
		path, pages := first, 0
		for ; path != "" && pages < 5; pages++ {
			a := c.get(path)
			for _, row := range strings.Split(a.body, `<tr id="q-`)[1:] {
				seen[row[:11]] = true
			}
			path = relation(a.body, "next")
			if path == "" {
				if back := relation(a.body, "prev"); !strings.Contains(c.get(back).body, `rel="next"`) {
					t.Errorf("%s: there is no way back", order)
				}
			}
		}
		if len(seen) != total || pages != 2 {
			t.Errorf("%s: %d of %d rows on %d pages", order, len(seen), total, pages)
		}
	}
	if a := c.get("/quesiti?q=2026-000003"); a.status != http.StatusSeeOther || a.location() != "/quesiti/2026-000003" {
		t.Errorf("a number: %d %s", a.status, a.location())
	}
}

// relation is the address of a link with rel.
func relation(body, rel string) string {
	_, after, ok := strings.Cut(body, `rel="`+rel+`" href="`)
	if !ok {
		return ""
	}
	address, _, _ := strings.Cut(after, `"`)
	return strings.ReplaceAll(address, "&amp;", "&")
}
