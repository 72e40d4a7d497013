package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// quarantineLimit is how many of either kind the store lists.
const quarantineLimit = 200

func (s *Server) showQuarantine(c *gin.Context, u helpdesk.User) error {
	return s.quarantineAnswer(c, u, http.StatusOK, "")
}

// quarantineAnswer lists what did not become a ticket: UIDs that could not be
// fetched, messages that cannot be read, receipts that belong to nothing.
func (s *Server) quarantineAnswer(c *gin.Context, u helpdesk.User, status int, alert string) error {
	parked, problems, err := s.reads.Quarantine(c.Request.Context())
	if err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	p := quarantinePage{page: s.frame(c, u, "Quarantena"), Alert: alert}
	for _, l := range problems {
		p.Rows = append(p.Rows, newLedgerRow(l))
	}
	for _, r := range parked {
		p.Rows = append(p.Rows, newParkedRow(r))
	}
	p.Cut = len(parked) == quarantineLimit || len(problems) == quarantineLimit
	return s.page(c, status, "quarantena", p)
}

func newParkedRow(r helpdesk.QuarantineRow) quarantineRow {
	row := quarantineRow{
		ID: r.ID, Mailbox: r.Mailbox, ReceivedAt: r.InternalDate, Size: r.Size, Kind: string(r.State),
		Reason: r.Error, CanRetry: true, EmlURL: rawPath(r.ID),
	}
	if r.State == helpdesk.RawUnclaimed {
		row.Subject = "Ricevuta PEC"
	} else {
		row.Attempts = r.Attempts
	}
	return row
}

// newLedgerRow is a message that is still on its server only; the poller
// tries again by itself.
func newLedgerRow(l helpdesk.LedgerProblem) quarantineRow {
	row := quarantineRow{
		Mailbox: l.Mailbox, ReceivedAt: l.InternalDate, Size: l.Size, Kind: string(l.State),
		Reason: l.Error, Attempts: l.Attempts, Subject: fmt.Sprintf("Messaggio %d in %s", l.UID, l.Folder),
	}
	if l.RawID != 0 {
		row.EmlURL = rawPath(l.RawID)
	}
	return row
}

// rawPath is the address of a raw message's bytes.
func rawPath(rawID int64) string { return "/posta/arrivata/" + strconv.FormatInt(rawID, 10) + "/eml" }

func (s *Server) retryRaw(c *gin.Context, u helpdesk.User) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	err = s.desk.RetryRaw(c.Request.Context(), u, id)
	if refusal, ok := refused(err, helpdesk.Invalid, helpdesk.Conflict); ok {
		status, message := verdict(refusal)
		return s.quarantineAnswer(c, u, status, message)
	}
	if err != nil {
		return fmt.Errorf("retry raw message: %w", err)
	}
	return s.seeOther(c, "/posta/quarantena", "Il messaggio viene letto di nuovo.")
}
