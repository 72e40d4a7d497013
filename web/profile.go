package web

import (
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// maxSignature is the longest signature, in characters.
const maxSignature = 1000

func (s *Server) showProfile(c *gin.Context, u helpdesk.User) error {
	return s.profileAnswer(c, u, http.StatusOK, u.Signature, u.Shortcuts, nil)
}

func (s *Server) profileAnswer(c *gin.Context, u helpdesk.User, status int, signature string, shortcuts bool, errors map[string]string) error {
	p := profilePage{page: s.frame(c, u, "Profilo"), Signature: signature, Errors: errors}
	p.User.ShortcutsOff = !shortcuts
	return s.page(c, status, "profilo", p)
}

func (s *Server) saveProfile(c *gin.Context, u helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	f := helpdesk.ProfileForm{Signature: textField(c, "firma"), Shortcuts: field(c, "scorciatoie") == "si"}
	if utf8.RuneCountInString(f.Signature) > maxSignature {
		return s.profileAnswer(c, u, http.StatusUnprocessableEntity, f.Signature, f.Shortcuts,
			map[string]string{"firma": fmt.Sprintf("La firma può avere al massimo %d caratteri.", maxSignature)})
	}
	if err := s.desk.ChangeProfile(c.Request.Context(), u, f); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return s.seeOther(c, "/profilo", "Profilo salvato.")
}

// changeOwnPassword asks for the present one: a browser left open must not be
// enough to keep its user out (S-59). A wrong one counts like a failed log-in.
func (s *Server) changeOwnPassword(c *gin.Context, u helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	ctx := c.Request.Context()
	again := func(status int, name, message string) error {
		return s.profileAnswer(c, u, status, u.Signature, u.Shortcuts, map[string]string{name: message})
	}
	keys, err := s.loginKeys(c, u.Email)
	if err != nil {
		return fmt.Errorf("own password: %w", err)
	}
	_, wait, ok, err := s.tryPassword(c, u.Email, c.PostForm("attuale"), keys[:1])
	if err != nil {
		return fmt.Errorf("own password: %w", err)
	}
	if wait > 0 {
		return again(http.StatusTooManyRequests, "attuale", "Troppi tentativi: riprova fra "+inWords(wait)+".")
	}
	if !ok {
		return again(http.StatusForbidden, "attuale", "La password attuale non è corretta.")
	}
	password := c.PostForm("nuova")
	if wrong := CheckNewPassword(password); wrong != "" {
		return again(http.StatusUnprocessableEntity, "nuova", wrong)
	}
	f := helpdesk.ProfileForm{Signature: u.Signature, Shortcuts: u.Shortcuts}
	if f.PasswordHash, err = s.hasher.hash(ctx, password); err != nil {
		return fmt.Errorf("own password: %w", err)
	}
	if err := s.desk.ChangeProfile(ctx, u, f); err != nil {
		return fmt.Errorf("own password: %w", err)
	}
	if err := s.renewOwn(c, u.ID); err != nil {
		return fmt.Errorf("own password: %w", err)
	}
	return s.seeOther(c, "/profilo", "Password cambiata. Le altre sessioni sono chiuse.")
}
