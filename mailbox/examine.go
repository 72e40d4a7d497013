package mailbox

import (
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
	"sportello/mailbox/quote"
)

// Examination is what the reader saw in a message beside what the desk files
// of it: for people who ask why a message was read as it was.
type Examination struct {
	Incoming helpdesk.Incoming

	Outer *mime.Message // as it arrived
	Inner *mime.Message // what was read: of certified mail the message in its envelope, else Outer

	Folded []quote.Part // of the body that is shown, what is not new and why

	Sender     helpdesk.Address // of Outer
	Carried    *mime.Message    // the postacert.eml it carries: what was read, what a receipt is about, or a forward; nil for none
	Certified  string           // kind of certified mail it says to be: "accettazione", "posta-certificata"
	Recipients []string         // addresses that a report of failed or delayed delivery speaks of
}

// Enclosed reports whether what was read stood in an envelope.
func (e *Examination) Enclosed() bool { return e.Inner != e.Outer }

// CarriedSender is who wrote what it carries.
func (e *Examination) CarriedSender() helpdesk.Address {
	if e.Carried == nil {
		return helpdesk.Address{}
	}
	return sender(e.Carried)
}

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

// recipients are those a report says were not reached.
func (e *Examination) recipients() []string {
	r := e.Incoming.Report
	switch {
	case !e.Undelivered() || r.Recipient == "":
		return nil
	case len(r.Recipients) > 0:
		return r.Recipients
	}
	return []string{r.Recipient}
}
