package helpdesk

import (
	"context"
	"errors"
	"time"
)

// What the Desk needs from outside. store implements all of it; the methods
// of a transaction take no context, they run under that of Update or View.

// ErrNone is what a look-up of one thing returns when there is none.
var ErrNone = errors.New("none")

// ErrExists is what an insert returns when a unique key is taken.
var ErrExists = errors.New("exists")

// ErrStale is what SaveTicket returns when the ticket was saved since it was read.
var ErrStale error = errStale

// Store keeps everything.
type Store interface {
	// Update runs fn in one write transaction: all of it or nothing. A nested
	// Update is an error.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent snapshot, beside any writer.
	View(ctx context.Context, fn func(ReadTx) error) error
}

// ReadTx is what may be read in a transaction.
type ReadTx interface {
	mailReads
	ticketReads
	messageReads
	contactReads
	outboxReads
	userReads
	registerReads
	taxonomyReads
	tagReads
	projectReads
	organizationReads
	answerReads
}

// Tx is a write transaction.
type Tx interface {
	ReadTx
	mailWrites
	ticketWrites
	messageWrites
	contactWrites
	outboxWrites
	userWrites
	registerWrites
	taxonomyWrites
	tagWrites
	projectWrites
	organizationWrites
	answerWrites
}

type mailReads interface {
	// Mailboxes lists all that ever were ours, configured or not.
	Mailboxes() ([]Mailbox, error)
	MailboxByID(id int64) (Mailbox, error)
	BoxByFolder(mailboxID int64, folder string) (Box, error)
	BoxByID(id int64) (Box, error)
	// LedgerNext is the greatest UID of the box at its validity plus one, 1 for none.
	LedgerNext(boxID int64, validity uint32) (uint32, error)
	LedgerEntry(boxID int64, validity, uid uint32) (LedgerEntry, error)
	// LedgerDue lists failed entries whose next try has come, oldest first.
	LedgerDue(boxID int64, validity uint32, now time.Time, limit int) ([]LedgerEntry, error)
	// LedgerAlike lists entries of the box at other validities with the same
	// internal date, size and header hash: the same message under an older UID.
	// Validity 0 stands for none: entries at all of them.
	LedgerAlike(boxID int64, validity uint32, internalDate time.Time, size int64, headerHash []byte) ([]LedgerEntry, error)
	// LedgerUIDs lists the UIDs of the box at its validity, ascending, in pages.
	LedgerUIDs(boxID int64, validity, after uint32, limit int) ([]uint32, error)
	// LedgerRows lists the rows of the box at its validity, by UID ascending, in pages.
	LedgerRows(boxID int64, validity, after uint32, limit int) ([]LedgerEntry, error)
	RawByHash(sum [32]byte) (RawMessage, error)
	RawByID(id int64) (RawMessage, error)
	// PendingRaw lists pending raw messages that are due, in the order kept.
	PendingRaw(now time.Time, limit int) ([]RawMessage, error)
	// BlobData reads a whole blob.
	BlobData(blobID int64) ([]byte, error)
	BlockedSender(address string) (bool, error)
	HealthOf(mailboxID int64, way string) (Health, error)
}

type mailWrites interface {
	// SaveMailbox inserts or updates by address and sets ID.
	SaveMailbox(*Mailbox) error
	// KeepMailboxes notes that these are configured and no others, and returns
	// those of which that was not so before.
	KeepMailboxes(ids []int64) (changed []int64, err error)
	SaveBox(*Box) error
	// UnsettleBoxes has every folder compared with the ledger before mail counts as new again.
	UnsettleBoxes() error
	// SaveLedger inserts or replaces by box, validity and UID.
	SaveLedger(LedgerEntry) error
	// PutBlob stores b once per content and returns its id.
	PutBlob(b Blob) (int64, error)
	InsertRaw(*RawMessage) error
	SaveRaw(RawMessage) error // state, attempts, next try, error, sent
	// DropRaw forgets a raw message that is on no ticket; its ledger rows are
	// skipped from now on.
	DropRaw(id int64) error
	BlockSender(address string, by int64, at time.Time) error
	UnblockSender(address string) error
	// SaveHealth records when a mailbox's way in or out last worked or failed.
	SaveHealth(Health) error
	DropHealth(way string) error
}

