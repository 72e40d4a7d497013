package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// certifiedWarning is shown before an answer goes from an ordinary mailbox to a
// box of certified mail: many take nothing else, and none gives a receipt.
type certifiedWarning struct {
	Addresses string   // those it is about, separated by commas
	Boxes     []option // our certified mailboxes to send from instead: id and address
	Ordinary  []string // ordinary addresses of the same body on this ticket
}

// maxOrdinary addresses are offered.
const maxOrdinary = 3

// warnCertified completes the composer with what its recipients call for.
func (s *Server) warnCertified(ctx context.Context, v helpdesk.TicketView, k *composer) error {
	boxes, err := s.reads.Mailboxes(ctx)
	if err != nil {
		return fmt.Errorf("mailboxes: %w", err)
	}
	from := v.Mailbox
	if i := slices.IndexFunc(boxes, func(b helpdesk.Mailbox) bool { return b.ID == k.From }); i >= 0 && k.From != from.ID {
		from, k.FromWords = boxes[i], boxes[i].Address
	} else {
		k.From = 0
	}
	if from.Kind == helpdesk.MailboxPEC {
		return nil
	}
	certified, err := s.certifiedOf(ctx, addressesIn(k.To, k.Cc))
	if err != nil || len(certified) == 0 {
		return err
	}
	k.Certified = &certifiedWarning{Addresses: strings.Join(certified, ", ")}
	for _, b := range boxes {
		if b.Kind == helpdesk.MailboxPEC {
			k.Certified.Boxes = append(k.Certified.Boxes, option{Value: fmt.Sprint(b.ID), Label: b.Address})
		}
	}
	k.Certified.Ordinary, err = s.ordinaryOf(ctx, v, certified)
	return err
}

func (s *Server) certifiedOf(ctx context.Context, addresses []string) (certified []string, err error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	err = s.reads.View(ctx, func(tx helpdesk.ReadTx) error {
		certified, err = helpdesk.CertifiedOf(tx, addresses)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("certified addresses: %w", err)
	}
	return certified, nil
}

// ordinaryOf are addresses from which the bodies of certified boxes wrote on
// this ticket by ordinary mail: the courtesy copy beside a PEC, an officer.
func (s *Server) ordinaryOf(ctx context.Context, v helpdesk.TicketView, certified []string) ([]string, error) {
	var seen []string
	add := func(channel helpdesk.Channel, a helpdesk.Address) {
		address := strings.ToLower(a.Addr)
		ofBody := func(c string) bool { return c != address && sameBody(c, address) }
		if channel == helpdesk.ChannelMail && slices.ContainsFunc(certified, ofBody) && !slices.Contains(seen, address) {
			seen = append(seen, address)
		}
	}
	for _, m := range v.Messages {
		if m.Kind == helpdesk.KindInbound && !m.Unverified {
			add(m.Channel, m.From)
		}
		for _, c := range m.Copies {
			add(c.Channel, c.From)
		}
	}
	also, err := s.certifiedOf(ctx, seen)
	seen = slices.DeleteFunc(seen, func(a string) bool { return slices.Contains(also, a) })
	return seen[:min(len(seen), maxOrdinary)], err
}

var typedAddress = regexp.MustCompile(`[^\s<>,;"]+@[^\s<>,;"]+`)

// addressesIn finds the addresses in what was typed into recipients' fields.
func addressesIn(fields ...string) []string {
	return typedAddress.FindAllString(strings.ToLower(strings.Join(fields, " ")), 100)
}

// unwarned reports whether an answer goes from an ordinary mailbox to a
// certified box of which its author was not told.
func (s *Server) unwarned(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written) (bool, error) {
	ctx := c.Request.Context()
	certified, err := s.certifiedOf(ctx, addressesIn(w.to, w.cc))
	told := addressesIn(w.warned)
	certified = slices.DeleteFunc(certified, func(a string) bool { return slices.Contains(told, a) })
	if err != nil || len(certified) == 0 {
		return false, err
	}
	v, err := s.reads.Ticket(ctx, n, u.ID)
	if err != nil {
		return false, fmt.Errorf("ticket: %w", orNoTicket(err))
	}
	k := composer{To: w.to, Cc: w.cc, From: w.from}
	err = s.warnCertified(ctx, v, &k)
	return k.Certified != nil, err
}

// chooseWay shows the form again with another mailbox to send from, or with
// another recipient.
func (s *Server) chooseWay(c *gin.Context, u helpdesk.User, n helpdesk.Number, w written) error {
	if id, ok := strings.CutPrefix(w.choice, "da:"); ok {
		w.from = parseID(id)
	} else if to, ok := strings.CutPrefix(w.choice, "a:"); ok {
		w.to = to
	}
	return s.composerAnswer(c, u, n, w, http.StatusOK, func(*composer) {})
}
