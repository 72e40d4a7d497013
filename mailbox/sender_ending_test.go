package mailbox

import (
	"context"
	"net"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

// TestAnEndThatCannotBeRecordedIsNotForgotten: the disk is full when the server
// has already answered.
func TestAnEndThatCannotBeRecordedIsNotForgotten(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"), mailTo("b@x.example"))
	outbox.full = errDisk
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Hour)
		if got := outbox.state(1); got != helpdesk.OutgoingSending {
			t.Errorf("mail 1 is %s", got)
		}
		outbox.mu.Lock()
		outbox.full = nil
		outbox.mu.Unlock()
		time.Sleep(10 * time.Minute)
		if got := outbox.story(); got != "sending 1, delivered 1, sending 2, delivered 2" {
			t.Error(got)
		}
		if n := len(p.sink.Taken()); n != 2 {
			t.Errorf("%d mails left, want 2", n)
		}
	})
}

// TestMailLeftInSendingIsShownAsUnknown: an end that nobody remembers.
func TestMailLeftInSendingIsShownAsUnknown(t *testing.T) {
	outbox := newOutbox(mailTo("a@x.example"), mailTo("b@x.example"))
	outbox.queue[0].State = helpdesk.OutgoingSending
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		time.Sleep(time.Minute)
		if got := outbox.story(); got != "settled 1, sending 2, delivered 2" {
			t.Error(got)
		}
	})
}

// TestADeadSentFolderDoesNotHoldUpSending: a server that does not answer costs
// one wait, not one for every mail.
func TestADeadSentFolderDoesNotHoldUpSending(t *testing.T) {
	var mails []helpdesk.Outgoing
	for range 20 {
		mails = append(mails, mailTo("a@x.example"))
	}
	outbox := newOutbox(mails...)
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		p.stop()
		dialled := 0
		copies := testConfig()
		copies.SentFolder = "Inviata"
		copies.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			dialled++
			<-ctx.Done()
			return nil, ctx.Err()
		}
		p.sender.CopySent(copies)
		p.start()
		time.Sleep(time.Minute)
		if n := len(p.sink.Taken()); n != 20 {
			t.Errorf("%d mails left in a minute, want 20", n)
		}
		outbox.mu.Lock()
		more := mailTo("a@x.example")
		more.ID, more.From, more.State = 21, "desk@ente.example", helpdesk.OutgoingQueued
		outbox.queue = append(outbox.queue, more)
		outbox.mu.Unlock()
		time.Sleep(time.Minute)
		p.stop()
		if dialled != 1 {
			t.Errorf("the sent folder was tried %d times in two minutes", dialled)
		}
	})
}

// TestStopping is R-28: DATA is finished or not begun.
func TestStopping(t *testing.T) {
	tests := []struct {
		name  string
		delay time.Duration
		want  string
	}{
		{"the answer comes in time", 10 * time.Second, "sending 1, delivered 1"},
		{"the answer does not come", time.Hour, "sending 1, ambiguous 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			outbox := newOutbox(mailTo("a@x.example"), mailTo("b@x.example"))
			script := func(verb, _ string) loopback.Reply {
				if verb == loopback.VerbDot {
					return loopback.Reply{Delay: tt.delay}
				}
				return loopback.Reply{}
			}
			posting(t, loopback.SMTPOptions{Script: script}, outbox, nil, func(t *testing.T, p *post) {
				time.Sleep(time.Second)
				begun := time.Now()
				p.stop()
				if d := time.Since(begun); d > 30*time.Second {
					t.Errorf("stopping took %v", d)
				}
				if got := outbox.story(); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			})
		})
	}
}
