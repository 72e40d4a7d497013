package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// client is one logged-in IMAP connection. It is the only thing that touches
// the IMAP library, whose traps decide its shape: one goroutine owns it, every
// command is a step with a deadline, nothing is sent while a fetch is open,
// and ENVELOPE and BODYSTRUCTURE are never asked for.
type client struct {
	imap *imapclient.Client
	wire *wire
	hint chan struct{} // the server spoke of new mail

	exists uint32 // messages in the folder when it was opened
}

const (
	// commandBudget is what the answer to a plain command may weigh …
	commandBudget = 1 << 20
	// … and commandTime how long it may take in all, however it drips.
	commandTime = 55 * time.Second
	// partingTime is for the end of IDLE: a server that listens answers at
	// once, and by its answer a dead line is noticed.
	partingTime = 15 * time.Second
)

// roleIMAP is what Microsoft calls the permission to read.
const roleIMAP = "IMAP.AccessAsApp"

// dialIMAP connects and logs in.
func dialIMAP(ctx context.Context, cfg IMAPConfig) (*client, error) {
	if cfg.Tokens == nil {
		return cfg.enter(ctx, func(c *client) error { return c.login(ctx, cfg.Username, cfg.Password) })
	}
	return withToken(ctx, cfg.Tokens, roleIMAP, func(token string) (*client, error) {
		return cfg.enter(ctx, func(c *client) error { return c.authenticate(ctx, xoauth2{cfg.Username, token}) })
	})
}

// enter connects and has login say who we are.
func (cfg IMAPConfig) enter(ctx context.Context, login func(*client) error) (*client, error) {
	e := endpoint{host: cfg.Host, port: cfg.Port, mode: cfg.TLS, rootCAs: cfg.RootCAs, dial: cfg.Dial}
	conn, err := e.connect(ctx)
	if err != nil {
		return nil, err
	}
	w := newWire(conn)
	secure, err := e.handshake(ctx, w)
	if err != nil {
		return nil, err
	}
	c := &client{wire: w, hint: make(chan struct{}, 1)}
	if err := c.greet(ctx, secure, e); err != nil {
		w.Close()
		return nil, err
	}
	if err := login(c); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *client) greet(ctx context.Context, conn net.Conn, e endpoint) error {
	opts := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages != nil {
				c.hinted()
			}
		},
	}}
	return c.step(ctx, "greeting", commandBudget, func() error {
		if e.mode != TLSStart {
			c.imap = imapclient.New(conn, opts)
			return c.imap.WaitGreeting()
		}
		opts.TLSConfig = e.tlsConfig()
		var err error
		c.imap, err = imapclient.NewStartTLS(conn, opts)
		return err
	})
}

func (c *client) hinted() {
	select {
	case c.hint <- struct{}{}:
	default:
	}
}

// errAuth marks a refused log-in: a wrong configuration, retried slowly so
// that the account is not locked.
var errAuth = errors.New("log-in refused")

func (c *client) login(ctx context.Context, user, password string) error {
	err := c.step(ctx, "login", commandBudget, func() error {
		caps := c.imap.Caps()
		if caps.Has(imap.CapLoginDisabled) || !caps.Has(imap.CapIMAP4rev1) && !caps.Has(imap.CapIMAP4rev2) {
			if !caps.Has(imap.AuthCap(sasl.Plain)) {
				return fmt.Errorf("%w: the server offers no way to log in with a password", errAuth)
			}
			return c.imap.Authenticate(sasl.NewPlainClient("", user, password))
		}
		return c.imap.Login(user, password).Wait()
	})
	if no := refusal(err); no != nil && !temporaryCode(no.Code) {
		return fmt.Errorf("%w: %w", errAuth, err)
	}
	if err != nil {
		return err
	}
	return c.learn(ctx)
}

// learn asks what the server can do for who is logged in.
func (c *client) learn(ctx context.Context) error {
	// The capabilities change with the log-in; waiting for them here keeps the
	// library from asking in the middle of a later step.
	return c.step(ctx, "capabilities", commandBudget, func() error {
		c.imap.Caps()
		return nil
	})
}

// refusal is the server's NO or BAD in err's chain, nil if the connection
// itself failed.
func refusal(err error) *imap.Error {
	var no *imap.Error
	if errors.As(err, &no) && no.Type != imap.StatusResponseTypeBye {
		return no
	}
	return nil
}

// temporaryCode tells a server's own trouble from ours (RFC 5530, RFC 9051).
func temporaryCode(code imap.ResponseCode) bool {
	return busyCode(code) || code == imap.ResponseCodeServerBug
}

