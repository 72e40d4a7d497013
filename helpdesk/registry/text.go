package registry

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of the work a text can make.
const (
	maxHead     = 16_000 // bytes from the beginning
	maxTail     = 6_000  // bytes from the end, where the signature is
	maxMentions = 40
	maxWords    = 8 // of a name
)

// mention is a «Comune di X» in a text.
type mention struct {
	words    []string // that follow, on the same line and up to a sign that ends a name
	province string   // code, where one follows in brackets or after a comma
	starts   bool     // its line begins with it, as in a signature
}

var (
	comuneDi   = regexp.MustCompile(`(?i)\b(?:comune|citt[àa]'?|municipio|amministrazione\s+comunale)[ \t\x{a0}]+(?:di|del|della|dello|dei|delle|degli|de|dell['’]|d['’])(?:[ \t\x{a0}]*\n[ \t]*|[ \t\x{a0}]+|\b)`)
	inBrackets = regexp.MustCompile(`^[\s,]*(?:[(\[–-]\s*)(?:prov(?:incia|\.)?\s*(?:di\s+|d['’])?)?([\p{L}' -]{2,25}?)\s*[)\]]|^[\s,]*\(?\s*(?:in\s+)?prov(?:incia|\.)\s*(?:di\s+)?([A-Z]{2}\b|\p{Lu}[\p{L}']+(?:[ -][\p{L}]+)?)|^[ ,]*(?:[-–]\s*)?([A-Z]{2})\s*(?:$|\n|[.,;])`)
)

// byText proposes the one municipality that a text is signed with or else
// speaks of; several are candidates. What a text says is never sure: anybody
// can speak of a municipality that is not his own.
func byText(s Source, text string) (Answer, error) {
	signed, spoken := Answer{}, Answer{}
	for _, m := range mentions(text) {
		bodies, err := m.bodies(s)
		if err != nil {
			return Answer{}, err
		}
		if len(bodies) > maxCandidates {
			continue
		}
		into, why := &spoken, "il testo parla di «Comune di %s»"
		if m.starts {
			into, why = &signed, "la firma dice «Comune di %s»"
		}
		for _, b := range bodies {
			reason := strings.Replace(why, "%s", b.Name, 1)
			if len(bodies) > 1 {
				reason += ", nome che hanno più Comuni"
			}
			into.add(Candidate{b, sentence(reason)})
		}
	}
	a := signed
	if len(a.Candidates) == 0 {
		a = spoken
	}
	if len(a.Candidates) == 1 {
		a.Body, a.Why = a.Candidates[0].Body, a.Candidates[0].Why
	}
	a.add(spoken.Candidates...)
	return a, nil
}

// mentions reads the beginning and the end of a long text.
func mentions(text string) []mention {
	if len(text) > maxHead+maxTail {
		text = strings.ToValidUTF8(text[:maxHead], "") + "\n\n" + strings.ToValidUTF8(text[len(text)-maxTail:], "")
	}
	var all []mention
	for _, at := range comuneDi.FindAllStringIndex(text, maxMentions) {
		m := mention{}
		rest := text[at[1]:]
		lineStart := strings.LastIndexByte(text[:at[0]], '\n') + 1
		lead := strings.TrimSpace(text[lineStart:at[0]])
		lineEnd := len(text)
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			lineEnd = at[1] + i
		}
		m.starts = Key(lead) == "" && lineEnd-lineStart < 80
		m.words, rest = nameWords(rest, lineEnd-lineStart > 60)
		if p := inBrackets.FindStringSubmatch(rest); p != nil {
			m.province = provinceOf(p[1] + p[2] + p[3])
		}
		if len(m.words) > 0 {
			all = append(all, m)
		}
	}
	return all
}

