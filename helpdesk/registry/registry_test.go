package registry

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"Cassano d'Adda": "cassano d adda", "Agliè": "aglie", "Aglie'": "aglie", "Aglie\u0300": "aglie", "L’Aquila": "l aquila",
		"Naz-Sciaves": "naz sciaves", "Völs": "voels", "  S.  Pietro ": "s pietro", "": "", "...": "",
	} {
		if got := Fold(name); got != want {
			t.Errorf("Fold(%q) is %q, want %q", name, got, want)
		}
	}
}

func TestShippedList(t *testing.T) {
	byCode := map[string]Municipality{}
	active := map[string]int{}
	for _, m := range Municipalities() {
		if byCode[m.ISTAT].Name != "" || len(m.ISTAT) != 6 || m.Name == "" || m.Region == "" {
			t.Errorf("row %+v", m)
		}
		byCode[m.ISTAT] = m
		if !m.Ceased {
			active[m.Region]++
		}
	}
	// domain.md §5, ISTAT of 14 August 2026.
	if active["Lombardia"] != 1501 || len(Municipalities())-3 != 7894 {
		t.Errorf("%d in Lombardia, %d rows", active["Lombardia"], len(Municipalities()))
	}
	if m := byCode["018082"]; m.Name != "Lirio" || !m.Ceased || m.Successor != "" {
		t.Errorf("Lirio is %+v", m)
	}
	if m := byCode["024071"]; byCode[m.Successor].Name != "Castegnero Nanto" {
		t.Errorf("Nanto is %+v", m)
	}
	if m := byCode["116001"]; m.Name != "Arzana" || m.Province != "OG" || m.Region != "Sardegna" {
		t.Errorf("Arzana is %+v", m)
	}
}

func TestRecogniseByAddress(t *testing.T) {
	for address, want := range map[string]string{
		"protocollo@comune.treviglio.bg.it":         "Treviglio BG",
		"Protocollo@Comune.Treviglio.BG.it":         "Treviglio BG",
		"protocollo@pec.comune.treviglio.bg.it":     "Treviglio BG",
		"info@comune.treviglio.bergamo.it":          "Treviglio BG",
		"info@comunetreviglio.it":                   "Treviglio BG",
		"info@comune-di-treviglio.it":               "Treviglio BG",
		"info@comunediospitaletto.gov.it":           "Ospitaletto BS",
		"protocollo@comune.cassanodadda.mi.it":      "Cassano d'Adda MI",
		"protocollo@comune.cassano-d-adda.mi.it":    "Cassano d'Adda MI",
		"protocollo@comune.castelnuovogarda.vr.it":  "Castelnuovo del Garda VR",
		"protocollo@comune.agratebrianza.mi.it":     "Agrate Brianza MB", // of Milan until 2009
		"protocollo@comune.lodivecchio.lo.it":       "Lodi Vecchio LO",
		"protocollo@comune.lodi.it":                 "Lodi LO",
		"protocollo@comune.sgiovannibianco.bg.it":   "San Giovanni Bianco BG",
		"protocollo@comune.albano.bg.it":            "Albano Sant'Alessandro BG", // the only Albano there
		"protocollo@comune.varese.legalmail.it":     "Varese VA",                 // a capital, though there is Varese Ligure
		"protocollo@comune.busto-arsizio.va.it":     "Busto Arsizio VA",
		"protocollo@comune.re.vb.it":                "Re VB",
		"protocollo@comune.re.it":                   "", // Reggio Emilia's
		"protocollo@comune.bg.it":                   "",
		"protocollo@comune.samone.to.it":            "Samone TO",
		"protocollo@comune.samone.it":               "", // two
		"info@comunebadia.it":                       "", // Badia Tedalda's
		"info@alpago.bl.it":                         "", // shared by the towns around
		"comune.treviglio@pec.regione.lombardia.it": "",
		"comunetreviglio@libero.it":                 "",
		"protocollo@provincia.bergamo.it":           "",
		"info@unione.treviglio.bg.it":               "",
		"info@comunitamontana.treviglio.bg.it":      "",
		"mario.rossi@studiotreviglio.it":            "",
		"info@nave.it":                              "",
		"info@comune.valcerva.bg.it":                "", // there is no such town
		"protocollo@comune.treviglio.na.it":         "", // nor one of that name there
		"":                                          "", "@": "", "x@": "", "@comune": "", "a@b@comune.treviglio.bg.it": "",
	} {
		a := Shipped().Recognise(address, "")
		got := ""
		if a.Body.Name != "" {
			got = a.Body.Name + " " + a.Body.Province
		}
		if got != want || a.Sure != (want != "") || (a.Why != "") != (want != "") {
			t.Errorf("%s: %q (sure %v, %q), want %q", address, got, a.Sure, a.Why, want)
		}
	}
}

