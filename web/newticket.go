package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

func (s *Server) showNewTicket(c *gin.Context, u helpdesk.User) error {
	return s.newTicketAnswer(c, u, http.StatusOK, helpdesk.OpenForm{Key: newKey(), Channel: helpdesk.ChannelPhone}, "", nil)
}

// newTicketAnswer shows the form with what was typed and, by field, what is wrong with it.
func (s *Server) newTicketAnswer(c *gin.Context, u helpdesk.User, status int, f helpdesk.OpenForm, phone string, errors map[string]string) error {
	boxes, err := s.reads.Mailboxes(c.Request.Context())
	if err != nil {
		return fmt.Errorf("new ticket: %w", err)
	}
	p := newTicketPage{
		page: s.frame(c, u, "Nuovo quesito"), Key: f.Key, Name: f.Name, Email: f.Address, Phone: phone,
		Subject: f.Subject, Text: f.Text, Errors: errors,
	}
	for _, ch := range []helpdesk.Channel{helpdesk.ChannelPhone, helpdesk.ChannelDesk} {
		p.Channels = append(p.Channels, option{string(ch), ch.Label(), ch == f.Channel})
	}
	if len(boxes) > 1 {
		for _, b := range boxes {
			p.Mailboxes = append(p.Mailboxes, option{strconv.FormatInt(b.ID, 10), b.Name + " (" + b.Address + ")", b.ID == f.MailboxID})
		}
	}
	return s.page(c, status, "nuovo", p)
}

// openFields are the form's names of the domain's fields.
var openFields = map[string]string{
	"channel": "canale", "name": "nome", "address": "email", "subject": "oggetto", "text": "testo", "mailbox": "casella",
}

func (s *Server) createTicket(c *gin.Context, u helpdesk.User) error {
	if err := parseForm(c.Request); err != nil {
		return err
	}
	f := helpdesk.OpenForm{
		Key: formKey(c), Name: field(c, "nome"), Address: field(c, "email"), Subject: field(c, "oggetto"),
		Text: textField(c, "testo"), Channel: helpdesk.Channel(field(c, "canale")), MailboxID: idField(c, "casella"),
	}
	phone := field(c, "telefono")
	if f.MailboxID == 0 {
		boxes, err := s.reads.Mailboxes(c.Request.Context())
		if err != nil {
			return fmt.Errorf("new ticket: %w", err)
		}
		if len(boxes) > 0 {
			f.MailboxID = boxes[0].ID
		}
	}
	asked := f
	if phone != "" && strings.TrimSpace(f.Text) != "" {
		asked.Text += "\n\nTelefono: " + phone
	}
	n, err := s.desk.Open(c.Request.Context(), u, asked)
	if refusal, ok := refused(err, helpdesk.Invalid); ok {
		return s.newTicketAnswer(c, u, http.StatusUnprocessableEntity, f, phone, map[string]string{openFields[refusal.Field]: refusal.Message})
	}
	if err != nil {
		return fmt.Errorf("new ticket: %w", err)
	}
	return s.seeOther(c, ticketPath(n), "Quesito aperto.")
}
