package helpdesk

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Redacted stands in a bare answer where it named something of whom it was for.
const Redacted = "[…]"

// BareAnswer is the matter of an answer, to write another one from it: without
// what it quotes, without salutation, closing and signature, and without what
// belongs to whom it was written for: names, addresses, protocol numbers and
// codes of projects. private are further words of his, as privateOf gives them.
// What is left is for a person to read through: no rule finds every name.
func BareAnswer(text, signature string, private []string) string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n"))
	if signature = strings.TrimSpace(signature); signature != "" {
		text = strings.TrimSuffix(text, signature)
	}
	lines := withoutQuotes(strings.Split(text, "\n"))
	lines = withoutOpening(withoutClosing(lines))
	text = strings.TrimSpace(strings.Join(lines, "\n"))
	text = redact(text, private)
	return blankLines.ReplaceAllString(text, "\n\n")
}

var (
	blankLines = regexp.MustCompile(`\n[ \t]*(?:\n[ \t]*)+\n*`)
	quoteIntro = regexp.MustCompile(`(?i)^\s*(?:-{2,}\s*(?:messaggio|original)|_{10,}\s*$|(?:il|in data|on)\b.{5,120}(?:ha scritto|wrote)\s*:\s*$)`)
	protocol   = regexp.MustCompile(`(?i)^\s*(?:rif(?:erimento)?|oggetto|in riscontro)\b.{0,60}\bprot`)
	salutation = regexp.MustCompile(`(?i)^\s*(?:gentil(?:e|i|issim[aoie])|gent(?:\.|\s)|egregi[oa]?|egr\.|spett(?:\.|abile|abili)|buongiorno|buon giorno|buonasera|buona sera|salve|ciao|car[oaie]\b|alla?\s+c(?:ortese|\.))`)
	title      = regexp.MustCompile(`(?i)^\s*(?:dott|dr\.|ing\b|arch\b|geom\b|sig|rag\b|avv\b|prof\b|comune\b|gentil|egregi|ufficio\b|responsabile\b|sindac)`)
	closing    = regexp.MustCompile(`(?i)^\s*(?:(?:con\s+)?(?:i\s+(?:più\s+|miei\s+|nostri\s+)?)?(?:migliori|cordiali|distinti|un\s+cordiale|molti)\s+salut|cordialmente|cordialità|saluti\b|un\s+saluto|(?:la\s+)?ring?razi\S*\s+e\s+(?:la\s+)?salut|buon(?:a|e)?\s+(?:lavoro|giornata|serata)\b|grazie\s+e\s+\S+\s+salut|restiamo\s+a\s+disposizione\b|resto\s+a\s+disposizione\b|rimaniamo\s+a\s+disposizione\b|--\s*$)`)
)

func withoutQuotes(lines []string) []string {
	var kept []string
	for _, l := range lines {
		if quoteIntro.MatchString(l) {
			break
		}
		if !strings.HasPrefix(strings.TrimLeft(l, " \t"), ">") {
			kept = append(kept, l)
		}
	}
	return kept
}

// withoutClosing cuts at the first line that takes leave: what follows it is a
// name, an office, a telephone.
func withoutClosing(lines []string) []string {
	for i, l := range lines {
		if i > 0 && closing.MatchString(l) {
			return lines[:i]
		}
	}
	return lines
}

// maxSalutation is the longest salutation, in bytes.
const maxSalutation = 120

// withoutOpening cuts the protocol line and the salutation; of a line that
// goes on after it, only up to its comma.
func withoutOpening(lines []string) []string {
	for len(lines) > 0 {
		l := strings.TrimSpace(lines[0])
		switch {
		case l == "" || protocol.MatchString(l) && len(l) <= maxSalutation:
			lines = lines[1:]
		case salutation.MatchString(l):
			rest, whole := afterSalutation(l)
			if !whole {
				return append([]string{rest}, lines[1:]...)
			}
			lines = lines[1:]
		default:
			return lines
		}
	}
	return lines
}

// afterSalutation is what follows the salutation on its line; whole reports
// that nothing does.
func afterSalutation(line string) (rest string, whole bool) {
	rest = line
	for {
		i := strings.IndexAny(rest, ",!:")
		if i < 0 || i > maxSalutation {
			break
		}
		rest = strings.TrimSpace(rest[i+1:])
		if !title.MatchString(rest) {
			break
		}
	}
	if rest == "" || rest == line && len(line) <= maxSalutation/2 || title.MatchString(rest) && len(rest) <= maxSalutation/2 {
		return "", true
	}
	if rest == line {
		return line, false
	}
	r, n := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(r)) + rest[n:], false
}

// cases are what belongs to one body or project.
var cases = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`),
	regexp.MustCompile(`\[?#\d{4}-\d{6,}\]?`),
	regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:n(?:r|um(?:ero)?)?\.?\s*)?\d[\d./\-]*(?:\s+del\s+\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4})?`),
	regexp.MustCompile(`\b[A-Z]\d{2}[A-Z]\d{11}\b`),
	regexp.MustCompile(`(?i)\b(?:CIG|SMARTCIG)\s*(?:n\.?|:)?\s*[A-Z0-9]{10}\b`),
	regexp.MustCompile(`\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b`),
	regexp.MustCompile(`\bIT\d{2}[A-Z]\d{22}\b`),
}

func redact(text string, private []string) string {
	for _, c := range cases {
		text = c.ReplaceAllString(text, Redacted)
	}
	for _, word := range private {
		text = replaceWord(text, word)
	}
	return text
}

// replaceWord redacts word where it stands as a word of its own, written so.
func replaceWord(text, word string) string {
	var b strings.Builder
	for word != "" {
		i := strings.Index(text, word)
		if i < 0 {
			break
		}
		end := i + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if unicode.IsLetter(before) || unicode.IsLetter(after) {
			b.WriteString(text[:end])
		} else {
			b.WriteString(text[:i] + Redacted)
		}
		text = text[end:]
	}
	return b.String() + text
}

// privateOf are the words that name who asked: his protocol number, his name,
// the body's name.
func privateOf(question Message, body string) []string {
	var words []string
	if question.Protocol != "" {
		words = append(words, question.Protocol)
	}
	for _, name := range []string{question.From.Name, body} {
		words = append(words, namesIn(name)...)
	}
	return words
}

// namesIn are the whole name and those of its words that are nobody else's.
func namesIn(name string) []string {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) < 4 || strings.Contains(name, "@") {
		return nil
	}
	words := []string{name}
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		r, _ := utf8.DecodeRuneInString(w)
		if utf8.RuneCountInString(w) >= 4 && unicode.IsUpper(r) && !officeWords[strings.ToLower(w)] {
			words = append(words, w)
		}
	}
	return words
}

// officeWords stand in the names of many senders.
var officeWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`comune città citta unione provincia comunità comunita montana consorzio regione
		ufficio uffici settore area servizio servizi sportello protocollo ragioneria segreteria tecnico tecnica lavori
		pubblici pubblica digitale transizione innovazione informatica responsabile amministrazione amministrativo
		bilancio finanziario finanziaria personale istruzione scuola sociale sociali ambiente urbanistica edilizia
		demografici anagrafe sindaco segretario direttore dirigente generale affari appalti gare contratti pnrr posta
		certificata dott dottssa dell della delle degli alla`) {
		m[w] = true
	}
	return m
}()
