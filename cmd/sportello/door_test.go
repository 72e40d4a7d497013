package main

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
)

type doorUpload struct {
	kind string
	body bytes.Buffer
}

// doorForm is the form «Scrivi come Comune» as a browser sends it.
func doorForm(t *testing.T, fields map[string]string, file string, data []byte) *doorUpload {
	t.Helper()
	u := &doorUpload{}
	w := multipart.NewWriter(&u.body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("allegato", file)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	u.kind = w.FormDataContentType()
	return u
}

func (b *browser) send(t *testing.T, path string, u *doorUpload) int {
	t.Helper()
	r, err := b.client.Post(b.url+path, u.kind, &u.body)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	io.Copy(io.Discard, r.Body)
	return r.StatusCode
}

// doorLinkTo finds the message in the list of the door.
func doorLinkTo(t *testing.T, page, subject string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(/messaggi/\d+)">` + regexp.QuoteMeta(subject)).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link to %q in the list:\n%s", subject, page)
	}
	return m[1]
}

// checkDoorMessage looks at what the officer sees of the desk's answer.
func checkDoorMessage(t *testing.T, town *browser, link string) {
	t.Helper()
	for path, wants := range map[string][]string{
		link:               {"Ecco che cosa: niente.", "<iframe", "https://guida.example/x", "ragioneria@comune.roncate.pv.example"},
		link + "/html":     {"<strong>niente</strong>", `href="https://guida.example/x"`},
		link + "/sorgente": {"In-Reply-To: <", "References: <", "multipart/alternative"},
		link + "/rispondi": {"Sabrina Necchi Lodola"},
	} {
		status, body, err := town.get(path)
		if err != nil || status != http.StatusOK {
			t.Errorf("%s: %d %v", path, status, err)
		}
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q:\n%s", path, want, body)
			}
		}
	}
}

// newTestDoor is a door over an empty post office.
func newTestDoor(t *testing.T) (*door, *demoPost) {
	t.Helper()
	post, err := openDemoPost(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := openDoor(post, "127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.close(); post.close() })
	return d, post
}

func TestDoorHeadersAndRefusals(t *testing.T) {
	d, post := newTestDoor(t)
	raw := []byte("From: sportello@centro.example\r\nTo: a@comune.example\r\nSubject: <b>prova</b>\r\nContent-Type: text/html\r\n\r\n" +
		"<p onclick=x()>ciao</p><script>alert(1)</script><img src=https://canary.example/a>")
	if _, _, err := post.handOut(demoEnvelope{"sportello@centro.example", []string{"a@comune.example"}}, raw, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		header       http.Header
		status       int
	}{
		{"GET", "/", nil, 200}, {"GET", "/messaggi/1", nil, 200}, {"GET", "/messaggi/1/html", nil, 200},
		{"GET", "/messaggi/1/sorgente", nil, 200}, {"GET", "/messaggi/1/rispondi", nil, 200}, {"GET", "/scrivi", nil, 200},
		{"GET", "/stile.css", nil, 200}, {"GET", "/messaggi/2", nil, 404}, {"GET", "/messaggi/x", nil, 404},
		{"GET", "/messaggi/1/allegati/1", nil, 404}, {"GET", "/altro", nil, 404}, {"POST", "/scrivi", nil, 400},
		{"GET", "/", http.Header{"Host": {"evil.example"}}, 421},
		{"POST", "/scrivi", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(""))
		r.Host = "127.0.0.1:8081"
		for name, v := range c.header {
			r.Header[name] = v
			if name == "Host" {
				r.Host = v[0]
			}
		}
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.status)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if policy == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") == "" {
			t.Errorf("%s %s: headers %v", c.method, c.path, w.Header())
		}
		mail := strings.HasSuffix(c.path, "/html")
		if strings.Contains(policy, "unsafe") != mail || mail && !strings.Contains(policy, "sandbox ") {
			t.Errorf("%s %s: policy %q", c.method, c.path, policy)
		}
		body := w.Body.String()
		if mail && (strings.Contains(body, "script") || strings.Contains(body, "onclick") || strings.Contains(body, "canary")) {
			t.Errorf("mail shown with %s", body)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && strings.Contains(body, "<b>prova") {
			t.Errorf("%s %s: the subject is markup", c.method, c.path)
		}
	}
}

func TestDoorRefusesAndKeepsWhatWasTyped(t *testing.T) {
	d, _ := newTestDoor(t)
	u := doorForm(t, map[string]string{"chi": "3", "via": "pec", "oggetto": "", "testo": "Testo già scritto"}, "", nil)
	r := httptest.NewRequest("POST", "http://127.0.0.1/scrivi", &u.body)
	r.Header.Set("Content-Type", u.kind)
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	for _, want := range []string{"Manca l&#39;oggetto", "Testo già scritto", `value="3" selected`, `value="pec" checked`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d: page lacks %q", w.Code, want)
		}
	}
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
}

