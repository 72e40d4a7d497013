package pnrr

import (
	_ "embed"
	"encoding/json"
)

//go:embed shipped.json
var shippedFile []byte

// Data is what a Catalogue is made of.
type Data struct {
	Measures   []Measure   `json:"measures"`
	Topics     []Topic     `json:"topics"`
	Milestones []Milestone `json:"milestones"`
}

// Shipped gives the measures, topics and milestones that come with the
// program: the seven of the desk and those that municipalities ask about most
// (domain.md §1.2). The caller may change what it gets.
func Shipped() Data {
	var d Data
	if err := json.Unmarshal(shippedFile, &d); err != nil {
		panic("pnrr: shipped.json: " + err.Error()) // compiled in, and read by the tests
	}
	return d
}
