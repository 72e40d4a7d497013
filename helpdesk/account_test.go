package helpdesk_test

import (
	"testing"
	"time"

	"sportello/helpdesk"
)

func userForm(u helpdesk.User) helpdesk.UserForm {
	return helpdesk.UserForm{Email: u.Email, Name: u.Name, Role: u.Role, Active: u.Active}
}

// Who is suspended, or may no longer work on tickets, leaves none behind.
func TestTicketsOfWhoLeaves(t *testing.T) {
	for name, change := range map[string]func(*helpdesk.UserForm){
		"suspended":        func(f *helpdesk.UserForm) { f.Active = false },
		"made an observer": func(f *helpdesk.UserForm) { f.Role = helpdesk.RoleObserver },
	} {
		d := newDesk(t)
		d.deliver(mail("a", rossi, "Uno", question))
		n := d.one().Ticket.Number
		if err := d.Take(d.ctx, d.luca, n, 0); err != nil {
			t.Fatal(err)
		}
		f := userForm(d.luca)
		change(&f)
		if err := d.ChangeUser(d.ctx, helpdesk.User{}, d.luca.ID, f); err != nil {
			t.Fatal(err)
		}
		if v := d.one(); v.Ticket.OwnerID != 0 || v.Ticket.State != helpdesk.StateOpen {
			t.Errorf("%s: the ticket is %s with owner %d", name, v.Ticket.State, v.Ticket.OwnerID)
		}
	}
}

// Five wrong passwords of an account cost nothing, then the wait doubles; an
// address has thirty, and is not forgiven because somebody knows his password.
func TestLoginThrottle(t *testing.T) {
	d := newDesk(t)
	account, address := helpdesk.AccountKey+"a", helpdesk.AddressKey+"10.0.0.1/32"
	wait := func(keys ...string) time.Duration {
		w, err := d.LoginAllowed(d.ctx, keys...)
		if err != nil {
			t.Fatal(err)
		}
		return max(w, 0)
	}
	fail := func(keys ...string) {
		if err := d.LoginFailed(d.ctx, 0, keys...); err != nil {
			t.Fatal(err)
		}
	}
	var waits []time.Duration
	for range 8 {
		fail(account, address)
		waits = append(waits, wait(account))
		if wait(address) != 0 {
			t.Fatal("the address waits with its first accounts")
		}
	}
	for i, want := range []time.Duration{0, 0, 0, 0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
		if waits[i] != want {
			t.Errorf("after %d failures the wait is %v, want %v", i+1, waits[i], want)
		}
	}
	for range 40 {
		fail(address)
	}
	if got := wait(address); got != 15*time.Minute {
		t.Errorf("an address with 48 failures waits %v", got)
	}
	if err := d.LoggedIn(d.ctx, d.anna, account, address); err != nil {
		t.Fatal(err)
	}
	if wait(account) != 0 || wait(address) == 0 {
		t.Errorf("after a log-in the account waits %v, the address %v", wait(account), wait(address))
	}
	d.now = d.now.Add(2 * time.Hour)
	if wait(address) != 0 {
		t.Error("an hour of peace is not forgotten")
	}
}

// Two callers who leave no address are two contacts.
func TestCallersWithoutAddress(t *testing.T) {
	d := newDesk(t)
	for i, name := range []string{"Maria", "Piera"} {
		_, err := d.Open(d.ctx, d.anna, helpdesk.OpenForm{Key: name, Name: name, Subject: "Telefonata", Text: "Chiede del saldo.",
			Channel: helpdesk.ChannelPhone, MailboxID: d.box.ID})
		if err != nil {
			t.Fatalf("caller %d: %v", i+1, err)
		}
	}
	if all := d.all(); len(all) != 2 || all[0].Contact.Name != "Maria" || all[1].Contact.Name != "Piera" {
		t.Errorf("%d tickets", len(all))
	}
}

// The same press of the button opens one ticket, adds one note.
func TestOpenAndNoteTwice(t *testing.T) {
	d := newDesk(t)
	f := helpdesk.OpenForm{Key: "k", Name: "Maria", Address: rossi, Subject: "Telefonata", Text: "Chiede.", Channel: helpdesk.ChannelPhone, MailboxID: d.box.ID}
	for range 2 {
		n, err := d.Open(d.ctx, d.anna, f)
		if err != nil || n.Seq() != 1 {
			t.Fatalf("%v, %v", n, err)
		}
		if err := d.Note(d.ctx, d.anna, n, "n1", "Richiamare **domani**."); err != nil {
			t.Fatal(err)
		}
	}
	if v := d.one(); len(v.Messages) != 2 || v.Ticket.OwnerID != d.anna.ID {
		t.Errorf("%d messages, owner %d", len(v.Messages), v.Ticket.OwnerID)
	}
}
