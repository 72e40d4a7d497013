package mailbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"
)

// OAuthConfig is how access tokens are had for a mailbox that takes no
// password. Exactly one of Secret, Certificate and ServiceAccount is set.
type OAuthConfig struct {
	TokenURL string // where tokens are asked for
	ClientID string // of the registered application
	Scope    string

	Secret         string           // client credentials with a secret (RFC 6749 §4.4)
	Certificate    *tls.Certificate // … or with a signed assertion (RFC 7523 §2.2); its key is RSA
	ServiceAccount *ServiceAccount  // Google's own way (RFC 7523 §2.1)

	HTTP *http.Client // nil: one that follows no redirects
}

// ServiceAccount is the key file of a Google service account.
type ServiceAccount struct {
	Email   string
	KeyID   string
	Key     []byte // PEM
	Subject string // the mailbox it reads, by domain-wide delegation
}

const (
	// tokenTimeout is for one question to the token server.
	tokenTimeout = 30 * time.Second
	// tokenMargin before its end a token is replaced: a log-in under way must
	// not see it expire.
	tokenMargin = 5 * time.Minute
	// tokenLife is assumed where the server does not say (RFC 6749 §5.1 lets it).
	tokenLife = 10 * time.Minute
)

// Tokens holds the access token of one mailbox, for the way in and the way
// out together. It may be used from anywhere; one question at a time goes to
// the token server.
type Tokens struct {
	cfg  OAuthConfig
	turn chan struct{} // held by who reads or replaces current

	current accessToken
}

// accessToken is one token as the server gave it.
type accessToken struct {
	text    string
	renewAt time.Time
	end     time.Time
}

// NewTokens makes a source of tokens; nothing is asked for yet.
func NewTokens(cfg OAuthConfig) *Tokens {
	if cfg.HTTP == nil {
		// The secret goes to the address that was configured and nowhere else.
		cfg.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &Tokens{cfg: cfg, turn: make(chan struct{}, 1)}
}

// get gives a token that is not refused, which is one that a mail server has
// just turned down, "" if none was. Its error is a *tokenError where the token
// server answered.
func (t *Tokens) get(ctx context.Context, refused string) (string, error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", fmt.Errorf("access token: %w", context.Cause(ctx))
	}
	usable := t.current.text != "" && t.current.text != refused
	if usable && time.Now().Before(t.current.renewAt) {
		return t.current.text, nil
	}
	next, err := t.cfg.ask(ctx)
	if err != nil {
		if usable && time.Now().Before(t.current.end) {
			return t.current.text, nil // asked early enough to be asked again
		}
		return "", fmt.Errorf("access token: %w", err)
	}
	t.current = next
	return next.text, nil
}

// lasting says when a token that ends then is to be replaced: tokenMargin
// before, or after half of a life that is shorter than two of them.
func lasting(text string, end, now time.Time) accessToken {
	if end.IsZero() {
		end = now.Add(tokenLife)
	}
	margin := min(tokenMargin, end.Sub(now)/2)
	return accessToken{text: text, renewAt: end.Add(-margin), end: end}
}
