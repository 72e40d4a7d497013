package store

import (
	"fmt"
	"strings"

	"sportello/helpdesk"
)

// queueScan is the reading of one index for one page of a list.
type queueScan struct {
	index   string // which index, always named
	key     string // the column of the order
	where   []string
	filters []string // what the index does not lead to; the scan is bounded for their sake
	order   string
	limit   int
	args    []any // of where, then of filters
	wheres  int   // how many of args belong to where
}

// sortKeys gives each order its column and the end of its indexes' names.
var sortKeys = map[helpdesk.Sort]struct{ column, index string }{
	helpdesk.SortNewest: {"last_message_at", "message"},
	helpdesk.SortOldest: {"last_message_at", "message"},
	helpdesk.SortOpened: {"opened_at", "opened"},
	helpdesk.SortNumber: {"number", "number"},
}

// ascending reports whether the list is read upwards: the oldest first, or any
// other order backwards.
func ascending(q helpdesk.QueueQuery) bool { return (q.Sort == helpdesk.SortOldest) != q.Before }

// newScan chooses the index by view, owner and state: the one whose first
// column narrows most, an owner's before a state's, since an expert has some
// hundreds of tickets and a state may have all of them.
func newScan(q helpdesk.QueueQuery) *queueScan {
	sort, ok := sortKeys[q.Sort]
	if !ok {
		sort = sortKeys[helpdesk.SortNewest]
	}
	s := &queueScan{key: sort.column, limit: q.Limit}
	owner, state := narrowed(q)
	switch {
	case q.View == helpdesk.ViewClosed:
		s.index = "done_" + sort.index
		s.where = []string{"active = 0", "state <> 'merged'"}
	case q.View == helpdesk.ViewClassify:
		s.index = "queue_classify_" + sort.index
		s.where = []string{"to_classify = 1"}
	case q.View == helpdesk.ViewAutomatic:
		s.index = "queue_automatic_" + sort.index
		s.where = []string{"active = 1", "automatic = 1"}
	default:
		s.where = []string{"active = 1"}
		s.index = "queue_" + sort.index
		switch {
		case owner != 0:
			s.index = "queue_owner_" + sort.index
			s.where, owner = append(s.where, s.ownerIs(owner)), 0
		case state != "":
			s.index = "queue_state_" + sort.index
			s.where, state = append(s.where, "state = "+s.arg(state)), ""
		}
	}
	s.direction(q)
	s.wheres = len(s.args)
	s.filter(q, owner, state)
	return s
}

// narrowed is whose and in which state the tickets are, from the view and the
// filters together.
func narrowed(q helpdesk.QueueQuery) (owner int64, state helpdesk.State) {
	owner, state = q.OwnerID, q.State
	switch {
	case q.View == helpdesk.ViewMine && owner == 0:
		owner = q.UserID
	case q.View == helpdesk.ViewUnassigned && owner == 0:
		owner = helpdesk.NoOwner
	case q.View == helpdesk.ViewWaitingOrg && state == "":
		state = helpdesk.StateWaitingOrg
	}
	return owner, state
}

// contradicts reports whether view and filters exclude each other, so that
// nothing matches.
func contradicts(q helpdesk.QueueQuery) bool {
	switch q.View {
	case helpdesk.ViewUnread, helpdesk.ViewClassify: // in whatever state
		return false
	}
	if q.State != "" && q.State.Active() == (q.View == helpdesk.ViewClosed) {
		return true
	}
	switch q.View {
	case helpdesk.ViewMine:
		return q.OwnerID != 0 && q.OwnerID != q.UserID
	case helpdesk.ViewUnassigned:
		return q.OwnerID != 0 && q.OwnerID != helpdesk.NoOwner
	case helpdesk.ViewWaitingOrg:
		return q.State != "" && q.State != helpdesk.StateWaitingOrg
	}
	return false
}

// filter adds what remains to be looked at in each entry of the index.
func (s *queueScan) filter(q helpdesk.QueueQuery, owner int64, state helpdesk.State) {
	if owner != 0 {
		s.filters = append(s.filters, s.ownerIs(owner))
	}
	if state != "" {
		s.filters = append(s.filters, "state = "+s.arg(state))
	}
	if q.MailboxID != 0 {
		s.filters = append(s.filters, "mailbox_id = "+s.arg(q.MailboxID))
	}
}

func (s *queueScan) direction(q helpdesk.QueueQuery) {
	than, dir := "<", "DESC"
	if ascending(q) {
		than, dir = ">", "ASC"
	}
	s.order = fmt.Sprintf("%s %s, id %s", s.key, dir, dir)
	if q.After != (helpdesk.Cursor{}) {
		s.where = append(s.where, fmt.Sprintf("(%s, id) %s (%s, %s)", s.key, than, s.arg(q.After.Key), s.arg(q.After.ID)))
	}
}

func (s *queueScan) ownerIs(owner int64) string {
	if owner == helpdesk.NoOwner {
		return "owner_id IS NULL"
	}
	return "owner_id = " + s.arg(owner)
}

// arg adds a parameter and returns its placeholder.
func (s *queueScan) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// entries are the at most maxScan entries of the index that a page may see.
func (s *queueScan) entries() string {
	return fmt.Sprintf(`SELECT %s AS key, id, state, owner_id, mailbox_id FROM ticket INDEXED BY %s WHERE %s ORDER BY %s LIMIT %d`,
		s.key, s.index, strings.Join(s.where, " AND "), s.order, maxScan)
}

// page selects places: one more than the page holds, if there is one.
func (s *queueScan) page() string {
	where := ""
	if len(s.filters) > 0 {
		where = " WHERE " + strings.Join(s.filters, " AND ")
	}
	return fmt.Sprintf(`SELECT key, id FROM (%s)%s LIMIT %d`, s.entries(), where, s.limit+1)
}

// end selects the last entry of a scan that was cut short, nothing if it
// reached the end of the list. It takes the first wheres of the parameters.
func (s *queueScan) end() string {
	return fmt.Sprintf(`SELECT key, id FROM (%s) LIMIT 1 OFFSET %d`, s.entries(), maxScan-1)
}
