package mailbox

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// IMAPReport is what a trial log-in to the way in finds.
type IMAPReport struct {
	Messages    int // in the folder
	Taken       int // of these, taken in by a first start as configured; with a date, of that day onwards
	UIDValidity uint32
	Idle        bool
	CanMove     bool // by MOVE or UIDPLUS
	NoProcessed bool // the configured processed folder does not exist
	NoSent      bool // the configured sent folder does not exist
}

// CheckIMAP logs in, looks at the folder read-only and leaves. Its error
// is for the log; IMAPReason says it to a person.
func CheckIMAP(ctx context.Context, cfg IMAPConfig) (IMAPReport, error) {
	var r IMAPReport
	c, err := dialIMAP(ctx, cfg)
	if err != nil {
		return r, fmt.Errorf("check imap: %w", err)
	}
	defer c.close()
	r.Idle, r.CanMove = c.imap.Caps().Has(imap.CapIdle), c.canMove()
	if r.NoProcessed, err = c.missing(ctx, cfg.ProcessedFolder); err != nil {
		return r, fmt.Errorf("check imap: %w", err)
	}
	if r.NoSent, err = c.missing(ctx, cfg.SentFolder); err != nil {
		return r, fmt.Errorf("check imap: %w", err)
	}
	state, err := c.open(ctx, cfg.Folder, true)
	if err != nil {
		return r, fmt.Errorf("check imap: %w", err)
	}
	r.Messages, r.UIDValidity = int(state.messages), state.uidValidity
	if r.Taken, err = c.startCount(ctx, cfg.Start, r.Messages); err != nil {
		return r, fmt.Errorf("check imap: %w", err)
	}
	return r, c.quit(ctx)
}

// missing reports whether a folder that is configured does not exist.
func (c *client) missing(ctx context.Context, folder string) (bool, error) {
	if folder == "" {
		return false, nil
	}
	_, err := c.open(ctx, folder, true)
	if refusal(err) != nil {
		return true, nil
	}
	return false, err
}

func (c *client) startCount(ctx context.Context, s Start, messages int) (int, error) {
	if s.All {
		return messages, nil
	}
	if s.Since.IsZero() {
		return 0, nil
	}
	n := 0
	err := c.step(ctx, "search", c.searchBudget(), func() error {
		data, err := c.imap.UIDSearch(&imap.SearchCriteria{Since: s.Since}, nil).Wait()
		if err != nil {
			return err
		}
		uids, err := flatten(data.All, 1)
		n = len(uids)
		return err
	})
	return n, err
}

// SMTPReport is what a trial log-in to the way out finds.
type SMTPReport struct {
	MaxSize int  // bytes the server takes, 0 where it does not say
	UTF8    bool // it takes addresses with accented letters
}

// CheckSMTP logs in and leaves without sending. Its error is for
// the log; SMTPReason says it to a person.
func CheckSMTP(ctx context.Context, cfg SMTPConfig) (SMTPReport, error) {
	var r SMTPReport
	c, err := dialSMTP(ctx, cfg)
	if err != nil {
		return r, fmt.Errorf("check smtp: %w", err)
	}
	defer c.quit(ctx)
	err = c.step(ctx, commandTimeout, "extensions", func() error {
		r.MaxSize, _ = c.smtp.MaxMessageSize()
		r.UTF8, _ = c.smtp.Extension("SMTPUTF8")
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("check smtp: %w", err)
	}
	return r, nil
}
