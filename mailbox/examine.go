package mailbox

import (
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// Examination is what the reader saw in a message beside what the desk files
// of it: for people who ask why a message was read as it was.
type Examination struct {
	Incoming helpdesk.Incoming

	Outer *mime.Message // as it arrived
	Inner *mime.Message // what was read: of certified mail the message in its envelope, else Outer

	Sender     helpdesk.Address // of Outer
	Certified  string           // X-Ricevuta or X-Trasporto of certified mail, lower case: "accettazione", "posta-certificata"
	Recipients []string         // addresses that a report of failed or delayed delivery speaks of
}

// Enclosed reports whether what was read stood in an envelope.
func (e *Examination) Enclosed() bool { return e.Inner != e.Outer }

// Undelivered reports whether the message says that another one did not
// arrive, or not yet.
func (e *Examination) Undelivered() bool {
	r := e.Incoming.Report
	return r != nil && (r.Kind == helpdesk.ReportFailed || r.Kind == helpdesk.ReportDelayed)
}

// WholeBody is the text of all that a message shows, made from its HTML where
// it has no other, and the type it comes from: "text/plain", "text/html", ""
// without a body.
func WholeBody(m *mime.Message) (text, kind string) {
	switch {
	case strings.TrimSpace(m.Text()) != "":
		return m.Text(), "text/plain"
	case m.HTML() != "":
		return mime.TextFromHTML(m.HTML()), "text/html"
	}
	return "", ""
}

// certified is the kind of certified mail that a header claims to be.
func certified(h mime.Header) string {
	for _, name := range []string{"X-Ricevuta", "X-Trasporto"} {
		if kind := strings.ToLower(strings.TrimSpace(h.Get(name))); kind != "" {
			return kind
		}
	}
	return ""
}

// recipients are those a report says were not reached.
func (e *Examination) recipients() []string {
	if !e.Undelivered() || e.Incoming.Report.Recipient == "" {
		return nil
	}
	return []string{e.Incoming.Report.Recipient}
}
