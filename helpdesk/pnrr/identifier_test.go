package pnrr

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func values(found []Identifier) string {
	var v []string
	for _, i := range found {
		v = append(v, i.Value)
	}
	return strings.Join(v, " ")
}

func checkPlaces(t *testing.T, text string, found []Identifier) {
	t.Helper()
	last := 0
	for _, i := range found {
		if i.Start < last || i.End <= i.Start || i.End > len(text) {
			t.Fatalf("%q: %s at %d:%d after %d", text, i.Value, i.Start, i.End, last)
		}
		last = i.End
	}
}

func TestFindCUP(t *testing.T) {
	for text, want := range map[string]string{
		"CUP J81B22000560006":                             "J81B22000560006",
		"il progetto j81b22000560006, e J81B22000570006.": "J81B22000560006 J81B22000570006",
		"CUP: J81 B22 000 560 006":                        "J81B22000560006",
		"C.U.P. J81B-2200-0560006":                        "J81B22000560006",
		"C.U.P.: J81B22000560006":                         "J81B22000560006",
		"CUP n. J81B22 000560006 2026":                    "J81B22000560006",
		"CUPJ81B22000560006":                              "J81B22000560006",
		"CUP = J81B22000560006":                           "J81B22000560006",
		"CUP_J81B22000560006_asilo.pdf":                   "J81B22000560006",
		"Codice CUP\r\nJ81B22000560006":                   "J81B22000560006",
		"J81 B22 000 560 006":                             "", // without the word
		"CUP J81B220005600061":                            "",
		"CUP J81B2200056000":                              "",
		"CUP X00X00000000000":                             "",
		"CUP e CIG mancanti":                              "",
		"IBAN IT60X0542811101000000123456":                "",
		"cupola J81 B22 000 560 006":                      "",
	} {
		found := FindCUP(text)
		if got := values(found); got != want {
			t.Errorf("FindCUP(%q) = %q, want %q", text, got, want)
		}
		checkPlaces(t, text, found)
	}
	if found := FindCUP("è il CUP: J81 B22 000 560 006."); len(found) != 1 || found[0].Start != 11 || found[0].End != 30 {
		t.Errorf("%+v", found)
	}
	if got := OpenCUP("J81B22000560006"); got != "https://opencup.gov.it/portale/progetto/-/cup/J81B22000560006" {
		t.Error(got)
	}
	if got := OpenCUP("../J81"); got != "" {
		t.Error(got)
	}
}

// simog makes the CIG of a number.
func simog(n int) string  { return fmt.Sprintf("%07d%03X", n, n*211%4091) }
func smart(n int) string  { return fmt.Sprintf("%c%02X%07X", 'X'+n%3, n*211%251, n) }
func pcp(k, n int) string { return fmt.Sprintf("%c%06X%03X", 'A'+k-1, n, (n+k)*211%4091) }

// Must show 3: all valid forms are accepted, and of random numbers of ten
// digits hardly one.
func TestIsCIG(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 3))
	for range 10_000 {
		for _, c := range []string{simog(1 + r.IntN(9_999_999)), smart(1 + r.IntN(1<<28-1)), pcp(1+r.IntN(2), r.IntN(1<<24))} {
			if !IsCIG(c) {
				t.Fatalf("%s does not count", c)
			}
			wrong := []byte(c)
			wrong[9] = "0123456789ABCDEF0"[strings.IndexByte("0123456789ABCDEF", c[9])+1]
			if IsCIG(string(wrong)) {
				t.Fatalf("%s counts, with a last character changed", wrong)
			}
		}
	}
	for _, c := range []string{"", "0000000000", "X000000000", "953654100B", "9536541C0", "+536541C0B", "é536541C0", "9536541c0b", "ABCDEFGHIJ"} {
		if IsCIG(c) {
			t.Errorf("%q counts", c)
		}
	}
	const draws = 1_000_000
	right := 0
	for range draws {
		n := strconv.FormatInt(10_000_000_000+r.Int64N(10_000_000_000), 10)[1:]
		if !IsCIG(n) {
			continue
		}
		right++
		if got := values(FindCIG("CIG " + n)); got != n {
			t.Errorf("FindCIG finds %q for %s", got, n)
		}
		for _, text := range []string{n, "il numero " + n, "CIG mancante, cell. " + n, "CIG: si veda il prot. n. " + n} {
			if found := FindCIG(text); len(found) > 0 {
				t.Errorf("a CIG in %q", text)
			}
		}
	}
	if right > draws/4000 {
		t.Errorf("%d of %d random numbers are right", right, draws)
	}
}

