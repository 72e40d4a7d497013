package pnrr

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// table reads a file of the material that is not part of this repository.
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	dir := os.Getenv("SPORTELLO_DATA")
	if dir == "" {
		t.Skip("SPORTELLO_DATA is not set: the open data of Italia Domani is not here")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = ';', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			if i < len(row) {
				m[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = strings.TrimSpace(row[i])
			}
		}
		out = append(out, m)
	}
	return out
}

// plan is a catalogue of all measures and milestones of the plan.
func plan(t *testing.T) *Catalogue {
	t.Helper()
	var d Data
	for _, row := range table(t, "pnrr_misure.csv") {
		d.Measures = append(d.Measures, Measure{Code: row["id"], Unique: row["codice_univoco"], CID: row["codice_cid"]})
	}
	of := map[string][]string{}
	for _, row := range table(t, "pnrr_milestone_target.csv") {
		of[row["nr_seq_mt"]] = append(of[row["nr_seq_mt"]], row["id_submisura"])
	}
	for code, measures := range of {
		d.Milestones = append(d.Milestones, Milestone{code, measures})
	}
	return NewCatalogue(d)
}

// oddCodes are those of the official tables that follow no rule: no officer
// has ever written them.
var oddCodes = map[string]bool{
	"M1C1R1.91.00": true, "M1C2R3": true, "M7C1I15.1.01": true, "M7C1I15.1.02": true,
}

// Every code of the plan, all missions, is read as what it is.
func TestCodesOfThePlan(t *testing.T) {
	c := plan(t)
	for _, m := range c.Measures() {
		for _, code := range []string{m.Code, m.Unique} {
			found := c.Find("Oggetto: " + code + " richiesta")
			if !oddCodes[code] && (len(found) != 1 || found[0].Measure != m.Code || found[0].Code != m.Code) {
				t.Errorf("%s of %s is read as %+v", code, m.Code, found)
			}
		}
	}
}

// Those of mission 7 have no component («M7-12») and are not looked for.
func TestMilestonesOfThePlan(t *testing.T) {
	c := plan(t)
	for code := range c.milestones {
		measures := c.ByMilestone(code)
		found := c.Find("il target " + code + ", come noto")
		if strings.HasPrefix(code, "M7-") {
			continue
		}
		if len(found) != 1 || found[0].Milestone != code || len(found[0].Candidates) != len(measures) {
			t.Errorf("%s is read as %+v", code, found)
			continue
		}
		if m := shipped.Find(code)[0]; m.Measure != "" && !strings.HasPrefix(measures[0], m.Measure) {
			t.Errorf("%s is a milestone of %s, not of %s", code, measures, m.Measure)
		}
	}
}

func TestIdentifiersOfProjects(t *testing.T) {
	for _, row := range table(t, "pnrr_progetti_sample.csv") {
		cup := row["cup"]
		if got := values(FindCUP("progetto " + cup + ".")); got != cup {
			t.Errorf("CUP %s: %s", cup, got)
		}
	}
}
