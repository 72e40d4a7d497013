package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// The expected table of permissions (S-39): one line for each address, the
// columns as in roleColumns. It is written out and not computed from Can, so
// that a change of either is seen. What is behind the door is one of
//
//	ok       the page or the file
//	done     303 to where the work goes on
//	said     204, for scripts
//	asked    422: the empty form comes back
//	form     403 with the form: the present password is wrong
//	none     404, as for what is missing
//	login    303 to the log-in, or 401 for what is no page
//	no       403
var roleColumns = []string{"admin", "coordinator", "expert", "observer", "anonymous", "disabled"}

const matrix = `
GET  /                                     done  done  done  done  done  done
GET  /accesso                              done  done  done  done  ok    ok
POST /accesso                              asked asked asked asked asked asked
GET  /accesso/prova/:codice                none  none  none  none  none  none
POST /accesso/prova/:codice                none  none  none  none  none  none
POST /esci                                 login login login login login login
GET  /quesiti                              ok    ok    ok    no    login login
GET  /quesiti/nuovo                        ok    ok    ok    no    login login
POST /quesiti/nuovo                        asked asked asked no    login login
GET  /quesiti/:numero                      ok    ok    ok    no    login login
POST /quesiti/:numero/risposte             asked asked asked no    login login
POST /quesiti/:numero/note                 asked asked asked no    login login
POST /quesiti/:numero/stato                asked asked asked no    login login
POST /quesiti/:numero/prendi               done  done  done  no    login login
POST /quesiti/:numero/assegna              done  done  done  no    login login
POST /quesiti/:numero/rinvia               asked asked asked no    login login
GET  /quesiti/:numero/misure               ok    ok    ok    no    login login
POST /quesiti/:numero/misure               asked asked asked no    login login
POST /quesiti/:numero/temi                 done  done  done  no    login login
POST /quesiti/:numero/conferma             done  done  done  no    login login
GET  /quesiti/:numero/unisci               ok    ok    ok    no    login login
POST /quesiti/:numero/unisci               asked asked asked no    login login
POST /quesiti/:numero/spam                 done  done  done  no    login login
POST /quesiti/:numero/sblocca              done  done  done  no    login login
POST /quesiti/:numero/mittente             asked asked asked no    login login
POST /quesiti/:numero/letto                done  done  done  no    login login
POST /anteprima                            ok    ok    ok    no    login login
GET  /messaggi/:id                         ok    ok    ok    no    login login
GET  /messaggi/:id/originale               ok    ok    ok    no    login login
GET  /messaggi/:id/eml                     ok    ok    ok    no    login login
GET  /allegati/:id                         ok    ok    ok    no    login login
GET  /posta/uscita                         ok    ok    ok    no    login login
POST /posta/uscita/:id/riprova             done  done  done  no    login login
POST /posta/uscita/:id/reinvia             done  done  done  no    login login
POST /posta/uscita/:id/arrivata            done  done  done  no    login login
POST /posta/uscita/libera                  done  no    no    no    login login
GET  /posta/quarantena                     ok    ok    ok    no    login login
GET  /posta/arrivata/:id/eml               ok    ok    ok    no    login login
POST /posta/quarantena/:id/riprova         done  done  done  no    login login
GET  /amministrazione/utenti               ok    no    no    no    login login
POST /amministrazione/utenti               asked no    no    no    login login
POST /amministrazione/utenti/:id/ruolo     asked no    no    no    login login
POST /amministrazione/utenti/:id/stato     asked no    no    no    login login
POST /amministrazione/utenti/:id/password  asked no    no    no    login login
GET  /profilo                              ok    ok    ok    ok    login login
POST /profilo                              done  done  done  done  login login
POST /profilo/password                     form  form  form  form  login login
GET  /eventi                               ok    ok    ok    no    login login
GET  /privacy                              ok    ok    ok    ok    ok    ok
GET  /accessibilita                        ok    ok    ok    ok    ok    ok
GET  /healthz                              ok    ok    ok    ok    ok    ok
GET  /readyz                               ok    ok    ok    ok    ok    ok
GET  /favicon.ico                          done  done  done  done  done  done
GET  /s/*file                              none  none  none  none  none  none
`

// outcome is the word of the table for an answer.
func outcome(a answer) string {
	switch {
	case a.status == http.StatusSeeOther && strings.HasPrefix(a.location(), "/accesso"), a.status == http.StatusUnauthorized:
		return "login"
	case a.status == http.StatusForbidden && strings.Contains(a.body, "La password attuale non è corretta"):
		return "form"
	}
	if word, ok := map[int]string{http.StatusOK: "ok", http.StatusSeeOther: "done", http.StatusNoContent: "said",
		http.StatusUnprocessableEntity: "asked", http.StatusForbidden: "no", http.StatusNotFound: "none"}[a.status]; ok {
		return word
	}
	return fmt.Sprint(a.status)
}

