package store

import (
	"fmt"
	"strings"

	"sportello/helpdesk"
)

// maxUnread bounds how many unread tickets of one person are sorted for a
// page: there is no index over two tables. The newest are kept.
const maxUnread = 5000

func (t *tx) unreadPage(q helpdesk.QueueQuery) (helpdesk.QueuePage, error) {
	sort, ok := sortKeys[q.Sort]
	if !ok {
		sort = sortKeys[helpdesk.SortNewest]
	}
	s := &queueScan{key: "t." + sort.column}
	inner := fmt.Sprintf(`SELECT ticket_id FROM unread WHERE user_id = %s ORDER BY ticket_id DESC LIMIT %d`,
		s.arg(q.UserID), maxUnread)
	where := append([]string{"t.state <> 'merged'"}, ticketFilters(s, q)...)
	than, dir := "<", "DESC"
	if ascending(q) {
		than, dir = ">", "ASC"
	}
	if q.After != (helpdesk.Cursor{}) {
		where = append(where, fmt.Sprintf("(%s, t.id) %s (%s, %s)", s.key, than, s.arg(q.After.Key), s.arg(q.After.ID)))
	}
	places, err := list(t, scanPlace, fmt.Sprintf(`SELECT %[1]s, t.id FROM (%[2]s) n CROSS JOIN ticket t ON t.id = n.ticket_id
		WHERE %[3]s ORDER BY %[1]s %[4]s, t.id %[4]s LIMIT %[5]d`,
		s.key, inner, strings.Join(where, " AND "), dir, q.Limit+1), s.args...)
	if err != nil {
		return helpdesk.QueuePage{}, err
	}
	return t.fill(q, places, place{})
}

// ticketFilters are the conditions of state, owner and mailbox on ticket t.
func ticketFilters(s *queueScan, q helpdesk.QueueQuery) (where []string) {
	switch q.OwnerID {
	case 0:
	case helpdesk.NoOwner:
		where = append(where, "t.owner_id IS NULL")
	default:
		where = append(where, "t.owner_id = "+s.arg(q.OwnerID))
	}
	if q.State != "" {
		where = append(where, "t.state = "+s.arg(q.State))
	}
	if q.MailboxID != 0 {
		where = append(where, "t.mailbox_id = "+s.arg(q.MailboxID))
	}
	return where
}

// viewConditions are those of the view itself on ticket t.
func viewConditions(s *queueScan, q helpdesk.QueueQuery) []string {
	switch q.View {
	case helpdesk.ViewMine:
		return []string{"t.active = 1", "t.owner_id = " + s.arg(q.UserID)}
	case helpdesk.ViewUnassigned:
		return []string{"t.active = 1", "t.owner_id IS NULL"}
	case helpdesk.ViewClassify:
		return []string{"t.to_classify = 1"}
	case helpdesk.ViewUnread:
		return []string{"EXISTS (SELECT 1 FROM unread n WHERE n.ticket_id = t.id AND n.user_id = " + s.arg(q.UserID) + ")"}
	case helpdesk.ViewWaitingOrg:
		return []string{"t.active = 1", "t.state = 'waiting_org'"}
	case helpdesk.ViewAutomatic:
		return []string{"t.active = 1", "t.automatic = 1"}
	case helpdesk.ViewClosed:
		return []string{"t.active = 0"}
	case helpdesk.ViewOpen:
		return []string{"t.active = 1"}
	}
	return []string{"TRUE"} // the search of the bar: every ticket
}
