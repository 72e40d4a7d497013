package helpdesk

import "time"

// What pages show. The reads that return them are methods of store; web
// declares the small interfaces it uses.

// View is a standing view of the queue.
type View string

// The views, in the order of the side bar.
const (
	ViewMine       View = "mine"
	ViewUnassigned View = "unassigned"
	ViewClassify   View = "classify" // body or measure not settled, in whatever state
	ViewUnread     View = "unread"   // answers of bodies that this user has not read
	ViewWaitingOrg View = "waiting_org"
	ViewOpen       View = "open"
	ViewAutomatic  View = "automatic"
	ViewClosed     View = "closed"
)

// Views in the order of the side bar.
var Views = []View{ViewMine, ViewUnassigned, ViewClassify, ViewUnread, ViewWaitingOrg, ViewOpen, ViewAutomatic, ViewClosed}

// Sort is an order of the queue.
type Sort string

// The orders.
const (
	SortNewest Sort = "newest" // newest message first
	SortOldest Sort = "oldest" // oldest message first
	SortOpened Sort = "opened" // newest opened first
	SortNumber Sort = "number" // highest number first
)

// Sorts in the order of the menu.
var Sorts = []Sort{SortNewest, SortOldest, SortOpened, SortNumber}

// NoOwner as QueueQuery.OwnerID asks for tickets that nobody has.
const NoOwner int64 = -1

// QueueQuery asks for one page of the queue.
type QueueQuery struct {
	View      View
	UserID    int64 // who looks: for mine and unread
	State     State // "" any
	OwnerID   int64 // 0 any, NoOwner none
	MailboxID int64 // 0 any
	Text      string
	Sort      Sort
	After     Cursor // the page after this place; zero: the first
	Before    bool   // the page before After instead
	Limit     int    // rows a page, default 50
}

// Cursor is a place in a sorted list: the sort key and the id of a row.
type Cursor struct {
	Key int64
	ID  int64
}

// QueuePage is one page of the queue.
type QueuePage struct {
	Rows []QueueRow
	Next Cursor // zero: no further page
	Prev Cursor // zero: this is the first
	// Stopped: a bounded search ended before the page was full; Next goes on
	// where it stopped («continua la ricerca»).
	Stopped bool
}

// QueueRow is one ticket in a list.
type QueueRow struct {
	ID             int64
	Number         Number
	Version        int64
	Subject        string
	State          State
	Channel        Channel
	MailboxID      int64
	Owner          string // name, "" nobody
	OwnerID        int64
	Sender         string // name or address of the contact
	Organization   string
	Measure        string // code of the main measure, "" not known
	MeasureShort   string // what people call it
	Automatic      bool
	HasAttachments bool
	// Settled as Ticket says it; what is not is a proposal.
	OrganizationSettled bool
	MeasureSettled      bool
	Unread              bool   // holds a message this user has not read, or is new and nobody has opened it
	NewSender           bool   // its newest message is of an unverified sender
	Excerpt             string // the beginning of its newest message, about 200 characters
	Messages            int
	OpenedAt            time.Time
	LastMessageAt       time.Time
	SnoozedUntil        time.Time
}

// CountCap is where counters stop: «1.000+».
const CountCap = 1000

// Counters of the side bar, each at most CountCap+1.
type Counters map[View]int

// TicketView is all that the ticket page shows.
type TicketView struct {
	Ticket      Ticket
	Owner       User
	Contact     Contact
	Blocked     bool // what the contact sends is spam from the beginning
	Mailbox     Mailbox
	Messages    []MessageView // oldest first
	Events      []EventView   // oldest first, at most 200 newest
	Linked      []QueueRow    // «possibile seguito»
	Others      []QueueRow    // newest other tickets of the same sender, at most 5
	MergedInto  Number
	Tags        Tags
	Taxonomy    Taxonomy // what can be chosen
	FirstUnread int64    // message id to open at, 0: the last
	Unopened    bool     // nobody has opened it yet
	// Earlier counts messages before the first one in Messages, when the
	// thread is longer than a page.
	Earlier int
}

// Taxonomy is all measures and topics, those of the desk first, without what
// they are recognised by.
type Taxonomy struct {
	Measures []Measure
	Topics   []Topic
}

// MessageView is a message with what belongs to it.
type MessageView struct {
	Message
	Author     string
	Copies     []Copy       // the first 20
	MoreCopies int          // how many there are besides, at most CountCap+1
	Outgoing   *OutgoingRow // for replies and acknowledgements
	Reports    []Message    // about it, without bodies: bounces and receipts, oldest first
	Reusable   *Reusable    // of an answer that is marked so
	Used       []UsedAnswer // earlier answers that it was written from
}

// UsedAnswer is an earlier answer that another was written from.
type UsedAnswer struct {
	Reusable // without sources and At where it is not marked
	Number   Number
}

// EventView is a thin line in the thread.
type EventView struct {
	At     time.Time
	Actor  string
	Kind   EventKind
	Detail Detail
}

// OutgoingRow is a line of «Posta in uscita».
type OutgoingRow struct {
	Outgoing
	Number  Number
	Mailbox string
}

// Place says where a page of a list by id lies: under Before or over After,
// both zero for the newest.
type Place struct{ Before, After int64 }

// QuarantineRow is a message that could not be read.
type QuarantineRow struct {
	RawMessage
	Mailbox string
}

// LedgerProblem is a UID that could not be fetched or is over the size limit.
type LedgerProblem struct {
	LedgerEntry
	Mailbox string
	Folder  string
}

// WayIMAP is the reading of a mailbox's watched folder.
const WayIMAP = "imap"

// WaySent is the reading of a mailbox's sent folder.
const WaySent = "sent"

// Health of a mailbox's way in (IMAP) or out (SMTP).
type Health struct {
	MailboxID int64
	Way       string // WayIMAP, "smtp" or WaySent
	OK        bool
	Since     time.Time // since when it is so
	LastOK    time.Time
	Reason    string // in Italian, what is wrong and what to do
}

// Status is what /readyz and the banners look at.
type Status struct {
	Mailboxes     []MailboxStatus
	OldestPending time.Time // zero: nothing is waiting to be read
	Parked        int
	Unknown       int // outgoing mail of unknown fate
	Held          int // outgoing mail held after a restore
	QueuedSince   time.Time
	Full          string // Italian sentence: the disk is nearly full and intake stands still; "" while there is room
}

// MailboxStatus is one mailbox with its ways.
type MailboxStatus struct {
	Mailbox
	Ways []Health
}

// VerdictCount says how often proposals of one source were kept.
type VerdictCount struct {
	Source    TagSource // "" where nothing was proposed
	Proposals int
	Kept      int
}
