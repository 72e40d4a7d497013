package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"sportello/helpdesk"
	"sportello/helpdesk/crash"
	"sportello/mailbox"
	"sportello/store"
	"sportello/web"
)

// Where the packages meet: what one declares, another satisfies.
var (
	_ helpdesk.Reader    = mailbox.Reader{}
	_ helpdesk.Composer  = mailbox.Composer{}
	_ helpdesk.HighWater = (*store.Mark)(nil)
	_ mailbox.Keeper     = roomKeeper{}
	_ mailbox.Outbox     = outbox{}
	_ web.Desk           = webDesk{}
	_ web.Reads          = (*store.Store)(nil)
	_ web.Originals      = originals{}
)

// program is one running desk: all components over one store.
type program struct {
	cfg   *Config
	log   *slog.Logger
	lock  *store.DirLock
	store *store.Store
	desk  *helpdesk.Desk
	boxes []helpdesk.Mailbox // with their ids, in the order of the configuration

	reader   helpdesk.Reader
	pollers  []*mailbox.Poller // of the watched folders, in the order of the configuration
	outside  []*mailbox.Poller // of the sent folders, where there are any
	senders  []*mailbox.Sender
	web      *web.Server
	listener net.Listener
}

// programOptions are what differs between serve and demo.
type programOptions struct {
	demo   bool
	desk   []helpdesk.Option
	reader helpdesk.Reader // nil: mailbox.Reader
	store  store.Options   // Logger is set
}