// nameWords takes the words that may be a name off the beginning of a text.
// A line break ends it, unless the line is so long that it was wrapped.
func nameWords(text string, wrapped bool) (words []string, rest string) {
	i, start := 0, -1
	for i < len(text) && len(words) < maxWords {
		r, size := utf8.DecodeRuneInString(text[i:])
		in := unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.IsDigit(r) || r == '\'' || r == '’' || r == '-' && start >= 0
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			words, start = append(words, text[start:i]), -1
			if r == '.' && isAbbreviation(words[len(words)-1]) {
				words[len(words)-1] += "."
				break
			}
			fallthrough
		case !in:
			if !(r == ' ' || r == '\t' || r == '\u00a0' || r == '\n' && wrapped && !strings.HasPrefix(text[i:], "\n\n")) {
				return words, text[i:]
			}
		}
		i += size
	}
	if start >= 0 {
		words = append(words, text[start:i])
	}
	return words, text[i:]
}

// isAbbreviation: «S. Giovanni», «SS. Cosma», «Sta. Maria».
func isAbbreviation(word string) bool {
	switch strings.ToLower(word) {
	case "s", "ss", "sta", "sto":
		return true
	}
	return false
}

// bodies lists whom a mention names: the longest name that its words begin
// with, and only if they do not go on as a still longer one would.
func (m mention) bodies(s Source) ([]Body, error) {
	for n := len(m.words); n > 0; n-- {
		name := strings.Join(m.words[:n], " ")
		h := hint{name: Key(name), province: m.province}
		if len(h.name) < 2 || !likeName(m.words[:n]) {
			continue
		}
		bodies, err := m.fitting(s, h)
		if err != nil {
			return nil, err
		}
		if len(bodies) == 0 {
			continue
		}
		longer, err := m.goesOn(s, bodies, n)
		if longer || err != nil {
			return nil, err
		}
		return bodies, nil
	}
	return nil, nil
}

// fitting is like that of domains, but a text leaves no links out.
func (m mention) fitting(s Source, h hint) ([]Body, error) {
	keys := append([]string{h.name}, articled(h.name)...)
	if first := Key(m.words[0]); isAbbreviation(first) {
		for _, saint := range []string{"san", "santa", "sant", "santo", "santi"} {
			keys = append(keys, saint+strings.TrimPrefix(h.name, first))
		}
	}
	bodies, err := s.ByKeys(keys)
	if err != nil {
		return nil, err
	}
	if exact := within(bodies, h, func(b Body) bool { return named(b, h.name) }); len(exact) > 0 {
		return exact, nil
	}
	return within(bodies, h, func(b Body) bool {
		for _, k := range keys {
			if named(b, k) {
				return true
			}
		}
		return false
	}), nil
}

// articled: «Comune della Spezia» is La Spezia, «Comune dell'Aquila» L'Aquila.
func articled(key string) []string {
	var out []string
	for _, a := range []string{"l", "la", "lo", "il", "le", "gli", "i"} {
		out = append(out, a+key)
	}
	return out
}

// goesOn reports whether the next word looks like that of a longer name:
// «Comune di Lodi Vechio» is not Lodi.
func (m mention) goesOn(s Source, bodies []Body, n int) (bool, error) {
	if n == len(m.words) {
		return false, nil
	}
	next := Key(m.words[n])
	for _, b := range bodies {
		longer, err := s.Longer(Fold(b.Name))
		if err != nil {
			return false, err
		}
		for _, l := range longer {
			if continues(l, Fold(b.Name)+" ", next) {
				return true, nil
			}
		}
	}
	return false, nil
}

// continues reports whether a name of the body goes on after begin with a word
// like next.
func continues(b Body, begin, next string) bool {
	for _, n := range b.Names {
		rest, ok := strings.CutPrefix(Fold(n), begin)
		word, _, _ := strings.Cut(rest, " ")
		if ok && next != "" && alike(word, next) {
			return true
		}
	}
	return false
}

// alike: the same beginning, three letters or the whole of the shorter.
func alike(a, b string) bool {
	n := min(3, len(a), len(b))
	return a[:n] == b[:n]
}

// minLowerName parts names from words: Re, Zone, Mese and others are both, and
// in small letters they are words (domain.md §3).
const minLowerName = 7

// likeName: a name has a capital; in small letters only one too long to be a
// word by chance.
func likeName(words []string) bool {
	first, _ := utf8.DecodeRuneInString(words[0])
	return unicode.IsUpper(first) || len(Key(strings.Join(words, ""))) >= minLowerName
}
