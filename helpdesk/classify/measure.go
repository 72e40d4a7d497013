package classify

import (
	"strings"

	"sportello/helpdesk/pnrr"
)

// What a keyword weighs (domain.md §1.4-9).
const (
	strong   = 3.0
	weak     = 1.0
	negative = -2.0

	inSubject = 1.4 // the subject names the matter, the body tells a story
	inFunding = 1.5 // «bando borghi», «finanziato con le piccole opere»
	byNumber  = 1.5 // «misura 1.4.3» beside words of that measure
	byHeld    = 0.5 // the body has such a project
)

// addMeasure takes the keywords of a measure, and its title: whole, and any
// four words of it in a row.
func (l lexicon) addMeasure(i int, m pnrr.Measure) {
	for _, w := range m.Strong {
		l.add(i, strong, w)
	}
	for _, w := range m.Weak {
		l.add(i, weak, w)
	}
	for _, w := range m.Negative {
		l.add(i, negative, w)
	}
	for _, run := range titleRuns(m.Title) {
		l.add(i, strong, run)
	}
}

// mark notes which phrases are of one measure only.
func (l lexicon) mark() {
	of := map[string]int{}
	for _, ps := range l {
		for _, p := range ps {
			if of[p.key()] == 0 {
				of[p.key()] = p.label + 1
			} else if of[p.key()] != p.label+1 {
				of[p.key()] = shared
			}
		}
	}
	for _, ps := range l {
		for i := range ps {
			ps[i].only = of[ps[i].key()] != shared
		}
	}
}

const shared = -1

const (
	titleWords = 4
	plain      = 3 // words in a phrase that needs no context
)

func titleRuns(title string) []string {
	var at []Word
	for w := range Words(title) {
		if !w.Stop {
			at = append(at, w)
		}
	}
	if len(at) < 2 {
		return nil
	}
	n := min(titleWords, len(at))
	var runs []string
	for i := 0; i+n <= len(at); i++ {
		runs = append(runs, title[at[i].Start:at[i+n-1].End])
	}
	return runs
}

// triggers are stems before or behind which a word names where the money comes
// from, not the thing that is built.
var triggers = stemSet("bando bandi avviso avvisi misura misure investimento fondo fondi linea finanziato finanziata finanziati finanziamento contributo contributi pnrr piano")

// funding are stems that show that a text is about carrying out a project. A
// citizen's «asilo nido», a tax notice's «pagoPA» stand beside none of them.
var funding = stemSet(`pnrr bando fondi finanziato finanziata finanziati finanziamento contributo progetto intervento rendicontazione saldo erogazione
	anticipo anticipazione decreto cup cig asseverazione target milestone collaudo cronoprogramma regis futura ministero dipartimento adesione
	fornitore appalto appaltatore impresa ditta gara affidamento affidare lavori cantiere proroga dnsh cam quadro ribasso economie variante perizia revoca
	rinuncia beneficiario attuatore capofila mim mic mase dara gse ragioneria quietanza convenzione accordo spese ammissibile ultimazione
	titolare monitoraggio concessione contratto incarico rup aggiudicazione liquidazione misura investimento subentro credito riserve fattura subappalto subappaltatore durc cre ribassi avanzo incasso incassato revisore cumulabile vincolo localizzazione`)

// inContext reports whether a text has one of them; an «avviso» counts if it is
// not one of payment.
func (r *reading) inContext() bool {
	for i, t := range r.tokens {
		if funding[t.Stem] && !t.masked || t.Folded == "avviso" && !r.follows(i, "di", "pagopa") {
			return true
		}
	}
	return false
}

// score is what speaks for one measure.
type score struct {
	label   int
	points  float64
	strong  bool // a phrase that names it
	subject bool // of which one stands in the subject
	funded  bool // of which one is where the money comes from
	long    bool // one of them has several words
	first   int  // token of the first
	words   []string
	seen    map[string]float64
	against float64 // of the points, what negative keywords took
}

// verdict is all that words and bare numbers say.
type verdict struct {
	k       *Classifier
	scores  []score // greatest first
	numbers []pnrr.Mention
	context bool   // it speaks of a project at all
	unknown string // the code of a measure that the catalogue lacks
	unasked string // why this is no question at all
	several bool   // the text speaks of two projects
}