func TestMatrixListsEveryRouteS39S46(t *testing.T) {
	listed := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(matrix)) {
		f := strings.Fields(line)
		listed[f[0]+" "+f[1]] = true
	}
	for _, r := range routes {
		if !listed[r.method+" "+r.path] {
			t.Errorf("%s %s is not in the table of permissions", r.method, r.path)
		}
		delete(listed, r.method+" "+r.path)
	}
	for left := range listed {
		t.Errorf("%s is in the table and no route", left)
	}
}

// objects are what the paths of the matrix point at.
type objects struct {
	ticket                         helpdesk.Number
	message, attachment, raw, user int64
	outgoing, parked               int64
}

// fill puts the objects into a path of the table.
func (o objects) fill(path string) string {
	id := o.message
	switch {
	case strings.HasPrefix(path, "/allegati"):
		id = o.attachment
	case strings.HasPrefix(path, "/posta/uscita"):
		id = o.outgoing
	case strings.HasPrefix(path, "/posta/quarantena"):
		id = o.parked
	case strings.HasPrefix(path, "/posta"):
		id = o.raw
	case strings.HasPrefix(path, usersPath):
		id = o.user
	}
	return strings.NewReplacer(":numero", o.ticket.String(), ":id", itoa(id), ":codice", "x", "*file", "x").Replace(path)
}

// fixture makes a ticket with a message, an attachment, an answer and what belongs to them.
func (w *testWeb) fixture() objects {
	w.t.Helper()
	n := w.receive(question(fmt.Sprint("q", w.uid), "Asilo nido di Valcerva", "Buongiorno, una domanda."))
	m := w.ticket(n).Messages[0]
	o := objects{ticket: n, message: m.ID, raw: m.RawID, user: w.users["other"].ID}
	for _, a := range m.Attachments {
		if !a.Inline {
			o.attachment = a.ID
		}
	}
	err := w.desk.Reply(w.t.Context(), w.users["expert"], helpdesk.ReplyForm{Number: n, Key: newKey(), Seen: m.ID,
		To: []string{m.From.Addr}, Markdown: "Gentile dottoressa, risposta.", StateAfter: helpdesk.StateAnswered})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range w.ticket(n).Messages {
		if m.Outgoing != nil {
			o.outgoing = m.Outgoing.ID
		}
	}
	w.cutAtTheDot(o.outgoing)
	o.parked = w.park("From: x\n\nillegible " + itoa(o.raw))
	return o
}

// cutAtTheDot makes the fate of a mail unknown.
func (w *testWeb) cutAtTheDot(outgoing int64) {
	w.t.Helper()
	if err := w.desk.Sending(w.t.Context(), outgoing); err != nil {
		w.t.Fatal(err)
	}
	if err := w.desk.Finish(w.t.Context(), outgoing, helpdesk.Delivery{Result: helpdesk.Ambiguous, Reason: "collegamento caduto"}); err != nil {
		w.t.Fatal(err)
	}
}

