package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"
)

// checkPresent looks at every ticket of the present mail.
func checkPresent(t *testing.T, r *runningDemo) {
	mails, err := r.seeder.lay()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		if !m.Opens || m.in.MessageID == "" || m.Key == "inoltro-lovona" { // that one goes on live
			continue
		}
		ticket, _, err := r.seeder.ticketOf(t.Context(), m.in.MessageID)
		if err != nil || ticket.State != m.State {
			t.Errorf("%s is %s, want %s (%v)", m.Key, ticket.State, m.State, err)
		}
		if owner := r.seeder.users[m.Owner].ID; m.Owner != "" && ticket.OwnerID != owner {
			t.Errorf("%s belongs to %d, want %d", m.Key, ticket.OwnerID, owner)
		}
	}
}

func TestDemoGoesOnAfterAnInterruption(t *testing.T) {
	dir := t.TempDir()
	opens, tickets := 0, -1
	for attempt, steps := range []int{3, 40, 90, 1 << 30} {
		d, err := openDemo(t.Context(), smallDemo(dir), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		told := 0
		d.seeder.told = func(what string, done, total int) {
			if told++; told == steps {
				cancel()
			}
		}
		done := make(chan error, 1)
		go func() { done <- d.run(ctx) }()
		select {
		case <-d.seeded:
		case <-ctx.Done():
		}
		if attempt == 3 {
			r := &runningDemo{demo: d, t: t}
			checkPresent(t, r)
			eventually(t, "the live PEC is a ticket", func() bool { return len(r.about("5127")) == 1 })
			tickets = len(r.tickets())
			opens = countOpens(t, d)
		}
		cancel()
		if err := errors.Join(<-done, d.close()); err != nil {
			t.Fatal(err)
		}
	}
	if want := smallDemo("").history + opens; tickets != want {
		t.Errorf("%d tickets, want %d", tickets, want)
	}
	again := startDemo(t, smallDemo(dir))
	again.ready()
	eventually(t, "the mailboxes are read", func() bool {
		s, err := again.program.store.Status(t.Context())
		return err == nil && len(s.Mailboxes) == 2 && s.OldestPending.IsZero()
	})
	early := again.live.replyEarly("inoltro-lovona") // unless it came already
	officer := "segreteria@comune.lovona.pv.example"
	before := mailFrom(t, again, officer)
	early = errors.Join(early, again.live.replyEarly("inoltro-lovona"))
	if after := mailFrom(t, again, officer); early != nil || after != before {
		t.Errorf("%d messages of the officer, %d before she wrote once more; %v", after, before, early)
	}
	if n := len(again.tickets()); n != tickets {
		t.Errorf("%d tickets after a further start, want %d", n, tickets)
	}
	verified := call(t.Context(), "", "verify", "-config", filepath.Join(dir, "sportello.toml"))
	if verified.code != exitOK {
		t.Errorf("verify:\n%s%s", verified.out, verified.errors)
	}
}

// mailFrom counts what an officer has written; receipts of what the desk sends
// may come meanwhile.
func mailFrom(t *testing.T, r *runningDemo, officer string) int {
	n := 0
	for _, box := range demoBoxes {
		list, err := r.post.imap.Messages(box, "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m, err := readDemoHead(m.Raw); err == nil && m.from.Address == officer {
				n++
			}
		}
	}
	return n
}

// countOpens is how many tickets the mail of a small demo opens.
func countOpens(t *testing.T, d *demo) int {
	mails, err := demoMails(d.memory.Begun)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range mails {
		if m.Opens && m.Raw != nil {
			n++
		}
	}
	return n
}

func TestDemoIsRightOnAnyDay(t *testing.T) {
	for name, at := range map[string]string{"sunday night": "2026-11-22T23:30", "last day of the year": "2026-12-31T18:00"} {
		t.Run(name, func(t *testing.T) {
			o := smallDemo(t.TempDir())
			o.pace = func(time.Duration) time.Duration { return time.Hour }
			var err error
			if o.at, err = parseDemoTime(at); err != nil {
				t.Fatal(err)
			}
			r := startDemo(t, o)
			r.ready()
			checkPresent(t, r)
			now := r.now()
			if d := now.Sub(o.at); d < 0 || d > 2*time.Minute {
				t.Errorf("the clock shows %v, was set to %v", now, o.at)
			}
			for _, x := range r.tickets() {
				if x.OpenedAt.After(now) || x.AnsweredAt.After(now) || x.ClosedAt.After(now) {
					t.Errorf("%s: opened %v, answered %v, closed %v", x.Subject, x.OpenedAt, x.AnsweredAt, x.ClosedAt)
				}
			}
		})
	}
}
