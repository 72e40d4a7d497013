package classify

import (
	"iter"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/italian"
)

// Word is a word of a text. An apostrophe and every other sign that is neither
// letter nor digit parts words, so that «dell'ente» is two of them; only an
// acronym keeps its full stops together: «C.U.P.» is the word cup.
type Word struct {
	Folded     string // lower case, without accents: "qualita"
	Stem       string // "qualit"; equal for most forms of one word
	Stop       bool   // article, preposition, pronoun: tells nothing of the matter
	Start, End int    // bytes of the text
}

// Stems gives the stems of a text's words in their order, repeated where they
// repeat, without stop words.
func Stems(text string) []string {
	var stems []string
	for w := range Words(text) {
		if !w.Stop {
			stems = append(stems, w.Stem)
		}
	}
	return stems
}

// Words gives the words of a text in their order.
func Words(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		var buf []byte
		for at := 0; at < len(text); {
			start := at + skipSigns(text[at:])
			if start == len(text) {
				return
			}
			buf, at = foldWord(buf[:0], text, start)
			if len(buf) == 0 {
				continue // accents that stand alone
			}
			k := knownWord(buf)
			if !yield(Word{k.folded, k.stem, k.stop, start, at}) {
				return
			}
		}
	}
}

func skipSigns(s string) int {
	i := strings.IndexFunc(s, inWord)
	if i < 0 {
		return len(s)
	}
	return i
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// maxWord in bytes; what is longer is no word, and its tail adds nothing.
const maxWord = 64

// foldWord appends the word at text[start:] to buf, folded, and gives its end.
func foldWord(buf []byte, text string, start int) ([]byte, int) {
	if n := acronym(text[start:]); n > 0 {
		for _, c := range []byte(text[start : start+n]) {
			if c != '.' {
				buf = append(buf, c|0x20)
			}
		}
		return buf, start + n
	}
	at := start
	for at < len(text) {
		r, n := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[at:])
		} else if isASCIILetter(text[at]) && len(buf) < maxWord { // nearly all of them
			buf = append(buf, text[at]|0x20)
			at++
			continue
		}
		switch {
		case r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r): // an accent by itself, of text in NFD
		case !inWord(r):
			return buf, at
		case len(buf) < maxWord:
			buf = appendFolded(buf, r)
		}
		at += n
	}
	return buf, at
}

// acronym is the length of single letters parted by full stops, as in
// «D.N.S.H.», without the last stop; of two letters it might be anything.
func acronym(s string) int {
	n := 0
	for n+1 < len(s) && isASCIILetter(s[n]) && s[n+1] == '.' {
		n += 2
	}
	if n < len("a.b.") {
		return 0
	}
	if n < len(s) && isASCIILetter(s[n]) {
		n++
	} else {
		n--
	}
	if n < len("a.b.c") || n < len(s) && s[n] != '.' && (isASCIILetter(s[n]) || s[n] >= utf8.RuneSelf) {
		return 0
	}
	return n
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func appendFolded(buf []byte, r rune) []byte {
	switch {
	case 'A' <= r && r <= 'Z':
		return append(buf, byte(r)+'a'-'A')
	case r < utf8.RuneSelf:
		return append(buf, byte(r))
	}
	r = unicode.ToLower(r)
	for base, marked := range marked {
		if strings.ContainsRune(marked, r) {
			return append(buf, byte(base))
		}
	}
	return utf8.AppendRune(buf, r)
}

// marked are the letters with marks that stand in Italian mail, at the byte of
// the letter they are folded to.
var marked = [...]string{'a': "àáâäãå", 'c': "ç", 'e': "èéêë", 'i': "ìíîï", 'n': "ñ", 'o': "òóôöõ", 'u': "ùúûü", 'y': "ýÿ", 's': "š", 'z': "ž"}

// known is what is known of a written word.
type known struct {
	folded, stem string
	stop         bool
}

// words keeps what the stemmer said: a desk's mail has some ten thousand
// different words, and looking one up takes a twentieth of stemming it.
var words = struct {
	sync.RWMutex
	m map[string]known
}{m: map[string]known{}}

// maxKnown words are kept, some 3 MB; then it begins anew.
const maxKnown = 1 << 15

func knownWord(folded []byte) known {
	words.RLock()
	k, ok := words.m[string(folded)]
	words.RUnlock()
	if ok {
		return k
	}
	k.folded = string(folded)
	k.stop = stopWords[k.folded]
	k.stem = stem(k.folded)
	words.Lock()
	defer words.Unlock()
	if len(words.m) >= maxKnown {
		clear(words.m)
	}
	words.m[k.folded] = k
	return k
}

// stem is the Snowball stem of a folded word. Accents are folded before it, so
// that «qualità», «qualita'» and «qualita» are one word, and «comunità» stays
// apart from «comune».
func stem(folded string) string {
	if odd, ok := oddStems[folded]; ok {
		return odd
	}
	if len(folded) < 3 || folded[0] < 'a' || folded[0] > 'z' {
		return folded
	}
	env := snowballstem.NewEnv(folded)
	italian.Stem(env)
	if s := env.Current(); s != "" {
		return strings.ToLower(s)
	}
	return folded
}

// oddStems are words that the stemmer takes for a verb, and so for others:
// «delibere» for deliberare but not «delibera», «comunità» for «comune».
var oddStems = map[string]string{
	"delibere": "deliber", "lettere": "letter", "camere": "camer", "tessere": "tesser", "filiere": "filier", "ribassi": "ribass",
	"comunita": "comunit", "qualita": "qualit", "unita": "unit",
}

// fold gives a single written word as Words folds it.
func fold(word string) string {
	for w := range Words(word) {
		return w.Folded
	}
	return ""
}
