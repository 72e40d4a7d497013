package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// scanLimit is where the store's bounded search stops (architecture.md, «Store»).
const scanLimit = 20_000

func (s *Server) showQueue(c *gin.Context, u helpdesk.User) error {
	ctx := c.Request.Context()
	q := readQueueQuery(c.Request.URL.Query(), u.ID)
	found, err := s.reads.Queue(ctx, q)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if _, ok := helpdesk.ParseNumber(strings.Trim(q.Text, "[#]")); ok && len(found.Rows) == 1 && !isFragment(c.Request) {
		return s.seeOther(c, ticketPath(found.Rows[0].Number), "")
	}
	p := queuePage{page: s.frame(c, u, viewTitle(q.View)), Text: q.Text, Total: -1}
	p.View, p.Search, p.Classify = viewKeys[q.View], q.Text, q.View == helpdesk.ViewClassify
	boxes, err := s.queueMailboxes(ctx)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if err := s.queueFilters(c, &p, q, boxes); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if p.Rows, err = queueRows(found.Rows, mailboxNames(boxes), p.Now); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if !p.Filtered {
		p.Total = viewTotal(p.Views, p.View)
	}
	p.PrevURL = pageURL(q, "prima", found.Prev)
	p.NextURL = pageURL(q, "dopo", found.Next)
	if found.Stopped {
		p.MoreURL, p.NextURL, p.Scanned = p.NextURL, "", scanLimit
	}
	return s.page(c, http.StatusOK, "coda", p)
}

// viewTitle is the label of a view in the left column.
func viewTitle(v helpdesk.View) string {
	for _, known := range queueViews {
		if known.Key == viewKeys[v] {
			return cmp.Or(known.Title, known.Label)
		}
	}
	return "Risultati della ricerca"
}

func viewTotal(views []view, key string) int {
	for _, v := range views {
		if v.Key == key {
			return v.Count
		}
	}
	return -1
}

// queueFilters fills the form of filters with what is chosen.
func (s *Server) queueFilters(c *gin.Context, p *queuePage, q helpdesk.QueueQuery, boxes []queueMailbox) error {
	p.Filtered = q.Text != "" || q.State != "" || q.OwnerID != 0 || q.MailboxID != 0
	p.ClearURL = "/quesiti?" + queueURL(helpdesk.QueueQuery{View: viewOrOpen(q.View), Sort: q.Sort}).Encode()
	p.States = []option{{Value: "", Label: "Tutti", Selected: q.State == ""}}
	for _, st := range helpdesk.States {
		if holds(q.View, st) || q.State == st {
			p.States = append(p.States, option{string(st), st.Label(), q.State == st})
		}
	}
	for _, so := range helpdesk.Sorts {
		p.Orders = append(p.Orders, option{sortKeys[so], sortLabels[so], q.Sort == so})
	}
	staff, err := s.staff(c)
	if err != nil {
		return err
	}
	p.Owners = ownerOptions(q, staff)
	if len(boxes) > 1 {
		p.Mailboxes = []option{{Value: "", Label: "Tutte", Selected: q.MailboxID == 0}}
		for _, b := range boxes {
			p.Mailboxes = append(p.Mailboxes, option{strconv.FormatInt(b.ID, 10), b.label(), q.MailboxID == b.ID})
		}
	}
	return nil
}

// holds reports whether tickets in a state can be in a view.
func holds(v helpdesk.View, s helpdesk.State) bool {
	switch v {
	case "": // a search over all
		return true
	case helpdesk.ViewUnread:
		return s != helpdesk.StateMerged
	case helpdesk.ViewClassify:
		return (&helpdesk.Ticket{State: s}).ToClassify()
	case helpdesk.ViewWaitingOrg:
		return s == helpdesk.StateWaitingOrg
	case helpdesk.ViewClosed:
		return !s.Active() && s != helpdesk.StateMerged
	}
	return s.Active()
}

