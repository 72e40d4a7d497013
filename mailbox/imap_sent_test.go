package mailbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
)

// copying runs a sender whose copies go to s, inside a bubble, or nowhere while
// trouble is set.
func copying(t *testing.T, s server, outbox *memoryOutbox, check func(t *testing.T, p *post, trouble func(func() error))) {
	t.Helper()
	posting(t, loopback.SMTPOptions{}, outbox, nil, func(t *testing.T, p *post) {
		p.stop()
		ln := loopback.Pipe()
		var serving sync.WaitGroup
		serving.Go(func() { s.Serve(ln) })
		var mu sync.Mutex
		var trouble func() error
		cfg := testConfig()
		cfg.SentFolder = "Inviata"
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			if trouble != nil {
				if err := trouble(); err != nil {
					return nil, err
				}
			}
			return ln.DialContext(ctx, network, address)
		}
		p.sender.CopySent(cfg)
		p.start()
		check(t, p, func(f func() error) { mu.Lock(); trouble = f; mu.Unlock() })
		p.stop()
		ln.Close()
		s.Close()
		serving.Wait()
		p.start() // posting ends it
	})
}

func copiesIn(t *testing.T, s *loopback.IMAP) int {
	t.Helper()
	list, err := s.Messages("desk", "Inviata")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// A folder that cannot be reached, and a library that panics, cost time and no
// copy.
func TestCopiesAreMadeUpFor(t *testing.T) {
	t.Run("unreachable", func(t *testing.T) { copiesMadeUpFor(t, func() error { return errors.New("no route to host") }) })
	t.Run("panic", func(t *testing.T) { copiesMadeUpFor(t, func() error { panic("no such thing") }) })
}

func copiesMadeUpFor(t *testing.T, fault func() error) {
	s := inbox(t, 0, loopback.IMAPOptions{})
	copiesIn(t, s)
	outbox := newOutbox(mailTo("a@x.example"), mailTo("b@x.example"), mailTo("c@x.example"))
	copying(t, s, outbox, func(t *testing.T, p *post, trouble func(func() error)) {
		time.Sleep(time.Minute)
		if n := copiesIn(t, s); n != 3 {
			t.Fatalf("%d copies of three mails", n)
		}
		trouble(fault)
		outbox.add(mailTo("d@x.example"), mailTo("e@x.example"))
		time.Sleep(time.Hour)
		if n := len(p.sink.Taken()); n != 5 {
			t.Errorf("%d mails sent", n)
		}
		trouble(nil)
		time.Sleep(copyRest + time.Minute)
		if n := copiesIn(t, s); n != 5 {
			t.Errorf("%d copies of five mails", n)
		}
	})
}

// What the server has put there itself, or we before a crash, is not doubled.
func TestCopiesAreNotDoubled(t *testing.T) {
	s := inbox(t, 0, loopback.IMAPOptions{})
	outbox := newOutbox(mailTo("a@x.example"))
	if _, err := s.Deliver("desk", "Inviata", outbox.data[1], day); err != nil {
		t.Fatal(err)
	}
	copying(t, s, outbox, func(t *testing.T, p *post, _ func(func() error)) {
		time.Sleep(time.Hour)
		if n := copiesIn(t, s); n != 1 || !outbox.isCopied(1) {
			t.Errorf("%d copies", n)
		}
	})
}

// A mail that the server will not take does not hold up the others, nor is
// it tried for ever; trouble of the server's own is.
func TestCopyRefused(t *testing.T) {
	for _, v := range []struct {
		say  string
		want bool // given up
	}{
		{"NO [CANNOT] no such mail here", true},
		{"NO [OVERQUOTA] full", false},
	} {
		s := scripted(
			loopback.Rule{Match: `uid search`, Say: "* SEARCH\r\n{tag} OK none\r\n"},
			loopback.Rule{Match: `^\S+ append`, Say: "{tag} " + v.say + "\r\n"},
		)
		outbox := newOutbox(mailTo("a@x.example"))
		copying(t, s, outbox, func(t *testing.T, p *post, _ func(func() error)) {
			time.Sleep(10 * time.Minute)
			if got := outbox.isCopied(1); got != v.want {
				t.Errorf("%s: given up %v", v.say, got)
			}
		})
	}
}

// The sent folder is read from now on, without being changed, and its health
// is its own.
func TestSentPoller(t *testing.T) {
	s := inbox(t, 1, loopback.IMAPOptions{})
	put := func(i int) {
		if _, err := s.Deliver("desk", "Inviata", []byte(letterNo(i)), day); err != nil {
			t.Fatal(err)
		}
	}
	put(1)
	sentPolled(t, s, "Inviata", func(keeper *memoryKeeper) {
		put(2)
		time.Sleep(2 * time.Minute)
		if got := keeper.states(); got != "1 skipped, 2 stored" || !keeper.sent {
			t.Errorf("ledger %s, marked as sent %v", got, keeper.sent)
		}
		if h := keeper.lastHealth(); !h.OK || h.Way != helpdesk.WaySent {
			t.Errorf("health %+v", h)
		}
	})
	if list, err := s.Messages("desk", "Inviata"); err != nil || len(list) != 2 || len(list[1].Flags) != 0 {
		t.Errorf("the folder was changed: %+v, %v", list, err)
	}
}

func TestSentFolderMissing(t *testing.T) {
	sentPolled(t, inbox(t, 0, loopback.IMAPOptions{}), "manca", func(keeper *memoryKeeper) {
		h := keeper.lastHealth()
		if h.OK || h.Way != helpdesk.WaySent || !strings.HasPrefix(h.Reason, "Cartella della posta inviata «manca»: ") {
			t.Errorf("health %+v", h)
		}
	})
}

// sentPolled runs a poller of a sent folder for a minute before check.
func sentPolled(t *testing.T, s *loopback.IMAP, folder string, check func(*memoryKeeper)) {
	t.Helper()
	cfg := testConfig()
	cfg.SentFolder, cfg.ProcessedFolder, cfg.Start = folder, "Fatti", Start{All: true}
	poll(t, s, testConfig(), nil, func(r *rig) {
		cfg.Dial = r.poller.cfg.Dial
		keeper := newKeeper()
		p := NewSentPoller(1, cfg, keeper, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(r.t.Context())
		var running sync.WaitGroup
		running.Go(func() { p.Run(ctx) })
		time.Sleep(time.Minute)
		check(keeper)
		cancel()
		running.Wait()
	})
}
