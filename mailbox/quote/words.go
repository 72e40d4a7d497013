package quote

import (
	"regexp"
	"strings"
	"unicode"
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Split(words, "|") {
		set[w] = true
	}
	return set
}

// firstWord is the first word of a line, in lower case.
func firstWord(text string) string {
	start := strings.IndexFunc(text, unicode.IsLetter)
	if start < 0 {
		return ""
	}
	word := clipTo(text[start:], 40)
	if end := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		word = word[:end]
	}
	return strings.ToLower(word)
}

// wroteWords are the verbs with which programs end an attribution, in the
// languages of Europe.
var wroteWords = setOf("wrote|writes|scritto|scrive|schrieb|schreibt|écrit|ecrit|escribió|escribio|escribe|escreveu|escreve|schreef|geschreven|" +
	"skrev|skriver|napsal|napsala|napisał|napisała|napisal|napísal|napísala|kirjoitti|írta|írja|scris|написал|написала|писал|пишет|пише|" +
	"написав|написала|написа|napisao|napisala|je|yazdı|έγραψε|rašė|rakstīja|kirjutas|idatzi|escrigué|написано")

// saysWrote reports whether somebody wrote something, by a verb that
// attributions use. Those that are common in other sentences want company.
func saysWrote(text string) bool {
	lower := strings.ToLower(text)
	for _, cjk := range []string{"写道", "寫道", "さんは書きました", "님이 작성"} {
		if strings.Contains(lower, cjk) {
			return true
		}
	}
	for w := range strings.FieldsFuncSeq(lower, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if wroteWords[w] {
			switch w {
			case "je":
				continue
			case "scritto":
				return strings.Contains(lower, "ha scritto") || strings.Contains(lower, "hai scritto")
			}
			return true
		}
	}
	return false
}

// openers are the words that an attribution begins with.
var openers = setOf("il|in|on|at|am|le|el|em|op|den|dnia|w|pe|ke|to|ti|la|su|dňa|dne|dana|på|kl|a|la|в|у|на|från|von|no|gio")

var weekdays = strings.Split("lun|mar|mer|gio|ven|sab|dom|mon|tue|wed|thu|fri|sat|sun|mo.|di.|mi.|do.|fr.|sa.|so.|jeu|sam|dim|mié|jue|vie|sáb|"+
	"man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|pon|wto|śro|czw|pią|sob|nie|пн|вт|ср|чт|пт|сб|вс|ma|di|wo|do|vr|za|zo", "|")

// separators are the titles under which programs copy the message they answer
// or pass on.
const (
	originalWords = `messaggi[oe] original[ei]|messaggio originario|e-?mail originale|appuntamento originale|original (?:message|e-?mail|appointment)|reply message|replied message|` +
		`ursprüngliche (?:nachricht|mail|e-mail)|original-?nachricht|message d['’]origine|message (?:original|initial)|courriel original|` +
		`mensaje original|mensagem original|missatge original|oorspronkelijk bericht|origineel bericht|oprindelig(?: meddelelse| besked)|original ?meddelelse|` +
		`opprinnelig (?:melding|epost)|ursprungligt meddelande|original ?meddelande|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|` +
		`původní (?:zpráva|e-mail)|pôvodná správa|eredeti üzenet|mesaj(?:ul)? original|izvorna poruka|originalna poruka|izvirno sporočilo|исходное сообщение|` +
		`оригінальне повідомлення|оригинално (?:съобщение|писмо)|αρχικό μήνυμα|orijinal (?:ileti|mesaj)|元のメッセージ|原始邮件|邮件原件|원본 메시지`
	forwardWords = `messaggi[oe] inoltrat[oi]|inizio (?:del )?messaggio inoltrato|e-?mail inoltrata|(?:begin )?forwarded (?:message|mail|e-?mail)|forwarded by .{1,60}|fwd message|` +
		`weitergeleitete (?:nachricht|mail)|anfang der weitergeleiteten (?:nachricht|e-mail)|message (?:transféré|transmis|réexpédié)|début du message (?:réexpédié|transféré)|` +
		`mensaje reenviado|inicio del mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|início da mensagem (?:encaminhada|reencaminhada)|missatge reenviat|` +
		`doorgestuurd bericht|begin doorgestuurd bericht|videresendt (?:besked|meddelelse|melding)|start på videresendt (?:besked|melding)|vidarebefordrat (?:meddelande|mejl|brev)|` +
		`edelleenlähetetty viesti|välitetty viesti|wiadomość przesłana dalej|przekazana wiadomość|treść przekazanej wiadomości|początek przekazywanej wiadomości|` +
		`přeposlaná zpráva|začátek přeposílané zprávy|preposlaná správa|začiatok preposlanej správy|továbbított (?:üzenet|levél)(?: kezdete)?|` +
		`mesaj (?:redirecționat|retransmis)|începe mesajul redirecționat|proslijeđena poruka|započni proslijeđenu poruku|posredovano sporočilo|` +
		`пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|перенаправлене повідомлення|препратено съобщение|` +
		`προωθημένο μήνυμα|iletilen ileti|iletilmiş ileti|メッセージを転送|転送メッセージ|转发邮件|전달된 메시지`
)

