package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// setMeasures is the form misure: the main one, the others that stay, one more.
func (s *Server) setMeasures(c *gin.Context, u helpdesk.User) error {
	return s.classify(c, u, "Misura salvata.", func(n helpdesk.Number, version int64) error {
		if field(c, "misura") == "" {
			return &helpdesk.Error{Code: helpdesk.Invalid, Field: "measure", Message: "Scegli la misura, oppure «Nessuna misura»."}
		}
		var others []int64
		if added := idField(c, "aggiungi"); field(c, "misura") != noMeasure || added != 0 {
			others = slices.DeleteFunc(append(idFields(c, "altre"), added), func(id int64) bool { return id == 0 })
			slices.Sort(others)
		}
		return s.desk.SetMeasures(c.Request.Context(), u, n, version, idField(c, "misura"), others)
	})
}

func (s *Server) setTopics(c *gin.Context, u helpdesk.User) error {
	return s.classify(c, u, "Temi salvati.", func(n helpdesk.Number, version int64) error {
		return s.desk.SetTopics(c.Request.Context(), u, n, version, idFields(c, "tema"))
	})
}

func (s *Server) confirmProposals(c *gin.Context, u helpdesk.User) error {
	return s.classify(c, u, "Confermato.", func(n helpdesk.Number, version int64) error {
		return s.desk.ConfirmProposals(c.Request.Context(), u, n, version)
	})
}

// idFields reads the ids of a field that comes several times.
func idFields(c *gin.Context, name string) (ids []int64) {
	for _, value := range c.PostFormArray(name) {
		if id := parseID(value); id != 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// classify carries out an action of triage and leads on: from the queue back
// to it, from a ticket of the view «Da classificare» that is settled now to the
// next one there.
func (s *Server) classify(c *gin.Context, u helpdesk.User, done string, act func(n helpdesk.Number, version int64) error) error {
	return s.onTicketThen(c, u, act, func(n helpdesk.Number) error {
		path, note, err := s.afterClassify(c, u, n)
		if err != nil {
			return fmt.Errorf("after classify: %w", err)
		}
		return s.seeOther(c, path, cmp.Or(note, done))
	})
}

func (s *Server) afterClassify(c *gin.Context, u helpdesk.User, n helpdesk.Number) (path, note string, err error) {
	if back := fromQueue(c.Request); back != "" {
		return back, "", nil
	}
	classify := helpdesk.ViewClassify
	if field(c, "vista") != viewKeys[classify] {
		return ticketPath(n), "", nil
	}
	t, err := s.ticketByNumber(c.Request.Context(), n)
	if err != nil || t.ToClassify() {
		return triagePath(n), "", err
	}
	q := helpdesk.QueueQuery{View: classify, UserID: u.ID, Sort: helpdesk.SortNewest, Limit: 1,
		After: helpdesk.Cursor{Key: t.LastMessageAt.UnixMilli(), ID: t.ID}}
	next, err := s.reads.Queue(c.Request.Context(), q)
	if err == nil && len(next.Rows) == 0 { // the last one: what is left stands before it
		q.After = helpdesk.Cursor{}
		next, err = s.reads.Queue(c.Request.Context(), q)
	}
	if err != nil || len(next.Rows) == 0 {
		return queuePath + "?vista=" + viewKeys[classify], n.String() + " è classificato.", err
	}
	return triagePath(next.Rows[0].Number), n.String() + " è classificato: ecco il prossimo.", nil
}

// triagePath is a ticket as the view «Da classificare» links to it.
func triagePath(n helpdesk.Number) string {
	return ticketPath(n) + "?vista=" + viewKeys[helpdesk.ViewClassify]
}

// showMeasures is the choice of measures alone: the dialog of the key M in the
// queue, or a page.
func (s *Server) showMeasures(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	v, err := s.reads.Ticket(c.Request.Context(), n, u.ID)
	if err != nil {
		return fmt.Errorf("measures: %w", orNoTicket(err))
	}
	p := measuresPage{Number: n.String(), Subject: v.Ticket.Subject, Version: v.Ticket.Version, Classified: newClassified(v, s.desk.Now().In(rome))}
	if isFragment(c.Request) {
		return s.page(c, http.StatusOK, "misure_scelta", p)
	}
	p.page = s.frame(c, u, "Misure del quesito "+p.Number)
	return s.page(c, http.StatusOK, "misure", p)
}
