package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/store"
)

// smallDemo is a demo with a short past, whose script runs twenty-five times as
// fast: officers still take longer than the second in which IMAP counts.
func smallDemo(dir string) demoOptions {
	return demoOptions{addr: "127.0.0.1:0", dir: dir, history: 12, pace: func(d time.Duration) time.Duration { return d / 25 },
		store: store.Options{Synchronous: "OFF", Unsafe: true}} // no power cut is tried here
}

// runningDemo runs until the test ends, or until stop.
type runningDemo struct {
	*demo
	t    *testing.T
	stop func()
}

func startDemo(t *testing.T, o demoOptions) *runningDemo {
	t.Helper()
	d, err := openDemo(t.Context(), o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.run(ctx) }()
	r := &runningDemo{demo: d, t: t}
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := errors.Join(<-done, d.close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(r.stop)
	return r
}

// ready waits for the end of the seeding.
func (r *runningDemo) ready() {
	r.t.Helper()
	select {
	case <-r.seeded:
	case <-time.After(time.Minute):
		r.t.Fatal("the demo is not ready within a minute")
	}
}

// tickets are all tickets of the desk but merged ones.
func (r *runningDemo) tickets() []helpdesk.Ticket {
	r.t.Helper()
	var list []helpdesk.Ticket
	err := r.program.store.View(r.t.Context(), func(tx helpdesk.ReadTx) error {
		for id := int64(1); ; id++ {
			t, err := tx.TicketByID(id)
			if errors.Is(err, helpdesk.ErrNone) {
				return nil
			}
			if err != nil {
				return err
			}
			if t.State != helpdesk.StateMerged {
				list = append(list, t)
			}
		}
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// about are the tickets with a word in their subject.
func (r *runningDemo) about(word string) []helpdesk.Ticket {
	r.t.Helper()
	return slices.DeleteFunc(r.tickets(), func(t helpdesk.Ticket) bool { return !strings.Contains(t.Subject, word) })
}

func (r *runningDemo) one(word string) helpdesk.Ticket {
	r.t.Helper()
	list := r.about(word)
	if len(list) != 1 {
		r.t.Fatalf("%d tickets about %q, want one", len(list), word)
	}
	return list[0]
}

// staffBrowser comes in by a log-in link, as the terminal offers it.
func (r *runningDemo) staffBrowser(key string) *browser {
	r.t.Helper()
	b := newBrowser(r.program.cfg.BaseURL)
	link := strings.TrimPrefix(r.program.web.LoginLink(r.seeder.users[key].ID), b.url)
	if status, body, err := b.get(link); err != nil || status != http.StatusOK {
		r.t.Fatalf("log-in link: %d %v %s", status, err, body)
	}
	if status, _, err := b.post(link, url.Values{}); err != nil || status != http.StatusSeeOther {
		r.t.Fatalf("log-in by link: %d %v", status, err)
	}
	return b
}

func TestDemoFromBothSides(t *testing.T) {
	r := startDemo(t, smallDemo(t.TempDir()))
	anyone := newBrowser(r.program.cfg.BaseURL)
	if status, body, err := anyone.get("/accesso"); err != nil || status != http.StatusOK || !strings.Contains(body, "Dati di prova") {
		t.Errorf("log-in page while seeding: %d %v %.200s", status, err, body)
	}
	town := newBrowser(r.door.url())
	if status, _, err := town.get("/"); err != nil || status != http.StatusOK {
		t.Errorf("door while seeding: %d %v", status, err)
	}
	r.ready()
	anna := r.staffBrowser("anna")

	t.Run("today stands as the script says", func(t *testing.T) { checkPresent(t, r) })
	t.Run("a live PEC", func(t *testing.T) {
		eventually(t, "the live PEC is a ticket", func() bool { return len(r.about("5127")) == 1 })
		if got := r.one("5127"); got.Channel != helpdesk.ChannelPEC || got.State != helpdesk.StateNew {
			t.Errorf("live ticket %+v", got)
		}
		eventually(t, "the acknowledgement is with the town", func() bool {
			_, body, _ := town.get("/")
			return strings.Contains(body, "Richiesta ricevuta")
		})
	})
	t.Run("an officer answers what was answered before", func(t *testing.T) {
		eventually(t, "the ticket is open again", func() bool { return r.one("controllo a campione").State == helpdesk.StateOpen })
	})
	t.Run("a courtesy copy is recognised", func(t *testing.T) {
		if n := len(r.about("0004512")); n != 1 {
			t.Errorf("%d tickets of Valcerva, want one", n)
		}
	})
	t.Run("a certified answer gets its receipts", func(t *testing.T) { acceptedAndDelivered(t, r, anna) })
	t.Run("question and answer through both doors", func(t *testing.T) { askAndAnswer(t, r, anna, town) })
	t.Run("a box that takes PEC only", func(t *testing.T) { refusedThenSent(t, r, anna) })
}

// askAndAnswer writes as a municipality, answers at the desk, reads the answer
// as the municipality, and lets the officer write back twice.
func askAndAnswer(t *testing.T, r *runningDemo, anna, town *browser) {
	form := doorForm(t, map[string]string{"chi": "1", "via": "mail", "oggetto": "Domanda dalla porta è qui", "testo": "Buongiorno,\nche cosa dobbiamo fare?"},
		"relazione è.pdf", []byte("%PDF-1.4 prova"))
	if status := town.send(t, "/scrivi", form); status != http.StatusSeeOther {
		t.Fatalf("write: status %d", status)
	}
	eventually(t, "the question is a ticket", func() bool { return len(r.about("Domanda dalla porta")) == 1 })
	ticket := r.one("Domanda dalla porta è qui")
	if ticket.Channel != helpdesk.ChannelMail || !ticket.HasAttachments {
		t.Errorf("ticket %+v", ticket)
	}
	answerTicket(t, anna, ticket.Number, "Ecco che cosa: **niente**.\n\n[La guida](https://guida.example/x)", "")
	var page string
	eventually(t, "the answer is with the town", func() bool {
		_, page, _ = town.get("/")
		return strings.Contains(page, "Domanda dalla porta") && strings.Contains(page, "Re: ")
	})
	link := doorLinkTo(t, page, "Re: Domanda dalla porta")
	checkDoorMessage(t, town, link)

	eventually(t, "the officer has written back", func() bool { return r.one("Domanda dalla porta").State == helpdesk.StateOpen })
	if status, body, err := town.post(link+"/rispondi", url.Values{"testo": {"Una sola cosa ancora, dalla porta."}}); err != nil || status != http.StatusSeeOther {
		t.Fatalf("reply: %d %v %s", status, err, body)
	}
	eventually(t, "the reply from the door is on the ticket", func() bool {
		_, body, _ := anna.get("/quesiti/" + ticket.Number.String())
		return strings.Contains(body, "Una sola cosa ancora, dalla porta.")
	})
	if n := len(r.about("Domanda dalla porta")); n != 1 {
		t.Errorf("%d tickets, want one", n)
	}
}

// answerTicket answers through the form of the ticket page; to replaces the
// recipient unless it is empty.
func answerTicket(t *testing.T, b *browser, n helpdesk.Number, text, to string) {
	t.Helper()
	form, err := b.replyForm(n.String(), text)
	if err != nil {
		t.Fatal(err)
	}
	if to != "" {
		form.Set("a", to)
	}
	if status, body, err := b.post("/quesiti/"+n.String()+"/risposte", form); err != nil || status != http.StatusSeeOther {
		t.Fatalf("answer: %d %v %.500s", status, err, body)
	}
}

// acceptedAndDelivered is how story 1 goes on: the box that sends is certified.
func acceptedAndDelivered(t *testing.T, r *runningDemo, anna *browser) {
	ticket := r.one("0004512")
	before := len(r.tickets())
	answerTicket(t, anna, ticket.Number, "Lo corregge il Ministero.", "")
	eventually(t, "accettazione and consegna stand on the answer", func() bool {
		_, body, _ := anna.get("/quesiti/" + ticket.Number.String())
		_, receipts, _ := strings.Cut(body, `class="ricevute"`)
		receipts, _, _ = strings.Cut(receipts, "</ul>")
		return strings.Contains(receipts, "Accettata") && strings.Contains(receipts, "Consegnata") &&
			strings.Contains(receipts, "protocollo@pec.comune.valcerva.bg.example")
	})
	if n := len(r.tickets()); n != before {
		t.Errorf("receipts opened tickets: %d, before %d", n, before)
	}
}

// refusedThenSent is story 7.
func refusedThenSent(t *testing.T, r *runningDemo, anna *browser) {
	ticket := r.one("2096")
	answerTicket(t, anna, ticket.Number, "Basta una convenzione.", "")
	eventually(t, "the refusal is shown", func() bool {
		_, body, _ := anna.get("/posta/uscita")
		return strings.Contains(body, demoPECOnlyReason)
	})
	if got := r.one("2096").State; got != helpdesk.StateOpen {
		t.Errorf("after the refusal the ticket is %s", got)
	}
	const other = "segreteria@comune.cascinetta.cr.example"
	answerTicket(t, anna, ticket.Number, "Basta una convenzione.", other)
	eventually(t, "the answer went the other way", func() bool {
		list, _ := r.post.received(0, 10)
		return slices.ContainsFunc(list, func(m demoSent) bool { return slices.Contains(m.To, other) })
	})
}

func TestDemoTakesTheNextPort(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	o := smallDemo(t.TempDir())
	o.addr = busy.Addr().String()
	d, err := openDemo(t.Context(), o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	var out bytes.Buffer
	d.greet(&out)
	_, port, _ := net.SplitHostPort(o.addr)
	for _, want := range []string{"La porta " + port + " è occupata", d.program.cfg.BaseURL + "/accesso/prova/", d.door.url(), "marta.riva@centro.example"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("greeting lacks %q:\n%s", want, &out)
		}
	}
	if d.program.cfg.BaseURL == "http://"+o.addr {
		t.Error("the busy port was taken")
	}
}

func TestDemoCommandCleansUp(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for args, want := range map[string]string{
		"-at ieri":           "-at vuole data e ora",
		"-addr 192.0.2.1:80": "-addr vuole un indirizzo di questo computer",
	} {
		if o := call(t.Context(), "", append([]string{"demo"}, strings.Fields(args)...)...); o.code != exitUsage || !strings.Contains(o.errors, want) {
			t.Errorf("demo %s: exit %d, %q", args, o.code, o.errors)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan int, 1)
	go func() {
		env := environment{getenv: func(string) string { return "" }, stdout: in, stderr: io.Discard}
		done <- run(ctx, env, []string{"demo", "-addr", "127.0.0.1:0"})
		in.Close()
	}()
	var said strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), "sportello verify") {
		n, err := out.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			t.Fatalf("%v after:\n%s", err, said.String())
		}
	}
	go io.Copy(io.Discard, out)
	cancel() // in the middle of the seeding
	if code := <-done; code != exitOK {
		t.Errorf("exit %d", code)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
