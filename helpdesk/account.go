package helpdesk

import (
	"context"
	"errors"
	"net/mail"
	"strings"
)

// UserForm is what is set of a user.
type UserForm struct {
	Email        string
	Name         string
	Role         Role
	PasswordHash string // "" on a change: stays as it is
	Signature    string
	Active       bool
	Shortcuts    bool
}

func (f *UserForm) check() error {
	f.Email, f.Name = strings.ToLower(strings.TrimSpace(f.Email)), strings.TrimSpace(f.Name)
	if a, err := mail.ParseAddress(f.Email); err != nil || a.Address != f.Email {
		return invalid("email", "«"+f.Email+"» non è un indirizzo di posta: correggilo.")
	}
	if f.Name == "" {
		return invalid("name", "Indica nome e cognome.")
	}
	if !f.Role.Valid() {
		return invalid("role", "Scegli il ruolo: amministratore, coordinatore, esperto od osservatore.")
	}
	return nil
}

// AddUser adds a person. actor is zero when it is the command line.
func (d *Desk) AddUser(ctx context.Context, actor User, f UserForm) (int64, error) {
	if err := mayAdminister(actor); err != nil {
		return 0, err
	}
	if err := f.check(); err != nil {
		return 0, err
	}
	if f.PasswordHash == "" {
		return 0, invalid("password", "Manca la password.")
	}
	u := User{Email: f.Email, Name: f.Name, Role: f.Role, PasswordHash: f.PasswordHash, Signature: f.Signature,
		Active: true, Shortcuts: true}
	err := d.update(ctx, "add user", func(c *change) error {
		u.CreatedAt = c.at
		if err := c.InsertUser(&u); errors.Is(err, ErrExists) {
			return invalid("email", "C'è già una persona con questo indirizzo.")
		} else if err != nil {
			return err
		}
		return c.record(Event{Kind: EventUserAdded, ActorID: actor.ID, ObjectID: u.ID, Detail: Detail{"email": u.Email, "role": string(u.Role)}})
	})
	return u.ID, err
}

// mayAdminister: the command line (no user) and administrators.
func mayAdminister(actor User) error {
	if actor.ID != 0 && !Can(actor, ActAdminister, 0) {
		return errForbidden
	}
	return nil
}

var errUserNotFound = &Error{Code: NotFound, Message: "Questa persona non esiste."}

// ChangeUser changes a person. Who loses a role, a password or the right to
// enter is logged out everywhere at once.
func (d *Desk) ChangeUser(ctx context.Context, actor User, id int64, f UserForm) error {
	if err := mayAdminister(actor); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	err := d.changeUser(ctx, actor, id, func(u *User) error {
		if actor.ID == id && (!f.Active || f.Role != RoleAdmin) {
			return invalid("role", "Non puoi togliere l'amministrazione a te stesso: chiedilo a un altro amministratore.")
		}
		u.Email, u.Name, u.Role, u.Signature, u.Active = f.Email, f.Name, f.Role, f.Signature, f.Active
		if f.PasswordHash != "" {
			u.PasswordHash = f.PasswordHash
		}
		return nil
	})
	if err != nil || f.Active && Can(User{ID: id, Role: f.Role, Active: true}, ActWork, 0) {
		return err
	}
	return d.releaseTickets(ctx, actor, id)
}

// releaseTickets gives the active tickets of somebody who can no longer work
// on them back to nobody, so that a colleague sees them. A database that was
// left in the middle is mended by the next change of the user.
func (d *Desk) releaseTickets(ctx context.Context, actor User, id int64) error {
	_, err := d.tick(ctx, "release tickets", func(c *change) ([]int64, error) { return c.TicketsOfOwner(id, tickBatch) },
		func(c *change, t *Ticket) error { return c.assign(t, 0, actor.ID) })
	return err
}

// ProfileForm is what people set of themselves.
type ProfileForm struct {
	Signature    string
	Shortcuts    bool
	PasswordHash string // "": stays
}

// ChangeProfile changes one's own signature, shortcuts or password.
func (d *Desk) ChangeProfile(ctx context.Context, u User, f ProfileForm) error {
	if !Can(u, ActOwn, u.ID) {
		return errForbidden
	}
	return d.changeUser(ctx, u, u.ID, func(me *User) error {
		me.Signature, me.Shortcuts = strings.TrimSpace(f.Signature), f.Shortcuts
		if f.PasswordHash != "" {
			me.PasswordHash = f.PasswordHash
		}
		return nil
	})
}

func (d *Desk) changeUser(ctx context.Context, actor User, id int64, fn func(*User) error) error {
	return d.update(ctx, "change user", func(c *change) error {
		u, err := c.UserByID(id)
		if errors.Is(err, ErrNone) {
			return errUserNotFound
		}
		if err != nil {
			return err
		}
		before := u
		if err := fn(&u); err != nil {
			return err
		}
		if err := c.SaveUser(u); errors.Is(err, ErrExists) {
			return invalid("email", "C'è già una persona con questo indirizzo.")
		} else if err != nil {
			return err
		}
		if u.PasswordHash != before.PasswordHash || u.Role != before.Role || u.Active != before.Active {
			if err := c.DeleteSessionsOf(u.ID); err != nil {
				return err
			}
		}
		return c.record(Event{Kind: EventUserChanged, ActorID: actor.ID, ObjectID: u.ID, Detail: userDetail(before, u)})
	})
}

func userDetail(before, after User) Detail {
	d := Detail{}
	if before.Role != after.Role {
		d["role"] = string(after.Role)
	}
	if before.Email != after.Email {
		d["email"] = after.Email
	}
	if before.Active != after.Active {
		d["active"] = map[bool]string{true: "yes", false: "no"}[after.Active]
	}
	if before.PasswordHash != after.PasswordHash {
		d["password"] = "changed"
	}
	return d
}
