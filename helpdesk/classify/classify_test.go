package classify

import (
	"strings"
	"testing"
	"time"

	"sportello/helpdesk/pnrr"
)

// projects are those that the desk knows of a body.
func projects(code string) []string {
	return map[string][]string{
		"J81B22000560006": {"M4C1I1.1"},
		"H81B22000990006": {"M4C1I1.2", "M4C1I1.1"}, // one CUP, two measures
	}[code]
}

// What decides, and in which order (domain.md §1.4).
func TestClassify(t *testing.T) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	for _, v := range []struct {
		name, subject, text string
		held                []string
		want                string // measures, the main one first
		reason              string
	}{
		{"a code", "", "Per la M5C2 Inv. 2.1 serve una proroga?", nil, "M5C2I2.1", "codice «M5C2 Inv. 2.1» nel testo"},
		{"the code of the EU's decision", "", "Il nostro intervento M5C2I4 è finito.", nil, "M5C2I2.1", "codice «M5C2I4»"},
		{"the CUP of a known project", "", "CUP J81B22000560006: a chi mando il certificato?", nil, "M4C1I1.1", "CUP J81B22000560006 è un progetto di M4C1I1.1 Asili nido"},
		{"a known project goes before a code", "", "M1C3I2.1, come per il CUP J81B22000560006", nil, "M4C1I1.1 M1C3I2.1", "CUP"},
		{"a CUP of two measures does not tell", "", "CUP H81B22000990006", nil, "", "né un codice né una parola"},
		{"the subject's code is the main one", "M4C1I1.3", "Come già per M4C1I1.2", nil, "M4C1I1.3 M4C1I1.2", "codice"},
		{"a milestone", "", "Il target M1C3-16 è raggiunto?", nil, "M1C3I2.1", "codice «M1C3-16»"},
		{"a list of codes is no question on one", "Elenco", "M4C1I1.1 M4C1I1.2 M4C1I3.3 M5C2I2.1 M2C4I2.2", nil, "", ""},
		{"the code of a measure that nobody entered", "", "M6C1I1.1: il bando per l'asilo nido", nil, "", "non è fra le misure"},

		{"a bare number alone", "Misura 2.1", "È prevista una proroga?", nil, "", "serve il codice intero"},
		{"a bare number that is one project of the body", "Misura 2.1", "È prevista una proroga?", []string{"M5C2I2.1", "M4C1I1.1"}, "M5C2I2.1", "di cui l'ente ha un progetto"},
		{"a bare number that is two of them", "Misura 2.1", "È prevista una proroga?", []string{"M5C2I2.1", "M1C3I2.1"}, "", "serve il codice intero"},
		{"a bare number beside a word", "Misura 1.4.5", "Le notifiche del progetto sono attive.", nil, "M1C1I1.4.5", "parole: notifiche"},
		{"a bare number that contradicts", "Misura 1.2", "Il cantiere dell'asilo nido è fermo.", nil, "", ""},

		{"a phrase in other forms", "", "Gli asili nido finanziati", nil, "M4C1I1.1", "parole: asili nido"},
		{"words between", "", "Il progetto è un impianto per il trattamento dei rifiuti", nil, "M2C1I1.1", "parole: impianto per il trattamento dei rifiuti"},
		{"where the money comes from, not what is built", "", "L'asilo nido è finanziato con la rigenerazione urbana.", nil, "M5C2I2.1", "rigenerazione urbana"},
		{"two projects", "", "Abbiamo due progetti, asilo nido e mensa scolastica.", nil, "M4C1I1.1 M4C1I1.2", ""},
		{"two things, one project", "", "Il cantiere tocca l'asilo nido e la mensa scolastica.", nil, "", "più di una misura"},
		{"no project at all", "", "L'asilo nido apre alle otto?", nil, "", "non bastano"},
		{"a street", "", "I lavori di via Asilo Nido 3 sono finiti.", nil, "", ""},
		{"a town", "", "Il Comune di Borgo Ticino ha un progetto PNRR.", nil, "", ""},
		{"an office", "", "L'ufficio SUAP chiede se il decreto è arrivato.", nil, "", ""},
		{"signing in", "", "Entro in ReGiS con SPID o CIE e non vedo il progetto.", nil, "", ""},
		{"a possessive is no acronym", "", "LE SUE RICHIESTE SUL PROGETTO, le sue richieste", nil, "", ""},
		{"an offer", "", "La nostra azienda, leader nel settore, offre arredi per asili nido PNRR: catalogo e sconto.", nil, "", "offerta commerciale"},
		{"nothing", "", "", nil, "", "né un codice"},
	} {
		t.Run(v.name, func(t *testing.T) {
			res := k.Classify(Question{Subject: v.subject, Text: v.text, Held: v.held, Project: projects}, nil, nil)
			var got []string
			for _, p := range res.Measures {
				got = append(got, p.Label)
			}
			reason := res.Abstained
			if len(res.Measures) > 0 {
				reason = res.Measures[0].Reason
			}
			if strings.Join(got, " ") != v.want || !strings.Contains(reason, v.reason) {
				t.Errorf("%s / %s:\n%+v\nwant %q because of %q", v.subject, v.text, res, v.want, v.reason)
			}
		})
	}
}

