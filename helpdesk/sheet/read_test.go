package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// rows reads a whole table: cells of the named columns joined by |, and for a
// row that is none its line and reason.
func rows(t *testing.T, file string, names ...string) []string {
	t.Helper()
	r, err := NewReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		row, err := r.Next()
		var bad *RowError
		switch {
		case err == io.EOF:
			return out
		case errors.As(err, &bad):
			out = append(out, fmt.Sprintf("!%d %s", bad.Line, bad.Reason))
			continue
		case err != nil:
			t.Fatal(err)
		}
		cells := make([]string, len(names))
		for i, n := range names {
			cells[i] = row.Get(n)
		}
		out = append(out, strings.Join(cells, "|"))
	}
}

func TestTablesAsTheyCome(t *testing.T) {
	for _, c := range []struct{ what, file, want string }{
		{"semicolons", "CUP;Titolo\nB1;Nido\n", "B1|Nido"},
		{"commas", "cup,titolo\nB1,Nido\n", "B1|Nido"},
		{"tabs", "cup\ttitolo\nB1\tNido, nuovo\n", "B1|Nido, nuovo"},
		{"bars of OpenCUP", "CUP|TITOLO\nB1|Nido\n", "B1|Nido"},
		{"a byte order mark", "\ufeffCUP;Titolo\nB1;Nido\n", "B1|Nido"},
		{"CRLF, blank lines, no end", "\r\nCUP ; Titolo \r\n\r\n B1 ; Nido ", "B1|Nido"},
		{"Windows-1252", "CUP;Titolo\nB1;Citt\xe0 \x80 \x93x\x94\n", "B1|Città € “x”"},
		{"MacRoman", "CUP;Titolo\nB1;citt\x88 universit\x88\n", "B1|città università"},
		{"UTF-8 and Windows-1252 in one file", "CUP;Titolo\nB1;Città\nB2;Citt\xe0\n", "B1|Città\nB2|Città"},
		{"nothing, in many ways", "CUP;Titolo\nN/D;###\nn/a;NULL\n-;nan\n", "|\n|\n|"},
		{"quoted cells", "CUP;Titolo\n\"B1\";\"Nido; \"\"Il Bosco\"\"\"\n", "B1|Nido; \"Il Bosco\""},
		{"a cell of several lines", "CUP;Titolo\nB1;\"Nido\ndi Valcerva\"\nB2;x\n", "B1|Nido di Valcerva\nB2|x"},
		{"a quote within a bare cell", "CUP;Titolo\nB1;Via \"Roma\" 3\n", "B1|Via \"Roma\" 3"},
		{"a stray quote costs its own row at most", "CUP;Titolo\nB1;\"Nido\nB2;x\n", "B1|\"Nido\nB2|x"},
		{"a row that begins with a broken one's end", "CUP;Titolo\n\";B1;x\nB2;y\n", "!2 3 colonne invece di 2\nB2|y"},
		{"too few and too many", "CUP;Titolo\nB1\nB2;x;;\nB3;x;y\n", "!2 1 colonne invece di 2\nB2|x\n!4 3 colonne invece di 2"},
		{"a column that is not there", "CUP\nB1\n", "B1|"},
		{"a name twice", "CUP;Titolo;Titolo\nB1;a;b\n", "B1|a"},
		{"control characters", "CUP;Titolo\nB1;a\x07b\u0085c\n", "B1|abc"},
	} {
		if got := strings.Join(rows(t, c.file, "cup", "titolo"), "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestUTF16(t *testing.T) {
	units := utf16.Encode([]rune("\ufeffCUP;Titolo\r\nB1;Città 🏛\r\n"))
	var little, big strings.Builder
	for _, u := range units {
		little.Write([]byte{byte(u), byte(u >> 8)})
		big.Write([]byte{byte(u >> 8), byte(u)})
	}
	for _, file := range []string{little.String(), big.String()} {
		if got := rows(t, file, "cup", "titolo"); len(got) != 1 || got[0] != "B1|Città 🏛" {
			t.Errorf("UTF-16: %q", got)
		}
	}
}

func TestNoTable(t *testing.T) {
	for what, file := range map[string]string{
		"nothing":          "",
		"blank lines":      "\n\n \n",
		"an XLSX file":     "PK\x03\x04abc\nd;e",
		"binary":           "a;b\n\x00\x01",
		"too many columns": strings.Repeat("a;", maxColumns+1),
	} {
		if _, err := NewReader(strings.NewReader(file)); !errors.Is(err, ErrNoTable) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestValues(t *testing.T) {
	for name, want := range map[string]string{"CUP ": "cup", "Finanziamento UE (diverso da PNRR)": "finanziamento_ue_diverso_da_pnrr",
		"  Città-metropolitana ": "citta_metropolitana", "\ufeffCUP": "cup", "---": ""} {
		if got := Name(name); got != want {
			t.Errorf("Name(%q) = %q, want %q", name, got, want)
		}
	}
	for text, want := range map[string]int64{"42.576,00": 4257600, "42576,5": 4257650, "77897.0": 7789700, "1.234": 123400,
		"1.234.567": 123456700, "0,00": 0, "12": 1200, "-3,50": -350, "84.200,00 €": 8420000, "3,999": 399} {
		if got, ok := Cents(text); !ok || got != want {
			t.Errorf("Cents(%q) = %d, %v; want %d", text, got, ok, want)
		}
	}
	for _, bad := range []string{"", "-", "abc", "1,2,3", "12.ab", "99999999999999999999"} {
		if n, ok := Cents(bad); ok {
			t.Errorf("Cents(%q) = %d", bad, n)
		}
	}
	for text, want := range map[string]string{"31/12/2026": "2026-12-31", "1/2/2026": "2026-02-01", "2026-12-31": "2026-12-31",
		"2022-10-22T06:23:44.000+0000": "2022-10-22", "31/12/2026 10:30": "2026-12-31", "31/31/2026": "", "": "", "domani": ""} {
		if got := Day(text); got != want {
			t.Errorf("Day(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"177080033": "00177080033", "00177080033": "00177080033", "177080033.0": "00177080033",
		"": "", "c_h173": "", "123456789012": ""} {
		if got := Digits(text, 11); got != want {
			t.Errorf("Digits(%q) = %q, want %q", text, got, want)
		}
	}
}

// Whatever the bytes: it ends, cells are clean text, lines are counted.
func FuzzRead(f *testing.F) {
	f.Add([]byte("CUP;Titolo\nB1;\"Nido\ndi\"\nB2;x\n\";B3;y\n"))
	f.Add([]byte("a,b\n\"\"\"\",\"\n\n"))
	f.Add([]byte("\xff\xfea\x00;\x00b\x00\n\x00"))
	f.Add([]byte("a\tb\nCitt\x88\xe0\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(strings.NewReader(string(file)))
		if err != nil {
			return
		}
		for line, n := 0, 0; ; n++ {
			row, err := r.Next()
			var bad *RowError
			if errors.As(err, &bad) {
				row.Line = bad.Line
			} else if err != nil {
				break
			}
			if row.Line <= line || n > len(file) {
				t.Fatalf("row %d at line %d after line %d", n, row.Line, line)
			}
			line = row.Line
			if bad != nil {
				continue
			}
			for _, name := range r.Names() {
				if s := row.Get(name); !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\n\r\t") {
					t.Fatalf("cell %q", s)
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	const columns = 62
	var file strings.Builder
	for i := range columns {
		fmt.Fprintf(&file, "colonna %d;", i)
	}
	file.WriteString("fine\n")
	for range 1000 {
		for range columns {
			file.WriteString("un testo di prova;")
		}
		file.WriteString("x\n")
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewReader(strings.NewReader(file.String()))
		if err != nil {
			b.Fatal(err)
		}
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			row.Get("colonna_16")
			row.Get("colonna_29")
		}
	}
}
