package web

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// onTicket reads the form of an action on a ticket and carries it out. A
// refusal shows the ticket as it is now, with the sentence above the thread.
func (s *Server) onTicket(c *gin.Context, u helpdesk.User, flash string, act func(n helpdesk.Number, version int64) error) error {
	return s.onTicketThen(c, u, act, func(n helpdesk.Number) error { return s.seeOther(c, ticketPath(n), flash) })
}

// onTicketThen is onTicket for actions that lead elsewhere than to the ticket.
func (s *Server) onTicketThen(c *gin.Context, u helpdesk.User, act func(n helpdesk.Number, version int64) error, then func(helpdesk.Number) error) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	if err := parseForm(c.Request); err != nil {
		return err
	}
	err = act(n, idField(c, "versione"))
	if refusal, ok := refused(err, helpdesk.Invalid, helpdesk.Conflict); ok {
		status, message := verdict(refusal)
		if isFragment(c.Request) {
			s.text(c, status, message)
			return nil
		}
		return s.ticketAnswer(c, u, n, status, func(p *ticketPage) { p.Alert = message })
	}
	if err != nil {
		return fmt.Errorf("act on ticket: %w", err)
	}
	if isFragment(c.Request) {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return then(n)
}

func (s *Server) setState(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Stato cambiato.", func(n helpdesk.Number, version int64) error {
		return s.desk.SetState(c.Request.Context(), u, n, version, helpdesk.State(field(c, "stato")))
	})
}

func (s *Server) take(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Il quesito è assegnato a te.", func(n helpdesk.Number, version int64) error {
		return s.desk.Take(c.Request.Context(), u, n, version)
	})
}

func (s *Server) assign(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Assegnatario cambiato.", func(n helpdesk.Number, version int64) error {
		owner := field(c, "assegnatario")
		id := parseID(owner)
		if owner != "" && id == 0 {
			return &helpdesk.Error{Code: helpdesk.Invalid, Field: "owner", Message: "Scegli l'assegnatario fra quelli proposti."}
		}
		return s.desk.Assign(c.Request.Context(), u, n, version, id)
	})
}

func (s *Server) snooze(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Quesito rinviato.", func(n helpdesk.Number, version int64) error {
		until, ok := snoozeUntil(field(c, "quando"), field(c, "data"), s.desk.Now().In(rome))
		if !ok {
			return &helpdesk.Error{Code: helpdesk.Invalid, Field: "until", Message: "Scegli un giorno per il rinvio."}
		}
		return s.desk.Snooze(c.Request.Context(), u, n, version, until)
	})
}

func (s *Server) spam(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Segnalato come spam.", func(n helpdesk.Number, version int64) error {
		return s.desk.Spam(c.Request.Context(), u, n, version, field(c, "blocca") != "")
	})
}

func (s *Server) unblock(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Il mittente può scrivere di nuovo.", func(n helpdesk.Number, version int64) error {
		return s.desk.Unblock(c.Request.Context(), u, n, version)
	})
}

func (s *Server) useForwarded(c *gin.Context, u helpdesk.User) error {
	return s.onTicket(c, u, "Il quesito è ora del mittente originale.", func(n helpdesk.Number, version int64) error {
		return s.desk.UseForwarded(c.Request.Context(), u, n, version, idField(c, "messaggio"))
	})
}

// markRead is sent by the page's script once the ticket is on the screen, or by
// a button where there is no script: fetching a page must change nothing.
func (s *Server) markRead(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	if err := parseForm(c.Request); err != nil {
		return err
	}
	if err := s.desk.MarkRead(c.Request.Context(), u, n, idField(c, "visto")); err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	if !isFragment(c.Request) {
		return s.seeOther(c, ticketPath(n), "Segnato come letto.")
	}
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
