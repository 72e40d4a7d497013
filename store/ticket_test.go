package store

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"sportello/helpdesk"
)

func TestTicketComesBackAsItWas(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		v := d.ticket(tx, func(v *helpdesk.Ticket) {
			v.State, v.OwnerID, v.Automatic, v.HasAttachments, v.Messages = helpdesk.StateSnoozed, d.anna.ID, true, true, 3
			v.FirstAnswerAt, v.AnsweredAt, v.ClosedAt = epoch.Add(1e6), epoch.Add(2e6), epoch.Add(3e6)
			v.SnoozedUntil, v.SnoozedBy, v.Channel = epoch.Add(time.Hour), d.bruno.ID, helpdesk.ChannelPEC
		})
		got, err := tx.TicketByNumber(v.Number)
		if got != v || v.Version != 1 || v.Number.String() != "2026-000001" {
			t.Errorf("got %+v, want %+v (%v)", got, v, err)
		}
		stale := v
		v.Subject, v.State, v.OwnerID, v.SnoozedUntil = "Altro", helpdesk.StateOpen, 0, time.Time{}
		if err := tx.SaveTicket(&v); err != nil {
			return err
		}
		if got, err := tx.TicketByID(v.ID); got != v || v.Version != 2 {
			t.Errorf("got %+v, want %+v (%v)", got, v, err)
		}
		if err := tx.SaveTicket(&stale); helpdesk.ErrorCode(err) != helpdesk.Conflict || !errors.Is(err, helpdesk.ErrStale) {
			t.Errorf("an older version: %v", err)
		}
		if _, err := tx.TicketByID(99); !errors.Is(err, helpdesk.ErrNone) {
			t.Error(err)
		}
		return nil
	})
}

func TestNumbers(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		for _, want := range []string{"2026-000001", "2026-000002", "2027-000001"} {
			n, err := tx.NextNumber(map[string]int{"2026": 2026, "2027": 2027}[want[:4]])
			if n.String() != want {
				t.Errorf("got %s, want %s (%v)", n, want, err)
			}
		}
		return errors.Join(tx.SkipNumbers(2026, 1000), tx.SkipNumbers(2028, 1000))
	})
	d.do(func(tx helpdesk.Tx) error {
		for year, want := range map[int]int{2026: 1003, 2028: 1001} {
			if n, err := tx.NextNumber(year); n.Seq() != want {
				t.Errorf("got %s, want %d (%v)", n, want, err)
			}
		}
		return nil
	})
}

func TestTicketsThatAreDue(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		snoozed := d.ticket(tx, func(v *helpdesk.Ticket) { v.State, v.SnoozedUntil = helpdesk.StateSnoozed, epoch })
		answered := d.ticket(tx, func(v *helpdesk.Ticket) { v.State, v.LastMessageAt = helpdesk.StateAnswered, epoch })
		for _, row := range []struct {
			name string
			got  func(time.Time, int) ([]int64, error)
			when time.Time
			want []int64
		}{
			{"before its date", tx.TicketsToWake, epoch.Add(-1), nil},
			{"on its date", tx.TicketsToWake, epoch, []int64{snoozed.ID}},
			{"silent since then", tx.TicketsSilent, epoch, nil},
			{"silent since before", tx.TicketsSilent, epoch.Add(time.Millisecond), []int64{answered.ID}},
		} {
			if got, err := row.got(row.when, 10); !slices.Equal(got, row.want) {
				t.Errorf("%s: %v, want %v (%v)", row.name, got, row.want, err)
			}
		}
		return nil
	})
}

