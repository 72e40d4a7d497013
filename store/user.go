package store

import (
	"fmt"
	"time"

	"sportello/helpdesk"
)

const userColumns = `id, email, name, role, password_hash, signature, active, shortcuts, created_at, last_login_at`

func scanUser(s scanner) (u helpdesk.User, err error) {
	err = s.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &u.PasswordHash, &u.Signature, &u.Active, &u.Shortcuts,
		at(&u.CreatedAt), at(&u.LastLoginAt))
	return u, err
}

func (t *tx) UserByID(id int64) (helpdesk.User, error) {
	u, err := one(t, scanUser, `SELECT `+userColumns+` FROM "user" WHERE id = $1`, id)
	return u, wrapf(err, "user %d", id)
}

func (t *tx) UserByEmail(email string) (helpdesk.User, error) {
	u, err := one(t, scanUser, `SELECT `+userColumns+` FROM "user" WHERE email = $1`, email)
	return u, wrapf(err, "user by e-mail")
}

func (t *tx) Users() ([]helpdesk.User, error) {
	all, err := list(t, scanUser, `SELECT `+userColumns+` FROM "user" ORDER BY name, id`)
	return all, wrapf(err, "users")
}

func (t *tx) InsertUser(u *helpdesk.User) error {
	err := t.get(into(&u.ID), `INSERT INTO "user" (email, name, role, password_hash, signature, active, shortcuts,
		  created_at, last_login_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		u.Email, u.Name, u.Role, u.PasswordHash, u.Signature, u.Active, u.Shortcuts,
		u.CreatedAt.UnixMilli(), millis(u.LastLoginAt))
	return wrapf(err, "insert user")
}

func (t *tx) SaveUser(u helpdesk.User) error {
	r, err := t.exec(`UPDATE "user" SET email = $1, name = $2, role = $3, password_hash = $4, signature = $5,
		  active = $6, shortcuts = $7, last_login_at = $8 WHERE id = $9`,
		u.Email, u.Name, u.Role, u.PasswordHash, u.Signature, u.Active, u.Shortcuts, millis(u.LastLoginAt), u.ID)
	if err != nil {
		return fmt.Errorf("save user %d: %w", u.ID, err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return fmt.Errorf("save user %d: %w", u.ID, helpdesk.ErrNone)
	}
	return nil
}

func (t *tx) SessionByToken(token string, now time.Time) (helpdesk.Session, error) {
	scan := func(s scanner) (v helpdesk.Session, err error) {
		err = s.Scan(&v.Token, &v.UserID, &v.Data, at(&v.Expires))
		return v, err
	}
	v, err := one(t, scan, `SELECT token, COALESCE(user_id, 0), data, expires_at FROM session
		WHERE token = $1 AND expires_at > $2`, token, now.UnixMilli())
	return v, wrapf(err, "session")
}

func (t *tx) SaveSession(v helpdesk.Session) error {
	data := v.Data
	if data == nil {
		data = []byte{}
	}
	_, err := t.exec(`INSERT INTO session (token, user_id, data, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (token) DO UPDATE SET user_id = excluded.user_id, data = excluded.data,
		  expires_at = excluded.expires_at`, v.Token, ref(v.UserID), data, v.Expires.UnixMilli())
	return wrapf(err, "save session")
}

func (t *tx) DeleteSession(token string) error {
	_, err := t.exec(`DELETE FROM session WHERE token = $1`, token)
	return wrapf(err, "delete session")
}

func (t *tx) DeleteSessionsOf(userID int64) error {
	_, err := t.exec(`DELETE FROM session WHERE user_id = $1`, userID)
	return wrapf(err, "delete sessions of user %d", userID)
}

// DeleteSessionsExpired deletes at most 500 sessions and as many throttles of
// long ago; the rest comes with the next tick.
func (t *tx) DeleteSessionsExpired(now time.Time) error {
	_, err := t.exec(`DELETE FROM session WHERE token IN
		(SELECT token FROM session WHERE expires_at <= $1 LIMIT 500)`, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("delete expired sessions: %w", err)
	}
	_, err = t.exec(`DELETE FROM throttle WHERE key IN
		(SELECT key FROM throttle WHERE last_at <= $1 LIMIT 500)`, now.AddDate(0, 0, -7).UnixMilli())
	return wrapf(err, "delete old throttles")
}

func (t *tx) Throttle(key string) (helpdesk.Throttle, error) {
	v := helpdesk.Throttle{Key: key}
	err := t.get(into(&v.Failures, at(&v.Until), at(&v.Last)),
		`SELECT failures, until_at, last_at FROM throttle WHERE key = $1`, key)
	return v, wrapf(err, "throttle")
}

func (t *tx) SaveThrottle(v helpdesk.Throttle) error {
	_, err := t.exec(`INSERT INTO throttle (key, failures, until_at, last_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, until_at = excluded.until_at,
		  last_at = excluded.last_at`, v.Key, v.Failures, millis(v.Until), v.Last.UnixMilli())
	return wrapf(err, "save throttle")
}
