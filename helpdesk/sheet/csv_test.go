package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	for cell, want := range map[string]string{
		"":                         "",
		"Comune di Erba":           "Comune di Erba",
		"2026-000123":              "2026-000123",
		"a=b":                      "a=b",
		"è urgente":                "è urgente",
		"'già protetto":            "'già protetto",
		"=HYPERLINK(\"http://x\")": "'=HYPERLINK(\"http://x\")",
		"+39 02 1234":              "'+39 02 1234",
		"-1":                       "'-1",
		"@SUM(A1)":                 "'@SUM(A1)",
		"\t=1":                     "'\t=1",
		"\tx":                      "'\tx",
		"\rx":                      "'\rx",
		"\nx":                      "'\nx",
		"\x00=1":                   "'\x00=1",
		"＝1+1":                     "'＝1+1",
		"＋1":                       "'＋1",
		"－1":                       "'－1",
		"＠SUM(A1)":                 "'＠SUM(A1)",
		"  =1":                     "'  =1",
		"\u00a0=1":                 "'\u00a0=1",
		"\ufeff=1":                 "'\ufeff=1",
		"\u202e=1":                 "'\u202e=1",
		"  testo":                  "  testo",
		"\xff=1":                   "\xff=1",
	} {
		if got := guard(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

func TestCSVDialects(t *testing.T) {
	for name, tc := range map[string]struct {
		o    CSVOptions
		want string
	}{
		"comma":     {CSVOptions{}, "numero,oggetto\r\n2026-000123,\"a, \"\"b\"\"; c\"\r\n,'=1\r\n"},
		"semicolon": {CSVOptions{Semicolon: true}, "numero;oggetto\r\n2026-000123;\"a, \"\"b\"\"; c\"\r\n;'=1\r\n"},
		"bom":       {CSVOptions{BOM: true}, "\ufeffnumero,oggetto\r\n2026-000123,\"a, \"\"b\"\"; c\"\r\n,'=1\r\n"},
	} {
		var b strings.Builder
		w := NewCSV(&b, tc.o)
		for _, row := range [][]string{{"numero", "oggetto"}, {"2026-000123", `a, "b"; c`}, {"", "=1"}} {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if b.String() != tc.want {
			t.Errorf("%s: got %q, want %q", name, b.String(), tc.want)
		}
	}
}

func TestWriteLeavesTheCallersRowAlone(t *testing.T) {
	row := []string{"=1", "b"}
	if err := NewCSV(io.Discard, CSVOptions{}).Write(row...); err != nil {
		t.Fatal(err)
	}
	if row[0] != "=1" {
		t.Errorf("row changed to %q", row)
	}
}

type fullDisk struct{ err error }

func (f fullDisk) Write([]byte) (int, error) { return 0, f.err }

func TestErrorsAreReported(t *testing.T) {
	full := errors.New("disk full")
	for _, o := range []CSVOptions{{}, {BOM: true}} {
		w := NewCSV(fullDisk{full}, o)
		err := w.Write("a")
		if err == nil {
			err = w.Flush()
		}
		if !errors.Is(err, full) {
			t.Errorf("%+v: got %v, want %v", o, err, full)
		}
	}
}

// FuzzCSV: what is written reads back as the guarded cells, and no cell read
// back opens a formula.
func FuzzCSV(f *testing.F) {
	f.Add("a", "b;\"c", true)
	f.Add("=1", "\r\n", false)
	f.Add("\t@", "'", true)
	f.Fuzz(func(t *testing.T, a, b string, semicolon bool) {
		var out strings.Builder
		w := NewCSV(&out, CSVOptions{Semicolon: semicolon})
		if err := errors.Join(w.Write(a, b, "end"), w.Flush()); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(out.String()))
		if semicolon {
			r.Comma = ';'
		}
		got, err := r.Read()
		if err != nil {
			t.Fatalf("%q: %v", out.String(), err)
		}
		// The reader turns the line ends within a cell into \n.
		lf := strings.NewReplacer("\r\n", "\n")
		for i, cell := range []string{a, b} {
			if want := lf.Replace(guard(cell)); lf.Replace(got[i]) != want && !strings.Contains(cell, "\r") {
				t.Errorf("cell %d: got %q, want %q", i, got[i], want)
			}
			if startsFormula(got[i]) {
				t.Errorf("cell %d opens a formula: %q", i, got[i])
			}
		}
		if !slices.Equal(got[2:], []string{"end"}) {
			t.Errorf("cells spill over: %q", got)
		}
	})
}
