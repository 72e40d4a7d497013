package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	// commandTimeout is for every answer but the last.
	commandTimeout = time.Minute
	// dotTimeout is for the answer to the final dot. It is as long as RFC 5321
	// §4.5.3.2.6 asks: whoever gives up sooner does not know what happened.
	dotTimeout = 10 * time.Minute
)

// smtpClient is one logged-in SMTP connection, owned by one goroutine.
type smtpClient struct {
	smtp *smtp.Client
	raw  net.Conn
	out  *tornConn
}

// roleSMTP is what Microsoft calls the permission to send.
const roleSMTP = "SMTP.SendAsApp"

// dialSMTP connects, protects the connection as configured and logs in.
func dialSMTP(ctx context.Context, cfg SMTPConfig) (*smtpClient, error) {
	if cfg.Tokens == nil {
		return cfg.enter(ctx, "")
	}
	return withToken(ctx, cfg.Tokens, roleSMTP, func(token string) (*smtpClient, error) { return cfg.enter(ctx, token) })
}

// enter is dialSMTP with an access token, "" where there is a password.
func (cfg SMTPConfig) enter(ctx context.Context, token string) (*smtpClient, error) {
	e := cfg.endpoint()
	raw, err := e.connect(ctx)
	if err != nil {
		return nil, err
	}
	c := &smtpClient{raw: raw, out: &tornConn{Conn: raw}}
	if err := c.open(ctx, cfg, e, token); err != nil {
		raw.Close()
		return nil, err
	}
	return c, nil
}

func (c *smtpClient) open(ctx context.Context, cfg SMTPConfig, e endpoint, token string) error {
	conn, err := e.handshake(ctx, c.out)
	if err != nil {
		return err
	}
	if err := c.step(ctx, commandTimeout, "greeting", func() error { return c.greet(conn, e) }); err != nil {
		return err
	}
	if err := c.step(ctx, commandTimeout, "ehlo", func() error { return c.smtp.Hello(cfg.hello()) }); err != nil {
		return err
	}
	switch {
	case token != "":
		return c.step(ctx, commandTimeout, "auth", func() error { return c.authToken(xoauth2{cfg.Username, token}) })
	case cfg.Username != "":
		return c.step(ctx, commandTimeout, "auth", func() error { return c.auth(cfg) })
	}
	return nil
}

func (c *smtpClient) greet(conn net.Conn, e endpoint) error {
	if e.mode == TLSStart {
		var err error
		if c.smtp, err = smtp.NewClientStartTLS(conn, e.tlsConfig()); err != nil {
			return err
		}
	} else {
		c.smtp = smtp.NewClient(conn)
	}
	c.smtp.CommandTimeout, c.smtp.SubmissionTimeout = commandTimeout, dotTimeout
	return nil
}

func (c *smtpClient) auth(cfg SMTPConfig) error {
	if !c.smtp.SupportsAuth(sasl.Plain) && !c.smtp.SupportsAuth(sasl.Login) {
		return fmt.Errorf("%w: the server offers neither AUTH PLAIN nor AUTH LOGIN", errAuth)
	}
	mechanism := sasl.NewPlainClient("", cfg.Username, cfg.Password)
	if !c.smtp.SupportsAuth(sasl.Plain) {
		mechanism = sasl.NewLoginClient(cfg.Username, cfg.Password)
	}
	err := c.smtp.Auth(mechanism)
	var answer *smtp.SMTPError
	if errors.As(err, &answer) && !answer.Temporary() {
		return fmt.Errorf("%w: %w", errAuth, err)
	}
	return err
}

// authToken logs in with an access token. That the account may not use SMTP at
// all is no fault of the token.
func (c *smtpClient) authToken(x xoauth2) error {
	if !c.smtp.SupportsAuth(mechXOAuth2) {
		return errNoXOAuth2
	}
	err := c.smtp.Auth(x)
	switch answer := answerOf(err); {
	case answer == nil || answer.Temporary():
		return err
	case smtpAuthDisabled(answer):
		return fmt.Errorf("%w: %w", errAuth, err)
	default:
		return fmt.Errorf("%w: %w", errTokenRefused, err)
	}
}

// step bounds one exchange: past its time, or when ctx ends, the connection is
// closed under the library, which knows no contexts.
func (c *smtpClient) step(ctx context.Context, d time.Duration, what string, f func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.raw.Close() })
	defer stop()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("smtp %s: the library panicked: %v", what, v)
		}
	}()
	if err := f(); err != nil {
		if ctx.Err() != nil {
			err = errors.Join(context.Cause(ctx), err)
		}
		return fmt.Errorf("smtp %s: %w", what, err)
	}
	return nil
}

// quit says goodbye and closes, whatever the server answers.
func (c *smtpClient) quit(ctx context.Context) {
	_ = c.step(ctx, 5*time.Second, "quit", c.smtp.Quit) // the mail is settled already
	c.raw.Close()
}

// tornConn lies under TLS and the library. Between arm and the next read it
// notes whether a write did not go out whole: then the server cannot have seen
// the end of it.
type tornConn struct {
	net.Conn

	mu    sync.Mutex
	armed bool
	torn  bool
}

func (c *tornConn) arm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.torn = true, false
}

func (c *tornConn) isTorn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.torn
}

func (c *tornConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	c.armed = false
	c.mu.Unlock()
	return c.Conn.Read(p)
}

func (c *tornConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.armed && n < len(p) {
		c.torn = true
	}
	return n, err
}
