package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"sportello/mailbox"
	"sportello/store"
)

// checkTimeout is how long one server may take to answer.
const checkTimeout = 30 * time.Second

// check tries everything that serve needs, and changes nothing: one line each.
func check(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "check", "")
	if _, err := flags.parse(args, 0, 0); err != nil {
		return err
	}
	f := &findings{out: env.stdout}
	cfg, err := flags.load()
	if err != nil {
		f.configuration(err)
		return f.err()
	}
	f.ok("configurazione", "%d caselle", len(cfg.Mailboxes))
	f.checkProxy(cfg)
	f.checkStore(ctx, env, cfg)
	for _, m := range cfg.Mailboxes {
		f.checkIMAP(ctx, m, cfg.Location)
		f.checkSMTP(ctx, m)
	}
	return f.err()
}

// checkProxy warns of a proxy that nobody has named: all visitors would have
// its address, in the log and where log-ins that fail are counted.
func (f *findings) checkProxy(cfg *Config) {
	host, _, err := net.SplitHostPort(cfg.Web.Listen)
	if err == nil && isLoopback(host) && strings.HasPrefix(cfg.BaseURL, "https://") && len(cfg.Web.TrustedProxies) == 0 {
		f.warn("proxy", `base_url è https e web.listen è di questa macchina, ma web.trusted_proxies è vuoto: scrivere l'indirizzo del proxy, come ["127.0.0.1", "::1"], o gli accessi falliti non si contano per visitatore`)
	}
}

// configuration says what is wrong with it, a fault a line.
func (f *findings) configuration(err error) {
	var all *ConfigError
	if !errors.As(err, &all) {
		f.fault("configurazione", "%s", sentence(err))
		return
	}
	for _, fault := range all.Faults {
		f.fault("configurazione", "%s", fault)
	}
}

func (f *findings) checkStore(ctx context.Context, env environment, cfg *Config) {
	const what = "archivio"
	st, err := store.Open(ctx, cfg.DataDir, store.Options{Logger: quietLogger(env), Beside: true})
	if err != nil {
		f.fault(what, "%s: %s", cfg.DataDir, sentence(err))
		return
	}
	if err := errors.Join(st.RoomLeft(), st.Close()); err != nil {
		f.fault(what, "%s: %s", cfg.DataDir, sentence(err))
		return
	}
	f.ok(what, "%s", cfg.DataDir)
}

func (f *findings) checkIMAP(ctx context.Context, m MailboxConfig, loc *time.Location) {
	what := "posta in arrivo di " + m.Address
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	found, err := mailbox.CheckIMAP(ctx, m.imap(loc))
	switch {
	case err != nil:
		f.fault(what, "%s (%s:%d, mailbox.imap)", mailbox.IMAPReason(err), m.IMAP.Host, m.IMAP.Port)
	case found.NoProcessed:
		f.fault(what, "la cartella %q di processed_folder non esiste: crearla o togliere la chiave", m.IMAP.ProcessedFolder)
	case m.IMAP.ProcessedFolder != "" && !found.CanMove:
		f.fault(what, "il server non sa spostare messaggi (MOVE o UIDPLUS): togliere processed_folder")
	case found.NoSent:
		f.fault(what, "la cartella %q di sent_folder non esiste: crearla o togliere la chiave", m.IMAP.SentFolder)
	default:
		f.ok(what, "%s, %d messaggi nella cartella %s, %d da prendere al primo avvio",
			m.IMAP.Host, found.Messages, m.IMAP.Folder, found.Taken)
	}
}

func (f *findings) checkSMTP(ctx context.Context, m MailboxConfig) {
	what := "posta in uscita di " + m.Address
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	found, err := mailbox.CheckSMTP(ctx, m.smtp())
	switch {
	case err != nil:
		f.fault(what, "%s (%s:%d, mailbox.smtp)", mailbox.SMTPReason(err), m.SMTP.Host, m.SMTP.Port)
	case found.MaxSize > 0:
		f.ok(what, "%s, messaggi fino a %d MB", m.SMTP.Host, found.MaxSize/1_000_000)
	default:
		f.ok(what, "%s", m.SMTP.Host)
	}
}