type ticketReads interface {
	TicketByID(id int64) (Ticket, error)
	TicketByNumber(n Number) (Ticket, error)
	// Participants of a ticket, at most 200.
	Participants(ticketID int64) ([]Participant, error)
	// TicketsToWake lists snoozed tickets whose date has come.
	TicketsToWake(now time.Time, limit int) ([]int64, error)
	// TicketsOfOwner lists the active tickets that a user has.
	TicketsOfOwner(ownerID int64, limit int) ([]int64, error)
	// TicketsSilent lists answered tickets without a message since before.
	TicketsSilent(before time.Time, limit int) ([]int64, error)
}

type ticketWrites interface {
	// NextNumber takes the next number of the year.
	NextNumber(year int) (Number, error)
	// SkipNumbers leaves out n numbers of the year.
	SkipNumbers(year, n int) error
	InsertTicket(*Ticket) error // sets ID and Version
	// SaveTicket saves if the stored version is still t's, else ErrStale;
	// raises t.Version.
	SaveTicket(t *Ticket) error
	AddParticipant(ticketID int64, p Participant) error
	LinkTickets(ticketID, otherID int64) error
	// MoveTicket brings messages, thread refs, participants, outgoing mail,
	// unread marks and links of one ticket to another.
	MoveTicket(fromID, toID int64) error
}

type messageReads interface {
	// MessagesByID lists messages whose Message-ID (or further id) is one of ids.
	MessagesByID(ids []string) ([]Message, error)
	// MessagesByText lists inbound messages with the text hash, arrived since.
	MessagesByText(hash []byte, since time.Time) ([]Message, error)
	MessageByID(id int64) (Message, error)
	// LastMessageID is the id of the message of kinds that was filed last,
	// whatever its date.
	LastMessageID(ticketID int64, kinds ...Kind) (int64, error)
	// LastQuestion is the newest message of a person of the body: neither
	// unverified nor automatic.
	LastQuestion(ticketID int64) (Message, error)
	// Opening is the oldest message of a body on the ticket: the question.
	Opening(ticketID int64) (Message, error)
	// TicketsByRefs lists the tickets that hold or reference one of ids, at most 50.
	TicketsByRefs(ids []string) ([]int64, error)
	// TicketsOfSender lists those of them in which the address or, if not
	// empty, the body takes part.
	TicketsOfSender(ids []string, address, body string) ([]int64, error)
}

type messageWrites interface {
	// InsertMessage stores the message with bodies, attachments, full text and
	// further ids of the same message; sets ID.
	InsertMessage(m *Message, alsoIDs []string) error
	// ReplaceMessage stores anew what was read from the raw bytes (reprocess).
	ReplaceMessage(m *Message) error
	InsertCopy(Copy) error
	// AddMessageIDs makes the message known by further ids: those of its copies.
	AddMessageIDs(messageID int64, ids []string) error
	AddThreadRefs(ticketID int64, ids []string) error
	// MarkUnread notes for a user that the message is new to him.
	MarkUnread(userID, ticketID, messageID int64) error
	// MarkRead notes that the user has seen the ticket up to a message, and that somebody has opened it.
	MarkRead(userID, ticketID, upTo int64) error
}

type taxonomyReads interface {
	// Measures lists all, those of the desk first, then by code.
	Measures() ([]Measure, error)
	MeasureByID(id int64) (Measure, error)
	// MeasureByUnique is the id of the measure with a codice univoco, 0 for none.
	MeasureByUnique(code string) (int64, error)
	Topics() ([]Topic, error) // by label
	TopicByID(id int64) (Topic, error)
	// Learned calls fn for every count of a kind: in how many questions of a
	// label a stem stood, "" for the questions themselves.
	Learned(kind VerdictKind, fn func(label int64, stem string, n int)) error
}

type taxonomyWrites interface {
	// SaveMeasure inserts by programme and code, or updates by ID if the stored
	// version is still m's, else ErrStale; what it said before is kept.
	SaveMeasure(m *Measure, at time.Time) error
	SaveTopic(t *Topic, at time.Time) error // likewise, by code
	// Learn adds by to the counts of a question's stems under a label.
	Learn(kind VerdictKind, label int64, stems []string, by int) error
}

type projectReads interface {
	ProjectByKey(measureCode, cup, clp string) (Project, error)
	// ProjectsByCode lists the projects with a CUP or CLP, at most 50.
	ProjectsByCode(kind CodeKind, code string) ([]Project, error)
	// ProjectsOf lists a body's projects, at most limit.
	ProjectsOf(organizationID int64, limit int) ([]Project, error)
	HasPlace(projectID int64, istat string) (bool, error)
	// OrganizationByCode is the id of the body with an official code, 0 for none.
	OrganizationByCode(kind BodyCode, code string) (int64, error)
}

