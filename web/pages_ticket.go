package web

import (
	"html/template"
	"slices"
	"time"
)

// ticketPage is quesito.html. Its forms, all POST below /quesiti/{Number}: stato (stato), spam,
// prendi, assegna (assegnatario), rinvia (quando, data), risposte and note (see composer). The form
// letto (visto) is there while something is unread; the script sends it by itself.
type ticketPage struct {
	page
	Number, Subject, State string
	Version                int64 // in every form, versione: a save of an older one answers 409
	Owner                  *person
	SnoozedUntil           time.Time // set while State is snoozed
	MergedInto             string    // number of the ticket that goes on, while State is merged
	BackURL, BackLabel     string    // the view the reader came from
	Alert                  string    // sentence about a refused action: «Lo stato era già cambiato»
	ToRead                 bool      // offers «Segna come letto», which the script presses by itself
	NewestURL              string    // the page with the newest messages, "" when it is this one

	Entries    []entry // the thread, oldest first
	Earlier    int     // messages before the first one shown
	EarlierURL string  // the page with them
	Composer   composer

	States  []option // the states that may follow, the present one selected
	Owners  []option // "" is «Nessuno»; empty when the reader may only take the ticket
	CanTake bool     // offers «Prendi in carico»
	Snooze  []option // quando: domani, lunedi, settimana; labels with day and hour; empty when it cannot be put off
	MinDate string   // first day of quando=data, 2026-11-25

	Classified classified
	InView     string // key of the view that the reader goes through, "" for none

	Channel   string
	Mailbox   string
	OpenedAt  time.Time
	Sender    contact
	Others    []ticketLink // further tickets of the same sender, newest first
	OthersURL string       // all of them, "" when Others is complete
	Related   []ticketLink // «possibile seguito»
}

// Offers reports whether a state may follow the present one.
func (p ticketPage) Offers(state string) bool {
	return slices.ContainsFunc(p.States, func(o option) bool { return o.Value == state && !o.Selected })
}

// contact is who asks.
type contact struct {
	Name, Address string
	Unverified    bool // «nuovo mittente, non verificato»
	Blocked       bool // what it sends is spam from the beginning
}

// entry is one line of the thread: exactly one of the three is set.
type entry struct {
	Message *message
	Event   *eventLine
	Report  *reportLine
}

// reportLine is a report that stands in full on the mail of ours that it is about.
type reportLine struct {
	ID, About        int64 // messages
	Label, Recipient string
	At               time.Time
	Failed, Unread   bool
}

// eventLine is a thin line between messages.
type eventLine struct {
	Icon string // see eventIcons
	Who  string // "" for the desk itself
	Text string // «ha cambiato lo stato in In attesa dell'ente»
	At   time.Time
}

// message is one message or note of the thread.
type message struct {
	ID           int64
	Kind         string // inbound, reply, note, system, receipt, bounce
	Author       person // ID 0 for people outside
	Address      string // of the author, "" for notes
	Channel      string // mail, pec, phone, desk
	At           time.Time
	To, Cc       []string
	Subject      string        // shown when it differs from the ticket's, else ""
	Body         template.HTML // sanitised; "" shows «(nessun testo)»
	Quoted       template.HTML // sanitised, folded
	QuotedName   string        // what of it is folded: «Cronologia citata e firma»
	Attachments  []attachment
	Problem      string // banner: unreadable, too large, incomplete; says what to do
	Unverified   bool   // sender not verified
	Outside      bool   // an answer that left without the desk
	Automatic    bool
	Copies       []messageCopy
	CopyCount    int       // of all copies; Copies are the first of them
	Delivery     *delivery // of our replies
	Receipts     []receipt // what became of it on the way, of our replies
	Past         []receipt // those that something later or worse has taken the place of
	NotCertified bool      // ordinary mail that came to a certified box
	Protocol     string    // the sender's protocol number
	Certified    string    // what the provider of certified mail states: legal time, name
	Forwards     string    // address of who wrote what it passes on, offered as the ticket's sender; "" for no offer
	Original     bool      // raw bytes are here: «Vedi originale», «Scarica .eml»
	Unread       bool
}

// attachment is a file of a message, at /allegati/{ID}.
type attachment struct {
	ID    int64
	Name  string
	Type  string // media type, chooses the icon
	Size  int64  // bytes
	Note  string // who signed it, or which file it was in
	Aside bool   // what it holds is shown beside it
}

// messageCopy is the same mail arrived another way.
type messageCopy struct {
	ID       int64  // of the raw message
	Label    string // «posta ordinaria a sportello@…»
	At       time.Time
	Probable bool // same sender, subject and text, but another id
}

// delivery is what became of an outgoing mail.
type delivery struct {
	ID      int64     // outbox id
	State   string    // queued, sending, sent, failed, unknown, held
	Reason  string    // why it failed or waits, Italian
	At      time.Time // of the state
	NextTry time.Time // while queued after a failure
	Tries   int
	// What the reader may do about it.
	CanRetry, CanSettle bool
	CertifiedOnly       bool // refused because the box takes certified mail only
}

// receipt is what was reported of an outgoing mail.
type receipt struct {
	ID        int64  // of the message that reports it
	Label     string // Accettata, Consegnata, Mancata consegna …
	Word      string // what it is: ricevuta, of certified mail, or avviso
	Class     string // of its colour
	Recipient string
	Reason    string
	At        time.Time

	CertifiedOnly bool // refused because the box takes certified mail only
	Unverified    bool // anybody may have written it
	Failed        bool // it did not arrive
}

// datedReceipt is one with the moment that its time is told from.
type datedReceipt struct {
	Receipt receipt
	Now     time.Time
}

// composer is the form for replies and notes. Fields: chiave, visto, tipo (risposta, nota), a, cc,
// testo, allegati (files), poi, azione (invia, anteprima, da:ID, a:ADDRESS), senza_allegato, da, pec_avvisata, misura_chiesta, misura. The button of a note posts
// to …/note, the others to …/risposte.
type composer struct {
	Off          string        // why nothing can be written here, "" when it can
	Folded       bool          // behind «Riapri e rispondi»: the ticket is closed
	Key          string        // idempotency key, new for each form
	SentKey      string        // key of the form just taken: the browser forgets its draft
	LastSeen     int64         // greatest message id shown: a newer one answers 409
	newest       int64         // greatest id of what an answer must have seen: inbound mail and replies
	Kind         string        // reply, note
	To, Cc       string        // addresses separated by commas
	Text         string        // Markdown, as typed
	After        []option      // poi: states after sending
	Error        string        // validation failure
	Conflict     bool          // 409: a message came in meanwhile
	Missing      bool          // the text speaks of an attachment and there is none: asks once
	Refiles      bool          // files were chosen and must be chosen again
	Preview      template.HTML // set after azione=anteprima
	Signed       bool          // the author's signature goes below the text
	From         int64         // da: the mailbox of ours chosen for it, 0 for the ticket's
	FromWords    string        // its address, "" for the ticket's
	Certified    *certifiedWarning
	Measure      *measureQuestion // nil: nothing to ask
	MeasureAsked bool             // it was put of this draft already
	MaxBytes     int64            // limit of all attachments together
	FileWords    string           // words that speak of an attachment, separated by spaces
}
