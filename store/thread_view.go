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

// inThread leaves out the receipts of certified mail that say that all is well:
// they are shown on the message they are about.
const inThread = ` AND NOT (m.kind = 'receipt' AND m.about_id IS NOT NULL AND m.certified <> '')`

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
		WHERE m.ticket_id = $1%s%s ORDER BY m.at DESC, m.id DESC LIMIT %d`,
		messageColumns, bodyColumns, inThread, earlierThan, threadPage), args...)
	if err != nil {
		return nil, 0, fmt.Errorf("thread: %w", err)
	}
	slices.Reverse(all)
	if len(all) == threadPage {
		err = t.get(into(&earlier), `SELECT count(*) FROM message m INDEXED BY message_ticket WHERE m.ticket_id = $1
			AND (m.at, m.id) < (SELECT at, id FROM message WHERE id = $2)`+inThread, ticketID, all[0].ID)
		if err != nil {
			return nil, 0, fmt.Errorf("thread: %w", err)
		}
	}
	return all, earlier, t.belongings(all)
}

func scanMessageView(s scanner) (v helpdesk.MessageView, err error) {
	err = scanMessageWith(s, &v.Message, &v.Text, &v.Quoted, fromJSON(&v.Folds), &v.HTML, &v.PolicyVersion, &v.Author)
	return v, err
}

// belongings adds attachments, copies and the outgoing mail: one statement
// each for the whole page.
func (t *tx) belongings(all []helpdesk.MessageView) error {
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
	if err := t.addCopies(index, list); err != nil {
		return err
	}
	if err := t.addReports(index, list); err != nil {
		return err
	}
	if err := t.addReusable(index, list); err != nil {
		return err
	}
	return t.addOutgoing(index, list)
}

// maxReports of one page; a mail to ten recipients has twenty.
const maxReports = 1000

// addReports adds to our messages what is known of their delivery.
func (t *tx) addReports(index map[int64]*helpdesk.MessageView, messageIDs []int64) error {
	all, err := list(t, scanMessage, fmt.Sprintf(`SELECT %s FROM message m INDEXED BY message_about
		WHERE m.about_id IN %s AND m.about_id IS NOT NULL ORDER BY m.about_id, m.at, m.id LIMIT %d`,
		messageColumns, inIDs, maxReports), ids(messageIDs))
	if err != nil {
		return fmt.Errorf("reports of the thread: %w", err)
	}
	for _, m := range all {
		of := index[m.AboutID]
		of.Reports = append(of.Reports, m)
	}
	return nil
}

func (t *tx) addOutgoing(index map[int64]*helpdesk.MessageView, messageIDs []int64) error {
	rows, err := list(t, scanOutgoingRow, `SELECT `+outgoingRowColumns+`
		WHERE o.message_id IN `+inIDs+` ORDER BY o.id`, ids(messageIDs))
	if err != nil {
		return fmt.Errorf("outgoing of the thread: %w", err)
	}
	for i := range rows {
		index[rows[i].MessageID].Outgoing = &rows[i]
	}
	return nil
}

// shownCopies is how many copies of a message its page lists: a loop between
// two servers makes thousands.
const shownCopies = 20

// addCopies adds the first copies of each message, and counts the others.
func (t *tx) addCopies(index map[int64]*helpdesk.MessageView, messageIDs []int64) error {
	scan := func(s scanner) (c helpdesk.Copy, err error) {
		err = s.Scan(&c.MessageID, &c.RawID, at(&c.At), &c.Channel, &c.MailboxID, &c.From.Name, &c.From.Addr,
			&c.Subject, &c.Probable)
		return c, err
	}
	all, err := list(t, scan, fmt.Sprintf(`SELECT c.message_id, c.raw_id, c.at, c.channel, c.mailbox_id, c.from_name,
		  c.from_address, c.subject, c.probable
		FROM json_each($1) j CROSS JOIN message_copy c ON c.id IN (SELECT id FROM message_copy INDEXED BY message_copy_message
		  WHERE message_id = j.value ORDER BY id LIMIT %d) ORDER BY c.message_id, c.id`, shownCopies), ids(messageIDs))
	if err != nil {
		return fmt.Errorf("copies: %w", err)
	}
	for _, c := range all {
		index[c.MessageID].Copies = append(index[c.MessageID].Copies, c)
	}
	for _, id := range messageIDs {
		m := index[id]
		if len(m.Copies) < shownCopies {
			continue
		}
		var n int
		err := t.get(into(&n), fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM message_copy INDEXED BY message_copy_message
			WHERE message_id = $1 LIMIT %d)`, shownCopies+helpdesk.CountCap+1), id)
		if err != nil {
			return fmt.Errorf("copies of message %d: %w", id, err)
		}
		m.MoreCopies = n - shownCopies
	}
	return nil
}
