package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

// TestWholeProgram follows one question from the officer's mail to the answer
// and back, over servers in this process.
func TestWholeProgram(t *testing.T) {
	wholeProgram(t, newLoopWorld(t, loopback.SMTPOptions{}))
}

// TestWholeProgramReal is the same over Dovecot and exim.
func TestWholeProgramReal(t *testing.T) {
	wholeProgram(t, newRealWorld(t))
}

const officer = "c-ufficio.tecnico@comune.test"

func question(id, subject, more, text string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: Maria Bianchi <%s>
To: <%s>
Subject: %s
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <%s@comune.test>
%sMIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

%s
`, officer, deskAddress, subject, id, more, text), "\n", "\r\n")
}

func wholeProgram(t *testing.T, world mailWorld) {
	d := newTestDesk(t, world, "now")
	d.addExpert()
	s := d.serve()
	firstLook(t, d)
	world.deliver(t, question("q1", "Prot. n. 4512 del 16/11/2026 - CUP mancante", "References: <old@comune.test>\n",
		"Buongiorno, come si chiede il CUP?"))
	number := answerInBrowser(t, d, "Buongiorno, il CUP si chiede **sul portale**.")

	reply := waitForReply(t, world)
	checkReply(t, reply, number)

	// INTERNALDATE has whole seconds: in the same second nobody can tell that
	// this mail came after the answer.
	answered := time.Now()
	eventually(t, "another second begins", func() bool { return time.Now().Truncate(time.Second).After(answered) })
	world.deliver(t, question("q2", "Re: "+reply.Subject,
		fmt.Sprintf("In-Reply-To: <%s>\nReferences: <q1@comune.test> <%s>\n", reply.MessageID, reply.MessageID), "Grazie, ma quale portale?"))
	eventually(t, "the officer's answer is filed", func() bool { return len(d.inbound()) == 2 })
	if tickets := d.exported("tickets"); len(tickets) != 1 || tickets[0]["state"] != "open" || tickets[0]["owner"] != expertEmail {
		t.Errorf("the answer did not come back to the one ticket: %v", tickets)
	}
	if out := d.must("", "verify"); strings.Contains(out, "ERRORE") {
		t.Error(out)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("serve ended with %d:\n%s", code, s.log)
	}
	if strings.Contains(s.log.String(), officer) {
		t.Error("the log names a person")
	}
}

// answerInBrowser answers the one ticket there is and returns its number.
func answerInBrowser(t *testing.T, d *testDesk, text string) string {
	t.Helper()
	b := newBrowser(d.url)
	if err := b.logIn(); err != nil {
		t.Fatal(err)
	}
	var number string
	eventually(t, "the ticket stands in the queue", func() bool {
		_, page, err := b.get("/quesiti?vista=aperti")
		if m := ticketLink.FindStringSubmatch(page); err == nil && m != nil {
			number = m[1]
		}
		return number != ""
	})
	form, err := b.replyForm(number, text)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a form sent twice is one answer
		status, page, err := b.post("/quesiti/"+number+"/risposte", form)
		if err != nil || status != http.StatusSeeOther {
			t.Fatalf("reply: status %d, %v\n%s", status, err, page)
		}
	}
	return number
}

// waitForReply returns the one answer that a person wrote; the acknowledgement
// arrives too.
func waitForReply(t *testing.T, world mailWorld) *mime.Message {
	t.Helper()
	var replies []*mime.Message
	acks := 0
	eventually(t, "acknowledgement and answer arrive", func() bool {
		replies, acks = nil, 0
		for _, raw := range world.arrived(t) {
			if m := mime.Read(raw); m.Header.Get("Auto-Submitted") == "" {
				replies = append(replies, m)
			} else {
				acks++
			}
		}
		return len(replies) > 0 && acks > 0
	})
	if len(replies) != 1 || acks != 1 {
		t.Errorf("%d answers and %d acknowledgements arrived", len(replies), acks)
	}
	return replies[0]
}

func checkReply(t *testing.T, m *mime.Message, number string) {
	t.Helper()
	if len(m.From) != 1 || m.From[0].Addr != deskAddress || m.From[0].Name != "Sportello PNRR" {
		t.Errorf("From: %v", m.From)
	}
	if len(m.To) != 1 || m.To[0].Addr != officer {
		t.Errorf("To: %v", m.To)
	}
	if want := []string{"q1@comune.test"}; !slices.Equal(m.InReplyTo, want) {
		t.Errorf("In-Reply-To: %q, want %q", m.InReplyTo, want)
	}
	if want := []string{"old@comune.test", "q1@comune.test"}; !slices.Equal(m.References, want) {
		t.Errorf("References: %q, want %q", m.References, want)
	}
	if !strings.HasPrefix(m.Subject, "Re: ") || !strings.Contains(m.Subject, "[#"+number+"]") {
		t.Errorf("Subject: %q", m.Subject)
	}
	if text := m.Text(); !strings.HasPrefix(text, "Rif. Vs. prot. n. 4512 del 16/11/2026") || !strings.Contains(text, "il CUP si chiede") {
		t.Errorf("text: %q", text)
	}
	if !strings.Contains(m.HTML(), "<strong>sul portale</strong>") {
		t.Errorf("HTML: %q", m.HTML())
	}
}

// realWorld are Dovecot and exim on this machine.
type realWorld struct {
	dir  string // of Dovecot
	imap int
	smtp int
}

// newRealWorld starts the servers of $SPORTELLO_TOOLS for the test.
func newRealWorld(t *testing.T) *realWorld {
	t.Helper()
	tools := os.Getenv("SPORTELLO_TOOLS")
	need(t, tools != "", "SPORTELLO_TOOLS names no folder with the scripts that start Dovecot and exim")
	for _, command := range []string{"dovecot", "exim4", "openssl"} {
		_, err := exec.LookPath(command)
		if err != nil {
			_, err = os.Stat("/usr/sbin/" + command)
		}
		need(t, err == nil, command+" is not installed")
	}
	w := &realWorld{dir: serverDir(t)}
	w.imap, w.smtp = 10000+freePort(t)%20000, 31000+freePort(t)%20000
	script(t, filepath.Join(tools, "dovecot/run.sh"), "start", w.dir, strconv.Itoa(w.imap))
	t.Cleanup(func() { script(t, filepath.Join(tools, "dovecot/run.sh"), "stop", w.dir) })
	mta := serverDir(t)
	script(t, filepath.Join(tools, "mta-exim/run.sh"), "start", mta, strconv.Itoa(w.smtp), strconv.Itoa(w.imap+2),
		filepath.Join(w.dir, "users"))
	t.Cleanup(func() { script(t, filepath.Join(tools, "mta-exim/run.sh"), "stop", mta) })
	return w
}

// need skips the test where a condition is missing, and fails it in CI.
func need(t *testing.T, ok bool, why string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") == "true":
		t.Fatal(why)
	default:
		t.Skip(why)
	}
}

// serverDir is a folder that servers can reach which run as another user, with
// a path short enough for their sockets; t.TempDir is neither.
func serverDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func script(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	// A file, unlike a pipe, does not keep Wait until the servers end.
	out, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
}

func (w *realWorld) config() string { return mailConfig(w.imap, w.smtp) }

func (w *realWorld) deliver(t *testing.T, raw string) {
	t.Helper()
	// smtp.SendMail would insist on STARTTLS and refuse the server's own certificate.
	c, err := smtp.Dial(net.JoinHostPort("127.0.0.1", strconv.Itoa(w.smtp)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body, err := func() (io.WriteCloser, error) {
		if err := errors.Join(c.Mail(officer), c.Rcpt(deskAddress)); err != nil {
			return nil, err
		}
		return c.Data()
	}()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(body, raw); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(body.Close(), c.Quit()); err != nil {
		t.Fatal(err)
	}
}

// arrived reads the Maildir of the one user in which all officers' mail lands.
func (w *realWorld) arrived(t *testing.T) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.dir, "mail/cust/Maildir/*/*"))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, f := range files {
		if folder := filepath.Base(filepath.Dir(f)); folder != "new" && folder != "cur" {
			continue
		}
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, raw)
	}
	return all
}