func (k *Classifier) weigh(r *reading, q Question) *verdict {
	v := &verdict{k: k, unasked: unasked(r), several: several(r), context: r.inContext()}
	by := map[int]*score{}
	for _, h := range k.words.find(r) {
		s := by[h.label]
		if s == nil {
			s = &score{label: h.label, first: h.from, seen: map[string]float64{}}
			by[h.label] = s
		}
		s.take(h, r, v.context)
	}
	v.take(k.catalogue.Find(r.text), by, q.Held)
	for _, held := range q.Held {
		if s := by[k.index[held]]; s != nil && k.knows(held) && s.points > 0 {
			s.points += byHeld
		}
	}
	if v.several {
		for _, s := range by {
			s.points -= s.against // of two projects each has the other's words
		}
	}
	v.sort(by)
	return v
}

// take counts a hit, each phrase once, at its best place.
func (s *score) take(h hit, r *reading, context bool) {
	weight, names := h.weight, false
	switch {
	case weight == weak && h.only && r.named(h):
		weight, names = strong, true // «fondi borghi»
	case weight == strong && !context && len(h.parts) < plain:
		weight = weak // nothing of a project: «pagare con pagoPA», «l'asilo nido di mia figlia»
	case weight == strong:
		names = true
	}
	funded := weight > 0 && r.funded(h)
	if funded {
		weight *= inFunding
	}
	if h.subject && weight > 0 {
		weight *= inSubject
	}
	s.first = min(s.first, h.from)
	key := h.key()
	before := s.seen[key]
	if before == 0 && weight > 0 {
		s.words = append(s.words, h.said(r))
	}
	if weight < 0 && before == 0 || weight > before {
		s.seen[key] = weight
		s.points += weight - before
		s.against += min(weight, 0)
	}
	s.strong = s.strong || names
	s.long = s.long || weight > 0 && len(h.parts) > 1
	s.subject = s.subject || names && h.subject
	s.funded = s.funded || funded
}

// programmes are words directly before which a thing is the name of a measure.
var programmes = stemSet("bando bandi avviso fondi pnrr")

// named reports whether such a word stands directly before or behind a hit.
func (r *reading) named(h hit) bool {
	return h.from > 0 && r.tokens[h.from].sentence == r.tokens[h.from-1].sentence && programmes[r.tokens[h.from-1].Stem] ||
		h.to < len(r.tokens) && r.tokens[h.to].Folded == "pnrr"
}

// key is the same for phrases with the same words: two forms of one.
func (p *phrase) key() string {
	var b strings.Builder
	for _, p := range p.parts {
		b.WriteString(p.stem)
		b.WriteByte(' ')
	}
	return b.String()
}

// said is what stands in the text, shortened to one line.
func (h hit) said(r *reading) string {
	return strings.ToLower(strings.Join(strings.Fields(r.text[r.tokens[h.from].Start:r.tokens[h.to-1].End]), " "))
}

// funded reports whether the word behind a hit, or those before it without a
// sign between, say that it is where the money comes from: «finanziato con le
// piccole opere», «progetto di rigenerazione urbana».
func (r *reading) funded(h hit) bool {
	if h.to < len(r.tokens) && r.tokens[h.to].Folded == "pnrr" {
		return true
	}
	content := 0
	for i := h.from; i >= 0 && content < 2; i-- {
		if i < h.from && strings.Trim(r.text[r.tokens[i].End:r.tokens[i+1].Start], " '’\r\n«\"“") != "" {
			return false
		}
		if triggers[r.tokens[i].Stem] || content == 0 && i < h.from && ventures[r.tokens[i].Stem] {
			return true
		}
		if i < h.from && !r.tokens[i].Stop {
			content++
		}
	}
	return false
}

// ventures are what a measure may be called directly: «intervento di X».
var ventures = stemSet("progetto progetti intervento interventi")

func (r *reading) speaksOf(stems map[string]bool) bool {
	for _, t := range r.tokens {
		if stems[t.Stem] && !t.masked {
			return true
		}
	}
	return false
}
