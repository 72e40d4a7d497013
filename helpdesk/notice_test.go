package helpdesk_test

import (
	"testing"

	"sportello/helpdesk"
)

// noticeOf is a notice of delivery that returns no id.
func noticeOf(kind helpdesk.ReportKind, subject string, recipients ...string) helpdesk.Incoming {
	in := mail("notice", "mailer-daemon@mx.example", "Undelivered Mail", "Non consegnato.")
	in.Automatic = "avviso del sistema di posta"
	in.Report = &helpdesk.Report{Kind: kind, Recipient: recipients[0], Recipients: recipients, Status: "5.1.1", Subject: subject}
	return in
}

// A notice without an id is tied by our number and a recipient of ours; by one
// of them alone it is mail like any other.
func TestNoticesWithoutID(t *testing.T) {
	tests := map[string]struct {
		notice  helpdesk.Incoming
		state   helpdesk.State
		tickets int
	}{
		"number and recipient": {noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", pecAddr), helpdesk.StateOpen, 1},
		"among others":         {noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", "x@y.example", pecAddr), helpdesk.StateOpen, 1},
		"a delay":              {noticeOf(helpdesk.ReportDelayed, "Re: Uno [#2026-000001]", pecAddr), helpdesk.StateAnswered, 1},
		"nobody we wrote to":   {noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000001]", "x@y.example"), helpdesk.StateAnswered, 2},
		"another number":       {noticeOf(helpdesk.ReportFailed, "Re: Uno [#2026-000009]", pecAddr), helpdesk.StateAnswered, 2},
		"no number":            {noticeOf(helpdesk.ReportFailed, "Re: Uno", pecAddr), helpdesk.StateAnswered, 2},
		"no notice at all":     {noticeOf(helpdesk.ReportVacation, "Re: Uno [#2026-000001]", pecAddr), helpdesk.StateAnswered, 2},
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			d, _ := answeredPEC(t)
			d.deliver(v.notice)
			all := d.all()
			if len(all) != v.tickets || all[0].Ticket.State != v.state {
				t.Errorf("%d tickets, the first %s; want %d, %s", len(all), all[0].Ticket.State, v.tickets, v.state)
			}
		})
	}
}
