package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// job is one line of the cron table. It only asks the database what is due, so
// running it twice, late or after a crash does no harm.
type job struct {
	name string
	spec string // in the desk's time zone; never between 02:00 and 03:00, which summer time skips or repeats
	what string
	run  func(ctx context.Context) error
}

// jobs is the whole table of what happens by the clock.
func (p *program) jobs() []job {
	return []job{
		{"wake", "@every 1m", "rinviati: riapre i quesiti il cui giorno è venuto", p.count(p.desk.WakeSnoozed)},
		{"close", "@every 10m", "silenzio: chiude i quesiti risposti da dieci giorni lavorativi", p.count(p.desk.CloseSilent)},
		{"reindex", "@every 1m", "ricerca: indicizza i messaggi dei quesiti cambiati che erano troppi per farlo subito", p.count(p.store.Reindex)},
		{"answers", "@every 1m", "risposte precedenti: mette nell'indice ciò che è cambiato", p.count(p.desk.IndexAnswers)},
		{"sessions", "@every 15m", "toglie le sessioni scadute", p.desk.DropOldSessions},
		{"reconcile", "40 3 * * *", "confronta ogni cartella col registro della posta", p.reconcile},
		{"blobs", "10 4 * * *", "libera lo spazio di ciò che nessuno più riferisce", p.count(p.store.CollectBlobs)},
		{"maintain", "40 4 * * *", "raccoglie il giornale e rinfresca gli indici", p.store.Maintain},
	}
}

// count makes a job of a use case that tells how many things it dealt with.
func (p *program) count(fn func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := fn(ctx)
		return err
	}
}

// reconcileTime is for one mailbox: a poller that cannot reach its server, or
// waits after a refused log-in, does not answer.
const reconcileTime = 20 * time.Minute

func (p *program) reconcile(ctx context.Context) error {
	var all []func(context.Context) error
	for i, poller := range p.pollers {
		all = append(all, func(ctx context.Context) error {
			if err := poller.Reconcile(ctx); err != nil {
				return fmt.Errorf("mailbox %s: %w", p.boxes[i].Name, err)
			}
			return nil
		})
	}
	for _, poller := range p.outside {
		all = append(all, func(ctx context.Context) error {
			if err := poller.Reconcile(ctx); err != nil {
				return fmt.Errorf("sent folder: %w", err)
			}
			return nil
		})
	}
	return together(ctx, reconcileTime, all)
}

// together runs all side by side, each within its own time, so that none waits
// for another; their errors are joined.
func together(ctx context.Context, within time.Duration, all []func(context.Context) error) error {
	errs := make([]error, len(all))
	var running sync.WaitGroup
	for i, run := range all {
		running.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, within)
			defer cancel()
			errs[i] = run(ctx)
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// schedule runs the table until ctx ends and returns once no job runs any more.
// The jobs that tick by an interval run at the start too, and so make up for
// what fell due while the program was down; those of the night, which only tidy
// and check, wait for the next night.
type schedule struct {
	jobs     []job
	location *time.Location
	log      *slog.Logger
}

// Run implements component.
func (s schedule) Run(ctx context.Context) error {
	// Skip outside, Recover inside: the other way round a job that panicked
	// once never runs again.
	logger := cronLog{s.log}
	c := cron.New(cron.WithLocation(s.location), cron.WithLogger(logger),
		cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)))
	for _, j := range s.jobs {
		if _, err := c.AddFunc(j.spec, func() { s.once(ctx, j) }); err != nil {
			return fmt.Errorf("cron %s: %w", j.name, err)
		}
	}
	s.sweep(ctx)
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	return nil
}

// sweep runs what ticks by the interval. A job that panics here would panic at
// every start again.
func (s schedule) sweep(ctx context.Context) {
	recovered := cron.Recover(cronLog{s.log})
	for _, j := range s.jobs {
		if schedule, err := cron.ParseStandard(j.spec); err == nil {
			if _, ticks := schedule.(cron.ConstantDelaySchedule); ticks {
				recovered(cron.FuncJob(func() { s.once(ctx, j) })).Run()
			}
		}
	}
}

func (s schedule) once(ctx context.Context, j job) {
	started := time.Now()
	if err := j.run(ctx); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "job failed", "job", j.name, "error", err)
		return
	}
	s.log.DebugContext(ctx, "job done", "job", j.name, "took", time.Since(started))
}

// cronLog hands what cron has to say to slog.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, keysAndValues ...any) { l.log.Debug("cron: "+msg, keysAndValues...) }

func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("cron: "+msg, append(keysAndValues, "error", err)...)
}