// busyCode is trouble that one message cannot be the cause of; SERVERBUG is
// what some servers say to each FETCH of a damaged one.
func busyCode(code imap.ResponseCode) bool {
	switch code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeLimit, imap.ResponseCodeInUse,
		imap.ResponseCodeOverQuota, "THROTTLED":
		return true
	}
	return false
}

// step runs one command. Its deadline grows with the bytes it may bring beyond
// commandBudget; past it, or past a silence, the connection is closed and err says so. A panic of
// the library ends the connection, not the program.
func (c *client) step(ctx context.Context, what string, budget int64, f func() error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience(budget))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.wire.abort(context.Cause(ctx)) })
	defer stop()
	c.wire.begin(budget)
	defer c.wire.end()
	defer func() {
		if v := recover(); v != nil {
			c.wire.abort(errPanic)
			err = fmt.Errorf("imap %s: %w: %v", what, errPanic, v)
		}
	}()
	err = f()
	if cause := c.wire.aborted(); cause != nil {
		return fmt.Errorf("imap %s: %w", what, cause)
	}
	if err != nil {
		return fmt.Errorf("imap %s: %w", what, err)
	}
	return nil
}

// patience is how long a step may take that brings so many bytes.
func patience(budget int64) time.Duration {
	return commandTime + time.Duration(max(budget-commandBudget, 0)/slowest)*time.Second
}

var errPanic = errors.New("the IMAP library panicked")

// close ends the connection at once. It waits neither for the server nor for
// the library, whose reader may hang on a fetch that was given up.
func (c *client) close() { c.wire.Close() }

// quit says goodbye before closing, where the server still listens.
func (c *client) quit(ctx context.Context) error {
	err := c.step(ctx, "logout", commandBudget, func() error { return c.imap.Logout().Wait() })
	c.close()
	return err
}

// folderState is what a SELECT or EXAMINE tells.
type folderState struct {
	uidValidity uint32
	uidNext     uint32 // 0 where the server does not say
	messages    uint32
}

var errNoUIDValidity = errors.New("the server gives no UIDVALIDITY")

// open selects a folder, read-only unless messages are to be moved out of it.
func (c *client) open(ctx context.Context, folder string, readOnly bool) (folderState, error) {
	var state folderState
	err := c.step(ctx, "select", commandBudget, func() error {
		data, err := c.imap.Select(folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		if err != nil {
			return err
		}
		state = folderState{uidValidity: data.UIDValidity, uidNext: uint32(data.UIDNext), messages: data.NumMessages}
		c.exists = data.NumMessages
		return nil
	})
	if err == nil && state.uidValidity == 0 {
		return state, fmt.Errorf("imap select: %w", errNoUIDValidity)
	}
	return state, err
}

// maxUIDs bounds what a server can make us remember of one folder.
const maxUIDs = 5_000_000

// searchBudget is what the answer to a SEARCH may weigh: a number with its
// space for every message of the folder.
func (c *client) searchBudget() int64 {
	return commandBudget + 11*int64(min(c.exists, maxUIDs))
}

// search lists the UIDs from next upwards, ascending. n:* always holds the
// last message, however small its UID, hence the filter.
func (c *client) search(ctx context.Context, next uint32) ([]uint32, error) {
	var uids []uint32
	err := c.step(ctx, "search", c.searchBudget(), func() error {
		set := imap.UIDSet{{Start: imap.UID(next), Stop: 0}}
		data, err := c.imap.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
		if err != nil {
			return err
		}
		uids, err = flatten(data.All, next)
		return err
	})
	return uids, err
}

// flatten lists a set's numbers from next upwards. An ESEARCH can name four
// thousand million messages in ten bytes.
func flatten(set imap.NumSet, next uint32) ([]uint32, error) {
	ranges, _ := set.(imap.UIDSet)
	var uids []uint32
	for _, r := range ranges {
		if r.Start == 0 || r.Stop < r.Start || uint64(len(uids))+uint64(r.Stop-r.Start) >= maxUIDs {
			return nil, errTooMuch
		}
		for uid := max(uint64(r.Start), uint64(next)); uid <= uint64(r.Stop); uid++ {
			uids = append(uids, uint32(uid))
		}
	}
	return uids, nil
}

// locate finds the sequence number of a UID, 0 when it is gone.
func (c *client) locate(ctx context.Context, uid uint32) (uint32, error) {
	var seq uint32
	err := c.step(ctx, "search", commandBudget, func() error {
		data, err := c.imap.Search(&imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(imap.UID(uid))}}, nil).Wait()
		if err != nil {
			return err
		}
		if set, _ := data.All.(imap.SeqSet); len(set) > 0 {
			seq = set[0].Start
		}
		return nil
	})
	return seq, err
}
