package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"sportello/helpdesk"
)

// Keeper is what the poller needs of the desk. Every method is one
// transaction; what it took is durable when it returns.
type Keeper interface {
	// OpenBox tells where we stand in a folder; its first call fixes the baseline.
	OpenBox(ctx context.Context, mailboxID int64, folder string, validity, uidNext uint32) (helpdesk.BoxView, error)
	// Settle notes that the first start came to its end, or that after a change
	// of UIDVALIDITY every UID was compared.
	Settle(ctx context.Context, boxID int64) error
	// Known tells whether the ledger has the message under an older UIDVALIDITY.
	Known(ctx context.Context, e helpdesk.LedgerEntry) (bool, error)
	Keep(ctx context.Context, a helpdesk.Arrival) error
	FetchFailed(ctx context.Context, e helpdesk.LedgerEntry, cause string) error
	Vanished(ctx context.Context, e helpdesk.LedgerEntry) error
	// Skip notes at most 500 UIDs that are older than the start.
	Skip(ctx context.Context, entries []helpdesk.LedgerEntry) error
	// DueFetches lists failed UIDs whose next try has come.
	DueFetches(ctx context.Context, b helpdesk.Box) ([]uint32, error)
	// LedgerUIDs pages through the UIDs of a box, ascending.
	LedgerUIDs(ctx context.Context, b helpdesk.Box, after uint32, limit int) ([]uint32, error)
	// LedgerRows pages through the rows of a box, by UID ascending.
	LedgerRows(ctx context.Context, b helpdesk.Box, after uint32, limit int) ([]helpdesk.LedgerEntry, error)
	// Moved writes the rows of at most 500 messages that stand at other UIDs
	// now, and returns the UIDs of those that the ledger does not know.
	Moved(ctx context.Context, entries []helpdesk.LedgerEntry) (unknown []uint32, err error)
	// Stored tells which UIDs are durable here.
	Stored(ctx context.Context, b helpdesk.Box, uids []uint32) ([]uint32, error)
	Health(ctx context.Context, h helpdesk.Health) error
}

// Poller takes in one folder of one mailbox. Run is its one goroutine; the
// other methods may be called from anywhere.
type Poller struct {
	mailboxID int64
	way       string // of its health
	cfg       IMAPConfig
	keeper    Keeper
	log       *slog.Logger

	reconcile chan chan error
	wake      chan struct{}

	looked   bool            // this connection brought one look at the folder to its end
	progress bool            // this connection settled something
	swept    bool            // this connection moved what earlier ones had kept and not moved
	marked   bool            // the mark in the processed folder is up to date
	aside    *Poller         // stands for the processed folder after a restore
	alone    uint32          // UIDs up to this one are fetched one by one: one of them broke a batch
	blamed   uint32          // the UID that last broke a connection while fetched alone
	retried  map[uint32]int  // how often a failed UID was tried again
	tooLarge map[uint32]bool // UIDs larger than the server said
	validity uint32          // that the four above are about
}

// steadyAfter is how long a connection without news must last for the next to
// follow it at once.
const steadyAfter = time.Minute

// NewPoller makes a poller of a mailbox registered under mailboxID.
func NewPoller(mailboxID int64, cfg IMAPConfig, keeper Keeper, log *slog.Logger) *Poller {
	return &Poller{
		mailboxID: mailboxID, way: helpdesk.WayIMAP, cfg: cfg, keeper: keeper, log: log.With("mailbox", mailboxID, "way", helpdesk.WayIMAP),
		reconcile: make(chan chan error), wake: make(chan struct{}, 1),
	}
}

// Run polls until ctx ends, over as many connections as it takes. It returns
// nil; what goes wrong is reported as Health.
func (p *Poller) Run(ctx context.Context) error {
	var b backoff
	for ctx.Err() == nil {
		p.progress, p.looked, p.swept, p.marked = false, false, false, false
		begun := time.Now()
		err := p.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if p.progress || time.Since(begun) >= steadyAfter {
			b.reset()
		}
		wait := b.next(err)
		p.log.Warn("connection ended", "error", err, "again_in", wait)
		// A break after good work is the life of a connection; it is news
		// once the next one brings nothing either. Silence is news at once:
		// what comes next may be silent as well.
		if !p.looked || refusal(err) != nil || silent(err) {
			p.report(ctx, err)
		}
		pause(ctx, wait, p.wake)
	}
	return nil
}