var (
	dashedSeparator = regexp.MustCompile(`(?i)^\*?[-_=*~–—]{2,}\s*(?:` + originalWords + `|` + forwardWords + `)\s*(?:[-_=*~–—]{2,}|:|$)`)
	bareSeparator   = regexp.MustCompile(`(?i)^\*?(?:` + forwardWords + `)\s*[:：]\*?$`)
	forwardTitle    = regexp.MustCompile(`(?i)^\*?[-_=*~–—]*\s*(?:` + forwardWords + `)`)
	// Whatever the language: words between dashes. Alone it says nothing.
	dashedTitle = regexp.MustCompile(`^\*?[-_=]{3,}\s*\p{L}[\p{L} '’.-]{3,50}\s*[-_=]{3,}\*?$`)
	ruleOnly    = regexp.MustCompile(`^[-_=*~–—]{5,}$`)
)

const longestSeparator = 120

func isSeparator(text string) bool {
	if len(text) > longestSeparator {
		text = clipTo(text, longestSeparator)
	}
	return strings.ContainsRune("*-_=~–—", first(text)) && hasWord(text) && dashedSeparator.MatchString(text) ||
		endsInColon(text) && bareSeparator.MatchString(text)
}

func isForwardIntro(text string) bool { return len(text) < 120 && forwardTitle.MatchString(text) }

func isRule(text string) bool { return ruleOnly.MatchString(text) }

// formula is what people put above a forward or below an answer and means
// nothing by itself.
var formula = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:(?:buon ?giorno|buona ?sera|salve|ciao|gentil[ei]|gent\.m[aio]|egregi[oa]?|spett\.?(?:le)?|a tutt[iei]|a voi|tutt[iei]|colleghi|` +
	`hello|hi|dear|all|fyi|for your information|per (?:vostra |sua |tua )?(?:opportuna )?(?:conoscenza|competenza|info(?:rmazione)?)|p\.?c\.?|inoltro|si inoltra|vi inoltro|giro|vedi sotto|v\. sotto|` +
	`(?:il messaggio |la mail |l['’]email )?(?:in oggetto|di seguito|qui sotto|sotto|allegat[oai])|` +
	`cordial(?:i saluti|mente|ità)|distinti saluti|un saluto|saluti|grazie(?: mille)?|cordiali|thanks|thank you|best|kind|regards|cheers)[\s\p{P}]*)+$`)

func isFormula(text string) bool {
	return !hasWord(text) || len(text) < 120 && formula.MatchString(text)
}

var closing = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:cordial|distint|un (?:cordiale )?saluto|saluti|buona giornata|buon lavoro|a presto|grazie|in attesa|thanks|thank you|best|kind|warm|regards|cheers|sincerely|` +
	`mit freundlichen|viele grüße|mfg|lg\b|bien cordialement|cordialement|salutations|un saludo|saludos|atentamente|cumprimentos|mvh|med vänlig|hilsen|vriendelijke|groet|pozdrawiam|s pozdravem)`)

// isClosing reports whether the own text in a range is no more than a
// closing formula with a name.
func (s *sorted) isClosing(from, to int) bool {
	first := true
	lines, size := 0, 0
	for i := from; i < to; i++ {
		l := s.lines[i]
		if s.kinds[i] != New || !hasWord(l.text) {
			continue
		}
		if first && !closing.MatchString(l.text) || strings.Contains(l.text, "?") {
			return false
		}
		first = false
		lines, size = lines+1, size+len(l.text)
	}
	return lines <= 4 && size <= 120
}
