package web

import (
	"html/template"
	"time"
)

// This file and pages_ticket.go declare what each template of web/templates is given: one struct per
// page, named after the template. Templates decide nothing but looks; permissions, addresses of
// pager links and sentences about errors come ready in these fields. Every time is shown in Italian
// local time; a zero time shows nothing.

// page is what every page needs around its own content.
type page struct {
	Title    string    // heading of the page and, with Product, of the browser's tab
	Product  string    // name of the desk, from configuration: «Sportello PNRR»
	Centre   string    // the line under it: «Centro di Competenza PNRR · supporto ai Comuni»
	Now      time.Time // when the page was made; «8 min» counts from it
	User     *viewer   // who is signed in; nil on public pages
	Views    []view    // left column, with counters; see newViews
	View     string    // key of the view shown, "" on other pages
	Tools    []tool    // left column, below: only what the user may open
	Search   string    // text in the search field of the bar
	Flash    string    // one sentence about what was just done, shown once
	Demo     bool      // shows «Dati di prova»
	DemoNote string    // how far the demo's preparation is, "" when done
	Full     string    // why all intake stands still: the disk is nearly full; "" otherwise
	Trouble  []trouble // mailboxes that cannot be read or used now

	Statement string // address of the accessibility declaration, "" for none
}

// viewer is the signed-in user.
type viewer struct {
	ID           int64
	Name, Email  string
	Role         string // admin, coordinator, expert, observer
	ShortcutsOff bool   // single-key shortcuts switched off (WCAG 2.1.4)
}

// tool is a link of the left column below the views.
type tool struct {
	Label, URL string
	Icon       string // see toolIcons
	Count      int    // things waiting there; 0 shows nothing
	Current    bool
}

// trouble is a mailbox that fails.
type trouble struct {
	Mailbox string    // its address
	Reason  string    // Italian, without secrets and final full stop
	Since   time.Time // first failure of the row
}

// person is a user shown beside a ticket, message or event.
type person struct {
	ID   int64 // chooses the colour
	Name string
}

// option is a choice of a <select> or a row of radio buttons.
type option struct {
	Value, Label string
	Selected     bool
}

// loginPage is accesso.html; POST /accesso with email, password, ritorno.
type loginPage struct {
	page
	Email   string // as typed, after a refusal
	Error   string // never which of the two was wrong
	Expired bool   // the session ended while the page was open
	Return  string // path to go to after signing in
}

// loginLinkPage is accesso_prova.html; POST to its own address signs in.
type loginLinkPage struct {
	page
	Name, Role string // of whom the link signs in
	Code       string // last part of the address
}

// profilePage is profilo.html; POST /profilo with firma, scorciatoie (si when checked), POST
// /profilo/password with attuale, nuova.
type profilePage struct {
	page
	Signature string            // as typed
	Errors    map[string]string // field name → sentence; "" for the whole form
}

// queuePage is coda.html; GET /quesiti with vista, q, stato, assegnatario, casella, ordine.
type queuePage struct {
	page
	Text      string   // filter: q
	States    []option // filter: stato; the first is «Tutti» with value ""
	Owners    []option // filter: assegnatario; «Chiunque», «Nessuno», «Io», people
	Mailboxes []option // filter: casella; empty hides it (one mailbox only)
	Orders    []option // ordine: see architecture's keyset orders
	Filtered  bool     // some filter is set
	ClearURL  string   // the view without filters
	Total     int      // tickets of the view under the filters, capped at maxCount; -1 when not counted
	Rows      []queueRow
	PrevURL   string // «Precedenti», "" on the first page
	NextURL   string // «Successivi», "" on the last page
	MoreURL   string // «Continua la ricerca»: the bounded scan stopped before the end
	Scanned   int    // entries looked at when MoreURL is set
	Classify  bool   // the view «Da classificare»: rows can be confirmed
}

// queueRow is one ticket of the queue.
type queueRow struct {
	Number      string // 2026-000123
	Subject     string // "" shows «(senza oggetto)»
	Version     int64
	Sender      string // name, else address, of who asked
	Body        string // the organization, "" not known
	Snippet     string // first words of the newest message, plain text
	Unread      bool   // news to the reader, or new and opened by nobody
	Attachments bool
	Automatic   bool // looks automatic
	NewSender   bool // last message from an unverified address
	Messages    int
	// What is proposed and not settled.
	BodyProposed bool
	Proposals    bool          // there is something to confirm: POST /quesiti/{Number}/conferma
	Cells        template.HTML // measure, state, owner, channel and mailbox; see cells.go
	Opened       template.HTML // timeTag
	Last         template.HTML // timeTag
}

