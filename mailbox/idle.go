package mailbox

import (
	"context"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// idleCycle is how long one IDLE lasts. Some servers and address translators
// drop it after ten minutes without a word.
const idleCycle = 5 * time.Minute

// rest waits for the next round: the interval, a hint of the server, PollNow,
// or a reconciliation, which it carries out. An interval longer than one IDLE
// is cut short: looking at the folder is what proves that the line lives.
func (p *Poller) rest(ctx context.Context, c *client) error {
	interval := p.cfg.PollInterval
	if !p.cfg.Idle || !c.imap.Caps().Has(imap.CapIdle) {
		return p.answer(ctx, c, p.wait(ctx, c, interval))
	}
	idle, err := c.idle(ctx)
	if refusal(err) != nil { // announced and not granted: the interval serves
		return p.answer(ctx, c, p.wait(ctx, c, interval))
	}
	if err != nil {
		return err
	}
	request := p.wait(ctx, c, min(interval, idleCycle))
	ending, cancel := parting(ctx)
	defer cancel()
	if err := c.stopIdle(ending, idle); err != nil {
		if request != nil {
			request <- err
		}
		return err
	}
	return p.answer(ctx, c, request)
}

// parting is ctx or, once that is over, a second for a last word.
func parting(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), time.Second)
}

// wait returns the reconciliation asked for meanwhile, nil if none was.
func (p *Poller) wait(ctx context.Context, c *client, d time.Duration) chan error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.hint:
	case <-p.wake:
	case <-c.imap.Closed():
	case request := <-p.reconcile:
		return request
	case <-ctx.Done():
	}
	return nil
}

func (p *Poller) answer(ctx context.Context, c *client, request chan error) error {
	if request != nil {
		err := p.reconcileNow(ctx, c)
		request <- err
		if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		p.leave(ctx, c)
		return fmt.Errorf("imap rest: %w", context.Cause(ctx))
	}
	return nil
}

// leave logs out when the program stops.
func (p *Poller) leave(ctx context.Context, c *client) {
	ctx, cancel := parting(ctx)
	defer cancel()
	if err := c.quit(ctx); err != nil {
		p.log.Debug("logout", "error", err)
	}
}

func (c *client) idle(ctx context.Context) (*imapclient.IdleCommand, error) {
	var idle *imapclient.IdleCommand
	err := c.step(ctx, "idle", commandBudget, func() (err error) {
		idle, err = c.imap.Idle()
		return err
	})
	return idle, err
}

func (c *client) stopIdle(ctx context.Context, idle *imapclient.IdleCommand) error {
	ctx, cancel := context.WithTimeout(ctx, partingTime)
	defer cancel()
	return c.step(ctx, "end of idle", commandBudget, func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
}
