package store

import (
	"context"
	"fmt"
	"slices"

	"sportello/helpdesk"
)

// Thread returns the page of a ticket's messages before one of them, oldest
// first, and how many there are before the page.
func (s *Store) Thread(ctx context.Context, n helpdesk.Number, before int64) (all []helpdesk.MessageView, earlier int, err error) {
	err = s.view(ctx, func(t *tx) error {
		v, err := t.TicketByNumber(n)
		if err != nil {
			return err
		}
		all, earlier, err = t.thread(v.ID, before)
		return err
	})
	return all, earlier, wrapf(err, "thread %s", n)
}

// thread reads the newest messages of a ticket, or those before one of them.
func (t *tx) thread(ticketID, before int64) (all []helpdesk.MessageView, earlier int, err error) {
	earlierThan, args := "", []any{ticketID}
	if before != 0 {
		earlierThan = ` AND (m.at, m.id) < (SELECT at, id FROM message WHERE id = $2)`
		args = append(args, before)
	}
	all, err = list(t, scanMessageView, fmt.Sprintf(`SELECT %s, %s, COALESCE(u.name, '')
		FROM message m INDEXED BY message_ticket
		JOIN message_body b ON b.message_id = m.id LEFT JOIN "user" u ON u.id = m.author_id
		WHERE m.ticket_id = $1%s ORDER BY m.at DESC, m.id DESC LIMIT %d`,
		messageColumns, bodyColumns, earlierThan, threadPage), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("thread: %w", err)
	}
	slices.Reverse(all)
	if len(all) == threadPage {
		err = t.get(into(&earlier), `SELECT count(*) FROM message m INDEXED BY message_ticket WHERE m.ticket_id = $1
			AND (m.at, m.id) < (SELECT at, id FROM message WHERE id = $2)`, ticketID, all[0].ID)
		if err != nil {
			return nil, 0, fmt.Errorf("thread: %w", err)
		}
	}
	return all, earlier, t.belongings(ticketID, all)
}

func scanMessageView(s scanner) (v helpdesk.MessageView, err error) {
	err = scanMessageWith(s, &v.Message, &v.Text, &v.Quoted, &v.HTML, &v.PolicyVersion, &v.Author)
	return v, err
}

// belongings adds attachments, copies, the outgoing mail and what became of
// it: one statement each for the whole page.
func (t *tx) belongings(ticketID int64, all []helpdesk.MessageView) error {
	if len(all) == 0 {
		return nil
	}
	index := make(map[int64]*helpdesk.MessageView, len(all))
	list := make([]int64, len(all))
	for i := range all {
		index[all[i].ID], list[i] = &all[i], all[i].ID
	}
	attachments, err := t.attachmentsOf(list...)
	if err != nil {
		return err
	}
	for _, a := range attachments {
		index[a.MessageID].Attachments = append(index[a.MessageID].Attachments, a)
	}
	copies, err := t.copiesOf(list)
	if err != nil {
		return err
	}
	for _, c := range copies {
		index[c.MessageID].Copies = append(index[c.MessageID].Copies, c)
	}
	return t.addOutgoing(ticketID, index, list)
}

func (t *tx) addOutgoing(ticketID int64, index map[int64]*helpdesk.MessageView, messageIDs []int64) error {
	rows, err := list(t, scanOutgoingRow, `SELECT `+outgoingRowColumns+`
		WHERE o.message_id IN `+inIDs+` ORDER BY o.id`, ids(messageIDs))
	if err != nil {
		return fmt.Errorf("outgoing of the thread: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	sent := map[int64]*helpdesk.MessageView{}
	for i := range rows {
		m := index[rows[i].MessageID]
		m.Outgoing = &rows[i]
		sent[rows[i].ID] = m
	}
	scan := func(s scanner) (r helpdesk.Report, err error) {
		err = s.Scan(fromJSON(&r))
		return r, err
	}
	reports, err := list(t, scan, `SELECT report FROM message INDEXED BY message_report
		WHERE ticket_id = $1 AND report <> '' ORDER BY id`, ticketID)
	if err != nil {
		return fmt.Errorf("reports of the thread: %w", err)
	}
	for _, r := range reports {
		if m := sent[r.OutgoingID]; m != nil {
			m.Reports = append(m.Reports, r)
		}
	}
	return nil
}

func (t *tx) copiesOf(messageIDs []int64) ([]helpdesk.Copy, error) {
	scan := func(s scanner) (c helpdesk.Copy, err error) {
		err = s.Scan(&c.MessageID, &c.RawID, at(&c.At), &c.Channel, &c.MailboxID, &c.From.Name, &c.From.Addr,
			&c.Subject, &c.Probable)
		return c, err
	}
	all, err := list(t, scan, `SELECT message_id, raw_id, at, channel, mailbox_id, from_name, from_address, subject,
		probable FROM message_copy WHERE message_id IN `+inIDs+` ORDER BY message_id, id`, ids(messageIDs))
	return all, wrapf(err, "copies")
}
