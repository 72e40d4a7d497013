package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much of a text is read, in bytes: who asks says within it what.
const maxText = 64 << 10

// token is a word with what the rules need to know of its place.
type token struct {
	Word
	sentence int
	subject  bool // stands in the subject
	asks     bool // its sentence is a question
	capital  bool // begins with a capital letter
	capitals bool // has no small letter, at least two, and stands among others that have
	masked   bool // part of a name: of a street, a town, an office
}

// reading is a question cut into words.
type reading struct {
	text   string // subject, an empty line, and the text
	tokens []token
}

func read(subject, text string) *reading {
	subject, text = cut(subject, maxText/8), cut(text, maxText)
	r := &reading{text: subject + "\n\n" + text}
	sentence, last, first := 0, 0, 0
	for w := range Words(r.text) {
		if between := r.text[last:w.Start]; last > 0 && endsSentence(between, r.text[w.Start:]) {
			r.close(first, strings.Contains(between, "?"))
			sentence, first = sentence+1, len(r.tokens)
		}
		written := r.text[w.Start:w.End]
		initial, _ := utf8.DecodeRuneInString(written)
		r.tokens = append(r.tokens, token{
			Word: w, sentence: sentence, subject: w.Start < len(subject),
			capital: unicode.IsUpper(initial), capitals: len(written) > 1 && strings.ToUpper(written) == written,
		})
		last = w.End
	}
	r.close(first, strings.Contains(r.text[last:], "?"))
	r.shouting()
	r.commas()
	r.mask()
	return r
}

// close ends the sentence that begins at tokens[first].
func (r *reading) close(first int, mark bool) {
	asks := mark
	for _, t := range r.tokens[first:] {
		asks = asks || asking[t.Stem]
	}
	for i := first; asks && i < len(r.tokens); i++ {
		r.tokens[i].asks = true
	}
}

// asking are stems of «si chiede se», «vorremmo sapere», «potete confermare».
var asking = stemSet("chiede chiediamo chiedo chiedere chiedono domanda domandano sapere capire confermare precisare quesito")

// shouting takes back the capitals of a line that has nothing else: there they
// tell nothing.
func (r *reading) shouting() {
	for first := 0; first < len(r.tokens); {
		last, long, capitals := first, 0, 0
		for ; last < len(r.tokens) && r.tokens[last].sentence == r.tokens[first].sentence; last++ {
			if len(r.tokens[last].Folded) > 4 {
				long++
				if r.tokens[last].capitals {
					capitals++
				}
			}
		}
		if long > 1 && 2*capitals > long {
			for i := first; i < last; i++ {
				r.tokens[i].capitals, r.tokens[i].capital = false, false
			}
		}
		first = last
	}
}

// commas makes the word of «c. 29» and «co. 29», as a law's comma is written.
func (r *reading) commas() {
	for i := 0; i+1 < len(r.tokens); i++ {
		t := &r.tokens[i]
		if (t.Folded == "c" || t.Folded == "co") && isNumber(r.tokens[i+1].Folded) {
			t.Stem, t.Stop = stem("comma"), false
		}
	}
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// endsSentence: a question or exclamation mark, an empty line, a semicolon; a
// full stop only before a capital, for «art. 47» and «n. 3» have one, too.
func endsSentence(between, next string) bool {
	if strings.ContainsAny(between, "?!;") || strings.Contains(between, "\n\n") || strings.Contains(between, "\r\n\r\n") {
		return true
	}
	_, after, ok := strings.Cut(between, ".")
	initial, _ := utf8.DecodeRuneInString(next)
	return ok && strings.ContainsAny(after, " \r\n\t") && unicode.IsUpper(initial)
}

// cut shortens s to at most n bytes of valid text.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// stemSet is the set of the stems of words.
func stemSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[stem(w)] = true
	}
	return m
}