// park keeps a message that is then found unreadable.
func (w *testWeb) park(raw string) (rawID int64) {
	w.t.Helper()
	w.keep([]byte(raw))
	err := w.store.Update(w.t.Context(), func(tx helpdesk.Tx) error {
		pending, err := tx.PendingRaw(w.clock(), 1)
		if err != nil {
			return err
		}
		r := pending[0]
		rawID, r.State, r.Error, r.Attempts = r.ID, helpdesk.RawParked, "non leggibile", 3
		return tx.SaveRaw(r)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rawID
}

// send asks an address of the table with an empty form, or only the head of a stream.
func (c *client) send(method, path string) answer {
	switch {
	case path == eventsPath:
		return c.do(http.MethodHead, path, nil, nil)
	case method == http.MethodPost:
		return c.post(path, nil)
	}
	return c.do(method, path, nil, nil)
}

func TestMatrixS39(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	for col, role := range roleColumns {
		c := w.as(role)
		if role == "disabled" {
			w.disable(role)
		}
		for line := range strings.Lines(strings.TrimSpace(matrix)) {
			f := strings.Fields(line)
			if f[0] == http.MethodPost && strings.Contains(f[1], ":") && f[2+col] != "no" && f[2+col] != "login" {
				o = w.fixture() // the one before is used up
			}
			if f[1] == "/esci" {
				c := w.as("anonymous") // its own session: the others are needed on
				if role != "anonymous" && role != "disabled" {
					c = w.as(role)
				}
				if got := outcome(c.send(f[0], f[1])); got != f[2+col] {
					t.Errorf("%s as %s: %s, want %s", line, role, got, f[2+col])
				}
				continue
			}
			a := c.send(f[0], o.fill(f[1]))
			if got := outcome(a); got != f[2+col] {
				t.Errorf("%s %s as %s: %s, want %s\n%s", f[0], f[1], role, got, f[2+col], firstOf(a.body))
			}
			if f[1] != "/accesso" {
				continue
			}
			w.pass(5 * time.Second) // the throttle of log-ins is not what is tested
		}
	}
}

func firstOf(s string) string { return s[:min(len(s), 300)] }

// TestMissingAnswersAlike: what does not exist answers 404 to whoever might
// see it, and to all others exactly as what exists.
func TestMissingAnswersAlike(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	for _, role := range []string{"admin", "expert", "observer", "anonymous"} {
		c := w.as(role)
		for _, r := range routes {
			if !strings.Contains(r.path, ":numero") && !strings.Contains(r.path, ":id") {
				continue
			}
			missing := objects{ticket: helpdesk.NewNumber(2026, 999999), message: 1 << 40, attachment: 1 << 40, raw: 1 << 40, user: 1 << 40, outgoing: 1 << 40, parked: 1 << 40}
			there, gone := c.send(r.method, o.fill(r.path)), c.send(r.method, missing.fill(r.path))
			there.body = strings.ReplaceAll(there.body, url.QueryEscape(o.fill(r.path)), "PATH")
			gone.body = strings.ReplaceAll(gone.body, url.QueryEscape(missing.fill(r.path)), "PATH")
			switch outcome(there) {
			case "no", "login":
				if there.status != gone.status || sameButFor(there.body, gone.body) != "" {
					t.Errorf("%s %s as %s tells missing from existing: %d %d %s", r.method, r.path, role, there.status, gone.status, sameButFor(there.body, gone.body))
				}
			case "done":
				o = w.fixture() // the one before is used up
				fallthrough
			default:
				if gone.status != http.StatusNotFound {
					t.Errorf("%s %s missing, as %s: %d", r.method, r.path, role, gone.status)
				}
			}
		}
	}
}

// sameButFor returns the first line that differs, "" if none does.
func sameButFor(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return x[i]
		}
	}
	return ""
}

// TestGetChangesNothingS44 asks every address by GET and HEAD, and every POST
// address by every other method, and compares all that pages show before and after.
func TestGetChangesNothingS44(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	c := w.as("admin")
	before := w.snapshot()
	allowed := map[string]bool{}
	for _, r := range routes {
		allowed[r.method+" "+r.path] = true
	}
	for _, r := range routes {
		for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			if r.path == eventsPath && method == "GET" {
				continue
			}
			a := c.do(method, o.fill(r.path), nil, http.Header{"X-Http-Method-Override": {"POST"}})
			get := method == "GET" || method == "HEAD"
			if ok := get && allowed["GET "+r.path]; !ok && (a.status != http.StatusMethodNotAllowed || !strings.Contains(a.header.Get("Allow"), r.method)) &&
				!(get && strings.HasPrefix(r.path, "/quesiti/") && a.status == http.StatusNotFound) {
				t.Errorf("%s %s: %d, Allow %q", method, r.path, a.status, a.header.Get("Allow"))
			}
		}
	}
	if after := w.snapshot(); after != before {
		t.Errorf("state changed:\n%s\n%s", before, after)
	}
}

// snapshot is the head of the register and what does not go through it.
func (w *testWeb) snapshot() string {
	var s string
	w.view(func(tx helpdesk.ReadTx) error {
		last, err := tx.LastEvent()
		s = fmt.Sprintf("%d %x", last.ID, last.Hash)
		return err
	})
	counters, err := w.store.Counters(w.t.Context(), w.users["expert"].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(s, counters)
}

// TestCrossSiteS44: a form of another site is refused whatever it wants.
func TestCrossSiteS44(t *testing.T) {
	w := newTestWeb(t)
	o := w.fixture()
	c := w.as("admin")
	before := w.snapshot()
	for _, r := range routes {
		if r.method != http.MethodPost {
			continue
		}
		for _, h := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
		} {
			h.Set("Content-Type", "application/x-www-form-urlencoded")
			a := c.do(http.MethodPost, o.fill(r.path), strings.NewReader(url.Values{"stato": {"closed"}, "testo": {"x"}}.Encode()), h)
			if a.status != http.StatusForbidden {
				t.Errorf("%s with %v: %d", r.path, h, a.status)
			}
		}
	}
	if after := w.snapshot(); after != before {
		t.Error("a form of another site changed something")
	}
	a := c.do(http.MethodPost, "/anteprima", strings.NewReader("testo=x"), http.Header{"Origin": {w.url}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}})
	if a.status != http.StatusOK {
		t.Errorf("our own form: %d", a.status)
	}
}