func TestRecogniseByText(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"signature":             {"Buongiorno, una domanda.\n\nMario Rossi\nUfficio tecnico\nComune di Treviglio\n", "Treviglio BG"},
		"capitals":              {"Grazie.\nCOMUNE DI TREVIGLIO\nUFFICIO TECNICO", "Treviglio BG"},
		"capitals on one line":  {"Grazie.\nCOMUNE DI LODI UFFICIO TECNICO", "Lodi LO"},
		"spoken of":             {"scrivo per il Comune di Treviglio, che ha chiesto una proroga", "Treviglio BG"},
		"article":               {"Il Comune dell'Aquila chiede", "L'Aquila AQ"},
		"article apart":         {"Il Comune della Spezia chiede", "La Spezia SP"},
		"abbreviated":           {"Comune di S. Giovanni Bianco", "San Giovanni Bianco BG"},
		"longer name":           {"Comune di Lodi Vecchio", "Lodi Vecchio LO"},
		"longer name, misspelt": {"Comune di Lodi Vechio", ""},
		"wrapped":               {"con la presente si chiede, per conto dell'amministrazione, se il Comune di San\nGiovanni Bianco possa rendicontare", "San Giovanni Bianco BG"},
		"common word":           {"il comune di mese in mese aggiorna i dati, il comune di zone montane", ""},
		"common word as a name": {"Comune di Mese (SO)", "Mese SO"},
		"homonym":               {"Comune di Samone", ""},
		"homonym, province":     {"Comune di Samone (TO)", "Samone TO"},
		"homonym, in words":     {"Comune di Livo, provincia di Como", "Livo CO"},
		"signed wins":           {"Come ha fatto il Comune di Bergamo.\n\nSaluti\nComune di Treviglio", "Treviglio BG"},
		"two spoken of":         {"fra il Comune di Bergamo e il Comune di Treviglio", ""},
		"no such town":          {"Comune di Valcerva", ""},
		"accent typed apart":    {"Comune di Aglie'", "Agliè TO"},
		"nothing":               {"Buongiorno", ""},
		"cut off":               {"Comune di", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := Shipped().Recognise("mario.rossi@studio.example", c.text)
			got := ""
			if a.Body.Name != "" {
				got = a.Body.Name + " " + a.Body.Province
			}
			if got != c.want || a.Sure {
				t.Errorf("%q (sure %v, %v), want %q", got, a.Sure, a.Candidates, c.want)
			}
		})
	}
}

func TestCandidates(t *testing.T) {
	for name, c := range map[string]struct{ address, text, want string }{
		"shared domain":  {"comune.treviglio@pec.regione.lombardia.it", "", "Treviglio"},
		"homonyms":       {"info@comune.samone.it", "", "Samone Samone"},
		"shortened name": {"info@comunebadia.it", "", "Badia Badia Calavena Badia Pavese Badia Polesine Badia Tedalda"},
		"of the two":     {"info@comune.samone.it", "Comune di Samone (TO)", "Samone Samone"},
		"several named":  {"x@studio.example", "il Comune di Bergamo e il Comune di Treviglio", "Bergamo Treviglio"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, k := range Shipped().Recognise(c.address, c.text).Candidates {
				got = append(got, k.Body.Name)
				if !strings.HasSuffix(k.Why, ".") {
					t.Errorf("reason %q", k.Why)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestCatchmentAddresses tries the shipped list on the real addresses of the
// catchment: nine of ten that say «comune» are found, and none wrongly.
func TestCatchmentAddresses(t *testing.T) {
	all := realAddresses(t, "comuni_bacino.csv")
	own, found := 0, 0
	for _, r := range all {
		a := Shipped().Recognise(r.address, "")
		if a.Body.Name != "" && a.Body.ISTAT != r.istat {
			t.Errorf("%s of %s is taken for %s", r.address, r.istat, a.Body.Name)
		}
		if !r.shared && strings.Contains(r.address[strings.Index(r.address, "@"):], "comun") {
			own++
			if a.Sure {
				found++
			}
		}
	}
	t.Logf("%d of %d found", found, own)
	if found*10 < own*9 || own == 0 {
		t.Errorf("%d of %d found", found, own)
	}
}

type realAddress struct {
	istat, address string
	shared         bool // its domain serves several bodies
}

// realAddresses reads the addresses of a file of municipalities.
func realAddresses(t *testing.T, name string) []realAddress {
	t.Helper()
	dir := os.Getenv("SPORTELLO_DATA")
	if dir == "" {
		t.Skip("needs the material of SPORTELLO_DATA")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, n := range rows[0] {
		column[n] = i
	}
	var all []realAddress
	users := map[string]string{}
	shared := map[string]bool{}
	for _, r := range rows[1:] {
		for _, c := range []string{"email", "pec"} {
			address := strings.ToLower(r[column[c]])
			_, domain, ok := strings.Cut(address, "@")
			if !ok {
				continue
			}
			istat := r[column["istat"]]
			if users[domain] != "" && users[domain] != istat {
				shared[domain] = true
			}
			users[domain] = istat
			all = append(all, realAddress{istat: istat, address: address})
		}
	}
	for i, r := range all {
		_, domain, _ := strings.Cut(r.address, "@")
		all[i].shared = shared[domain]
	}
	return all
}

// FuzzRecognise: nothing that anybody sends makes the rules fail or run away.
func FuzzRecognise(f *testing.F) {
	f.Add("protocollo@comune.treviglio.bg.it", "Comune di Treviglio")
	f.Add("x@comune..it", "comune di\ncomune di S.\nCOMUNE D'")
	f.Add("@comune-di-.bg.it", "Comune di Samone (")
	f.Fuzz(func(t *testing.T, address, text string) {
		a := Shipped().Recognise(address, text)
		if a.Sure && len(a.Candidates) > 0 || len(a.Candidates) > maxCandidates || (a.Body.Name == "") != (a.Why == "") {
			t.Errorf("%+v", a)
		}
	})
}