type projectWrites interface {
	// SaveProject inserts (ID 0) or updates.
	SaveProject(*Project) error
	AddPlace(projectID int64, istat string) error
	// TieProjects gives projects of no body the one with their fiscal code, at
	// most limit of them, and returns how many.
	TieProjects(limit int) (int, error)
}

type tagReads interface {
	TagsOf(ticketID int64) (Tags, error)
}

type tagWrites interface {
	// SaveTags replaces all tags of a ticket.
	SaveTags(ticketID int64, t Tags) error
	// SaveVerdict notes what became of a proposal, the first time only.
	SaveVerdict(Verdict) error
}

type contactReads interface {
	ContactByAddress(address string) (Contact, error)
	ContactByID(id int64) (Contact, error)
	// CertifiedAddresses lists those of some addresses, in lower case, that are
	// noted as boxes of certified mail.
	CertifiedAddresses(addresses []string) ([]string, error)
}

type contactWrites interface {
	InsertContact(*Contact) error
	SaveContact(Contact) error
	NoteCertifiedAddress(address string) error
}

type outboxReads interface {
	OutgoingByID(id int64) (Outgoing, error)
	OutgoingByRef(ref string) (Outgoing, error)
	// OutgoingOfMessage is the first mail that carried a message of ours.
	OutgoingOfMessage(messageID int64) (Outgoing, error)
	// OutgoingWithSubject lists mail of the mailbox with the subject among the
	// last thousand of all, newest first.
	OutgoingWithSubject(mailboxID int64, subject string) ([]Outgoing, error)
	// OutgoingOfTicket lists the mail of a ticket, newest first.
	OutgoingOfTicket(ticketID int64, limit int) ([]Outgoing, error)
	OutgoingByKey(key string) (Outgoing, error)
	// OutgoingToCopy is the oldest answer of a mailbox sent in that time that
	// is not known to lie in its sent folder.
	OutgoingToCopy(mailboxID int64, after, before time.Time) (Outgoing, error)
	// NextOutgoing is the queued mail of a mailbox whose try has come, replies
	// before automatic mail, then oldest first.
	NextOutgoing(mailboxID int64, now time.Time) (Outgoing, error)
	OutgoingInState(s OutgoingState, limit int) ([]Outgoing, error)
	// AutomaticTo counts automatic mail of the kind since: with an address, in
	// lower case, to that person from any mailbox, under whatever tag
	// (local+tag@domain), since responders change theirs; without one, from
	// the mailbox to anybody.
	AutomaticTo(mailboxID int64, kind OutgoingKind, address string, since time.Time) (int, error)
	// HandedOver counts how often mail was handed to DATA.
	HandedOver() (int64, error)
}

type outboxWrites interface {
	InsertOutgoing(*Outgoing) error   // ErrExists when Key is taken
	SetCopied(outgoingID int64) error // the sent folder has it, or will not
	SaveOutgoing(Outgoing) error      // state, attempts, next try, error, refused, sent at
	SetHandedOver(count int64) error
	// StartOutgoingAfter makes the next outbox id greater than id.
	StartOutgoingAfter(id int64) error
}

type userReads interface {
	UserByID(id int64) (User, error)
	UserByEmail(email string) (User, error)
	Users() ([]User, error)
	SessionByToken(token string, now time.Time) (Session, error)
	// Throttle is how often key failed to log in lately.
	Throttle(key string) (Throttle, error)
}

type userWrites interface {
	InsertUser(*User) error // ErrExists when the e-mail is taken
	SaveUser(User) error
	SaveSession(Session) error
	DeleteSession(token string) error
	DeleteSessionsOf(userID int64) error
	DeleteSessionsExpired(now time.Time) error
	SaveThrottle(Throttle) error
}

// Throttle counts failed log-ins of an account or an address block.
type Throttle struct {
	Key      string
	Failures int
	Until    time.Time // no attempt is looked at before
	Last     time.Time
}

type registerReads interface {
	LastEvent() (Event, error)
	// Events lists events after an id, ascending.
	Events(after int64, limit int) ([]Event, error)
	Setting(name string) (string, error)
	Secret(name string) ([]byte, error)
}

type registerWrites interface {
	InsertEvent(Event) error
	SetSetting(name, value string) error
	SetSecret(name string, value []byte) error
}
