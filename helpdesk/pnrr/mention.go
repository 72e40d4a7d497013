package pnrr

// Mention is a place in a text at which a measure is written.
//
// Which fields are set depends on How: a code, an extended form or a CLP has
// Code; a milestone has Milestone and Candidates; a bare number has Number and
// Candidates. Measure is set only where exactly one measure of the catalogue
// is meant.
type Mention struct {
	Code       string   // canonical, with the line: "M5C2I2.1", "M2C4I2.2.A", and "M5C2I4" if a CID was written
	Measure    string   // ID of the catalogue's measure, or empty: unknown, or not only one
	Line       string   // "A", "A1", "BIS"; or empty
	CID        string   // the code of the EU's decision if it was that which was written
	Milestone  string   // "M1C3-16"
	Number     string   // of a bare number, "1.4.3"
	Candidates []string // IDs of measures that may be meant
	How        How
	Start, End int    // byte offsets in the text
	Written    string // what stands there
}

// How says in which form a measure is written.
type How string

const (
	HowCode      How = "code"      // M5C2I2.1, M5C2 Inv. 2.1, and the common typing errors
	HowUnique    How = "unique"    // M5C2I2.01.00
	HowExtended  How = "extended"  // Missione 5, Componente 2, Investimento 2.1
	HowCID       How = "cid"       // M5C2I4
	HowMilestone How = "milestone" // M1C3-16
	HowCLP       How = "clp"       // PRJ_143COM0922_004512
	HowBare      How = "bare"      // misura 1.4.3
	HowOther     How = "other"     // the code of a programme that writes its codes otherwise
)

// maxMentions bounds what one text gives: nobody asks about more, and a page
// of codes must not fill a ticket.
const maxMentions = 200

// Find gives the measures that a text names, in the order in which they stand
// there and at most 200 (domain.md §1.4). It looks at no keywords.
func (c *Catalogue) Find(text string) []Mention {
	s := newScanner(c, text)
	s.run()
	return s.found
}
