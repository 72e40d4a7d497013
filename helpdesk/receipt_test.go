package helpdesk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
)

// receiptOf is a receipt of certified mail about something, as the reader makes it.
func receiptOf(kind helpdesk.ReportKind, certified string, of ...string) helpdesk.Incoming {
	in := mail("rec-"+certified, "posta-certificata@gestore.example", "RICEVUTA: Uno", "Testo del gestore.")
	in.Channel, in.Automatic = helpdesk.ChannelPEC, "ricevuta PEC"
	in.Report, in.ReportOf = &helpdesk.Report{Kind: kind, Recipient: pecAddr}, of
	in.Certified = &helpdesk.Certification{Kind: certified, At: tuesday.Add(time.Minute), Provider: "GESTORE", Identifier: "opec9@gestore.example",
		Sender: "sportello@pec.centro.example", Subject: "Re: Uno [#2026-000001]", Recipients: []string{pecAddr}}
	in.KnownAs = []string{"opec9@gestore.example"}
	return in
}

// answeredPEC is a desk that has answered one question by certified mail.
func answeredPEC(t *testing.T) (*testDesk, helpdesk.Outgoing) {
	t.Helper()
	d := newDesk(t)
	in := mail("opec1", pecAddr, "Uno", question)
	in.Channel = helpdesk.ChannelPEC
	d.deliver(in)
	return d, d.reply(d.one().Ticket.Number, "k")
}

// ours is the answer of the one ticket, as the page shows it.
func (d *testDesk) ours() helpdesk.MessageView {
	d.t.Helper()
	return d.oursOn(d.one())
}

func (d *testDesk) oursOn(v helpdesk.TicketView) helpdesk.MessageView {
	d.t.Helper()
	i := slices.IndexFunc(v.Messages, func(m helpdesk.MessageView) bool { return m.Kind == helpdesk.KindReply })
	if i < 0 {
		d.t.Fatal("no answer")
	}
	return v.Messages[i]
}

func TestCertifiedReceipts(t *testing.T) {
	tests := map[string]struct {
		kind      helpdesk.ReportKind
		certified string
		state     helpdesk.State
		inThread  bool
	}{
		"accepted":   {helpdesk.ReportAccepted, "accettazione", helpdesk.StateAnswered, false},
		"taken over": {helpdesk.ReportTakenOver, "presa-in-carico", helpdesk.StateAnswered, false},
		"delivered":  {helpdesk.ReportDelivered, "avvenuta-consegna", helpdesk.StateAnswered, false},
		"delayed":    {helpdesk.ReportDelayed, "preavviso-errore-consegna", helpdesk.StateAnswered, true},
		"refused":    {helpdesk.ReportFailed, "non-accettazione", helpdesk.StateOpen, true},
		"failed":     {helpdesk.ReportFailed, "errore-consegna", helpdesk.StateOpen, true},
		"virus":      {helpdesk.ReportFailed, "rilevazione-virus", helpdesk.StateOpen, true},
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			d, out := answeredPEC(t)
			d.deliver(receiptOf(v.kind, v.certified, out.Ref))
			ticket := d.one()
			if ticket.Ticket.State != v.state || ticket.Ticket.Messages != 2 {
				t.Errorf("%s with %d messages", ticket.Ticket.State, ticket.Ticket.Messages)
			}
			if got := slices.ContainsFunc(ticket.Messages, func(m helpdesk.MessageView) bool { return m.AboutID != 0 }); got != v.inThread {
				t.Errorf("stands in the thread: %t", got)
			}
			if (ticket.FirstUnread != 0) != (v.state == helpdesk.StateOpen) {
				t.Errorf("the owner's first unread message is %d", ticket.FirstUnread)
			}
			ours := d.ours()
			if len(ours.Reports) != 1 || ours.Reports[0].Report.Kind != v.kind || ours.Reports[0].Report.Recipient != pecAddr {
				t.Fatalf("reports %+v", ours.Reports)
			}
			if c := ours.Reports[0].Certified; c.Kind != v.certified || !c.At.Equal(tuesday.Add(time.Minute)) || c.Provider != "GESTORE" {
				t.Errorf("certified %+v", c)
			}
		})
	}
}

// What a receipt names, in the order of trust.
func TestReceiptsAreTied(t *testing.T) {
	tests := map[string]func(d *testDesk, out helpdesk.Outgoing) helpdesk.Incoming{
		"by our id": func(_ *testDesk, out helpdesk.Outgoing) helpdesk.Incoming {
			return receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", "other@x.example", out.Ref)
		},
		"by the provider's, learned from another receipt": func(d *testDesk, out helpdesk.Outgoing) helpdesk.Incoming {
			d.deliver(receiptOf(helpdesk.ReportAccepted, "accettazione", out.Ref))
			in := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", "opec9@gestore.example")
			in.Certified.Subject = ""
			return in
		},
		"by the subject alone": func(*testDesk, helpdesk.Outgoing) helpdesk.Incoming {
			return receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
		},
	}
	for name, make := range tests {
		t.Run(name, func(t *testing.T) {
			d, out := answeredPEC(t)
			d.deliver(make(d, out))
			reports := d.ours().Reports
			if n := len(reports); n == 0 || reports[n-1].Report.Kind != helpdesk.ReportDelivered {
				t.Errorf("reports %+v", reports)
			}
		})
	}
}

