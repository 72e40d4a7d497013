package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"sportello/helpdesk"
)

// Outbox is what the sender needs of the desk.
type Outbox interface {
	// NextOutgoing is the mail that is due, with its bytes; ErrNone when none is.
	NextOutgoing(ctx context.Context, mailboxID int64) (helpdesk.Outgoing, []byte, error)
	// Sending makes durable, just before DATA, that the mail may arrive.
	Sending(ctx context.Context, id int64) error
	// Finish records how the attempt ended.
	Finish(ctx context.Context, id int64, d helpdesk.Delivery) error
	// SettleSending calls unknown what is still sending although nothing is
	// under way.
	SettleSending(ctx context.Context, mailboxID int64) error
	// NextCopy is a mail that was sent and that the sent folder may lack, with
	// its bytes; ErrNone when there is none.
	NextCopy(ctx context.Context, mailboxID int64) (helpdesk.Outgoing, []byte, error)
	// Copied notes that the sent folder has a mail, or will not take it.
	Copied(ctx context.Context, id int64) error
	Health(ctx context.Context, h helpdesk.Health) error
}

// outboxInterval is how often the outbox is looked at without being woken:
// for retries that fall due.
const outboxInterval = 15 * time.Second

// stopGrace is how long an answer to the final dot is waited for when the
// program stops.
const stopGrace = 20 * time.Second

// Sender hands the outgoing mail of one mailbox to its SMTP server. Run is its
// one goroutine; Wake may be called from anywhere.
type Sender struct {
	mailboxID int64
	cfg       SMTPConfig
	outbox    Outbox
	log       *slog.Logger
	wake      chan struct{}
	sent      IMAPConfig // its SentFolder takes a copy, if set

	// Of Run alone:
	unrecorded *ending   // an attempt whose end could not be written down
	copyAgain  time.Time // no copies before, after one that failed
	copyFaults int       // copies that failed since the start
}

// ending is how an attempt ended.
type ending struct {
	id       int64
	delivery helpdesk.Delivery
}

// copyRest is how long the sent folder is left alone after a fault: mail goes
// before its copies, and each would wait for a server that does not answer.
const copyRest = 5 * time.Minute

// copiesAtOnce is after how many copies new mail is looked for.
const copiesAtOnce = 20

// NewSender makes a sender of a mailbox registered under mailboxID.
func NewSender(mailboxID int64, cfg SMTPConfig, outbox Outbox, log *slog.Logger) *Sender {
	return &Sender{
		mailboxID: mailboxID, cfg: cfg, outbox: outbox,
		log: log.With("mailbox", mailboxID, "way", "smtp"), wake: make(chan struct{}, 1),
	}
}

// Wake has the outbox looked at now.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// CopySent has what is delivered copied to cfg.SentFolder. It is called before
// Run.
func (s *Sender) CopySent(cfg IMAPConfig) { s.sent = cfg }

