package helpdesk

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBareAnswer(t *testing.T) {
	private := privateOf(Message{Protocol: "4512 del 16/11/2026", From: Address{Name: "Carla Villa"}}, "Valcerva")
	for _, row := range []struct{ name, text, want string }{
		{"salutation and closing", "Gentile dott.ssa Villa,\n\nil termine è il 30 giugno.\n\nCordiali saluti\nAnna Colombo\nTel. 02 123", "il termine è il 30 giugno."},
		{"the protocol number that the desk puts first", "Rif. Vs. prot. n. 4512 del 16/11/2026\n\nBuongiorno,\nil termine è il 30 giugno.", "il termine è il 30 giugno."},
		{"a line that goes on after the salutation", "Buongiorno dott.ssa Villa, il termine è il 30 giugno.", "Il termine è il 30 giugno."},
		{"two people greeted", "Gentile ing. Riva, gentile dott.ssa Villa,\nsì.", "sì."},
		{"a body greeted", "Spett.le Comune di Valcerva\n\nsi può procedere.", "si può procedere."},
		{"a beginning that greets nobody", "Il termine è il 30 giugno.", "Il termine è il 30 giugno."},
		{"names in the text", "Come detto alla dott.ssa Villa, il Comune di Valcerva può procedere.", "Come detto alla dott.ssa […], il Comune di […] può procedere."},
		{"a name inside another word", "Villanova e Valcervana restano.", "Villanova e Valcervana restano."},
		{"a protocol number in the text", "Con nota prot. n. 981/2026 del 3/2/2026 si è chiarito.", "Con nota […] si è chiarito."},
		{"codes and addresses", "Il CUP J31F22000980006 e il CIG 9876543210: scrivere a c.villa@comune.valcerva.example, [#2026-000123].", "Il CUP […] e il […]: scrivere a […], […]."},
		{"a reference to law stays", "L'art. 119 del d.lgs. 36/2023 (https://www.normattiva.it/x) lo ammette.", "L'art. 119 del d.lgs. 36/2023 (https://www.normattiva.it/x) lo ammette."},
		{"quoted history", "Sì.\n\nIl giorno 3/2/2026 Carla Villa ha scritto:\n> e allora?\ne poi", "Sì."},
		{"quoted lines between the new ones", "> Entro quando?\nEntro giugno.\n> Come?\nDal portale.", "Entro giugno.\nDal portale."},
		{"a signature with its mark", "Sì.\n-- \nAnna", "Sì."},
		{"a signature as in the profile", "Sì.\n\nAnna Colombo · Centro", "Sì."},
		{"only a greeting", "Buongiorno,\n\nCordiali saluti", ""},
		{"nothing", "", ""},
		{"paragraphs", "Uno.\n\n\n\nDue.", "Uno.\n\nDue."},
	} {
		if got := BareAnswer(row.text, "Anna Colombo · Centro", private); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestTelling(t *testing.T) {
	for stem, want := range map[string]bool{
		"subappalt": true, "m1c1": true, "119": true, "36": true, "dnsh": true,
		"2026": false, "4512": false, "j31f22000980006": false, "a": false, "": false, "привет": false,
	} {
		if telling(stem) != want {
			t.Errorf("%q: %t", stem, !want)
		}
	}
}

func FuzzBareAnswer(f *testing.F) {
	f.Add("Gentile dott.ssa Villa, sì.\n\nCordiali saluti", "Anna", "Carla Villa")
	f.Add("Rif. Vs. prot. n. 1\n> x\n-- \ny", "", "\xff")
	f.Add("Buongiorno,:!,", ",", "…")
	f.Fuzz(func(t *testing.T, text, signature, name string) {
		got := BareAnswer(text, signature, privateOf(Message{From: Address{Name: name}}, name))
		if !utf8.ValidString(got) && utf8.ValidString(name) {
			t.Errorf("no UTF-8: %q", got)
		}
		if strings.Contains(got, "\n\n\n") {
			t.Errorf("a gap: %q", got)
		}
	})
}
