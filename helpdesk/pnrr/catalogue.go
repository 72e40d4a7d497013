package pnrr

import (
	"slices"
	"strings"
)

// Catalogue finds measures by any of their codes, and in texts.
type Catalogue struct {
	measures   []Measure
	topics     []Topic
	code       map[string]int   // ID → index in measures
	unique     map[string]int   // codice univoco → index
	cid        map[string][]int // several measures may share a CID
	number     map[string][]int // "1.4.3" → all measures with that number
	milestones map[string]milestone
	other      map[string][]int // first word of a code of another form → indexes
	literal    map[int][]byte   // the whole of it, folded
}

// NewCatalogue makes a catalogue of copies of d's lists. Of measures with the
// same code the first counts, so hand in those valid today, newest first.
func NewCatalogue(d Data) *Catalogue {
	c := &Catalogue{
		topics: slices.Clone(d.Topics),
		code:   map[string]int{}, unique: map[string]int{}, cid: map[string][]int{},
		number: map[string][]int{}, milestones: map[string]milestone{},
		other: map[string][]int{}, literal: map[int][]byte{},
	}
	for _, m := range d.Measures {
		key := codeKey(m.Code)
		if _, ok := c.code[key]; ok || key == "" {
			continue
		}
		i := len(c.measures)
		c.measures = append(c.measures, m)
		c.code[key] = i
		if u := codeKey(m.Unique); u != "" {
			c.unique[u] = i
		}
		if cid := codeKey(m.CID); cid != "" {
			c.cid[cid] = append(c.cid[cid], i)
		}
		if _, number, ok := splitCode(key); ok {
			c.number[number] = append(c.number[number], i)
		} else {
			c.addOther(i, m.Code)
		}
	}
	for _, m := range d.Milestones {
		c.addMilestone(m)
	}
	return c
}

// milestone holds the codes of a milestone's measures and the ID of the only
// known one that they are or are parts of.
type milestone struct {
	codes []string
	of    string
}

func (c *Catalogue) addMilestone(m Milestone) {
	known := map[string]bool{}
	for _, code := range m.Measures {
		measure, _ := c.MeasureOf(code)
		known[measure.Code] = true
	}
	stone := milestone{codes: slices.Clone(m.Measures)}
	if len(known) == 1 {
		for code := range known {
			stone.of = code
		}
	}
	c.milestones[codeKey(m.Code)] = stone
}

// Measures gives all measures in the order in which they were handed in.
func (c *Catalogue) Measures() []Measure { return slices.Clone(c.measures) }

// Topics gives all topics.
func (c *Catalogue) Topics() []Topic { return slices.Clone(c.topics) }

// Measure finds a measure by its ID or its codice univoco, in any case.
func (c *Catalogue) Measure(code string) (Measure, bool) {
	key := codeKey(code)
	i, ok := c.code[key]
	if !ok {
		i, ok = c.unique[key]
	}
	if !ok {
		return Measure{}, false
	}
	return c.measures[i], true
}

// MeasureOf finds the measure that a code of the open data names, or that it
// is a line or a part of: M2C4I2.02.01 is line A of M2C4I2.2.
func (c *Catalogue) MeasureOf(code string) (Measure, bool) {
	if m, ok := c.Measure(code); ok {
		return m, true
	}
	code = strings.TrimSpace(code)
	found := c.Find(code)
	if len(found) != 1 || found[0].Written != code || found[0].Milestone != "" || found[0].Measure == "" {
		return Measure{}, false
	}
	return c.Measure(found[0].Measure)
}

// ByCID gives the measures that share a code of the EU's decision.
func (c *Catalogue) ByCID(cid string) []Measure { return c.pick(c.cid[codeKey(cid)]) }

// ByNumber gives the measures that a bare number may mean: «1.1».
func (c *Catalogue) ByNumber(number string) []Measure { return c.pick(c.number[number]) }

// ByMilestone gives the IDs of the measures that a milestone or target
// belongs to; nil if the catalogue does not know it.
func (c *Catalogue) ByMilestone(code string) []string {
	return slices.Clone(c.milestones[codeKey(code)].codes)
}

// ByCLP gives the measure that a local project code names by its beginning:
// the platform PA digitale 2026 writes PRJ_143COM0922_… for 1.4.3, which is
// of component M1C1.
func (c *Catalogue) ByCLP(clp string) (Measure, bool) {
	digits, ok := strings.CutPrefix(codeKey(clp), "PRJ_")
	if !ok || len(digits) < clpDigits {
		return Measure{}, false
	}
	return c.Measure(clpCode(digits[:clpDigits]))
}

const clpDigits = 3 // after PRJ_

// clpCode is the ID of the measure whose digits begin a CLP: "143" is
// M1C1I1.4.3, and "120" would be M1C1I1.2.
func clpCode(digits string) string {
	number := digits[:1] + "." + digits[1:2]
	if digits[2] != '0' {
		number += "." + digits[2:]
	}
	return "M1C1I" + number
}

func (c *Catalogue) pick(at []int) []Measure {
	var ms []Measure
	for _, i := range at {
		ms = append(ms, c.measures[i])
	}
	return ms
}

func codeKey(code string) string { return strings.ToUpper(strings.TrimSpace(code)) }

// splitCode parts an ID into component with kind and number: "M5C2I2.1" into
// "M5C2I" and "2.1". A code of another programme has no such parts.
func splitCode(code string) (component, number string, ok bool) {
	const n = len("M5C2I")
	if len(code) <= n || code[0] != 'M' || code[2] != 'C' || code[n-1] != 'I' && code[n-1] != 'R' {
		return "", "", false
	}
	return code[:n], code[n:], true
}
