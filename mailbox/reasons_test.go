package mailbox

import (
	"fmt"
	"testing"

	"sportello/helpdesk"
)

// A full disk is said as what it is, not as a broken connection.
func TestReasonOnOurSide(t *testing.T) {
	err := fmt.Errorf("keep: %w", &helpdesk.Error{Code: helpdesk.Busy, Message: "Il disco è quasi pieno."})
	if got := IMAPReason(err); got != "Il disco è quasi pieno." {
		t.Errorf("IMAPReason = %q", got)
	}
}
