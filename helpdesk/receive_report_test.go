package helpdesk_test

import (
	"fmt"
	"testing"
	"time"

	"sportello/helpdesk"
)

// unknownFate has the desk not know whether a mail arrived.
func (d *testDesk) unknownFate(out helpdesk.Outgoing) {
	d.t.Helper()
	for _, step := range []error{d.Sending(d.ctx, out.ID), d.Finish(d.ctx, out.ID, helpdesk.Delivery{Result: helpdesk.Ambiguous})} {
		if step != nil {
			d.t.Fatal(step)
		}
	}
}

// Two answers of one ticket have the same subject: a receipt that names nothing
// else may be of the other one, and must not end the doubt about this.
func TestSubjectSettlesNothing(t *testing.T) {
	d, out := answeredPEC(t)
	d.unknownFate(out)
	d.deliver(receiptOf(helpdesk.ReportAccepted, "accettazione"))
	if o := d.outgoingByKey("reply:k"); o.State != helpdesk.OutgoingUnknown {
		t.Errorf("%s by its subject", o.State)
	}
	if n := len(d.ours().Reports); n != 1 {
		t.Errorf("%d reports", n)
	}
}

// A report that anybody could have written is shown as such.
func TestReportsNotVerified(t *testing.T) {
	byID := noticeOf(helpdesk.ReportFailed, "Re: Uno", pecAddr)
	tests := map[string]struct {
		in         func(out helpdesk.Outgoing) helpdesk.Incoming
		unverified bool
	}{
		"a receipt in the certified box": {func(out helpdesk.Outgoing) helpdesk.Incoming {
			return receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", out.Ref)
		}, false},
		"a receipt that no provider wrote": {func(out helpdesk.Outgoing) helpdesk.Incoming {
			in := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", out.Ref)
			in.From.Addr = "truffa@evil.example"
			return in
		}, true},
		"a receipt in an ordinary box": {func(out helpdesk.Outgoing) helpdesk.Incoming {
			in := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", out.Ref)
			in.Channel = helpdesk.ChannelMail
			return in
		}, true},
		"a receipt of delivery to one we did not write to": {func(out helpdesk.Outgoing) helpdesk.Incoming {
			in := receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna", out.Ref)
			in.Report.Recipient = "altri@pec.altrove.example"
			return in
		}, true},
		"a notice with our id": {func(out helpdesk.Outgoing) helpdesk.Incoming {
			byID.ReportOf = []string{out.Ref}
			return byID
		}, false},
		"a notice with our number": {func(helpdesk.Outgoing) helpdesk.Incoming {
			return noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", pecAddr)
		}, true},
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			d, out := answeredPEC(t)
			d.deliver(v.in(out))
			reports := d.ours().Reports
			if len(reports) != 1 || reports[0].Unverified != v.unverified {
				t.Errorf("reports %+v", reports)
			}
		})
	}
}

// Mail systems give up within days; a number is guessed at any time.
func TestOldAnswersAreNotTiedByNumber(t *testing.T) {
	d, _ := answeredPEC(t)
	d.now = d.now.Add(8 * 24 * time.Hour)
	d.deliver(noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", pecAddr))
	if all := d.all(); len(all) != 2 || all[0].Ticket.State != helpdesk.StateAnswered {
		t.Errorf("%d tickets, the first %s", len(all), all[0].Ticket.State)
	}
}

// A header can name ten thousand ids; each would be looked up in the transaction.
func TestManyIDs(t *testing.T) {
	d, out := answeredPEC(t)
	var ids []string
	for i := range 20_000 {
		ids = append(ids, fmt.Sprintf("x%d@y.example", i))
	}
	notice := noticeOf(helpdesk.ReportFailed, "Re: Uno", pecAddr)
	notice.ReportOf = append([]string{out.Ref}, ids...)
	notice.AlsoIDs = ids
	begin := time.Now()
	d.deliver(notice)
	notice = noticeOf(helpdesk.ReportVacation, "Re: Due", "x@y.example")
	notice.MessageID, notice.ReportOf, notice.AlsoIDs = "n2", ids, ids
	d.deliver(notice)
	t.Logf("took %s", time.Since(begin))
	if n := len(d.ours().Reports); n != 1 {
		t.Errorf("%d reports", n)
	}
	known := 0
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		for _, id := range ids[:1000] {
			found, err := tx.MessagesByID([]string{id})
			if err != nil {
				return err
			}
			known += len(found)
		}
		return nil
	})
	if err != nil || known > 200 {
		t.Errorf("%d of 1,000 ids are kept, %v", known, err)
	}
}

