package main

import (
	"cmp"
	"crypto/rsa"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"

	"sportello/mailbox"
)

// OAuth2Config is how a mailbox with auth = "xoauth2" gets its access tokens:
// from Microsoft with a secret or a certificate, from Google with the key file
// of a service account, from others with a secret and token_url.
type OAuth2Config struct {
	Tenant             string `toml:"tenant"` // Microsoft's name for the organization; not with token_url
	ClientID           string `toml:"client_id"`
	ClientSecret       Secret `toml:"client_secret"`
	ClientSecretFile   string `toml:"client_secret_file"`
	CertificateFile    string `toml:"certificate_file"` // PEM
	KeyFile            string `toml:"key_file"`         // PEM, RSA; empty: in certificate_file
	ServiceAccountFile string `toml:"service_account_file"`
	Subject            string `toml:"subject"`   // for Google, the mailbox to act for; empty: imap.username
	TokenURL           string `toml:"token_url"` // empty: Microsoft's or Google's own
	Scope              string `toml:"scope"`     // empty: what each of the two asks for

	certificate *tls.Certificate        `toml:"-"`
	account     *mailbox.ServiceAccount `toml:"-"`
}

const (
	microsoftToken = "https://login.microsoftonline.com/%s/oauth2/v2.0/token"
	microsoftScope = "https://outlook.office365.com/.default"
	googleToken    = "https://oauth2.googleapis.com/token"
	googleScope    = "https://mail.google.com/"
)

// readOAuth reads the files that the section names.
func (l *configLoader) readOAuth(prefix string, o *OAuth2Config) {
	l.readSecret(prefix, "client_secret", "il segreto", &o.ClientSecret, o.ClientSecretFile)
	if o.CertificateFile != "" {
		o.certificate = l.readCertificate(prefix, o)
	}
	if o.ServiceAccountFile != "" {
		o.account = l.readAccount(prefix+"service_account_file", o.ServiceAccountFile)
	}
}

func (l *configLoader) readCertificate(prefix string, o *OAuth2Config) *tls.Certificate {
	cert, ok := l.readNamed(prefix+"certificate_file", o.CertificateFile)
	if !ok {
		return nil
	}
	key, keyName := cert, "certificate_file"
	if o.KeyFile != "" {
		keyName = "key_file"
		if key, ok = l.readNamed(prefix+keyName, o.KeyFile); !ok {
			return nil
		}
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		// The library's words could quote a line of the file.
		l.faults.add(prefix+keyName, "attesi in formato PEM un certificato e la sua chiave privata, senza password")
		return nil
	}
	if _, ok := pair.PrivateKey.(*rsa.PrivateKey); !ok {
		l.faults.add(prefix+keyName, "attesa una chiave RSA")
		return nil
	}
	return &pair
}

func (l *configLoader) readAccount(key, name string) *mailbox.ServiceAccount {
	b, ok := l.readNamed(key, name)
	if !ok {
		return nil
	}
	var file struct {
		Type  string `json:"type"`
		Email string `json:"client_email"`
		KeyID string `json:"private_key_id"`
		Key   string `json:"private_key"`
	}
	if err := json.Unmarshal(b, &file); err != nil || file.Type != "service_account" || file.Email == "" {
		l.faults.add(key, "atteso il file JSON della chiave di un account di servizio, come lo scarica Google Cloud")
		return nil
	}
	if block, _ := pem.Decode([]byte(file.Key)); block == nil {
		l.faults.add(key, "la chiave privata dell'account di servizio non si legge; atteso il file JSON come lo scarica Google Cloud")
		return nil
	}
	return &mailbox.ServiceAccount{Email: file.Email, KeyID: file.KeyID, Key: []byte(file.Key)}
}