// A receipt about nothing that we sent opens no ticket, and is not lost.
func TestUnclaimedReceipts(t *testing.T) {
	ordinary := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
	ordinary.Channel = helpdesk.ChannelMail // delivered to the ordinary box
	otherSender := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
	otherSender.Certified.Sender = "altri@pec.centro.example"
	otherRecipient := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
	otherRecipient.Certified.Recipients, otherRecipient.Report.Recipient = nil, "x@pec.altrove.example"
	otherSubject := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
	otherSubject.Certified.Subject = "Altro"
	for name, in := range map[string]helpdesk.Incoming{
		"in an ordinary box": ordinary, "of another sender": otherSender, "to another recipient": otherRecipient, "of another subject": otherSubject,
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := answeredPEC(t)
			d.deliver(in)
			if reports := d.ours().Reports; len(reports) != 0 { // and d.one: no further ticket
				t.Errorf("tied: %+v", reports)
			}
			rows, _, err := d.store.Quarantine(d.ctx)
			if err != nil || len(rows) != 1 || rows[0].State != helpdesk.RawUnclaimed || !strings.Contains(rows[0].Error, "avvenuta consegna") {
				t.Errorf("quarantine %+v, %v", rows, err)
			}
			if s, err := d.store.Status(d.ctx); err != nil || s.Parked != 0 || !s.OldestPending.IsZero() {
				t.Errorf("status %+v, %v", s, err)
			}
			if err := d.RetryRaw(d.ctx, d.anna, rows[0].ID); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("without a certificate", func(t *testing.T) {
		d := newDesk(t)
		in := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")
		in.Certified = &helpdesk.Certification{Kind: "avvenuta-consegna"}
		d.deliver(in)
		if !d.one().Ticket.Automatic {
			t.Error("what only says to be a receipt is no automatic ticket")
		}
	})
}

// The recipient's program knows our message only by the id that the provider
// gave it.
func TestAnswersThreadByTheProvidersID(t *testing.T) {
	d, out := answeredPEC(t)
	d.deliver(receiptOf(helpdesk.ReportAccepted, "accettazione", out.Ref))
	in := mail("opec2", pecAddr, "Altro oggetto", "Grazie, e per gli arredi come si fa?", "opec9@gestore.example")
	in.Channel = helpdesk.ChannelPEC
	d.deliver(in)
	if got := d.partition(); got != "opec1+opec2" {
		t.Errorf("tickets %s", got)
	}
}

// An ordinary box teaches nothing: anybody writes to it.
func TestForgedReceiptsTeachNothing(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("a", rossi, "Uno", question))
	out := d.reply(d.one().Ticket.Number, "k")
	forged := receiptOf(helpdesk.ReportAccepted, "accettazione", out.Ref)
	forged.Channel = helpdesk.ChannelMail
	d.deliver(forged)
	d.deliver(mail("b", rossi, "Altro", "Una domanda tutta diversa, con un altro oggetto.", "opec9@gestore.example"))
	if got := d.partition(); got != "a | b" {
		t.Errorf("tickets %s", got)
	}
}

// A mail of unknown fate is known to have arrived by its receipt.
func TestReceiptSettlesUnknown(t *testing.T) {
	d, out := answeredPEC(t)
	for _, step := range []error{d.Sending(d.ctx, out.ID), d.Finish(d.ctx, out.ID, helpdesk.Delivery{Result: helpdesk.Ambiguous})} {
		if step != nil {
			t.Fatal(step)
		}
	}
	d.deliver(receiptOf(helpdesk.ReportAccepted, "accettazione", out.Ref))
	if o := d.outgoingByKey("reply:k"); o.State != helpdesk.OutgoingSent || o.SentAt.IsZero() {
		t.Errorf("%s, sent at %s", o.State, o.SentAt)
	}
}

// A colleague answered from the certified box with another program: the copy in
// the sent folder is the answer, and its receipts stand on it.
func TestReceiptsOfAnswersFromOutside(t *testing.T) {
	d := newDesk(t)
	d.deliver(mail("opec1", pecAddr, "Uno", question))
	d.sent(answer("outlook1@centro.example", pecAddr, "Re: Uno", "Sì, si può.", "opec1"))
	d.deliver(receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", "outlook1@centro.example"))
	if reports := d.ours().Reports; len(reports) != 1 || reports[0].Report.Kind != helpdesk.ReportDelivered {
		t.Errorf("reports %+v", reports)
	}
}