func TestMoveTicket(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		from, to, third, before := d.ticket(tx, nil), d.ticket(tx, nil), d.ticket(tx, nil), d.ticket(tx, nil)
		before.State, before.MergedInto = helpdesk.StateMerged, from.ID
		first, second := d.message(tx, to.ID, nil), d.message(tx, from.ID, nil)
		same := helpdesk.Participant{Address: "a@comune.example", Body: "comune.example"}
		other := helpdesk.Participant{Address: "b@comune.example", Body: "comune.example"}
		err := errors.Join(tx.SaveTicket(&before),
			tx.AddThreadRefs(from.ID, []string{"x@a", "y@a"}), tx.AddThreadRefs(to.ID, []string{"y@a"}),
			tx.AddParticipant(from.ID, same), tx.AddParticipant(to.ID, same), tx.AddParticipant(from.ID, other),
			tx.MarkUnread(d.anna.ID, from.ID, second.ID), tx.MarkUnread(d.anna.ID, to.ID, first.ID), tx.MarkUnread(d.bruno.ID, from.ID, second.ID),
			tx.LinkTickets(from.ID, to.ID), tx.LinkTickets(third.ID, from.ID), tx.LinkTickets(from.ID, third.ID))
		if err != nil {
			return err
		}
		for _, row := range []struct {
			ids           []string
			address, body string
			want          []int64
		}{
			{[]string{"y@a"}, same.Address, "", []int64{from.ID, to.ID}},
			{[]string{"y@a", "x@a"}, other.Address, "", []int64{from.ID}},
			{[]string{"y@a"}, "c@comune.example", "comune.example", []int64{from.ID, to.ID}},
			{[]string{"y@a"}, "c@comune.example", "", nil},
			{[]string{"z@a", ""}, same.Address, "", nil},
		} {
			if got, err := tx.TicketsOfSender(row.ids, row.address, row.body); !slices.Equal(got, row.want) {
				t.Errorf("of %s with %v: %v, %v", row.address, row.ids, got, err)
			}
		}
		if err := tx.MoveTicket(from.ID, to.ID); err != nil {
			return err
		}
		if got, err := tx.TicketsByRefs([]string{"x@a", "", "y@a"}); !slices.Equal(got, []int64{to.ID}) {
			t.Errorf("by refs: %v, %v", got, err)
		}
		if got, err := tx.Participants(to.ID); !slices.Equal(got, []helpdesk.Participant{same, other}) {
			t.Errorf("participants: %v, %v", got, err)
		}
		if got, err := tx.MessageByID(second.ID); got.TicketID != to.ID {
			t.Errorf("message: %+v, %v", got, err)
		}
		if got, err := tx.TicketByID(before.ID); got.MergedInto != to.ID {
			t.Errorf("merged before: %+v, %v", got, err)
		}
		from.State, from.MergedInto = helpdesk.StateMerged, to.ID
		return tx.SaveTicket(&from)
	})
	v, err := d.Ticket(t.Context(), helpdesk.NewNumber(2026, 2), d.anna.ID)
	if err != nil || len(v.Messages) != 2 || v.FirstUnread != v.Messages[0].ID || len(v.Linked) != 1 || v.Linked[0].Number.Seq() != 3 {
		t.Errorf("%+v, %v", v, err)
	}
	v, err = d.Ticket(t.Context(), helpdesk.NewNumber(2026, 1), d.anna.ID)
	if err != nil || v.MergedInto.Seq() != 2 || len(v.Messages) != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	if all, err := d.OrphanCheck(t.Context()); err != nil || all != nil {
		t.Error(all, err)
	}
}

func TestMessageComesBackAsItWas(t *testing.T) {
	d := newDesk(t)
	var m helpdesk.Message
	d.do(func(tx helpdesk.Tx) error {
		v := d.ticket(tx, nil)
		m = helpdesk.Message{TicketID: v.ID, Kind: helpdesk.KindInbound, Channel: helpdesk.ChannelPEC, At: epoch, Date: epoch.Add(-time.Hour),
			ContactID: d.contact.ID, From: helpdesk.Address{Name: "Carla", Addr: "c@comune.example"},
			To: []helpdesk.Address{{Name: "Sportello", Addr: "s@centro.example"}}, Cc: []helpdesk.Address{{Addr: "x@comune.example"}},
			ReplyTo: []helpdesk.Address{{Addr: "r@comune.example"}}, Subject: "Oggetto", MessageID: "1@comune.example",
			References: []string{"0@a", "00@a"}, Text: "Testo", Quoted: "> prima", HTML: "<p>Testo</p>", PolicyVersion: 2,
			TextHash: []byte{1}, BodyHash: []byte{2}, Automatic: "lista", Protocol: "4512 del 16/11/2026", Problem: "allegato rotto",
			Spam: "X-Spam", Unverified: true, Attachments: attached("Relazione finale.pdf", []byte("pdf")),
			Report: &helpdesk.Report{Kind: helpdesk.ReportFailed, Status: "5.1.1", OutgoingID: 7}}
		m.Attachments[0].Signer, m.Attachments[0].OpenedFrom, m.Attachments[0].Wrapper = "Mario Rossi", "winmail.dat", true
		if err := tx.InsertMessage(&m, []string{"inner@comune.example"}); err != nil {
			return err
		}
		want := m
		want.Attachments = slices.Clone(m.Attachments)
		want.Attachments[0].Blob = helpdesk.Blob{}
		got, err := tx.MessageByID(m.ID)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v (%v)", got, want, err)
		}
		if err := tx.AddMessageIDs(m.ID, []string{"copy@comune.example", "1@comune.example"}); err != nil {
			return err
		}
		for _, id := range []string{"1@comune.example", "inner@comune.example", "copy@comune.example"} {
			if found, err := tx.MessagesByID([]string{id, "1@comune.example", ""}); len(found) != 1 || found[0].ID != m.ID {
				t.Errorf("by %s: %+v, %v", id, found, err)
			}
		}
		for since, n := range map[time.Time]int{epoch: 1, epoch.Add(1e6): 0} {
			if found, err := tx.MessagesByText([]byte{1}, since); len(found) != n {
				t.Errorf("by text since %s: %+v, %v", since, found, err)
			}
		}
		if last, err := tx.LastMessageID(v.ID, helpdesk.KindInbound); last != m.ID {
			t.Errorf("last: %+v, %v", last, err)
		}
		if _, err := tx.LastMessageID(v.ID, helpdesk.KindReply, helpdesk.KindNote); !errors.Is(err, helpdesk.ErrNone) {
			t.Errorf("last reply: %v", err)
		}
		m.Text, m.Attachments, m.Report = "Nuova lettura", attached("Altro.pdf", []byte("altro")), nil
		return tx.ReplaceMessage(&m)
	})
	for text, n := range map[string]int{"relazione": 0, "testo": 0, "lettura": 1, "altro.pdf": 1} {
		if p := d.page(helpdesk.QueueQuery{View: helpdesk.ViewOpen, Text: text}); len(p.Rows) != n {
			t.Errorf("%s: %d found, want %d", text, len(p.Rows), n)
		}
	}
	got, number, err := d.Message(t.Context(), m.ID)
	if err != nil || number.Seq() != 1 || got.Text != "Nuova lettura" || len(got.Attachments) != 1 || got.Report != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if a, n, err := d.Attachment(t.Context(), got.Attachments[0].ID); err != nil || n != number || a.Name != "Altro.pdf" {
		t.Errorf("%+v, %v", a, err)
	}
	if n, err := d.CollectBlobs(t.Context()); err != nil || n != 1 {
		t.Errorf("collected %d, %v: the replaced attachment was alone with its bytes", n, err)
	}
	if all, err := d.OrphanCheck(t.Context()); err != nil || all != nil {
		t.Error(all, err)
	}
}

