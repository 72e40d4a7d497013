package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/mailbox/mime"
	"sportello/store"
)

// testWeb is the server over a real desk on a real store, with a clock that
// stands still unless it is moved.
type testWeb struct {
	*Server
	t     *testing.T
	desk  *helpdesk.Desk
	store *store.Store
	url   string
	log   *lockedBuffer
	box   helpdesk.Mailbox
	users map[string]helpdesk.User // admin, coordinator, expert, other, observer, disabled
	uid   uint32

	mu  sync.Mutex
	now time.Time
}

const testPassword = "quattro parole a caso"

// cheapHash is a PHC string that costs nothing to check; what a password costs
// is tested where passwords are.
func cheapHash(password string) string {
	salt := []byte("salt")
	key := argon2.IDKey([]byte(password), salt, 1, 64, 1, 16)
	return "$argon2id$v=19$m=64,t=1,p=1$" + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key)
}

// testOriginals reads mail as cmd/sportello does.
type testOriginals struct{}

func (testOriginals) Original(_ context.Context, raw []byte) (string, string, map[string]Inline, error) {
	m := mime.Read(raw)
	inline := map[string]Inline{}
	for _, p := range m.Attachments() {
		if p.ContentID != "" {
			inline[p.ContentID] = Inline{Type: p.Type, Data: p.Body}
		}
	}
	return m.HTML(), m.Text(), inline, nil
}

func newTestWeb(t *testing.T) *testWeb {
	t.Helper()
	return newTestWebWith(t, Config{})
}

func newTestWebWith(t *testing.T, config Config) *testWeb {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir, store.Options{Synchronous: "OFF", Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w := &testWeb{t: t, store: s, log: &lockedBuffer{}, users: map[string]helpdesk.User{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	settings := helpdesk.Settings{Product: "Sportello PNRR", Centre: "Centro di Competenza PNRR", AnswerHours: 16, GraceDays: 30, CloseDays: 10, Automatic: true, Location: rome}
	w.desk = helpdesk.New(s, mailbox.Composer{}, store.NewMark(dir), settings, helpdesk.WithClock(w.clock))
	boxes, err := w.desk.Start(t.Context(), []helpdesk.Mailbox{{Name: "Sportello PNRR", Address: "sportello@centro.example", Kind: helpdesk.MailboxOrdinary}})
	if err != nil {
		t.Fatal(err)
	}
	w.box = boxes[0]
	w.addUsers()
	config.Product, config.Centre = settings.Product, settings.Centre
	if config.BaseURL == "" {
		config.BaseURL = "http://localhost"
	}
	w.serve(config)
	return w
}

func (w *testWeb) serve(config Config) {
	files := func(ctx context.Context, id int64) (io.ReadSeeker, error) { return w.store.OpenBlob(ctx, id) }
	server, err := New(Options{Desk: w.desk, Reads: w.store, Files: files, Originals: testOriginals{}, Config: config,
		Logger: slog.New(slog.NewJSONHandler(w.log, nil))})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Server = server
	web := httptest.NewServer(server.Handler())
	w.t.Cleanup(web.Close)
	w.t.Cleanup(server.Close)
	w.url = web.URL
}

// lockedBuffer lets requests log side by side.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (w *testWeb) logged() string {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return w.log.buf.String()
}

// lastLogged is the id of the last line with a message, "" if there is none.
func (w *testWeb) lastLogged(message string) (id string) {
	for line := range strings.Lines(w.logged()) {
		var l struct{ Msg, ID string }
		if json.Unmarshal([]byte(line), &l) == nil && l.Msg == message {
			id = l.ID
		}
	}
	return id
}

// helpdeskMissing is the number of no ticket.
var helpdeskMissing = helpdesk.NewNumber(2026, 999999)

func (w *testWeb) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *testWeb) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *testWeb) addUsers() {
	w.t.Helper()
	for key, role := range map[string]helpdesk.Role{
		"admin": helpdesk.RoleAdmin, "coordinator": helpdesk.RoleCoordinator, "expert": helpdesk.RoleExpert,
		"other": helpdesk.RoleExpert, "observer": helpdesk.RoleObserver, "disabled": helpdesk.RoleExpert,
	} {
		f := helpdesk.UserForm{Email: key + "@centro.example", Name: "Persona " + key, Role: role, PasswordHash: cheapHash(testPassword), Active: true}
		id, err := w.desk.AddUser(w.t.Context(), helpdesk.User{}, f)
		if err != nil {
			w.t.Fatal(err)
		}
		w.users[key] = w.user(id)
	}
}

