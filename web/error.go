package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// handler answers one route for a user; the zero User is nobody.
type handler func(s *Server, c *gin.Context, u helpdesk.User) error

// The answers that only the web side gives.
var (
	errUnknownPage = &helpdesk.Error{Code: helpdesk.NotFound, Message: "Questa pagina non esiste. Controlla l'indirizzo o torna alla coda."}
	errNoRight     = &helpdesk.Error{Code: helpdesk.Forbidden, Message: "Il tuo ruolo non permette questa azione. Rivolgiti a un coordinatore."}
	errStatsOnly   = &helpdesk.Error{Code: helpdesk.Forbidden, Message: "Come osservatore puoi consultare solo le statistiche: i quesiti non sono visibili al tuo ruolo."}
)

// statusError is a refusal that has no place in the domain.
type statusError struct {
	status  int
	message string
}

func (e *statusError) Error() string { return strconv.Itoa(e.status) + ": " + e.message }

var statuses = map[helpdesk.Code]int{
	helpdesk.Invalid:   http.StatusUnprocessableEntity,
	helpdesk.NotFound:  http.StatusNotFound,
	helpdesk.Forbidden: http.StatusForbidden,
	helpdesk.Conflict:  http.StatusConflict,
	helpdesk.Duplicate: http.StatusConflict,
	helpdesk.Busy:      http.StatusServiceUnavailable,
}

// verdict is the status of an error and the sentence that a person sees; ""
// leaves it to the page of the status.
func verdict(err error) (status int, message string) {
	var refusal *helpdesk.Error
	var own *statusError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &refusal):
		if status, ok := statuses[refusal.Code]; ok {
			return status, refusal.Message
		}
	case errors.As(err, &own):
		return own.status, own.message
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, tooLargeMessage(tooLarge.Limit)
	case errors.Is(err, helpdesk.ErrNone):
		return http.StatusNotFound, ""
	}
	return http.StatusInternalServerError, ""
}

// tooLargeMessage names the limit that people can act on: of a form with files
// that of the files, not that of the request around them.
func tooLargeMessage(limit int64) string {
	if limit > formLimit {
		return "Gli allegati superano il limite di " + size(limit-formLimit) + " in tutto: togline qualcuno o riducili, poi invia di nuovo."
	}
	return "Quanto hai inviato è troppo grande: il limite è " + size(limit) + "."
}

// refused reports whether err is a refusal that the form it came from can show.
func refused(err error, codes ...helpdesk.Code) (*helpdesk.Error, bool) {
	var refusal *helpdesk.Error
	if !errors.As(err, &refusal) {
		return nil, false
	}
	for _, c := range codes {
		if refusal.Code == c {
			return refusal, true
		}
	}
	return nil, false
}

// fail answers an error: a page, or its sentence alone to a script.
func (s *Server) fail(c *gin.Context, u helpdesk.User, err error) {
	ctx := c.Request.Context()
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		c.Abort() // nobody is there to read it
		return
	}
	status, message := verdict(err)
	if status >= http.StatusInternalServerError {
		s.log.ErrorContext(ctx, "request failed", "id", info(ctx).id, "route", info(ctx).route, "error", err)
	}
	if c.Writer.Written() {
		return
	}
	if status == http.StatusServiceUnavailable {
		c.Header("Retry-After", "30")
	}
	if inFrame(c) {
		c.Header("Content-Security-Policy", MailPolicy)
	}
	if isFragment(c.Request) || inFrame(c) {
		if message == "" {
			message = "Qualcosa non ha funzionato. Riprova; se succede ancora, indica il codice " + info(ctx).id + "."
		}
		s.text(c, status, message)
		return
	}
	p := errorPage{page: s.frame(c, u, ""), Status: status, Message: message, Typed: typedText(c)}
	if status == http.StatusInternalServerError {
		p.Code = info(ctx).id
	}
	body, renderErr := render("errore", p)
	if renderErr != nil {
		s.log.ErrorContext(ctx, "error page", "id", info(ctx).id, "error", renderErr)
		s.text(c, status, "Errore interno, codice "+info(ctx).id)
		return
	}
	s.html(c, status, body)
}

// plainError answers outside the engine, where nothing is known of user or store.
func (s *Server) plainError(status int, message string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := errorPage{page: s.publicFrame(), Status: status, Message: message}
		if status == http.StatusInternalServerError {
			p.Code = info(r.Context()).id
		}
		body, err := render("errore", p)
		if err != nil {
			s.log.ErrorContext(r.Context(), "error page", "id", info(r.Context()).id, "error", err)
			body = []byte("<!doctype html><html lang=\"it\"><title>Errore</title><p>Errore " + strconv.Itoa(status))
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(body) // a reader that went away is not our error
	})
}

func (s *Server) unknownPage(_ *gin.Context, _ helpdesk.User) error { return errUnknownPage }

func (s *Server) unknownMethod(_ *gin.Context, _ helpdesk.User) error {
	return &statusError{http.StatusMethodNotAllowed, "Questa pagina non accetta questo tipo di richiesta."}
}
