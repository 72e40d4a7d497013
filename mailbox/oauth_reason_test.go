package mailbox

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
)

// microsoftSays is an answer in the form of Microsoft's.
func microsoftSays(code, text string) string {
	return `{"error":"` + code + `","error_description":"` + text + ` Trace ID: 0 s3cr3t-of-app","error_codes":[1]}`
}

// Each refusal of the token server, the sentence people read, and whether the
// next try can wait.
func TestTokenRefusals(t *testing.T) {
	for _, v := range []struct {
		name   string
		google bool
		status int
		body   string
		want   string
		slowly bool
	}{
		{"wrong secret", false, 401, microsoftSays("invalid_client", "AADSTS7000215: Invalid client secret provided."), "Microsoft rifiuta il segreto", true},
		{"expired secret", false, 401, microsoftSays("invalid_client", "AADSTS7000222: The provided client secret keys are expired."), "Il segreto dell'applicazione è scaduto", true},
		{"unknown client", false, 400, microsoftSays("unauthorized_client", "AADSTS700016: Application not found in the directory."), "L'applicazione non esiste in questo tenant", true},
		{"unknown tenant", false, 400, microsoftSays("invalid_request", "AADSTS90002: Tenant not found."), "Il tenant non esiste", true},
		{"certificate not registered", false, 401, microsoftSays("invalid_client", "AADSTS700027: Client assertion failed signature validation."), "Microsoft non riconosce il certificato", true},
		{"another fault of Microsoft's", false, 400, microsoftSays("invalid_request", "AADSTS900144: The body must contain."), "Il servizio che rilascia i token di accesso rifiuta la richiesta: 400 AADSTS900144. Controllare", true},
		{"delegation missing", true, 401, `{"error":"unauthorized_client","error_description":"Client is unauthorized"}`, "Google non autorizza l'account di servizio", true},
		{"wrong subject", true, 400, `{"error":"invalid_grant","error_description":"Invalid email or User ID"}`, "Google rifiuta la richiesta. Controllare che subject", true},
		{"something else", true, 403, `<html>`, "Il servizio che rilascia i token di accesso rifiuta la richiesta: 403. Controllare", true},
		{"busy", false, 429, ``, "Il servizio che rilascia i token di accesso ha un problema (429)", false},
		{"down", false, 503, ``, "Il servizio che rilascia i token di accesso ha un problema (503)", false},
	} {
		t.Run(v.name, func(t *testing.T) {
			i := newIssuer()
			i.answer = func(int) (int, string) { return v.status, v.body }
			cfg := i.config()
			if v.google {
				key := x509.MarshalPKCS1PrivateKey(testCertificate(t).PrivateKey.(*rsa.PrivateKey))
				cfg.ServiceAccount = &ServiceAccount{Key: pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: key})}
			}
			_, err := NewTokens(cfg).get(t.Context(), "")
			if err == nil || strings.Contains(err.Error(), "s3cr3t") || errors.Is(err, errAuth) != v.slowly {
				t.Errorf("error %v", err)
			}
			for _, got := range []string{IMAPReason(err), SMTPReason(err)} {
				if !strings.HasPrefix(got, v.want) || strings.Contains(got, "s3cr3t") {
					t.Errorf("reason %q, want %q…", got, v.want)
				}
			}
		})
	}
}
