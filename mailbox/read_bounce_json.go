package mailbox

import (
	"encoding/json"
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// eventNotice is how Amazon SES tells of a bounce through its notification
// service: a mail whose text is an object in JSON.
type eventNotice struct {
	NotificationType string `json:"notificationType"`
	EventType        string `json:"eventType"`
	Bounce           struct {
		BounceType        string `json:"bounceType"`
		BouncedRecipients []struct {
			EmailAddress   string `json:"emailAddress"`
			Status         string `json:"status"`
			DiagnosticCode string `json:"diagnosticCode"`
		} `json:"bouncedRecipients"`
	} `json:"bounce"`
	Mail struct {
		CommonHeaders struct {
			MessageID string `json:"messageId"`
		} `json:"commonHeaders"`
	} `json:"mail"`
}

// eventReport reads such a mail. An SES bounce is final even where its type is
// «Transient»: the service tried again before it told.
func eventReport(text string) (*helpdesk.Report, []string) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "!\n ", "") // how sendmail breaks lines over 990 bytes
	if !strings.HasPrefix(text, "{") || !strings.Contains(beginning(text, 200), `Type"`) {
		return nil, nil
	}
	var e eventNotice
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&e); err != nil {
		return nil, nil // text that only looks like it
	}
	if e.NotificationType != "Bounce" && e.EventType != "Bounce" {
		return nil, nil
	}
	n := &notice{m: &mime.Message{}}
	for _, b := range e.Bounce.BouncedRecipients {
		n.add(reported{
			address: addressIn(b.EmailAddress), action: "failed",
			status: statusWord.FindString(b.Status), diagnostic: afterType(b.DiagnosticCode),
		})
	}
	return n.report(), mime.ParseMessageIDs(e.Mail.CommonHeaders.MessageID)
}
