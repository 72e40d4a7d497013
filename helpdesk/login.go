package helpdesk

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Session returns the session of a hashed token; ErrNone if there is none.
func (d *Desk) Session(ctx context.Context, token string) (Session, error) {
	var s Session
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		s, err = tx.SessionByToken(token, d.now())
		return err
	})
	return s, err
}

// SaveSession keeps a session. Sessions leave no event.
func (d *Desk) SaveSession(ctx context.Context, s Session) error {
	return d.update(ctx, "save session", func(c *change) error { return c.Tx.SaveSession(s) })
}

// DeleteSession ends a session.
func (d *Desk) DeleteSession(ctx context.Context, token string) error {
	return d.update(ctx, "delete session", func(c *change) error { return c.Tx.DeleteSession(token) })
}

// Throttling of log-ins, security (c)-4: some failures are free, then the wait
// doubles from a second to a quarter of an hour; an hour of peace forgets. An
// address block has more of them than an account, since a whole office can
// stand behind one address.
const (
	freeAccountFailures = 5
	freeAddressFailures = 30
	maxLoginWait        = 15 * time.Minute
	forgetFailures      = time.Hour
)

// AccountKey and AddressKey begin the keys that log-ins are counted under.
const (
	AccountKey = "account:"
	AddressKey = "address:"
)

func freeFailures(key string) int {
	if strings.HasPrefix(key, AddressKey) {
		return freeAddressFailures
	}
	return freeAccountFailures
}

// LoginAllowed returns how long to wait before a log-in under any of keys (an
// account or a known device, an address block) is looked at; zero: at once.
func (d *Desk) LoginAllowed(ctx context.Context, keys ...string) (time.Duration, error) {
	var wait time.Duration
	err := d.store.View(ctx, func(tx ReadTx) error {
		for _, k := range keys {
			t, err := tx.Throttle(k)
			if errors.Is(err, ErrNone) {
				continue
			}
			if err != nil {
				return err
			}
			wait = max(wait, t.Until.Sub(d.now()))
		}
		return nil
	})
	return wait, err
}

// LoginFailed counts a failure under each key. userID is 0 for an unknown account.
func (d *Desk) LoginFailed(ctx context.Context, userID int64, keys ...string) error {
	return d.update(ctx, "login failed", func(c *change) error {
		for _, k := range keys {
			t, err := c.Throttle(k)
			if err != nil && !errors.Is(err, ErrNone) {
				return err
			}
			if c.at.Sub(t.Last) > forgetFailures {
				t.Failures = 0
			}
			t.Key, t.Last = k, c.at
			t.Failures++
			if over := t.Failures - freeFailures(k); over >= 0 {
				t.Until = c.at.Add(min(time.Second<<min(over, 20), maxLoginWait))
			}
			if err := c.SaveThrottle(t); err != nil {
				return err
			}
		}
		return c.record(Event{Kind: EventLoginFailed, ObjectID: userID})
	})
}

// LoggedIn notes a log-in and forgets the failures of the account, or of the
// known device.
func (d *Desk) LoggedIn(ctx context.Context, u User, keys ...string) error {
	return d.update(ctx, "logged in", func(c *change) error {
		for _, k := range keys {
			if strings.HasPrefix(k, AddressKey) {
				continue // one who knows his password excuses nobody beside him
			}
			if err := c.SaveThrottle(Throttle{Key: k, Last: c.at}); err != nil {
				return err
			}
		}
		now, err := c.UserByID(u.ID)
		if err != nil {
			return err
		}
		now.LastLoginAt = c.at
		if err := c.SaveUser(now); err != nil {
			return err
		}
		return c.record(Event{Kind: EventLogin, ActorID: u.ID})
	})
}

// LoggedOut notes that a person left.
func (d *Desk) LoggedOut(ctx context.Context, u User) error {
	return d.update(ctx, "logged out", func(c *change) error { return c.record(Event{Kind: EventLogout, ActorID: u.ID}) })
}
