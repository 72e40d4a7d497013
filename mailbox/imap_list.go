package mailbox

import (
	"context"
	"fmt"
)

// ListUIDs logs in and lists every UID of the folder, ascending, with the
// UIDVALIDITY under which they hold. Nothing is changed.
func ListUIDs(ctx context.Context, cfg IMAPConfig) (validity uint32, uids []uint32, err error) {
	c, err := dialIMAP(ctx, cfg)
	if err != nil {
		return 0, nil, fmt.Errorf("list uids: %w", err)
	}
	defer c.close()
	state, err := c.open(ctx, cfg.Folder, true)
	if err != nil {
		return 0, nil, fmt.Errorf("list uids: %w", err)
	}
	if uids, err = c.search(ctx, 1); err != nil {
		return 0, nil, fmt.Errorf("list uids: %w", err)
	}
	return state.uidValidity, uids, c.quit(ctx)
}
