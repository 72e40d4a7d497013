package mailbox

import (
	"context"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// moveBudget leaves a server minutes for what weighs little: one given up in
// the middle of a COPY makes it again.
const moveBudget = 2 * commandBudget

// moveKept moves messages that are durable here to the processed folder, if
// one is configured. What cannot be moved safely stays where it is.
func (t *take) moveKept(ctx context.Context) error {
	_, err := t.tryMove(ctx)
	return err
}

// tryMove tells whether the server did not refuse.
func (t *take) tryMove(ctx context.Context) (bool, error) {
	if len(t.kept) == 0 {
		return true, nil
	}
	uids := t.kept
	t.kept, t.poller.marked = nil, false
	err := t.client.move(ctx, uids, t.poller.cfg.ProcessedFolder)
	if refusal(err) != nil {
		t.poller.log.Warn("messages not moved to the processed folder", "error", err)
		return false, nil
	}
	return err == nil, err
}

// moveLeft moves what was kept and, because something broke in between, not
// moved; once a connection.
func (t *take) moveLeft(ctx context.Context) error {
	if t.poller.cfg.ProcessedFolder == "" || t.poller.swept || !t.client.canMove() {
		return nil
	}
	uids, err := t.client.search(ctx, 1)
	if err != nil {
		return err
	}
	for page := range slices.Chunk(uids, chunkSize) {
		if t.kept, err = t.poller.keeper.Stored(ctx, t.box.Box, page); err != nil {
			return err
		}
		if ok, err := t.tryMove(ctx); err != nil {
			return err
		} else if !ok {
			break
		}
	}
	t.poller.swept = true
	return nil
}

func (c *client) canMove() bool {
	return c.imap.Caps().Has(imap.CapMove) || c.imap.Caps().Has(imap.CapUIDPlus)
}

// move never uses the library's Move without the server's: it would delete
// before the copy is known to exist, and expunge what others marked.
func (c *client) move(ctx context.Context, uids []uint32, folder string) error {
	caps := c.imap.Caps()
	set := uidSet(uids...)
	switch {
	case caps.Has(imap.CapMove):
		return c.step(ctx, "move", moveBudget, func() error {
			_, err := c.imap.Move(set, folder).Wait()
			return err
		})
	case !caps.Has(imap.CapUIDPlus):
		return nil
	}
	err := c.step(ctx, "copy", moveBudget, func() error {
		_, err := c.imap.Copy(set, folder).Wait()
		return err
	})
	if err != nil {
		return err
	}
	return c.step(ctx, "delete", moveBudget, func() error {
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		if err := c.imap.Store(set, deleted, nil).Close(); err != nil {
			return err
		}
		return c.imap.UIDExpunge(set).Close()
	})
}
