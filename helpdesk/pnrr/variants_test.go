package pnrr

import (
	"strings"
	"testing"
)

// TestFind: how officers, ministries and their software write measures beyond
// the table of written forms, and what only looks like one. All finds of a
// text are listed.
func TestFind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// the order of the parts
		{"investimento 2.1 della M5C2", "M5C2I2.1"},
		{"Inv. 1.1 - M4C1", "M4C1I1.1"},
		{"Investimento 2.1 “Attrattività dei borghi” (M1C3)", "M1C3I2.1"},
		{"Investimento 2.2, Componente 4, Missione 2", "M2C4I2.2"},
		{"l'investimento 1.1 della Missione 4, Componente 1 del PNRR", "M4C1I1.1"},
		{"misura M2.C4.2.2", "M2C4I2.2"},
		{"PNRR M1C1 Mis. 1.4.3", "M1C1I1.4.3"},
		{"M4C1-I1.1", "M4C1I1.1"},
		{"M4C1 – I.1.1", "M4C1I1.1"},
		{"PNRR_M4C1_I1.1_asilo", "M4C1I1.1"},
		{"M5/C2/I2.1", "M5C2I2.1"},
		{"M. 5 C. 2 I. 2.1", "M5C2I2.1"},
		{"M5C2 submisura 2.1", "M5C2I2.1"},
		{"M5C2 Sub-investimento 2.1", "M5C2I2.1"},
		{"M5C2 investimento n. 2.1", "M5C2I2.1"},
		{"M5C2, Misura 2, Investimento 2.1", "M5C2I2.1"},
		{"M5C2 Investimento 2 - 2.1", "M5C2I2.1"},
		// extended
		{"Missione 4 Componente 1 Inv 1.1", "M4C1I1.1"},
		{"Missione 4 C1 Inv. 1.1", "M4C1I1.1"},
		{"M4 Componente 1 Inv. 1.1", "M4C1I1.1"},
		{"Misura 5, Componente 2, Investimento 2.1", "M5C2I2.1"},
		{"quinta missione, seconda componente, investimento 2.1", "M5C2I2.1"},
		{"Missione 5ª, Componente 2ª, investimento 2.1", "M5C2I2.1"},
		{"Missione n. 5 Componente n. 2 Investimento n. 2.1", "M5C2I2.1"},
		{"Componente 2 della Missione 5, investimento 2.1", "M5C2I2.1"},
		{"Missione 4 – Istruzione e ricerca – Componente 1 – Potenziamento dell’offerta dei servizi di istruzione: dagli asili nido alle Università – Investimento 1.1: Piano per asili nido", "M4C1I1.1"},
		{"PNRR M4C1 - Istruzione e ricerca - finanziato dall'Unione europea - NextGenerationEU - Investimento 1.1", "M4C1I1.1"},
		{"PNRR - M2C4 – Tutela del territorio e della risorsa idrica – Investimento 2.2", "M2C4I2.2"},
		{"PNRR Missione 5, Comp. 2, Invest. 2.1 e 2.2", "M5C2I2.1 M5C2I2.2"},
		{"L’investimento 2.1 della misura M5C2", "M5C2I2.1"},
		{"M1C3 – Misura 2 “Rigenerazione di piccoli siti culturali, patrimonio culturale, religioso e rurale” – Investimento 2.1", "M1C3I2.1"},
		{"MISSIONE 1 - COMPONENTE 1 - INVESTIMENTO 1.4 “SERVIZI E CITTADINANZA DIGITALE” MISURA 1.4.3 “ADOZIONE PIATTAFORMA PAGOPA”", "M1C1I1.4 M1C1I1.4.3"},
		{"M5C3 Investimento 1.1, sub-investimento 1.1.1", "M5C3I1.1 M5C3I1.1.1"},
		{"M1C1 - Digitalizzazione, innovazione e sicurezza nella PA - Misura 1.4.3", "M1C1I1.4.3"},
		{"M4C1 investim. 1.1", "M4C1I1.1"},
		{"M4C1 – Inv.to 1.1", "M4C1I1.1"},
		{"M4C1 - linea d'investimento 1.1", "M4C1I1.1"},
		{"Miss. IV - C. 1 - Inv. 1.1", "M4C1I1.1"},
		{"Missione M4 – Componente C1 – Investimento 1.1", "M4C1I1.1"},
		{"Missione M4 – Componente M4C1 – Investimento 1.1", "M4C1I1.1"},
		{"MISSIONE: 4 COMPONENTE: 1 INVESTIMENTO: 1.1", "M4C1I1.1"},
		{"M5C3 – Investimento 1: Strategia nazionale per le aree interne – Investimento 1.1.1", "M5C3I1.1.1"},
		{"Investimento 1.1 “Piano per asili nido e scuole dell’infanzia e servizi di educazione e cura per la prima infanzia”, Missione 4, Componente 1", "M4C1I1.1"},
		{"M4C1I1.1-2022-1234-P-12345", "M4C1I1.1"},
		{"PNRR Missione 1 Componente 1 “Servizi e cittadinanza digitale” Investimento 1.4 Misura 1.4.3", "M1C1I1.4 M1C1I1.4.3"},
		// white space, HTML, Unicode
		{"M4C1\nI1.1", "M4C1I1.1"},
		{"Missione 4\r\nComponente 1\r\nInvestimento\r\n1.1", "M4C1I1.1"},
		{"M4C1&nbsp;Inv.&nbsp;1.1", "M4C1I1.1"},
		{"<b>M4C1</b><br>Inv. 1.1", "M4C1I1.1"},
		{"<M4C1I1.1>", "M4C1I1.1"},
		{"<p style=\"margin:0\">M4C1</p><P>I1.1</P>", "M4C1I1.1"},
		{"costo <a M4C1I1.1 <b", "M4C1I1.1"},
		{"<m4c1@comune.example> M4C1I1.1", "M4C1I1.1"},
		{"M4C1\u00a0I\u20091.1", "M4C1I1.1"},
		{"M4\u200bC1I1.1", "M4C1I1.1"},
		{"Ｍ４Ｃ１Ｉ１.１", "M4C1I1.1"},
		{"Missione Ⅴ, Componente Ⅱ, Inv. 2.1", "M5C2I2.1"},
		// typing and scanning errors
		{"M4Cl I1.1", "M4C1I1.1"},
		{"MlC3 2.1", "M1C3I2.1"},
		{"M1C3l2.1", "M1C3I2.1"},
		{"M5C2|2.1", "M5C2I2.1"},
		{"M5C22.1", "M5C2I2.1"},
		{"M4C1II1.1", "M4C1I1.1"},
		{"m4c1i1.1.", "M4C1I1.1"},
		{"M4C1I1,1", "M4C1I1.1"},
		{"M5C2 Inv. 2,1", "M5C2I2.1"},
		{"M4C1I1.l", "M4C1I1.1"},
		{"M2C4I22", "M2C4I2.2"},
		{"M1C1 I143", "M1C1I1.4.3"},
		{"M2C4 lnv. 2.2", "M2C4I2.2"},
		// ReGiS, CID, lines
		{"M5C2I2.01.00", "M5C2I2.1"},
		{"M5C2I2.02.03", "M5C2I2.2.C"},
		{"M2C4I2.02", "M2C4I2.2"},
		{"M1C1I2.02.03", "M1C1I2.2.3"},
		{"M5C2 Investimento 4", "M5C2I4"},
		{"M5C2-I4 rigenerazione", "M5C2I4"},
		{"M2C4I2.2.A", "M2C4I2.2.A"},
		{"M2C4 2.2 - linea B", "M2C4I2.2.B"},
		{"M1C3I2.1 (Linea A)", "M1C3I2.1.A"},
		{"M2C4 2.2 a seguito", "M2C4I2.2"},
		{"M2C4I2.2. A seguito del decreto", "M2C4I2.2"},
		{"M4C1I1.1 c. 5", "M4C1I1.1"},
		{"M4C1I1.1-C.so Garibaldi", "M4C1I1.1"},
		// lists
		{"M5C2 I 2.1 e 2.2", "M5C2I2.1 M5C2I2.2"},
		{"M5C2I2.1/2.2", "M5C2I2.1 M5C2I2.2"},
		{"M1C1 1.4.1, 1.4.3 e 1.4.4", "M1C1I1.4.1 M1C1I1.4.3 M1C1I1.4.4"},
		{"M5C2I2.1 e M4C1I1.1", "M5C2I2.1 M4C1I1.1"},
		{"Inv. 1.1 M4C1 e Inv. 2.1 M5C2", "M4C1I1.1 M5C2I2.1"},
		{"misure 1.4.1 e 1.4.3 della M1C1", "M1C1I1.4.1 M1C1I1.4.3"},
		// of the plan, not of the catalogue
		{"M2C3 Riforma 1.1", "M2C3R1.1"},
		{"M6C1I1.2.3", "M6C1I1.2.3"},
		// milestones and targets
		{"M2C4-00-ITA-10", "milestone M2C4-00-ITA-10"},
		{"il target M1C3-16. Poi", "milestone M1C3-16"},
		{"M2C1-15 ter", "milestone M2C1-15TER"},
		{"M1C1-147…151", "milestone M1C1-147"},
		// bare numbers stay bare
		{"misure 1.4.1, 1.4.3 e 1.2", "nuda 1.4.1 nuda 1.4.3 nuda 1.2"},
		{"avviso misura 1.4.3", "nuda 1.4.3"},
		{"Avviso pubblico n. 1.4.5", "nuda 1.4.5"},
		{"PNRR 1.4.4", "nuda 1.4.4"},
		{"Investimento 2.1", "nuda 2.1"},
		{"CLP 2.1_Varzi", "nuda 2.1"},
		{"M4C1I1.1 asilo nido e misura 1.2 cloud", "M4C1I1.1 nuda 1.2"},
		{"M4C1, asilo nido, e misura 1.2 cloud", "nuda 1.2"},
		{"M4C1 asili nido e misura 1.2 cloud", "nuda 1.2"},
		{"Missione 4, Investimento 1.1", "nuda 1.1"},
		{"misura 1.2 “cloud”, M4C1", "nuda 1.2"},
		{"la misura 1.2 cloud e la M4C1", "nuda 1.2"},
		{"M1C3: quesito. Avviso 1.2", "nuda 1.2"},
		// only like one
		{"A4", ""}, {"M1 motore", ""}, {"art. 1 c. 2.1", ""}, {"100 m2 ci sono", ""}, {"m2 c1", ""}, {"MiC 3 milioni", ""},
		{"il MIC 2.1", ""}, {"tel. 0364 22.1", ""}, {"del 2.1.2026", ""}, {"alle ore 10.30", ""}, {"versione 2.1", ""},
		{"IBAN IT60X0542811101000000123456", ""}, {"targa AB123CD", ""}, {"CIG 9536541C0B", ""}, {"CUP J81B22000560006", ""},
		{"M5C2 2.500,00 euro", ""}, {"M4C1 2.2 milioni", ""}, {"M4C1 - 10.11.2026", ""}, {"M4C1 24 posti", ""}, {"PNRR 2.2 miliardi", ""},
		{"M4C1 I 24 posti", ""}, {"M4C1 di 1.1 milioni", ""}, {"M5C3 Investimento 1", ""},
		{"misura 1.5%", ""}, {"misura 2.1 m", ""}, {"in misura ridotta", ""}, {"PNRR 7.9", ""}, {"M8C1I1.1", ""}, {"M3C3I1.1", ""},
		{"Missione compiuta, componente elettrica", ""}, {"XM4C1I1.1", ""}, {"prot. 2.1/2026", ""}, {"M4C1\n\n1.1 Il primo quesito", ""},
	} {
		found := shipped.Find(c.text)
		var got []string
		for _, m := range found {
			got = append(got, said(m))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Find(%q) = %q, want %q", c.text, s, c.want)
		}
		checkOffsets(t, c.text, found)
	}
}

