package quote

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// noticeOpener is how notices of confidentiality and the like begin. It is not
// enough: a question about privacy begins so too. noticePoints decides.
var noticeOpener = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(?:le informazioni|l['’]informazione|questo messaggio|questa (?:e-?mail|comunicazione|mail)|questo documento|il presente messaggio|la presente (?:e-?mail|comunicazione|mail)|presente (?:e-?mail|messaggio|comunicazione)|` +
	`il contenuto d|i contenuti d|avviso|avvertenz|attenzione|nota (?:di )?(?:riservatezza|bene)|riservat|confidenzial|clausola|disclaimer|privacy|informativa|ai sensi|in ottemperanza|in osservanza|ai fini|il trattamento|i dati|` +
	`qualora|se (?:avete|ha|hai|non (?:siete|è|sei)|il|lei|questo)|chiunque|nel caso|si (?:precisa|avverte|informa|rende)|la (?:diffusione|informiamo)|vi (?:informiamo|preghiamo)|è vietat|ogni|any |prima di stampare|please consider|` +
	`confidential|this (?:e-?mail|message|communication|transmission|document)|the (?:information|content)|if you|please (?:note|notify)|notice|legal|privileged|diese (?:e-?mail|nachricht)|der inhalt|ce (?:message|courriel|mail)|cet e-?mail|les informations|` +
	`este (?:mensaje|correo|e-?mail)|esta (?:mensagem|comunica)|la información|dit bericht|deze e-?mail|denne |detta )`)

// Each point is something that such notices speak of.
var noticeTopics = []*regexp.Regexp{
	regexp.MustCompile(`riservat|confidenzial|segret|confidential|privileged|vertraulich|confidencial|vertrouwelijk`),
	regexp.MustCompile(`destinatari|intended recipient|intended (?:only|solely)|addressee|empfänger|destinatario|destinataire|geadresseerde|recipient`),
	regexp.MustCompile(`per errore|erroneamente|in error|by mistake|irrtümlich|par erreur|por error|ricevuto questa comunicazione senza`),
	regexp.MustCompile(`distrugg|cancell|elimin|delet|destroy|vernichten|löschen|supprimer|détruire|borrar|divulg|diffusion|disclos|riprodu|copiare|copia |vietat|proibit|prohibit|forbidden|untersagt|interdit`),
	regexp.MustCompile(`uso esclusivo|ad uso|esclusiv|utilizz|sole use|use of|exclusive`),
	regexp.MustCompile(`2016/679|679/2016|196/2003|196/03|gdpr|rgpd|dsgvo|101/2018|art\.? ?616|codice penale`),
	regexp.MustCompile(`trattamento dei dati|dati personali|personal data|titolare del trattamento|protezione dei dati`),
}

const (
	topicSecret, topicRecipient = 0, 1
	noticeEnough                = 3
	longestNotice               = 4000 // bytes that are looked at
	mostWeighed                 = 60   // paragraphs of a body that may be notices
	fullParagraph               = 110  // a line this long is a paragraph by itself
)

var (
	paperNotice = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(?:.{0,40}\b)?(?:(?:prima di|se non è necessario,? non|evita(?:te)? di) stampar|before printing|rispett(?:a|iamo|ate) l['’]ambiente|think before (?:you )?print|consider the environment|pens(?:a|ate) all['’]ambiente)`)
	virusNotice = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(?:mail priva di virus|virus-free|privo di virus|senza virus|questa e-?mail è stata controllata|il software antivirus|this (?:e-?mail|message) has been (?:checked|scanned)|libre de virus|garanti sans virus|virenfrei|avast|mailscanner)`)
	banner      = regexp.MustCompile(`(?i)^[\s\p{P}\p{S}]*(?:(?:caution|warning|attenzione|avviso|external(?: e-?mail| sender)?|esterno|mail esterna)\b.{0,80}(?:outside|external|esterno|esterna|fuori dall|proven)|(?:this|questa) (?:e-?mail|mail|message).{0,30}(?:originated from outside|proviene dall['’]esterno|proviene da un mittente esterno))`)
)