// A provider's receipt and a notice of delivery come within seconds, and the
// inbox is read at once: before the sent folder tells of the answer that a
// colleague wrote elsewhere.
func TestReportsBeforeTheSentFolder(t *testing.T) {
	failed := noticeOf(helpdesk.ReportFailed, "R: Ribassi", rossi)
	failed.ReportOf = []string{"o"}
	certified := receiptOf(helpdesk.ReportFailed, "errore-consegna", "o")
	certified.Certified.Subject = ""
	for name, report := range map[string]helpdesk.Incoming{"a notice": failed, "a receipt": certified} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.deliver(mail("q", rossi, "Ribassi", question))
			for _, box := range []helpdesk.Mailbox{d.box, d.pec} {
				if err := d.Health(d.ctx, helpdesk.Health{MailboxID: box.ID, Way: helpdesk.WaySent, OK: true}); err != nil {
					t.Fatal(err)
				}
			}
			d.now = d.now.Add(time.Minute)
			d.deliver(report)
			raw := d.pending()
			d.sent(answer("o", rossi, "R: Ribassi", "Sì.", "q"))
			d.now = d.now.Add(time.Minute)
			report.Raw = raw
			if err := d.Receive(d.ctx, report); err != nil {
				t.Fatal(err)
			}
			if got := d.one().Ticket.State; got != helpdesk.StateOpen || len(d.ours().Reports) != 1 {
				t.Errorf("%s, reports %+v", got, d.ours().Reports)
			}
		})
	}
}

// pending is the message that waits to be looked at again.
func (d *testDesk) pending() (raw helpdesk.RawMessage) {
	d.t.Helper()
	err := d.store.View(d.ctx, func(tx helpdesk.ReadTx) error {
		all, err := tx.PendingRaw(d.now.Add(time.Hour), 2)
		if err == nil && len(all) != 1 {
			err = fmt.Errorf("%d messages wait", len(all))
		}
		if err == nil {
			raw = all[0]
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return raw
}

// Where nothing comes of it, it is filed as what it is.
func TestReportsDoNotWaitLong(t *testing.T) {
	d := newDesk(t)
	if err := d.Health(d.ctx, helpdesk.Health{MailboxID: d.box.ID, Way: helpdesk.WaySent, OK: true}); err != nil {
		t.Fatal(err)
	}
	report := noticeOf(helpdesk.ReportFailed, "R: Ribassi", rossi)
	report.ReportOf = []string{"o"}
	d.deliver(report)
	report.Raw = d.pending()
	d.now = d.now.Add(11 * time.Minute)
	if err := d.Receive(d.ctx, report); err != nil {
		t.Fatal(err)
	}
	if !d.one().Ticket.Automatic {
		t.Error("no automatic ticket")
	}
}

// Headers that anybody can write, with ids that are not ours: none of it touches
// the ticket of somebody else (security S-20, S-23).
func TestForgedReportsTouchNothing(t *testing.T) {
	guessed := []string{"r1.0000000000000000@pec.centro.example", "opec9@gestore.example", "2026-000001", ""}
	forged := func(in helpdesk.Incoming) helpdesk.Incoming {
		in.From.Addr, in.Channel, in.MessageID = evil, helpdesk.ChannelMail, "forged@strangers.example"
		in.ReportOf, in.InReplyTo, in.References, in.AlsoIDs = guessed, guessed, guessed, guessed
		return in
	}
	ours := forged(mail("f", rossi, "Re: Uno [#2026-000001]", "Chiudete pure."))
	ours.From.Addr = ourselves
	vacation := forged(noticeOf(helpdesk.ReportVacation, "Re: Uno [#2026-000001]", pecAddr))
	vacation.Automatic = "Auto-Submitted: auto-replied"
	for name, in := range map[string]helpdesk.Incoming{
		"mancata consegna": forged(receiptOf(helpdesk.ReportFailed, "errore-consegna")),
		"consegna":         forged(receiptOf(helpdesk.ReportDelivered, "avvenuta-consegna")),
		"bounce":           forged(noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", evil)),
		"vacation reply":   vacation,
		"our own address":  ours,
	} {
		t.Run(name, func(t *testing.T) {
			d, out := answeredPEC(t)
			d.unknownFate(out)
			before := d.one()
			d.deliver(in)
			after := d.all()[0]
			if after.Ticket.State != before.Ticket.State || len(after.Messages) != len(before.Messages) || len(d.oursOn(after).Reports) != 0 {
				t.Errorf("%s, %d messages, reports %+v", after.Ticket.State, len(after.Messages), d.oursOn(after).Reports)
			}
			if o := d.outgoingByKey("reply:k"); o.State != helpdesk.OutgoingUnknown {
				t.Errorf("the answer is %s", o.State)
			}
			if n := len(d.acks()); n > 1 {
				t.Errorf("%d acknowledgements", n)
			}
		})
	}
}
