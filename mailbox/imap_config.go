package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// TLSMode says how a connection is protected.
type TLSMode string

// The TLS modes. TLSNone is only for servers on this machine.
const (
	TLSImplicit TLSMode = "tls"
	TLSStart    TLSMode = "starttls"
	TLSNone     TLSMode = "none"
)

// IMAPConfig is how one folder of one mailbox is read.
type IMAPConfig struct {
	Host            string
	Port            int
	TLS             TLSMode
	RootCAs         *x509.CertPool // nil: the system's
	Username        string
	Password        string
	Tokens          *Tokens // instead of Password, for XOAUTH2
	Folder          string
	PollInterval    time.Duration // between two looks, with or without IDLE
	Idle            bool          // take new mail as a hint to look at once
	ProcessedFolder string        // kept messages are moved here; empty: the mailbox is never changed
	SentFolder      string        // what was sent is copied here, see also NewSentPoller; empty: nowhere
	MaxMessageSize  int64         // bytes; of larger messages only the header is kept
	Start           Start

	// Dial replaces the network; nil is TCP.
	Dial DialFunc
}

// DialFunc makes a connection as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Start says from when a folder that is already full is taken in: everything
// (All), what arrived since a moment (Since), or, zero, only what arrives from
// now on.
type Start struct {
	All   bool
	Since time.Time
}

func (s Start) fromNow() bool { return !s.All && s.Since.IsZero() }

// endpoint is what the two protocols share about reaching a server.
type endpoint struct {
	host    string
	port    int
	mode    TLSMode
	rootCAs *x509.CertPool
	dial    DialFunc
}

var errPlaintext = errors.New("a connection without TLS is only for servers on this machine")

// connectTimeout holds for the TCP connection and again for the TLS handshake.
const connectTimeout = 30 * time.Second

// connect opens the transport, without TLS. Plain text towards another machine
// is refused here too: the configuration may be wrong, a password leaks once.
func (e endpoint) connect(ctx context.Context) (net.Conn, error) {
	if e.mode == TLSNone && !isLoopback(e.host) {
		return nil, fmt.Errorf("connect to %s: %w", e.host, errPlaintext)
	}
	dial := e.dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := dial(ctx, "tcp", net.JoinHostPort(e.host, strconv.Itoa(e.port)))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// tlsConfig verifies the server's name always; there is no way to skip it.
func (e endpoint) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: e.host, RootCAs: e.rootCAs, MinVersion: tls.VersionTLS12}
}

// handshake makes TLS of the connection where the mode is implicit.
func (e endpoint) handshake(ctx context.Context, conn net.Conn) (net.Conn, error) {
	if e.mode != TLSImplicit {
		return conn, nil
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	secure := tls.Client(conn, e.tlsConfig())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("tls handshake: %w", err)
	}
	return secure, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
