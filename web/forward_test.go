package web

import (
	"testing"

	"sportello/helpdesk"
)

// A forward offers its original sender as the ticket's, and once he is, answers
// go to him and not to who passed his question on.
func TestForwardedSender(t *testing.T) {
	const asker, clerk, desk = "tecnico@comune.example", "segreteria@provincia.example", "sportello@centro.example"
	forward := func(from string) *helpdesk.Forwarded {
		return &helpdesk.Forwarded{From: helpdesk.Address{Addr: from}}
	}
	for _, v := range []struct {
		name      string
		contact   string
		forwarded *helpdesk.Forwarded
		kind      helpdesk.Kind
		state     helpdesk.State
		offered   bool
		recipient string
	}{
		{"no forward", clerk, nil, helpdesk.KindInbound, helpdesk.StateOpen, false, clerk},
		{"a forward", clerk, forward(asker), helpdesk.KindInbound, helpdesk.StateOpen, true, clerk},
		{"taken up", asker, forward("Tecnico@comune.example"), helpdesk.KindInbound, helpdesk.StateOpen, false, asker},
		{"of our own mail", clerk, forward(desk), helpdesk.KindInbound, helpdesk.StateOpen, false, clerk},
		{"a note", clerk, forward(asker), helpdesk.KindNote, helpdesk.StateOpen, false, clerk},
		{"merged", clerk, forward(asker), helpdesk.KindInbound, helpdesk.StateMerged, false, clerk},
	} {
		m := helpdesk.Message{Kind: v.kind, From: helpdesk.Address{Addr: clerk}, Forwarded: v.forwarded}
		view := helpdesk.TicketView{Ticket: helpdesk.Ticket{State: v.state}, Messages: []helpdesk.MessageView{{Message: m}}}
		view.Contact.Address, view.Mailbox.Address = v.contact, desk
		if got := offersForwarded(view, m); got != v.offered {
			t.Errorf("%s: offered %t", v.name, got)
		}
		if got := recipientOf(view); got != v.recipient {
			t.Errorf("%s: the answer goes to %s, want %s", v.name, got, v.recipient)
		}
	}
}
