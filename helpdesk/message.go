package helpdesk

import "time"

// Kind of a message on a ticket.
type Kind string

// The kinds of message.
const (
	KindInbound Kind = "inbound" // from outside
	KindReply   Kind = "reply"   // ours, sent
	KindNote    Kind = "note"    // internal, never leaves
	KindSystem  Kind = "system"  // sent by the desk itself: acknowledgement
	KindReceipt Kind = "receipt" // delivery confirmation, read receipt, vacation reply: about something we sent
	KindBounce  Kind = "bounce"  // something we sent did not arrive
)

// Address of a mail: the name as written, the address with its domain in lower case.
type Address struct {
	Name string `json:"name,omitempty"`
	Addr string `json:"addr"`
}

func (a Address) String() string {
	if a.Name == "" {
		return a.Addr
	}
	return a.Name + " <" + a.Addr + ">"
}

// Message is one message of a ticket.
type Message struct {
	ID       int64
	TicketID int64
	Kind     Kind
	Channel  Channel

	At   time.Time // when it arrived (INTERNALDATE) or was written; orders the thread
	Date time.Time // what its Date header says: display only, zero if unreadable

	AuthorID  int64 // the user who wrote it, for replies and notes
	ContactID int64 // who wrote it, for inbound
	From      Address
	To        []Address
	Cc        []Address
	ReplyTo   []Address

	Subject    string
	MessageID  string // without angle brackets
	References []string

	Text          string // what is new in it, plain text
	Quoted        string // what it quotes, folded on the page
	Folds         []Fold // of what kinds Quoted is, each once
	HTML          string // sanitised, "" if it has none
	PolicyVersion int    // of the sanitiser that made HTML

	RawID      int64  // the raw message it was read from, 0 for what we wrote
	TextHash   []byte // of the normalised new text: copies have the same
	BodyHash   []byte // of the whole body as it came: same Message-ID, other body → other message
	Automatic  string // why it looks automatic, "" for a person's mail
	Protocol   string // the sender's protocol number as written, «4512 del 16/11/2026»
	Problem    string // what could not be read, in Italian, "" if all is well
	Spam       string // why the provider or we think it spam
	Unverified bool   // joined by a Message-ID of ours from an address nobody knew

	Attachments []Attachment
	Report      *Report        // for receipts and bounces
	Forwarded   *Forwarded     // who wrote what it passes on
	AboutID     int64          // our message that it reports on, 0 for none
	Certified   *Certification // for certified mail and its receipts
}

// Fold is why a part of a message is folded.
type Fold string

// The kinds of fold.
const (
	FoldHistory   Fold = "history"   // earlier messages
	FoldSignature Fold = "signature" // of the sender or of a device
	FoldNotice    Fold = "notice"    // confidentiality, a virus scanner
	FoldStamp     Fold = "stamp"     // of a protocol register
)

// Attachment of a message; the bytes are a Blob.
type Attachment struct {
	ID         int64
	MessageID  int64
	Name       string // clean: no path, no control characters
	Type       string // as declared, lower case; never trusted when served
	Size       int64
	ContentID  string // for images shown inline by cid:
	Inline     bool
	Signer     string // who signed it, by the certificate: nobody has verified it
	OpenedFrom string // name of the file it was taken out of, «winmail.dat»
	Wrapper    bool   // what it holds is shown or listed beside it: winmail.dat, smime.p7m, smime.p7s
	Blob       Blob   // set when it is being stored
	BlobID     int64
}

// MaxInlineImage is the size in bytes of the largest image shown inside a text.
const MaxInlineImage = 1_000_000

// MayShowInline reports whether a file can be shown inside the text that refers
// to it; every other is listed below it, for what is in neither place is lost.
func (a Attachment) MayShowInline() bool {
	if !a.Inline || a.ContentID == "" || a.Size > MaxInlineImage {
		return false
	}
	switch a.Type {
	case "image/png", "image/x-png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp":
		return true
	}
	return false
}

// Blob is a piece of bytes as the store keeps it, once per content.
type Blob struct {
	SHA256 [32]byte
	Data   []byte
}

// Copy is a further way by which a message came: To and Cc, PEC and courtesy
// mail. It is folded under the message and not counted.
type Copy struct {
	MessageID int64 // ours: the message it is a copy of
	RawID     int64
	At        time.Time
	Channel   Channel
	MailboxID int64
	From      Address
	Subject   string
	Probable  bool // recognised by sender, subject and text, not by identity
}

// Report says what became of something we sent.
type Report struct {
	Kind       ReportKind `json:"kind"`
	Recipient  string     `json:"recipient,omitempty"`
	Recipients []string   `json:"recipients,omitempty"` // all of whom it says so, where they are several
	Status     string     `json:"status,omitempty"`     // RFC 3463, «5.1.1»
	Diagnostic string     `json:"diagnostic,omitempty"`
	Subject    string     `json:"subject,omitempty"` // of the message it is about
	OutgoingID int64      `json:"outgoing,omitempty"`
}

// ReportKind is what a message about something we sent says.
type ReportKind string

// The kinds of report.
const (
	ReportFailed    ReportKind = "failed"     // permanent: it did not arrive
	ReportDelayed   ReportKind = "delayed"    // the other side still tries
	ReportAccepted  ReportKind = "accepted"   // the sender's provider took it (PEC)
	ReportTakenOver ReportKind = "taken_over" // one provider took it over from another (PEC)
	ReportDelivered ReportKind = "delivered"  // it arrived
	ReportRead      ReportKind = "read"       // MDN, RFC 8098
	ReportVacation  ReportKind = "vacation"   // RFC 3834 answer to it
	ReportCalendar  ReportKind = "calendar"   // iTIP REPLY
)
