package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"sportello/helpdesk"
)

func TestUsers(t *testing.T) {
	d := newDesk(t)
	same := helpdesk.User{Email: d.anna.Email, Role: helpdesk.RoleAdmin, CreatedAt: epoch}
	if err := d.Update(t.Context(), func(tx helpdesk.Tx) error { return tx.InsertUser(&same) }); !errors.Is(err, helpdesk.ErrExists) {
		t.Errorf("the same e-mail twice: %v", err)
	}
	d.anna.Name, d.anna.Signature, d.anna.Shortcuts, d.anna.LastLoginAt = "Zita Neri", "Z.", true, epoch.Add(time.Hour)
	d.do(func(tx helpdesk.Tx) error { return tx.SaveUser(d.anna) })
	all, err := d.Users(t.Context())
	if err != nil || len(all) != 2 || all[0] != d.bruno || all[1] != d.anna {
		t.Errorf("%+v, %v", all, err)
	}
	if u, err := d.UserByEmail(t.Context(), d.anna.Email); err != nil || u != d.anna {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := d.UserByID(t.Context(), 99); !errors.Is(err, helpdesk.ErrNone) {
		t.Error(err)
	}
}

func TestSessions(t *testing.T) {
	d := newDesk(t)
	has := func(tx helpdesk.Tx, token string, when time.Time, want bool) {
		t.Helper()
		if _, err := tx.SessionByToken(token, when); want != (err == nil) || !want && !errors.Is(err, helpdesk.ErrNone) {
			t.Errorf("session %s: %v, want %v", token, err, want)
		}
	}
	d.do(func(tx helpdesk.Tx) error {
		s := helpdesk.Session{Token: "a", Data: []byte("x"), Expires: epoch.Add(time.Hour)}
		other := helpdesk.Session{Token: "b", UserID: d.bruno.ID, Expires: epoch.Add(2 * time.Hour)}
		if err := errors.Join(tx.SaveSession(s), tx.SaveSession(other)); err != nil {
			return err
		}
		s.UserID, s.Data = d.anna.ID, []byte("y")
		if err := tx.SaveSession(s); err != nil {
			return err
		}
		if got, err := tx.SessionByToken("a", epoch); !reflect.DeepEqual(got, s) {
			t.Errorf("%+v, %v", got, err)
		}
		has(tx, "a", epoch.Add(time.Hour), false)
		if err := tx.DeleteSessionsExpired(epoch.Add(time.Hour)); err != nil {
			return err
		}
		has(tx, "a", epoch, false)
		has(tx, "b", epoch, true)
		if err := tx.DeleteSessionsOf(d.bruno.ID); err != nil {
			return err
		}
		has(tx, "b", epoch, false)
		return tx.DeleteSession("b")
	})
}

func TestThrottle(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		if _, err := tx.Throttle("anna"); !errors.Is(err, helpdesk.ErrNone) {
			t.Error(err)
		}
		want := helpdesk.Throttle{Key: "anna", Failures: 3, Until: epoch.Add(time.Minute), Last: epoch}
		if err := tx.SaveThrottle(want); err != nil {
			return err
		}
		if got, err := tx.Throttle("anna"); got != want {
			t.Errorf("%+v, %v", got, err)
		}
		return nil
	})
}

func TestContacts(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		d.contact.Name, d.contact.Address = "Carla V.", "nuova@comune.example"
		if err := tx.SaveContact(d.contact); err != nil {
			return err
		}
		for _, address := range []string{"nuova@comune.example", "carla.villa@comune.example"} {
			if c, err := tx.ContactByAddress(address); c != d.contact {
				t.Errorf("by %s: %+v, %v", address, c, err)
			}
		}
		if c, err := tx.ContactByID(d.contact.ID); c != d.contact {
			t.Errorf("%+v, %v", c, err)
		}
		_, err := tx.ContactByAddress("altra@comune.example")
		if !errors.Is(err, helpdesk.ErrNone) {
			t.Error(err)
		}
		return nil
	})
}

func TestRegister(t *testing.T) {
	d := newDesk(t)
	event := func(id int64) helpdesk.Event {
		return helpdesk.Event{ID: id, At: epoch, ActorID: d.anna.ID, Kind: helpdesk.EventNoted, TicketID: 1, ObjectID: 2,
			Detail: helpdesk.Detail{"a": "è"}, Salt: []byte{1}, DetailJSON: []byte(`{"a":"è"}`), DetailHash: []byte{2}, Hash: []byte{3}}
	}
	d.do(func(tx helpdesk.Tx) error {
		if _, err := tx.LastEvent(); !errors.Is(err, helpdesk.ErrNone) {
			t.Error(err)
		}
		d.ticket(tx, nil)
		if err := errors.Join(tx.InsertEvent(event(1)), tx.InsertEvent(event(2))); err != nil {
			return err
		}
		if e, err := tx.LastEvent(); !reflect.DeepEqual(e, event(2)) {
			t.Errorf("%+v, %v", e, err)
		}
		if all, err := tx.Events(1, 10); len(all) != 1 || all[0].ID != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		return nil
	})
	if all, err := d.Register(t.Context(), 2, 10); err != nil || len(all) != 1 || all[0].ID != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	if v, err := d.Ticket(t.Context(), helpdesk.NewNumber(2026, 1), 0); err != nil || len(v.Events) != 2 || v.Events[0].Actor != d.anna.Name || v.Events[0].Detail["a"] != "è" {
		t.Errorf("%+v, %v", v.Events, err)
	}
	for _, query := range []string{`UPDATE event SET kind = 'x' WHERE id = 1`, `DELETE FROM event WHERE id = 1`, `INSERT OR REPLACE INTO event SELECT * FROM event WHERE id = 2`} {
		err := d.Update(t.Context(), func(w helpdesk.Tx) error { _, err := w.(*tx).exec(query); return err })
		if err == nil {
			t.Errorf("the register let through: %s", query)
		}
	}
}

func TestSettingsAndSecrets(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		if _, err := tx.Secret("key"); !errors.Is(err, helpdesk.ErrNone) {
			t.Error(err)
		}
		for _, v := range []string{"1", "2"} {
			if err := errors.Join(tx.SetSetting("a", v), tx.SetSecret("key", []byte(v))); err != nil {
				return err
			}
			setting, err1 := tx.Setting("a")
			secret, err2 := tx.Secret("key")
			if setting != v || string(secret) != v {
				t.Errorf("%s, %s: %v, %v", setting, secret, err1, err2)
			}
		}
		return nil
	})
}
