package helpdesk

import "errors"

// Code says what kind of refusal an Error is; web turns it into a status.
type Code string

// The kinds of refusal.
const (
	Invalid   Code = "invalid"   // what was asked for cannot be done as typed; Field names the input
	NotFound  Code = "not_found" // missing, or not this person's to see: both answer alike
	Forbidden Code = "forbidden" // the role may not do it
	Conflict  Code = "conflict"  // somebody else changed it meanwhile
	Duplicate Code = "duplicate" // the same intent was already carried out
	Busy      Code = "busy"      // the store cannot write now (disk full, locked)
)

// Error is a refusal with the sentence that a person sees, in Italian, saying
// what to do. Every other error is internal: logged, never shown.
type Error struct {
	Code    Code
	Field   string // the form field at fault, "" if none
	Message string
	Err     error // the cause, for the log
}

func (e *Error) Error() string {
	if e.Err != nil {
		return string(e.Code) + ": " + e.Message + ": " + e.Err.Error()
	}
	return string(e.Code) + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// ErrorCode returns the code of the *Error in err's chain, "" if there is none.
func ErrorCode(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// The answers that many use cases share.
var (
	errTicketNotFound = &Error{Code: NotFound, Message: "Questo quesito non esiste. Torna alla coda e cercalo per numero."}
	errMerged         = &Error{Code: Conflict, Message: "Questo quesito è stato unito a un altro nel frattempo: apri quello e riprova lì."}
	errForbidden      = &Error{Code: Forbidden, Message: "Il tuo ruolo non permette questa azione. Rivolgiti a un coordinatore."}
	errStale          = &Error{Code: Conflict, Message: "Un collega ha modificato il quesito nel frattempo. Rileggi e riprova."}
)

func invalid(field, message string) *Error {
	return &Error{Code: Invalid, Field: field, Message: message}
}
