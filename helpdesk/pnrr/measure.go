package pnrr

// Measure is one investment, reform or sub-measure of a programme. A version
// of it holds from ValidFrom to ValidTo.
type Measure struct {
	Programme string `json:"programme"` // "PNRR"
	Code      string `json:"code"`      // ID submisura, "M5C2I2.1"
	Unique    string `json:"unique"`    // codice univoco, "M5C2I2.01.00"
	CID       string `json:"cid"`       // of the EU's decision, "M5C2I4"; several measures may share one
	Title     string `json:"title"`     // official, Italian
	Short     string `json:"short"`     // what people call it
	Ministry  string `json:"ministry"`  // amministrazione titolare
	State     State  `json:"state"`
	StateNote string `json:"state_note"` // Italian: since which act, or what of it left; or empty

	Desk       bool `json:"desk"`        // one of the seven that the desk is there for
	FeedsReGiS bool `json:"feeds_regis"` // its beneficiaries keep ReGiS up to date every month

	Strong   []string `json:"strong"`   // phrases that name this measure and no other
	Weak     []string `json:"weak"`     // words that go with it
	Negative []string `json:"negative"` // words that speak for another
	Lines    []Line   `json:"lines"`

	ValidFrom string `json:"valid_from"` // YYYY-MM-DD, or empty: since ever
	ValidTo   string `json:"valid_to"`   // YYYY-MM-DD, the last day, or empty: open
	Note      string `json:"note"`       // Italian, for staff
}

// Line is a part of a measure with rules of its own: «linea B».
type Line struct {
	Code     string   `json:"code"` // "A"
	Title    string   `json:"title"`
	Keywords []string `json:"keywords"`
}

// State says whether the European plan still holds a measure. One that left
// goes on with national funds, and its beneficiaries go on asking.
type State string

const (
	InPlan State = "in_plan"
	Left   State = "left"
)

// Topic is what a question is about across measures: reporting, tenders, DNSH.
type Topic struct {
	Code     string   `json:"code"`  // "rendicontazione"
	Label    string   `json:"label"` // Italian
	Keywords []string `json:"keywords"`
}

// Milestone is a milestone or target of the plan and the IDs of the measures
// that it measures, of which some may be unknown to the catalogue.
type Milestone struct {
	Code     string   `json:"code"` // "M1C3-16", "M2C1-15BIS", "M2C4-00-ITA-10"
	Measures []string `json:"measures"`
}
