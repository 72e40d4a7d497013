package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// checkHeaders holds an answer against the set that every answer has.
func checkHeaders(t *testing.T, what string, a answer, policy string) {
	t.Helper()
	want := map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
		"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
	}
	for name, value := range want {
		if got := a.header.Get(name); got != value {
			t.Errorf("%s (%d): %s is %q, want %q", what, a.status, name, got, value)
		}
	}
	if got := a.header.Get("Referrer-Policy"); got != "same-origin" && got != "no-referrer" {
		t.Errorf("%s (%d): Referrer-Policy is %q", what, a.status, got)
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && !strings.HasPrefix(a.header.Get("Cache-Control"), "no-store") {
		t.Errorf("%s (%d): Cache-Control is %q", what, a.status, a.header.Get("Cache-Control"))
	}
	if a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "" {
		t.Errorf("%s: names what answers", what)
	}
}

// policyOf is the policy that an answer must have: mail and files have their own.
func policyOf(path string, status int) string {
	answered := status != http.StatusSeeOther && status != http.StatusMethodNotAllowed && status != http.StatusMisdirectedRequest
	if strings.HasSuffix(path, "/originale") && answered {
		return MailPolicy
	}
	if status != http.StatusOK {
		return pagePolicy
	}
	switch {
	case strings.HasSuffix(path, "/eml"), strings.HasPrefix(path, "/allegati"):
		return FilePolicy
	}
	return pagePolicy
}

// TestHeadersS19: every route under every status that it can be brought to.
func TestHeadersS19(t *testing.T) {
	w := newTestWebWith(t, Config{BaseURL: "https://sportello.example", Demo: true})
	host := func(extra http.Header) http.Header {
		h := http.Header{"Host": {"sportello.example"}, "Content-Type": {"application/x-www-form-urlencoded"}}
		for k, v := range extra {
			h[k] = v
		}
		return h
	}
	o := w.fixture()
	seen := map[int]int{}
	for _, role := range []string{"admin", "observer", "anonymous"} {
		c := w.browser()
		if role != "anonymous" {
			c.do(http.MethodPost, "/accesso", strings.NewReader(login(w.users[role].Email, testPassword).Encode()), host(nil))
		}
		for _, r := range routes {
			for _, path := range []string{o.fill(r.path), objects{ticket: helpdeskMissing}.fill(r.path)} {
				if r.path == "/esci" && role != "anonymous" {
					continue
				}
				for _, method := range []string{r.method, http.MethodHead, http.MethodDelete} {
					for _, extra := range []http.Header{nil, {"Hx-Request": {"true"}}, {"Host": {"evil.example"}}, {"Sec-Fetch-Site": {"cross-site"}}, {"Accept-Encoding": {"gzip"}}} {
						if r.path == eventsPath && method == http.MethodGet && role == "admin" && extra.Get("Host") == "" {
							continue // a stream: TestEvents
						}
						if method != r.method && extra != nil {
							continue
						}
						a := c.do(method, path, nil, host(extra))
						checkHeaders(t, fmt.Sprintf("%s %s as %s with %v", method, path, role, extra), a, policyOf(path, a.status))
						seen[a.status]++
					}
				}
			}
		}
		for _, path := range []string{"/manca", "/quesiti/", "/debug/pprof", "/metrics", AssetPath("app.css"), "/s/manca.css"} {
			a := c.do(http.MethodGet, path, nil, host(nil))
			checkHeaders(t, path, a, pagePolicy)
		}
	}
	for _, status := range []int{200, 204, 303, 401, 403, 404, 405, 421, 422} {
		if seen[status] == 0 {
			t.Errorf("no answer with %d was looked at: %v", status, seen)
		}
	}
}

func TestPanicIs500WithCode(t *testing.T) {
	w := newTestWeb(t)
	w.originals = nil // a nil interface: the page panics when it calls it
	o := w.fixture()
	a := w.as("expert").get("/messaggi/" + itoa(o.message) + "/originale")
	if a.status != http.StatusInternalServerError || a.header.Get("Content-Security-Policy") != pagePolicy {
		t.Fatalf("%d %v", a.status, a.header)
	}
	code := w.lastLogged("panic")
	if code == "" || !strings.Contains(a.body, code) {
		t.Errorf("the code %q of the log is not on the page", code)
	}
	if strings.Contains(a.body, "nil pointer") || strings.Contains(a.body, ".go:") {
		t.Error("the page shows what broke")
	}
}

