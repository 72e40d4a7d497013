package main

import (
	"crypto/x509"
	"fmt"
	"path/filepath"
	"strings"
)

// maxSecretSize is ample for a password and for a bundle of certificates.
const maxSecretSize = 1 << 20

// resolveFiles reads the files that hold passwords and certificates.
func (l *configLoader) resolveFiles(c *Config) {
	for i := range c.Mailboxes {
		m := &c.Mailboxes[i]
		imap, smtp := fmt.Sprintf("mailbox[%d].imap.", i+1), fmt.Sprintf("mailbox[%d].smtp.", i+1)
		l.readSecret(imap, "password", "la password", &m.IMAP.Password, m.IMAP.PasswordFile)
		l.readSecret(smtp, "password", "la password", &m.SMTP.Password, m.SMTP.PasswordFile)
		l.readOAuth(fmt.Sprintf("mailbox[%d].oauth2.", i+1), &m.OAuth2)
		m.IMAP.RootCAs = l.readCAs(imap, m.IMAP.TLSCAFile)
		m.SMTP.RootCAs = l.readCAs(smtp, m.SMTP.TLSCAFile)
	}
}

// readSecret reads the file called name, which key_file of the section names,
// unless key itself holds the secret; what is the secret in a sentence.
func (l *configLoader) readSecret(prefix, key, what string, secret *Secret, name string) {
	if name == "" {
		return
	}
	rival := key
	key = prefix + key + "_file"
	if secret.Reveal() != "" {
		l.faults.add(key, "indicato insieme a %s; atteso uno solo dei due", rival)
		return
	}
	b, ok := l.readNamed(key, name)
	if !ok {
		return
	}
	// Editors and echo end a file with a newline that is no part of a password.
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if text == "" || strings.ContainsAny(text, "\r\n\x00") {
		l.faults.add(key, "atteso un file di una sola riga, %s", what)
		return
	}
	*secret = NewSecret(text)
}

// readCAs gives the certificates in the file called name beside the system's;
// nil when there is no name.
func (l *configLoader) readCAs(prefix, name string) *x509.CertPool {
	if name == "" {
		return nil
	}
	key := prefix + "tls_ca_file"
	b, ok := l.readNamed(key, name)
	if !ok {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil { // a machine without any is a good reason to name one
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(b) {
		l.faults.add(key, "atteso un file di certificati in formato PEM")
		return nil
	}
	return pool
}

// readNamed reads the file that key names. A relative name lies in the folder
// in which systemd hands over credentials, and cannot lead out of it.
func (l *configLoader) readNamed(key, name string) ([]byte, bool) {
	path, shown := name, name
	if !filepath.IsAbs(name) {
		switch {
		case l.credentials == "":
			// The name is not repeated: it may be the password, put in the
			// wrong place.
			l.faults.add(key, "atteso un percorso assoluto; il solo nome vale con systemd, che imposta $CREDENTIALS_DIRECTORY")
			return nil, false
		case !filepath.IsLocal(name):
			l.faults.add(key, "atteso un nome dentro $CREDENTIALS_DIRECTORY")
			return nil, false
		}
		path, shown = filepath.Join(l.credentials, name), "la credenziale"
	}
	b, err := l.readFile(path)
	if err != nil {
		l.faults.add(key, "%s: atteso un file leggibile: %s", shown, fileCause(err))
		return nil, false
	}
	return b, true
}