// openProgram makes everything ready: the lock first, so that a second process
// on the same data ends before it touches anything. Nothing runs yet; close
// must be called.
func openProgram(ctx context.Context, cfg *Config, log *slog.Logger, o programOptions) (p *program, err error) {
	p = &program{cfg: cfg, log: log, reader: o.reader}
	if p.reader == nil {
		p.reader = mailbox.Reader{}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.lock, err = store.Lock(cfg.DataDir); err != nil {
		return p, err
	}
	o.store.Logger = log
	if p.store, err = store.Open(ctx, cfg.DataDir, o.store); err != nil {
		return p, err
	}
	p.desk = newDesk(cfg, p.store, log, o.desk...)
	if p.boxes, err = p.desk.Start(ctx, mailboxes(cfg)); err != nil {
		return p, err
	}
	for i, m := range cfg.Mailboxes {
		id, keeper := p.boxes[i].ID, roomKeeper{p.desk, p.store}
		p.pollers = append(p.pollers, mailbox.NewPoller(id, m.imap(cfg.Location), keeper, log))
		sender := mailbox.NewSender(id, m.smtp(), outbox{p.desk}, log)
		if m.IMAP.SentFolder != "" {
			sender.CopySent(m.imap(cfg.Location))
			p.outside = append(p.outside, mailbox.NewSentPoller(id, m.imap(cfg.Location), keeper, log))
		}
		p.senders = append(p.senders, sender)
	}
	if p.web, err = newWeb(cfg, p.desk, p.store, log, o.demo); err != nil {
		return p, err
	}
	if p.listener, err = net.Listen("tcp", cfg.Web.Listen); err != nil {
		return p, fmt.Errorf("web: %w", err)
	}
	return p, nil
}

// close frees what openProgram took, the store last but for the lock.
func (p *program) close() error {
	var errs []error
	if p.listener != nil {
		if err := p.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if p.store != nil {
		errs = append(errs, p.store.Close())
	}
	if p.lock != nil {
		errs = append(errs, p.lock.Unlock())
	}
	return errors.Join(errs...)
}

func newDesk(cfg *Config, st *store.Store, log *slog.Logger, options ...helpdesk.Option) *helpdesk.Desk {
	settings := helpdesk.Settings{
		Product: cfg.Name, Centre: cfg.Centre, BaseURL: cfg.BaseURL, PrivacyURL: privacyURL(cfg),
		AnswerHours: cfg.Mail.AnswerWithinHours, GraceDays: cfg.Mail.GraceDays, CloseDays: cfg.Mail.CloseAfterDays,
		Automatic: cfg.Mail.Automatic, Location: cfg.Location, Catchment: cfg.Catchment,
	}
	options = append([]helpdesk.Option{helpdesk.WithLogger(log)}, options...)
	return helpdesk.New(st, mailbox.Composer{}, store.NewMark(cfg.DataDir), settings, options...)
}

// privacyURL is what the acknowledgement points to.
func privacyURL(cfg *Config) string {
	if cfg.PrivacyURL != "" {
		return cfg.PrivacyURL
	}
	return cfg.BaseURL + "/privacy"
}

func newWeb(cfg *Config, desk *helpdesk.Desk, st *store.Store, log *slog.Logger, demo bool) (*web.Server, error) {
	return web.New(web.Options{
		Desk: webDesk{desk, log}, Reads: st, Originals: originals{}, Logger: log,
		Files: func(ctx context.Context, blobID int64) (io.ReadSeeker, error) { return st.OpenBlob(ctx, blobID) },
		Config: web.Config{
			Product: cfg.Name, Centre: cfg.Centre, BaseURL: cfg.BaseURL, PrivacyURL: cfg.PrivacyURL, Demo: demo,
			Controller: cfg.Controller, Contact: cfg.Contact, DPO: cfg.DPO, Retention: cfg.Retention, AccessibilityURL: cfg.Statement,
			TrustedProxies: cfg.Web.TrustedProxies,
			SessionIdle:    time.Duration(cfg.Web.SessionIdle), SessionMax: time.Duration(cfg.Web.SessionMax),
		},
	})
}

// mailboxes are the configured ones as the domain knows them.
func mailboxes(cfg *Config) []helpdesk.Mailbox {
	var list []helpdesk.Mailbox
	for _, m := range cfg.Mailboxes {
		list = append(list, helpdesk.Mailbox{
			Name: m.Name, Address: m.Address, Kind: helpdesk.MailboxKind(m.Kind),
			AckEnabled: m.Ack.Enabled, AckHourlyLimit: m.Ack.HourlyLimit,
		})
	}
	return list
}

// imap is what the poller of the mailbox needs.
func (m MailboxConfig) imap(loc *time.Location) mailbox.IMAPConfig {
	since, _ := m.Start.Since(loc)
	return mailbox.IMAPConfig{
		Host: m.IMAP.Host, Port: m.IMAP.Port, TLS: mailbox.TLSMode(m.IMAP.TLS), RootCAs: m.IMAP.RootCAs,
		Username: m.IMAP.Username, Password: m.IMAP.Password.Reveal(), Tokens: m.tokens(m.IMAP.Auth), Folder: m.IMAP.Folder,
		PollInterval: time.Duration(m.IMAP.PollInterval), Idle: m.IMAP.Idle, ProcessedFolder: m.IMAP.ProcessedFolder,
		SentFolder: m.IMAP.SentFolder, MaxMessageSize: int64(m.IMAP.MaxMessageSize),
		Start: mailbox.Start{All: m.Start.Mode == StartAll, Since: since},
	}
}

// smtp is what the sender of the mailbox needs.
func (m MailboxConfig) smtp() mailbox.SMTPConfig {
	return mailbox.SMTPConfig{
		Host: m.SMTP.Host, Port: m.SMTP.Port, TLS: mailbox.TLSMode(m.SMTP.TLS), RootCAs: m.SMTP.RootCAs,
		Username: m.SMTP.Username, Password: m.SMTP.Password.Reveal(), Tokens: m.tokens(m.SMTP.Auth),
	}
}

// tokens is the mailbox's one source of them, nil where a password serves.
func (m MailboxConfig) tokens(mode AuthMode) *mailbox.Tokens {
	if mode != AuthXOAuth2 {
		return nil
	}
	return m.Tokens
}

// roomKeeper stops intake while the disk is nearly full, so that what people
// do can still be saved. The poller tries again by itself.
type roomKeeper struct {
	*helpdesk.Desk
	store *store.Store
}

// Keep refuses with helpdesk.Busy when there is no room.
func (k roomKeeper) Keep(ctx context.Context, a helpdesk.Arrival) error {
	if err := k.store.RoomLeft(); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	return k.Desk.Keep(ctx, a)
}

// webDesk is the desk for the pages.
type webDesk struct {
	*helpdesk.Desk
	log *slog.Logger
}

// SaveSession lets a page be answered although its session cannot be written:
// with a full disk people must be able to read. What they wanted to change has
// been refused in words before, a log-in among it.
func (d webDesk) SaveSession(ctx context.Context, s helpdesk.Session) error {
	err := d.Desk.SaveSession(ctx, s)
	if helpdesk.ErrorCode(err) == helpdesk.Busy {
		d.log.WarnContext(ctx, "session not saved", "error", err)
		return nil
	}
	return err
}

// outbox is the desk with the crash point that lies between the server's answer
// and its record.
type outbox struct{ *helpdesk.Desk }

// Finish records how an attempt ended.
func (o outbox) Finish(ctx context.Context, id int64, d helpdesk.Delivery) error {
	if d.Result == helpdesk.Delivered {
		crash.At("data-done")
	}
	return o.Desk.Finish(ctx, id, d)
}

// newLogger writes JSON lines without personal data.
func newLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, nil))
}

// quietLogger is for commands, whose output people read: only what went wrong.
func quietLogger(env environment) *slog.Logger {
	return slog.New(slog.NewJSONHandler(env.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// tool is what commands beside a running serve work with: a second writer on
// the same file.
type tool struct {
	cfg   *Config
	store *store.Store
	desk  *helpdesk.Desk
}

// openTool opens the store of the configuration that the flags name.
func openTool(ctx context.Context, f *flagSet, o store.Options) (*tool, error) {
	cfg, err := f.load()
	if err != nil {
		return nil, err
	}
	o.Logger = quietLogger(f.env)
	st, err := store.Open(ctx, cfg.DataDir, o)
	if err != nil {
		return nil, err
	}
	return &tool{cfg: cfg, store: st, desk: newDesk(cfg, st, o.Logger)}, nil
}

// withTool runs fn on an open tool and closes it.
func withTool(ctx context.Context, f *flagSet, fn func(*tool) error) error {
	t, err := openTool(ctx, f, store.Options{Beside: true})
	if err != nil {
		return err
	}
	return errors.Join(fn(t), t.store.Close())
}