// noticeFirst are the words that a notice begins with.
var noticeFirst = setOf("le|l|questo|questa|il|la|presente|i|avviso|avvertenza|avvertenze|attenzione|nota|riservato|riservata|riservatezza|confidenziale|clausola|disclaimer|" +
	"privacy|informativa|ai|in|qualora|se|chiunque|nel|si|vi|è|ogni|any|confidential|confidentiality|this|the|if|please|notice|legal|privileged|diese|der|ce|cet|les|" +
	"este|esta|dit|deze|denne|detta")

func opensNotice(text string) bool {
	const shortest = 12
	return len(text) > shortest && noticeOpener.MatchString(text)
}

const longestShort = 400 // bytes of a line about paper, viruses or senders outside

// The keys of the expressions below, sought first: the expressions would run
// over every line of every message.
var (
	virusKeys  = bytes.Fields([]byte("virus avast mailscanner"))
	paperKeys  = bytes.Fields([]byte("stamp ambiente print environment"))
	bannerKeys = bytes.Split([]byte("extern|estern|outside|fuori dall"), []byte("|"))
)

// keys tells which of them stand anywhere in a body: in most none does, and
// its lines need not be looked through one by one.
type keys struct{ virus, paper, banner bool }

func keysOf(lines []line) keys {
	size := 0
	for _, l := range lines {
		size += len(l.text) + 1
	}
	all := make([]byte, 0, size)
	for _, l := range lines {
		all = append(append(all, l.text...), '\n')
	}
	lower := lowerASCII(all)
	return keys{holdsAny(lower, virusKeys), holdsAny(lower, paperKeys), holdsAny(lower, bannerKeys)}
}

func (s *sorted) isShortNotice(text string) bool {
	if !s.keys.virus && !s.keys.paper || len(text) > longestShort || strings.Contains(text, "?") {
		return false
	}
	lower := lowerASCII([]byte(text))
	if holdsAny(lower, virusKeys) {
		return virusNotice.MatchString(text)
	}
	return holdsAny(lower, paperKeys) && paperNotice.MatchString(text)
}

func (s *sorted) isBanner(text string) bool {
	return s.keys.banner && len(text) <= longestShort && holdsAny(lowerASCII([]byte(text)), bannerKeys) && banner.MatchString(text)
}

func holdsAny(text []byte, keys [][]byte) bool {
	return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Contains(text, k) })
}

// lowerASCII is enough for keys without accents, and cheaper. It overwrites b.
func lowerASCII(b []byte) []byte {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// noticeUntil is the end of the notice that begins at line i, or i if it is
// none: the paragraph, and those that go on with it. Something must have been
// said above it: a message may be about such a notice.
func (s *sorted) noticeUntil(i, to int) int {
	enough, above := noticeEnough, i-1
	for above >= 0 && s.lines[above].blank() {
		above--
	}
	if above >= 0 && s.kinds[above] == Disclaimer {
		enough = 1
	}
	if s.weighed++; s.weighed > mostWeighed || !s.saidAbove(i) {
		return i
	}
	end := s.paragraphEnd(i, to)
	text := s.joined(i, end)
	if strings.Contains(text, "?") || !s.isShortNotice(s.lines[i].text) && noticePoints(text) < enough {
		return i
	}
	return end
}

// saidAbove reports whether own text stands above line i that is more than a greeting.
func (s *sorted) saidAbove(i int) bool {
	for k := i - 1; k >= 0 && k > i-200; k-- {
		if s.kinds[k] == New && hasWord(s.lines[k].text) && !isFormula(s.lines[k].text) {
			return true
		}
	}
	return false
}

func (s *sorted) paragraphEnd(i, to int) int {
	if len(s.lines[i].text) >= fullParagraph {
		return i + 1
	}
	size := 0
	for i < to && !s.lines[i].blank() && size < longestNotice {
		size += len(s.lines[i].text)
		i++
	}
	return i
}

func (s *sorted) joined(from, to int) string {
	var b strings.Builder
	for _, l := range s.lines[from:to] {
		b.WriteString(l.text)
		b.WriteByte(' ')
	}
	return strings.ToLower(b.String())
}

// noticePoints counts what a paragraph speaks of. «Riservato ai destinatari»
// is enough by itself.
func noticePoints(text string) (points int) {
	var seen [16]bool
	for i, t := range noticeTopics {
		if t.MatchString(text) {
			seen[i] = true
			points++
		}
	}
	if seen[topicSecret] && seen[topicRecipient] {
		return max(points, noticeEnough)
	}
	return points
}
