package classify

import (
	"cmp"
	"slices"
)

// phrase is a keyword of the catalogue as a run of words. Between them a text
// may have stop words: «impianto di trattamento rifiuti» is found in «impianti
// per il trattamento dei rifiuti».
type phrase struct {
	label    int // index of the measure or topic it speaks for
	weight   float64
	parts    []part
	only     bool // no other label has it
	capitals bool // also a word of the language: only in capitals is it the acronym
}

// part is one word of a phrase: a stem, or a single letter to stand there as
// it is, since «linea A» is not «linea».
type part struct {
	stem    string
	literal bool
}

// lexicon finds phrases by their first word.
type lexicon map[string][]phrase

// homographs are acronyms of the field that are words, too.
var homographs = wordSet("sue api ape cie send foi cam io")

func (l lexicon) add(label int, weight float64, written string) {
	p := phrase{label: label, weight: weight, parts: partsOf(written, false)}
	if content(p.parts) < 2 {
		// «entro il», «le mie richieste»: without its small words too little is left.
		p.parts = partsOf(written, true)
	}
	if len(p.parts) == 0 || isBareNumber(p.parts) {
		return
	}
	p.capitals = len(p.parts) == 1 && homographs[fold(written)]
	l[p.parts[0].stem] = append(l[p.parts[0].stem], p)
}

// partsOf are the words of a keyword, with or without stop words of more than
// one letter.
func partsOf(written string, all bool) []part {
	var parts []part
	for w := range Words(written) {
		switch {
		case w.Stop && all, isLetter(w.Folded) && (len(parts) == 0 || !conjunctions[w.Folded]):
			parts = append(parts, part{w.Folded, true})
		case !w.Stop:
			parts = append(parts, part{stem: w.Stem})
		}
	}
	return parts
}

func isLetter(folded string) bool { return len(folded) == 1 && !isNumber(folded) }

// conjunctions are single letters that only join, unless they begin a word:
// «sport e inclusione», but «e-service».
var conjunctions = wordSet("e o i")

// content counts the words that are not there as they are.
func content(parts []part) (n int) {
	for _, p := range parts {
		if !p.literal {
			n++
		}
	}
	return n
}

// isBareNumber: «misura 1.2» as a keyword would take a bare number for a code.
func isBareNumber(parts []part) bool {
	for _, p := range parts {
		if !isNumber(p.stem) && !generic[p.stem] {
			return false
		}
	}
	return true
}

var generic = stemSet("misura investimento intervento avviso bando submisura")

// hit is a place where a phrase stands: tokens from to to, exclusive.
type hit struct {
	*phrase
	from, to int
	subject  bool
	asks     bool
}

// find gives the phrases of a reading, longest before shorter, without those
// that stand within a longer one: «borgo» in «borgo storico» says no more.
func (l lexicon) find(r *reading) []hit {
	var hits []hit
	for i, t := range r.tokens {
		if t.masked {
			continue
		}
		for k := range l[t.Stem] {
			hits = r.match(hits, &l[t.Stem][k], i)
		}
		if t.Folded != t.Stem {
			for k := range l[t.Folded] {
				hits = r.match(hits, &l[t.Folded][k], i)
			}
		}
	}
	return r.longest(hits)
}

// longest drops what stands within a longer phrase.
func (r *reading) longest(hits []hit) []hit {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(len(b.parts), len(a.parts)), cmp.Compare(a.from, b.from))
	})
	claimed := make([]*phrase, len(r.tokens)) // by the longest
	kept := hits[:0]
	for _, h := range hits {
		if h.weight > 0 && h.within(claimed[h.from]) && h.within(claimed[h.to-1]) {
			continue
		}
		for i := h.from; h.weight > 0 && i < h.to; i++ {
			if claimed[i] == nil {
				claimed[i] = h.phrase
			}
		}
		kept = append(kept, h)
	}
	return kept
}

// within reports whether a longer phrase says all that p says: «comma 29»
// still names a measure where «art. 1 comma 29» only goes with it.
func (p *phrase) within(long *phrase) bool {
	return long != nil && len(long.parts) > len(p.parts) && (long.label != p.label || long.weight >= p.weight)
}

// maxHits bounds the work on a text that is one keyword over and over.
const maxHits = 2000

// maxGap is how many stop words may stand between two words of a phrase.
const maxGap = 3

func (r *reading) match(hits []hit, p *phrase, at int) []hit {
	i := at
	for n, part := range p.parts {
		if n > 0 {
			for gap := 0; i < len(r.tokens) && r.tokens[i].Stop && !part.is(r.tokens[i]) && gap < maxGap; gap++ {
				i++
			}
		}
		if i >= len(r.tokens) || !part.is(r.tokens[i]) || r.tokens[i].sentence != r.tokens[at].sentence || r.tokens[i].masked {
			return hits
		}
		i++
	}
	if p.capitals && !r.tokens[at].capitals || len(p.parts) == 1 && r.properName(at) || len(hits) == maxHits {
		return hits
	}
	return append(hits, hit{p, at, i, r.tokens[at].subject, r.tokens[at].asks})
}

func (p part) is(t token) bool {
	if p.literal {
		// «linea a borghi» is the preposition, «linea A borghi» is the line.
		return t.Folded == p.stem && (!t.Stop || t.capital || len(p.stem) > 1)
	}
	return t.Stem == p.stem && (!t.Stop || t.capitals)
}
