package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

const (
	// checkEvery is how soon an ended session or right closes its stream (S-42).
	checkEvery = time.Second
	// aliveEvery is how often a comment tells proxies that the stream lives.
	aliveEvery = 15 * time.Second
	// gather is how long changes are collected before they are told: an intake
	// of a hundred messages is one piece of news.
	gather = 200 * time.Millisecond
)

// events is the stream of a browser: «contatori» with the counters of the left
// column, «coda» when a ticket changed. What it says goes through the reads of
// the pages, with this user's rights.
func (s *Server) events(c *gin.Context, u helpdesk.User) error {
	ctx := c.Request.Context()
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	c.Writer.WriteHeaderNow()
	if c.Request.Method == http.MethodHead {
		return nil
	}
	changes, stop := s.desk.Changes() // before the browser may think that it hears everything
	defer stop()
	out := newEventStream(c.Writer)
	if err := out.comment("vivo"); err != nil {
		return nil // the browser is gone
	}
	s.follow(ctx, u, out, changes)
	return nil
}

// follow writes events until the browser, the session, the right or the
// server ends.
func (s *Server) follow(ctx context.Context, u helpdesk.User, out *eventStream, changes <-chan helpdesk.Change) {
	news := &newsOf{}
	check := time.NewTicker(checkEvery)
	defer check.Stop()
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	var due <-chan time.Time
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case <-check.C:
			if !s.stillSignedIn(ctx, u) {
				return
			}
		case <-alive.C:
			err = out.comment("vivo")
		case change := <-changes:
			news.add(change)
			if due == nil {
				due = time.After(gather)
			}
		case <-due:
			due = nil
			if !s.stillSignedIn(ctx, u) {
				return
			}
			err = s.tellChanges(ctx, u, out, news)
		}
		if err != nil {
			return
		}
	}
}

// newsOf is what one stream has still to tell, each ticket once.
type newsOf struct {
	tickets []ticketNews
}

// maxNews bounds what is told at once; the counters tell the rest.
const maxNews = 100

// ticketNews is the data of the event «coda».
type ticketNews struct {
	Number string `json:"numero"`
	Kind   string `json:"tipo"` // nuovo, messaggio or stato
}

var newsKinds = map[helpdesk.ChangeKind]string{helpdesk.ChangeOpened: "nuovo", helpdesk.ChangeMessage: "messaggio"}

// add keeps the most telling of what happened to a ticket: that it is there,
// that it has a message more, that something about it is different.
func (n *newsOf) add(c helpdesk.Change) {
	if c.Number == 0 {
		return
	}
	kind, ok := newsKinds[c.Kind]
	if !ok {
		kind = "stato"
	}
	i := slices.IndexFunc(n.tickets, func(t ticketNews) bool { return t.Number == c.Number.String() })
	switch {
	case i < 0 && len(n.tickets) < maxNews:
		n.tickets = append(n.tickets, ticketNews{Number: c.Number.String(), Kind: kind})
	case i >= 0 && n.tickets[i].Kind == "stato":
		n.tickets[i].Kind = kind
	}
}

func (s *Server) tellChanges(ctx context.Context, u helpdesk.User, out *eventStream, news *newsOf) error {
	counters, err := s.reads.Counters(ctx, u.ID)
	if err != nil {
		s.log.WarnContext(ctx, "counters", "id", info(ctx).id, "error", err)
		return nil
	}
	body, err := render("contatori", countersFragment{Views: newViews(viewCounts(counters))})
	if err != nil {
		return err
	}
	if err := out.send("contatori", string(body)); err != nil {
		return err
	}
	tickets := news.tickets
	news.tickets = nil
	for _, t := range tickets {
		data, err := json.Marshal(t)
		if err != nil {
			return err
		}
		if err := out.send("coda", string(data)); err != nil {
			return err
		}
	}
	return nil
}

// eventStream writes server-sent events (HTML Living Standard §9.2) past gin
// and scs, whose writers do not pass a flush on.
type eventStream struct {
	w          io.Writer
	controller *http.ResponseController
}

func newEventStream(w gin.ResponseWriter) *eventStream {
	var under http.ResponseWriter = w
	if u, ok := under.(interface{ Unwrap() http.ResponseWriter }); ok {
		under = u.Unwrap()
	}
	e := &eventStream{w: w, controller: http.NewResponseController(under)}
	_ = e.controller.SetWriteDeadline(time.Time{}) // the server's WriteTimeout would cut the stream; recorders in tests have none
	_ = e.controller.SetReadDeadline(time.Time{})
	return e
}

func (e *eventStream) comment(text string) error { return e.write(": " + text + "\n\n") }

func (e *eventStream) send(event, data string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "event: %s\n", event)
	for line := range strings.SplitSeq(strings.TrimSpace(data), "\n") {
		b.WriteString("data: " + strings.TrimRight(line, "\r") + "\n")
	}
	b.WriteString("\n")
	return e.write(b.String())
}

func (e *eventStream) write(s string) error {
	if _, err := io.WriteString(e.w, s); err != nil {
		return err
	}
	return e.controller.Flush()
}
