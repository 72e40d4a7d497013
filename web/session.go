package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"sportello/helpdesk"
)

// What a session holds. Nothing is stored before log-in: visitors get no cookie.
const (
	sessionUser  = "user"  // int64
	sessionStamp = "stamp" // see stampOf
	sessionFlash = "flash" // sentence for the next page
)

// newSessions sets up the cookie. Browsers accept the prefix __Host- only with
// Secure, and Safari drops Secure cookies on plain http, so that a desk on
// loopback has a plain one.
func (s *Server) newSessions() *scs.SessionManager {
	// Not scs.New: it starts a goroutine for a store in memory that nobody uses.
	m := &scs.SessionManager{
		Lifetime:         s.config.SessionMax,
		Store:            &sessionStore{desk: s.desk, idle: s.config.SessionIdle, log: s.log},
		Codec:            scs.GobCodec{},
		HashTokenInStore: true,
		Cookie:           scs.SessionCookie{Name: "sid", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
	}
	if s.secure() {
		m.Cookie.Name = "__Host-sid"
		m.Cookie.Secure = true
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.log.ErrorContext(r.Context(), "session", "id", info(r.Context()).id, "error", err)
		s.plainError(http.StatusInternalServerError, "").ServeHTTP(w, r)
	}
	return m
}

// sessionStore keeps sessions through the Desk. It owns the idle time-out: scs
// would write the session anew with every request.
type sessionStore struct {
	desk  Desk
	idle  time.Duration
	log   *slog.Logger
	codec scs.GobCodec
}

// refreshAfter is how much of the idle time must be gone before a click extends it.
const refreshAfter = 30 * time.Second

type (
	passiveKey struct{}
	outerKey   struct{}
)

// FindCtx returns the data of a session and, unless the request is a passive
// one, puts its end off (S-63: a page that polls by itself keeps nobody signed in).
func (st *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	session, err := st.desk.Session(ctx, token)
	if errors.Is(err, helpdesk.ErrNone) || helpdesk.ErrorCode(err) == helpdesk.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	deadline, _, err := st.codec.Decode(session.Data)
	if err != nil {
		return nil, false, nil
	}
	expires := st.desk.Now().Add(min(st.idle, time.Until(deadline)))
	if ctx.Value(passiveKey{}) != nil || expires.Sub(session.Expires) < refreshAfter {
		return session.Data, true, nil
	}
	data := session.Data
	session.Expires = expires
	if err := st.desk.SaveSession(ctx, session); err != nil {
		// A full disk must not keep people from reading.
		st.log.WarnContext(ctx, "session not extended", "error", err)
	}
	return data, true, nil
}

// CommitCtx stores a session. The end is counted on the desk's clock, which in
// the demo is not the machine's.
func (st *sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, values, err := st.codec.Decode(data)
	if err != nil {
		return err
	}
	userID, _ := values[sessionUser].(int64)
	expires := st.desk.Now().Add(min(st.idle, time.Until(expiry)))
	return st.desk.SaveSession(ctx, helpdesk.Session{Token: token, UserID: userID, Data: data, Expires: expires})
}

// DeleteCtx ends a session.
func (st *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return st.desk.DeleteSession(ctx, token)
}

// Find, Commit and Delete complete scs.Store; scs calls those with a context.
func (st *sessionStore) Find(token string) ([]byte, bool, error) {
	return st.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (st *sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return st.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (st *sessionStore) Delete(token string) error { return st.DeleteCtx(context.Background(), token) }

// withSession loads the session of whatever may need one.
func (s *Server) withSession(next http.Handler) http.Handler {
	withSession := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, assetPrefix) || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		ctx := r.Context()
		if r.URL.Path == eventsPath {
			ctx = context.WithValue(ctx, passiveKey{}, true)
		}
		// The stream of events looks again whether the session is still there,
		// and for that it needs a context without the one already loaded.
		ctx = context.WithValue(ctx, outerKey{}, ctx)
		withSession.ServeHTTP(w, r.WithContext(ctx))
	})
}

// stampOf changes with everything that must end a user's sessions, so that a
// session written back by a request under way opens no door.
func stampOf(u helpdesk.User) string {
	sum := sha256.Sum256([]byte(u.PasswordHash + "\x00" + string(u.Role)))
	return hex.EncodeToString(sum[:16])
}

// signedIn returns the user of a context with a session, or false.
func (s *Server) signedIn(ctx context.Context) (helpdesk.User, bool, error) {
	id := s.sessions.GetInt64(ctx, sessionUser)
	if id == 0 {
		return helpdesk.User{}, false, nil
	}
	u, err := s.reads.UserByID(ctx, id)
	if errors.Is(err, helpdesk.ErrNone) || helpdesk.ErrorCode(err) == helpdesk.NotFound {
		return helpdesk.User{}, false, nil
	}
	if err != nil {
		return helpdesk.User{}, false, err
	}
	if !u.Active || s.sessions.GetString(ctx, sessionStamp) != stampOf(u) {
		return helpdesk.User{}, false, nil
	}
	return u, true, nil
}

// signIn begins a session under a new token (S-54).
func (s *Server) signIn(ctx context.Context, u helpdesk.User) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionUser, u.ID)
	s.sessions.Put(ctx, sessionStamp, stampOf(u))
	return nil
}

// stillSignedIn looks into the store again whether the session of a request
// that has been open for long still belongs to its user.
func (s *Server) stillSignedIn(ctx context.Context, u helpdesk.User) bool {
	outer, ok := ctx.Value(outerKey{}).(context.Context)
	if !ok {
		return false
	}
	outer = context.WithValue(outer, passiveKey{}, true)
	fresh, err := s.sessions.Load(outer, s.sessions.Token(ctx))
	if err != nil {
		return false
	}
	now, ok, err := s.signedIn(fresh)
	return err == nil && ok && now.ID == u.ID && now.Role == u.Role
}
