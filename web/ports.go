package web

import (
	"context"
	"io"
	"time"

	"sportello/helpdesk"
)

// Reads are what pages show. A look-up of one thing returns helpdesk.ErrNone
// (or a helpdesk.NotFound) when there is none.
type Reads interface {
	queueReads
	mailReads
	userReads
}

type queueReads interface {
	// View runs fn on one snapshot, for the few look-ups that have no method of their own.
	View(ctx context.Context, fn func(helpdesk.ReadTx) error) error
	Queue(ctx context.Context, q helpdesk.QueueQuery) (helpdesk.QueuePage, error)
	Counters(ctx context.Context, userID int64) (helpdesk.Counters, error)
	// Ticket is the ticket page as userID sees it; of a long thread the newest messages.
	Ticket(ctx context.Context, number helpdesk.Number, userID int64) (helpdesk.TicketView, error)
	// Thread is the page of messages before one of them, and how many are before the page.
	Thread(ctx context.Context, number helpdesk.Number, before int64) ([]helpdesk.MessageView, int, error)
	// Message is one message with its attachments and the number of its ticket.
	Message(ctx context.Context, id int64) (helpdesk.Message, helpdesk.Number, error)
	Attachment(ctx context.Context, id int64) (helpdesk.Attachment, helpdesk.Number, error)
}

type mailReads interface {
	// OriginalBlob is the blob with a message as it came or as it left; none for a note.
	OriginalBlob(ctx context.Context, messageID int64) (int64, error)
	Raw(ctx context.Context, rawID int64) (helpdesk.RawMessage, error)
	// Blob is a whole blob in memory.
	Blob(ctx context.Context, id int64) ([]byte, error)
	// Outbox lists mail in a state, all if it is "", at a place, newest first.
	Outbox(ctx context.Context, state helpdesk.OutgoingState, at helpdesk.Place, limit int) ([]helpdesk.OutgoingRow, error)
	// Quarantine lists messages that could not be read and UIDs that could not be fetched.
	Quarantine(ctx context.Context) ([]helpdesk.QuarantineRow, []helpdesk.LedgerProblem, error)
	Mailboxes(ctx context.Context) ([]helpdesk.Mailbox, error)
	// FormerMailboxes are those that the configuration names no more; they have tickets.
	FormerMailboxes(ctx context.Context) ([]helpdesk.Mailbox, error)
	Status(ctx context.Context) (helpdesk.Status, error)
}

type userReads interface {
	UserByID(ctx context.Context, id int64) (helpdesk.User, error)
	UserByEmail(ctx context.Context, email string) (helpdesk.User, error)
	Users(ctx context.Context) ([]helpdesk.User, error)
}

// OpenFile opens a blob, for downloads that must not be in memory whole. The
// store's own method returns its own type; cmd/sportello makes this of it.
type OpenFile func(ctx context.Context, blobID int64) (io.ReadSeeker, error)

// Desk are the use cases that pages call; *helpdesk.Desk has them all.
type Desk interface {
	Now() time.Time
	Changes() (<-chan helpdesk.Change, func())
	sessionUse
	ticketUse
	mailUse
	userUse
}

type sessionUse interface {
	Session(ctx context.Context, token string) (helpdesk.Session, error)
	SaveSession(ctx context.Context, s helpdesk.Session) error
	DeleteSession(ctx context.Context, token string) error
	LoginAllowed(ctx context.Context, keys ...string) (wait time.Duration, err error)
	LoginFailed(ctx context.Context, userID int64, keys ...string) error
	NewDevice(ctx context.Context, account string) (device string, err error)
	KnownDevice(ctx context.Context, account, device string) (key string, err error)
	LoggedIn(ctx context.Context, u helpdesk.User, keys ...string) error
	LoggedOut(ctx context.Context, u helpdesk.User) error
}

type ticketUse interface {
	Reply(ctx context.Context, u helpdesk.User, f helpdesk.ReplyForm) error
	// PreviewReply is the HTML of an answer as it would leave.
	PreviewReply(ctx context.Context, u helpdesk.User, n helpdesk.Number, markdown string) (string, error)
	Note(ctx context.Context, u helpdesk.User, n helpdesk.Number, key, markdown string) error
	Open(ctx context.Context, u helpdesk.User, f helpdesk.OpenForm) (helpdesk.Number, error)
	Take(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64) error
	Assign(ctx context.Context, u helpdesk.User, n helpdesk.Number, version, ownerID int64) error
	SetState(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64, s helpdesk.State) error
	// SetMeasures says what a ticket is about: the main measure, 0 for none, and others.
	SetMeasures(ctx context.Context, u helpdesk.User, n helpdesk.Number, version, main int64, others []int64) error
	SetTopics(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64, topics []int64) error
	ConfirmProposals(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64) error
	Snooze(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64, until time.Time) error
	Merge(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64, into helpdesk.Number) error
	Spam(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64, block bool) error
	Unblock(ctx context.Context, u helpdesk.User, n helpdesk.Number, version int64) error
	UseForwarded(ctx context.Context, u helpdesk.User, n helpdesk.Number, version, messageID int64) error
	MarkRead(ctx context.Context, u helpdesk.User, n helpdesk.Number, upTo int64) error
}

type mailUse interface {
	RetryOutgoing(ctx context.Context, u helpdesk.User, id int64) error
	ConfirmOutgoing(ctx context.Context, u helpdesk.User, id int64) error
	RetryRaw(ctx context.Context, u helpdesk.User, rawID int64) error
	ReleaseHolds(ctx context.Context, u helpdesk.User) error
}

type userUse interface {
	AddUser(ctx context.Context, actor helpdesk.User, f helpdesk.UserForm) (int64, error)
	ChangeUser(ctx context.Context, actor helpdesk.User, id int64, f helpdesk.UserForm) error
	ChangeProfile(ctx context.Context, u helpdesk.User, f helpdesk.ProfileForm) error
}

// Originals reads a stored message for the page «originale». cmd/sportello
// implements it over mailbox/mime, which web does not know.
type Originals interface {
	// Original returns the HTML of a message as its sender wrote it, or "" and
	// its plain text, and what the HTML refers to by cid:, without «<>».
	Original(ctx context.Context, raw []byte) (html, text string, inline map[string]Inline, err error)
}

// Inline is a part that the HTML of a mail refers to.
type Inline struct {
	Type string // as declared
	Data []byte
}
