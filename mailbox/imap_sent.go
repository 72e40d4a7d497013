package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
)

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
	if err := c.append(ctx, cfg.SentFolder, raw, at); err != nil {
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