// TestHostS50S89: only our own name is answered to, and links never take another's.
func TestHostS50S89(t *testing.T) {
	secure := newTestWebWith(t, Config{BaseURL: "https://sportello.example"})
	plain := newTestWebWith(t, Config{BaseURL: "http://127.0.0.1:8080"})
	for _, row := range []struct {
		name string
		w    *testWeb
		host string
		ok   bool
	}{
		{"ours", secure, "sportello.example", true}, {"in capitals", secure, "SPORTELLO.example", true}, {"with the port", secure, "sportello.example:443", true},
		{"foreign", secure, "evil.example", false}, {"a prefix", secure, "sportello.example.evil.example", false}, {"another port", secure, "sportello.example:8443", false},
		{"loopback over TLS", secure, "localhost", false}, {"user", secure, "sportello.example@evil.example", false},
		{"listener", plain, "127.0.0.1:8080", true}, {"loopback by name", plain, "localhost:9999", true}, {"IPv6", plain, "[::1]:8080", true},
		{"rebinding", plain, "evil.example:8080", false}, {"like loopback", plain, "localhost.evil.example", false}, {"other address", plain, "192.0.2.1", false},
	} {
		c := row.w.browser()
		a := c.do(http.MethodGet, "/accesso", nil, http.Header{"Host": {row.host}, "X-Forwarded-Host": {"evil.example"}, "Forwarded": {"host=evil.example"}})
		if want := map[bool]int{true: 200, false: 421}[row.ok]; a.status != want {
			t.Errorf("%s %s: %d, want %d", row.name, row.host, a.status, want)
		}
		if strings.Contains(a.body, "evil.example") || strings.Contains(a.location(), "evil.example") {
			t.Errorf("%s: the page repeats a foreign name", row.name)
		}
	}
	if a := secure.browser().do(http.MethodGet, "/healthz", nil, http.Header{"Host": {"127.0.0.1:8080"}}); a.status != http.StatusOK || a.body != "ok\n" {
		t.Errorf("health on loopback: %d %q", a.status, a.body)
	}
}

// TestLogNamesNobodyS56S70: what strangers and users write is in no log line.
func TestLogNamesNobodyS56S70(t *testing.T) {
	w := newTestWeb(t)
	c := w.as("expert")
	c.get("/quesiti?q=canarino-cercato")
	c.get("/canarino-percorso%0a%1b[31m")
	c.do("CANARINO", "/quesiti", nil, http.Header{"User-Agent": {"canarino-agente"}, "X-Forwarded-For": {"192.0.2.77"}})
	c.post("/accesso", login("canarino@centro.example", "canarino-password-lunga"))
	log := w.logged()
	for _, canary := range []string{"canarino", "CANARINO", "192.0.2.77", "centro.example", testPassword, "\x1b"} {
		if strings.Contains(log, canary) {
			t.Errorf("%q is in the log", canary)
		}
	}
	for _, cookie := range c.http.Jar.Cookies(nil) {
		if strings.Contains(log, cookie.Value) {
			t.Error("the session is in the log")
		}
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "{") || !strings.HasSuffix(line, "}\n") {
			t.Errorf("a line that is no JSON: %q", line)
		}
	}
}

// TestForwardedS48: who has not been named a proxy cannot say where he comes from.
func TestForwardedS48(t *testing.T) {
	w := newTestWeb(t)
	try := func(i int) int {
		form := login(fmt.Sprintf("nessuno%d@centro.example", i), "password sbagliata").Encode()
		r := httptest.NewRequest(http.MethodPost, "http://localhost/accesso", strings.NewReader(form))
		r.RemoteAddr = "203.0.113.9:1234"
		r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"},
			"X-Forwarded-For": {fmt.Sprintf("192.0.2.%d", i)}, "X-Real-Ip": {fmt.Sprintf("198.51.100.%d", i)}}
		a := httptest.NewRecorder()
		w.Handler().ServeHTTP(a, r)
		return a.Code
	}
	statuses := map[int]int{}
	for i := range 48 { // the last waits are minutes: however slow the machine, some tries fall into them
		statuses[try(i)]++
	}
	if statuses[http.StatusTooManyRequests] == 0 {
		t.Errorf("48 failures behind invented addresses: %v", statuses)
	}
	for _, name := range []string{"X-Remote-User", "X-Forwarded-User", "X-On-Behalf-Of"} {
		if a := w.browser().do(http.MethodGet, "/profilo", nil, http.Header{name: {"admin@centro.example"}}); a.status != http.StatusSeeOther {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}
