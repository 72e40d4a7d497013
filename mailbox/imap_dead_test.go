package mailbox

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/mailbox/loopback"
)

// failedBy reports whether the way in was said to be broken.
func (r *rig) failedBy() bool {
	r.keeper.mu.Lock()
	defer r.keeper.mu.Unlock()
	for _, h := range r.keeper.health {
		if !h.OK {
			return true
		}
	}
	return false
}

// TestADeadLineIsReportedWithinTwoMinutes: with the usual interval, whatever
// the line was doing when it died and whatever happens to the next one.
func TestADeadLineIsReportedWithinTwoMinutes(t *testing.T) {
	idle := []loopback.Rule{
		{Match: `login`, Say: "{tag} OK [CAPABILITY IMAP4rev1 IDLE] in\r\n", Times: 1},
		{Match: `idle`, Say: "+ idling\r\n"},
		{Match: `^DONE`, Silent: true, Times: 1},
	}
	later := map[string]loopback.Rule{
		"the next one works":           {Match: `login`, Say: "{tag} OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"},
		"the next one is silent too":   {Match: `login`, Silent: true},
		"the next one dies at the end": {Match: `login`, Hangup: true},
	}
	for name, next := range later {
		t.Run("in IDLE, "+name, func(t *testing.T) {
			cfg := testConfig()
			cfg.Idle = true
			s := scripted(append(append(idle, next), goodServer()...)...)
			poll(t, s, cfg, nil, func(r *rig) {
				r.settle(30*time.Second, func() bool { return r.keeper.lastHealth().OK })
				r.settle(119*time.Second, r.failedBy)
			})
		})
	}
	t.Run("between two looks", func(t *testing.T) {
		s := scripted(append([]loopback.Rule{
			{Match: `examine`, Say: scriptExamine.Say, Times: 1}, {Match: `examine`, Silent: true},
		}, goodServer()...)...)
		poll(t, s, testConfig(), nil, func(r *rig) {
			r.settle(30*time.Second, func() bool { return r.keeper.lastHealth().OK })
			r.settle(119*time.Second, r.failedBy)
		})
	})
}

// dripping answers like a good server, but for SEARCH: of its answer one byte
// comes every ten seconds.
type dripping struct{ ln net.Listener }

func (d *dripping) Close() error {
	if d.ln == nil {
		return nil
	}
	return d.ln.Close()
}

func (d *dripping) Serve(ln net.Listener) error {
	d.ln = ln
	var talks sync.WaitGroup
	defer talks.Wait()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		talks.Go(func() { d.converse(conn) })
	}
}

func (d *dripping) converse(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, scriptGreeting)
	in := bufio.NewScanner(conn)
	for in.Scan() {
		tag, command, _ := strings.Cut(in.Text(), " ")
		switch {
		case strings.HasPrefix(command, "LOGIN"):
			fmt.Fprint(conn, strings.ReplaceAll(scriptLogin.Say, "{tag}", tag))
		case strings.HasPrefix(command, "EXAMINE"):
			fmt.Fprint(conn, strings.ReplaceAll(scriptExamine.Say, "{tag}", tag))
		default:
			for {
				time.Sleep(10 * time.Second)
				if _, err := conn.Write([]byte("*")); err != nil {
					return
				}
			}
		}
	}
}

// TestAServerThatDripsIsGivenUp: the deadline of a step counts from its
// beginning, and is the longer the fuller the folder.
func TestAServerThatDripsIsGivenUp(t *testing.T) {
	poll(t, &dripping{}, testConfig(), nil, func(r *rig) {
		r.settle(61*time.Second, r.failedBy)
	})
	for exists, most := range map[uint32]time.Duration{0: time.Minute, 4000: time.Minute, 1_000_000: 20 * time.Minute, 1 << 31: 2 * time.Hour} {
		c := &client{exists: exists}
		if d := patience(c.searchBudget()); d > most {
			t.Errorf("a SEARCH among %d messages may take %v", exists, d)
		}
	}
}
