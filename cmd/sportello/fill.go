package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/helpdesk"
	"sportello/store"
)

// fill writes invented tickets, many of them, for trials and measurements. It
// holds the lock, and refuses a store with real ones: so it need not sync each
// commit.
func fill(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "fill", "")
	n := flags.Int("tickets", 0, "quanti quesiti")
	seed := flags.Int64("seed", 1, "lo stesso seme dà gli stessi quesiti")
	months := flags.Int("months", 12, "in quanti mesi, l'ultimo è questo")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	if *n < 1 || *n > 10_000_000 || *months < 1 || *months > 240 {
		return flags.wrong("-tickets vuole da 1 a 10000000, -months da 1 a 240")
	}
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	lock, err := store.Lock(cfg.DataDir)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	t, err := openTool(ctx, flags, store.Options{})
	if err != nil {
		return err
	}
	started := time.Now()
	err = t.fill(ctx, *n, *seed, *months, newProgress(env, "quesiti"))
	if err := errors.Join(err, t.store.Close()); err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "%d quesiti in %s\n", *n, time.Since(started).Round(time.Second))
	return nil
}

// fill invents in one goroutine and writes in another. However it ends, the
// store is back in daily use afterwards.
func (t *tool) fill(ctx context.Context, n int, seed int64, months int, shown *progress) (err error) {
	defer shown.end()
	invented, err := t.store.OnlyFilled(ctx)
	if err != nil {
		return err
	}
	if !invented {
		return &helpdesk.Error{Code: helpdesk.Conflict, Message: "L'archivio contiene quesiti veri: i dati inventati vanno solo in un archivio vuoto o già riempito da «fill». Scegli un'altra cartella (data_dir)."}
	}
	boxes, err := t.desk.Start(ctx, mailboxes(t.cfg))
	if err != nil {
		return err
	}
	f, err := newFiller(seed, t.desk.Now().In(t.cfg.Location), months, n, boxes)
	if err != nil {
		return err
	}
	if err := f.prepare(ctx, t); err != nil {
		return err
	}
	if err := t.store.Tune(ctx, true); err != nil {
		return err
	}
	defer func() {
		if back := t.store.Tune(context.WithoutCancel(ctx), false); err == nil {
			err = back
		}
	}()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := int64(0)
	for batch := range f.batches(ctx) {
		if err := t.desk.Fill(ctx, batch); err != nil {
			return err
		}
		done += int64(len(batch))
		shown.show(done, int64(n))
	}
	return context.Cause(ctx)
}

// batches invents ahead of the writer until ctx ends.
func (f *filler) batches(ctx context.Context) <-chan []helpdesk.FilledTicket {
	out := make(chan []helpdesk.FilledTicket, 8)
	go func() {
		defer close(out)
		for i := 0; i < f.total; {
			batch := make([]helpdesk.FilledTicket, 0, helpdesk.FillBatch)
			for ; i < f.total && len(batch) < helpdesk.FillBatch; i++ {
				batch = append(batch, f.ticket(i))
			}
			select {
			case out <- batch:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
