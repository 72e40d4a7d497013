package mailbox

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/oauth2/jwt"
)

// ask puts one question to the token server.
func (c OAuthConfig) ask(ctx context.Context) (accessToken, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	now := time.Now()
	got, err := c.request(context.WithValue(ctx, oauth2.HTTPClient, c.HTTP))
	if err != nil {
		return accessToken{}, c.failed(err)
	}
	if got.AccessToken == "" {
		return accessToken{}, c.failed(errNoToken)
	}
	return lasting(got.AccessToken, got.Expiry, now), nil
}

var errNoToken = errors.New("the answer holds no access token")

func (c OAuthConfig) request(ctx context.Context) (*oauth2.Token, error) {
	if a := c.ServiceAccount; a != nil {
		google := jwt.Config{
			Email: a.Email, PrivateKey: a.Key, PrivateKeyID: a.KeyID, Subject: a.Subject,
			Scopes: []string{c.Scope}, TokenURL: c.TokenURL,
		}
		return google.TokenSource(ctx).Token()
	}
	cc := clientcredentials.Config{
		ClientID: c.ClientID, ClientSecret: c.Secret, TokenURL: c.TokenURL, Scopes: []string{c.Scope},
		AuthStyle: oauth2.AuthStyleInParams,
	}
	if c.Certificate != nil {
		assertion, err := c.assertion(time.Now())
		if err != nil {
			return nil, err
		}
		cc.EndpointParams = url.Values{
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"client_assertion":      {assertion},
		}
	}
	return cc.Token(ctx)
}

var errNotRSA = errors.New("the certificate's key is not RSA")

// assertion says who we are, signed with the certificate's key (RFC 7523 §3).
// Microsoft finds the certificate by x5t#S256 and asks for PS256.
func (c OAuthConfig) assertion(now time.Time) (string, error) {
	key, ok := c.Certificate.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return "", errNotRSA
	}
	thumbprint := sha256.Sum256(c.Certificate.Certificate[0])
	head := map[string]string{
		"alg": "PS256", "typ": "JWT", "x5t#S256": base64.RawURLEncoding.EncodeToString(thumbprint[:]),
	}
	claims := map[string]any{
		"aud": c.TokenURL, "iss": c.ClientID, "sub": c.ClientID, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLife).Unix(),
	}
	text := jwtPart(head) + "." + jwtPart(claims)
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	if err != nil {
		return "", fmt.Errorf("sign assertion: %w", err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

func jwtPart(v any) string {
	b, _ := json.Marshal(v) // of strings and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

// tokenError is why there is no token. It holds codes only: the server's text
// may repeat what was sent.
type tokenError struct {
	google bool
	status int    // of the answer; 0 where none came
	code   string // "invalid_client" (RFC 6749 §5.2), where it has the form of one
	aadsts string // Microsoft's number, such as 7000215
	cause  error  // where no answer came
}

func (e *tokenError) Error() string {
	if e.cause != nil {
		return "token server: " + e.cause.Error()
	}
	text := fmt.Sprintf("token server: %d %s", e.status, e.code)
	if e.aadsts != "" {
		text += " AADSTS" + e.aadsts
	}
	return text
}

func (e *tokenError) Unwrap() error { return e.cause }

// Is makes a refusal a refused log-in, which is retried slowly. A server that
// is down or busy is tried again soon.
func (e *tokenError) Is(target error) bool {
	return target == errAuth && e.status >= 300 && e.status < 500 &&
		e.status != http.StatusRequestTimeout && e.status != http.StatusTooManyRequests
}

var (
	aadstsCode = regexp.MustCompile(`AADSTS([0-9]{4,8})`)
	oauthCode  = regexp.MustCompile(`^[a-z_]{1,40}$`)
)

func (c OAuthConfig) failed(err error) error {
	e := &tokenError{google: c.ServiceAccount != nil}
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) || answer.Response == nil {
		e.cause = err
		return e
	}
	e.status = answer.Response.StatusCode
	var body struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(answer.Body, &body) == nil && oauthCode.MatchString(body.Error) {
		e.code = body.Error
	}
	if m := aadstsCode.FindSubmatch(answer.Body); m != nil {
		e.aadsts = string(m[1])
	}
	return e
}
