package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"sportello/helpdesk"
	"sportello/web"
)

// userFlags are the options of all user subcommands.
type userFlags struct {
	*flagSet
	role, name string
	stdin      bool
}

// user adds and lists people, gives new passwords and takes away the right to
// enter.
func user(ctx context.Context, env environment, args []string) error {
	f := &userFlags{flagSet: newFlags(env, "user", "add|list|password|disable [EMAIL]")}
	f.StringVar(&f.role, "role", "", "add: admin, coordinator, expert oppure observer")
	f.StringVar(&f.name, "name", "", "add: nome e cognome")
	f.BoolVar(&f.stdin, "password-stdin", false, "add, password: legge la password dall'ingresso invece di inventarla")
	rest, err := f.parse(args, 1, 2)
	if err != nil {
		return err
	}
	verbs := map[string]func(context.Context, *tool, *userFlags, string) error{
		"add": userAdd, "list": userList, "password": userPassword, "disable": userDisable,
	}
	verb, ok := verbs[rest[0]]
	switch {
	case !ok:
		return f.wrong("«%s» non è fra add, list, password e disable", rest[0])
	case rest[0] == "list" && len(rest) > 1:
		return f.wrong("argomento di troppo: «%s»", rest[1])
	case rest[0] != "list" && len(rest) < 2:
		return f.wrong("manca l'indirizzo della persona")
	}
	email := ""
	if len(rest) > 1 {
		email = rest[1]
	}
	return withTool(ctx, f.flagSet, func(t *tool) error { return verb(ctx, t, f, email) })
}

func userAdd(ctx context.Context, t *tool, f *userFlags, email string) error {
	if !helpdesk.Role(f.role).Valid() {
		return f.wrong("-role vuole admin, coordinator, expert oppure observer")
	}
	password, generated, err := f.password()
	if err != nil {
		return err
	}
	form := helpdesk.UserForm{
		Email: email, Name: f.name, Role: helpdesk.Role(f.role), PasswordHash: web.HashPassword(password), Active: true,
	}
	if _, err := t.desk.AddUser(ctx, helpdesk.User{}, form); err != nil {
		return err
	}
	f.say(generated, password, "%s può entrare", email)
	return nil
}

func userPassword(ctx context.Context, t *tool, f *userFlags, email string) error {
	return f.change(ctx, t, email, func(form *helpdesk.UserForm) (func(), error) {
		password, generated, err := f.password()
		form.PasswordHash = web.HashPassword(password)
		return func() { f.say(generated, password, "%s ha una nuova password", email) }, err
	})
}

func userDisable(ctx context.Context, t *tool, f *userFlags, email string) error {
	return f.change(ctx, t, email, func(form *helpdesk.UserForm) (func(), error) {
		form.Active = false
		return func() { f.say(false, "", "%s non può più entrare", email) }, nil
	})
}

// change changes one person; what set returns is called once that is saved.
func (f *userFlags) change(ctx context.Context, t *tool, email string, set func(*helpdesk.UserForm) (func(), error)) error {
	u, err := t.store.UserByEmail(ctx, strings.ToLower(email))
	if errors.Is(err, helpdesk.ErrNone) {
		return fmt.Errorf("non c'è nessuno con l'indirizzo %s: «sportello user list» li elenca tutti", email)
	}
	if err != nil {
		return err
	}
	form := helpdesk.UserForm{
		Email: u.Email, Name: u.Name, Role: u.Role, Signature: u.Signature, Active: u.Active, Shortcuts: u.Shortcuts,
	}
	done, err := set(&form)
	if err != nil {
		return err
	}
	if err := t.desk.ChangeUser(ctx, helpdesk.User{}, u.ID, form); err != nil {
		return err
	}
	done()
	return nil
}

// password is the one on the first line of the input, or a new one.
func (f *userFlags) password() (password string, generated bool, err error) {
	if !f.stdin {
		return strings.ToLower(rand.Text()[:20]), true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(f.env.stdin, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, fmt.Errorf("password: %w", err)
	}
	password = strings.TrimRight(line, "\r\n")
	if wrong := web.CheckNewPassword(password); wrong != "" {
		return "", false, &helpdesk.Error{Code: helpdesk.Invalid, Message: wrong}
	}
	return password, false, nil
}

func (f *userFlags) say(generated bool, password, format string, args ...any) {
	fmt.Fprintf(f.env.stdout, format, args...)
	if generated {
		fmt.Fprintf(f.env.stdout, "; la password è %s", password)
	}
	fmt.Fprintln(f.env.stdout)
}

func userList(ctx context.Context, t *tool, f *userFlags, _ string) error {
	users, err := t.store.Users(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(f.env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNOME\tRUOLO\tATTIVO\tULTIMO ACCESSO")
	for _, u := range users {
		active, last := "sì", "mai"
		if !u.Active {
			active = "no"
		}
		if !u.LastLoginAt.IsZero() {
			last = u.LastLoginAt.In(t.cfg.Location).Format(time.DateTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Email, u.Name, u.Role.Label(), active, last)
	}
	return w.Flush()
}
