package mailbox

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"

	"sportello/mailbox/loopback"
)

// tokenConfig reads with tokens of i.
func tokenConfig(i *issuer) IMAPConfig {
	cfg := testConfig()
	cfg.Password, cfg.Tokens = "", NewTokens(i.config())
	return cfg
}

func TestPollerWithTokens(t *testing.T) {
	i := newIssuer()
	poll(t, tokenIMAP(t, i, false, letterNo(1), letterNo(2)), tokenConfig(i), nil, func(r *rig) {
		r.wantStates(time.Minute, stored(2))
	})
	if i.questions() != 1 {
		t.Errorf("%d tokens", i.questions())
	}
}

// Connections break while the token ends: each new log-in has a good one.
func TestPollerOutlivesItsToken(t *testing.T) {
	i := newIssuer()
	poll(t, tokenIMAP(t, i, true, letterNo(1)), tokenConfig(i), nil, func(r *rig) {
		for hour := range 3 {
			r.settle(time.Minute, func() bool { return r.keeper.lastHealth().OK })
			time.Sleep(56 * time.Minute)
			conns := r.dialled()
			conns[len(conns)-1].Close()
			r.settle(5*time.Minute, func() bool { return len(r.dialled()) > len(conns) && i.questions() == hour+2 })
		}
	})
	if got := strings.Join(i.loggedIn, " "); got != "token-1 token-2 token-3 token-4" {
		t.Errorf("logged in with %s", got)
	}
}

// A token that the server refuses is replaced once, at once.
func TestRefusedTokenIsReplaced(t *testing.T) {
	for _, inJSON := range []bool{false, true} {
		i := newIssuer()
		i.refuse("token-1")
		poll(t, tokenIMAP(t, i, inJSON, letterNo(1)), tokenConfig(i), nil, func(r *rig) {
			r.wantStates(time.Second, stored(1))
		})
		if i.questions() != 2 || len(i.loggedIn) != 1 {
			t.Errorf("JSON %v: %d tokens, logged in with %s", inJSON, i.questions(), i.loggedIn)
		}
	}
}

// All tokens refused: a permission is missing, and the next try can wait.
func TestPermissionMissing(t *testing.T) {
	i := newIssuer()
	i.refuse("*")
	poll(t, tokenIMAP(t, i, true, letterNo(1)), tokenConfig(i), nil, func(r *rig) {
		r.settle(time.Minute, func() bool {
			h := r.keeper.lastHealth()
			return !h.OK && strings.Contains(h.Reason, "New-ServicePrincipal e Add-MailboxPermission")
		})
		if n := i.logins(); n != 2 {
			t.Errorf("%d log-ins in the first minute", n)
		}
		time.Sleep(10 * time.Minute)
		if n := i.logins(); n > 6 {
			t.Errorf("%d log-ins in eleven minutes", n)
		}
	})
}

func TestMissingRoleIsNamed(t *testing.T) {
	token := func(claims string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".sig"
	}
	for _, v := range []struct {
		name, token string
		want        bool
	}{
		{"no roles", token(`{"appid":"a"}`), true},
		{"another role", token(`{"appid":"a","roles":["SMTP.SendAsApp"]}`), true},
		{"the role", token(`{"appid":"a","roles":["SMTP.SendAsApp","IMAP.AccessAsApp"]}`), false},
		{"not Microsoft's", token(`{"sub":"a"}`), false},
		{"opaque", "ya29.abc", false},
		{"damaged", "a.%%%.c", false},
	} {
		if got := lacks(v.token, roleIMAP); got != v.want {
			t.Errorf("%s: %v", v.name, got)
		}
	}
	err := error(&permissionError{role: roleIMAP, cause: errTokenRefused})
	if got := IMAPReason(err); !strings.Contains(got, "Manca l'autorizzazione IMAP.AccessAsApp") || !errors.Is(err, errAuth) {
		t.Errorf("reason %q", got)
	}
}

// Exchange lets the application in and then knows no mailbox.
func TestAuthenticatedButNotConnected(t *testing.T) {
	s := scripted(loopback.Rule{Match: `^\S+ examine`, Say: "{tag} BAD User is authenticated but not connected.\r\n"})
	poll(t, s, testConfig(), nil, func(r *rig) {
		r.settle(time.Minute, func() bool { return strings.Contains(r.keeper.lastHealth().Reason, "Add-MailboxPermission") })
	})
}

func TestServerWithoutXOAuth2(t *testing.T) {
	i := newIssuer()
	poll(t, inbox(t, 1, loopback.IMAPOptions{}), tokenConfig(i), nil, func(r *rig) {
		r.settle(time.Minute, func() bool { return strings.Contains(r.keeper.lastHealth().Reason, "non offre XOAUTH2") })
	})
}

// tryingSMTP logs in to an SMTP server inside a bubble.
func tryingSMTP(t *testing.T, s *smtp.Server, i *issuer) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ln := loopback.Pipe()
		var tasks sync.WaitGroup
		tasks.Go(func() { s.Serve(ln) })
		cfg := SMTPConfig{Host: "127.0.0.1", Port: 25, TLS: TLSNone, Username: "desk", Tokens: NewTokens(i.config())}
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			return ln.DialContext(ctx, network, address)
		}
		_, err = CheckSMTP(t.Context(), cfg)
		ln.Close()
		s.Close()
		tasks.Wait()
	})
	return err
}

func TestSMTPWithTokens(t *testing.T) {
	disabled := &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 139},
		Message: "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."}
	for _, v := range []struct {
		name    string
		json    bool
		refuse  string
		refusal *smtp.SMTPError
		tokens  int
		want    string // of the reason
	}{
		{"taken", false, "", nil, 1, ""},
		{"first refused", false, "token-1", nil, 2, ""},
		{"first refused in JSON", true, "token-1", nil, 2, ""},
		{"all refused", false, "*", nil, 2, "Add-MailboxPermission"},
		{"all refused in JSON", true, "*", nil, 2, "Add-MailboxPermission"},
		{"disabled for the tenant", false, "", disabled, 1, "Set-CASMailbox -SmtpClientAuthenticationDisabled $false"},
	} {
		t.Run(v.name, func(t *testing.T) {
			i := newIssuer()
			i.refuse(v.refuse)
			err := tryingSMTP(t, tokenSMTP(i, v.json, v.refusal), i)
			if got := SMTPReason(err); !strings.Contains(got, v.want) || (got == "") != (v.want == "") {
				t.Errorf("reason %q of %v", got, err)
			}
			if i.questions() != v.tokens || err != nil && !errors.Is(err, errAuth) {
				t.Errorf("%d tokens; %v", i.questions(), err)
			}
		})
	}
}

// A password where Microsoft takes none.
func TestBasicAuthenticationDisabled(t *testing.T) {
	err := &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 139}, Message: "Authentication unsuccessful, basic authentication is disabled."}
	if got := SMTPReason(err); !strings.Contains(got, "docs/microsoft365.md") {
		t.Errorf("reason %q", got)
	}
}
