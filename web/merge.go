package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

func (s *Server) showMerge(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	return s.mergeAnswer(c, u, n, c.Query("con"), http.StatusOK, "")
}

// mergeAnswer shows the page of merging n into the ticket whose number was typed.
func (s *Server) mergeAnswer(c *gin.Context, u helpdesk.User, n helpdesk.Number, typed string, status int, refusal string) error {
	ctx := c.Request.Context()
	v, err := s.reads.Ticket(ctx, n, u.ID)
	if err != nil {
		return fmt.Errorf("merge: %w", orNoTicket(err))
	}
	p := mergePage{
		page: s.frame(c, u, "Unisci il quesito "+n.String()), Version: v.Ticket.Version,
		From: viewLink(v), Query: typed, Candidates: ticketLinks(append(v.Linked, v.Others...)), Error: refusal,
	}
	if typed == "" {
		return s.page(c, status, "unisci", p)
	}
	target, message, err := s.mergeTarget(c, u, n, typed)
	if err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	p.Target = target
	if message != "" {
		p.Error, status = message, http.StatusUnprocessableEntity
	}
	return s.page(c, status, "unisci", p)
}

// mergeTarget finds the ticket whose number was typed, or says in Italian why
// it cannot be the target.
func (s *Server) mergeTarget(c *gin.Context, u helpdesk.User, from helpdesk.Number, typed string) (*ticketLink, string, error) {
	into, ok := helpdesk.ParseNumber(strings.Trim(strings.TrimSpace(typed), "[#]"))
	if !ok {
		return nil, "Scrivi il numero del quesito come in 2026-000123.", nil
	}
	if into == from {
		return nil, "Un quesito non si può unire a sé stesso: indica un altro numero.", nil
	}
	v, err := s.reads.Ticket(c.Request.Context(), into, u.ID)
	if status, _ := verdict(err); err != nil && status == http.StatusNotFound {
		return nil, "Il quesito " + into.String() + " non esiste. Controlla il numero.", nil
	}
	if err != nil {
		return nil, "", err
	}
	link := viewLink(v)
	return &link, "", nil
}

func viewLink(v helpdesk.TicketView) ticketLink {
	sender := v.Contact.Name
	if sender == "" {
		sender = v.Contact.Address
	}
	return ticketLink{
		Number: v.Ticket.Number.String(), Subject: v.Ticket.Subject, State: string(v.Ticket.State),
		Sender: sender, LastAt: v.Ticket.LastMessageAt, Messages: v.Ticket.Messages,
	}
}

func (s *Server) merge(c *gin.Context, u helpdesk.User) error {
	n, err := pathNumber(c)
	if err != nil {
		return err
	}
	if err := parseForm(c.Request); err != nil {
		return err
	}
	typed := field(c, "in")
	into, ok := helpdesk.ParseNumber(typed)
	if !ok {
		return s.mergeAnswer(c, u, n, typed, http.StatusUnprocessableEntity, "Scrivi il numero del quesito come in 2026-000123.")
	}
	err = s.desk.Merge(c.Request.Context(), u, n, idField(c, "versione"), into)
	if refusal, ok := refused(err, helpdesk.Invalid, helpdesk.Conflict); ok {
		status, message := verdict(refusal)
		return s.mergeAnswer(c, u, n, typed, status, message)
	}
	if err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	return s.seeOther(c, ticketPath(into), "Il quesito "+n.String()+" è stato unito a questo.")
}