// Run sends until ctx ends; a mail whose DATA has begun is finished first. It
// returns nil; what goes wrong is recorded with the mail and as Health.
func (s *Sender) Run(ctx context.Context) error {
	var b backoff
	for ctx.Err() == nil {
		err := s.drain(ctx)
		if err == nil {
			b.reset()
			s.copySent(ctx)
			pause(ctx, outboxInterval, s.wake)
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		wait := b.next(err)
		s.log.Warn("sending interrupted", "error", err, "again_in", wait)
		pause(ctx, wait, nil) // new mail does not shorten a server's rest
	}
	return nil
}

// drain sends everything that is due over one connection. It returns the error
// that ended the connection.
func (s *Sender) drain(ctx context.Context) error {
	var c *smtpClient
	defer func() {
		if c != nil {
			c.quit(context.WithoutCancel(ctx))
		}
	}()
	if err := s.tidy(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		o, data, err := s.outbox.NextOutgoing(ctx, s.mailboxID)
		if errors.Is(err, helpdesk.ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		if c == nil {
			if c, err = s.connect(ctx, o); err != nil {
				return err
			}
		}
		if err := s.send(ctx, c, o, data); err != nil {
			return err
		}
	}
	return nil
}

// tidy leaves no mail in sending: the end we know of is recorded first, what
// then remains has an end that nobody knows.
func (s *Sender) tidy(ctx context.Context) error {
	if e := s.unrecorded; e != nil {
		if err := s.finish(ctx, e.id, e.delivery); err != nil {
			return err
		}
	}
	return s.outbox.SettleSending(ctx, s.mailboxID)
}

// connect opens the way out. When there is none, the mail that wanted to leave
// has one attempt behind it; a refused log-in is nobody's attempt: the outbox
// is kept as it is until the configuration is mended.
func (s *Sender) connect(ctx context.Context, o helpdesk.Outgoing) (*smtpClient, error) {
	c, err := dialSMTP(ctx, s.cfg)
	s.report(ctx, err)
	if err == nil || ctx.Err() != nil || errors.Is(err, errAuth) || errors.Is(err, errPlaintext) {
		return c, err
	}
	d := helpdesk.Delivery{Result: helpdesk.Temporary, Reason: SMTPReason(err)}
	return nil, errors.Join(err, s.finish(ctx, o.ID, d))
}

// send makes one attempt and records it. An error means that the connection
// is of no further use.
func (s *Sender) send(ctx context.Context, c *smtpClient, o helpdesk.Outgoing, data []byte) error {
	alive, done := lingering(ctx)
	defer done()
	a := attempt{client: c, mail: o, data: data, commit: func() error {
		if err := ctx.Err(); err != nil { // stopping: not begun rather than cut
			return err
		}
		return s.outbox.Sending(ctx, o.ID)
	}}
	d, err := a.run(alive)
	if errors.Is(err, errNotCommitted) {
		return err
	}
	if d.Result != helpdesk.Delivered || len(d.Refused)+len(d.Deferred) > 0 {
		s.log.Warn("mail not delivered to all", "outgoing", o.ID, "result", d.Result,
			"refused", len(d.Refused), "deferred", len(d.Deferred), "error", err)
	}
	return errors.Join(err, s.finish(ctx, o.ID, d))
}

// copySent puts into the sent folder what was sent and is not there. What is
// to be done is asked of the outbox each time, so that a fault or a crash
// costs time and no copy, and the mail is sent all the same.
func (s *Sender) copySent(ctx context.Context) {
	for range copiesAtOnce {
		if s.sent.SentFolder == "" || ctx.Err() != nil || time.Now().Before(s.copyAgain) {
			return
		}
		o, data, err := s.outbox.NextCopy(ctx, s.mailboxID)
		if errors.Is(err, helpdesk.ErrNone) {
			return
		}
		if err == nil {
			err = s.copyOne(ctx, o, data)
		}
		if err != nil && ctx.Err() == nil {
			s.copyAgain = time.Now().Add(copyRest)
			s.copyFaults++
			s.log.Warn("no copy in the sent folder", "outgoing", o.ID, "error", err, "again_in", copyRest, "faults", s.copyFaults)
		}
	}
}

// copyOne gives up what the server will not take; the others wait no longer for it. A panic is a fault
// like another: sending goes on.
func (s *Sender) copyOne(ctx context.Context, o helpdesk.Outgoing, data []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errPanic, v)
		}
	}()
	err = SaveSent(ctx, s.sent, o.Ref, data, o.SentAt)
	if errors.Is(err, errCopyRefused) {
		s.log.Warn("the sent folder refuses a copy", "outgoing", o.ID, "error", err)
		err = nil
	}
	if err != nil {
		return err
	}
	return s.outbox.Copied(ctx, o.ID)
}

// finish outlives ctx: what happened must be recorded although we stop. When
// it cannot be, the end is kept in mind for the next drain; if that never
// comes, the mail is still marked sending and will be found so.
func (s *Sender) finish(ctx context.Context, id int64, d helpdesk.Delivery) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	s.unrecorded = &ending{id, d}
	if err := s.outbox.Finish(ctx, id, d); err != nil {
		return fmt.Errorf("finish outgoing %d: %w", id, err)
	}
	s.unrecorded = nil
	return nil
}

func (s *Sender) report(ctx context.Context, cause error) {
	if ctx.Err() != nil {
		return
	}
	h := helpdesk.Health{MailboxID: s.mailboxID, Way: "smtp", OK: cause == nil, Reason: SMTPReason(cause)}
	if err := s.outbox.Health(ctx, h); err != nil {
		s.log.Error("health not recorded", "error", err)
	}
}

// lingering is a context that ends stopGrace after ctx.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	long, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(stopGrace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-long.Done():
		}
	})
	return long, func() { stop(); cancel() }
}
