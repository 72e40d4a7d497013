package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"

	"sportello/helpdesk"
)

// errCopyRefused: the server does not take this mail into the folder, and will
// not later.
var errCopyRefused = errors.New("copy refused")

// SaveSent puts a copy of a sent mail into the sent folder, unless one with
// its Message-ID (without angle brackets) is there already: some servers keep
// what leaves over SMTP by themselves. Without a sent folder it does nothing.
func SaveSent(ctx context.Context, cfg IMAPConfig, messageID string, raw []byte, at time.Time) error {
	if cfg.SentFolder == "" {
		return nil
	}
	c, err := dialIMAP(ctx, cfg)
	if err != nil {
		return fmt.Errorf("save sent: %w", err)
	}
	defer c.close()
	if _, err := c.open(ctx, cfg.SentFolder, true); err != nil {
		return fmt.Errorf("save sent: %w", err)
	}
	there, err := c.holds(ctx, messageID)
	if err != nil || there {
		return err
	}
	err = c.append(ctx, cfg.SentFolder, raw, at)
	if no := refusal(err); no != nil && !temporaryCode(no.Code) {
		err = fmt.Errorf("%w: %w", errCopyRefused, err)
	}
	if err != nil {
		return fmt.Errorf("save sent: %w", err)
	}
	return c.quit(ctx)
}

// holds looks for a Message-ID in the open folder.
func (c *client) holds(ctx context.Context, messageID string) (bool, error) {
	found := false
	err := c.step(ctx, "search", commandBudget, func() error {
		key := imap.SearchCriteriaHeaderField{Key: "Message-ID", Value: "<" + messageID + ">"}
		data, err := c.imap.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{key}}, nil).Wait()
		if err != nil {
			return err
		}
		set, _ := data.All.(imap.UIDSet)
		found = len(set) > 0
		return nil
	})
	return found, err
}

func (c *client) append(ctx context.Context, folder string, raw []byte, at time.Time) error {
	size := int64(len(raw))
	return c.step(ctx, "append", commandBudget+size, func() error {
		cmd := c.imap.Append(folder, size, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}, Time: at})
		if _, err := io.Copy(cmd, bytes.NewReader(raw)); err != nil {
			return err
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		_, err := cmd.Wait()
		return err
	})
}

// NewSentPoller makes a poller of the sent folder that cfg names: what colleagues
// send without the desk. It takes nothing that was there before it, never
// changes the folder, and its health is of a way of its own.
func NewSentPoller(mailboxID int64, cfg IMAPConfig, keeper Keeper, log *slog.Logger) *Poller {
	cfg.Folder, cfg.ProcessedFolder, cfg.Start, cfg.Idle = cfg.SentFolder, "", Start{}, false
	p := NewPoller(mailboxID, cfg, keeper, log)
	p.way, p.log = helpdesk.WaySent, log.With("mailbox", mailboxID, "way", helpdesk.WaySent)
	return p
}
