package quote

import (
	"regexp"
	"slices"
	"strings"
)

// sortRegion sorts lines that are not quoted: notices first, for they stand
// inside and outside of signatures, then signatures.
func (s *sorted) sortRegion(from, to int) {
	for i := from; i < to; i++ {
		l := s.lines[i]
		if s.kinds[i] != New || l.blank() {
			continue
		}
		word := firstWord(l.text)
		switch {
		case isStamp(l.text):
			s.mark(i, i+1, Stamp, "riga con il numero di un registro")
		case deviceFirst[word] && isDevice(l.text):
			s.mark(i, i+1, Signature, "scritta dal programma o dal telefono")
		case s.isBanner(l.text):
			s.mark(i, i+1, Disclaimer, "avviso del server di posta")
		case s.weighed < mostWeighed && (noticeFirst[word] && opensNotice(l.text) || s.isShortNotice(l.text)):
			if end := s.noticeUntil(i, to); end > i {
				s.mark(i, end, Disclaimer, "avvertenza di riservatezza o simile")
			}
		}
	}
	s.signElement(from, to)
	s.signBelowDashes(from, to)
	s.signListFooter(from, to)
}

const (
	longestSignature = 25 // lines; below «-- » more than these are no signature
	longestFooter    = 8
)

// signElement marks what the HTML says is a signature, unless a question
// stands in it: some people write there.
func (s *sorted) signElement(from, to int) {
	for i := from; i < to; {
		if s.lines[i].says&saysSignature == 0 {
			i++
			continue
		}
		end, text, asks := i, 0, false
		for ; end < to && s.lines[end].says&saysSignature != 0; end++ {
			if !s.lines[end].blank() {
				text++
			}
			asks = asks || strings.Contains(s.lines[end].text, "?") && !strings.Contains(s.lines[end].text, "://")
		}
		if text <= longestSignature && !asks {
			s.signature(i, end, "elemento di firma del programma di posta")
		}
		i = end
	}
}

// signBelowDashes marks what stands below «-- » (RFC 3676, 4.3). The blank at
// its end is often lost, and then it may also part two questions: only the
// last such line counts, and only above few lines that ask nothing.
func (s *sorted) signBelowDashes(from, to int) {
	for i := to - 1; i >= from; i-- {
		if t := s.lines[i].text; s.kinds[i] != New || t != "--" && t != "—" && t != "- --" {
			continue
		}
		lines, asks, end := 0, false, s.signedUntil(i+1, to)
		for k := i + 1; k < end; k++ {
			if s.kinds[k] == New && !s.lines[k].blank() {
				lines++
			}
			asks = asks || strings.Contains(s.lines[k].text, "?") && !strings.Contains(s.lines[k].text, "://")
		}
		if lines <= longestSignature && !asks {
			s.signature(i, end, "sotto «-- »")
		}
		return
	}
}

// signedUntil is where a signature that begins at from ends: with the element
// that holds it, if one does, for people write below it too.
func (s *sorted) signedUntil(from, to int) int {
	end := to
	for i := from; i < to; i++ {
		if s.lines[i].says&saysSignature != 0 {
			end = i + 1
		}
	}
	return end
}

var listWords = regexp.MustCompile(`(?i)mailing list|/listinfo|unsubscribe|disiscri|cancellarsi dalla lista|lists?[.@]`)

// signListFooter marks the few lines that a mailing list adds below a line of
// dashes.
func (s *sorted) signListFooter(from, to int) {
	lines := 0
	for i := to - 1; i >= from && lines <= longestFooter; i-- {
		l := s.lines[i]
		switch {
		case s.kinds[i] != New || l.blank():
		case strings.Trim(l.text, "_-=") == "" && len(l.text) > 1:
			if slices.ContainsFunc(s.lines[i:to], func(l line) bool { return listWords.MatchString(l.text) }) {
				s.signature(i, to, "piè di pagina di una lista")
			}
			return
		default:
			lines++
		}
	}
}

// signature marks the lines of a range that are nothing else yet.
func (s *sorted) signature(from, to int, why string) {
	for i := from; i < to; i++ {
		if s.kinds[i] == New {
			s.kinds[i], s.why[i] = Signature, why
		}
	}
}

