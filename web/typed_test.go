package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestTypedTextComesBack: whatever ends a form, what was typed is on the page.
func TestTypedTextComesBack(t *testing.T) {
	w := newTestWebWith(t, Config{MaxUpload: 1 << 20})
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	page := c.get(ticketPath(n))
	const text = "Gentile <dott.ssa> Villa, \"ecco\""
	const shown = "Gentile &lt;dott.ssa&gt; Villa, &#34;ecco&#34;</textarea>"
	over := answerForm(page, url.Values{"testo": {text}})
	for _, row := range []struct {
		name   string
		send   func() answer
		status int
		says   string
	}{
		{"files beyond the limit of the request", func() answer { return c.uploadInOrder(ticketPath(n)+"/risposte", over, 3<<20) }, 413, "il limite di 1,0 MB in tutto"},
		{"signed out, with files", func() answer { return w.browser().uploadInOrder(ticketPath(n)+"/risposte", over, 1<<10) }, 401, "La sessione è scaduta"},
		{"signed out, without", func() answer { return w.browser().post("/quesiti/nuovo", url.Values{"testo": {text}}) }, 401, `target="_blank"`},
		{"not there", func() answer { return c.upload("/quesiti/2026-999999/risposte", over, nil) }, 404, "non esiste"},
	} {
		a := row.send()
		if a.status != row.status || !strings.Contains(a.body, row.says) || !strings.Contains(a.body, shown) {
			t.Errorf("%s: %d, says so %v, text kept %v", row.name, a.status, strings.Contains(a.body, row.says), strings.Contains(a.body, shown))
		}
	}
	if a := w.browser().post("/accesso", url.Values{"email": {"x"}, "password": {testPassword}}); strings.Contains(a.body, testPassword) {
		t.Error("a password comes back")
	}
	if i, j := strings.Index(page.body, `name="testo"`), strings.Index(page.body, `name="allegati"`); i < 0 || j < i {
		t.Error("the files are sent before the text")
	}
}

// uploadInOrder sends the text before a file, as the page's form does.
func (c *client) uploadInOrder(path string, form url.Values, size int) answer {
	var b strings.Builder
	for k, v := range form {
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + k + "\"\r\n\r\n" + v[0] + "\r\n")
	}
	b.WriteString("--x\r\nContent-Disposition: form-data; name=\"allegati\"; filename=\"a.pdf\"\r\n\r\n" + strings.Repeat("x", size) + "\r\n--x--\r\n")
	return c.do(http.MethodPost, path, strings.NewReader(b.String()), http.Header{"Content-Type": {"multipart/form-data; boundary=x"}})
}

// deadlines records those that a handler sets.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = t; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }

// TestSlowUploadIsAnswered: the time to answer begins when the files are here.
func TestSlowUploadIsAnswered(t *testing.T) {
	w := newTestWeb(t)
	n := w.receive(question("q1", "Asilo nido", "Domanda"))
	c := w.as("expert")
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+ticketPath(n)+"/risposte", strings.NewReader("testo=x&azione=anteprima"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, cookie := range c.http.Jar.Cookies(nil) {
		r.AddCookie(cookie)
	}
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	w.Handler().ServeHTTP(d, r)
	if d.Code != http.StatusOK || d.read.IsZero() || d.write.Sub(d.read).Round(time.Second) != writeTimeout {
		t.Errorf("%d: to read until %v, to write until %v", d.Code, d.read, d.write)
	}
}
