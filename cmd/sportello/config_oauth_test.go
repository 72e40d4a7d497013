package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// oauthConfig reads and sends with tokens; the section oauth2 is given.
func oauthConfig(section string) string {
	text := strings.Replace(minimalConfig, `password = "hunter2"`, `auth = "xoauth2"`, 1)
	text = strings.Replace(text, "#smtp", "auth = \"xoauth2\"\nusername = \"sportello\"", 1)
	return text + "[mailbox.oauth2]\n" + section + "\n"
}

// oauthFiles makes a folder with all the files that the section can name.
func oauthFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM := pemOf(t, "PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(key) })
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "desk@project.example", "private_key_id": "k1", "private_key": keyPEM,
	})
	if err != nil {
		t.Fatal(err)
	}
	certificate := func(public, private any) string {
		return pemOf(t, "CERTIFICATE", func() ([]byte, error) {
			c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
			return x509.CreateCertificate(rand.Reader, c, c, public, private)
		})
	}
	for name, content := range map[string]string{
		"oauth.secret": "s3cr3t\n", "oauth.key": keyPEM, "google.json": string(account), "bad.json": `{"type":"authorized_user"}`,
		"oauth.crt": certificate(&key.PublicKey, key), "imap.pass": "x", "smtp.pass": "x", "pec.pass": "x",
		"both.pem": certificate(&key.PublicKey, key) + keyPEM,
		"curve.pem": certificate(&curve.PublicKey, curve) +
			pemOf(t, "PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(curve) }),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func pemOf(t *testing.T, kind string, der func() ([]byte, error)) string {
	t.Helper()
	b, err := der()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
}

const tenantAndClient = "tenant = \"ente.onmicrosoft.com\"\nclient_id = \"app\"\n"

func TestOAuthSections(t *testing.T) {
	dir := oauthFiles(t)
	for _, v := range []struct{ name, section string }{
		{"a secret", tenantAndClient + `client_secret = "s3cr3t"`},
		{"a secret's file", tenantAndClient + `client_secret_file = "oauth.secret"`},
		{"a certificate and its key", tenantAndClient + "certificate_file = \"oauth.crt\"\nkey_file = \"oauth.key\""},
		{"both in one file", tenantAndClient + `certificate_file = "both.pem"`},
		{"a service account", `service_account_file = "google.json"`},
		{"another provider", "token_url = \"https://login.example/token\"\nclient_id = \"app\"\nclient_secret = \"s\"\nscope = \"mail\""},
		{"a provider on this machine", "token_url = \"http://127.0.0.1:8000/token\"\nclient_id = \"app\"\nclient_secret = \"s\""},
	} {
		c, err := loadText(t, oauthConfig(v.section), "CREDENTIALS_DIRECTORY="+dir)
		if err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		m := c.Mailboxes[0]
		if in, out := m.imap(c.Location), m.smtp(); m.Tokens == nil || in.Tokens != m.Tokens || out.Tokens != m.Tokens {
			t.Errorf("%s: the two ways have not one source of tokens", v.name)
		}
		if printed := fmt.Sprintf("%+v %#v", *c, *c); strings.Contains(printed, "s3cr3t") || strings.Contains(printed, "PRIVATE KEY") {
			t.Errorf("%s: printing the configuration shows a secret", v.name)
		}
	}
}

// The mailbox that a service account acts for.
func TestOAuthSubject(t *testing.T) {
	dir := oauthFiles(t)
	for section, want := range map[string]string{
		`service_account_file = "google.json"`:                                     "sportello",
		"service_account_file = \"google.json\"\nsubject = \"altro@ente.example\"": "altro@ente.example",
	} {
		c := mustLoad(t, oauthConfig(section), "CREDENTIALS_DIRECTORY="+dir)
		if got := c.Mailboxes[0].OAuth2.account.Subject; got != want {
			t.Errorf("subject %q, want %q", got, want)
		}
	}
}

func TestOAuthFaults(t *testing.T) {
	dir := oauthFiles(t)
	secret := "\nclient_secret = \"s3cr3t\""
	for _, v := range []struct{ name, text, want string }{
		{"without effect", minimalConfig + "[mailbox.oauth2]\ntenant = \"x\"\n", `mailbox[1].oauth2: sezione senza effetto; atteso auth = "xoauth2" in imap e in smtp, oppure nessuna sezione oauth2`},
		{"no proof", oauthConfig(tenantAndClient), `mailbox[1].oauth2.client_secret: manca; atteso client_secret_file, oppure certificate_file, oppure service_account_file`},
		{"two proofs", oauthConfig(tenantAndClient + `certificate_file = "both.pem"` + secret), `mailbox[1].oauth2.client_secret: atteso uno solo fra client_secret (o client_secret_file), certificate_file e service_account_file`},
		{"secret twice", oauthConfig(tenantAndClient + `client_secret_file = "oauth.secret"` + secret), `mailbox[1].oauth2.client_secret_file: indicato insieme a client_secret; atteso uno solo dei due`},
		{"key alone", oauthConfig(tenantAndClient + `key_file = "oauth.key"` + secret), `mailbox[1].oauth2.key_file: manca accanto il certificato; atteso certificate_file`},
		{"certificate without key", oauthConfig(tenantAndClient + `certificate_file = "oauth.crt"`), `mailbox[1].oauth2.certificate_file: attesi in formato PEM un certificato e la sua chiave privata, senza password`},
		{"key of another", oauthConfig(tenantAndClient + "certificate_file = \"curve.pem\"\nkey_file = \"oauth.key\""), `mailbox[1].oauth2.key_file: attesi in formato PEM un certificato e la sua chiave privata, senza password`},
		{"key not RSA", oauthConfig(tenantAndClient + `certificate_file = "curve.pem"`), `mailbox[1].oauth2.certificate_file: attesa una chiave RSA`},
		{"absent certificate", oauthConfig(tenantAndClient + `certificate_file = "absent"`), `mailbox[1].oauth2.certificate_file: la credenziale: atteso un file leggibile: non esiste`},
		{"not a service account", oauthConfig(`service_account_file = "bad.json"`), `mailbox[1].oauth2.service_account_file: atteso il file JSON della chiave di un account di servizio, come lo scarica Google Cloud`},
		{"service account and tenant", oauthConfig(`service_account_file = "google.json"` + "\ntenant = \"x\""), `mailbox[1].oauth2.client_id: atteso senza service_account_file, che dice già chi siamo; lo stesso vale per tenant`},
		{"no tenant", oauthConfig(`client_id = "app"` + secret), `mailbox[1].oauth2.tenant: manca; atteso l'«ID della directory (tenant)» di Microsoft Entra, oppure token_url`},
		{"tenant with a path", oauthConfig("client_id = \"app\"\ntenant = \"a/b\"" + secret), `mailbox[1].oauth2.tenant: "a/b": atteso l'«ID della directory (tenant)», come "11111111-2222-3333-4444-555555555555" o "ente.onmicrosoft.com"`},
		{"tenant and token_url", oauthConfig(tenantAndClient + `token_url = "https://login.example/t"` + secret), `mailbox[1].oauth2.tenant: indicato insieme a token_url; atteso uno solo dei due`},
		{"no client", oauthConfig(`tenant = "x"` + secret), `mailbox[1].oauth2.client_id: manca; atteso l'«ID applicazione (client)», come "11111111-2222-3333-4444-555555555555"`},
		{"subject without Google", oauthConfig(tenantAndClient + `subject = "x"` + secret), `mailbox[1].oauth2.subject: atteso solo con service_account_file`},
		{"secret in the clear", oauthConfig("client_id = \"app\"\ntoken_url = \"http://login.example/t\"" + secret), `mailbox[1].oauth2.token_url: atteso un indirizzo che comincia con https://, come "https://login.example.it/oauth2/token"`},
		{"IMAP password too", strings.Replace(oauthConfig(tenantAndClient+secret), "#imap", `password = "hunter2"`, 1), `mailbox[1].imap.password: indicata insieme a auth = "xoauth2"; attesa solo con auth = "password"`},
		{"no SMTP user", strings.Replace(oauthConfig(tenantAndClient+secret), "auth = \"xoauth2\"\nusername = \"sportello\"\n[mailbox.ack]", "auth = \"xoauth2\"\n[mailbox.ack]", 1), `mailbox[1].smtp.username: manca; atteso l'indirizzo della casella da cui si spedisce`},
		{"secret without quotes", oauthConfig(tenantAndClient + `client_secret = s3cr3t`), `riga 25: non è TOML; atteso un testo fra virgolette, come client_secret = "…"`},
	} {
		_, err := loadText(t, v.text, "CREDENTIALS_DIRECTORY="+dir)
		var ce *ConfigError
		if !errors.As(err, &ce) || len(ce.Faults) != 1 || ce.Faults[0].String() != v.want {
			t.Errorf("%s:\ngot  %v\nwant %s", v.name, err, v.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: the fault shows the secret", v.name)
		}
	}
}

// Each key can come from the environment; a secret there replaces its file.
func TestOAuthFromTheEnvironment(t *testing.T) {
	dir := oauthFiles(t)
	base := oauthConfig(tenantAndClient + `client_secret_file = "oauth.secret"`)
	const env = "SPORTELLO_MAILBOX_1_OAUTH2_"
	c := mustLoad(t, base, "CREDENTIALS_DIRECTORY="+dir, env+"CLIENT_SECRET=other", env+"TENANT=due", env+"CLIENT_ID=app2", env+"SCOPE=s")
	got := c.Mailboxes[0].OAuth2
	if got.ClientSecret.Reveal() != "other" || got.ClientSecretFile != "" || got.Tenant != "due" || got.ClientID != "app2" || got.Scope != "s" {
		t.Errorf("%+v", got)
	}
	for _, name := range fieldNames(reflect.ValueOf(OAuth2Config{})) {
		_, err := loadText(t, minimalConfig, env+strings.ToUpper(name)+"=x")
		if err == nil || !strings.Contains(err.Error(), "mailbox[1].oauth2") {
			t.Errorf("%s is not read from the environment: %v", name, err)
		}
	}
}

var tomlBlock = regexp.MustCompile("(?s)```toml\n(.*?)```")

// What the provider pages show must load as it stands under systemd.
func TestConfigOfTheProviderPagesLoads(t *testing.T) {
	dir := oauthFiles(t)
	for page, least := range map[string]int{"microsoft365": 2, "google": 1, "aruba": 2} {
		b, err := os.ReadFile("../../docs/" + page + ".md")
		if err != nil {
			t.Fatal(err)
		}
		blocks := tomlBlock.FindAllStringSubmatch(string(b), -1)
		if len(blocks) < least {
			t.Errorf("docs/%s.md: %d configurations", page, len(blocks))
		}
		for i, block := range blocks {
			text := "data_dir = \"/d\"\nbase_url = \"https://s.example\"\n" + block[1]
			if _, err := loadText(t, text, "CREDENTIALS_DIRECTORY="+dir); err != nil {
				t.Errorf("docs/%s.md, configuration %d: %v", page, i+1, err)
			}
		}
	}
}

// The example of deploy/sportello.toml for Microsoft 365, and that it shows
// every key of the section.
func TestConfigExampleOfTokensLoads(t *testing.T) {
	b, err := os.ReadFile("../../deploy/sportello.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, third, _ := strings.Cut(string(b), "# A third one")
	text := "data_dir = \"/d\"\nbase_url = \"https://s.example\"\n"
	for line := range strings.Lines(third) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(rest, " ") {
			text += rest
		}
	}
	mustLoad(t, text, "CREDENTIALS_DIRECTORY="+oauthFiles(t))
	for _, name := range fieldNames(reflect.ValueOf(OAuth2Config{})) {
		if !strings.Contains(third, name) {
			t.Errorf("deploy/sportello.toml does not show %s", name)
		}
	}
}
