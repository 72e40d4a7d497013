package loopback

import (
	"net"
	"sync/atomic"
)

// Fault says where a connection breaks, counted in bytes. Counters at -1 never
// strike; NoFault has all of them so.
type Fault struct {
	CutRead   int64 // the connection is cut after this many bytes from the server
	StallRead int64 // nothing more arrives after this many bytes, nothing is cut
	CutWrite  int64 // the connection is cut after this many bytes to the server
}

// NoFault is a connection that holds.
var NoFault = Fault{CutRead: -1, StallRead: -1, CutWrite: -1}

// FaultyConn breaks as its Fault says. It counts what passes, so that a whole
// session can be measured first and then cut at each of its bytes.
type FaultyConn struct {
	net.Conn
	fault         Fault
	read, written atomic.Int64
}

// Break wraps a client's connection.
func Break(conn net.Conn, f Fault) *FaultyConn { return &FaultyConn{Conn: conn, fault: f} }

// Passed returns the bytes read from and written to the server so far.
func (c *FaultyConn) Passed() (read, written int64) { return c.read.Load(), c.written.Load() }

func (c *FaultyConn) Read(p []byte) (int, error) {
	limit := int64(len(p))
	if c.fault.CutRead >= 0 {
		if limit = min(limit, c.fault.CutRead-c.read.Load()); limit <= 0 {
			c.Close()
			return 0, net.ErrClosed
		}
	}
	if c.fault.StallRead >= 0 {
		if limit = min(limit, c.fault.StallRead-c.read.Load()); limit <= 0 {
			return c.stall()
		}
	}
	n, err := c.Conn.Read(p[:limit])
	c.read.Add(int64(n))
	return n, err
}

// stall swallows what still comes until the connection is closed or its
// deadline passes.
func (c *FaultyConn) stall() (int, error) {
	var sink [512]byte
	for {
		if _, err := c.Conn.Read(sink[:]); err != nil {
			return 0, err
		}
	}
}

func (c *FaultyConn) Write(p []byte) (int, error) {
	if c.fault.CutWrite < 0 {
		n, err := c.Conn.Write(p)
		c.written.Add(int64(n))
		return n, err
	}
	room := min(int64(len(p)), c.fault.CutWrite-c.written.Load())
	if room > 0 {
		n, err := c.Conn.Write(p[:room])
		c.written.Add(int64(n))
		if err != nil || n == len(p) {
			return n, err
		}
	}
	c.Close()
	return int(max(room, 0)), net.ErrClosed
}