var (
	// Whole lines that telephones and programs add: «Inviato da iPhone».
	deviceLine = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:messaggio |e-?mail |mail )?(?:inviat[oa]|spedit[oa]|scritt[oa]|sent|envoyé|gesendet|enviado|sendt|skickat|verzonden|wysłan[eo]|lähetetty|trimis|odesláno|отправлено|надіслано)\s+` +
		`(?:dal|da|dalla|con|tramite|attraverso|from|with|via|using|by|depuis|de|à partir de|à partir d['’]|avec|mit|von|aus|fra|från|desde|do|em|met|vanaf|van|z|ze|din|s|с|из|з)\s.{0,80}` +
		`(?:iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|outlook|mail|gmail|yahoo|blackberry|smartphone|cellulare|telefon|mobile|mobil|tablet|dispositivo|device|handy|windows|phone|libero|tiscali|virgilio|telefonino|proton|spark|typeapp|acompli|bluemail|aquamail|k-9)\b.{0,60}$`)
	deviceOwn   = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:sent from my|inviato dal mio|enviado desde mi|envoyé de mon|envoyé depuis mon|gesendet von meinem|von meinem|sendt fra min|skickat från min|verzonden vanaf mijn|wysłane z)\s[^.,;:!?]{2,60}\.?$`)
	deviceOther = regexp.MustCompile(`(?i)^[\s\p{P}]*(?:(?:get|scarica|ottieni|ottenere|télécharge[rz]?|obtenir|obtener|hol(?:en)? sie|outlook für)\b.{0,20}\boutlook\b.{0,90}|outlook (?:per|for|für|pour|para) (?:ios|android)\b.*|` +
		`diese nachricht wurde von meinem .{1,60} gesendet\.?|questo messaggio è stato inviato dal mio .{1,60}|please excuse my brevity\.?|scusate? (?:la|per la) brevità\.?)$`)
)

// deviceFirst are the words that such lines begin with.
var deviceFirst = setOf("messaggio|e|email|mail|inviato|inviata|spedito|spedita|scritto|scritta|sent|envoyé|gesendet|enviado|sendt|skickat|verzonden|wysłane|wysłano|" +
	"lähetetty|trimis|odesláno|отправлено|надіслано|von|get|scarica|ottieni|ottenere|téléchargez|télécharger|obtenir|obtener|hol|holen|outlook|diese|questo|please|scusa|scusate")

const longestDevice = 140

// isDevice reports whether a line is one that a telephone or a mail program
// adds by itself.
func isDevice(text string) bool {
	if len(text) > longestDevice || !hasWord(text) {
		return false
	}
	const mostWords = 12
	if len(strings.Fields(text)) > mostWords {
		return false
	}
	return deviceOwn.MatchString(text) || deviceLine.MatchString(text) && !strings.Contains(text, ", ") && !strings.HasSuffix(text, ":") || deviceOther.MatchString(text)
}

var (
	stampPiped = regexp.MustCompile(`^\[?[^|\[\]]{1,40}\|[^|]{1,60}\|[^|]{1,60}\|\s*\d{1,9}\s*\|[^|]*.*\]?$`)
	stampDash  = regexp.MustCompile(`(?i)^[\w. ]{2,60}\s?[-–|]\s?.{0,40}\b(?:reg(?:istro)?[ _.]?(?:ufficiale|protocollo|generale)|reg_uff\w*|aoo\w*)\b.{0,20}[-–|]\s?\d{1,8}\b.{0,80}$`)
	stampProt  = regexp.MustCompile(`(?i)^[\s*\[(]*(?:(?:comune|unione|provincia|comunità montana|consorzio|città|regione)\s[\p{L}'’. ]{2,50}\s?[-–|,]?\s*)?(?:[eEuUiI]\s?[-–]\s?)?` +
		`(?:numero (?:di )?)?prot(?:ocollo|\.)?\s*(?:gen(?:erale|\.)?|int(?:erno|\.)?)?\s*(?:n(?:r|ro|\.|°|umero)?\.?\s*:?|:)?\s*\d{1,8}\s*(?:/\s*(?:\d{2}|\d{4}|[A-Z]{1,3})|(?:-\s*)?del[: ]\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:-\s*)?data:?\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})` +
		`(?:\s*[-–|,(]?\s*(?:in )?(?:arrivo|partenza|uscita|entrata|interno|[eui]|(?:cat|tit|cl|class|fasc|ore|h)[. :].{0,60}))?[\s\])*.]*$`)
)

const longestStamp = 200

// isStamp reports whether a whole line is a register's stamp, as protocol
// software prints it above or below a letter (domain.md §4.5).
func isStamp(text string) bool {
	const digits, shortest = "0123456789", 8
	if len(text) > longestStamp || len(text) < shortest || !strings.ContainsAny(text, digits) {
		return false
	}
	lower := strings.ToLower(text)
	if strings.Contains(lower, "prot") {
		if stampProt.MatchString(text) {
			return true
		}
	} else if !strings.Contains(lower, "reg") && !strings.Contains(lower, "aoo") {
		return false
	}
	return strings.Count(text, "|") >= 3 && stampPiped.MatchString(text) || strings.ContainsAny(text, "-–|") && stampDash.MatchString(text)
}
