package helpdesk

import "time"

// OutgoingState is how far a mail of ours has come.
type OutgoingState string

// The states of an outgoing mail. Unknown is never retried by itself: the
// connection was cut when the other side may already have taken the message.
const (
	OutgoingQueued  OutgoingState = "queued"
	OutgoingSending OutgoingState = "sending" // committed just before DATA
	OutgoingSent    OutgoingState = "sent"
	OutgoingFailed  OutgoingState = "failed"
	OutgoingUnknown OutgoingState = "unknown"
	OutgoingHeld    OutgoingState = "held" // automatic mail after a restore, until a person releases it
)

var outgoingLabels = map[OutgoingState]string{
	OutgoingQueued: "In uscita", OutgoingSending: "In invio", OutgoingSent: "Inviata",
	OutgoingFailed: "Non riuscita", OutgoingUnknown: "Da verificare", OutgoingHeld: "Trattenuta",
}

// Label is the Italian word for the state.
func (s OutgoingState) Label() string { return outgoingLabels[s] }

// OutgoingKind says why a mail leaves.
type OutgoingKind string

// The kinds of outgoing mail. All but a reply are automatic.
const (
	OutgoingReply OutgoingKind = "reply"
	OutgoingAck   OutgoingKind = "ack"
)

// Automatic reports whether the desk sends it by itself.
func (k OutgoingKind) Automatic() bool { return k != OutgoingReply }

// Outgoing is a row of the outbox: one intent, its bytes and its Message-ID
// fixed from the beginning.
type Outgoing struct {
	ID         int64
	Key        string // idempotency key of the intent, unique
	Kind       OutgoingKind
	TicketID   int64
	MessageID  int64 // our message on the ticket
	MailboxID  int64
	Ref        string // Message-ID, without angle brackets
	From       string // envelope sender; "" for automatic mail (null return path, RFC 3834 §3.3)
	Recipients []string
	Subject    string
	Bytes      Blob // when it is being stored
	BlobID     int64
	Size       int64

	State     OutgoingState
	Attempts  int
	NextTry   time.Time
	Error     string // last answer of the server or fault, for people
	Refused   []string
	CreatedAt time.Time
	SentAt    time.Time
}

// retryAfter are the waits after the 1st, 2nd … temporary failure; the last is
// repeated until maxTries.
var retryAfter = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour}

// maxTries makes about two days of trying. Tries are counted, not hours: a
// mail does not fail because the desk was down over a weekend.
const maxTries = 20

// nextTry tells when to try again after a temporary failure, or false when
// all tries were made.
func (o *Outgoing) nextTry(now time.Time) (time.Time, bool) {
	wait := retryAfter[min(max(o.Attempts-1, 0), len(retryAfter)-1)]
	return now.Add(wait), o.Attempts < maxTries
}

// Draft is what a mail of ours says before it is bytes.
type Draft struct {
	From        Address
	To, Cc      []Address
	Subject     string
	MessageID   string
	InReplyTo   string
	References  []string
	Date        time.Time
	Text        string // stands alone: protocol software drops HTML
	HTML        string
	Attachments []Attachment // with Blob set
	Automatic   string       // Auto-Submitted value, "" for a person's mail
}

// Composer makes RFC 5322 bytes of a draft. Implemented by mailbox.
type Composer interface {
	Compose(Draft) ([]byte, error)
}

// Delivery is what became of one attempt to send.
type Delivery struct {
	Result  DeliveryResult
	Reason  string   // the server's words or the fault
	Refused []string // recipients refused while others were accepted
	// Deferred are recipients refused for now while others were accepted.
	Deferred []string
}

// DeliveryResult is how an attempt ended.
type DeliveryResult string

// The results of an attempt.
const (
	Delivered DeliveryResult = "delivered" // 250 after the final dot
	Temporary DeliveryResult = "temporary" // 4xx, or no connection: try again
	Permanent DeliveryResult = "permanent" // 5xx
	Ambiguous DeliveryResult = "ambiguous" // cut after the final dot may have been read
)

// HandOver is what the small fsynced file beside the database holds: how
// often mail was handed to DATA, and the highest outbox id among it. The count
// and not the id tells a database that was copied back, because mail does not
// leave in the order of its ids.
type HandOver struct {
	Count   int64
	Highest int64
}

// HighWater is that file. Implemented by store.
type HighWater interface {
	// Load returns ErrNone where there is no file.
	Load() (HandOver, error)
	// Raise returns when h is on the disk; a lower count changes nothing.
	Raise(h HandOver) error
}
