package loopback

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// Listen opens a TCP listener on a free port of the loopback interface.
func Listen() (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("loopback: listen: %w", err)
	}
	return ln, nil
}

// PipeListener hands out connections in memory (net.Pipe), whose blocking
// testing/synctest understands.
type PipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Pipe returns a listener whose connections are made by its DialContext.
func Pipe() *PipeListener {
	return &PipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept waits for the next DialContext. It returns net.ErrClosed after Close.
func (l *PipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close stops accepting; connections already made live on.
func (l *PipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr is a placeholder: pipes have no address.
func (l *PipeListener) Addr() net.Addr { return pipeAddr{} }

// DialContext connects to the listener; network and address are ignored, so
// that it fits wherever a net.Dialer's method does.
func (l *PipeListener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- fromHere{server}:
		return client, nil
	case <-l.closed:
		return nil, fmt.Errorf("loopback: dial pipe: %w", net.ErrClosed)
	case <-ctx.Done():
		return nil, fmt.Errorf("loopback: dial pipe: %w", ctx.Err())
	}
}

// fromHere is a server's end of a pipe: who dials is on this machine.
type fromHere struct{ net.Conn }

// RemoteAddr is a loopback address.
func (fromHere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
