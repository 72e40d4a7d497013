package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"sportello/helpdesk"
	"sportello/mailbox/loopback"
	"sportello/store"
)

// benchIMAP is where the benchmark's mail lies.
type benchIMAP struct {
	host   string
	port   int
	folder string // new for each run: what the ledger knows is not taken in again
}

// loopbackIMAP is an empty server in this process.
func loopbackIMAP(b *testing.B) benchIMAP {
	b.Helper()
	s := loopback.NewIMAP(loopback.IMAPOptions{})
	s.AddUser("help", "helppw")
	s.AddUser("agent", "agentpw")
	return benchIMAP{host: "127.0.0.1", port: listening(b, s), folder: "INBOX"}
}

// newBenchIMAP has messages in a folder of the environment's server, or of one
// in this process.
func newBenchIMAP(b *testing.B, messages [][]byte) benchIMAP {
	b.Helper()
	s := benchIMAP{}
	if at := os.Getenv("SPORTELLO_BENCH_IMAP"); at != "" {
		host, port, err := net.SplitHostPort(at)
		if err != nil {
			b.Fatalf("SPORTELLO_BENCH_IMAP: %v", err)
		}
		if s.port, err = strconv.Atoi(port); err != nil {
			b.Fatalf("SPORTELLO_BENCH_IMAP: %v", err)
		}
		s.host = host
	} else {
		s = loopbackIMAP(b)
	}
	s.folder = fmt.Sprintf("bench-%d", time.Now().UnixNano())
	if err := s.put(messages); err != nil {
		b.Fatal(err)
	}
	return s
}

func (s benchIMAP) put(messages [][]byte) error {
	c, err := imapclient.DialInsecure(net.JoinHostPort(s.host, strconv.Itoa(s.port)), nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Login("help", "helppw").Wait(); err != nil {
		return err
	}
	if err := c.Create(s.folder, nil).Wait(); err != nil {
		return err
	}
	for _, m := range messages {
		a := c.Append(s.folder, int64(len(m)), nil)
		if _, err := a.Write(m); err != nil {
			return err
		}
		if err := a.Close(); err != nil {
			return err
		}
		if _, err := a.Wait(); err != nil {
			return err
		}
	}
	return c.Logout().Wait()
}

// benchMails are n messages that no run before this one had: the environment's,
// or invented ones, with domains of their own in their Message-IDs.
func benchMails(b *testing.B, n int) [][]byte {
	b.Helper()
	var list [][]byte
	files, err := filepath.Glob(filepath.Join(os.Getenv("SPORTELLO_BENCH_MAILS"), "*.eml"))
	if err != nil {
		b.Fatal(err)
	}
	run := time.Now().UnixNano()
	for i := range n {
		var raw []byte
		if os.Getenv("SPORTELLO_BENCH_MAILS") == "" {
			raw = inventedMail(i)
		} else if len(files) == 0 {
			b.Fatal("SPORTELLO_BENCH_MAILS has no .eml files")
		} else if raw, err = os.ReadFile(files[i%len(files)]); err != nil {
			b.Fatal(err)
		}
		fresh := fmt.Sprintf(".r%d-%d.example>", run, i/max(len(files), 1))
		list = append(list, []byte(strings.ReplaceAll(string(raw), ".example>", fresh)))
	}
	return list
}

// inventedMail is like much of real mail: 6 kB twice, as text and as HTML, one
// in five with 200 kB attached, three in ten an answer to an earlier one.
func inventedMail(i int) []byte {
	rnd := rand.New(rand.NewPCG(uint64(i), 7))
	w, _ := fillTexts(1)
	w.rand = rnd
	text := strings.ReplaceAll(w.Question(6000), "\n", "\r\n")
	var b strings.Builder
	fmt.Fprintf(&b, "From: Ufficio tecnico <ufficio%d@comune%d.example>\r\nTo: <sportello@assistenza.example>\r\n"+
		"Subject: %s\r\nDate: Mon, 05 Jan 2026 10:00:00 +0100\r\nMessage-ID: <m%d@posta.example>\r\n", i%200, i%17, w.Subject(), i)
	if i > 20 && rnd.IntN(10) < 3 {
		fmt.Fprintf(&b, "In-Reply-To: <m%d@posta.example>\r\n", i-20)
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"m\"\r\n\r\n--m\r\n" +
		"Content-Type: multipart/alternative; boundary=\"a\"\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text +
		"\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p style='color:#1F497D'>" +
		strings.ReplaceAll(text, "\r\n", "</p>\r\n<p>") + "</p></body></html>\r\n--a--\r\n")
	if i%5 == 0 {
		data := make([]byte, 150_000)
		for j := range data {
			data[j] = byte(rnd.Uint32())
		}
		b.WriteString("--m\r\nContent-Type: application/pdf; name=\"prospetto.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		for line := range strings.SplitSeq(base64.StdEncoding.EncodeToString(data), "\n") {
			b.WriteString(line + "\r\n")
		}
	}
	b.WriteString("--m--\r\n")
	return []byte(b.String())
}

// BenchmarkIntake is the way of a message from the server's folder to its
// ticket: two durable commits each. Beside it a person looks at the queue
// twenty times a second, in the run that says so.
func BenchmarkIntake(b *testing.B) {
	n := benchNumber(b, "SPORTELLO_BENCH_MESSAGES", 20)
	for _, watched := range []bool{false, true} {
		b.Run(fmt.Sprintf("watched=%v", watched), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				takeMailsIn(b, n, watched)
				b.StartTimer()
			}
		})
	}
}

func takeMailsIn(b *testing.B, n int, watched bool) {
	imap := newBenchIMAP(b, benchMails(b, n))
	d := newBenchDesk(b, imap)
	st := d.open(b)
	m := newMix(b, st)
	started := time.Now()
	p := d.serve(b)
	var pages timings
	if watched {
		w := d.logIn(b)
		pages.watch(b, w, m, func() bool { return takenIn(b, st, imap.folder, n) })
	} else {
		eventually(b, "all messages are taken in", func() bool { return takenIn(b, st, imap.folder, n) })
	}
	took := time.Since(started)
	b.ReportMetric(float64(n)/took.Seconds(), "messages/s")
	b.ReportMetric(float64(p.cpu(b).Microseconds())/1000/float64(n), "cpu-ms/message")
	b.ReportMetric(p.memory(b), "MiB")
	pages.report(b)
	p.stop()
}

// watch looks at a queue page of the mix every 50 ms until done.
func (t *timings) watch(b *testing.B, w *browser, m *mix, done func() bool) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		<-tick.C
		t.page(b, w, m.address())
	}
}

// takenIn reports whether the first mailbox's folder has n messages in the
// ledger and none that waits to be read.
func takenIn(b *testing.B, st *store.Store, folder string, n int) bool {
	b.Helper()
	done := false
	err := st.View(b.Context(), func(tx helpdesk.ReadTx) error {
		boxes, err := tx.Mailboxes()
		if err != nil {
			return err
		}
		for _, m := range boxes {
			box, err := tx.BoxByFolder(m.ID, folder)
			if err != nil {
				continue // not looked at yet, or not the mailbox
			}
			next, err := tx.LedgerNext(box.ID, box.UIDValidity)
			if err != nil {
				return err
			}
			pending, err := tx.PendingRaw(time.Now().Add(time.Hour), 1)
			done = int(next) > n && len(pending) == 0
			return err
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return done
}
