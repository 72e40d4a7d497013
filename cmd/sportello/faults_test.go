package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
	"sportello/mailbox/loopback"
)

// The tests of faults run the whole program inside a bubble of testing/synctest:
// a day passes in a second, and two minutes are two minutes on any machine.
// Pipes stand for the network; everything else is as serve wires it.

// simDesk is one desk in a bubble with its mail servers.
type simDesk struct {
	*testDesk
	imap    *loopback.IMAP
	smtp    *loopback.SMTP
	reader  helpdesk.Reader
	browser *browser

	mu      sync.Mutex
	healthy mailbox.DialFunc // to imap
	way     mailbox.DialFunc // to whatever answers for IMAP now
	toSMTP  mailbox.DialFunc
	lines   []net.Conn // IMAP connections so far

	p    *program
	stop context.CancelFunc
	done chan error
}

// simulate makes a desk and its servers in a bubble and calls test.
func simulate(t *testing.T, start string, smtp loopback.SMTPOptions, test func(*simDesk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSimDesk(t, start, deskAddress, "60s", smtp)
		test(s)
	})
}

func newSimDesk(t *testing.T, start, address, poll string, smtp loopback.SMTPOptions) *simDesk {
	t.Helper()
	s := &simDesk{imap: loopback.NewIMAP(loopback.IMAPOptions{}), smtp: loopback.NewSMTP(smtp)}
	s.imap.AddUser("help", "helppw")
	s.testDesk = newTestDesk(t, s, start)
	text, err := os.ReadFile(s.testDesk.config)
	if err != nil {
		t.Fatal(err)
	}
	// A session outlives what a test waits for; a round of polling is not what it counts.
	changed := strings.NewReplacer("[[mailbox]]", "session_idle = \"24h\"\nsession_max = \"720h\"\n[[mailbox]]",
		`poll_interval = "1s"`, `poll_interval = "`+poll+`"`, deskAddress, address).Replace(string(text))
	if err := os.WriteFile(s.testDesk.config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	s.healthy, s.toSMTP = piped(t, s.imap), piped(t, s.smtp)
	s.way = s.healthy
	t.Cleanup(s.end)
	s.addExpert()
	return s
}

// piped serves over pipes until the test ends.
func piped(t *testing.T, server interface {
	Serve(net.Listener) error
	Close() error
}) mailbox.DialFunc {
	t.Helper()
	ln := loopback.Pipe()
	var served sync.WaitGroup
	served.Go(func() { server.Serve(ln) })
	t.Cleanup(func() {
		ln.Close()
		server.Close()
		served.Wait()
	})
	return ln.DialContext
}

func (s *simDesk) config() string { return mailConfig(143, 25) }

func (s *simDesk) deliver(t *testing.T, raw string) {
	t.Helper()
	if _, err := s.imap.Deliver("help", "INBOX", []byte(raw), time.Now()); err != nil {
		t.Fatal(err)
	}
}

func (s *simDesk) arrived(*testing.T) [][]byte {
	var all [][]byte
	for _, m := range s.smtp.Taken() {
		all = append(all, m.Data)
	}
	return all
}

// start is serve, over pipes.
func (s *simDesk) start() {
	s.t.Helper()
	cfg, err := LoadConfig(s.testDesk.config, func(string) string { return "" }, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	log := newLogger(&logBuffer{})
	s.p, err = openProgram(s.t.Context(), cfg, log, programOptions{reader: s.reader})
	if err != nil {
		s.t.Fatal(err)
	}
	in, out := cfg.Mailboxes[0].imap(cfg.Location), cfg.Mailboxes[0].smtp()
	in.Dial, out.Dial = s.dialIMAP, s.toSMTP
	id := s.p.boxes[0].ID
	s.p.pollers[0] = mailbox.NewPoller(id, in, roomKeeper{s.p.desk, s.p.store}, log)
	s.p.senders[0] = mailbox.NewSender(id, out, outbox{s.p.desk}, log)
	pages := loopback.Pipe()
	s.p.listener.Close()
	s.p.listener = pages
	s.browser = newBrowser(s.url)
	s.browser.client.Transport = &http.Transport{DialContext: pages.DialContext, DisableKeepAlives: true}
	ctx, cancel := context.WithCancel(s.t.Context())
	s.stop, s.done = cancel, make(chan error, 1)
	go func() { s.done <- errors.Join(s.p.run(ctx), s.p.close()) }()
	s.within(time.Minute, "the folder is looked at", func() bool {
		status := s.status()
		return len(status.Mailboxes) == 1 && len(status.Mailboxes[0].Ways) > 0
	})
}

// end stops the program, if it runs.
func (s *simDesk) end() {
	s.t.Helper()
	if s.p == nil {
		return
	}
	s.stop()
	if err := <-s.done; err != nil {
		s.t.Errorf("the program ended with %v", err)
	}
	s.p = nil
	s.pass(time.Minute) // what still sleeps must end inside the bubble
}

// within lets fake time pass until ok, at most d.
func (s *simDesk) within(d time.Duration, what string, ok func() bool) {
	s.t.Helper()
	for end := time.Now().Add(d); ; time.Sleep(5 * time.Second) {
		synctest.Wait()
		if ok() {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("in %v it did not come about that %s", d, what)
		}
	}
}

// pass lets fake time pass.
func (s *simDesk) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *simDesk) status() helpdesk.Status {
	s.t.Helper()
	status, err := s.p.store.Status(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return status
}

// ready is the answer of /readyz.
func (s *simDesk) ready() (ok bool, says string) {
	s.t.Helper()
	code, says, err := s.browser.get("/readyz")
	if err != nil {
		s.t.Fatal(err)
	}
	return code == http.StatusOK, says
}

// page is a page as the expert sees it, who signs in when asked to.
func (s *simDesk) page(path string) string {
	s.t.Helper()
	for range 2 {
		code, text, err := s.browser.get(path)
		switch {
		case err != nil:
			s.t.Fatal(err)
		case code == http.StatusOK:
			return text
		}
		if err := s.browser.logIn(); err != nil {
			s.t.Fatal(err)
		}
	}
	s.t.Fatalf("%s is not shown", path)
	return ""
}

// signIn changes who sits at the desk.
func (s *simDesk) signIn(email string) {
	s.t.Helper()
	pages := s.browser.client.Transport
	s.browser = newBrowser(s.url)
	s.browser.client.Transport = pages
	code, page, err := s.browser.post("/accesso", url.Values{"email": {email}, "password": {testPassword}})
	if err != nil || code != http.StatusSeeOther {
		s.t.Fatalf("log-in of %s: status %d, %v\n%s", email, code, err, page)
	}
}

// received are the subjects of what was taken in, in order.
func (s *simDesk) received() []string {
	s.t.Helper()
	var subjects []string
	for m, err := range s.p.store.ExportMessages(s.t.Context()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if m.Kind == helpdesk.KindInbound {
			subjects = append(subjects, m.Subject)
		}
	}
	return subjects
}

// ask delivers a question of its own sender.
func (s *simDesk) ask(id string) {
	s.t.Helper()
	raw := question(id, "Quesito "+id, "", "Testo del quesito "+id+".")
	s.deliver(s.t, strings.Replace(raw, officer, fmt.Sprintf("ufficio@comune-%s.test", id), 1))
}

// answer replies to the only open ticket as a person would.
func (s *simDesk) answer(text string) (number string) {
	s.t.Helper()
	m := ticketLink.FindStringSubmatch(s.page("/quesiti?vista=aperti"))
	if m == nil {
		s.t.Fatal("no open ticket")
	}
	form, err := s.browser.replyForm(m[1], text)
	if err != nil {
		s.t.Fatal(err)
	}
	code, page, err := s.browser.post("/quesiti/"+m[1]+"/risposte", form)
	if err != nil || code != http.StatusSeeOther {
		s.t.Fatalf("reply: status %d, %v\n%s", code, err, page)
	}
	return m[1]
}

// press sends the first form of a page whose address ends in action.
func (s *simDesk) press(path, action string) {
	s.t.Helper()
	form := regexp.MustCompile(`action="([^"]*/` + action + `)"`)
	m := form.FindStringSubmatch(s.page(path))
	if m == nil {
		s.t.Fatalf("%s has no form for %s", path, action)
	}
	code, page, err := s.browser.post(m[1], nil)
	if err != nil || code != http.StatusSeeOther {
		s.t.Fatalf("%s: status %d, %v\n%s", m[1], code, err, page)
	}
}

// dialIMAP goes where IMAP is answered now.
func (s *simDesk) dialIMAP(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	way := s.way
	s.mu.Unlock()
	conn, err := way(ctx, network, address)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, conn)
	return conn, err
}

// lead sends IMAP another way and cuts the lines there are.
func (s *simDesk) lead(way mailbox.DialFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = way
	for _, c := range s.lines {
		if c != nil {
			c.Close()
		}
	}
}

// tries counts the IMAP connections so far, also those that were refused.
func (s *simDesk) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines)
}

// verified fails the test unless verify finds all well.
func (s *simDesk) verified() {
	s.t.Helper()
	s.must("", "verify", "-offline")
}