func (w *testWeb) user(id int64) helpdesk.User {
	w.t.Helper()
	u, err := w.store.UserByID(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// disable switches a user off, as an administrator at the command line does.
// give sets the hash of a user's password.
func (w *testWeb) give(key, hash string) {
	w.t.Helper()
	u := w.users[key]
	f := helpdesk.UserForm{Email: u.Email, Name: u.Name, Role: u.Role, Active: true, PasswordHash: hash}
	if err := w.desk.ChangeUser(w.t.Context(), helpdesk.User{}, u.ID, f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *testWeb) disable(key string) {
	w.t.Helper()
	u := w.users[key]
	f := helpdesk.UserForm{Email: u.Email, Name: u.Name, Role: u.Role, Active: false}
	if err := w.desk.ChangeUser(w.t.Context(), helpdesk.User{}, u.ID, f); err != nil {
		w.t.Fatal(err)
	}
}

// keep stores a mail as the poller does.
func (w *testWeb) keep(data []byte) {
	w.t.Helper()
	ctx := w.t.Context()
	view, err := w.desk.OpenBox(ctx, w.box.ID, "INBOX", 1, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	w.uid++
	err = w.desk.Keep(ctx, helpdesk.Arrival{BoxID: view.Box.ID, MailboxID: w.box.ID, UIDValidity: 1, UID: w.uid,
		InternalDate: w.clock(), Size: int64(len(data)), Raw: helpdesk.NewBlob(data), HeaderHash: []byte(fmt.Sprint(w.uid))})
	if err != nil {
		w.t.Fatal(err)
	}
}

// receive takes a mail in and returns the ticket it is on.
func (w *testWeb) receive(raw string) helpdesk.Number {
	w.t.Helper()
	data := []byte(strings.ReplaceAll(raw, "\n", "\r\n"))
	w.keep(data)
	var number helpdesk.Number
	var pending []helpdesk.RawMessage
	w.view(func(tx helpdesk.ReadTx) (err error) { pending, err = tx.PendingRaw(w.clock(), 1); return err })
	in := mailbox.Reader{}.Read(data, false)
	in.Raw, in.Size = pending[0], int64(len(data))
	if err := w.desk.Receive(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
	w.view(func(tx helpdesk.ReadTx) error {
		found, err := tx.MessagesByID([]string{in.MessageID})
		if err != nil || len(found) == 0 {
			return fmt.Errorf("message %s: %w", in.MessageID, err)
		}
		ticket, err := tx.TicketByID(found[0].TicketID)
		number = ticket.Number
		return err
	})
	return number
}

func (w *testWeb) view(fn func(helpdesk.ReadTx) error) {
	w.t.Helper()
	if err := w.store.View(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *testWeb) ticket(n helpdesk.Number) helpdesk.TicketView {
	w.t.Helper()
	v, err := w.store.Ticket(w.t.Context(), n, w.users["expert"].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// question is a mail of a town with an attachment and an inline image.
func question(id, subject, text string) string {
	return "From: Carla Villa <carla.villa@comune.valcerva.example>\nTo: sportello@centro.example\n" +
		"Subject: " + subject + "\nMessage-ID: <" + id + "@comune.valcerva.example>\n" +
		"Date: Tue, 24 Nov 2026 09:50:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: text/html; charset=utf-8\n\n<p>" + text + "</p><script>alert(1)</script><img src=\"https://canary.example/x.png\"><img src=\"cid:logo\" alt=\"stemma\">\n" +
		"--b\nContent-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\nxxxx")) + "\n" +
		"--b\nContent-Type: image/svg+xml\nContent-Disposition: attachment; filename*=utf-8''piano%20citt%C3%A0.svg\n\n<svg onload=\"alert(1)\"/>\n--b--\n"
}

// client is one browser.
type client struct {
	w    *testWeb
	http *http.Client
}

// browser is a visitor who has not signed in.
func (w *testWeb) browser() *client {
	jar := &testJar{cookies: map[string]*http.Cookie{}}
	return &client{w: w, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// testJar keeps cookies for any host, Secure or not.
type testJar struct {
	mu      sync.Mutex
	cookies map[string]*http.Cookie
}

func (j *testJar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(j.cookies, c.Name)
			continue
		}
		j.cookies[c.Name] = c
	}
}

func (j *testJar) Cookies(*url.URL) (list []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.cookies {
		list = append(list, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return list
}

// as is a browser in which a user has signed in; "anonymous" nobody.
func (w *testWeb) as(key string) *client {
	w.t.Helper()
	c := w.browser()
	if key == "anonymous" {
		return c
	}
	a := c.post("/accesso", url.Values{"email": {w.users[key].Email}, "password": {testPassword}})
	if a.status != http.StatusSeeOther {
		w.t.Fatalf("log in as %s: %d %s", key, a.status, a.body)
	}
	return c
}

// answer is a response read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

// cookie is the Set-Cookie line of a cookie, "" if it was not set.
func (a answer) cookie(name string) string {
	for _, line := range a.header["Set-Cookie"] {
		if strings.HasPrefix(line, name+"=") {
			return line
		}
	}
	return ""
}

func (a answer) location() string { return a.header.Get("Location") }

// field is the value of a hidden field of the page.
func (a answer) field(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}

func (c *client) do(method, path string, body io.Reader, header http.Header) answer {
	c.w.t.Helper()
	r, err := http.NewRequestWithContext(c.w.t.Context(), method, c.w.url+path, body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	for k, v := range header {
		r.Header[k] = v
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.w.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(data)}
}

func (c *client) get(path string) answer { return c.do(http.MethodGet, path, nil, nil) }

func (c *client) post(path string, form url.Values) answer {
	return c.do(http.MethodPost, path, strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// upload posts a form with files.
func (c *client) upload(path string, form url.Values, files map[string]string) answer {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, values := range form {
		for _, v := range values {
			_ = m.WriteField(k, v)
		}
	}
	for name, data := range files {
		f, err := m.CreateFormFile("allegati", name)
		if err != nil {
			c.w.t.Fatal(err)
		}
		_, _ = io.WriteString(f, data)
	}
	_ = m.Close()
	return c.do(http.MethodPost, path, &body, http.Header{"Content-Type": {m.FormDataContentType()}})
}

func itoa(n int64) string { return fmt.Sprint(n) }
