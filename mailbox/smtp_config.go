package mailbox

import "crypto/x509"

// SMTPConfig is how the mail of one mailbox leaves.
type SMTPConfig struct {
	Host     string
	Port     int
	TLS      TLSMode
	RootCAs  *x509.CertPool // nil: the system's
	Username string         // empty: no log-in
	Password string
	Tokens   *Tokens // instead of Password, for XOAUTH2
	Hello    string  // name given in EHLO; empty: an address literal

	// Dial replaces the network; nil is TCP.
	Dial DialFunc
}

func (c SMTPConfig) endpoint() endpoint {
	return endpoint{host: c.Host, port: c.Port, mode: c.TLS, rootCAs: c.RootCAs, dial: c.Dial}
}

func (c SMTPConfig) hello() string {
	if c.Hello == "" {
		return "[127.0.0.1]" // RFC 5321 §4.1.3: for a host without a name
	}
	return c.Hello
}
