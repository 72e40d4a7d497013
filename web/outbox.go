package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// listLimit is rows a page of the mail pages.
const listLimit = 50

// outboxTabs are the filters of «Posta in uscita», vista in the address.
var outboxTabs = []struct {
	key, label string
	states     []helpdesk.OutgoingState
}{
	{"", "Da seguire", []helpdesk.OutgoingState{helpdesk.OutgoingQueued, helpdesk.OutgoingSending,
		helpdesk.OutgoingFailed, helpdesk.OutgoingUnknown, helpdesk.OutgoingHeld}},
	{"da-verificare", "Da verificare", []helpdesk.OutgoingState{helpdesk.OutgoingUnknown}},
	{"non-riuscite", "Non riuscite", []helpdesk.OutgoingState{helpdesk.OutgoingFailed}},
	{"inviate", "Inviate", []helpdesk.OutgoingState{helpdesk.OutgoingSent}},
}

func (s *Server) showOutbox(c *gin.Context, u helpdesk.User) error {
	return s.outboxAnswer(c, u, http.StatusOK, "")
}

func (s *Server) outboxAnswer(c *gin.Context, u helpdesk.User, status int, alert string) error {
	chosen := outboxTabs[0]
	p := outboxPage{page: s.frame(c, u, "Posta in uscita"), Alert: alert, CanRelease: helpdesk.Can(u, helpdesk.ActAdminister, 0)}
	for _, t := range outboxTabs {
		if t.key == c.Query("vista") {
			chosen = t
		}
	}
	base := "/posta/uscita?vista="
	for _, t := range outboxTabs {
		p.Tabs = append(p.Tabs, tab{Label: t.label, URL: base + t.key, Current: t.key == chosen.key})
	}
	at := helpdesk.Place{Before: parseID(c.Query("prima")), After: parseID(c.Query("dopo"))}
	rows, newer, older, err := s.outboxRows(c.Request.Context(), chosen.states, at)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	if newer {
		p.PrevURL = base + chosen.key + "&dopo=" + strconv.FormatInt(rows[0].ID, 10)
	}
	if older {
		p.NextURL = base + chosen.key + "&prima=" + strconv.FormatInt(rows[len(rows)-1].ID, 10)
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, outboxRow{
			ID: r.ID, Number: numberOrNone(r.Number), Subject: r.Subject, To: r.Recipients,
			Automatic: r.Kind.Automatic(), CreatedAt: r.CreatedAt, Delivery: *newDelivery(r.Outgoing),
		})
		p.Held = p.Held || r.State == helpdesk.OutgoingHeld
	}
	return s.page(c, status, "uscita", p)
}

// outboxRows is the page of mail in any of states at a place, newest first, and
// whether there is newer and older mail beyond it.
func (s *Server) outboxRows(ctx context.Context, states []helpdesk.OutgoingState, at helpdesk.Place) (all []helpdesk.OutgoingRow, newer, older bool, err error) {
	for _, state := range states {
		rows, err := s.reads.Outbox(ctx, state, at, listLimit+1)
		if err != nil {
			return nil, false, false, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b helpdesk.OutgoingRow) int { return cmp.Compare(b.ID, a.ID) })
	n := len(all)
	if at.After != 0 {
		return all[max(0, n-listLimit):], n > listLimit, n > 0, nil
	}
	return all[:min(n, listLimit)], at.Before != 0 && n > 0, n > listLimit, nil
}

func numberOrNone(n helpdesk.Number) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

func (s *Server) retryOutgoing(c *gin.Context, u helpdesk.User) error {
	return s.onOutgoing(c, u, "Il messaggio parte di nuovo.", s.desk.RetryOutgoing)
}

func (s *Server) confirmOutgoing(c *gin.Context, u helpdesk.User) error {
	return s.onOutgoing(c, u, "Segnata come arrivata.", s.desk.ConfirmOutgoing)
}

// onOutgoing acts on one mail and goes back to where the button was.
func (s *Server) onOutgoing(c *gin.Context, u helpdesk.User, flash string, act func(context.Context, helpdesk.User, int64) error) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	err = act(c.Request.Context(), u, id)
	if refusal, ok := refused(err, helpdesk.Invalid, helpdesk.Conflict); ok {
		status, message := verdict(refusal)
		if n, ok := helpdesk.ParseNumber(path.Base(cameFrom(c.Request, ""))); ok {
			return s.ticketAnswer(c, u, n, status, func(p *ticketPage) { p.Alert = message })
		}
		return s.outboxAnswer(c, u, status, message)
	}
	if err != nil {
		return fmt.Errorf("outgoing: %w", err)
	}
	return s.seeOther(c, cameFrom(c.Request, "/posta/uscita"), flash)
}

func (s *Server) releaseHolds(c *gin.Context, u helpdesk.User) error {
	if err := s.desk.ReleaseHolds(c.Request.Context(), u); err != nil {
		return fmt.Errorf("release holds: %w", err)
	}
	return s.seeOther(c, "/posta/uscita", "Le mail trattenute partono.")
}
