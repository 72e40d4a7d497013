package helpdesk

import (
	"strings"
	"unicode"
)

// Words that a mere thanks is made of; anything else asks or tells something.
var thanksWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`grazie mille infinite molte tante ancora gentile gentilissimi gentilissima gentilissimo
		ringrazio ringraziamo ringraziandovi ringraziandola ringraziando porgo porgiamo cordiali cordialmente saluti distinti
		saluto salutiamo buon buona giornata lavoro serata pomeriggio perfetto ottimo ok va bene tutto chiaro chiarissimo
		per la il le lo vi ti mi i e a di da del della dei delle vostra vostro sua suo tua disponibilità disponibilita
		risposta celere pronta prontezza cortesia collaborazione riscontro chiarimento chiarimenti gentilezza tempestiva
		tempestività utile precisazione precisazioni ricevuto ricevuta buongiorno buonasera salve`) {
		m[w] = true
	}
	return m
}()

// mereThanks reports whether a text only thanks, with a signature below at
// most. It does not reopen a ticket.
func mereThanks(text string) bool {
	if len(text) > 400 || strings.Contains(text, "?") {
		return false
	}
	thanks := false
	for _, line := range strings.Split(text, "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if thanks && (isSignature(words) || len(words) > 1 && words[0] == "Inviato" && words[1] == "da") {
			continue // a signature, or the telephone's: «Inviato da iPhone»
		}
		for _, w := range words {
			w = strings.ToLower(w)
			thanks = thanks || w == "grazie" || strings.HasPrefix(w, "ringrazi")
			if !thanksWords[w] {
				return false
			}
		}
	}
	return thanks
}

// isSignature: a line of names, offices and telephone numbers.
func isSignature(words []string) bool {
	for _, w := range words {
		first := []rune(w)[0]
		lower := strings.ToLower(w)
		if !unicode.IsUpper(first) && !unicode.IsDigit(first) && !thanksWords[lower] && lower != "tel" && lower != "cell" {
			return false
		}
	}
	return len(words) <= 6
}
