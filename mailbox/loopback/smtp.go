package loopback

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The verbs a script is asked about. Dot is the end of the message: its bytes
// have been read and the answer to the final dot is due.
const (
	VerbEHLO = "EHLO"
	VerbAuth = "AUTH"
	VerbMail = "MAIL"
	VerbRcpt = "RCPT"
	VerbDot  = "DOT"
)

// SMTPOptions shapes an SMTP sink.
type SMTPOptions struct {
	// Users maps names to passwords for AUTH PLAIN; empty means that nobody
	// need log in.
	Users map[string]string
	// MaxBytes is announced as SIZE and enforced; 0 announces no limit.
	MaxBytes int64
	// TLS offers STARTTLS.
	TLS *tls.Config
	// Script answers a verb. arg is the address of MAIL and RCPT, the host of
	// EHLO, the user of AUTH. nil lets everything pass.
	Script func(verb, arg string) Reply
	// Deliver is called with every message taken, before the answer to the
	// final dot; its error becomes a 451.
	Deliver func(Transaction) error
}

// Reply is what a script wants a verb answered with. The zero Reply is yes.
type Reply struct {
	Code  int           // 400–599: refused so; 0: accepted
	Text  string        // text after the code
	Delay time.Duration // waited before answering
	Drop  bool          // cut the connection instead of answering
	// Keep, with Drop or Code at VerbDot, takes the message all the same: the
	// case of a server that delivers and whose answer is lost.
	Keep bool
}

// Transaction is one message taken, with its envelope.
type Transaction struct {
	User string // who logged in; empty without AUTH
	From string
	To   []string
	Data []byte // exactly as sent, dots unstuffed
}

// SMTP is a sink that records what it is handed.
type SMTP struct {
	server *smtp.Server
	opts   SMTPOptions
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	taken []Transaction
}

// NewSMTP returns a sink; Serve opens it to clients.
func NewSMTP(opts SMTPOptions) *SMTP {
	s := &SMTP{opts: opts, closed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(s.open))
	s.server.Domain = "smtp.loopback.test"
	s.server.MaxMessageBytes = opts.MaxBytes
	s.server.MaxRecipients = 100
	s.server.AllowInsecureAuth = opts.TLS == nil
	s.server.TLSConfig = opts.TLS
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// Serve accepts clients until Close; it blocks.
func (s *SMTP) Serve(ln net.Listener) error {
	if err := s.server.Serve(ln); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Close ends all listeners and connections.
func (s *SMTP) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.server.Close()
}

// Taken lists the messages taken so far, in order.
func (s *SMTP) Taken() []Transaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.taken)
}

func (s *SMTP) take(t Transaction) error {
	s.mu.Lock()
	s.taken = append(s.taken, t)
	s.mu.Unlock()
	if s.opts.Deliver == nil {
		return nil
	}
	return s.opts.Deliver(t)
}

func (s *SMTP) open(conn *smtp.Conn) (smtp.Session, error) {
	session := &smtpSession{sink: s, conn: conn}
	if err := session.ask(VerbEHLO, conn.Hostname()); err != nil {
		return nil, err
	}
	return session, nil
}

type smtpSession struct {
	sink *SMTP
	conn *smtp.Conn
	Transaction
}

// ask puts a verb to the script and plays its reply.
func (s *smtpSession) ask(verb, arg string) error { return s.play(s.script(verb, arg)) }

func (s *smtpSession) script(verb, arg string) Reply {
	if s.sink.opts.Script == nil {
		return Reply{}
	}
	return s.sink.opts.Script(verb, arg)
}

func (s *smtpSession) play(r Reply) error {
	if r.Delay > 0 {
		t := time.NewTimer(r.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-s.sink.closed:
		}
	}
	switch {
	case r.Drop:
		s.conn.Conn().Close()
		return net.ErrClosed
	case r.Code != 0:
		return &smtp.SMTPError{Code: r.Code, EnhancedCode: smtp.EnhancedCode{r.Code / 100, 0, 0}, Message: r.Text}
	}
	return nil
}

func (s *smtpSession) AuthMechanisms() []string {
	if len(s.sink.opts.Users) == 0 {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.ask(VerbAuth, user); err != nil {
			return err
		}
		if want, ok := s.sink.opts.Users[user]; !ok || want != password {
			return smtp.ErrAuthFailed
		}
		s.User = user
		return nil
	}), nil
}

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if len(s.sink.opts.Users) > 0 && s.User == "" {
		return smtp.ErrAuthRequired
	}
	if err := s.ask(VerbMail, from); err != nil {
		return err
	}
	s.From = from
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.ask(VerbRcpt, to); err != nil {
		return err
	}
	s.To = append(s.To, to)
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	reply := s.script(VerbDot, "")
	if !reply.Keep {
		if err := s.play(reply); err != nil {
			return err
		}
	}
	t := s.Transaction
	t.Data, t.To = data, slices.Clone(s.To)
	if err := s.sink.take(t); err != nil {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: err.Error()}
	}
	if reply.Keep {
		return s.play(reply) // once the message is there, or who sees the cut may look before
	}
	return nil
}

func (s *smtpSession) Reset()        { s.From, s.To = "", nil }
func (s *smtpSession) Logout() error { return nil }
