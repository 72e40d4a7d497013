package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func login(email, password string) url.Values {
	return url.Values{"email": {email}, "password": {password}}
}

func TestLogin(t *testing.T) {
	w := newTestWeb(t)
	w.disable("disabled")
	for _, row := range []struct{ name, email, password string }{
		{"wrong password", "expert@centro.example", "sbagliata davvero"},
		{"unknown", "nessuno@centro.example", testPassword},
		{"disabled", "disabled@centro.example", testPassword},
		{"no password", "expert@centro.example", ""},
		{"no address", "", testPassword},
		{"the hash (S-57)", "expert@centro.example", cheapHash(testPassword)},
		{"too long", "expert@centro.example", strings.Repeat("x", MaxPassword+1)},
		{"not UTF-8 in the database's eyes", "expert@centro.example\x00", testPassword},
	} {
		w.pass(2 * time.Hour) // failures of one address are throttled
		a := w.browser().post("/accesso", login(row.email, row.password))
		if a.status != http.StatusUnprocessableEntity || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, cookie %q", row.name, a.status, a.header.Get("Set-Cookie"))
		}
	}
	w.pass(time.Hour * 2)
	a := w.browser().post("/accesso", login(" EXPERT@centro.example ", testPassword))
	if a.status != http.StatusSeeOther || a.location() != "/quesiti" {
		t.Fatalf("right: %d %s %s", a.status, a.location(), a.body)
	}
	cookie := a.cookie("sid")
	if !strings.HasPrefix(cookie, "sid=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Expires") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestCookieOverTLS(t *testing.T) {
	w := newTestWebWith(t, Config{BaseURL: "https://sportello.example"})
	a := w.browser().do(http.MethodPost, "/accesso", strings.NewReader(login("expert@centro.example", testPassword).Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Host": {"sportello.example"}})
	cookie := a.cookie("__Host-sid")
	if !strings.HasPrefix(cookie, "__Host-sid=") || !strings.Contains(cookie, "; Secure") || !strings.Contains(cookie, "Path=/;") || strings.Contains(cookie, "Domain") {
		t.Errorf("%d, cookie %q", a.status, cookie)
	}
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security")
	}
}

// TestEqualAnswersS51: who exists cannot be told by the bytes.
func TestEqualAnswersS51(t *testing.T) {
	w := newTestWeb(t)
	w.disable("disabled")
	bodies := map[string]string{}
	for name, email := range map[string]string{"existing": "expert@centro.example", "missing": "manca.@centro.example", "disabled": "disabled@centro.example"} {
		a := w.browser().post("/accesso", login(email, "password sbagliata"))
		bodies[name] = strings.ReplaceAll(a.body, email, "EMAIL")
	}
	if bodies["existing"] != bodies["missing"] || bodies["existing"] != bodies["disabled"] {
		t.Errorf("answers differ:\n%s", strings.Join([]string{bodies["existing"], bodies["missing"], bodies["disabled"]}, "\n----\n"))
	}
}

// TestEqualWorkS51: nor by the time. What takes time is the hash, so that the
// hashes done and their cost are compared, not the clock.
func TestEqualWorkS51(t *testing.T) {
	w := newTestWeb(t)
	cost := func(phc string) string { return strings.Join(strings.Split(phc, "$")[:4], "$") }
	real := HashPassword(testPassword)
	w.give("expert", real)
	w.give("disabled", real)
	w.disable("disabled")
	w.give("other", "!")
	var costs []string
	w.hasher.check = func(phc, password string) (bool, error) {
		ok, err := verifyPHC(phc, password)
		if err == nil {
			costs = append(costs, cost(phc))
		}
		return ok, err
	}
	want := []string{cost(real)}
	for name, email := range map[string]string{"existing": "expert@centro.example", "missing": "manca@centro.example",
		"disabled": "disabled@centro.example", "without a hash": "other@centro.example", "no address": "",
		"too long": strings.Repeat("a", 300) + "@centro.example"} {
		costs = nil
		w.browser().post("/accesso", login(email, "password sbagliata"))
		if !slices.Equal(costs, want) {
			t.Errorf("%s: hashed %q, want %q", name, costs, want)
		}
	}
}

func TestThrottleS52(t *testing.T) {
	w := newTestWeb(t)
	statuses := map[int]int{}
	for range 8 {
		statuses[w.browser().post("/accesso", login("expert@centro.example", "password sbagliata")).status]++
	}
	if statuses[http.StatusUnprocessableEntity] < 5 || statuses[http.StatusTooManyRequests] == 0 {
		t.Fatalf("eight failures: %v", statuses)
	}
	a := w.browser().post("/accesso", login("expert@centro.example", testPassword))
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "Troppi tentativi") {
		t.Errorf("right password meanwhile: %d", a.status)
	}
	w.pass(20 * time.Minute)
	if a := w.browser().post("/accesso", login("expert@centro.example", testPassword)); a.status != http.StatusSeeOther {
		t.Errorf("after the wait: %d", a.status)
	}
}

