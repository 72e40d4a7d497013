package pnrr

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

var shipped = NewCatalogue(Shipped())

// said writes a mention as the table of written forms does.
func said(m Mention) string {
	switch m.How {
	case HowBare:
		return "nuda " + m.Number
	case HowMilestone:
		return "milestone " + m.Milestone
	}
	return m.Code
}

// TestWrittenForms: forty ways in which offices and ministries wrote measures
// (domain.md §1.3).
func TestWrittenForms(t *testing.T) {
	f, err := os.Open("testdata/written_forms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		text, want := row[0], row[1]
		got := "none"
		found := shipped.Find(text)
		if len(found) > 0 {
			got = said(found[0])
		}
		if got != want {
			t.Errorf("Find(%q) = %s, want %s", text, got, want)
		}
		checkOffsets(t, text, found)
	}
	if n := len(rows) - 1; n != 40 {
		t.Errorf("%d rows", n)
	}
}

func checkOffsets(t *testing.T, text string, found []Mention) {
	t.Helper()
	last := 0
	for _, m := range found {
		if m.Start < last || m.End <= m.Start || m.End > len(text) {
			t.Fatalf("Find(%q): %q at %d:%d after %d", text, said(m), m.Start, m.End, last)
		}
		if m.Written != text[m.Start:m.End] || strings.TrimSpace(m.Written) == "" {
			t.Fatalf("Find(%q): written %q", text, m.Written)
		}
		last = m.End
	}
}
