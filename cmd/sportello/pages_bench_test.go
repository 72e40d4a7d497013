package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sportello/helpdesk"
	"sportello/store"
)

// mix draws queue pages as docs/performance.md states: the seven views and the
// four orders alike, none to three of the filters by state, owner, mailbox and
// text, two of three pages the first, the others anywhere in the list.
type mix struct {
	rand   *rand.Rand
	words  *fillWriter
	states []string
	owners []string
	boxes  []string
	bounds map[string][2]int64 // by order: the least and the greatest key
	hits   int64               // about the greatest message id
}

func newMix(b *testing.B, st *store.Store) *mix {
	b.Helper()
	words, err := fillTexts(1)
	if err != nil {
		b.Fatal(err)
	}
	m := &mix{
		rand: rand.New(rand.NewPCG(1, 2)), words: words, bounds: map[string][2]int64{},
		states: []string{"new", "open", "waiting_org", "waiting_third", "snoozed", "answered", "closed"},
		owners: []string{"io", "nessuno"},
	}
	users, err := st.Users(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, u := range users {
		m.owners = append(m.owners, fmt.Sprint(u.ID))
	}
	boxes, err := st.Mailboxes(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, box := range boxes { // fill may have been for others than those of the benchmark
		page, err := st.Queue(b.Context(), helpdesk.QueueQuery{View: helpdesk.ViewClosed, MailboxID: box.ID, Limit: 1})
		if err != nil {
			b.Fatal(err)
		}
		if len(page.Rows) > 0 {
			m.boxes = append(m.boxes, fmt.Sprint(box.ID))
		}
	}
	if len(m.boxes) == 0 {
		b.Fatal("the configured mailboxes have no closed tickets: fill again with theirs")
	}
	m.measure(b, st)
	return m
}

// measure finds between which keys each list lies.
func (m *mix) measure(b *testing.B, st *store.Store) {
	b.Helper()
	newest := edge(b, st, helpdesk.SortNewest)
	oldest := edge(b, st, helpdesk.SortOldest)
	m.bounds["recenti"] = [2]int64{oldest.LastMessageAt.UnixMilli(), newest.LastMessageAt.UnixMilli()}
	m.bounds["attesa"] = m.bounds["recenti"]
	m.bounds["apertura"] = [2]int64{oldest.OpenedAt.UnixMilli(), newest.OpenedAt.UnixMilli()}
	m.bounds["numero"] = [2]int64{int64(oldest.Number), int64(newest.Number)}
	m.hits = newest.ID * 3 / 2
}

// edge is the first closed ticket in an order; fill closes in every month.
func edge(b *testing.B, st *store.Store, by helpdesk.Sort) helpdesk.QueueRow {
	b.Helper()
	page, err := st.Queue(b.Context(), helpdesk.QueueQuery{View: helpdesk.ViewClosed, Sort: by, Limit: 1})
	if err != nil || len(page.Rows) == 0 {
		b.Fatalf("closed tickets: %d, %v", len(page.Rows), err)
	}
	return page.Rows[0]
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// text is what people look for: often a word of the trade, often a rare name,
// at times two words, or the beginning of one.
func (m *mix) text() string {
	rare := func() string { return m.words.rare[m.words.zipf(len(m.words.rare))] }
	common := func() string {
		return pick(m.rand, strings.Fields("rendicontazione anticipo progetto comune scadenza CUP"))
	}
	switch m.rand.IntN(4) {
	case 0:
		return common()
	case 1:
		return rare()
	case 2:
		return common() + " " + rare()
	}
	return rare()[:4]
}

// address of a queue page.
func (m *mix) address() string {
	order := pick(m.rand, slices.Sorted(maps.Keys(m.bounds)))
	v := url.Values{"ordine": {order}, "vista": {pick(m.rand, []string{
		"mie", "non-assegnati", "da-leggere", "attesa-ente", "aperti", "automatici", "chiusi"})}}
	filters := []func(){
		func() { v.Set("stato", pick(m.rand, m.states)) },
		func() { v.Set("assegnatario", pick(m.rand, m.owners)) },
		func() { v.Set("casella", pick(m.rand, m.boxes)) },
		func() { v.Set("q", m.text()) },
	}
	for _, i := range m.rand.Perm(len(filters))[:m.rand.IntN(4)] {
		filters[i]()
	}
	if m.rand.IntN(3) == 0 {
		within := m.bounds[order]
		if v.Has("q") {
			within = [2]int64{0, m.hits}
		}
		v.Set("dopo", fmt.Sprintf("%d_1", within[0]+m.rand.Int64N(within[1]-within[0]+1)))
	}
	return "/quesiti?" + v.Encode()
}

// markSome gives the user something to read: fill leaves nothing unread.
func markSome(b *testing.B, st *store.Store) {
	b.Helper()
	user, err := st.UserByEmail(b.Context(), benchUser)
	if err != nil {
		b.Fatal(err)
	}
	page, err := st.Queue(b.Context(), helpdesk.QueueQuery{View: helpdesk.ViewOpen, Limit: 200})
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range page.Rows {
		v, err := st.Ticket(b.Context(), row.Number, user.ID)
		if err != nil {
			b.Fatal(err)
		}
		err = st.Update(b.Context(), func(tx helpdesk.Tx) error {
			return tx.MarkUnread(user.ID, row.ID, v.Messages[0].ID)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQueue asks for one page of the mix after the other.
func BenchmarkQueue(b *testing.B) {
	d := newBenchDesk(b, loopbackIMAP(b))
	st := d.open(b)
	markSome(b, st)
	m := newMix(b, st)
	p := d.serve(b)
	w := d.logIn(b)
	var all timings
	started := p.cpu(b)
	b.ResetTimer()
	for b.Loop() {
		all.page(b, w, m.address())
	}
	all.report(b)
	b.ReportMetric(float64((p.cpu(b)-started).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(p.memory(b), "MiB")
}

// BenchmarkTicket asks for one ticket after the other, from all over the store.
func BenchmarkTicket(b *testing.B) {
	d := newBenchDesk(b, loopbackIMAP(b))
	numbers := someNumbers(b, d.open(b))
	p := d.serve(b)
	w := d.logIn(b)
	var all timings
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		all.page(b, w, "/quesiti/"+numbers[i%len(numbers)].String())
	}
	all.report(b)
	b.ReportMetric(p.memory(b), "MiB")
}

// someNumbers are up to 2,000 tickets from all over the lists, in no order.
func someNumbers(b *testing.B, st *store.Store) []helpdesk.Number {
	b.Helper()
	m := newMix(b, st)
	var numbers []helpdesk.Number
	for range 20 {
		for _, view := range []helpdesk.View{helpdesk.ViewOpen, helpdesk.ViewClosed} {
			within := m.bounds["apertura"]
			q := helpdesk.QueueQuery{View: view, Sort: helpdesk.SortOpened, Limit: 50}
			q.After = helpdesk.Cursor{Key: within[0] + m.rand.Int64N(within[1]-within[0]+1), ID: 1}
			page, err := st.Queue(b.Context(), q)
			if err != nil {
				b.Fatal(err)
			}
			for _, row := range page.Rows {
				numbers = append(numbers, row.Number)
			}
		}
	}
	m.rand.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	if len(numbers) == 0 {
		b.Fatal("no tickets")
	}
	return numbers
}
