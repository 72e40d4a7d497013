package web

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

func (s *Server) showUsers(c *gin.Context, u helpdesk.User) error {
	return s.usersAnswer(c, u, http.StatusOK, usersPage{})
}

// usersAnswer lists everybody; p brings what a refused form had.
func (s *Server) usersAnswer(c *gin.Context, u helpdesk.User, status int, p usersPage) error {
	all, err := s.reads.Users(c.Request.Context())
	if err != nil {
		return fmt.Errorf("users: %w", err)
	}
	p.page = s.frame(c, u, "Utenti")
	if p.Roles == nil {
		p.Roles = roleOptions(helpdesk.RoleExpert)
	}
	for _, one := range all {
		// The staff is some dozens of people; each count is capped and from an index.
		counters, err := s.reads.Counters(c.Request.Context(), one.ID)
		if err != nil {
			return fmt.Errorf("users: %w", err)
		}
		p.Rows = append(p.Rows, userRow{
			ID: one.ID, Name: one.Name, Email: one.Email, Role: string(one.Role), Roles: roleOptions(one.Role),
			Disabled: !one.Active, Self: one.ID == u.ID, LastSeen: one.LastLoginAt, Open: counters[helpdesk.ViewMine],
		})
	}
	return s.page(c, status, "utenti", p)
}

func roleOptions(chosen helpdesk.Role) []option {
	var options []option
	for _, r := range helpdesk.Roles {
		options = append(options, option{string(r), r.Label(), r == chosen})
	}
	return options
}

// userFields are the form's names of the domain's fields.
var userFields = map[string]string{"email": "email", "name": "nome", "password": "password"}

func (s *Server) addUser(c *gin.Context, u helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	f := helpdesk.UserForm{Email: field(c, "email"), Name: field(c, "nome"), Role: helpdesk.Role(field(c, "ruolo")), Active: true, Shortcuts: true}
	again := func(name, message string) error {
		return s.usersAnswer(c, u, http.StatusUnprocessableEntity, usersPage{
			Name: f.Name, Email: f.Email, Roles: roleOptions(f.Role), Errors: map[string]string{name: message},
		})
	}
	password := c.PostForm("password")
	if wrong := CheckNewPassword(password); wrong != "" {
		return again("password", wrong)
	}
	var err error
	if f.PasswordHash, err = s.hasher.hash(c.Request.Context(), password); err != nil {
		return fmt.Errorf("add user: %w", err)
	}
	_, err = s.desk.AddUser(c.Request.Context(), u, f)
	if refusal, ok := refused(err, helpdesk.Invalid); ok {
		return again(userFields[refusal.Field], refusal.Message)
	}
	if err != nil {
		return fmt.Errorf("add user: %w", err)
	}
	return s.seeOther(c, usersPath, f.Name+" può accedere allo sportello.")
}

const usersPath = "/amministrazione/utenti"

func (s *Server) changeRole(c *gin.Context, u helpdesk.User) error {
	return s.changeUser(c, u, "Ruolo cambiato.", func(f *helpdesk.UserForm) error {
		f.Role = helpdesk.Role(field(c, "ruolo"))
		return nil
	})
}

func (s *Server) changeActive(c *gin.Context, u helpdesk.User) error {
	return s.changeUser(c, u, "Accesso cambiato.", func(f *helpdesk.UserForm) error {
		switch field(c, "attivo") {
		case "si":
			f.Active = true
		case "no":
			f.Active = false
		default:
			return &helpdesk.Error{Code: helpdesk.Invalid, Message: "Non è chiaro se attivare o disattivare: usa i pulsanti della pagina."}
		}
		return nil
	})
}

func (s *Server) changeUserPassword(c *gin.Context, u helpdesk.User) error {
	return s.changeUser(c, u, "Password impostata.", func(f *helpdesk.UserForm) (err error) {
		password := c.PostForm("password")
		if wrong := CheckNewPassword(password); wrong != "" {
			return &helpdesk.Error{Code: helpdesk.Invalid, Field: "password", Message: wrong}
		}
		f.PasswordHash, err = s.hasher.hash(c.Request.Context(), password)
		return err
	})
}

// changeUser changes one thing of a user and leaves the rest as it is.
func (s *Server) changeUser(c *gin.Context, u helpdesk.User, flash string, change func(*helpdesk.UserForm) error) error {
	ctx := c.Request.Context()
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := parseForm(c.Request); err != nil {
		return err
	}
	one, err := s.reads.UserByID(ctx, id)
	if err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	f := helpdesk.UserForm{
		Email: one.Email, Name: one.Name, Role: one.Role, Signature: one.Signature, Active: one.Active, Shortcuts: one.Shortcuts,
	}
	if err = change(&f); err == nil {
		err = s.desk.ChangeUser(ctx, u, id, f)
	}
	if refusal, ok := refused(err, helpdesk.Invalid); ok {
		p := usersPage{Alert: refusal.Message}
		if refusal.Field == "password" {
			p = usersPage{PasswordFor: id, Errors: map[string]string{"nuova": refusal.Message}}
		}
		return s.usersAnswer(c, u, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	if id == u.ID {
		if err := s.renewOwn(c, u.ID); err != nil {
			return fmt.Errorf("change user: %w", err)
		}
	}
	return s.seeOther(c, usersPath, flash)
}

// renewOwn begins a new session after a change of one's own that ended them all.
func (s *Server) renewOwn(c *gin.Context, id int64) error {
	ctx := c.Request.Context()
	now, err := s.reads.UserByID(ctx, id)
	if err != nil {
		return err
	}
	return s.signIn(ctx, now)
}
