package helpdesk

import "time"

// Project is an intervention that a body carries out with a measure's money.
// Its key is sub-measure, CUP and CLP (domain.md §6).
type Project struct {
	ID             int64
	MeasureCode    string // codice univoco of the sub-measure, «M4C1I1.01.00»
	CUP            string
	CLP            string // "" where the source has none
	MeasureID      int64  // 0: a measure the desk does not keep
	OrganizationID int64  // 0: a body the desk does not keep
	Body           string // soggetto attuatore, as the source writes it
	FiscalCode     string // eleven digits
	Title          string
	State          string
	Phase          string
	Amount         int64 // cents of euro, all funding; Unknown
	PNRRAmount     int64 // cents of euro; Unknown
	StartsOn       string
	EndsOn         string // a day, «2026-06-30», "" for not known
	FeedsReGiS     bool   // false: its platform does (PA digitale 2026)
	Source         ProjectSource
	SeenAt         time.Time // when a file last said something new
}

// Unknown stands for an amount that the source does not give.
const Unknown int64 = -1

// ProjectSource is the kind of file that a project came from.
type ProjectSource string

// The sources of projects.
const (
	SourceItaliaDomani ProjectSource = "italiadomani"
	SourcePADigitale   ProjectSource = "padigitale"
)

// BodyCode is a kind of official code of a body.
type BodyCode string

// The codes by which files name bodies.
const (
	BodyISTAT  BodyCode = "istat"
	BodyIPA    BodyCode = "ipa"
	BodyFiscal BodyCode = "fiscal_code"
)
