package main

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"sportello/helpdesk"
)

// historyTicket is one question of the past, from its opening to what has
// become of it by now. All times are in Europe/Rome and not after now.
type historyTicket struct {
	Opened      time.Time
	Channel     helpdesk.Channel
	Box         string // which of our mailboxes it came to
	FromName    string
	FromAddress string
	Town        demoTown
	Subject     string
	Body        string
	Measure     string // as M4C1I1.1; "" where none fits
	Topic       string // code, as rendicontazione
	CUP         string
	Owner       string // key into staff

	Answer   string    // Markdown; "" while there is none
	Answered time.Time // zero while there is none
	Then     []historyMessage

	State        helpdesk.State
	Closed       time.Time // zero unless closed
	ClosedBy     string    // key into staff; "" for ten working days of silence
	SnoozedUntil time.Time // zero unless snoozed
}

// historyMessage is one that followed the first answer.
type historyMessage struct {
	At   time.Time
	Kind helpdesk.Kind // inbound: from the same officer; reply: from the owner
	Text string        // Markdown for a reply, plain text otherwise
}

// demoTickets is how many questions the desk has had, those of the present mail
// included, and demoStanding how many of them stand where; the rest is closed.
const demoTickets = 842

var demoStanding = map[helpdesk.State]int{
	helpdesk.StateNew: 6, helpdesk.StateOpen: 11, helpdesk.StateWaitingOrg: 7, helpdesk.StateWaitingThird: 4,
	helpdesk.StateSnoozed: 3, helpdesk.StateAnswered: 14,
}

// demoHistory tells the past of the desk, oldest first: as many tickets as make
// demoTickets together with those that the present mail opens. The same now and
// seed give the same history.
func demoHistory(now time.Time, seed int64) (iter.Seq[historyTicket], error) {
	h, err := newHistory(now, seed)
	if err != nil {
		return nil, fmt.Errorf("demo history: %w", err)
	}
	opened := h.openings()
	states := h.states(len(opened))
	measures, err := h.measures(len(opened))
	if err != nil {
		return nil, fmt.Errorf("demo history: %w", err)
	}
	bodies := h.bodies(len(opened))
	var list []historyTicket
	for i, at := range opened {
		t, err := h.ticket(at, bodies[i], measures[i], states[i])
		if err != nil {
			return nil, fmt.Errorf("demo history: %w", err)
		}
		list = append(list, t)
	}
	return slices.Values(list), nil
}

type history struct {
	now      time.Time
	office   demoOffice
	rand     *rand.Rand
	towns    []demoTown
	patterns map[string][]demoSection // by measure
	words    map[string][]string
	present  []demoMail // those that open a countable ticket
}

func newHistory(now time.Time, seed int64) (*history, error) {
	office, err := theDemoOffice()
	if err != nil {
		return nil, err
	}
	h := &history{now: now.In(office.rome), office: office, rand: demoRand(seed, "history"), patterns: map[string][]demoSection{}}
	if h.towns, err = demoTowns(); err != nil {
		return nil, err
	}
	if h.words, err = demoWords(); err != nil {
		return nil, err
	}
	questions, err := demoSections("questions_")
	if err != nil {
		return nil, err
	}
	for _, q := range questions {
		h.patterns[q.get("measure")] = append(h.patterns[q.get("measure")], q)
	}
	mails, err := demoMails(now)
	for _, m := range mails {
		if _, counted := demoStanding[m.State]; counted && m.Opens && m.After == 0 {
			h.present = append(h.present, m)
		}
	}
	return h, err
}

// openings are the times at which the questions of the past came, in order.
func (h *history) openings() []time.Time {
	var times []time.Time
	for _, m := range demoMonths(h.now, h.office, h.present) {
		span := h.office.WorkingTimeBetween(m.first, m.end)
		for range m.count {
			times = append(times, h.office.AddWorkingHours(m.first, time.Minute+time.Duration(h.rand.Int64N(int64(span-time.Minute)))).Truncate(time.Second))
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// states gives the newest tickets of the past what the present mail leaves of
// demoStanding; all before them are closed.
func (h *history) states(n int) []helpdesk.State {
	left := map[helpdesk.State]int{}
	for s, k := range demoStanding {
		left[s] = k
	}
	for _, m := range h.present {
		left[m.State]--
	}
	var standing []helpdesk.State
	for s, k := range left {
		if s != helpdesk.StateAnswered {
			standing = append(standing, slices.Repeat([]helpdesk.State{s}, max(k, 0))...)
		}
	}
	slices.Sort(standing) // a map has no order, a seed wants one
	h.rand.Shuffle(len(standing), func(i, j int) { standing[i], standing[j] = standing[j], standing[i] })
	// The newest are those answered: silence would have closed older ones.
	standing = append(standing, slices.Repeat([]helpdesk.State{helpdesk.StateAnswered}, max(left[helpdesk.StateAnswered], 0))...)
	states := make([]helpdesk.State, n)
	for i := range states {
		states[i] = helpdesk.StateClosed
	}
	copy(states[n-len(standing):], standing)
	return states
}

// demoShares is how many of a hundred questions each measure gets. The other
// measures and questions on none share one row.
var demoShares = []struct {
	measures []string
	percent  int
}{
	{[]string{"M2C4I2.2"}, 38}, {[]string{"M4C1I1.1"}, 22}, {[]string{"M5C2I2.1"}, 14}, {[]string{"M2C1I3.2"}, 8},
	{[]string{"M1C3I2.1"}, 7}, {[]string{"M5C3I1.1.1"}, 4}, {[]string{"M2C1I1.1"}, 3},
	{[]string{"-", "M1C1I1.2", "M1C1I1.4.1", "M1C1I1.4.3", "M4C1I1.2"}, 4},
}

func (h *history) measures(n int) ([]string, error) {
	var deck []string
	for _, s := range demoShares {
		for i := range int(math.Round(float64(n*s.percent) / 100)) {
			deck = append(deck, s.measures[i%len(s.measures)])
		}
	}
	for len(deck) < n {
		deck = append(deck, demoShares[0].measures[0])
	}
	for _, m := range deck {
		if len(h.patterns[m]) == 0 {
			return nil, fmt.Errorf("no question on measure %s", m)
		}
	}
	h.rand.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	return deck[:n], nil
}

// bodies has every town ask once; some ask again and again.
func (h *history) bodies(n int) []demoTown {
	deck := slices.Clone(h.towns)
	h.rand.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	regulars := slices.Clone(deck)
	for len(deck) < n {
		deck = append(deck, regulars[int(float64(len(regulars))*math.Pow(h.rand.Float64(), 2.2))])
	}
	deck = deck[:n]
	h.rand.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	return deck
}
