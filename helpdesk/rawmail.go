package helpdesk

import (
	"crypto/sha256"
	"time"
)

// MailboxKind is ordinaria or pec.
type MailboxKind string

// The kinds of mailbox.
const (
	MailboxOrdinary MailboxKind = "ordinaria"
	MailboxPEC      MailboxKind = "pec"
)

// Mailbox is one of ours, from the configuration.
type Mailbox struct {
	ID             int64
	Name           string
	Address        string
	Kind           MailboxKind
	AckEnabled     bool
	AckHourlyLimit int
}

// Box is a folder of a mailbox at its present UIDVALIDITY; what the ledger
// counts in.
type Box struct {
	ID          int64
	MailboxID   int64
	Folder      string
	UIDValidity uint32
	FirstNext   uint32    // UIDNEXT at the very first SELECT: mail below was there before us
	FirstAt     time.Time // of the very first SELECT; zero once that first start came to its end
	Settled     bool      // the baseline is set and, after a change of UIDVALIDITY, all UIDs are compared
}

// LedgerState is what became of one UID.
type LedgerState string

// The states of a ledger row. Skipped is mail older than the mailbox's start.
const (
	LedgerStored    LedgerState = "stored"
	LedgerFailed    LedgerState = "failed"
	LedgerOversized LedgerState = "oversized"
	LedgerVanished  LedgerState = "vanished"
	LedgerSkipped   LedgerState = "skipped"
)

// LedgerEntry says what became of one message of a box.
type LedgerEntry struct {
	BoxID        int64
	UIDValidity  uint32
	UID          uint32
	State        LedgerState
	RawID        int64
	Attempts     int
	NextTry      time.Time
	InternalDate time.Time
	Size         int64
	HeaderHash   []byte // SHA-256 of the header block; tells messages apart after UIDVALIDITY changes
	Error        string
}

// Arrival is a message as the poller fetched it, whole.
type Arrival struct {
	BoxID        int64
	MailboxID    int64
	UIDValidity  uint32
	UID          uint32
	InternalDate time.Time
	Size         int64  // RFC822.SIZE
	Raw          Blob   // the whole message, or only its header when Stub
	HeaderHash   []byte // of the header block
	Stub         bool
	Sent         bool // from the sent folder
}

// RawState is how far a stored raw message has come.
type RawState string

// The states of a raw message.
const (
	RawPending  RawState = "pending"
	RawReceived RawState = "received"
	RawParked   RawState = "parked" // three times unreadable: in quarantine
	// RawUnclaimed is a receipt of certified mail about nothing that we know to
	// have sent: the box is used by hand as well, or a database was restored. It
	// opens no ticket and stands in quarantine.
	RawUnclaimed RawState = "unclaimed"
)

// RawMessage is a message's bytes as they came, before and after reading.
type RawMessage struct {
	ID           int64
	MailboxID    int64
	BlobID       int64
	SHA256       [32]byte
	Size         int64 // on the server
	InternalDate time.Time
	KeptAt       time.Time
	Stub         bool
	FoundAtStart bool // in the folder before the first start, found by a re-scan or after a restore: never acknowledged
	Sent         bool // from the sent folder: an answer that left outside the desk, or nothing to us
	State        RawState
	Attempts     int
	NextTry      time.Time
	Error        string
}

// NewBlob hashes data; it is called before a transaction begins.
func NewBlob(data []byte) Blob { return Blob{SHA256: sha256.Sum256(data), Data: data} }
