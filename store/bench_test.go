package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sportello/helpdesk"
)

// benchTickets is how many tickets the benchmarks' store holds; the figures of
// docs/performance.md come from 10000, 100000 and 1000000.
func benchTickets() int {
	n, err := strconv.Atoi(os.Getenv("SPORTELLO_BENCH_TICKETS"))
	if err != nil {
		return 2000
	}
	return n
}

// syllables make words in a frequency like that of a language: few of them
// very often, very many seldom.
var syllables = strings.Fields("ra re ri ro ta te ti to na ne ni no la le li lo sa se si so pa pe pi po ma me mi mo")

func word(rnd *rand.Rand) string {
	n := int(float64(20000) * rnd.Float64() * rnd.Float64() * rnd.Float64() * rnd.Float64())
	w := ""
	for i := 0; i < 2 || n > 0; i++ {
		w += syllables[n%len(syllables)]
		n /= len(syllables)
	}
	return w
}

func text(rnd *rand.Rand, size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(word(rnd))
		b.WriteByte(' ')
	}
	return b.String()
}

// benchDesk fills a store with n tickets of one or two messages of 1 kB, one
// in ten open, 500 messages a transaction.
func benchDesk(b *testing.B, n int) *desk {
	b.Helper()
	d := newDesk(b)
	if err := d.Tune(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	d.fillTickets(n)
	if err := d.Tune(b.Context(), false); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	return d
}

func (d *desk) fillTickets(n int) (messages int) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for done := 0; done < n; {
		d.do(func(tx helpdesk.Tx) error {
			for batch := 0; batch < 330 && done < n; batch, done = batch+1, done+1 {
				messages += d.fillTicket(tx, rnd, done)
			}
			return nil
		})
	}
	return messages
}

func (d *desk) fillTicket(tx helpdesk.Tx, rnd *rand.Rand, i int) int {
	v := d.ticket(tx, func(v *helpdesk.Ticket) {
		v.State = helpdesk.StateClosed
		if rnd.IntN(10) == 0 {
			v.State = []helpdesk.State{helpdesk.StateNew, helpdesk.StateOpen, helpdesk.StateOpen, helpdesk.StateWaitingOrg}[rnd.IntN(4)]
		}
		v.OwnerID = []int64{0, d.anna.ID, d.bruno.ID}[rnd.IntN(3)]
		v.MailboxID = []int64{d.mailbox.ID, d.other.ID}[rnd.IntN(2)]
		v.Automatic = rnd.IntN(50) == 0
		v.Messages = 1 + i%2
	})
	for range v.Messages {
		m := d.message(tx, v.ID, func(m *helpdesk.Message) {
			m.At, m.Text = v.OpenedAt, text(rnd, 1000)
			m.MessageID = fmt.Sprintf("%d.%d@comune.example", v.ID, rnd.Int64())
		})
		if err := tx.AddThreadRefs(v.ID, []string{m.MessageID}); err != nil {
			d.t.Fatal(err)
		}
	}
	return v.Messages
}

func BenchmarkFill(b *testing.B) {
	d := newDesk(b)
	if err := d.Tune(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	messages := 0
	for b.Loop() {
		messages += d.fillTickets(330)
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkKeep is the two durable commits of a message: its bytes and ledger
// row, then the ticket.
func BenchmarkKeep(b *testing.B) {
	d := benchDesk(b, benchTickets())
	box := helpdesk.Box{MailboxID: d.mailbox.ID, Folder: "INBOX", UIDValidity: 1}
	d.do(func(tx helpdesk.Tx) error { return tx.SaveBox(&box) })
	rnd := rand.New(rand.NewPCG(5, 6))
	uid, before := uint32(0), cpuTime()
	for b.Loop() {
		uid++
		body := text(rnd, 1000)
		raw := helpdesk.RawMessage{MailboxID: d.mailbox.ID, Size: 2000, InternalDate: epoch, KeptAt: epoch, State: helpdesk.RawPending}
		blob := helpdesk.NewBlob([]byte(strings.Repeat("X-Header: value\r\n", 60) + body))
		d.do(func(tx helpdesk.Tx) (err error) {
			if raw.BlobID, err = tx.PutBlob(blob); err != nil {
				return err
			}
			if err := tx.InsertRaw(&raw); err != nil {
				return err
			}
			return tx.SaveLedger(helpdesk.LedgerEntry{BoxID: box.ID, UIDValidity: 1, UID: uid, State: helpdesk.LedgerStored,
				RawID: raw.ID, InternalDate: epoch, Size: 2000, HeaderHash: blob.SHA256[:]})
		})
		d.do(func(tx helpdesk.Tx) error {
			v := d.ticket(tx, func(v *helpdesk.Ticket) { v.Messages = 1 })
			m := d.message(tx, v.ID, func(m *helpdesk.Message) {
				m.RawID, m.Text, m.MessageID = raw.ID, body, fmt.Sprintf("%d@keep.example", uid)
			})
			raw.State = helpdesk.RawReceived
			if err := tx.SaveRaw(raw); err != nil {
				return err
			}
			return tx.AddThreadRefs(v.ID, []string{m.MessageID})
		})
	}
	b.ReportMetric(float64(uid)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/1000/float64(uid), "cpu-ms/message")
}

// cpuTime is what the process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkQueue(b *testing.B) {
	d := benchDesk(b, benchTickets())
	for _, view := range helpdesk.Views {
		for name, change := range map[string]func(*helpdesk.QueueQuery){
			"first": func(*helpdesk.QueueQuery) {},
			"deep": func(q *helpdesk.QueueQuery) {
				q.After = helpdesk.Cursor{Key: epoch.Add(time.Duration(benchTickets()/2) * time.Hour).UnixMilli(), ID: 1}
			},
			"filtered": func(q *helpdesk.QueueQuery) {
				q.State, q.OwnerID, q.MailboxID = helpdesk.StateOpen, d.anna.ID, d.other.ID
			},
			"word":   func(q *helpdesk.QueueQuery) { q.Text = "rara" },
			"rare":   func(q *helpdesk.QueueQuery) { q.Text = "rara mamama" },
			"prefix": func(q *helpdesk.QueueQuery) { q.Text = "mama rar" },
		} {
			b.Run(string(view)+"/"+name, func(b *testing.B) {
				q := helpdesk.QueueQuery{View: view, UserID: d.anna.ID, Sort: helpdesk.SortNewest}
				change(&q)
				for b.Loop() {
					d.page(q)
				}
			})
		}
	}
}

func BenchmarkCounters(b *testing.B) {
	d := benchDesk(b, benchTickets())
	for b.Loop() {
		if _, err := d.Counters(b.Context(), d.anna.ID); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTicket(b *testing.B) {
	d := benchDesk(b, benchTickets())
	n := 0
	for b.Loop() {
		n++
		if _, err := d.Ticket(b.Context(), helpdesk.NewNumber(2026, 1+n*7919%benchTickets()), d.anna.ID); err != nil {
			b.Fatal(err)
		}
	}
}
