package store

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"sportello/helpdesk"
)

func TestKeepAndTakeIn(t *testing.T) {
	d := newDesk(t)
	blob := helpdesk.NewBlob([]byte("From: a@b.example\r\n\r\nx"))
	want := helpdesk.RawMessage{MailboxID: d.mailbox.ID, SHA256: blob.SHA256, Size: 23, InternalDate: epoch,
		KeptAt: epoch.Add(time.Minute), FoundAtStart: true, State: helpdesk.RawPending}
	d.do(func(tx helpdesk.Tx) (err error) {
		want.BlobID, err = tx.PutBlob(blob)
		if err != nil {
			return err
		}
		return tx.InsertRaw(&want)
	})
	twice := want
	err := d.Update(t.Context(), func(tx helpdesk.Tx) error { return tx.InsertRaw(&twice) })
	if !errors.Is(err, helpdesk.ErrExists) {
		t.Errorf("the same bytes twice: %v", err)
	}
	d.do(func(tx helpdesk.Tx) error {
		byHash, err1 := tx.RawByHash(blob.SHA256)
		byID, err2 := tx.RawByID(want.ID)
		if byHash != want || byID != want {
			t.Errorf("got %+v and %+v, want %+v (%v, %v)", byHash, byID, want, err1, err2)
		}
		pending, err := tx.PendingRaw(epoch, 10)
		if err != nil || len(pending) != 1 || pending[0] != want {
			t.Errorf("pending: %+v, %v", pending, err)
		}
		want.Attempts, want.NextTry, want.Error = 1, epoch.Add(time.Hour), "illeggibile"
		if err := tx.SaveRaw(want); err != nil {
			return err
		}
		for when, n := range map[time.Time]int{epoch.Add(59 * time.Minute): 0, epoch.Add(time.Hour): 1} {
			if pending, err := tx.PendingRaw(when, 10); err != nil || len(pending) != n {
				t.Errorf("pending at %s: %+v, %v", when, pending, err)
			}
		}
		want.State = helpdesk.RawParked
		return tx.SaveRaw(want)
	})
	if parked, _, err := d.Quarantine(t.Context()); err != nil || len(parked) != 1 || parked[0].RawMessage != want || parked[0].Mailbox != d.mailbox.Name {
		t.Errorf("quarantine: %+v, %v", parked, err)
	}
	if all, err := d.RawsAfter(t.Context(), helpdesk.RawParked, time.Time{}, 0, 10); err != nil || len(all) != 1 {
		t.Errorf("parked: %+v, %v", all, err)
	}
	if all, err := d.RawsAfter(t.Context(), helpdesk.RawParked, epoch.Add(time.Hour), 0, 10); err != nil || len(all) != 0 {
		t.Errorf("kept later: %+v, %v", all, err)
	}
}

func TestLedger(t *testing.T) {
	d := newDesk(t)
	box := helpdesk.Box{MailboxID: d.mailbox.ID, Folder: "INBOX", UIDValidity: 7, FirstNext: 4, FirstAt: epoch}
	entry := func(validity, uid uint32, state helpdesk.LedgerState) helpdesk.LedgerEntry {
		return helpdesk.LedgerEntry{BoxID: box.ID, UIDValidity: validity, UID: uid, State: state,
			InternalDate: epoch, Size: 100, HeaderHash: []byte{1, 2}}
	}
	d.do(func(tx helpdesk.Tx) error {
		if err := tx.SaveBox(&box); err != nil {
			return err
		}
		if next, err := tx.LedgerNext(box.ID, 7); next != 1 {
			t.Errorf("next of nothing: %d, %v", next, err)
		}
		for uid, state := range map[uint32]helpdesk.LedgerState{3: helpdesk.LedgerSkipped, 9: helpdesk.LedgerVanished,
			4_294_967_294: helpdesk.LedgerFailed, 8: helpdesk.LedgerOversized} {
			e := entry(7, uid, state)
			if state == helpdesk.LedgerFailed {
				e.NextTry, e.Error = epoch.Add(time.Minute), "fetch"
			}
			if err := tx.SaveLedger(e); err != nil {
				return err
			}
		}
		return nil
	})
	d.do(func(tx helpdesk.Tx) error {
		if next, err := tx.LedgerNext(box.ID, 7); next != 4_294_967_295 {
			t.Errorf("next: %d, %v", next, err)
		}
		if got, err := tx.BoxByFolder(d.mailbox.ID, "INBOX"); got != box {
			t.Errorf("box: %+v, %v", got, err)
		}
		box.UIDValidity, box.Settled = 8, true
		if err := tx.SaveBox(&box); err != nil {
			return err
		}
		if got, err := tx.BoxByID(box.ID); got != box {
			t.Errorf("box: %+v, %v", got, err)
		}
		if uids, err := tx.LedgerUIDs(box.ID, 7, 3, 2); !slices.Equal(uids, []uint32{8, 9}) {
			t.Errorf("uids: %v, %v", uids, err)
		}
		for when, n := range map[time.Time]int{epoch: 0, epoch.Add(time.Minute): 1} {
			if due, err := tx.LedgerDue(box.ID, 7, when, 10); len(due) != n {
				t.Errorf("due at %s: %v, %v", when, due, err)
			}
		}
		for validity, n := range map[uint32]int{7: 0, 8: 4} {
			if alike, err := tx.LedgerAlike(box.ID, validity, epoch, 100, []byte{1, 2}); len(alike) != n {
				t.Errorf("alike at %d: %v, %v", validity, alike, err)
			}
		}
		if alike, err := tx.LedgerAlike(box.ID, 8, epoch, 100, []byte{1}); len(alike) != 0 {
			t.Errorf("other header: %v, %v", alike, err)
		}
		done := entry(7, 4_294_967_294, helpdesk.LedgerSkipped)
		if err := tx.SaveLedger(done); err != nil {
			return err
		}
		if got, err := tx.LedgerEntry(box.ID, 7, done.UID); !reflect.DeepEqual(got, done) {
			t.Errorf("entry: %+v, %v", got, err)
		}
		return nil
	})
	if _, problems, err := d.Quarantine(t.Context()); err != nil || len(problems) != 1 || problems[0].UID != 8 || problems[0].Folder != "INBOX" {
		t.Errorf("problems: %+v, %v", problems, err)
	}
}

