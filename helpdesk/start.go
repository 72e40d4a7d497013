package helpdesk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	secretMessageID = "message-id" // HMAC key of our Message-IDs
	settingHold     = "automatic-held"
	skippedNumbers  = 1000

	// SettingRestored is "1" in a database that «restore» wrote, until Start.
	SettingRestored = "restored"
)

// Start makes the store ready: keys, mailboxes, mail of unknown fate, and the
// recognition of a database that was copied back. It returns the mailboxes
// with their ids.
func (d *Desk) Start(ctx context.Context, boxes []Mailbox) ([]Mailbox, error) {
	out := append([]Mailbox(nil), boxes...)
	mark, err := d.mark.Load()
	missing := errors.Is(err, ErrNone)
	if err != nil && !missing {
		return nil, fmt.Errorf("start: outbox mark: %w", err)
	}
	err = d.update(ctx, "start", func(c *change) error {
		if err := c.makeKeys(); err != nil {
			return err
		}
		if err := c.loadTaxonomy(); err != nil {
			return err
		}
		for i := range out {
			if err := c.registerMailbox(&out[i]); err != nil {
				return err
			}
		}
		if err := c.keepMailboxes(out); err != nil {
			return err
		}
		// The configuration may name no sent folder any more.
		if err := c.DropHealth(WaySent); err != nil {
			return err
		}
		if err := c.recogniseRestore(mark, missing); err != nil {
			return err
		}
		return c.settleInterrupted()
	})
	if err != nil {
		return nil, err
	}
	wake(d.intake)
	wake(d.outgoing)
	return out, nil
}

func (c *change) makeKeys() error {
	for _, name := range []string{secretMessageID, secretDevice} {
		_, err := c.Secret(name)
		if errors.Is(err, ErrNone) {
			key := make([]byte, 32)
			rand.Read(key)
			err = c.SetSecret(name, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *change) registerMailbox(m *Mailbox) error {
	known, err := c.Mailboxes()
	if err != nil {
		return err
	}
	for _, k := range known {
		if k.Address != m.Address {
			continue
		}
		m.ID = k.ID
		if *m == k {
			return nil
		}
	}
	if err := c.SaveMailbox(m); err != nil {
		return fmt.Errorf("mailbox %s: %w", m.Name, err)
	}
	return c.record(Event{Kind: EventMailbox, ObjectID: m.ID, Detail: Detail{"address": m.Address, "name": m.Name}})
}

// keepMailboxes has the mailboxes that the configuration names no more, or
// names again, stand in the register.
func (c *change) keepMailboxes(boxes []Mailbox) error {
	ids := make([]int64, len(boxes))
	for i, m := range boxes {
		ids[i] = m.ID
	}
	changed, err := c.KeepMailboxes(ids)
	if err != nil {
		return err
	}
	for _, id := range changed {
		e := Event{Kind: EventMailbox, ObjectID: id, Detail: Detail{"configured": fmt.Sprint(slices.Contains(ids, id))}}
		if err := c.record(e); err != nil {
			return err
		}
	}
	return nil
}

// recogniseRestore compares how often this database handed mail over with
// the mark beside it. One behind the mark is an older copy; so is one that was
// carried here without its mark, and one that «restore» wrote. What such a
// database holds as queued may have left already, so nothing goes out by itself.
func (c *change) recogniseRestore(mark HandOver, missing bool) error {
	known, err := c.HandedOver()
	if err != nil {
		return err
	}
	told, err := c.Setting(SettingRestored)
	if err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	if known >= mark.Count && told != "1" && !(missing && known > 0) {
		return nil
	}
	last, err := c.LastEvent()
	if err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	for _, s := range []OutgoingState{OutgoingQueued, OutgoingSending} {
		if err := c.moveAll(s, OutgoingUnknown, "la base dati è stata ripristinata: verificare se è già partita"); err != nil {
			return err
		}
	}
	for _, step := range []func() error{
		func() error { return c.SetSetting(settingHold, "1") },
		func() error { return c.SetSetting(SettingRestored, "0") },
		c.UnsettleBoxes,
		func() error { return c.StartOutgoingAfter(mark.Highest) },
		func() error { return c.SetHandedOver(max(known, mark.Count)) },
		func() error { return c.skipNumbers(last.At) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return c.record(Event{Kind: EventRestored, Detail: Detail{"mark": fmt.Sprint(mark.Count), "known": fmt.Sprint(known)}})
}

// skipNumbers leaves out numbers that were given since: in every year, because
// mail of last December is numbered in last year.
func (c *change) skipNumbers(since time.Time) error {
	year := c.desk.rome(c.at).Year()
	first := year
	if !since.IsZero() {
		first = min(first, c.desk.rome(since).Year())
	}
	for y := first; y <= year; y++ {
		if err := c.SkipNumbers(y, skippedNumbers); err != nil {
			return err
		}
	}
	return nil
}

// settleInterrupted: mail that was being sent when the process ended may have
// arrived; only a person may say (security R-20).
func (c *change) settleInterrupted() error {
	return c.moveAll(OutgoingSending, OutgoingUnknown, "il programma si è fermato durante l'invio")
}

func (c *change) moveAll(from, to OutgoingState, why string) error {
	for {
		some, err := c.OutgoingInState(from, 500)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, o := range some {
			if err := c.moveOutgoing(o, to, why); err != nil {
				return err
			}
		}
	}
}

func (c *change) moveOutgoing(o Outgoing, to OutgoingState, why string) error {
	o.State, o.Error = to, why
	if to == OutgoingQueued {
		o.NextTry = c.at // its waiting begins now
	}
	if err := c.SaveOutgoing(o); err != nil {
		return err
	}
	return c.record(Event{Kind: EventOutgoing, TicketID: o.TicketID, ObjectID: o.ID, Detail: Detail{"state": string(to)}})
}

// held reports whether automatic mail waits for a person after a restore.
func (c *change) held() (bool, error) {
	v, err := c.Setting(settingHold)
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	return v == "1", err
}

// ReleaseHolds lets automatic mail leave again after a restore.
func (d *Desk) ReleaseHolds(ctx context.Context, u User) error {
	if !Can(u, ActAdminister, 0) {
		return errForbidden
	}
	return d.update(ctx, "release holds", func(c *change) error {
		if err := c.SetSetting(settingHold, "0"); err != nil {
			return err
		}
		if err := c.moveAll(OutgoingHeld, OutgoingQueued, ""); err != nil {
			return err
		}
		c.outgoing = true
		return c.record(Event{Kind: EventReleased, ActorID: u.ID})
	})
}