func TestFindCIG(t *testing.T) {
	letters, digits := simog(9536541), ""
	for n := 3331200; digits == ""; n++ {
		if c := simog(n); allDigits(c) {
			digits = c
		}
	}
	a, z := pcp(1, 0xB2C3D4), smart(0x1234567)
	for text, want := range map[string]string{
		"CIG " + letters:                                   letters,
		"C.I.G.: " + strings.ToLower(letters):              letters,
		"CIG" + letters:                                    letters,
		"SmartCIG " + z:                                    z,
		"gara " + a + " e " + letters:                      a + " " + letters,
		"CIG: " + digits:                                   digits,
		"CIG n. " + letters + ", " + digits:                letters + " " + digits,
		"numero " + digits:                                 "",
		"tel. " + digits:                                   "",
		"CIG " + letters + " - tel. " + digits:             letters,
		"CIG in prot. " + digits:                           "",
		"prot. 12, CIG " + digits:                          digits,
		"CIG " + strings.Repeat("parola ", 40) + digits:    "",
		"CIG " + digits + "1":                              "",
		"CUP J81B22000560006 CIG " + letters + " del 2026": letters,
	} {
		found := FindCIG(text)
		if got := values(found); got != want {
			t.Errorf("FindCIG(%q) = %q, want %q", text, got, want)
		}
		checkPlaces(t, text, found)
	}
}

func TestFindCLP(t *testing.T) {
	for text, want := range map[string]string{
		"CLP PRJ_143COM0922X_004512": "PRJ_143COM0922X_004512",
		"prj_131scu1022_7.":          "PRJ_131SCU1022_7",
		"CLP 2.1_Varzi":              "2.1_Varzi",
		"CLP 2.1_Città_alta, poi":    "2.1_Città_alta",
		"PRJ_143":                    "",
		"PRJ_143COM0922X_":           "",
		"versione 2.1":               "",
		"1.2.3.4_X":                  "",
		"4.1_und":                    "",
	} {
		found := FindCLP(text)
		if got := values(found); got != want {
			t.Errorf("FindCLP(%q) = %q, want %q", text, got, want)
		}
		checkPlaces(t, text, found)
	}
}

func TestFiscalCode(t *testing.T) {
	for s, want := range map[string]string{
		"00332120195": "00332120195", "332120195": "00332120195", " 00332120195 ": "00332120195",
		"00332120196": "", "": "", "00000000000": "", "003321201950": "", "0033212019A": "",
	} {
		got, ok := FiscalCode(s)
		if ok != (want != "") || ok && got != want {
			t.Errorf("FiscalCode(%q) = %q, %v", s, got, ok)
		}
	}
	for text, want := range map[string]string{
		"C.F. 00332120195":                                        "00332120195",
		"Codice fiscale/P.IVA: 332120195":                         "00332120195",
		"P. IVA IT00332120195":                                    "00332120195",
		"c.f. 00332120195 - p.iva 00332120195":                    "00332120195 00332120195",
		"tel. 00332120195":                                        "",
		"codice fiscale RSSMRA80A01F205X":                         "",
		"il CF del Comune non coincide con il numero 00332120195": "",
	} {
		found := FindFiscalCode(text)
		if got := values(found); got != want {
			t.Errorf("FindFiscalCode(%q) = %q, want %q", text, got, want)
		}
		checkPlaces(t, text, found)
	}
}

func TestIdentifiersAreBounded(t *testing.T) {
	text := strings.Repeat("J81B22000560006 ", 3*maxIdentifiers)
	if n := len(FindCUP(text)); n != maxIdentifiers {
		t.Errorf("%d", n)
	}
	codes := strings.Repeat("M4C1I1.1 misura 1.2, 1.3 e 1.4 ", maxMentions)
	found := shipped.Find(codes)
	if len(found) != maxMentions || !slices.IsSortedFunc(found, func(a, b Mention) int { return a.Start - b.Start }) {
		t.Errorf("%d mentions", len(found))
	}
}
