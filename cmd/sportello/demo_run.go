package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"sportello/mailbox"
)

// run shows the pages at once and tells the past behind them; only then mail is
// taken in and sent, so that nothing of the past is done twice. It returns as
// program.run does.
func (d *demo) run(ctx context.Context) error {
	work := newGroup(context.WithoutCancel(ctx))
	pages := newGroup(ctx)
	stop := context.AfterFunc(work.ctx, func() { pages.cancel(context.Cause(work.ctx)) })
	defer stop()
	pages.start("web", func(ctx context.Context) error { return d.program.web.Run(ctx, d.program.listener) })
	pages.start("door", d.door.Run)
	work.start("demo", func(ctx context.Context) error {
		err := d.seed(ctx, work)
		if ctx.Err() != nil {
			return nil // stopped in the middle: the next start goes on
		}
		if err == nil {
			err = d.live.Run(ctx)
		}
		return err
	})
	err := pages.wait()
	work.cancel(errStopped)
	return errors.Join(err, work.wait())
}

// seed makes the demo what it shows, or leaves it so, and starts the mail.
func (d *demo) seed(ctx context.Context, work *group) error {
	if d.memory.Seeded {
		d.startMail(work)
		d.startSenders(work)
		d.say("I dati di prima sono al loro posto. Ctrl+C per finire.\n")
		close(d.seeded)
		return nil
	}
	if err := d.seeder.past(ctx); err != nil {
		return err
	}
	mails, err := d.seeder.lay()
	if err != nil {
		return err
	}
	d.startMail(work)
	if err := d.seeder.awaitIntake(ctx, mails); err != nil {
		return err
	}
	if err := d.seeder.today(ctx, mails); err != nil {
		return err
	}
	d.memory.Seeded = true
	if err := d.remember(); err != nil {
		return err
	}
	d.startSenders(work)
	d.door.setProgress("")
	d.program.web.SetDemoNote("")
	if d.progress != nil {
		d.progress.end()
	}
	d.say("Dati di prova pronti: %d quesiti. Fra poco arriva altra posta. Ctrl+C per finire.\n", demoTickets)
	close(d.seeded)
	return nil
}

func (d *demo) say(format string, args ...any) {
	if d.out != nil {
		fmt.Fprintf(d.out, format, args...)
	}
}

// startMail starts what brings mail in and what happens by the clock.
func (d *demo) startMail(work *group) {
	p := d.program
	work.start("intake", func(ctx context.Context) error { return p.desk.RunIntake(ctx, mailbox.Reader{}) })
	for i, m := range p.cfg.Mailboxes {
		work.start("poller of "+m.Address, p.pollers[i].Run)
	}
	work.start("cron", schedule{p.jobs(), p.cfg.Location, p.log}.Run)
}

// startSenders starts what lets mail out.
func (d *demo) startSenders(work *group) {
	p := d.program
	for i, m := range p.cfg.Mailboxes {
		work.start("sender of "+m.Address, p.senders[i].Run)
	}
	work.start("wake of senders", p.wakeSenders)
}

// tell shows how far the seeding has come, on the terminal and on both doors.
func (d *demo) tell(what string, done, total int) {
	said := map[string]string{"storia": "Racconto i diciotto mesi passati", "posta": "Arriva la posta di oggi", "oggi": "Preparo i quesiti di oggi"}[what]
	if d.progress != nil {
		d.progress.what = said
		d.progress.show(int64(done), int64(total))
	}
	if done%50 == 0 || done == total {
		note := fmt.Sprintf("%s: %d %%.", said, done*100/total)
		d.door.setProgress(note)
		d.program.web.SetDemoNote(note)
	}
}

// greet prints where the doors are and how to come in.
func (d *demo) greet(w io.Writer) {
	if d.moved != "" {
		fmt.Fprintf(w, "La porta %s è occupata: uso la prima libera.\n\n", d.moved)
	}
	fmt.Fprintf(w, "Sportello PNRR, dati di prova\n\n  Lo sportello             %s\n  La casella dei Comuni    %s\n  I dati                   %s\n\n",
		d.program.cfg.BaseURL, d.door.url(), d.dir)
	fmt.Fprintln(w, "Accessi (e-mail e password):")
	for _, s := range staff {
		fmt.Fprintf(w, "  %-14s %-34s %s\n", d.seeder.users[s.Key].Role.Label(), s.Email, s.Password)
	}
	fmt.Fprintln(w, "\nOppure un collegamento, che vale una volta sola:")
	for _, key := range []string{"anna", "marta", "admin"} {
		u := d.seeder.users[key]
		fmt.Fprintf(w, "  %-14s %-16s %s\n", u.Role.Label(), u.Name, d.program.web.LoginLink(u.ID))
	}
	fmt.Fprintf(w, "\nGli altri comandi si provano accanto, per esempio:\n  sportello verify -config %s/sportello.toml\n\n", d.dir)
}
