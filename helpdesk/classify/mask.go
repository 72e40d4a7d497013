package classify

import "strings"

// Words in names do not speak of the matter: «via Asilo Nido 3», «Comune di
// Borgo Ticino», «l'ufficio SUAP», «accesso con SPID».

var (
	streets  = wordSet("via viale vle piazza pza piazzale vicolo corso largo localita loc frazione fraz contrada salita strada")
	bodies   = wordSet("comune comuni municipio unione provincia citta")
	offices  = stemSet("ufficio uffici settore assessore assessorato dirigente responsabile ripartizione")
	means    = wordSet("con tramite mediante via attraverso usando")
	numbered = wordSet("codice codici")
	// purpose ends an office's name: «responsabile del progetto asilo nido».
	purpose = stemSet("progetto progetti intervento interventi lavori opera opere bando avviso misura investimento cantiere realizzazione tecnico gara")
)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

func (r *reading) mask() {
	for i := range r.tokens {
		switch t := r.tokens[i]; {
		case streets[t.Folded]:
			r.maskNames(i+1, 4)
		case bodies[t.Folded] && r.follows(i, "di", "del", "della"):
			r.maskNames(i+2, 4)
		case offices[t.Stem]:
			r.maskOffice(i)
		case means[t.Folded]:
			r.maskMeans(i)
		case numbered[t.Folded] && i+1 < len(r.tokens) && r.tokens[i+1].capitals:
			r.tokens[i+1].masked = true
		}
	}
}

// follows reports whether one of the words stands after token i.
func (r *reading) follows(i int, words ...string) bool {
	if i+1 >= len(r.tokens) {
		return false
	}
	for _, w := range words {
		if r.tokens[i+1].Folded == w {
			return true
		}
	}
	return false
}

// maskNames masks up to most words from token i on that are written like a
// name: with a capital, or small between two of them.
func (r *reading) maskNames(i, most int) {
	for n := 0; n < most && i < len(r.tokens); i, n = i+1, n+1 {
		t := &r.tokens[i]
		joined := i > 0 && strings.Trim(r.text[r.tokens[i-1].End:t.Start], " .'’") == ""
		if !joined || t.capitals || !t.capital && !(t.Stop && i+1 < len(r.tokens) && r.tokens[i+1].capital) {
			return
		}
		t.masked = true
	}
}

// maxOffice is how far the name of an office reaches, in words.
const maxOffice = 9

// maskOffice masks the two words that name an office, and what «e» adds.
func (r *reading) maskOffice(at int) {
	for i, left := at+1, 2; i < min(len(r.tokens), at+maxOffice) && left > 0; i++ {
		t := &r.tokens[i]
		if purpose[t.Stem] || strings.ContainsAny(r.text[r.tokens[i-1].End:t.Start], ".,:;?!()\n") {
			return
		}
		if t.Folded == "e" {
			left++
		}
		if !t.Stop || t.capitals {
			t.masked = true
			left--
		}
	}
}

// maskMeans masks services that a thing is done with: «con SPID o CIE».
func (r *reading) maskMeans(at int) {
	for i := at + 1; i < len(r.tokens) && i < at+6; i++ {
		t := &r.tokens[i]
		switch {
		case tools[t.Folded]:
			t.masked = true
		case !t.Stop:
			return
		}
	}
}

// tools are services that everybody signs in or pays with; named after «con»
// they are not what is asked about.
var tools = wordSet("spid cie pagopa send io app identita digitale")

// properName reports whether a single word stands capitalised beside another
// in the middle of a sentence, as in «Borgo Virgilio»; «Bando Borghi» is none.
func (r *reading) properName(i int) bool {
	if r.tokens[i].subject || !r.tokens[i].capital || r.tokens[i].capitals {
		return false
	}
	beside := func(j int) bool {
		if j < 1 || j >= len(r.tokens) || r.tokens[j-1].sentence != r.tokens[i].sentence {
			return false
		}
		t, first, second := r.tokens[j], min(i, j), max(i, j)
		return t.capital && !t.capitals && !triggers[t.Stem] && t.sentence == r.tokens[i].sentence &&
			r.text[r.tokens[first].End:r.tokens[second].Start] == " "
	}
	return beside(i-1) || beside(i+1)
}