// What a bare number may mean is narrowed by what the text said before.
func TestCandidates(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"misura 1.4.3", "M1C1I1.4.3"},
		{"Investimento 2.1", "M1C3I2.1 M5C2I2.1 M2C4I2.1"},
		{"M5C2I2.1. Per la misura 2.1 si chiede", "M5C2I2.1"},
		{"M5C2I2.1 e M1C3I2.1: la misura 2.1", "M1C3I2.1 M5C2I2.1"},
		{"Missione 4, Investimento 1.1", "M4C1I1.1"},
		{"Missione 3, Investimento 1.1", "M2C1I1.1 M4C1I1.1 M2C3I1.1 M5C2I1.1"},
		{"avviso 9.9", ""},
		{"M1C1R1.9", "M1C1I2.2.3"},
		{"M2C1-14", "M2C1I1.1 M2C1I1.2"},
	} {
		found := shipped.Find(c.text)
		if len(found) == 0 {
			t.Errorf("Find(%q) finds nothing", c.text)
			continue
		}
		m := found[len(found)-1]
		if written := m.Number == "2.1" && c.want == "M5C2I2.1"; m.How == HowBare && (m.Measure != "") != written {
			t.Errorf("Find(%q) = %+v: the measure of a bare number is known only where its code stands in the text", c.text, m)
		}
		if got := strings.Join(m.Candidates, " "); got != c.want {
			t.Errorf("Find(%q) = %+v, want candidates %q", c.text, m, c.want)
		}
	}
}