// measuresPage is misure.html, and misure_scelta.html for the dialog; POST /quesiti/{Number}/misure.
type measuresPage struct {
	page
	Number, Subject string
	Version         int64
	InView          string // see ticketPage
	Classified      classified
}

// newTicketPage is nuovo.html; POST /quesiti/nuovo with chiave, canale, nome, email, telefono, oggetto, testo, casella.
type newTicketPage struct {
	page
	Key                               string   // idempotency key
	Channels                          []option // canale: phone, desk
	Name, Email, Phone, Subject, Text string
	Mailboxes                         []option          // casella: where the answer leaves from; empty with one mailbox
	Errors                            map[string]string // field name → sentence; "" for the whole form
}

// outboxPage is uscita.html; GET /posta/uscita with vista.
type outboxPage struct {
	page
	Alert      string // why an action was refused
	Held       bool   // some mail waits for an administrator after a restore
	CanRelease bool   // the reader may release it: POST /posta/uscita/libera
	Tabs       []tab
	Rows       []outboxRow
	PrevURL,
	NextURL string
}

// tab is a filter shown as a row of links.
type tab struct {
	Label, URL string
	Current    bool
}

// outboxRow is an outgoing mail; POST /posta/uscita/{ID}/riprova, …/arrivata, …/reinvia.
type outboxRow struct {
	ID        int64
	Number    string // of its ticket, "" for none
	Subject   string
	To        []string
	Automatic bool
	CreatedAt time.Time
	Delivery  delivery
}

// quarantinePage is quarantena.html.
type quarantinePage struct {
	page
	Alert string // why an action was refused
	Rows  []quarantineRow
	Cut   bool // there are more than are shown
}

// quarantineRow is a message that did not become a ticket; POST /posta/quarantena/{ID}/riprova.
type quarantineRow struct {
	ID         int64
	Mailbox    string
	Subject    string
	ReceivedAt time.Time
	Size       int64  // bytes
	Kind       string // parked, unclaimed, failed, oversized, vanished
	Reason     string // Italian
	Attempts   int
	CanRetry   bool
	EmlURL     string // "" when the bytes are not here
}

// usersPage is utenti.html; POST /amministrazione/utenti creates.
type usersPage struct {
	page
	Alert       string // why a change of a row was refused
	Rows        []userRow
	Roles       []option // ruolo
	Name, Email string   // as typed, after an error
	Errors      map[string]string
	PasswordFor int64 // the user whose password form is open, after an error
}

// userRow is a user; POST /amministrazione/utenti/{ID}/ruolo, …/stato, …/password.
type userRow struct {
	ID          int64
	Name, Email string
	Role        string
	Roles       []option // ruolo, the present one selected
	Disabled    bool
	Self        bool // role and state of oneself are not offered
	LastSeen    time.Time
	Open        int // open tickets they own
}

// mergePage is unisci.html; GET /quesiti/{Number}/unisci?con=, POST with in (number), versione.
type mergePage struct {
	page
	Version    int64       // of From; a save of an older one answers 409
	From       ticketLink  // goes away
	Query      string      // number as typed
	Target     *ticketLink // stays; nil until a number was found
	Candidates []ticketLink
	Error      string
}

// ticketLink is a ticket named in passing.
type ticketLink struct {
	Number, Subject, State, Sender string
	LastAt                         time.Time
	Messages                       int
}

// originalPage is originale.html: the frame around /messaggi/{ID}/originale, which has its own headers.
type originalPage struct {
	page
	ID      int64
	Number  string // of the ticket, "" for none
	Subject string
	From    string
	At      time.Time
}

// errorPage is errore.html.
type errorPage struct {
	page
	Status  int
	Message string // what happened and what to do, Italian; "" for the usual sentence of the status
	Code    string // to quote when asking for help; shown with 500
	Typed   string // the text of the form that was refused, to be copied; "" for none
}

// privacyPage is privacy.html; what is "" is left out.
type privacyPage struct {
	page
	Controller string // who answers for the data
	Email      string // where requests go
	DPO        string // address of the data protection officer
	Retention  string // how long data are kept
}

// accessibilityPage is accessibilita.html.
type accessibilityPage struct {
	page
	Email string // feedback
}

// previewFragment is anteprima.html; POST /anteprima with numero, tipo, testo.
type previewFragment struct {
	Body template.HTML // sanitised
}

// countersFragment is contatori.html: the data of the event «contatori».
type countersFragment struct {
	Views []view
}
