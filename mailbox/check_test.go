package mailbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// certificate makes a TLS configuration for 127.0.0.1 and the pool that trusts
// it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "loopback"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// listening serves s on loopback TCP, under TLS if given, and returns its port.
func listening(t *testing.T, s server, implicit *tls.Config) int {
	t.Helper()
	ln, err := loopback.Listen()
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	if implicit != nil {
		ln = tls.NewListener(ln, implicit)
	}
	go s.Serve(ln)
	t.Cleanup(func() { s.Close() })
	return port
}

func TestCheckIMAP(t *testing.T) {
	cert, pool := certificate(t)
	tests := []struct {
		name   string
		mode   TLSMode
		change func(*IMAPConfig)
		want   IMAPReport
		reason string
	}{
		{"implicit TLS", TLSImplicit, func(c *IMAPConfig) {}, IMAPReport{Messages: 4, Taken: 4, UIDValidity: 1, Idle: true, CanMove: true}, ""},
		{"STARTTLS, from now on", TLSStart, func(c *IMAPConfig) { c.Start = Start{} }, IMAPReport{Messages: 4, UIDValidity: 1, Idle: true, CanMove: true}, ""},
		{"a date", TLSNone, func(c *IMAPConfig) { c.Start = Start{Since: day.Truncate(24 * time.Hour)} }, IMAPReport{Messages: 4, Taken: 4, UIDValidity: 1, Idle: true, CanMove: true}, ""},
		{"folders that do not exist", TLSNone, func(c *IMAPConfig) { c.ProcessedFolder, c.SentFolder = "fatti", "inviati" }, IMAPReport{Messages: 4, Taken: 4, UIDValidity: 1, Idle: true, CanMove: true, NoProcessed: true, NoSent: true}, ""},
		{"an unknown authority", TLSImplicit, func(c *IMAPConfig) { c.RootCAs = nil }, IMAPReport{}, "certificato"},
		{"an unknown authority behind STARTTLS", TLSStart, func(c *IMAPConfig) { c.RootCAs = x509.NewCertPool() }, IMAPReport{}, "certificato"},
		{"another name", TLSImplicit, func(c *IMAPConfig) { c.Host = "localhost" }, IMAPReport{}, "certificato"},
		{"a wrong password", TLSNone, func(c *IMAPConfig) { c.Password = "?" }, IMAPReport{}, "password"},
		{"a wrong folder", TLSNone, func(c *IMAPConfig) { c.Folder = "boh" }, IMAPReport{Idle: true, CanMove: true}, "cartella"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := loopback.IMAPOptions{}
			var implicit *tls.Config
			switch tt.mode {
			case TLSStart:
				opts.TLS = cert
			case TLSImplicit:
				implicit = cert
			}
			cfg := testConfig()
			cfg.TLS, cfg.RootCAs, cfg.Port = tt.mode, pool, listening(t, inbox(t, 4, opts), implicit)
			tt.change(&cfg)
			got, err := CheckIMAP(t.Context(), cfg)
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			if reason := IMAPReason(err); tt.reason == "" && err != nil || !strings.Contains(reason, tt.reason) {
				t.Errorf("reason %q for %v", reason, err)
			}
		})
	}
}

func TestCheckSMTP(t *testing.T) {
	cert, pool := certificate(t)
	users := map[string]string{"desk": "secret"}
	for _, mode := range []TLSMode{TLSImplicit, TLSStart, TLSNone} {
		t.Run(string(mode), func(t *testing.T) {
			opts := loopback.SMTPOptions{Users: users, MaxBytes: 12345}
			var implicit *tls.Config
			switch mode {
			case TLSStart:
				opts.TLS = cert
			case TLSImplicit:
				implicit = cert
			}
			cfg := SMTPConfig{Host: "127.0.0.1", TLS: mode, RootCAs: pool, Username: "desk", Password: "secret"}
			cfg.Port = listening(t, loopback.NewSMTP(opts), implicit)
			got, err := CheckSMTP(t.Context(), cfg)
			if err != nil || got.MaxSize != 12345 {
				t.Errorf("%+v, %v", got, err)
			}
			cfg.Password = "?"
			if _, err := CheckSMTP(t.Context(), cfg); !errors.Is(err, errAuth) || !strings.Contains(SMTPReason(err), "password") {
				t.Errorf("wrong password: %v", err)
			}
			if mode != TLSNone {
				cfg.RootCAs = x509.NewCertPool()
				if _, err := CheckSMTP(t.Context(), cfg); !strings.Contains(SMTPReason(err), "certificato") {
					t.Errorf("unknown authority: %v", err)
				}
			}
		})
	}
}

func TestSaveSent(t *testing.T) {
	s := inbox(t, 0, loopback.IMAPOptions{})
	if _, err := s.Messages("desk", "Inviati"); err != nil {
		t.Fatal(err)
	}
	cfg := testConfig()
	cfg.SentFolder, cfg.Port = "Inviati", listening(t, s, nil)
	for range 2 {
		if err := SaveSent(t.Context(), cfg, "1@comune.example", []byte(letterNo(1)), day); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Messages("desk", "Inviati")
	if err != nil || len(list) != 1 || string(list[0].Raw) != letterNo(1) || !list[0].InternalDate.Equal(day) {
		t.Errorf("%+v, %v", list, err)
	}
	cfg.SentFolder = "manca"
	if err := SaveSent(t.Context(), cfg, "2@comune.example", []byte(letterNo(2)), day); err == nil {
		t.Error("a missing folder went unseen")
	}
}