// ownerOptions are the people a view can be narrowed to; one's own and nobody's
// tickets have one owner each, and nothing to choose.
func ownerOptions(q helpdesk.QueueQuery, staff []helpdesk.User) []option {
	all := []option{
		{Value: "", Label: "Chiunque", Selected: q.OwnerID == 0},
		{Value: ownerNobody, Label: "Nessuno", Selected: q.OwnerID == helpdesk.NoOwner},
		{Value: ownerMe, Label: "Io", Selected: q.OwnerID == q.UserID},
	}
	for _, u := range staff {
		if u.ID != q.UserID {
			all = append(all, option{strconv.FormatInt(u.ID, 10), u.Name, q.OwnerID == u.ID})
		}
	}
	if q.View != helpdesk.ViewMine && q.View != helpdesk.ViewUnassigned {
		return all
	}
	all[0].Label = map[helpdesk.View]string{helpdesk.ViewMine: "Io", helpdesk.ViewUnassigned: "Nessuno"}[q.View]
	return slices.DeleteFunc(all, func(o option) bool { return o.Value != "" && !o.Selected })
}

// viewOrOpen is the view that «Azzera i filtri» leads to from a search over all.
func viewOrOpen(v helpdesk.View) helpdesk.View {
	if v == "" {
		return helpdesk.ViewOpen
	}
	return v
}

// staff lists who may own tickets, by name.
func (s *Server) staff(c *gin.Context) ([]helpdesk.User, error) {
	all, err := s.reads.Users(c.Request.Context())
	if err != nil {
		return nil, err
	}
	var staff []helpdesk.User
	for _, u := range all {
		if helpdesk.Can(u, helpdesk.ActWork, 0) {
			staff = append(staff, u)
		}
	}
	return staff, nil
}

// queueMailbox is a mailbox that tickets came to.
type queueMailbox struct {
	helpdesk.Mailbox
	former bool // the configuration names it no more
}

func (b queueMailbox) label() string {
	if b.former {
		return b.Address + " (non più configurata)"
	}
	return b.Address
}

// queueMailboxes lists the configured mailboxes, then the former ones, whose
// tickets stay.
func (s *Server) queueMailboxes(ctx context.Context) ([]queueMailbox, error) {
	now, err := s.reads.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	former, err := s.reads.FormerMailboxes(ctx)
	if err != nil {
		return nil, err
	}
	var all []queueMailbox
	for _, b := range now {
		all = append(all, queueMailbox{b, false})
	}
	for _, b := range former {
		all = append(all, queueMailbox{b, true})
	}
	return all, nil
}

// mailboxNames is nil where there is only one mailbox: naming it would only take room.
func mailboxNames(boxes []queueMailbox) map[int64]string {
	if len(boxes) < 2 {
		return nil
	}
	names := map[int64]string{}
	for _, b := range boxes {
		names[b.ID] = b.Address
	}
	return names
}

func queueRows(found []helpdesk.QueueRow, boxes map[int64]string, now time.Time) ([]queueRow, error) {
	var cells cells
	rows := make([]queueRow, len(found))
	for i, r := range found {
		rows[i] = newQueueRow(r, now)
		var err error
		rows[i].Cells, err = cells.render(queueCells{
			State: string(r.State), Owner: person{ID: r.OwnerID, Name: r.Owner},
			Channel: string(r.Channel), Mailbox: boxes[r.MailboxID],
			Measure: r.Measure, Short: r.MeasureShort, Settled: r.MeasureSettled,
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func newQueueRow(r helpdesk.QueueRow, now time.Time) queueRow {
	row := queueRow{
		Number: r.Number.String(), Version: r.Version, Subject: r.Subject, Sender: r.Sender, Unread: r.Unread,
		Attachments: r.HasAttachments, Automatic: r.Automatic, Messages: r.Messages,
		Opened: timeTag(r.OpenedAt, day(now, r.OpenedAt)), Last: timeTag(r.LastMessageAt, ago(now, r.LastMessageAt)),
		NewSender: r.NewSender, Snippet: strings.Join(strings.Fields(r.Excerpt), " "),
	}
	row.Body, row.BodyProposed = r.Organization, !r.OrganizationSettled
	row.Proposals = r.Measure != "" && !r.MeasureSettled
	return row
}
