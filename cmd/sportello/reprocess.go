package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// reprocess reads stored messages again with today's reader.
func reprocess(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "reprocess", "")
	since := flags.String("since", "", "solo i messaggi conservati da questo giorno, come 2026-01-31")
	answers := flags.Bool("answers", false, "rifà invece l'indice delle risposte precedenti")
	parked := flags.Bool("parked", false, "solo quelli in quarantena: chi ora si legge diventa un quesito")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	if *parked && *since != "" {
		return flags.wrong("-since e -parked non stanno insieme")
	}
	if *answers {
		if *parked || *since != "" {
			return flags.wrong("-answers sta da solo")
		}
		return reindexAnswers(ctx, env, flags)
	}
	return withTool(ctx, flags, func(t *tool) error {
		shown := newProgress(env, "riletti")
		o := helpdesk.ReprocessOptions{
			Parked: *parked, Progress: func(n int) { shown.show(int64(n), 0) },
			Changed: func(c helpdesk.Reread) {
				shown.end()
				fmt.Fprintln(env.stdout, rereadLine(c))
			},
		}
		if *since != "" {
			day, err := time.ParseInLocation(time.DateOnly, *since, t.cfg.Location)
			if err != nil {
				return flags.wrong("-since vuole una data come 2026-01-31, non «%s»", *since)
			}
			o.Since = day
		}
		done, err := t.desk.Reprocess(ctx, mailbox.Reader{}, t.store, o)
		shown.end()
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "letti %d messaggi: %d cambiati, %d non riusciti\n", done.Seen, done.Changed, done.Failed)
		if done.Failed > 0 {
			return errFaults
		}
		return nil
	})
}

// reindexAnswers is for answers given before there was an index of them.
func reindexAnswers(ctx context.Context, env environment, flags *flagSet) error {
	return withTool(ctx, flags, func(t *tool) error {
		shown := newProgress(env, "quesiti")
		n, err := t.desk.ReindexAnswers(ctx, func(n int) { shown.show(int64(n), 0) })
		shown.end()
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "quesiti con risposta: %d\n", n)
		return nil
	})
}

// rereadNames are the fields of a message as people call them.
var rereadNames = map[helpdesk.Field]string{
	helpdesk.FieldNew: "ora si legge", helpdesk.FieldKind: "tipo", helpdesk.FieldSender: "mittente",
	helpdesk.FieldRecipients: "destinatari", helpdesk.FieldSubject: "oggetto", helpdesk.FieldDate: "data",
	helpdesk.FieldThread: "id", helpdesk.FieldText: "testo", helpdesk.FieldQuoted: "testo ripiegato",
	helpdesk.FieldHTML: "HTML", helpdesk.FieldAttachments: "allegati", helpdesk.FieldProtocol: "protocollo",
	helpdesk.FieldSpam: "spam", helpdesk.FieldProblem: "problema",
	helpdesk.FieldHash: "impronta",
}

// rereadLine says what changed of a message and nothing that is in it: the
// line may end up in a log.
func rereadLine(c helpdesk.Reread) string {
	names := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		names[i] = rereadNames[f]
	}
	where := fmt.Sprintf("messaggio %d, quesito %s", c.MessageID, c.Ticket)
	if c.MessageID == 0 {
		where = fmt.Sprintf("originale %d, copia di un messaggio", c.RawID)
	}
	return where + ": " + strings.Join(names, ", ")
}
