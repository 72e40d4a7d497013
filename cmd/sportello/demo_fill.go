package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fillWriter writes any number of plausible questions and answers, the same
// for the same seed. Its paragraphs are those of the demo's questions, with a
// long tail of rare words that follow Zipf's law, because an index of full text
// is as big and as slow as its vocabulary. It is not safe for concurrent use.
type fillWriter struct {
	rand      *rand.Rand
	subjects  []string
	questions []fillSentence
	answers   []fillSentence
	towns     []demoTown
	rare      []string
	buf       []byte
}

// fillSentence is text with a gap after each piece but the last.
type fillSentence []string

// fillRare is how many rare words there are, beside those of the sentences.
const fillRare = 40000

// fillTexts returns a writer for the seed.
func fillTexts(seed int64) (*fillWriter, error) {
	w := &fillWriter{rand: demoRand(seed, "fill")}
	var err error
	if w.towns, err = demoTowns(); err != nil {
		return nil, err
	}
	sections, err := demoSections("questions_")
	if err != nil {
		return nil, err
	}
	for _, s := range sections {
		for _, subject := range s.fields["subject"] {
			before, _, _ := strings.Cut(subject, "{")
			w.subjects = append(w.subjects, strings.TrimRight(before, " -:,("))
		}
		for i, p := range s.parts {
			if i%2 == 0 {
				w.questions = append(w.questions, fillSentences(p.text)...)
			} else {
				w.answers = append(w.answers, fillSentences(p.text)...)
			}
		}
	}
	w.rare = rareWords(w.rand, fillRare)
	return w, nil
}

// fullStop ends a sentence; the one of «art. 47» does not.
var fullStop = regexp.MustCompile(`([.?]) (\p{Lu})`)

// fillSentences cuts text at full stops and each sentence at its {places}.
func fillSentences(text string) []fillSentence {
	var list []fillSentence
	text = fullStop.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1\n$2")
	for s := range strings.SplitSeq(text, "\n") {
		first, n := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(first)) + s[n:]
		var pieces fillSentence
		for {
			before, rest, found := strings.Cut(s, "{")
			pieces = append(pieces, before)
			if !found {
				break
			}
			_, s, _ = strings.Cut(rest, "}")
		}
		if len(strings.Join(pieces, "")) > 20 {
			list = append(list, pieces)
		}
	}
	return list
}

// rareWords makes up names of places, firms and streets out of syllables.
func rareWords(r *rand.Rand, n int) []string {
	starts := strings.Fields("Ba Be Bri Ca Ce Co Cre Da Do Fa Fo Ga Ghe Gra La Le Lo Ma Me Mo Na No Or Pa Pe Pra Ra Ri Ro Sa Se So Ta Te Tre Va Ve Vi Za Zo")
	middles := strings.Fields("ba be bri ca che co da de do ga gna la le li lo ma me mo na ne no pa pe ra re ri ro sa se so ta te to va ve vi za zo lla rra nca lda rva mbe")
	ends := strings.Fields("go no na re sca sco te to ta da do lo la ra ro zzo nti ni ri lli ssi tto")
	seen, words := map[string]bool{}, make([]string, 0, n)
	for len(words) < n {
		w := starts[r.IntN(len(starts))]
		for range 1 + r.IntN(2) {
			w += middles[r.IntN(len(middles))]
		}
		w += ends[r.IntN(len(ends))]
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

// zipf is an index below n, small ones far more often: the inverse of the
// harmonic sum, good enough for exponent 1 and much cheaper than rand.Zipf.
func (w *fillWriter) zipf(n int) int {
	return min(n-1, int(math.Exp(w.rand.Float64()*math.Log(float64(n+1))))-1)
}

// Town is the body that asks; some ask far more often than others.
func (w *fillWriter) Town() demoTown {
	return w.towns[int(float64(len(w.towns))*math.Pow(w.rand.Float64(), 2))]
}

// Subject is a subject line of 20 to 90 bytes.
func (w *fillWriter) Subject() string {
	s := w.subjects[w.rand.IntN(len(w.subjects))]
	switch w.rand.IntN(4) {
	case 0:
		return s + " - " + demoCUP(w.rand, 2019+w.rand.IntN(6))
	case 1:
		return fmt.Sprintf("Prot. n. %d - %s", 100+w.rand.IntN(20000), s)
	case 2:
		return s + " - " + w.rare[w.zipf(len(w.rare))]
	}
	return s
}

// Question is the text of a question of about size bytes.
func (w *fillWriter) Question(size int) string {
	return w.text("Buongiorno,\n", w.questions, "\nCordiali saluti\n", size)
}

// Answer is the text of an answer of about size bytes.
func (w *fillWriter) Answer(size int) string {
	return w.text("Buongiorno,\n\n", w.answers, "\nCordiali saluti", size)
}

func (w *fillWriter) text(greeting string, sentences []fillSentence, closing string, size int) string {
	b := append(w.buf[:0], greeting...)
	at := 0
	for i := 0; len(b) < size-len(closing); i++ {
		if i%3 == 0 { // a paragraph is three sentences that stand together
			at = w.rand.IntN(len(sentences))
			b = append(append(append(b, "Località "...), w.rare[w.zipf(len(w.rare))]...), ". "...)
		}
		for j, piece := range sentences[(at+i%3)%len(sentences)] {
			if j > 0 {
				b = w.gap(b)
			}
			b = append(b, piece...)
		}
		b = append(b, "  \n"[i%3])
	}
	b = append(b, closing...)
	w.buf = b
	return string(b)
}

// gap fills what a sentence leaves open: a code, a number, a name.
func (w *fillWriter) gap(b []byte) []byte {
	switch {
	case bytes.HasSuffix(b, []byte("CUP ")):
		return append(b, demoCUP(w.rand, 2019+w.rand.IntN(6))...)
	case bytes.HasSuffix(b, []byte("€ ")):
		return append(b, euros(int64(w.rand.IntN(90000000)))...)
	}
	return append(b, w.rare[w.zipf(len(w.rare))]...)
}
