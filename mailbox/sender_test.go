package mailbox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

func TestAMailIsSentOnceWithItsBytes(t *testing.T) {
	outbox := newOutbox(mailTo("a@comune.example", "b@comune.example"), mailTo("c@comune.example"))
	opts := loopback.SMTPOptions{Users: map[string]string{"desk": "secret"}, MaxBytes: 10000}
	opts.Script = func(verb, arg string) loopback.Reply {
		if verb == loopback.VerbDot {
			outbox.note("dot")
		}
		return loopback.Reply{}
	}
	posting(t, opts, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Hour)
		taken := p.sink.Taken()
		if len(taken) != 2 || !slices.Equal(taken[0].To, []string{"a@comune.example", "b@comune.example"}) || taken[0].From != "desk@ente.example" {
			t.Fatalf("taken: %+v", taken)
		}
		if string(taken[0].Data) != string(outbox.data[1]) {
			t.Errorf("sent %q", taken[0].Data)
		}
		if got := outbox.story(); got != "sending 1, dot, delivered 1, sending 2, dot, delivered 2" {
			t.Errorf("order: %s", got)
		}
		if n := len(p.dialled()); n != 1 {
			t.Errorf("%d connections for two mails", n)
		}
	})
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	at := func(verb string, r loopback.Reply) func(string, string) loopback.Reply {
		return func(v, arg string) loopback.Reply {
			if v == verb && (verb != loopback.VerbRcpt || strings.HasPrefix(arg, "bad")) {
				return r
			}
			return loopback.Reply{}
		}
	}
	tests := []struct {
		name   string
		script func(string, string) loopback.Reply
		to     []string
		want   helpdesk.Delivery
		taken  int
	}{
		{"ehlo 4xx", at(loopback.VerbEHLO, loopback.Reply{Code: 421, Text: "busy"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "Il server di posta in uscita risponde: 421 4.0.0 busy"}, 0},
		{"mail 4xx", at(loopback.VerbMail, loopback.Reply{Code: 451, Text: "later"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451 4.0.0 later"}, 0},
		{"mail 5xx", at(loopback.VerbMail, loopback.Reply{Code: 550, Text: "not you"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.0.0 not you"}, 0},
		{"the only recipient refused for good", at(loopback.VerbRcpt, loopback.Reply{Code: 550, Text: "unknown"}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "550 5.0.0 unknown", Refused: []string{"bad@x.example"}}, 0},
		{"the only recipient greylisted", at(loopback.VerbRcpt, loopback.Reply{Code: 450, Text: "grey"}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "450 4.0.0 grey", Refused: []string{"bad@x.example"}}, 0},
		{"one of two refused", at(loopback.VerbRcpt, loopback.Reply{Code: 550, Text: "unknown"}), []string{"bad@x.example", "a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Delivered, Reason: "550 5.0.0 unknown", Refused: []string{"bad@x.example"}}, 1},
		{"a cut at rcpt", at(loopback.VerbRcpt, loopback.Reply{Drop: true}), []string{"bad@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "Il collegamento al server di posta in uscita si è interrotto. I tentativi continuano da soli."}, 0},
		{"4xx after the dot", at(loopback.VerbDot, loopback.Reply{Code: 451, Text: "full"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Temporary, Reason: "451 4.0.0 full"}, 0},
		{"5xx after the dot", at(loopback.VerbDot, loopback.Reply{Code: 554, Text: "spam\x1b[31m"}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "554 5.0.0 spam [31m"}, 0},
		{"a cut after the dot, message taken", at(loopback.VerbDot, loopback.Reply{Drop: true, Keep: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 1},
		{"a cut after the dot, message lost", at(loopback.VerbDot, loopback.Reply{Drop: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 0},
		{"no answer to the dot", at(loopback.VerbDot, loopback.Reply{Delay: 20 * time.Minute, Keep: true}), []string{"a@x.example"},
			helpdesk.Delivery{Result: helpdesk.Ambiguous}, 1},
		{"an address that would end its brackets", nil, []string{"a@x.example> SIZE=1"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "L'indirizzo del destinatario non è valido.", Refused: []string{"a@x.example> SIZE=1"}}, 0},
		{"an accented address", nil, []string{"città@x.example"},
			helpdesk.Delivery{Result: helpdesk.Permanent, Reason: "Il server non accetta indirizzi con lettere accentate (SMTPUTF8)."}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outbox := newOutbox(mailTo(tt.to...))
			posting(t, loopback.SMTPOptions{Script: tt.script}, outbox, nil, func(t *testing.T, p *post) {
				time.Sleep(45 * time.Minute)
				got := outbox.delivery(1)
				if tt.want.Result == helpdesk.Ambiguous {
					tt.want.Reason = got.Reason
				}
				if got.Result != tt.want.Result || !strings.HasPrefix(got.Reason, tt.want.Reason) || !slices.Equal(got.Refused, tt.want.Refused) {
					t.Errorf("got  %+v\nwant %+v", got, tt.want)
				}
				if n := len(p.sink.Taken()); n != tt.taken {
					t.Errorf("%d taken, want %d", n, tt.taken)
				}
			})
		})
	}
}

// TestRecipientsDeferredAndRefusedAreToldApart: who was refused for now is due
// another try, who was refused for good is not.
func TestRecipientsDeferredAndRefusedAreToldApart(t *testing.T) {
	script := func(code int) func(verb, arg string) loopback.Reply {
		return func(verb, arg string) loopback.Reply {
			switch {
			case verb == loopback.VerbRcpt && strings.HasPrefix(arg, "grey"):
				return loopback.Reply{Code: 450, Text: "grey"}
			case verb == loopback.VerbRcpt && strings.HasPrefix(arg, "bad"):
				return loopback.Reply{Code: 550, Text: "unknown"}
			case verb == loopback.VerbDot && code != 0:
				return loopback.Reply{Code: code, Text: "dot"}
			}
			return loopback.Reply{}
		}
	}
	grey, bad, good := "grey@x.example", "bad@x.example", "a@x.example"
	tests := []struct {
		name string
		to   []string
		dot  int
		want helpdesk.Delivery
	}{
		{"all three kinds", []string{grey, bad, good}, 0, helpdesk.Delivery{Result: helpdesk.Delivered,
			Reason: "450 4.0.0 grey; 550 5.0.0 unknown", Refused: []string{bad}, Deferred: []string{grey}}},
		{"nobody accepted", []string{grey, bad}, 0, helpdesk.Delivery{Result: helpdesk.Temporary,
			Reason: "450 4.0.0 grey; 550 5.0.0 unknown", Refused: []string{bad, grey}}},
		{"the mail itself deferred takes them along", []string{grey, good}, 451, helpdesk.Delivery{Result: helpdesk.Temporary,
			Reason: "451 4.0.0 dot"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outbox := newOutbox(mailTo(tt.to...))
			posting(t, loopback.SMTPOptions{Script: script(tt.dot)}, outbox, nil, func(t *testing.T, p *post) {
				time.Sleep(time.Second)
				if got := outbox.delivery(1); !reflect.DeepEqual(got, tt.want) {
					t.Errorf("got  %+v\nwant %+v", got, tt.want)
				}
			})
		})
	}
}

func TestAMailLargerThanAnnouncedNeverStarts(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	posting(t, loopback.SMTPOptions{MaxBytes: 20}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Minute)
		if got := outbox.story(); got != "permanent 1" {
			t.Error(got)
		}
	})
}

// TestACutAroundTheDot is R-19: at whatever byte the line breaks, nobody gets
// two, and what may have arrived is not sent again.
func TestACutAroundTheDot(t *testing.T) {
	var read, written int64
	posting(t, loopback.SMTPOptions{}, newOutbox(mailTo("a@x.example")), nil, func(t *testing.T, p *post) {
		time.Sleep(time.Minute)
		read, written = p.dialled()[0].Passed()
	})
	for n := range written + 1 {
		cutMail(t, loopback.Fault{CutRead: -1, StallRead: -1, CutWrite: n})
	}
	step, offset := cutStep()
	for n := offset; n <= read; n += step {
		cutMail(t, loopback.Fault{CutRead: n, StallRead: -1, CutWrite: -1})
		cutMail(t, loopback.Fault{CutRead: -1, StallRead: n, CutWrite: -1})
	}
}

func cutMail(t *testing.T, f loopback.Fault) {
	t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
		outbox := newOutbox(mailTo("a@x.example"))
		posting(t, loopback.SMTPOptions{}, outbox, []loopback.Fault{f}, func(t *testing.T, p *post) {
			time.Sleep(2 * time.Hour)
			taken, state := len(p.sink.Taken()), outbox.state(1)
			switch {
			case taken > 1:
				t.Errorf("delivered %d times: %s", taken, outbox.story())
			case taken == 0 && state != helpdesk.OutgoingUnknown:
				t.Errorf("lost as %s: %s", state, outbox.story())
			case taken == 1 && state != helpdesk.OutgoingSent && state != helpdesk.OutgoingUnknown:
				t.Errorf("delivered, yet %s: %s", state, outbox.story())
			}
		})
	})
}

func TestARefusedLogInKeepsTheOutbox(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	opts := loopback.SMTPOptions{Users: map[string]string{"desk": "other"}}
	posting(t, opts, outbox, nil, func(t *testing.T, p *post) {
		for range 24 * 60 {
			time.Sleep(time.Minute)
			p.sender.Wake()
		}
		if n := len(p.dialled()); n < 20 || n > 30 {
			t.Errorf("%d log-ins in a day", n)
		}
		if got := outbox.story(); got != "" {
			t.Errorf("the mail was touched: %s", got)
		}
		if h := outbox.health[len(outbox.health)-1]; h.OK || !strings.Contains(h.Reason, "password") {
			t.Errorf("health = %+v", h)
		}
	})
}

func TestNothingLeavesThatCouldNotBeRecorded(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"))
	outbox.refuse = errDisk
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Hour)
		if n := len(p.sink.Taken()); n != 0 {
			t.Errorf("%d mails left", n)
		}
		if n := len(p.dialled()); n > 30 {
			t.Errorf("%d connections in an hour", n)
		}
	})
}
