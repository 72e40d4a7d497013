package store

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"sportello/helpdesk"
)

// outgoing queues a reply (or, changed, something else) on a new ticket.
func (d *desk) outgoing(tx helpdesk.Tx, key string, change func(*helpdesk.Outgoing)) helpdesk.Outgoing {
	d.t.Helper()
	v := d.ticket(tx, nil)
	m := d.message(tx, v.ID, func(m *helpdesk.Message) {
		m.Kind, m.AuthorID, m.ContactID, m.MessageID = helpdesk.KindReply, d.anna.ID, 0, key+"@centro.example"
	})
	o := helpdesk.Outgoing{Key: key, Kind: helpdesk.OutgoingReply, TicketID: v.ID, MessageID: m.ID, MailboxID: d.mailbox.ID,
		Ref: m.MessageID, From: d.mailbox.Address, Recipients: []string{"c@comune.example", "x@comune.example"}, Subject: "Re",
		Bytes: helpdesk.NewBlob([]byte("From: " + key)), State: helpdesk.OutgoingQueued, CreatedAt: epoch}
	if change != nil {
		change(&o)
	}
	if err := tx.InsertOutgoing(&o); err != nil {
		d.t.Fatal(err)
	}
	return o
}

func TestOutgoing(t *testing.T) {
	d := newDesk(t)
	var o helpdesk.Outgoing
	d.do(func(tx helpdesk.Tx) error { o = d.outgoing(tx, "k", nil); return nil })
	twice := o
	twice.Ref, twice.BlobID = "other", 0
	if err := d.Update(t.Context(), func(tx helpdesk.Tx) error { return tx.InsertOutgoing(&twice) }); !errors.Is(err, helpdesk.ErrExists) {
		t.Errorf("the same key twice: %v", err)
	}
	o.State, o.Attempts, o.Error, o.Refused, o.SentAt = helpdesk.OutgoingSent, 2, "x@: 550", []string{"x@comune.example"}, epoch.Add(time.Hour)
	d.do(func(tx helpdesk.Tx) error { return tx.SaveOutgoing(o) })
	want := o
	want.Bytes = helpdesk.Blob{}
	d.do(func(tx helpdesk.Tx) error {
		byID, err1 := tx.OutgoingByID(o.ID)
		byRef, err2 := tx.OutgoingByRef(o.Ref)
		byKey, err3 := tx.OutgoingByKey(o.Key)
		for _, got := range []helpdesk.Outgoing{byID, byRef, byKey} {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v (%v)", got, want, errors.Join(err1, err2, err3))
			}
		}
		report := helpdesk.Report{Kind: helpdesk.ReportFailed, OutgoingID: o.ID}
		d.message(tx, o.TicketID, func(m *helpdesk.Message) { m.Kind, m.Report = helpdesk.KindBounce, &report })
		return nil
	})
	v, err := d.Ticket(t.Context(), helpdesk.NewNumber(2026, 1), d.anna.ID)
	if err != nil || v.Messages[0].Outgoing == nil || v.Messages[0].Outgoing.State != helpdesk.OutgoingSent || v.Messages[0].Author != d.anna.Name ||
		v.Messages[1].Report == nil || v.Messages[1].Report.OutgoingID != o.ID {
		t.Errorf("%+v, %v", v.Messages, err)
	}
	if id, err := d.OriginalBlob(t.Context(), o.MessageID); err != nil || id != o.BlobID {
		t.Errorf("original: %d, %v", id, err)
	}
	if _, err := d.OriginalBlob(t.Context(), v.Messages[1].ID); !errors.Is(err, helpdesk.ErrNone) {
		t.Errorf("original of what never was mail: %v", err)
	}
}