// checkOAuth makes the mailbox's source of tokens.
func (l *configLoader) checkOAuth(prefix string, m *MailboxConfig) {
	o := &m.OAuth2
	wanted := m.IMAP.Auth == AuthXOAuth2 || m.SMTP.Auth == AuthXOAuth2
	if !wanted {
		if *o != (OAuth2Config{}) {
			l.faults.add(prefix[:len(prefix)-1], `sezione senza effetto; atteso auth = "xoauth2" in imap e in smtp, oppure nessuna sezione oauth2`)
		}
		return
	}
	before := len(l.faults.list)
	l.checkProof(prefix, o)
	cfg := mailbox.OAuthConfig{
		TokenURL: o.TokenURL, ClientID: o.ClientID, Scope: o.Scope,
		Secret: o.ClientSecret.Reveal(), Certificate: o.certificate, ServiceAccount: o.account,
	}
	if o.ServiceAccountFile != "" {
		l.checkGoogle(prefix, m, &cfg)
	} else {
		l.checkClient(prefix, o, &cfg)
	}
	l.checkTokenURL(prefix+"token_url", cfg.TokenURL)
	l.checkLine(prefix+"scope", o.Scope)
	if len(l.faults.list) == before {
		m.Tokens = mailbox.NewTokens(cfg)
	}
}

// checkProof wants exactly one way to say who we are.
func (l *configLoader) checkProof(prefix string, o *OAuth2Config) {
	ways := 0
	for _, given := range []bool{o.ClientSecret.Reveal() != "" || o.ClientSecretFile != "", o.CertificateFile != "", o.ServiceAccountFile != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		l.faults.add(prefix+"client_secret", "manca; atteso client_secret_file, oppure certificate_file, oppure service_account_file")
	case ways > 1:
		l.faults.add(prefix+"client_secret", "atteso uno solo fra client_secret (o client_secret_file), certificate_file e service_account_file")
	case o.KeyFile != "" && o.CertificateFile == "":
		l.faults.add(prefix+"key_file", "manca accanto il certificato; atteso certificate_file")
	}
}

func (l *configLoader) checkGoogle(prefix string, m *MailboxConfig, cfg *mailbox.OAuthConfig) {
	o := &m.OAuth2
	if o.Tenant != "" || o.ClientID != "" {
		l.faults.add(prefix+"client_id", "atteso senza service_account_file, che dice già chi siamo; lo stesso vale per tenant")
	}
	l.checkLine(prefix+"subject", o.Subject)
	if cfg.ServiceAccount != nil {
		cfg.ServiceAccount.Subject = cmp.Or(o.Subject, m.IMAP.Username)
	}
	cfg.TokenURL, cfg.Scope = cmp.Or(o.TokenURL, googleToken), cmp.Or(o.Scope, googleScope)
}

var tenantName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$`)

func (l *configLoader) checkClient(prefix string, o *OAuth2Config, cfg *mailbox.OAuthConfig) {
	if o.ClientID == "" {
		l.faults.add(prefix+"client_id", `manca; atteso l'«ID applicazione (client)», come "11111111-2222-3333-4444-555555555555"`)
	}
	l.checkLine(prefix+"client_id", o.ClientID)
	if o.Subject != "" {
		l.faults.add(prefix+"subject", "atteso solo con service_account_file")
	}
	switch {
	case o.TokenURL != "" && o.Tenant != "":
		l.faults.add(prefix+"tenant", "indicato insieme a token_url; atteso uno solo dei due")
	case o.TokenURL != "":
	case o.Tenant == "":
		l.faults.add(prefix+"tenant", `manca; atteso l'«ID della directory (tenant)» di Microsoft Entra, oppure token_url`)
	case !tenantName.MatchString(o.Tenant):
		l.faults.add(prefix+"tenant", `%s: atteso l'«ID della directory (tenant)», come "11111111-2222-3333-4444-555555555555" o "ente.onmicrosoft.com"`, quoteShort(o.Tenant))
	default:
		cfg.TokenURL = fmt.Sprintf(microsoftToken, o.Tenant)
	}
	cfg.Scope = cmp.Or(o.Scope, microsoftScope)
}

// checkTokenURL refuses to send a secret in the clear over a network.
func (l *configLoader) checkTokenURL(key, address string) {
	if address == "" {
		return // said with tenant
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		l.faults.add(key, `atteso un indirizzo che comincia con https://, come "https://login.example.it/oauth2/token"`)
	}
}
