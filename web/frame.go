package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// frame is what every page has around its content. What cannot be read for it
// is left out: a frame must not take a page down.
func (s *Server) frame(c *gin.Context, u helpdesk.User, title string) page {
	p := s.publicFrame()
	p.Title = title
	if u.ID == 0 {
		return p
	}
	ctx := c.Request.Context()
	p.User = &viewer{ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role), ShortcutsOff: !u.Shortcuts}
	if c.Request.Method != http.MethodHead && s.sessions.Exists(ctx, sessionFlash) { // a page nobody sees
		p.Flash = s.sessions.PopString(ctx, sessionFlash)
	}
	if !helpdesk.Can(u, helpdesk.ActSee, 0) {
		return p
	}
	counters, err := s.reads.Counters(ctx, u.ID)
	if err != nil {
		s.log.WarnContext(ctx, "counters", "id", info(ctx).id, "error", err)
	}
	p.Views = newViews(viewCounts(counters))
	status, err := s.reads.Status(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "status", "id", info(ctx).id, "error", err)
	}
	p.Full, p.Trouble = status.Full, troubles(status)
	p.Tools = tools(u, status, c.Request.URL.Path)
	return p
}

// publicFrame is the frame where nobody is signed in.
func (s *Server) publicFrame() page {
	p := page{Product: s.config.Product, Centre: s.config.Centre, Now: s.desk.Now(), Demo: s.config.Demo, Statement: s.config.AccessibilityURL}
	if note := s.demoNote.Load(); note != nil {
		p.DemoNote = *note
	}
	return p
}

// viewKeys are the names of the views in addresses.
var viewKeys = map[helpdesk.View]string{
	helpdesk.ViewMine: "mie", helpdesk.ViewUnassigned: "non-assegnati",
	helpdesk.ViewClassify: "da-classificare", helpdesk.ViewUnread: "da-leggere",
	helpdesk.ViewWaitingOrg: "attesa-ente", helpdesk.ViewOpen: "aperti",
	helpdesk.ViewAutomatic: "automatici", helpdesk.ViewClosed: "chiusi",
}

func viewCounts(counters helpdesk.Counters) map[string]int {
	counts := map[string]int{}
	for v, n := range counters {
		counts[viewKeys[v]] = n
	}
	return counts
}

// troubles lists the ways of mailboxes that fail now, for a reason of their own.
func troubles(status helpdesk.Status) []trouble {
	var list []trouble
	for _, m := range status.Mailboxes {
		for _, way := range m.Ways {
			if !way.OK && (status.Full == "" || way.Reason != status.Full) {
				list = append(list, trouble{Mailbox: m.Address, Reason: strings.TrimRight(way.Reason, ". "), Since: way.Since})
			}
		}
	}
	return list
}

// tools lists what the user may open beside the queue.
func tools(u helpdesk.User, status helpdesk.Status, path string) []tool {
	all := []struct {
		tool
		action helpdesk.Action
	}{
		{tool{Label: "Posta in uscita", URL: "/posta/uscita", Icon: "upload", Count: status.Unknown + status.Held}, helpdesk.ActSettle},
		{tool{Label: "Quarantena", URL: "/posta/quarantena", Icon: "warning-circle", Count: status.Parked}, helpdesk.ActQuarantine},
		{tool{Label: "Utenti", URL: "/amministrazione/utenti", Icon: "settings"}, helpdesk.ActAdminister},
	}
	var list []tool
	for _, t := range all {
		if helpdesk.Can(u, t.action, 0) {
			t.Current = t.URL == path
			list = append(list, t.tool)
		}
	}
	return list
}
