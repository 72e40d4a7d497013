package helpdesk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
)

const (
	secretMessageID = "message-id" // HMAC key of our Message-IDs
	settingHold     = "automatic-held"
	skippedNumbers  = 1000
)

// Start makes the store ready: keys, mailboxes, mail of unknown fate, and the
// recognition of a database that was copied back. It returns the mailboxes
// with their ids.
func (d *Desk) Start(ctx context.Context, boxes []Mailbox) ([]Mailbox, error) {
	out := append([]Mailbox(nil), boxes...)
	high, err := d.mark.Load()
	if err != nil {
		return nil, fmt.Errorf("start: outbox mark: %w", err)
	}
	err = d.update(ctx, "start", func(c *change) error {
		if err := c.makeKeys(); err != nil {
			return err
		}
		for i := range out {
			if err := c.registerMailbox(&out[i]); err != nil {
				return err
			}
		}
		if err := c.recogniseRestore(high); err != nil {
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
	_, err := c.Secret(secretMessageID)
	if !errors.Is(err, ErrNone) {
		return err
	}
	key := make([]byte, 32)
	rand.Read(key)
	return c.SetSecret(secretMessageID, key)
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

// recogniseRestore compares what this database knows of mail handed over with
// the mark beside it. A database behind the mark is an older copy: what it
// holds as queued may have left already, so nothing goes out by itself.
func (c *change) recogniseRestore(high int64) error {
	known, err := c.HandedOver()
	if err != nil || known >= high {
		return err
	}
	for _, s := range []OutgoingState{OutgoingQueued, OutgoingSending} {
		if err := c.moveAll(s, OutgoingUnknown, "la base dati è stata ripristinata: verificare se è già partita"); err != nil {
			return err
		}
	}
	if err := c.SetSetting(settingHold, "1"); err != nil {
		return err
	}
	if err := c.UnsettleBoxes(); err != nil {
		return err
	}
	if err := c.StartOutgoingAfter(high); err != nil {
		return err
	}
	if err := c.SetHandedOver(high); err != nil {
		return err
	}
	if err := c.SkipNumbers(c.desk.rome(c.at).Year(), skippedNumbers); err != nil {
		return err
	}
	return c.record(Event{Kind: EventRestored, Detail: Detail{"mark": fmt.Sprint(high), "known": fmt.Sprint(known)}})
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
			o.State, o.Error = to, why
			if err := c.SaveOutgoing(o); err != nil {
				return err
			}
			if err := c.record(Event{Kind: EventOutgoing, TicketID: o.TicketID, ObjectID: o.ID, Detail: Detail{"state": string(to)}}); err != nil {
				return err
			}
		}
	}
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