func TestCall(t *testing.T) {
	for _, v := range []struct {
		text string
		want bool
	}{
		{"Potremmo sentirci domani?", true},
		{"Richiesta di colloquio", true},
		{"Sarebbe possibile fissare un incontro?", true},
		{"Vi chiamo domani mattina.", true},
		{"Preferirei parlarne a voce.", true},
		{"Avremmo bisogno di una videoconferenza con un esperto.", true},
		{"Può richiamarmi?", true},
		{"Siamo disponibili per una call martedì.", true},
		{"Sono disponibile per un colloquio di lavoro.", false},
		{"Come da colloquio telefonico allego il file.", false},
		{"A seguito dell'incontro del 3 vorremmo il verbale.", false},
		{"Ufficio Tecnico, tel. 0371 000000", false},
		{"La centrale unica chiamata a decidere", false},
		{"Chiediamo se l'incontro con i cittadini sia spesa ammissibile.", false},
		{"La call for proposals è chiusa?", false},
		{"", false},
	} {
		if got := asksForCall(read("", v.text)); (got != "") != v.want {
			t.Errorf("%q: %q, want %v", v.text, got, v.want)
		}
	}
}

// A message may be one keyword over and over: four times the text must not
// take much more than four times the work.
func TestClassifyIsLinear(t *testing.T) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	took := func(text string) time.Duration {
		best := time.Hour
		for range 3 {
			start := time.Now()
			k.Classify(Question{Text: text}, nil, nil)
			best = min(best, time.Since(start))
		}
		return best
	}
	for _, unit := range []string{"asilo nido ", "M4C1I1.1 ", "via Via ", "ufficio e ", "con SPID o CIE ", "potremmo possibile utile ", "?", "\xff", "a.b.c.d."} {
		short, long := strings.Repeat(unit, 8<<10/len(unit)), strings.Repeat(unit, 32<<10/len(unit))
		took(short) // the stemmer meets the words
		if a, b := took(short), took(long); b > 16*a+10*time.Millisecond {
			t.Errorf("%q over and over: %v, four times of it %v", unit, a, b)
		}
	}
}

func FuzzClassify(f *testing.F) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	m := trained()
	f.Add("M4C1 I1.1 piano asili: arredi", "Le economie dell'asilo nido? c. 29, via Borgo 3, con SPID o CIE, P.I.P.P.I. CUP J81B22000560006")
	f.Add("Misura 2.1", "potremmo sentirci?\xff\n\nla tensostruttura del pattinaggio")
	f.Fuzz(func(t *testing.T, subject, text string) {
		q := Question{Subject: subject, Text: text, Held: []string{"M5C2I2.1", "?"}, Project: projects}
		res := k.Classify(q, m, m)
		if (len(res.Measures) == 0) != (res.Abstained != "") || len(res.Topics) == 0 {
			t.Fatalf("%+v", res)
		}
		for _, p := range append(append(res.Measures, res.Topics...), res.Candidates...) {
			if p.Label == "" || p.Reason == "" || p.Confidence <= 0 || p.Confidence > 1 {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	k := New(pnrr.NewCatalogue(pnrr.Shipped()))
	m := trained()
	text := strings.Repeat("Chiediamo se con le economie del quadro economico dell'asilo nido si possano acquistare gli arredi e i giochi da esterno, e con quale percentuale massima. ", 14)[:2048]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		k.Classify(Question{Subject: "Piano asili: arredi", Text: text}, m, m)
	}
}
