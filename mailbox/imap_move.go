package mailbox

import (
	"context"

	"github.com/emersion/go-imap/v2"
)

// moveKept moves messages that are durable here to the processed folder, if
// one is configured. What cannot be moved safely stays where it is.
func (t *take) moveKept(ctx context.Context) error {
	if len(t.kept) == 0 {
		return nil
	}
	uids := t.kept
	t.kept = nil
	err := t.client.move(ctx, uids, t.poller.cfg.ProcessedFolder)
	if refusal(err) != nil {
		t.poller.log.Warn("messages not moved to the processed folder", "error", err)
		return nil
	}
	return err
}

// move never uses the library's Move without the server's: it would delete
// before the copy is known to exist, and expunge what others marked.
func (c *client) move(ctx context.Context, uids []uint32, folder string) error {
	caps := c.imap.Caps()
	set := uidSet(uids...)
	switch {
	case caps.Has(imap.CapMove):
		return c.step(ctx, "move", commandBudget, func() error {
			_, err := c.imap.Move(set, folder).Wait()
			return err
		})
	case !caps.Has(imap.CapUIDPlus):
		return nil
	}
	err := c.step(ctx, "copy", commandBudget, func() error {
		_, err := c.imap.Copy(set, folder).Wait()
		return err
	})
	if err != nil {
		return err
	}
	return c.step(ctx, "delete", commandBudget, func() error {
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		if err := c.imap.Store(set, deleted, nil).Close(); err != nil {
			return err
		}
		return c.imap.UIDExpunge(set).Close()
	})
}
