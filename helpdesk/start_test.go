package helpdesk_test

import (
	"slices"
	"testing"

	"sportello/helpdesk"
)

// TestStartWithoutAMailbox takes a mailbox out of the configuration and puts it
// back: both stand in the register once, a start that changes nothing does not.
func TestStartWithoutAMailbox(t *testing.T) {
	d := newDesk(t)
	steps := func() (all []string) {
		events, err := d.store.Register(d.ctx, 0, 200)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == helpdesk.EventMailbox && e.ObjectID == d.pec.ID && e.Detail["configured"] != "" {
				all = append(all, e.Detail["configured"])
			}
		}
		slices.Reverse(all)
		return all
	}
	for _, step := range []struct {
		boxes []helpdesk.Mailbox
		want  []string
	}{
		{[]helpdesk.Mailbox{d.box, d.pec}, nil},
		{[]helpdesk.Mailbox{d.box}, []string{"false"}},
		{[]helpdesk.Mailbox{d.box}, []string{"false"}},
		{[]helpdesk.Mailbox{d.box, d.pec}, []string{"false", "true"}},
	} {
		if _, err := d.Start(d.ctx, step.boxes); err != nil {
			t.Fatal(err)
		}
		if got := steps(); !slices.Equal(got, step.want) {
			t.Errorf("with %d mailboxes the register says %v, want %v", len(step.boxes), got, step.want)
		}
		v, err := d.store.Status(d.ctx)
		if err != nil || len(v.Mailboxes) != len(step.boxes) {
			t.Errorf("with %d mailboxes the status shows %d (%v)", len(step.boxes), len(v.Mailboxes), err)
		}
	}
}

// TestReleasedMailWaitsFromThen: mail that a restore held for days is not late
// the moment somebody lets it go.
func TestReleasedMailWaitsFromThen(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	var held helpdesk.Outgoing
	err := d.store.Update(d.ctx, func(tx helpdesk.Tx) error {
		all, err := tx.OutgoingInState(helpdesk.OutgoingQueued, 1)
		if err != nil || len(all) != 1 {
			t.Fatalf("acknowledgements: %v, %v", all, err)
		}
		held = all[0]
		held.State = helpdesk.OutgoingHeld
		return tx.SaveOutgoing(held)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.now = d.now.AddDate(0, 0, 3)
	if err := d.ReleaseHolds(d.ctx, helpdesk.User{ID: 1, Role: helpdesk.RoleAdmin, Active: true}); err != nil {
		t.Fatal(err)
	}
	if v, err := d.store.Status(d.ctx); err != nil || !v.QueuedSince.Equal(d.now) {
		t.Errorf("queued since %s, want %s (%v)", v.QueuedSince, d.now, err)
	}
}
