package quote

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// want says what of a body is to stay visible; the rest must be folded.
type want struct{ body, fresh string }

func TestRules(t *testing.T) {
	for name, c := range map[string]want{
		"nothing quoted":               {"Buongiorno,\nuna domanda.", "Buongiorno,\nuna domanda."},
		"attribution and >":            {"Grazie.\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Anna <a@b.example> ha scritto:\n> Gentile,\n> ecco.", "Grazie."},
		"folded attribution":           {"Ok.\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Sportello PNRR\n<sportello@centro.example> ha scritto:\n\n> Gentile", "Ok."},
		"attribution over three lines": {"Ok.\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Sportello <\nsportello@centro.example>\nha scritto:\n\n> Gentile", "Ok."},
		"attribution without blank":    {"Ok.\nIl 24/11/2026 10:02, Anna ha scritto:\n> Gentile", "Ok."},
		"unmarked below an attribution with address": {
			"Ok.\n\nIl giorno 24 nov 2026, alle ore 10:02, Anna <a@b.example> ha scritto:\n\nGentile,\necco.", "Ok.",
		},
		"Outlook":              {"Va bene.\n\nDa: Sportello <s@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Rossi\nOggetto: R: Saldo\n\nGentile", "Va bene."},
		"separator":            {"Va bene.\n-----Messaggio originale-----\nDa: x", "Va bene."},
		"answer between":       {"Rispondo sotto.\n> Quando?\nDomani.\n> Dove?\nQui.", "Rispondo sotto.\n> Quando?\nDomani.\n> Dove?\nQui."},
		"answer between, then": {"> Quando?\nDomani.\n> Dove?\nQui.\n> Altro", "> Quando?\nDomani.\n> Dove?\nQui."},
		"answer below":         {"Il giorno 24/11/2026 Anna ha scritto:\n> Quando?\n\nDomani.", "Domani."},
		"answer above, closing below": {
			"Va bene.\n\nIl 24/11/2026 10:02, Anna ha scritto:\n> Quando?\n\nCordiali saluti\nMario Rossi", "Va bene.\n\nCordiali saluti\nMario Rossi",
		},
		"a mere forward": {"\n-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto", "-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto"},
		"a forward with a greeting": {
			"Buongiorno,\n\n-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto", "Buongiorno,\n\n-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto",
		},
		"a forward with a question": {"Come rispondiamo al Ministero?\n\n-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto", "Come rispondiamo al Ministero?"},
		"only a quotation":          {"> Gentile,\n> ecco.", "> Gentile,\n> ecco."},
		"a rest folded without its mark": {
			"Ok.\n\nIl 24/11/2026 10:02, Anna ha scritto:\n> Le chiediamo di trasmettere la rendicontazione delle spese sostenute con i\nrelativi mandati\n> entro il mese.", "Ok.",
		},
		">From of an mbox": {"Prima.\n>From qui in poi è nuovo.", "Prima.\n>From qui in poi è nuovo."},
	} {
		checkText(t, name, c)
	}
}

// TestProse has what people write and programs only seem to have written.
func TestProse(t *testing.T) {
	for _, body := range []string{
		"Da: verificare con la Ragioneria.\nGrazie",
		"Il 3 novembre il Ministero ha scritto:\nle spese sono ammissibili.\nÈ vero?",
		"Il 20/11/2026 alle 10:30 la Prefettura ha scritto:\nsi sospende il pagamento.\nChe fare?",
		"Ferie richieste:\nDa: lunedì\nA: venerdì\nOggetto: ferie\nVa bene?",
		"Riepilogo:\n- prima rata\n- seconda rata\n-- nota: saldo\nGrazie.",
		"Primo quesito\n--\nil saldo è dovuto?\n--\nE la proroga?",
		"Sent from my desk, it is much easier than from my telephone.",
		"Le informazioni contenute nella relazione sono sufficienti?",
		"Ai sensi del Regolamento UE 2016/679 dobbiamo chiedere il consenso dei titolari effettivi.",
		"Vi abbiamo inviato per errore un documento riservato: Vi preghiamo di cancellarlo.",
		"Il messaggio precedente conteneva un errore.\nIl presente messaggio lo annulla: si prega di cancellarlo, inviato per errore.",
		"I dati:\n| CUP | importo |\n| B11 | 1.000 |\nSono giusti?",
		"Con riferimento alla nota prot. 4512 del 16/11/2026 si chiede un parere.",
	} {
		checkText(t, firstWords(body), want{body, body})
	}
}

