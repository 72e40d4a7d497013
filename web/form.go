package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// memoryForFiles is how much of an upload stays in memory; the rest goes to
// temporary files that are gone with the request.
const memoryForFiles = 8 << 20

// parseForm reads the fields of a POST, with or without files. What is no form
// counts as empty.
func parseForm(r *http.Request) error {
	// ParseMultipartForm alone would pass over the faults of a plain form.
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(memoryForFiles)
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		return checkUTF8(r)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fmt.Errorf("form: %w", err)
	}
	return &helpdesk.Error{Code: helpdesk.Invalid, Message: "Il modulo è arrivato incompleto. Torna indietro e riprova.", Err: err}
}

// maxFields is how many fields a form may have (security (c)-9).
const maxFields = 1000

// checkUTF8 refuses what no browser sends and the store does not take.
func checkUTF8(r *http.Request) error {
	n := 0
	for key, values := range r.PostForm {
		n += len(values)
		for _, v := range values {
			if n > maxFields || !utf8.ValidString(key) || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return &helpdesk.Error{Code: helpdesk.Invalid, Message: "Il modulo contiene caratteri non validi."}
			}
		}
	}
	return nil
}

// field is a value of a form on one line, without spaces around it.
func field(c *gin.Context, name string) string { return strings.TrimSpace(c.PostForm(name)) }

// textField is a text of several lines with the line ends of Unix; browsers send CRLF.
func textField(c *gin.Context, name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(c.PostForm(name), "\r\n", "\n"), "\r", "\n")
}

// idField reads an id, 0 if there is none.
func idField(c *gin.Context, name string) int64 { return parseID(field(c, name)) }

// parseID reads a positive decimal number, 0 if s is none.
func parseID(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// pathID reads :id of the path.
func pathID(c *gin.Context) (int64, error) {
	if id := parseID(c.Param("id")); id > 0 {
		return id, nil
	}
	return 0, errUnknownPage
}

// pathNumber reads :numero of the path.
func pathNumber(c *gin.Context) (helpdesk.Number, error) {
	n, ok := helpdesk.ParseNumber(c.Param("numero"))
	if !ok {
		return 0, errNoTicket
	}
	return n, nil
}

// errNoTicket reads as the domain's own answer about a ticket that is not there.
var errNoTicket = &helpdesk.Error{Code: helpdesk.NotFound, Message: "Questo quesito non esiste. Torna alla coda e cercalo per numero."}

// newKey makes the idempotency key of a form; sent twice, it acts once.
func newKey() string { return rand.Text() }

// formKey is the key a form came with. A form without one counts as new.
func formKey(c *gin.Context) string {
	if key := field(c, "chiave"); key != "" && len(key) <= 64 {
		return key
	}
	return newKey()
}

// ticketPath is the address of a ticket.
func ticketPath(n helpdesk.Number) string { return "/quesiti/" + n.String() }
