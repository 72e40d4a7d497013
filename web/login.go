package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

const (
	wrongLogin = "E-mail o password non corretti."
	// maxEmail is the longest address that SMTP can carry (RFC 5321 §4.5.3.1).
	maxEmail = 254
)

// home leads to the queue.
func (s *Server) home(c *gin.Context, u helpdesk.User) error {
	return s.seeOther(c, homeOf(u, queuePath), "")
}

// queuePath is the queue, where work begins.
const queuePath = "/quesiti"

// homeOf is to, or the profile for a user who may not see tickets and would be
// refused at the queue.
func homeOf(u helpdesk.User, to string) string {
	if to == queuePath && u.ID != 0 && !helpdesk.Can(u, helpdesk.ActSee, 0) {
		return "/profilo"
	}
	return to
}

// askToSignIn sends a page to the log-in and back; a form or script gets 401,
// for its text would be lost on the way.
func (s *Server) askToSignIn(c *gin.Context) error {
	r := c.Request
	if r.Method != http.MethodGet && r.Method != http.MethodHead || isFragment(r) || r.URL.Path == eventsPath || r.Header.Get("Sec-Fetch-Dest") == "iframe" {
		return &statusError{http.StatusUnauthorized, "La sessione è scaduta. Accedi in un'altra scheda, poi torna qui indietro e riprova."}
	}
	query := url.Values{}
	if r.URL.Path != "/" && r.URL.Path != "/quesiti" {
		query.Set("ritorno", r.URL.RequestURI())
	}
	if _, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		query.Set("scaduta", "1")
	}
	to := "/accesso"
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	c.Abort()
	return s.seeOther(c, to, "")
}

func (s *Server) showLogin(c *gin.Context, u helpdesk.User) error {
	to := localPath(c.Query("ritorno"))
	if u.ID != 0 {
		return s.seeOther(c, homeOf(u, to), "")
	}
	p := loginPage{page: s.publicFrame(), Return: to, Expired: c.Query("scaduta") != ""}
	p.Title = "Accedi"
	return s.page(c, http.StatusOK, "accesso", p)
}

// login answers alike, in words and time, whether the address is unknown, the
// password wrong or the user disabled (S-51).
func (s *Server) login(c *gin.Context, _ helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	ctx := c.Request.Context()
	email := strings.ToLower(strings.TrimSpace(c.PostForm("email")))
	password := c.PostForm("password")
	keys, err := s.loginKeys(c, email)
	if err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	u, wait, ok, err := s.tryPassword(c, email, password, keys)
	switch {
	case err != nil:
		return fmt.Errorf("log in: %w", err)
	case wait > 0:
		c.Header("Retry-After", fmt.Sprint(int(math.Ceil(wait.Seconds()))))
		return s.refuseLogin(c, http.StatusTooManyRequests, email, "Troppi tentativi: riprova fra "+inWords(wait)+".")
	case !ok:
		return s.refuseLogin(c, http.StatusUnprocessableEntity, email, wrongLogin)
	}
	if err := s.signIn(ctx, u); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	if err := errors.Join(s.desk.LoggedIn(ctx, u, keys...), s.rememberDevice(c, email)); err != nil {
		return errors.Join(fmt.Errorf("log in: %w", err), s.sessions.Destroy(ctx))
	}
	return s.seeOther(c, homeOf(u, localPath(c.PostForm("ritorno"))), "")
}

// tryPassword checks a password unless keys have failed too often, and counts
// a failure. The throttle is asked again when the turn to hash has come, and
// the turn ends with the counting: many requests at once are no way around it.
func (s *Server) tryPassword(c *gin.Context, email, password string, keys []string) (u helpdesk.User, wait time.Duration, ok bool, err error) {
	ctx := c.Request.Context()
	if wait, err = s.desk.LoginAllowed(ctx, keys...); err != nil || wait > 0 {
		return u, wait, false, err
	}
	if err = s.hasher.take(ctx); err != nil {
		return u, 0, false, err
	}
	defer s.hasher.release()
	if wait, err = s.desk.LoginAllowed(ctx, keys...); err != nil || wait > 0 {
		return u, wait, false, err
	}
	u, ok, err = s.checkPassword(c, email, password)
	if err == nil && !ok {
		err = s.desk.LoginFailed(ctx, u.ID, keys...)
	}
	return u, 0, ok, err
}

// checkPassword returns the user whose address it is, if any, and whether he
// may come in. The caller has the turn to hash.
func (s *Server) checkPassword(c *gin.Context, email, password string) (helpdesk.User, bool, error) {
	var u helpdesk.User
	if email != "" && len(email) <= maxEmail && utf8.ValidString(email) {
		var err error
		u, err = s.reads.UserByEmail(c.Request.Context(), email)
		if err != nil && !errors.Is(err, helpdesk.ErrNone) && helpdesk.ErrorCode(err) != helpdesk.NotFound {
			return u, false, err
		}
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		return u, false, nil // nobody has such a password; hashing it would only cost (S-58)
	}
	ok, err := s.hasher.verify(u.PasswordHash, password)
	return u, ok && u.Active && u.ID != 0, err
}

func (s *Server) refuseLogin(c *gin.Context, status int, email, message string) error {
	if len(email) > maxEmail {
		email = ""
	}
	p := loginPage{page: s.publicFrame(), Email: email, Error: message, Return: localPath(c.PostForm("ritorno"))}
	p.Title = "Accedi"
	return s.page(c, status, "accesso", p)
}

// loginKeys are what failures are counted by: visitorKeys, with a known device
// in the place of the account.
func (s *Server) loginKeys(c *gin.Context, email string) ([]string, error) {
	keys := visitorKeys(email, c.ClientIP())
	device, err := s.knownDevice(c, keys[0])
	if device != "" {
		keys[0] = device
	}
	return keys, err
}

// visitorKeys are the account, known or not, and the address or, of IPv6, the network that one customer has. This machine's own
// address is not counted: behind a proxy that is not trusted it is everybody's,
// and one stranger could shut all others out.
func visitorKeys(email, ip string) []string {
	keys := []string{accountKey(email)}
	addr, err := netip.ParseAddr(ip)
	if err != nil || addr.Unmap().IsLoopback() {
		return keys
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	if block, err := addr.Prefix(bits); err == nil {
		keys = append(keys, helpdesk.AddressKey+block.String())
	}
	return keys
}

func accountKey(email string) string {
	sum := sha256.Sum256([]byte(email))
	return helpdesk.AccountKey + hex.EncodeToString(sum[:])
}

// inWords rounds a wait up: «30 secondi», «1 minuto», «15 minuti».
func inWords(wait time.Duration) string {
	if seconds := int(math.Ceil(wait.Seconds())); seconds <= 90 {
		return plural(seconds, "secondo", "secondi")
	}
	return plural(int(math.Ceil(wait.Minutes())), "minuto", "minuti")
}

func (s *Server) logout(c *gin.Context, u helpdesk.User) error {
	ctx := c.Request.Context()
	if err := s.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	if err := s.desk.LoggedOut(ctx, u); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	c.Header("Clear-Site-Data", `"storage"`)
	return s.seeOther(c, "/accesso", "")
}
