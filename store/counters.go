package store

import (
	"context"
	"fmt"

	"sportello/helpdesk"
)

// counted are the rows behind each counter; $1 is who looks.
var counted = map[helpdesk.View]string{
	helpdesk.ViewMine:       `ticket INDEXED BY queue_owner_number WHERE active = 1 AND owner_id = $1`,
	helpdesk.ViewUnassigned: `ticket INDEXED BY queue_owner_number WHERE active = 1 AND owner_id IS NULL`,
	helpdesk.ViewClassify:   `ticket INDEXED BY queue_classify_number WHERE to_classify = 1`,
	helpdesk.ViewUnread:     `unread WHERE user_id = $1`,
	helpdesk.ViewWaitingOrg: `ticket INDEXED BY queue_state_number WHERE active = 1 AND state = 'waiting_org'`,
	helpdesk.ViewOpen:       `ticket INDEXED BY queue_number WHERE active = 1`,
	helpdesk.ViewAutomatic:  `ticket INDEXED BY queue_automatic_number WHERE active = 1 AND automatic = 1`,
	helpdesk.ViewClosed:     `ticket INDEXED BY done_number WHERE active = 0 AND state <> 'merged'`,
}

// Counters counts the tickets of each view for a user, each count at most
// helpdesk.CountCap + 1.
func (s *Store) Counters(ctx context.Context, userID int64) (helpdesk.Counters, error) {
	return read(ctx, s, func(t *tx) (helpdesk.Counters, error) {
		all := helpdesk.Counters{}
		for _, view := range helpdesk.Views {
			var n int
			query := countCapped(counted[view])
			args := []any{}
			if view == helpdesk.ViewMine || view == helpdesk.ViewUnread {
				args = append(args, userID)
			}
			if err := t.get(into(&n), query, args...); err != nil {
				return nil, fmt.Errorf("counter %s: %w", view, err)
			}
			all[view] = n
		}
		return all, nil
	})
}

// countCapped counts rows only where leaping over helpdesk.CountCap of them
// comes to the end; a count over LIMIT takes almost twice the time.
func countCapped(rows string) string {
	return fmt.Sprintf(`SELECT COALESCE((SELECT %d FROM %[2]s LIMIT 1 OFFSET %[3]d), (SELECT count(*) FROM %[2]s))`,
		helpdesk.CountCap+1, rows, helpdesk.CountCap)
}
