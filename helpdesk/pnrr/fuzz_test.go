package pnrr

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var fuzzSeeds = []string{
	"M5C2I2.1 e 2.2, M1C3-16, M2C4-00-ITA-10, MIC3 INV 2.1, M2C4 12.1a",
	"Missione V, Componente II, Inv. 2.1", "Componente 2 della Missione 5, misura 1.4.3", "misure 1.4.1, 1.2 e 1.4.3 della M1C1",
	"PRJ_143COM0922X_004512 2.1_Varzi", "CUP: J81 B22 000 560 006 C.U.P.", "CIG 9536541C0B tel. 3331234567", "C.F. 332120195 P.IVA IT00332120195",
	"<b>M4C1</b>&nbsp;Ｉ１.１ \u200bⅤ à\u0300 °ª² € \xff\n\n\r\n<", "m1c1" + "\u2013" + "i1.4.3",
}

func FuzzFind(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	catalogue := NewCatalogue(Data{Measures: append(Shipped().Measures, Measure{Code: "FSC 4.2"}, Measure{Code: "é"}), Milestones: Shipped().Milestones})
	f.Fuzz(func(t *testing.T, text string) {
		found := catalogue.Find(text)
		if len(found) > maxMentions {
			t.Fatalf("%d mentions", len(found))
		}
		last := 0
		for _, m := range found {
			if m.Start < last || m.End <= m.Start || m.End > len(text) || m.Written != text[m.Start:m.End] {
				t.Fatalf("%+v after %d", m, last)
			}
			if utf8.ValidString(text) && !utf8.ValidString(m.Written) {
				t.Fatalf("%+v cuts a character", m)
			}
			if (m.Code == "") != (m.How == HowBare || m.How == HowMilestone) {
				t.Fatalf("%+v: code and form disagree", m)
			}
			if _, ok := catalogue.Measure(m.Measure); m.Measure != "" && !ok {
				t.Fatalf("%+v: no such measure", m)
			}
			last = m.End
		}
	})
}

func FuzzIdentifiers(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, find := range map[string]func(string) []Identifier{"CUP": FindCUP, "CIG": FindCIG, "CLP": FindCLP, "fiscal code": FindFiscalCode} {
			found := find(text)
			if len(found) > maxIdentifiers {
				t.Fatalf("%d of %s", len(found), name)
			}
			last := 0
			for _, i := range found {
				if i.Start < last || i.End <= i.Start || i.End > len(text) {
					t.Fatalf("%s %+v after %d", name, i, last)
				}
				if utf8.ValidString(text) && !utf8.ValidString(text[i.Start:i.End]) {
					t.Fatalf("%s %+v cuts a character", name, i)
				}
				_, fiscal := FiscalCode(i.Value)
				if name == "CUP" && !IsCUP(i.Value) || name == "CIG" && !IsCIG(i.Value) || name == "fiscal code" && !fiscal || i.Value == "" {
					t.Fatalf("%s %+v is none", name, i)
				}
				last = i.End
			}
		}
	})
}

// TestFindIsLinear doubles texts made to be looked at again and again: the
// work grows as the text does, and is bounded by a multiple of its size.
func TestFindIsLinear(t *testing.T) {
	for _, unit := range []string{
		"M4C1 ", "missione 4 ", "componente 1 ", "missione 4 componente 1 ", "misura ", "misura 2, ", "misura 9.9 M4C1 ", "misura 9.9 (M4C1) ",
		"M4C1 asili nido e misura 9.9, ", "investimento 1.1 ", "cup ", "cup J8 ", "M", "<a ", "<", "&", "\u200b", " ", "1.", "prj_143", "prj_",
	} {
		looked := func(n int) int {
			s := newScanner(shipped, strings.Repeat(unit, n))
			s.run()
			if len(s.f.b) > len(s.text) {
				t.Errorf("%q: folded from %d to %d bytes", unit, len(s.text), len(s.f.b))
			}
			return s.looked
		}
		const n = 4_000
		one, two := looked(n), looked(2*n)
		if two > 2*one+2*window || one > 4*window*n {
			t.Errorf("%q: %d bytes looked at again, %d at twice the length", unit, one, two)
		}
	}
}

const ordinaryMail = `Buongiorno,
con riferimento al progetto di cui all'oggetto, finanziato nell'ambito del PNRR Missione 4, Componente 1, Investimento 1.1 (CUP J81B22000560006, CIG 9536541C0B), si chiede se la data di fine effettiva dei lavori vada inserita sulla piattaforma ReGiS entro il 10 del mese, tenuto conto che il certificato di ultimazione è stato emesso lo scorso 30/06/2026 e che il collaudo è ancora in corso.
Si fa presente che l'importo complessivo dell'opera è pari a € 1.250.000,00, di cui € 180.000,00 a carico del bilancio comunale, e che l'ufficio ha già trasmesso la documentazione richiesta con nota prot. n. 4512/2026.
In attesa di un cortese riscontro, si porgono distinti saluti.
Il Responsabile dell'Area Tecnica
Comune di Valcerva – via Roma 1 – tel. 0363 000000 – protocollo@comune.valcerva.bg.example
`

func BenchmarkFind(b *testing.B) {
	text := (ordinaryMail + ordinaryMail + ordinaryMail)[:2048]
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		shipped.Find(text)
	}
}

func BenchmarkIdentifiers(b *testing.B) {
	text := (ordinaryMail + ordinaryMail + ordinaryMail)[:2048]
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		FindCUP(text)
		FindCIG(text)
		FindCLP(text)
		FindFiscalCode(text)
	}
}
