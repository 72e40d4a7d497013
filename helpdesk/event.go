package helpdesk

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// Event is an entry of the registro. It names objects by id only; names,
// addresses and what changed stand in Detail, which can be erased without
// breaking the chain: the hash covers SHA-256(salt ‖ detail), not the detail.
type Event struct {
	ID         int64
	At         time.Time
	ActorID    int64 // 0: the desk itself
	Kind       EventKind
	TicketID   int64
	ObjectID   int64 // message, outgoing, user …, as Kind says
	Detail     Detail
	Salt       []byte
	DetailJSON []byte
	DetailHash []byte
	Hash       []byte
}

// Detail is what an event changed, for people.
type Detail map[string]string

// EventKind says what happened.
type EventKind string

// The kinds of event.
const (
	EventOpened       EventKind = "ticket_opened"
	EventReceived     EventKind = "message_received"
	EventCopy         EventKind = "copy_received"
	EventReport       EventKind = "report_received"
	EventReplied      EventKind = "replied"
	EventNoted        EventKind = "noted"
	EventState        EventKind = "state_changed"
	EventAssigned     EventKind = "assigned"
	EventSnoozed      EventKind = "snoozed"
	EventWoken        EventKind = "woken"
	EventMerged       EventKind = "merged"
	EventLinked       EventKind = "linked"
	EventParked       EventKind = "message_parked"
	EventRetried      EventKind = "message_retried"
	EventOutgoing     EventKind = "outgoing_state"
	EventCopied       EventKind = "outgoing_copied"
	EventLetGo        EventKind = "message_let_go"
	EventAcknowledged EventKind = "acknowledged"
	EventBlocked      EventKind = "sender_blocked"
	EventUnblocked    EventKind = "sender_unblocked"
	EventAsker        EventKind = "asker_changed"
	EventUserAdded    EventKind = "user_added"
	EventUserChanged  EventKind = "user_changed"
	EventLogin        EventKind = "login"
	EventLoginFailed  EventKind = "login_failed"
	EventLogout       EventKind = "logout"
	EventExported     EventKind = "exported"
	EventRestored     EventKind = "restored"
	EventReleased     EventKind = "holds_released"
	EventReprocessed  EventKind = "reprocessed"
	EventMailbox      EventKind = "mailbox_registered"
	EventFilled       EventKind = "filled"
	EventTagged       EventKind = "tagged"
	EventMeasure      EventKind = "measure_changed"
	EventTopic        EventKind = "topic_changed"
	EventImported     EventKind = "imported"

	EventRegistryLoaded      EventKind = "registry_loaded" // municipalities of the shipped list
	EventOrganizationAdded   EventKind = "organization_added"
	EventOrganizationChanged EventKind = "organization_changed"
	EventOrganizationMerged  EventKind = "organization_merged"
	EventOrganizationMoved   EventKind = "organization_moved" // what the merged one had
	EventOrganizationSet     EventKind = "organization_set"   // of a ticket
	EventReusable            EventKind = "answer_reusable"
	EventNotReusable         EventKind = "answer_not_reusable"
	EventSource              EventKind = "source_superseded"
)

// seal sets the hashes: the chain of architecture.md, «Store».
func (e *Event) seal(prev, salt []byte) error {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("event detail: %w", err)
	}
	sum := sha256.Sum256(append(append([]byte{}, salt...), detail...))
	e.Salt, e.DetailJSON, e.DetailHash = salt, detail, sum[:]
	e.Hash = e.chain(prev)
	return nil
}

// chain is the hash of the event after the one whose hash is prev.
func (e *Event) chain(prev []byte) []byte {
	h := sha256.New()
	h.Write(prev)
	for _, n := range []int64{e.ID, e.At.UnixMilli(), e.ActorID, e.TicketID, e.ObjectID} {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	h.Write([]byte(e.Kind))
	h.Write(e.DetailHash)
	return h.Sum(nil)
}

// VerifyEvent reports whether e stands unchanged after the event whose hash
// is prev. An erased detail is no fault.
func VerifyEvent(e Event, prev []byte) error {
	if string(e.chain(prev)) != string(e.Hash) {
		return fmt.Errorf("event %d: hash differs", e.ID)
	}
	if e.DetailJSON == nil {
		return nil
	}
	sum := sha256.Sum256(append(append([]byte{}, e.Salt...), e.DetailJSON...))
	if string(sum[:]) != string(e.DetailHash) {
		return fmt.Errorf("event %d: detail differs", e.ID)
	}
	return nil
}
