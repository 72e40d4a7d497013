package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/helpdesk/crash"
)

// Receive files one read message, in one transaction: ours coming back, a
// copy of what is here, about something we sent, mail from a colleague, a
// known thread, and at last a new ticket.
func (d *Desk) Receive(ctx context.Context, in Incoming) error {
	if in.Report == nil && !in.Raw.Sent {
		var err error
		if in.Suggested, err = d.suggest(ctx, in.From.Addr, in.Subject, in.Text); err != nil {
			return fmt.Errorf("receive: %w", err)
		}
	}
	err := d.update(ctx, "receive", func(c *change) error {
		raw, err := c.RawByID(in.Raw.ID)
		if err != nil {
			return fmt.Errorf("raw %d: %w", in.Raw.ID, err)
		}
		if raw.State == RawReceived {
			return nil
		}
		r := receipt{change: c, in: in, raw: raw}
		if err := r.prepare(); err != nil {
			return err
		}
		if err := r.file(); err != nil || r.left {
			return err
		}
		raw.State, raw.Error, raw.NextTry = RawReceived, "", time.Time{}
		if r.unclaimed != "" {
			raw.State, raw.Error = RawUnclaimed, r.unclaimed
		}
		crash.At("receive-begun")
		return c.SaveRaw(raw)
	})
	crash.At("received")
	return err
}

// receipt is the filing of one message.
type receipt struct {
	*change
	in  Incoming
	raw RawMessage

	at        time.Time // when it arrived
	key       []byte    // of our Message-IDs
	box       Mailbox
	ours      map[string]bool // our own addresses
	colleague User            // set when From is an active user of the desk
	blocked   bool
	left      bool     // the raw message is dealt with, and on no ticket
	twin      *Message // the same text by another way, to which this one adds files
	unclaimed string   // why a receipt belongs to nothing of ours, "" for all that is filed
}

func (r *receipt) prepare() error {
	r.at = arrivalTime(r.raw, r.change.at)
	r.in.AlsoIDs = r.in.AlsoIDs[:min(len(r.in.AlsoIDs), maxAlso)]
	var err error
	if r.key, err = r.Secret(secretMessageID); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	boxes, err := r.Mailboxes()
	if err != nil {
		return err
	}
	if r.in.Channel == "" {
		r.in.Channel = ChannelMail
	}
	r.ours = map[string]bool{}
	for _, b := range boxes {
		r.ours[strings.ToLower(b.Address)] = true
		if b.ID == r.raw.MailboxID {
			r.box = b
		}
	}
	from := strings.ToLower(r.in.From.Addr)
	if u, err := r.UserByEmail(from); err == nil && u.Active {
		r.colleague = u
	} else if err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	r.blocked, err = r.BlockedSender(from)
	return err
}

// arrivalTime trusts the server's INTERNALDATE unless it is plainly wrong:
// the Date header is the sender's.
func arrivalTime(raw RawMessage, now time.Time) time.Time {
	t := raw.InternalDate
	if t.Year() < 1990 || t.After(now.Add(24*time.Hour)) {
		return raw.KeptAt
	}
	return t
}

func (r *receipt) file() error {
	if err := r.learnSender(); err != nil {
		return err
	}
	for _, step := range []func() (bool, error){r.fileSent, r.fileOurs, r.fileCopy, r.fileReport, r.fileColleague} {
		done, err := step()
		if done || err != nil {
			return err
		}
	}
	place, err := r.findThread()
	if err != nil {
		return err
	}
	if !place.found && r.twin != nil {
		place.found = true
		if place.ticket, err = r.target(r.twin.TicketID); err != nil {
			return err
		}
	}
	if place.found {
		return r.fileOnTicket(place)
	}
	return r.fileNew(place, r.in.From)
}

// fileOurs: our own mail coming back, from a list or a Bcc to ourselves. The
// id alone does not make it ours: whoever was written to knows it.
func (r *receipt) fileOurs() (bool, error) {
	if !issuedByUs(r.key, r.in.MessageID) || !r.ours[strings.ToLower(r.in.From.Addr)] {
		return false, nil
	}
	m, err := r.oneByID(r.in.MessageID)
	if errors.Is(err, ErrNone) {
		return false, nil // sent after the backup that was restored: it is filed by its thread
	}
	if err != nil {
		return false, err
	}
	return true, r.addCopy(m, false)
}

func (r *receipt) oneByID(id string) (Message, error) {
	all, err := r.MessagesByID([]string{id})
	if err != nil {
		return Message{}, err
	}
	if len(all) == 0 {
		return Message{}, ErrNone
	}
	return all[0], nil
}

// message is the row that the incoming mail becomes.
func (r *receipt) message(kind Kind) *Message {
	in := &r.in
	problem := in.Problem
	if in.Stub {
		problem = fmt.Sprintf("Messaggio di %d MB, oltre il limite: qui ci sono solo mittente e oggetto, l'originale è rimasto nella casella di posta.", (in.Size+999_999)/1_000_000)
	}
	return &Message{
		Kind: kind, Channel: in.Channel, At: r.at, Date: in.Date,
		From: in.From, To: in.To, Cc: in.Cc, ReplyTo: in.ReplyTo,
		Subject: in.Subject, MessageID: in.MessageID, References: in.References,
		Text: in.Text, Quoted: in.Quoted, Folds: in.Folds, HTML: in.HTML, PolicyVersion: in.PolicyVersion,
		RawID: r.raw.ID, TextHash: textHash(in.Text), BodyHash: in.BodyHash,
		Automatic: in.Automatic, Protocol: in.Protocol, Problem: problem, Spam: in.Spam,
		Attachments: in.Attachments, Report: in.Report, Forwarded: in.Forwarded, Certified: in.Certified,
	}
}

const (
	maxRefs = 100
	maxAlso = 20 // ids of one message: four for each layer of certified mail
)

// refs are the ids by which the message is tied to others, at most maxRefs: of
// References the last, which are the newest.
func (r *receipt) refs() []string {
	seen := map[string]bool{}
	var ids []string
	newest := slices.Clone(r.in.References)
	slices.Reverse(newest)
	for _, list := range [][]string{{r.in.MessageID}, r.in.AlsoIDs, r.in.InReplyTo, newest} {
		for _, id := range list {
			if id != "" && !seen[id] && len(ids) < maxRefs {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}
