package helpdesk

import "time"

// Incoming is what the reader saw in one raw message. Every string in it is
// valid UTF-8 without control characters. It is made before any transaction.
type Incoming struct {
	MessageID  string   // without angle brackets, "" if the message has none
	AlsoIDs    []string // other ids of the same message: X-Riferimento-Message-ID, inner and outer id of a PEC
	InReplyTo  []string
	References []string

	From    Address // Addr is "" when no address can be found
	ReplyTo []Address
	To      []Address
	Cc      []Address
	Subject string
	Date    time.Time // the Date header; zero if unreadable

	Text          string // what is new
	Quoted        string // what is quoted
	Folds         []Fold // of what kinds that is, each once
	HTML          string // sanitised
	PolicyVersion int
	Attachments   []Attachment // with Blob set

	Channel   Channel        // pec for a transport envelope, else mail
	Automatic string         // why it looks automatic (RFC 3834 and what lacks it), "" for a person
	Report    *Report        // set for mail about something sent
	ReportOf  []string       // Message-IDs of what it reports on, from its parts and References
	KnownAs   []string       // ids that the provider of certified mail gave to what its receipt is about
	Forwarded *Forwarded     // set when it is only a forward of somebody else's message
	Protocol  string         // sender's protocol number
	Spam      string         // verdict of the provider's spam headers, "" if none
	Problem   string         // what could not be read, in Italian
	Certified *Certification // what its provider of certified mail states, nil for ordinary mail
	Stub      bool           // only the header was fetched: the message is over the size limit
	BodyHash  []byte         // SHA-256 of the body as it came
	Size      int64          // of the message on the server
	Raw       RawMessage     // where it comes from

	Suggested Suggestion // what it seems to be about; the Desk works it out
}

// Forwarded is who wrote the message that somebody forwards to the desk.
type Forwarded struct {
	From    Address `json:"from"`
	Subject string  `json:"subject,omitempty"`
	Text    string  `json:"-"` // it stands in the message, too
}

// Reader turns raw bytes into an Incoming. It is pure, never panics and always
// answers: a message that cannot be read has a Problem. Implemented by mailbox.
type Reader interface {
	Read(raw []byte, stub bool) Incoming
}
