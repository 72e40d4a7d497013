package web

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2"

	"sportello/helpdesk"
)

// oneSession is a desk with one session, and reads with its user.
type oneSession struct {
	Desk
	Reads
	session helpdesk.Session
	user    helpdesk.User
}

func (o *oneSession) Now() time.Time { return time.Now() }

func (o *oneSession) Session(context.Context, string) (helpdesk.Session, error) {
	return o.session, nil
}

func (o *oneSession) UserByID(context.Context, int64) (helpdesk.User, error) { return o.user, nil }

// flushed is a connection that takes all that is written.
type flushed struct {
	*httptest.ResponseRecorder
	flushes int
}

func (f *flushed) Flush() { f.flushes++ }

// TestEventsKeepAlive: proxies close what is silent; a comment every 15
// seconds keeps the stream, and each is flushed.
func TestEventsKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &oneSession{user: helpdesk.User{ID: 1, Role: helpdesk.RoleExpert, Active: true}}
		data, err := scs.GobCodec{}.Encode(time.Now().Add(time.Hour), map[string]any{sessionUser: int64(1), sessionStamp: stampOf(o.user)})
		if err != nil {
			t.Fatal(err)
		}
		o.session = helpdesk.Session{UserID: 1, Data: data, Expires: time.Now().Add(time.Hour)}
		s := &Server{desk: o, reads: o, config: withDefaults(Config{}), closing: make(chan struct{})}
		s.base = &url.URL{Scheme: "http", Host: "localhost"}
		s.sessions = s.newSessions()
		outer, cancel := context.WithCancel(t.Context())
		ctx, err := s.sessions.Load(context.WithValue(outer, outerKey{}, outer), "token")
		if err != nil {
			t.Fatal(err)
		}
		w := &flushed{ResponseRecorder: httptest.NewRecorder()}
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.follow(ctx, o.user, &eventStream{w: w, controller: http.NewResponseController(w)}, nil)
		}()
		time.Sleep(time.Minute + time.Second) // of the bubble's clock
		cancel()
		<-done
		if n := strings.Count(w.Body.String(), ": vivo\n\n"); n != 4 || w.flushes != 4 || !bytes.HasPrefix(w.Body.Bytes(), []byte(": vivo")) {
			t.Errorf("in a minute: %d comments, %d flushes: %q", n, w.flushes, w.Body)
		}
	})
}
