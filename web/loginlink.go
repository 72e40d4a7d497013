package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// loginLinks are the one-use doors of the demo. They live in memory only and
// end with the program.
type loginLinks struct {
	mu    sync.Mutex
	users map[string]int64
}

func newLoginLinks() *loginLinks { return &loginLinks{users: map[string]int64{}} }

func (l *loginLinks) add(userID int64) (code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	code = rand.Text() + rand.Text()
	l.users[code] = userID
	return code
}

func (l *loginLinks) find(code string) (userID int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	userID, ok = l.users[code]
	return userID, ok
}

func (l *loginLinks) use(code string) (userID int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	userID, ok = l.users[code]
	delete(l.users, code)
	return userID, ok
}

// LoginLink returns an address that signs a user in once, without a password;
// "" unless this is a demo.
func (s *Server) LoginLink(userID int64) string {
	if !s.config.Demo {
		return ""
	}
	return s.base.JoinPath("accesso", "prova", s.links.add(userID)).String()
}

// showLoginLink shows a button: what opens links by itself (mail scanners, the
// browser's preview) must not use them up.
func (s *Server) showLoginLink(c *gin.Context, _ helpdesk.User) error {
	id, ok := s.links.find(c.Param("codice"))
	if !ok {
		return errUsedLink
	}
	u, err := s.reads.UserByID(c.Request.Context(), id)
	if err != nil {
		return fmt.Errorf("log-in link: %w", err)
	}
	p := loginLinkPage{page: s.publicFrame(), Name: u.Name, Role: string(u.Role), Code: c.Param("codice")}
	p.Title = "Accesso di prova"
	return s.page(c, http.StatusOK, "accesso_prova", p)
}

func (s *Server) useLoginLink(c *gin.Context, _ helpdesk.User) error {
	id, ok := s.links.use(c.Param("codice"))
	if !ok {
		return errUsedLink
	}
	ctx := c.Request.Context()
	u, err := s.reads.UserByID(ctx, id)
	if err != nil {
		return fmt.Errorf("log-in link: %w", err)
	}
	if !u.Active {
		return errUsedLink
	}
	if err := s.signIn(ctx, u); err != nil {
		return fmt.Errorf("log-in link: %w", err)
	}
	if err := s.desk.LoggedIn(ctx, u); err != nil {
		return errors.Join(fmt.Errorf("log-in link: %w", err), s.sessions.Destroy(ctx))
	}
	return s.seeOther(c, homeOf(u, queuePath), "")
}

var errUsedLink = &helpdesk.Error{Code: helpdesk.NotFound, Message: "Questo collegamento non è più valido: si usa una volta sola. Accedi con e-mail e password."}

// SetDemoNote says on every page how far the demo's preparation is, "" when
// it is done.
func (s *Server) SetDemoNote(note string) {
	if note == "" {
		s.demoNote.Store(nil)
		return
	}
	s.demoNote.Store(&note)
}
