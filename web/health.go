package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// health says that the process answers; it looks at nothing else, so that a
// broken mailbox never makes a supervisor restart the desk.
func (s *Server) health(c *gin.Context, _ helpdesk.User) error {
	s.text(c, http.StatusOK, "ok\n")
	return nil
}

// How long something may wait before it is a fault (architecture.md).
const (
	pendingLimit = 2 * time.Minute
	queuedLimit  = time.Hour
)

// ready answers 503 where something is wrong: to the operator, who asks from
// this machine, with a line for each fault, which names mailboxes and no person;
// to anybody else with one word.
func (s *Server) ready(c *gin.Context, _ helpdesk.User) error {
	status, err := s.reads.Status(c.Request.Context())
	if err != nil {
		s.log.ErrorContext(c.Request.Context(), "readyz", "error", err)
		s.text(c, http.StatusServiceUnavailable, "store: not readable\n")
		return nil
	}
	faults := faults(status, s.desk.Now())
	if len(faults) > 0 && !fromThisMachine(c.Request) {
		faults = []string{"unavailable"}
	}
	if len(faults) > 0 {
		s.text(c, http.StatusServiceUnavailable, strings.Join(faults, "\n")+"\n")
		return nil
	}
	s.text(c, http.StatusOK, "ok\n")
	return nil
}

// fromThisMachine reports whether a request was made here to here. A proxy on
// this machine passes on the name that people use, or says whom it forwards.
func fromThisMachine(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && remote.Addr().Unmap().IsLoopback() && LoopbackHost(r.Host)
}

func faults(status helpdesk.Status, now time.Time) []string {
	var list []string
	if status.Full != "" {
		list = append(list, "disk: "+status.Full)
	}
	for _, m := range status.Mailboxes {
		for _, way := range m.Ways {
			if !way.OK {
				list = append(list, fmt.Sprintf("mailbox %d %s: %s", m.ID, way.Way, oneLine(way.Reason)))
			}
		}
	}
	if !status.OldestPending.IsZero() && now.Sub(status.OldestPending) > pendingLimit {
		list = append(list, "intake: a message has been waiting since "+status.OldestPending.UTC().Format(time.RFC3339))
	}
	if !status.QueuedSince.IsZero() && now.Sub(status.QueuedSince) > queuedLimit {
		list = append(list, "outbox: mail has been waiting since "+status.QueuedSince.UTC().Format(time.RFC3339))
	}
	return list
}

// oneLine keeps a server's words from looking like lines of ours (S-70).
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
