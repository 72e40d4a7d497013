package classify

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sportello/helpdesk/pnrr"
)

// Real projects, as bodies describe them, with the measure that pays for them:
// words that nobody here chose. What is said is the thing, often without the
// measure's name, so much is left open; what is proposed must be right.
func TestRealProjects(t *testing.T) {
	folder := os.Getenv("SPORTELLO_DATA")
	if folder == "" {
		t.Skip("SPORTELLO_DATA names no folder with pnrr_progetti_sample.csv")
	}
	f, err := os.Open(filepath.Join(folder, "pnrr_progetti_sample.csv"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = ';', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	given, right, wrong := 0, 0, 0
	for _, row := range rows[1:] {
		id := row[at["ID Submisura"]] // may be of a part: M2C2I4.1.2
		res := k.Classify(Question{
			Subject: "Chiarimento", Text: "Con riferimento al progetto PNRR «" + row[at["Titolo progetto"]] + "» (" + row[at["Sintesi progetto"]] + ") si chiede se sia prevista una proroga.",
		}, nil, nil)
		if res.Primary() == "" {
			continue
		}
		given++
		if id == res.Primary() || strings.HasPrefix(id, res.Primary()+".") {
			right++
		} else {
			wrong++
			t.Logf("%s %q %q: %v", id, row[at["Titolo progetto"]], row[at["Sintesi progetto"]], res.Measures)
		}
	}
	t.Logf("of %d projects %d proposed, %d right, %d wrong", len(rows)-1, given, right, wrong)
	if given < 180 || 33*wrong > given {
		t.Errorf("want at least 180 proposed, of them at most one in 33 wrong")
	}
}
