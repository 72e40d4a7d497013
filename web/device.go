package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// deviceAge is how long a browser in which somebody signed in is known.
const deviceAge = 180 * 24 * time.Hour

func (s *Server) deviceCookie() string {
	if s.secure() {
		return "__Host-device"
	}
	return "device"
}

// knownDevice returns what a browser's failures are counted by if somebody
// signed in to this account in it before, "" otherwise.
func (s *Server) knownDevice(c *gin.Context, account string) (string, error) {
	cookie, err := c.Request.Cookie(s.deviceCookie())
	if err != nil {
		return "", nil
	}
	return s.desk.KnownDevice(c.Request.Context(), account, cookie.Value)
}

// rememberDevice has the browser known from here on. The cookie says nothing
// of the account, and is new with every log-in.
func (s *Server) rememberDevice(c *gin.Context, email string) error {
	device, err := s.desk.NewDevice(c.Request.Context(), accountKey(email))
	if err != nil {
		return err
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.deviceCookie(), Value: device, Path: "/", MaxAge: int(deviceAge.Seconds()),
		Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return nil
}
