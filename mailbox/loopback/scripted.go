package loopback

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Rule answers the lines that match it.
type Rule struct {
	Match string // regular expression over the client's line, case-insensitive
	// Say is sent back as it stands, except that {tag} becomes the tag of the
	// line (of the IDLE, for its DONE).
	Say    string
	Times  int  // how often the rule may serve; 0 is without end
	Hangup bool // close after saying
	Silent bool // read on, but never answer this connection again
}

// Scripted speaks any bytes it is told to: the server for everything that a
// well-behaved one does not do. Lines no rule matches are answered with
// "{tag} BAD".
type Scripted struct {
	greeting string
	mu       sync.Mutex
	rules    []scriptedRule
	conns    map[net.Conn]struct{}
	received []string
	accepted int
	closed   bool
	ln       net.Listener
}

type scriptedRule struct {
	Rule
	match *regexp.Regexp
	used  int
}

// NewScripted returns a server that opens with the greeting and then follows
// the rules; the first that matches and is not used up serves. It panics on a
// wrong regular expression.
func NewScripted(greeting string, rules ...Rule) *Scripted {
	s := &Scripted{greeting: greeting, conns: map[net.Conn]struct{}{}}
	for _, r := range rules {
		s.rules = append(s.rules, scriptedRule{Rule: r, match: regexp.MustCompile("(?i)" + r.Match)})
	}
	return s
}

// Serve accepts clients until Close; it blocks.
func (s *Scripted) Serve(ln net.Listener) error {
	s.mu.Lock()
	s.ln = ln
	s.mu.Unlock()
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("loopback: accept: %w", err)
		}
		if !s.admit(conn) {
			conn.Close()
			return nil
		}
		go s.converse(conn)
	}
}

func (s *Scripted) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	s.conns[conn] = struct{}{}
	return !s.closed
}

// Close ends the listener and all connections.
func (s *Scripted) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
	if s.ln == nil {
		return nil
	}
	return s.ln.Close()
}

// Received lists every line of every client, in order.
func (s *Scripted) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// Connections counts the clients accepted so far.
func (s *Scripted) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

func (s *Scripted) converse(conn net.Conn) {
	defer func() {
		conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	if _, err := conn.Write([]byte(s.greeting)); err != nil {
		return
	}
	in := bufio.NewScanner(conn)
	silent, idleTag := false, ""
	for in.Scan() {
		line := strings.TrimSuffix(in.Text(), "\r")
		rule := s.answer(line, silent)
		tag, verb, _ := strings.Cut(line, " ")
		if strings.EqualFold(verb, "IDLE") {
			idleTag = tag
		}
		if strings.EqualFold(line, "DONE") {
			tag = idleTag
		}
		if silent = silent || rule.Silent; silent {
			continue
		}
		if _, err := conn.Write([]byte(strings.ReplaceAll(rule.Say, "{tag}", tag))); err != nil || rule.Hangup {
			return
		}
	}
}

// answer records the line and finds its rule; a silent connection uses none up.
func (s *Scripted) answer(line string, silent bool) Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, line)
	if silent {
		return Rule{Silent: true}
	}
	for i := range s.rules {
		r := &s.rules[i]
		if (r.Times == 0 || r.used < r.Times) && r.match.MatchString(line) {
			r.used++
			return r.Rule
		}
	}
	return Rule{Say: "{tag} BAD not in the script\r\n"}
}
