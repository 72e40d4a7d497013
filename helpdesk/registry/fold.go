package registry

import (
	"strings"
	"unicode"
)

// Fold is a name as it is compared: lower case, without accents, every other
// sign a space: «Cassano d'Adda» is "cassano d adda", «S. Giovanni» "s giovanni".
func Fold(name string) string {
	var b strings.Builder
	space := false
	for _, r := range name {
		if unicode.Is(unicode.Mn, r) { // an accent that stands apart from its letter
			continue
		}
		plain := plainLetter(unicode.ToLower(r))
		if plain == "" {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(plain)
	}
	return b.String()
}

// Key is Fold without the spaces, as domains write names: "cassanodadda".
func Key(name string) string { return strings.ReplaceAll(Fold(name), " ", "") }

// letters lists the accented letters of the names of Italy's bodies, Slovene,
// German and French ones among them, by what is written without accents.
var letters = map[string]string{
	"a": "àáâãåā", "e": "èéêëē", "i": "ìíîïī", "o": "òóôõō", "u": "ùúûū", "c": "çčć", "n": "ñ", "s": "š", "z": "ž",
	"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß",
}

var plain = func() map[rune]string {
	m := map[rune]string{}
	for to, from := range letters {
		for _, r := range from {
			m[r] = to
		}
	}
	return m
}()

// plainLetter is r without its accent, "" for what is no letter or digit.
func plainLetter(r rune) string {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return string(r)
	case plain[r] != "":
		return plain[r]
	case unicode.IsLetter(r):
		return string(r)
	}
	return ""
}

// links are the words inside names that domains like to leave out.
var links = map[string]bool{
	"di": true, "d": true, "da": true, "de": true, "del": true, "dei": true, "della": true, "delle": true, "dell": true, "degli": true, "dello": true,
	"a": true, "al": true, "alla": true, "alle": true, "all": true, "ai": true, "in": true, "nel": true, "nella": true, "nell": true,
	"su": true, "sul": true, "sulla": true, "sull": true, "sui": true, "con": true, "e": true, "ed": true,
	"il": true, "lo": true, "la": true, "le": true, "l": true, "i": true, "gli": true,
}

// looseKey is Key without the links after the first word: «Cassano d'Adda» is
// "cassanoadda", too.
func looseKey(name string) string {
	words := strings.Fields(Fold(name))
	out := words[:min(1, len(words))]
	for i, w := range words {
		if i > 0 && !links[w] {
			out = append(out, w)
		}
	}
	return strings.Join(out, "")
}

// Keys lists the keys under which a body of these names is found, each once.
func Keys(names ...string) []string {
	var keys []string
	seen := map[string]bool{"": true}
	for _, n := range names {
		for _, k := range []string{Key(n), looseKey(n)} {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, k)
			}
		}
	}
	return keys
}