func TestNextOutgoing(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		ack := func(o *helpdesk.Outgoing) { o.Kind, o.From = helpdesk.OutgoingAck, "" }
		d.outgoing(tx, "old ack", func(o *helpdesk.Outgoing) { ack(o); o.CreatedAt = epoch.Add(-time.Hour) })
		d.outgoing(tx, "later", func(o *helpdesk.Outgoing) { o.NextTry = epoch.Add(time.Hour) })
		d.outgoing(tx, "first", nil)
		d.outgoing(tx, "second", nil)
		d.outgoing(tx, "other box", func(o *helpdesk.Outgoing) { o.MailboxID = d.other.ID })
		d.outgoing(tx, "unknown", func(o *helpdesk.Outgoing) { o.State = helpdesk.OutgoingUnknown })
		for _, want := range []string{"first", "second", "old ack", ""} {
			o, err := tx.NextOutgoing(d.mailbox.ID, epoch)
			if o.Key != want || (want == "") != errors.Is(err, helpdesk.ErrNone) {
				t.Errorf("next is %q, want %q (%v)", o.Key, want, err)
			}
			o.State = helpdesk.OutgoingSent
			if err := tx.SaveOutgoing(o); err != nil {
				return err
			}
		}
		return nil
	})
	for state, want := range map[helpdesk.OutgoingState][]string{"": {"unknown", "other box", "second", "first", "later", "old ack"},
		helpdesk.OutgoingSent: {"second", "first", "old ack"}, helpdesk.OutgoingQueued: {"other box", "later"}, helpdesk.OutgoingHeld: nil} {
		var got []string
		for before, rows := int64(0), 1; rows > 0; {
			page, err := d.Outbox(t.Context(), state, helpdesk.Place{Before: before}, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page {
				got, before = append(got, r.Key), r.ID
			}
			rows = len(page)
		}
		if !slices.Equal(got, want) {
			t.Errorf("outbox %q: %v, want %v", state, got, want)
		}
		if len(want) > 2 { // from the oldest back to the two above it
			oldest, err := d.Outbox(t.Context(), state, helpdesk.Place{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			page, err := d.Outbox(t.Context(), state, helpdesk.Place{After: oldest[len(oldest)-1].ID}, 2)
			if err != nil || len(page) != 2 || page[0].Key != want[len(want)-3] || page[1].Key != want[len(want)-2] {
				t.Errorf("outbox %q, above the oldest: %v, %v", state, page, err)
			}
		}
	}
	if v, err := d.Status(t.Context()); err != nil || v.Unknown != 1 || v.Held != 0 || !v.QueuedSince.Equal(epoch) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestAutomaticMailIsCounted(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		for i, address := range []string{"a@x.example", "a@x.example", "b@x.example", "b+1@x.example", "b+2@y.example", "b-3@x.example"} {
			d.outgoing(tx, string(rune('a'+i)), func(o *helpdesk.Outgoing) {
				o.Kind, o.Recipients, o.CreatedAt = helpdesk.OutgoingAck, []string{address}, epoch.Add(time.Duration(i)*time.Hour)
			})
		}
		for _, row := range []struct {
			address string
			since   time.Time
			want    int
		}{{"a@x.example", epoch, 2}, {"a@x.example", epoch.Add(1e6), 1}, {"", epoch, 6}, {"", epoch.Add(2 * time.Hour), 4}, {"c@x.example", epoch, 0},
			{"b@x.example", epoch, 2}, {"b+9@x.example", epoch, 2}, {"b@y.example", epoch, 1}, {"b+2@y.example", epoch.Add(5 * time.Hour), 0}} {
			if n, err := tx.AutomaticTo(d.mailbox.ID, helpdesk.OutgoingAck, row.address, row.since); n != row.want {
				t.Errorf("%s since %s: %d, want %d (%v)", row.address, row.since, n, row.want, err)
			}
		}
		return nil
	})
}

func TestOutboxIdsAreNeverUsedAgain(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		if id, err := tx.HandedOver(); id != 0 || err != nil {
			t.Errorf("handed over %d, %v", id, err)
		}
		if err := errors.Join(tx.StartOutgoingAfter(40), tx.StartOutgoingAfter(30), tx.SetHandedOver(41)); err != nil {
			return err
		}
		if o := d.outgoing(tx, "k", nil); o.ID != 41 {
			t.Errorf("id %d", o.ID)
		}
		if id, err := tx.HandedOver(); id != 41 {
			t.Errorf("handed over %d, %v", id, err)
		}
		return tx.StartOutgoingAfter(50)
	})
	d.do(func(tx helpdesk.Tx) error {
		if o := d.outgoing(tx, "l", nil); o.ID != 51 {
			t.Errorf("id %d", o.ID)
		}
		return nil
	})
}