// PollNow has the folder looked at without waiting for the interval.
func (p *Poller) PollNow() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Reconcile compares all UIDs of the folder with the ledger and takes in what
// is missing or stands at another's UID. It waits for the poller to do so and returns its error.
func (p *Poller) Reconcile(ctx context.Context) error {
	done := make(chan error, 1)
	select {
	case p.reconcile <- done:
	case <-ctx.Done():
		return fmt.Errorf("reconcile: %w", context.Cause(ctx))
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("reconcile: %w", context.Cause(ctx))
	}
}

// session is one connection from log-in to its end.
func (p *Poller) session(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errPanic, v)
		}
	}()
	c, err := dialIMAP(ctx, p.cfg)
	if err != nil {
		return err
	}
	defer c.close()
	for {
		if err := p.round(ctx, c); err != nil {
			return err
		}
		if err := p.rest(ctx, c); err != nil {
			return err
		}
	}
}

// round looks at the folder once and takes in what is new.
func (p *Poller) round(ctx context.Context, c *client) error {
	t, err := p.openTake(ctx, c)
	if err != nil {
		return err
	}
	if t.box.Compare {
		p.report(ctx, errComparing) // until the round has come to its end
	}
	if err := t.retryFailed(ctx); err != nil {
		return err
	}
	if err := t.takeNew(ctx); err != nil {
		return err
	}
	p.looked = true
	if t.box.Compare {
		return nil
	}
	p.report(ctx, nil)
	if err := t.moveLeft(ctx); err != nil {
		return err
	}
	return t.markProcessed(ctx)
}

// errComparing is no failure: it tells people why mail takes longer.
var errComparing = errors.New("UIDVALIDITY changed, or the database came back")

// openTake selects the folder anew: only a SELECT tells a changed UIDVALIDITY.
func (p *Poller) openTake(ctx context.Context, c *client) (*take, error) {
	select {
	case <-c.hint:
	default:
	}
	state, err := c.open(ctx, p.cfg.Folder, p.cfg.ProcessedFolder == "")
	if err != nil {
		return nil, err
	}
	if state.uidNext == 0 { // optional in RFC 2060
		all, err := c.search(ctx, 1)
		if err != nil {
			return nil, err
		}
		state.uidNext = 1
		if len(all) > 0 {
			state.uidNext = all[len(all)-1] + 1
		}
	}
	box, err := p.keeper.OpenBox(ctx, p.mailboxID, p.cfg.Folder, state.uidValidity, state.uidNext)
	if err != nil {
		return nil, err
	}
	if p.validity != box.UIDValidity {
		p.validity, p.alone, p.blamed = box.UIDValidity, 0, 0
		p.retried, p.tooLarge = map[uint32]int{}, map[uint32]bool{}
	}
	return &take{poller: p, client: c, box: box}, nil
}

// reconcileNow is Reconcile in the poller's own goroutine.
func (p *Poller) reconcileNow(ctx context.Context, c *client) error {
	t, err := p.openTake(ctx, c)
	if err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	if err := t.takeMissing(ctx); err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	if err := t.takeRenumbered(ctx); err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	return nil
}

// report tells the desk how the way in is doing.
func (p *Poller) report(ctx context.Context, cause error) {
	h := helpdesk.Health{MailboxID: p.mailboxID, Way: p.way, OK: cause == nil, Reason: IMAPReason(cause)}
	if p.way == helpdesk.WaySent && cause != nil {
		h.Reason = fmt.Sprintf("Cartella della posta inviata «%s»: %s", p.cfg.Folder, h.Reason)
	}
	if err := p.keeper.Health(ctx, h); err != nil {
		p.log.Error("health not recorded", "error", err)
	}
}
