package mailbox

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// wantToken asks and compares.
func wantToken(t *testing.T, tokens *Tokens, refused, want string) {
	t.Helper()
	got, err := tokens.get(t.Context(), refused)
	if err != nil || got != want {
		t.Errorf("token %q, %v; want %q", got, err, want)
	}
}

func TestTokenIsKeptAndRenewedBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		tokens := NewTokens(i.config())
		wantToken(t, tokens, "", "token-1")
		time.Sleep(55*time.Minute - time.Second)
		wantToken(t, tokens, "", "token-1")
		time.Sleep(time.Second)
		wantToken(t, tokens, "", "token-2")
		wantToken(t, tokens, "token-2", "token-3") // a server refused it
		wantToken(t, tokens, "token-2", "token-3") // the other way in hears of it later
	})
}

func TestTokenOfAShortLifeIsNotAskedForEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		i.life = 4 * time.Minute
		tokens := NewTokens(i.config())
		wantToken(t, tokens, "", "token-1")
		time.Sleep(2*time.Minute - time.Second)
		wantToken(t, tokens, "", "token-1")
		time.Sleep(time.Second)
		wantToken(t, tokens, "", "token-2")
		i.life = 0 // not said
		time.Sleep(3 * time.Minute)
		wantToken(t, tokens, "", "token-3")
		time.Sleep(4 * time.Minute)
		wantToken(t, tokens, "", "token-3")
	})
}

func TestTokenOutlivesAServerThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		i.answer = func(n int) (int, string) {
			if n == 1 {
				return 0, ""
			}
			return http.StatusServiceUnavailable, ""
		}
		tokens := NewTokens(i.config())
		wantToken(t, tokens, "", "token-1")
		time.Sleep(58 * time.Minute)
		wantToken(t, tokens, "", "token-1")
		time.Sleep(2 * time.Minute)
		if _, err := tokens.get(t.Context(), ""); err == nil || errors.Is(err, errAuth) {
			t.Errorf("after its end: %v; want a fault that is retried soon", err)
		}
	})
}

func TestTokenOneQuestionAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		i.delay = time.Second
		tokens := NewTokens(i.config())
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { wantToken(t, tokens, "", "token-1") })
		}
		all.Wait()
		if n := i.questions(); n != 1 {
			t.Errorf("%d questions", n)
		}
	})
}

// silentTransport never answers.
type silentTransport struct{}

func (silentTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTokenServerThatSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := newIssuer().config()
		cfg.HTTP = &http.Client{Transport: silentTransport{}}
		begun := time.Now()
		_, err := NewTokens(cfg).get(t.Context(), "")
		if got := time.Since(begun); err == nil || got != tokenTimeout {
			t.Errorf("%v after %v", err, got)
		}
		if got := IMAPReason(err); !strings.HasPrefix(got, "Il servizio che rilascia i token di accesso non risponde") {
			t.Errorf("reason %q", got)
		}
	})
}

// asking sends one request to a server on loopback and returns its form.
func asking(t *testing.T, cfg OAuthConfig) (form url.Values, tokenURL string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.Header.Get("Authorization") != "" {
			t.Errorf("%s, %v, Authorization %q", r.Method, err, r.Header.Get("Authorization"))
		}
		form = r.PostForm
		newIssuer().ServeHTTP(w, r)
	}))
	defer s.Close()
	cfg.TokenURL, cfg.HTTP = s.URL, nil
	wantToken(t, NewTokens(cfg), "", "token-1")
	return form, s.URL
}

func wantForm(t *testing.T, got url.Values, want map[string]string) {
	t.Helper()
	for key, value := range want {
		if got.Get(key) != value {
			t.Errorf("%s = %q, want %q", key, got.Get(key), value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the form has %d values, want %d", len(got), len(want))
	}
}

func TestTokenWithASecret(t *testing.T) {
	form, _ := asking(t, newIssuer().config())
	wantForm(t, form, map[string]string{
		"grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cr3t-of-app",
		"scope": "https://outlook.office365.com/.default",
	})
}

func testCertificate(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// openJWT splits a signed token into its parts.
func openJWT(t *testing.T, text string) (head, claims map[string]any, digest, signature []byte) {
	t.Helper()
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for i, to := range []*map[string]any{&head, &claims} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err := errors.Join(err, json.Unmarshal(b, to)); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	return head, claims, sum[:], signature
}

func TestTokenWithACertificate(t *testing.T) {
	cert := testCertificate(t)
	cfg := newIssuer().config()
	cfg.Secret, cfg.Certificate = "", cert
	form, tokenURL := asking(t, cfg)
	assertion := form.Get("client_assertion")
	wantForm(t, form, map[string]string{
		"grant_type": "client_credentials", "client_id": "app", "scope": cfg.Scope, "client_assertion": assertion,
		"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
	})
	head, claims, digest, signature := openJWT(t, assertion)
	thumb := sha256.Sum256(cert.Certificate[0])
	if head["alg"] != "PS256" || head["x5t#S256"] != base64.RawURLEncoding.EncodeToString(thumb[:]) {
		t.Errorf("head %v", head)
	}
	if claims["aud"] != tokenURL || claims["iss"] != "app" || claims["sub"] != "app" || claims["jti"] == "" {
		t.Errorf("claims %v", claims)
	}
	if life := claims["exp"].(float64) - claims["nbf"].(float64); life != 600 {
		t.Errorf("valid for %v s", life)
	}
	public := &cert.PrivateKey.(*rsa.PrivateKey).PublicKey
	if err := rsa.VerifyPSS(public, crypto.SHA256, digest, signature, nil); err != nil {
		t.Error(err)
	}
}

func TestTokenOfAServiceAccount(t *testing.T) {
	cert := testCertificate(t)
	key := cert.PrivateKey.(*rsa.PrivateKey)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cfg := OAuthConfig{Scope: "https://mail.google.com/", ServiceAccount: &ServiceAccount{
		Email: "desk@project.example", KeyID: "k1", Subject: "sportello@ente.example",
		Key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}}
	form, tokenURL := asking(t, cfg)
	assertion := form.Get("assertion")
	wantForm(t, form, map[string]string{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion})
	head, claims, digest, signature := openJWT(t, assertion)
	if head["kid"] != "k1" || claims["iss"] != "desk@project.example" || claims["sub"] != "sportello@ente.example" ||
		claims["scope"] != "https://mail.google.com/" || claims["aud"] != tokenURL {
		t.Errorf("head %v, claims %v", head, claims)
	}
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest, signature); err != nil {
		t.Error(err)
	}
}

// The secret goes to the address that was configured and nowhere else.
func TestTokenServerCannotSendTheSecretOn(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	cfg := newIssuer().config()
	cfg.TokenURL, cfg.HTTP = s.URL, nil
	if _, err := NewTokens(cfg).get(t.Context(), ""); err == nil || !errors.Is(err, errAuth) || elsewhere != 0 {
		t.Errorf("%v, %d questions elsewhere", err, elsewhere)
	}
}
