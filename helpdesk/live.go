package helpdesk

import "sync"

// Change tells open pages that something they may show is different.
type Change struct {
	Kind   ChangeKind
	Number Number // of the ticket, 0 where none is concerned
}

// ChangeKind says what is different.
type ChangeKind string

// The kinds of change.
const (
	ChangeOpened   ChangeKind = "opened"   // a ticket that was not there
	ChangeMessage  ChangeKind = "message"  // a ticket has a message more
	ChangeTicket   ChangeKind = "ticket"   // a ticket is otherwise different
	ChangeOutgoing ChangeKind = "outgoing" // what became of a mail of ours
	ChangeMailbox  ChangeKind = "mailbox"  // the way in or out, quarantine
)

// hub hands changes to whoever listens. A listener that does not keep up
// loses changes, never holds up a writer: pages fetch the truth anyway.
type hub struct {
	mu        sync.Mutex
	listeners map[chan Change]struct{}
}

func (h *hub) publish(c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		select {
		case l <- c:
		default:
		}
	}
}

// Changes returns a channel of changes and what ends it.
func (d *Desk) Changes() (<-chan Change, func()) {
	l := make(chan Change, 64)
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	if d.hub.listeners == nil {
		d.hub.listeners = map[chan Change]struct{}{}
	}
	d.hub.listeners[l] = struct{}{}
	return l, func() {
		d.hub.mu.Lock()
		defer d.hub.mu.Unlock()
		delete(d.hub.listeners, l)
	}
}
