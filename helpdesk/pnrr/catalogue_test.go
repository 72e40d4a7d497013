package pnrr

import (
	"regexp"
	"testing"
)

func TestShipped(t *testing.T) {
	d := Shipped()
	desk := map[string]string{ // domain.md §1.2: ID → CID
		"M1C3I2.1": "M1C3I2.1", "M2C1I1.1": "M2C1I1.1", "M2C1I3.2": "M2C1I3.2", "M2C4I2.2": "M2C4I2.2",
		"M4C1I1.1": "M4C1I1.1", "M5C2I2.1": "M5C2I4", "M5C3I1.1.1": "M5C3I1.1.1",
	}
	left := map[string]bool{"M2C4I2.2": true, "M5C3I1.1.1": true, "M5C3I1.2": true}
	unique := regexp.MustCompile(`^M\dC\dI\d\.\d\d\.\d\d$`)
	for _, m := range d.Measures {
		if cid, ok := desk[m.Code]; ok != m.Desk || ok && cid != m.CID {
			t.Errorf("%s: desk %v, CID %s", m.Code, m.Desk, m.CID)
		}
		delete(desk, m.Code)
		if (m.State == Left) != left[m.Code] || m.State != Left && m.State != InPlan {
			t.Errorf("%s: state %q", m.Code, m.State)
		}
		if !unique.MatchString(m.Unique) || m.Programme != "PNRR" || m.Title == "" || m.Short == "" || m.Ministry == "" || len(m.Strong) == 0 {
			t.Errorf("%s: something is missing: %+v", m.Code, m)
		}
	}
	if len(desk) > 0 {
		t.Errorf("measures of the desk that are not there: %v", desk)
	}
	if len(d.Measures) != 36 || len(d.Topics) != 13 {
		t.Errorf("%d measures, %d topics", len(d.Measures), len(d.Topics))
	}
}

func TestLookUp(t *testing.T) {
	c := NewCatalogue(Shipped())
	for _, code := range []string{"M5C2I2.1", "m5c2i2.1", " M5C2I2.01.00 "} {
		if m, ok := c.Measure(code); !ok || m.Code != "M5C2I2.1" {
			t.Errorf("Measure(%q) = %s, %v", code, m.Code, ok)
		}
	}
	if m, ok := c.Measure("M5C2I4"); ok {
		t.Errorf("a CID is no ID: %s", m.Code)
	}
	if ms := c.ByCID("M5C2I4"); len(ms) != 1 || ms[0].Code != "M5C2I2.1" {
		t.Errorf("ByCID: %v", ms)
	}
	if ms := c.ByNumber("1.4.3"); len(ms) != 1 || ms[0].Code != "M1C1I1.4.3" {
		t.Errorf("ByNumber: %v", ms)
	}
	if ms := c.ByNumber("2.1"); len(ms) < 3 {
		t.Errorf("2.1 is a measure of several components: %v", ms)
	}
	for code, want := range map[string]string{
		"M2C4I2.02.01": "M2C4I2.2", "M2C4I2.2.A": "M2C4I2.2", "M2C2I4.1.2": "M2C2I4.1", "M5C2I2.1": "M5C2I2.1",
		"M5C2I2.1 e M4C1I1.1": "", "misura 1.4.3": "", "M1C3-16": "", "M6C1I1.1": "", "": "",
	} {
		if m, ok := c.MeasureOf(code); m.Code != want || ok != (want != "") {
			t.Errorf("MeasureOf(%q) = %s, %v", code, m.Code, ok)
		}
	}
	for milestone, want := range map[string]string{"M1C3-16": "M1C3I2.1", "m4c1-18": "M4C1I1.1", "M2C4-00-ITA-10": "M2C4I2.1"} {
		if got := c.ByMilestone(milestone); len(got) != 1 || got[0] != want {
			t.Errorf("ByMilestone(%s) = %v", milestone, got)
		}
	}
	for clp, want := range map[string]string{"PRJ_143COM0922X_004512": "M1C1I1.4.3", "prj_131com1022_000007": "M1C1I1.3.1", "PRJ_999COM": "", "PRJ_": "", "2.1_Varzi": ""} {
		if m, _ := c.ByCLP(clp); m.Code != want {
			t.Errorf("ByCLP(%s) = %q, want %q", clp, m.Code, want)
		}
	}
}

// What an administrator edits stands in place of what is shipped.
func TestCatalogueOfOtherData(t *testing.T) {
	d := Data{Measures: []Measure{{Code: "FSC 4.2", Programme: "FSC", CID: ""}, {Code: "M4C1I1.1", Title: "new"}, {Code: "M4C1I1.1", Title: "old"}, {}}}
	c := NewCatalogue(d)
	d.Measures[1].Title = "changed afterwards"
	if m, ok := c.Measure("M4C1I1.1"); !ok || m.Title != "new" {
		t.Errorf("%+v", m)
	}
	if _, ok := c.Measure("fsc 4.2"); !ok {
		t.Error("a code of another programme is not found")
	}
	for text, want := range map[string]string{"progetto FSC  4.2, saldo": "FSC 4.2", "fsc 4.23": "", "xfsc 4.2": "", "FSC 4.2": "FSC 4.2"} {
		found := c.Find(text)
		if (len(found) == 1) != (want != "") || len(found) == 1 && found[0].Measure != want {
			t.Errorf("Find(%q) = %+v", text, found)
		}
		checkOffsets(t, text, found)
	}
	if got := len(c.Measures()); got != 2 {
		t.Errorf("%d measures", got)
	}
	if got := c.ByCID(""); got != nil {
		t.Errorf("an empty CID finds %v", got)
	}
}