// TestKnownDeviceS52: a stranger shuts the account, and its owner still comes in
// from where he came in before; but guesses are counted there too.
func TestKnownDeviceS52(t *testing.T) {
	w := newTestWeb(t)
	known, strange := w.as("expert"), w.browser()
	known.post("/esci", nil)
	attempt := func(c *client, email, password string) int { return c.post("/accesso", login(email, password)).status }
	for range 12 {
		attempt(strange, "expert@centro.example", "password sbagliata")
		attempt(strange, "other@centro.example", "password sbagliata")
	}
	device := known.http.Jar.(*testJar).cookies["device"].Value
	for what, value := range map[string]string{"none": "", "invented": "aaaa.bbbb", "of another program": device[:len(device)-4] + "aaaa", "cut": device[:30]} {
		c := w.browser()
		c.http.Jar.SetCookies(nil, []*http.Cookie{{Name: "device", Value: value}})
		if got := attempt(c, "expert@centro.example", testPassword); got != http.StatusTooManyRequests {
			t.Errorf("device %s: %d", what, got)
		}
	}
	if got := attempt(known, "other@centro.example", testPassword); got != http.StatusTooManyRequests {
		t.Errorf("the device of one opens another's account: %d", got)
	}
	for range 3 {
		attempt(known, "expert@centro.example", "password sbagliata")
	}
	if got := attempt(known, "expert@centro.example", testPassword); got != http.StatusSeeOther {
		t.Errorf("the owner on his device: %d", got)
	}
	known.post("/esci", nil)
	for range 7 {
		attempt(known, "expert@centro.example", "password sbagliata")
	}
	if got := attempt(known, "expert@centro.example", testPassword); got != http.StatusTooManyRequests {
		t.Errorf("after seven failures on the device: %d", got)
	}
}

func TestSessionEnds(t *testing.T) {
	w := newTestWeb(t)
	for _, row := range []struct {
		name  string
		do    func(*client)
		alive bool
	}{
		{"at once: alive", func(*client) {}, true},
		{"29 minutes without a click: alive", func(*client) { w.pass(29 * time.Minute) }, true},
		{"31 minutes without a click", func(*client) { w.pass(31 * time.Minute) }, false},
		{"a click every 20 minutes: alive", func(c *client) {
			for range 3 {
				w.pass(20 * time.Minute)
				c.get("/profilo")
			}
		}, true},
		{"only a page that polls (S-63)", func(c *client) {
			for range 2 {
				w.pass(20 * time.Minute)
				c.do(http.MethodHead, eventsPath, nil, nil)
			}
		}, false},
		{"logged out", func(c *client) { c.post("/esci", nil) }, false},
	} {
		c := w.as("expert")
		row.do(c)
		if got := c.get("/profilo").status == http.StatusOK; got != row.alive {
			t.Errorf("%s: alive %v", row.name, got)
		}
	}
}

