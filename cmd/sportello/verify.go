package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/store"
)

// pendingTooLong is how long a kept message may wait to be read.
const pendingTooLong = 2 * time.Minute

// verify looks whether anything is missing or altered, beside a running serve:
// one line a check.
func verify(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "verify", "")
	offline := flags.Bool("offline", false, "senza confrontare le cartelle sui server di posta")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	return withTool(ctx, flags, func(t *tool) error {
		v := verifier{tool: t, findings: findings{out: env.stdout}}
		for _, c := range v.checks(*offline) {
			if err := c(ctx); err != nil {
				return err
			}
		}
		return v.err()
	})
}

type verifier struct {
	*tool
	findings
}

// checks in the order in which they are said.
func (v *verifier) checks(offline bool) []func(context.Context) error {
	list := []func(context.Context) error{
		v.problems("integrità dell'archivio", v.store.IntegrityCheck),
		v.problems("riferimenti fra le righe", v.store.ForeignKeyCheck),
		v.problems("righe senza il loro seguito", v.store.OrphanCheck),
		v.chain, v.pending, v.outbox,
	}
	if offline {
		return list
	}
	for _, m := range v.cfg.Mailboxes {
		list = append(list, func(ctx context.Context) error { return v.folder(ctx, m) })
	}
	return list
}

// problems makes a check of one that lists what is wrong.
func (v *verifier) problems(what string, find func(context.Context) ([]string, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		found, err := find(ctx)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			v.ok(what, "")
			return nil
		}
		v.fault(what, "%s%s", found[0], andMore(len(found)-1))
		return nil
	}
}

func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (e altri %d)", n)
}

// chain follows the register of events from its beginning.
func (v *verifier) chain(ctx context.Context) error {
	const what, page = "registro degli eventi", 1000
	var last helpdesk.Event
	for {
		var some []helpdesk.Event
		err := v.store.View(ctx, func(tx helpdesk.ReadTx) (err error) {
			some, err = tx.Events(last.ID, page)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range some {
			if e.ID != last.ID+1 {
				v.fault(what, "dopo l'evento %d viene il %d", last.ID, e.ID)
				return nil
			}
			if err := helpdesk.VerifyEvent(e, last.Hash); err != nil {
				v.fault(what, "l'evento %d è stato alterato (%v)", e.ID, err)
				return nil
			}
			last = e
		}
		if len(some) < page {
			v.ok(what, "%d eventi, catena intatta", last.ID)
			return nil
		}
	}
}

// pending holds the promise that what is kept is soon read.
func (v *verifier) pending(ctx context.Context) error {
	const what = "messaggi da leggere"
	s, err := v.store.Status(ctx)
	if err != nil {
		return err
	}
	if age := v.desk.Now().Sub(s.OldestPending); !s.OldestPending.IsZero() && age > pendingTooLong {
		v.fault(what, "il più vecchio aspetta da %s: il programma è in funzione?", age.Round(time.Second))
		return nil
	}
	v.ok(what, "%d in quarantena", s.Parked)
	return nil
}

// outbox compares the states with the mark beside the database.
func (v *verifier) outbox(ctx context.Context) error {
	const what = "posta in uscita"
	mark, err := store.NewMark(v.cfg.DataDir).Load()
	if err != nil && !errors.Is(err, helpdesk.ErrNone) {
		v.fault(what, "%s", sentence(err))
		return nil
	}
	var known int64
	err = v.store.View(ctx, func(tx helpdesk.ReadTx) (err error) {
		known, err = tx.HandedOver()
		return err
	})
	if err != nil {
		return err
	}
	s, err := v.store.Status(ctx)
	if err != nil {
		return err
	}
	// The mark follows the commit: one hand-over may lie between them.
	if known > mark.Count+1 {
		v.fault(what, "il file outbox.mark conta %d consegne, l'archivio %d: un ripristino non sarebbe riconosciuto", mark.Count, known)
		return nil
	}
	v.ok(what, "%d da verificare, %d trattenuti", s.Unknown, s.Held)
	return nil
}

// folder compares every UID of a mailbox's folder with the ledger. UIDs above
// the ledger's greatest are mail that is still to be fetched.
func (v *verifier) folder(ctx context.Context, m MailboxConfig) error {
	what := "cartella " + m.IMAP.Folder + " di " + m.Address
	box, err := v.box(ctx, m)
	if errors.Is(err, helpdesk.ErrNone) {
		v.ok(what, "mai letta finora")
		return nil
	}
	if err != nil {
		return err
	}
	// The ledger first: what arrives in between is then only still to be fetched.
	known, err := v.ledger(ctx, box)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	validity, uids, err := mailbox.ListUIDs(ctx, m.imap(v.cfg.Location))
	switch {
	case err != nil:
		v.fault(what, "%s", mailbox.IMAPReason(err))
	case validity != box.UIDValidity:
		v.fault(what, "il server ha rinumerato i messaggi: saranno confrontati alla prossima lettura")
	default:
		v.compare(what, uids, known)
	}
	return nil
}

func (v *verifier) compare(what string, uids, known []uint32) {
	waiting, missing := 0, []uint32(nil)
	for _, uid := range uids {
		if _, ok := slices.BinarySearch(known, uid); ok {
			continue
		}
		if len(known) == 0 || uid > known[len(known)-1] {
			waiting++
		} else {
			missing = append(missing, uid)
		}
	}
	if len(missing) > 0 {
		v.fault(what, "manca nel registro della posta il messaggio UID %d%s", missing[0], andMore(len(missing)-1))
		return
	}
	v.ok(what, "%d messaggi, %d ancora da prelevare", len(uids), waiting)
}

// box is the mailbox's folder as the desk knows it.
func (v *verifier) box(ctx context.Context, m MailboxConfig) (box helpdesk.Box, err error) {
	err = v.store.View(ctx, func(tx helpdesk.ReadTx) error {
		all, err := tx.Mailboxes()
		if err != nil {
			return err
		}
		for _, known := range all {
			if known.Address == m.Address {
				box, err = tx.BoxByFolder(known.ID, m.IMAP.Folder)
				return err
			}
		}
		return helpdesk.ErrNone
	})
	return box, err
}

func (v *verifier) ledger(ctx context.Context, box helpdesk.Box) ([]uint32, error) {
	const page = 10_000
	var all []uint32
	for after := uint32(0); ; {
		some, err := v.desk.LedgerUIDs(ctx, box, after, page)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < page {
			return all, nil
		}
		after = some[len(some)-1]
	}
}
