package mailbox

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// issuer is a token server in memory: it numbers its tokens, and notes what it
// was asked.
type issuer struct {
	mu       sync.Mutex
	asked    int
	life     time.Duration
	answer   func(n int) (int, string) // instead of a token; 0: a token
	delay    time.Duration
	refused  map[string]bool // by the mail servers
	loggedIn []string        // tokens with which somebody got in
	tries    int             // log-ins tried
}

func newIssuer() *issuer { return &issuer{life: time.Hour, refused: map[string]bool{}} }

// RoundTrip makes it an http.Client's transport, inside a synctest bubble.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	i.ServeHTTP(rec, r)
	return rec.Result(), nil
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.asked++
	n, life, delay := i.asked, i.life, i.delay
	i.mu.Unlock()
	time.Sleep(delay)
	w.Header().Set("Content-Type", "application/json")
	if i.answer != nil {
		if code, body := i.answer(n); code != 0 {
			w.WriteHeader(code)
			io.WriteString(w, body)
			return
		}
	}
	fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":%d}`, n, int(life.Seconds()))
}

func (i *issuer) questions() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

func (i *issuer) logins() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.tries
}

func (i *issuer) refuse(token string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.refused[token] = true
}

// admit is what a mail server asks: whether the token is good for the user.
func (i *issuer) admit(response []byte) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tries++
	token, ok := strings.CutPrefix(string(response), "user=desk\x01auth=Bearer ")
	token = strings.TrimSuffix(token, "\x01\x01")
	if !ok || i.refused[token] || i.refused["*"] {
		return false
	}
	i.loggedIn = append(i.loggedIn, token)
	return true
}

func (i *issuer) config() OAuthConfig {
	return OAuthConfig{
		TokenURL: "https://login.example/token", ClientID: "app", Scope: "https://outlook.office365.com/.default",
		Secret: "s3cr3t-of-app", HTTP: &http.Client{Transport: i},
	}
}

// xoauthServer is the server's side of the exchange. A refusal is first said
// in JSON, to which an answer is due.
type xoauthServer struct {
	issuer *issuer
	json   bool
	no     error // how a refusal ends
	done   func()
}

func (s *xoauthServer) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil:
		return []byte{}, false, nil
	case s.issuer.admit(response):
		s.done()
		return nil, true, nil
	case s.json:
		s.json = false
		return []byte(`{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`), false, nil
	}
	return nil, true, s.no
}

// tokenIMAP is an IMAP server that takes nothing but tokens.
func tokenIMAP(t *testing.T, i *issuer, inJSON bool, letters ...string) *imapserver.Server {
	t.Helper()
	user := imapmemserver.NewUser("desk", "")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if _, err := user.Append("INBOX", literal{strings.NewReader(l)}, &imap.AppendOptions{Time: day}); err != nil {
			t.Fatal(err)
		}
	}
	return imapserver.New(&imapserver.Options{
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &tokenSession{user: user, issuer: i, json: inJSON}, nil, nil
		},
	})
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

type tokenSession struct {
	*imapmemserver.UserSession // nil before the log-in
	user                       *imapmemserver.User
	issuer                     *issuer
	json                       bool
}

var _ imapserver.SessionSASL = (*tokenSession)(nil)

func (s *tokenSession) Login(string, string) error       { return imapserver.ErrAuthFailed }
func (s *tokenSession) AuthenticateMechanisms() []string { return []string{mechXOAuth2} }
func (s *tokenSession) Authenticate(string) (sasl.Server, error) {
	return &xoauthServer{s.issuer, s.json, imapserver.ErrAuthFailed, func() { s.UserSession = imapmemserver.NewUserSession(s.user) }}, nil
}

// tokenSMTP is an SMTP server that takes nothing but tokens.
func tokenSMTP(i *issuer, inJSON bool, refusal *smtp.SMTPError) *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &tokenSMTPSession{issuer: i, json: inJSON, refusal: refusal}, nil
	}))
	s.AllowInsecureAuth, s.ErrorLog = true, log.New(io.Discard, "", 0)
	return s
}

type tokenSMTPSession struct {
	issuer  *issuer
	json    bool
	refusal *smtp.SMTPError
	in      bool
}

func (s *tokenSMTPSession) AuthMechanisms() []string { return []string{mechXOAuth2} }
func (s *tokenSMTPSession) Auth(string) (sasl.Server, error) {
	if s.refusal != nil {
		return nil, s.refusal
	}
	return &xoauthServer{s.issuer, s.json, smtp.ErrAuthFailed, func() { s.in = true }}, nil
}

func (s *tokenSMTPSession) Mail(string, *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (s *tokenSMTPSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *tokenSMTPSession) Data(r io.Reader) error               { _, err := io.Copy(io.Discard, r); return err }
func (s *tokenSMTPSession) Reset()                               {}
func (s *tokenSMTPSession) Logout() error                        { return nil }