// TestRightsEndS47S55: what ends a right ends every session at the next request.
func TestRightsEndS47S55(t *testing.T) {
	w := newTestWeb(t)
	admin, victim, own := w.as("admin"), w.as("expert"), w.as("other")
	second := w.as("other")
	path := usersPath + "/" + itoa(w.users["expert"].ID)
	if a := admin.post(path+"/stato", url.Values{"attivo": {"no"}}); a.status != http.StatusSeeOther {
		t.Fatalf("disable: %d %s", a.status, a.body)
	}
	for _, p := range []string{"/quesiti", "/profilo", eventsPath} {
		if a := victim.get(p); a.status != http.StatusSeeOther && a.status != http.StatusUnauthorized {
			t.Errorf("disabled user at %s: %d", p, a.status)
		}
	}
	a := own.post("/profilo/password", url.Values{"attuale": {testPassword}, "nuova": {"un'altra password lunga"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("own password: %d %s", a.status, a.body)
	}
	if a := own.get("/profilo"); a.status != http.StatusOK || !strings.Contains(a.body, "Password cambiata") {
		t.Errorf("own session after the change: %d", a.status)
	}
	if a := second.get("/profilo"); a.status != http.StatusSeeOther {
		t.Errorf("other session after the change: %d", a.status)
	}
	if a := admin.post(usersPath+"/"+itoa(w.users["coordinator"].ID)+"/ruolo", url.Values{"ruolo": {"x"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("unknown role: %d", a.status)
	}
}

// TestFixationS54: a token set before log-in is not the token after it.
func TestFixationS54(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	before := c.http.Jar.(*testJar).cookies["sid"].Value
	a := c.post("/accesso", login("other@centro.example", testPassword))
	after := c.http.Jar.(*testJar).cookies["sid"].Value
	if a.status != http.StatusSeeOther || before == after {
		t.Fatalf("%d: token %s stayed", a.status, before)
	}
	old := w.browser()
	old.http.Jar.SetCookies(nil, []*http.Cookie{{Name: "sid", Value: before}})
	if a := old.get("/profilo"); a.status != http.StatusSeeOther {
		t.Errorf("the old token still opens: %d", a.status)
	}
}

func TestLoginLink(t *testing.T) {
	if link := newTestWeb(t).LoginLink(1); link != "" {
		t.Fatalf("a link outside the demo: %s", link)
	}
	w := newTestWebWith(t, Config{Demo: true})
	path := strings.TrimPrefix(w.LoginLink(w.users["expert"].ID), "http://localhost")
	c := w.browser()
	for range 2 { // GET never uses it up
		if a := c.get(path); a.status != http.StatusOK || !strings.Contains(a.body, "Persona expert") {
			t.Fatalf("page of the link: %d", a.status)
		}
	}
	if a := c.get("/profilo"); a.status != http.StatusSeeOther {
		t.Fatalf("GET signed in: %d", a.status)
	}
	if a := c.post(path, nil); a.status != http.StatusSeeOther {
		t.Fatalf("button: %d", a.status)
	}
	if a := c.get("/profilo"); a.status != http.StatusOK {
		t.Errorf("after the button: %d", a.status)
	}
	if a := w.browser().post(path, nil); a.status != http.StatusNotFound {
		t.Errorf("the second time: %d", a.status)
	}
}

func TestReturnAfterLogin(t *testing.T) {
	w := newTestWeb(t)
	a := w.browser().get("/quesiti/2026-000001?x=1")
	if a.status != http.StatusSeeOther || a.location() != "/accesso?ritorno=%2Fquesiti%2F2026-000001%3Fx%3D1" {
		t.Fatalf("%d %s", a.status, a.location())
	}
	form := login("expert@centro.example", testPassword)
	for ritorno, want := range map[string]string{"/profilo": "/profilo", "//evil.example": "/quesiti", "https://evil.example": "/quesiti"} {
		form.Set("ritorno", ritorno)
		if a := w.browser().post("/accesso", form); a.location() != want {
			t.Errorf("%s: %s, want %s", ritorno, a.location(), want)
		}
	}
}

// TestThrottleOfManyAtOnce: what fails while others wait for their turn counts
// before they are looked at.
func TestThrottleOfManyAtOnce(t *testing.T) {
	w := newTestWeb(t)
	statuses := make(chan int)
	const tries = 16
	for range tries {
		go func() {
			form := login("expert@centro.example", "password sbagliata").Encode()
			r := httptest.NewRequest(http.MethodPost, "http://localhost/accesso", strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer := httptest.NewRecorder()
			w.Handler().ServeHTTP(answer, r)
			statuses <- answer.Code
		}()
	}
	looked := 0
	for range tries {
		if <-statuses == http.StatusUnprocessableEntity {
			looked++
		}
	}
	if looked > 5+hashesAtOnce-1 {
		t.Errorf("%d of %d passwords were looked at, five failures are free", looked, tries)
	}
}
