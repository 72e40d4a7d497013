package helpdesk

import (
	"slices"
	"time"
)

// Ticket is a question of a municipality with everything said about it.
type Ticket struct {
	ID      int64
	Number  Number
	Version int64 // rises by one at every save; a save of an older one is a Conflict

	Subject        string
	State          State
	OwnerID        int64 // the user who takes care of it, 0: nobody yet
	MailboxID      int64 // where it came in; the answer leaves from there
	Channel        Channel
	ContactID      int64 // who asks
	OrganizationID int64 // the body that asks, 0: not known
	Automatic      bool  // opened by mail that looks automatic
	MergedInto     int64 // ticket that holds its messages now, when State is merged
	Imported       bool  // an old question: nothing is sent about it and no time runs

	// Who asks and about what. Settled is what was recognised for sure or a
	// person said, also that there is none; the rest is a proposal.
	OrganizationHow     string // how the body was recognised, a sentence
	OrganizationSettled bool
	MeasureID           int64 // the main measure, 0: not known
	MeasureSettled      bool

	OpenedAt      time.Time
	FirstAnswerAt time.Time // first reply handed to the sender, zero: none yet
	AnsweredAt    time.Time // last reply
	ClosedAt      time.Time
	LastMessageAt time.Time // newest message of a person, either way
	SnoozedUntil  time.Time
	SnoozedBy     int64

	Messages       int // replies and inbound messages
	HasAttachments bool
}

// ToClassify reports whether a question waits for its body or its measure to
// be settled: the view «Da classificare». Figures count the rest as unknown.
func (t *Ticket) ToClassify() bool {
	switch t.State {
	case StateSpam, StateOutOfScope, StateMerged:
		return false
	}
	return !t.Imported && !(t.OrganizationSettled && t.MeasureSettled)
}

// State of a ticket, as architecture.md lists them.
type State string

// The states. Spam, out of scope and merged are ways of closing.
const (
	StateNew          State = "new"
	StateOpen         State = "open"
	StateWaitingOrg   State = "waiting_org"
	StateWaitingThird State = "waiting_third"
	StateSnoozed      State = "snoozed"
	StateAnswered     State = "answered"
	StateClosed       State = "closed"
	StateSpam         State = "spam"
	StateOutOfScope   State = "out_of_scope"
	StateMerged       State = "merged"
)

// States in the order in which people read them.
var States = []State{StateNew, StateOpen, StateWaitingOrg, StateWaitingThird, StateSnoozed,
	StateAnswered, StateClosed, StateSpam, StateOutOfScope, StateMerged}

var stateLabels = map[State]string{
	StateNew: "Nuovo", StateOpen: "Aperto", StateWaitingOrg: "In attesa dell'ente",
	StateWaitingThird: "In attesa di terzi", StateSnoozed: "Rinviato", StateAnswered: "Risposto",
	StateClosed: "Chiuso", StateSpam: "Spam", StateOutOfScope: "Non di competenza", StateMerged: "Unito",
}

// Label is the Italian word for the state.
func (s State) Label() string { return stateLabels[s] }

// Valid reports whether s is one of States.
func (s State) Valid() bool { return stateLabels[s] != "" }

// Active states are those that somebody still has to do something about; they
// make the queue.
func (s State) Active() bool {
	switch s {
	case StateNew, StateOpen, StateWaitingOrg, StateWaitingThird, StateSnoozed:
		return true
	}
	return false
}

// handMoves lists where a person may bring a ticket from each state. New is
// only ever the beginning; merged has its own use case and no way out; a
// snooze has its own too, because it needs a date.
var handMoves = map[State][]State{
	StateNew:          {StateOpen, StateWaitingOrg, StateWaitingThird, StateAnswered, StateClosed, StateSpam, StateOutOfScope},
	StateOpen:         {StateWaitingOrg, StateWaitingThird, StateAnswered, StateClosed, StateSpam, StateOutOfScope},
	StateWaitingOrg:   {StateOpen, StateWaitingThird, StateAnswered, StateClosed, StateSpam, StateOutOfScope},
	StateWaitingThird: {StateOpen, StateWaitingOrg, StateAnswered, StateClosed, StateSpam, StateOutOfScope},
	StateSnoozed:      {StateOpen, StateWaitingOrg, StateWaitingThird, StateAnswered, StateClosed, StateSpam, StateOutOfScope},
	StateAnswered:     {StateOpen, StateWaitingOrg, StateWaitingThird, StateClosed, StateSpam, StateOutOfScope},
	StateClosed:       {StateOpen, StateSpam, StateOutOfScope},
	StateSpam:         {StateOpen},
	StateOutOfScope:   {StateOpen},
	StateMerged:       nil,
}

// Moves lists the states a person may choose next, for the page's menu.
func (s State) Moves() []State { return handMoves[s] }

// MaySnooze reports whether a ticket in the state can be put off.
func (s State) MaySnooze() bool { return s.Active() || s == StateAnswered }

func (s State) mayMove(to State) bool { return slices.Contains(handMoves[s], to) }

// statesAfterReply are what an expert may choose for «Dopo l'invio».
var statesAfterReply = []State{StateAnswered, StateWaitingOrg, StateWaitingThird, StateOpen, StateClosed}

// StatesAfterReply lists the choices of «Dopo l'invio», the default first.
func StatesAfterReply() []State { return statesAfterReply }

// afterInbound is the state after a person's message of the body arrived on
// the ticket; a closed one is only ever met here within the grace period.
func (s State) afterInbound() State {
	switch s {
	case StateWaitingOrg, StateWaitingThird, StateSnoozed, StateAnswered, StateClosed, StateOutOfScope:
		return StateOpen
	}
	return s
}

// Channel is the way by which a message or a ticket came.
type Channel string

// The channels.
const (
	ChannelMail  Channel = "mail"
	ChannelPEC   Channel = "pec"
	ChannelPhone Channel = "phone"
	ChannelDesk  Channel = "desk"
)

var channelLabels = map[Channel]string{ChannelMail: "Posta elettronica", ChannelPEC: "PEC", ChannelPhone: "Telefono", ChannelDesk: "Sportello"}

// Label is the Italian word for the channel.
func (c Channel) Label() string { return channelLabels[c] }

// Participant is an address that takes part in a ticket: it wrote a message
// filed there, or an expert wrote to it. A Cc that a stranger put in is none.
type Participant struct {
	Address string
	Body    string // the body its domain belongs to, see BodyOf; "" for shared domains
}