func checkText(t *testing.T, name string, c want) {
	t.Helper()
	s := Text(c.body)
	if s.New != c.fresh {
		t.Errorf("%s: visible\n%s\nwant\n%s", name, indent(s.New), indent(c.fresh))
	}
	if lost := missing(c.body, s); lost != "" {
		t.Errorf("%s: %s", name, lost)
	}
}

func indent(s string) string { return "\t" + strings.ReplaceAll(s, "\n", "\n\t") }

// missing tells of lines that are in a body and not in its split, or the
// other way round.
func missing(body string, s Split) string {
	text := s.New
	for _, p := range s.Folded {
		text += "\n" + p.Text
	}
	before, after := textOf(body), textOf(text)
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		return "lines differ: " + strings.Join(before, "|") + " → " + strings.Join(after, "|")
	}
	return ""
}

func textOf(s string) (lines []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"Grazie\n\nIl giorno 24/11/2026 Anna ha scritto:\n> ciao",
		"Da: a@b.example\nData: 3/11/2026\nA: b\nOggetto: c\n", "x\n-- \nMario\n> y\n>: \n", "x\n\n--\nSent from my iPhone\n",
		"Sì.\n\nQuesto messaggio è riservato ai destinatari.\n", "x\nE - Prot. n. 12/2026\n",
		"2016-10-24 15:36 GMT+02:00 Anna <\na@b.example>:\n| x\n", "0\n--\n\n>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := Text(body)
		if hasWord(body) && strings.TrimSpace(s.New) == "" {
			t.Fatalf("emptied %q", body)
		}
		if utf8.ValidString(body) && !utf8.ValidString(s.New+s.Rest()) {
			t.Fatal("cut a character")
		}
		for _, p := range s.Folded {
			if p.Kind == New || p.Why == "" || strings.TrimSpace(p.Text) == "" {
				t.Fatalf("a part that says nothing: %+v of %q", p, body)
			}
		}
		if lost := missing(body, s); lost != "" {
			t.Fatal(lost)
		}
	})
}

// bombs are bodies of one thing over and over, each a rule's worst case.
var bombs = map[string]string{
	"levels":       ">",
	"lines":        "\n",
	"quotations":   "> x\ny\n",
	"attributions": "Il RUP ha scritto:\n",
	"fields":       "Oggetto: x\n",
	"headers":      "Da: x\n\n",
	"separators":   "-----a\n",
	"signatures":   "--\n",
	"notices":      "Questo messaggio\n",
	"devices":      "Inviato da un mio amico del Comune\n",
	"stamps":       "Prot. comune di 1234567\n",
	"colons":       "a:",
	"tables":       "|\n",
}

// TestBombs is over the limits and must come back soon, with every line.
func TestBombs(t *testing.T) {
	const size = 400 << 10
	for name, unit := range bombs {
		body := "Il RUP ha scritto:\n" + strings.Repeat(unit, size/len(unit))
		if lost := missing(body, Text(body)); lost != "" {
			t.Errorf("%s: lines lost", name)
		}
	}
}

func BenchmarkText(b *testing.B) {
	body := strings.Repeat("Buongiorno,\n\nil nostro Comune ha tre progetti sulla misura M2C4I2.2: quale scadenza vale per il saldo?\n\n", 10) +
		"Cordiali saluti\nMario Rossi\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Anna <a@b.example> ha scritto:\n> Gentile,\n" +
		strings.Repeat("> una riga citata come tante altre ne vengono in una conversazione lunga\n", 30)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		Text(body)
	}
}
