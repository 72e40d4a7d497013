package main

import (
	"context"
	"fmt"
	"log/slog"
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

// reconcile looks at every mailbox even if one of them fails.
func (p *program) reconcile(ctx context.Context) error {
	var first error
	for _, poller := range p.pollers {
		if err := poller.Reconcile(ctx); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// schedule runs the table until ctx ends and returns once no job runs any more.
// What was missed while the program was down is made up for at once.
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

// sweep runs what ticks by the interval; what belongs to the night waits for it.
func (s schedule) sweep(ctx context.Context) {
	for _, j := range s.jobs {
		if schedule, err := cron.ParseStandard(j.spec); err == nil {
			if _, ticks := schedule.(cron.ConstantDelaySchedule); ticks {
				s.once(ctx, j)
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
