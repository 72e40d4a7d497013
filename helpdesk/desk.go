package helpdesk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"sportello/helpdesk/calendar"
)

// Settings of the desk, from the configuration.
type Settings struct {
	Product     string // «Sportello PNRR»
	Centre      string // «Centro di Competenza PNRR»
	BaseURL     string
	PrivacyURL  string
	AnswerHours int  // working hours within which an answer is promised
	GraceDays   int  // a reply to a ticket closed for longer opens a new one
	CloseDays   int  // working days of silence after which an answered ticket closes
	Automatic   bool // false stops every automatic mail
	Catchment   Catchment
	Location    *time.Location
	Calendar    *calendar.Calendar // office hours; nil: the usual ones in Location
}

// Desk is the one door to every change.
type Desk struct {
	store    Store
	composer Composer
	mark     HighWater
	settings Settings
	hours    *calendar.Calendar
	now      func() time.Time
	log      *slog.Logger

	hub      hub
	mind     mind
	kept     handover
	intake   chan struct{}
	outgoing chan struct{}
}

// Option of New.
type Option func(*Desk)

// WithClock sets the clock; the demo writes its history with it.
func WithClock(now func() time.Time) Option { return func(d *Desk) { d.now = now } }

// WithLogger sets where incidents are logged.
func WithLogger(l *slog.Logger) Option { return func(d *Desk) { d.log = l } }

// New makes a Desk. Start must be called before anything else.
func New(store Store, composer Composer, mark HighWater, s Settings, options ...Option) *Desk {
	if s.Location == nil {
		s.Location = time.UTC
	}
	d := &Desk{
		store: store, composer: composer, mark: mark, settings: s,
		hours: officeHours(s), now: time.Now, log: slog.New(slog.DiscardHandler),
		intake: make(chan struct{}, 1), outgoing: make(chan struct{}, 1),
	}
	for _, o := range options {
		o(d)
	}
	return d
}

func officeHours(s Settings) *calendar.Calendar {
	if s.Calendar != nil {
		return s.Calendar
	}
	c, err := calendar.New(calendar.Config{Location: s.Location, Hours: calendar.OfficeHours()})
	if err != nil {
		panic(err) // the usual hours are valid in any zone
	}
	return c
}

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }

// update runs fn in one transaction and, once it is committed, what fn asked
// for through the effects.
func (d *Desk) update(ctx context.Context, op string, fn func(*change) error) error {
	c := &change{desk: d, at: d.now().Truncate(time.Millisecond)}
	err := d.store.Update(ctx, func(tx Tx) error {
		*c = change{desk: d, at: c.at, Tx: tx}
		return fn(c)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	c.carryOut()
	return nil
}

// change is one transaction with what is to happen after its commit.
type change struct {
	Tx
	desk     *Desk
	at       time.Time
	intake   bool
	kept     keptBytes // for intake
	outgoing bool
	changes  []Change
}

func (c *change) carryOut() {
	c.desk.kept.put(c.kept)
	if c.intake {
		wake(c.desk.intake)
	}
	if c.outgoing {
		wake(c.desk.outgoing)
	}
	for _, ch := range c.changes {
		c.desk.hub.publish(ch)
	}
}

func (c *change) tell(kind ChangeKind, n Number) {
	c.changes = append(c.changes, Change{Kind: kind, Number: n})
}

// tellOf is tell for where only the ticket's id is at hand.
func (c *change) tellOf(kind ChangeKind, ticketID int64) error {
	t, err := c.TicketByID(ticketID)
	if err != nil {
		return err
	}
	c.tell(kind, t.Number)
	return nil
}

// record appends an event to the chain. The head is read in the transaction:
// other processes write beside this one.
func (c *change) record(e Event) error {
	last, err := c.LastEvent()
	if err != nil && !errors.Is(err, ErrNone) {
		return fmt.Errorf("last event: %w", err)
	}
	e.ID = last.ID + 1
	e.At = c.at
	salt := make([]byte, 16)
	rand.Read(salt)
	if err := e.seal(last.Hash, salt); err != nil {
		return err
	}
	if err := c.InsertEvent(e); err != nil {
		return fmt.Errorf("event %s: %w", e.Kind, err)
	}
	return nil
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// OutgoingWake is signalled after mail was queued.
func (d *Desk) OutgoingWake() <-chan struct{} { return d.outgoing }

func (d *Desk) rome(t time.Time) time.Time { return t.In(d.settings.Location) }