func TestLongThread(t *testing.T) {
	d := newDesk(t)
	d.do(func(tx helpdesk.Tx) error {
		v := d.ticket(tx, nil)
		for i := range 250 {
			d.message(tx, v.ID, func(m *helpdesk.Message) { m.At = epoch.Add(time.Duration(i/3) * time.Minute) })
		}
		return nil
	})
	n := helpdesk.NewNumber(2026, 1)
	v, err := d.Ticket(t.Context(), n, d.anna.ID)
	if err != nil || len(v.Messages) != 100 || v.Earlier != 150 {
		t.Fatalf("%d messages, %d earlier, %v", len(v.Messages), v.Earlier, err)
	}
	all := v.Messages
	for v.Earlier > 0 {
		var more []helpdesk.MessageView
		if more, v.Earlier, err = d.Thread(t.Context(), n, all[0].ID); err != nil {
			t.Fatal(err)
		}
		all = append(more, all...)
	}
	for i, m := range all {
		if m.ID != int64(i+1) {
			t.Fatalf("message %d is at place %d of %d", m.ID, i+1, len(all))
		}
	}
}

// TestManyCopies holds that a message that came a thousand times over is shown
// with some of its copies and the number of the others.
func TestManyCopies(t *testing.T) {
	d := newDesk(t)
	copies := func(tx helpdesk.Tx, m helpdesk.Message, n int) {
		blob, err := tx.PutBlob(helpdesk.NewBlob([]byte{byte(m.ID)}))
		raw := helpdesk.RawMessage{MailboxID: d.mailbox.ID, BlobID: blob, InternalDate: epoch, KeptAt: epoch, State: helpdesk.RawReceived}
		if err = errors.Join(err, tx.InsertRaw(&raw)); err != nil {
			t.Fatal(err)
		}
		for range n {
			if err := tx.InsertCopy(helpdesk.Copy{MessageID: m.ID, RawID: raw.ID, At: epoch, Channel: helpdesk.ChannelMail, MailboxID: d.mailbox.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	counts := []int{0, 1, shownCopies, shownCopies + 1, shownCopies + helpdesk.CountCap + 9}
	d.do(func(tx helpdesk.Tx) error {
		v := d.ticket(tx, nil)
		for _, n := range counts {
			copies(tx, d.message(tx, v.ID, nil), n)
		}
		return nil
	})
	v, err := d.Ticket(t.Context(), helpdesk.NewNumber(2026, 1), d.anna.ID)
	if err != nil || len(v.Messages) != len(counts) {
		t.Fatalf("%d messages, %v", len(v.Messages), err)
	}
	for i, n := range counts {
		if m := v.Messages[i]; len(m.Copies) != min(n, shownCopies) || m.MoreCopies != min(max(n-shownCopies, 0), helpdesk.CountCap+1) {
			t.Errorf("of %d copies %d are shown and %d counted", n, len(m.Copies), m.MoreCopies)
		}
	}
}