func TestDoorWritesCertifiedMail(t *testing.T) {
	d, post := newTestDoor(t)
	for via, box := range map[string]string{"pec": demoPECBox, "mail": demoBox} {
		long := strings.Repeat("parola ", 400)
		u := doorForm(t, map[string]string{"chi": "0", "via": via, "oggetto": "Prova\r\nBcc: x@y.example", "testo": long}, `..\"a\r.pdf`, []byte("%PDF"))
		r := httptest.NewRequest("POST", "http://127.0.0.1/scrivi", &u.body)
		r.Header.Set("Content-Type", u.kind)
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: status %d %s", via, w.Code, w.Body)
		}
		list, err := post.imap.Messages(box, "INBOX")
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %d messages in %s, %v", via, len(list), box, err)
		}
		raw := string(list[0].Raw)
		if got := strings.Contains(raw, "X-Trasporto: posta-certificata"); got != (via == "pec") {
			t.Errorf("%s: envelope %v", via, got)
		}
		if strings.Contains(raw, "\nBcc:") {
			t.Errorf("%s: a header line was smuggled in", via)
		}
	}
}

func TestDoorFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"relazione.pdf": "relazione.pdf", `C:\Documenti\atto.docx`: "atto.docx", "../../etc/passwd": "passwd",
		"a\"b\r\nX: y.pdf": "a'b  X: y.pdf", "": "allegato", "/": "allegato", "è.txt": "è.txt",
	} {
		if got := doorFileName(name); got != want {
			t.Errorf("doorFileName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDoorPages(t *testing.T) {
	d, post := newTestDoor(t)
	for i := range doorPageSize + 3 {
		raw := []byte("From: s@centro.example\r\nTo: a@comune.example\r\nSubject: n. " + strings.Repeat("i", i+1) + "\r\n\r\nciao\r\n")
		if _, isNew, err := post.handOut(demoEnvelope{"s@centro.example", []string{"a@comune.example"}}, raw, time.Now()); err != nil || !isNew {
			t.Fatal(err, isNew)
		}
	}
	body := func(path string) string {
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1"+path, nil))
		return w.Body.String()
	}
	first := body("/")
	if n := strings.Count(first, "href=\"/messaggi/"); n != doorPageSize || !strings.Contains(first, "/?prima=4") {
		t.Errorf("first page: %d messages", n)
	}
	if n := strings.Count(body("/?prima=4"), "href=\"/messaggi/"); n != 3 {
		t.Errorf("second page: %d messages", n)
	}
	again, err := openDemoPost(post.spool.dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if list, _ := again.received(0, 1); len(list) != 1 || list[0].ID != doorPageSize+3 || list[0].Sender != "s@centro.example" {
		t.Errorf("after a restart: %+v", list)
	}
	if _, raw, ok, err := again.message(1); !ok || err != nil || !bytes.Contains(raw, []byte("n. i\r\n")) {
		t.Errorf("message 1 after a restart: %v %v %q", ok, err, raw)
	}
}