func TestMailboxesAreKnownByAddress(t *testing.T) {
	d := newDesk(t)
	again := helpdesk.Mailbox{Name: "Nuovo nome", Address: d.mailbox.Address, Kind: helpdesk.MailboxPEC, AckEnabled: true, AckHourlyLimit: 60}
	d.do(func(tx helpdesk.Tx) error { return tx.SaveMailbox(&again) })
	all, err := d.Mailboxes(t.Context())
	if err != nil || again.ID != d.mailbox.ID || !slices.Contains(all, again) || len(all) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestBlockedSenders(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		is := func(want bool) {
			if got, err := tx.BlockedSender("x@y.example"); got != want || err != nil {
				t.Errorf("blocked %v, %v; want %v", got, err, want)
			}
		}
		is(false)
		for range 2 {
			if err := tx.BlockSender("x@y.example", d.anna.ID, epoch); err != nil {
				return err
			}
		}
		is(true)
		err := tx.UnblockSender("x@y.example")
		is(false)
		return err
	})
}

func TestStatus(t *testing.T) {
	d := newDesk(t)
	health := helpdesk.Health{MailboxID: d.other.ID, Way: "imap", Since: epoch, Reason: "Password errata"}
	d.do(func(tx helpdesk.Tx) error {
		id, err := tx.PutBlob(helpdesk.NewBlob([]byte("x")))
		if err != nil {
			return err
		}
		raw := helpdesk.RawMessage{MailboxID: d.other.ID, BlobID: id, InternalDate: epoch, KeptAt: epoch.Add(time.Hour), State: helpdesk.RawPending}
		return errors.Join(tx.InsertRaw(&raw), tx.SaveHealth(health), tx.SaveHealth(health))
	})
	v, err := d.Status(t.Context())
	if err != nil || len(v.Mailboxes) != 2 || !slices.Equal(v.Mailboxes[1].Ways, []helpdesk.Health{health}) ||
		!v.OldestPending.Equal(epoch.Add(time.Hour)) || v.Parked != 0 || !v.QueuedSince.IsZero() {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestMailboxLeftOut takes a mailbox out of the configuration: its last fault
// is nobody's concern any more, mail that is still to leave from it is.
func TestMailboxLeftOut(t *testing.T) {
	d := newDesk(t)
	keep := func(want []int64, kept ...int64) {
		t.Helper()
		d.do(func(tx helpdesk.Tx) error {
			changed, err := tx.KeepMailboxes(kept)
			if !slices.Equal(changed, want) {
				t.Errorf("keeping %v changed %v, want %v", kept, changed, want)
			}
			return err
		})
	}
	shown := func() (all []int64) {
		v, err := d.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range v.Mailboxes {
			all = append(all, m.ID)
			if m.ID == d.other.ID && (len(m.Ways) != 1 || m.Ways[0].Way != "smtp" || m.Ways[0].Reason != saysLeft) {
				t.Errorf("%+v", m.Ways)
			}
		}
		return all
	}
	d.do(func(tx helpdesk.Tx) error {
		return tx.SaveHealth(helpdesk.Health{MailboxID: d.other.ID, Way: "imap", Since: epoch, Reason: "Password errata"})
	})
	keep([]int64{d.other.ID}, d.mailbox.ID)
	keep(nil, d.mailbox.ID)
	if got := shown(); !slices.Equal(got, []int64{d.mailbox.ID}) {
		t.Errorf("in the status: %v", got)
	}
	if all, err := d.Mailboxes(t.Context()); err != nil || !slices.Equal(all, []helpdesk.Mailbox{d.mailbox}) {
		t.Errorf("to choose from: %v, %v", all, err)
	}
	if all, err := d.FormerMailboxes(t.Context()); err != nil || !slices.Equal(all, []helpdesk.Mailbox{d.other}) {
		t.Errorf("former ones: %v, %v", all, err)
	}
	d.do(func(tx helpdesk.Tx) error {
		if all, err := tx.Mailboxes(); len(all) != 2 {
			t.Errorf("addresses of ours: %v, %v", all, err)
		}
		d.outgoing(tx, "k", func(o *helpdesk.Outgoing) { o.MailboxID = d.other.ID })
		return nil
	})
	if got := shown(); !slices.Equal(got, []int64{d.mailbox.ID, d.other.ID}) {
		t.Errorf("in the status with mail in its queue: %v", got)
	}
	keep([]int64{d.other.ID}, d.mailbox.ID, d.other.ID)
	if all, err := d.Mailboxes(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("configured again: %v, %v", all, err)
	}
}

// TestWaitingBeginsAnew when a person tries again what was given up long ago,
// and goes on through the tries in between.
func TestWaitingBeginsAnew(t *testing.T) {
	d := newDesk(t)
	later := epoch.Add(72 * time.Hour)
	var raw helpdesk.RawMessage
	var out helpdesk.Outgoing
	d.do(func(tx helpdesk.Tx) error {
		id, err := tx.PutBlob(helpdesk.NewBlob([]byte("x")))
		raw = helpdesk.RawMessage{MailboxID: d.mailbox.ID, BlobID: id, InternalDate: epoch, KeptAt: epoch, State: helpdesk.RawPending}
		out = d.outgoing(tx, "k", nil)
		return errors.Join(err, tx.InsertRaw(&raw))
	})
	for _, step := range []struct {
		name            string
		raw             helpdesk.RawState
		out             helpdesk.OutgoingState
		next            time.Time
		pending, queued time.Time
	}{
		{"a try is begun", helpdesk.RawPending, helpdesk.OutgoingSending, time.Time{}, epoch, time.Time{}},
		{"and put off", helpdesk.RawPending, helpdesk.OutgoingQueued, epoch.Add(time.Hour), epoch.Add(time.Hour), epoch},
		{"given up", helpdesk.RawParked, helpdesk.OutgoingFailed, time.Time{}, time.Time{}, time.Time{}},
		{"tried again", helpdesk.RawPending, helpdesk.OutgoingQueued, later, later, later},
		{"a second try is begun", helpdesk.RawPending, helpdesk.OutgoingSending, time.Time{}, later, time.Time{}},
		{"and put off", helpdesk.RawPending, helpdesk.OutgoingQueued, later.Add(time.Hour), later.Add(time.Hour), later},
	} {
		raw.State, raw.NextTry, out.State, out.NextTry = step.raw, step.next, step.out, step.next
		d.do(func(tx helpdesk.Tx) error { return errors.Join(tx.SaveRaw(raw), tx.SaveOutgoing(out)) })
		v, err := d.Status(t.Context())
		if err != nil || !v.OldestPending.Equal(step.pending) || !v.QueuedSince.Equal(step.queued) {
			t.Errorf("%s: pending since %s, queued since %s (%v)", step.name, v.OldestPending, v.QueuedSince, err)
		}
	}
}

func TestBlobs(t *testing.T) {
	d := newDesk(t)
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 7} {
		data := bytes.Repeat([]byte("0123456789a"), size/11+1)[:size]
		var id, again int64
		d.do(func(tx helpdesk.Tx) (err error) {
			if id, err = tx.PutBlob(helpdesk.NewBlob(data)); err != nil {
				return err
			}
			again, err = tx.PutBlob(helpdesk.NewBlob(data))
			return err
		})
		if id != again {
			t.Errorf("%d bytes are stored twice", size)
		}
		if got, err := d.Blob(t.Context(), id); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
		d.readBlob(id, data)
	}
	n, err := d.CollectBlobs(t.Context())
	if err != nil || n != 6 {
		t.Errorf("%d collected, %v", n, err)
	}
	if _, err := d.OpenBlob(t.Context(), 1); !errors.Is(err, helpdesk.ErrNone) {
		t.Error(err)
	}
}
