package mailbox

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// mechXOAuth2 is how Microsoft and Google take an access token. It is not a
// registered mechanism, and the SASL library has it no more.
const mechXOAuth2 = "XOAUTH2"

// xoauth2 is its sasl.Client.
type xoauth2 struct{ user, token string }

var _ sasl.Client = xoauth2{}

// Start gives the one answer of the exchange.
func (x xoauth2) Start() (string, []byte, error) {
	return mechXOAuth2, []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is called only with a refusal: JSON with a status, after which the
// server waits for an empty line and says NO. The libraries do not end the
// exchange cleanly, so the error also means that the connection is to be
// closed.
func (x xoauth2) Next(challenge []byte) ([]byte, error) {
	var refusal struct {
		Status string `json:"status"`
	}
	if json.Unmarshal(challenge, &refusal) != nil || len(refusal.Status) > 10 {
		refusal.Status = "?"
	}
	return nil, fmt.Errorf("%w: status %s", errTokenRefused, clip(refusal.Status))
}

// authenticate logs in with an access token.
func (c *client) authenticate(ctx context.Context, x xoauth2) error {
	err := c.step(ctx, "authenticate", commandBudget, func() error {
		if !c.imap.Caps().Has(imap.AuthCap(mechXOAuth2)) {
			return errNoXOAuth2
		}
		return c.imap.Authenticate(x)
	})
	if no := refusal(err); no != nil && !temporaryCode(no.Code) {
		return fmt.Errorf("%w: %w", errTokenRefused, err)
	}
	if err != nil {
		return err
	}
	return c.learn(ctx)
}

// errTokenRefused: the mail server does not take the token. It may have been
// withdrawn, so a new one is tried before it counts as a refused log-in.
var errTokenRefused = errors.New("access token refused")

// errNoXOAuth2 is a wrong configuration, like a refused log-in.
var errNoXOAuth2 = fmt.Errorf("%w: the server does not offer XOAUTH2", errAuth)

// permissionError is a log-in refused with a token that is good for its
// issuer: something is missing between the two.
type permissionError struct {
	google bool
	role   string // the application permission that the token lacks, "" where it cannot be told
	cause  error
}

func (e *permissionError) Error() string {
	if e.role == "" {
		return e.cause.Error()
	}
	return fmt.Sprintf("%v: the token lacks %s", e.cause, e.role)
}

func (e *permissionError) Unwrap() []error { return []error{errAuth, e.cause} }

// withToken logs in with the token at hand and, if that is refused, once more
// with a new one. role is the permission that Microsoft wants for it.
func withToken[C any](ctx context.Context, t *Tokens, role string, dial func(token string) (C, error)) (C, error) {
	var none C
	token, err := t.get(ctx, "")
	if err != nil {
		return none, err
	}
	c, err := dial(token)
	if !errors.Is(err, errTokenRefused) {
		return c, err
	}
	if token, err = t.get(ctx, token); err != nil {
		return none, err
	}
	if c, err = dial(token); !errors.Is(err, errTokenRefused) {
		return c, err
	}
	refused := &permissionError{google: t.cfg.ServiceAccount != nil, cause: err}
	if lacks(token, role) {
		refused.role = role
	}
	return none, refused
}

// lacks reports whether a token lists its application permissions and role is
// not among them. Tokens are the server's own business; this one is looked
// into only after it was refused, to tell people what to mend.
func lacks(token, role string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Roles []string `json:"roles"`
		AppID string   `json:"appid"`
	}
	if err != nil || json.Unmarshal(b, &claims) != nil || claims.AppID == "" {
		return false
	}
	return !slices.Contains(claims.Roles, role)
}
