package classify

import (
	"regexp"
	"slices"
	"strings"
)

// A request for a call is a verb of asking with a noun of talking in one
// sentence, or one of the phrases that are nothing else.
var (
	callPhrase = regexp.MustCompile(`\b(?:(?:potremmo|possiamo|potrei|posso|possibile|vorrei|vorremmo|vorremo|riusciamo|riuscite|gradirei|gradiremmo|utile|meglio|bisogno di|quando)\b[^.?!;]{0,50}\b(?:sentirci|sentirvi|sentirla|vederci|vedervi|incontrarci|incontrarvi|incontrarla|parlarne|parlarvi|parlarle|telefonarvi|chiamarvi|a voce|parlare con (?:un|uno|una|voi|qualcuno|il vostro|la vostra))` +
		`|(?:richiesta|ric|richiediamo|richiedo) (?:di )?(?:un )?(?:colloquio|incontro|appuntamento|call|videocall|videochiamata|videoconferenza)\b` +
		`|(?:ci|mi|puo|potete|potreste|pregherei di|prego di|chiedo di) (?:puo |potete |potreste |potrebbe |potra )?(?:ri)?chiamar(?:e|ci|mi)\b|(?:ri)?chiamatem?c?i\b|(?:vi|la) (?:ri)?(?:chiamo|telefono)\b|\b(?:ci|mi) (?:puo|potete|potreste) (?:telefonare|contattare (?:telefonicamente|al))\b` +
		`|ci sentiamo\b|(?:preferi\w+|vorre\w+|gradi\w+|meglio|bisogno di|necessario) [^.?!;]{0,30}\b(?:parlarne|parlarvi|a voce)\b|sentirci (?:al|per|via) )`)
	callAsked = regexp.MustCompile(`\b(?:richied\w+|richiest\w+|chied\w+|propo\w+|fissar\w+|concordar\w+|organizzar\w+|prenotar\w+|programmar\w+|possibile|disponibil\w+|gradir\w+|vorre\w+|bisogno|necessit\w+|utile|opportun\w+|serve|servirebbe|avere|dateci|domanda)\b[^.?!;]{0,90}\b(?:colloqui\w*|incontro|incontri|appuntament\w*|videochiamata|videoconferenza|video call|videocall|call|confronto telefonico|confronto diretto|telefonata|chiamata|meet|teams|zoom)\b`)
	// What was, is about somebody else, or is about work.
	callNot = regexp.MustCompile(`(?:colloqui\w* (?:di lavoro|selettiv\w+|conoscitiv\w+|orale|d esame|di selezione|tecnico per il posto)|(?:come da|a seguito|facendo seguito|seguito|dopo|durante|nel corso|in esito|nell|nel|all|nello|dell|del) (?:al |all |del |dell |di |il |l |nostro |nostra |ultimo |ultima |precedente )*(?:colloqui\w*|incontro|telefonata|chiamata|call|riunione|appuntamento)\b|curriculum|candidat\w+|concors\w+|incontro (?:pubblico|con (?:il |la |l |i |gli |le )?(?:ministero|cittadin\w+|impres\w+|ditta|soprintendenza|region\w+|prefettura|famigli\w+|sindacat\w+|progettist\w+))|call (?:for|center|to)|prima chiamata|chiamata pubblica|punto di incontro)`)
)

// asksForCall gives the words in which a question asks for a call, or "". A
// telephone number in a signature asks for nothing.
func asksForCall(r *reading) string {
	for first := 0; first < len(r.tokens); {
		last := first + 1
		for last < len(r.tokens) && r.tokens[last].sentence == r.tokens[first].sentence {
			last++
		}
		if said := callIn(r, r.tokens[first:last]); said != "" {
			return said
		}
		first = last
	}
	return ""
}

// maxSaid bounds what is quoted as the reason, in bytes.
const maxSaid = 120

// talks are the beginnings of the words without one of which no call is asked
// for; most sentences have none.
var talks = []string{"colloqui", "incontr", "appuntament", "call", "video", "telefon", "chiam", "richiam", "senti", "parl", "voce", "veder", "confront", "contatt", "meet", "teams", "zoom"}

func speaksOfTalk(sentence []token) bool {
	return slices.ContainsFunc(sentence, func(t token) bool {
		return slices.ContainsFunc(talks, func(talk string) bool { return strings.HasPrefix(t.Folded, talk) })
	})
}

func callIn(r *reading, sentence []token) string {
	if !speaksOfTalk(sentence) {
		return ""
	}
	var folded []byte
	for _, t := range sentence {
		folded = append(append(folded, t.Folded...), ' ')
	}
	if !callPhrase.Match(folded) && !callAsked.Match(folded) || callNot.Match(folded) {
		return ""
	}
	return cut(r.text[sentence[0].Start:sentence[len(sentence)-1].End], maxSaid)
}
