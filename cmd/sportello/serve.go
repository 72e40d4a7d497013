package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// serve runs the desk until it is told to stop.
func serve(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "serve", "")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	p, err := openProgram(ctx, cfg, newLogger(env.stderr), programOptions{})
	if err != nil {
		return err
	}
	if cfg.Shipped {
		if err := p.desk.LoadRegistry(ctx); err != nil {
			return errors.Join(err, p.close())
		}
	}
	return errors.Join(p.run(ctx), p.close())
}

// run starts every component and returns when all have ended: after ctx in
// good order, or at once with the error of the first one that fails. The pages
// end first, while everything they need still works; the store is closed by
// the caller, after all who use it.
func (p *program) run(ctx context.Context) error {
	twoThreads()
	roomyHeap()
	work := newGroup(context.WithoutCancel(ctx))
	pages := newGroup(ctx)
	stop := context.AfterFunc(work.ctx, func() { pages.cancel(context.Cause(work.ctx)) })
	defer stop()

	work.start("intake", func(ctx context.Context) error { return p.desk.RunIntake(ctx, p.reader) })
	for i, m := range p.cfg.Mailboxes {
		work.start("poller of "+m.Name, p.pollers[i].Run)
		work.start("sender of "+m.Name, p.senders[i].Run)
	}
	for _, poller := range p.outside {
		work.start("poller of a sent folder", poller.Run)
	}
	work.start("wake of senders", p.wakeSenders)
	work.start("cron", schedule{p.jobs(), p.cfg.Location, p.log}.Run)
	pages.start("web", func(ctx context.Context) error { return p.web.Run(ctx, p.listener) })
	p.log.InfoContext(ctx, "listening", "address", p.listener.Addr().String(), "base_url", p.cfg.BaseURL)
	giveBack()

	err := pages.wait()
	p.log.InfoContext(ctx, "stopping")
	work.cancel(errStopped)
	return errors.Join(err, work.wait())
}

// wakeSenders passes on that mail was queued: the desk has one bell, the
// mailboxes a sender each.
func (p *program) wakeSenders(ctx context.Context) error {
	for {
		select {
		case <-p.desk.OutgoingWake():
			for _, s := range p.senders {
				s.Wake()
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// group is some components that end together.
type group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	all    sync.WaitGroup
}

var (
	errStopped = errors.New("stopped")
	errEnded   = errors.New("ended by itself")
)

func newGroup(ctx context.Context) *group {
	g := &group{}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// start runs a component. One that fails, or ends before it was asked to, ends
// the group.
func (g *group) start(name string, run func(context.Context) error) {
	g.all.Go(func() {
		err := run(g.ctx)
		if err == nil && g.ctx.Err() == nil {
			err = errEnded
		}
		if err != nil {
			g.cancel(&componentError{name, err})
		}
	})
}

// wait returns when all components have ended, with the error of the first
// that failed.
func (g *group) wait() error {
	g.all.Wait()
	g.cancel(errStopped)
	var failed *componentError
	if errors.As(context.Cause(g.ctx), &failed) {
		return failed
	}
	return nil
}

type componentError struct {
	name string
	err  error
}

func (e *componentError) Error() string { return fmt.Sprintf("%s: %v", e.name, e.err) }
func (e *componentError) Unwrap() error { return e.err }
