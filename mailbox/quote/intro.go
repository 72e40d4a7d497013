package quote

import (
	"regexp"
	"strings"
)

// intro is what introduces a quotation: lines from start up to, not including, end.
type intro struct {
	start, end int
	sure       bool // history even if what follows has no mark of quotation
	header     bool // it copies a header
	forward    bool // it says that the message is passed on
	why        string
}

// introAt reports what introduces a quotation at line i.
func (s *sorted) introAt(i int) (intro, bool) {
	l := s.lines[i]
	if l.depth > 0 {
		return intro{}, false
	}
	if l.says&saysHistory != 0 {
		in := intro{start: i, end: i, sure: true, why: "sotto il segno con cui il programma di posta apre la citazione"}
		if h, ok := s.headerAt(i); ok {
			in.end, in.header = h, true
		}
		in.forward = isForwardIntro(l.text)
		in.start = s.ruleAbove(i)
		return in, true
	}
	if l.blank() {
		return intro{}, false
	}
	if isSeparator(l.text) {
		in := intro{start: i, end: i + 1, sure: true, forward: isForwardIntro(l.text), why: "sotto «" + strings.Trim(firstWords(l.text), "-_*= :") + "»"}
		if h, ok := s.headerAt(s.nextText(i + 1)); ok {
			in.end, in.header = h, true
		}
		return in, true
	}
	if h, ok := s.headerAt(i); ok {
		start := s.ruleAbove(i)
		return intro{
			start: start, end: h, sure: true, header: true, forward: isForwardIntro(s.lines[start].text),
			why: "sotto le righe «Da, A, Data, Oggetto» di un messaggio precedente",
		}, true
	}
	return s.attributionAt(i)
}

// ruleAbove is the line of dashes right above line i that belongs to it, or i.
func (s *sorted) ruleAbove(i int) int {
	for k := i - 1; k >= 0 && k >= i-2; k-- {
		l := s.lines[k]
		if l.depth > 0 || l.image {
			return i
		}
		if isRule(l.text) || dashedTitle.MatchString(l.text) {
			return k
		}
		if !l.blank() {
			return i
		}
	}
	return i
}

// attributionAt reports whether a line like «Il giorno … ha scritto:» begins
// at line i. Programs fold it: it may be four lines.
func (s *sorted) attributionAt(i int) (intro, bool) {
	for e := i; e < len(s.lines) && e <= i+3; e++ {
		l := s.lines[e]
		if l.depth > 0 || l.blank() {
			break
		}
		start, grade := s.attributionEnding(e)
		if grade == 0 || start != i {
			continue
		}
		sure := grade == gradeSure || s.lines[i].says&saysIntroduces != 0
		return intro{start: i, end: e + 1, sure: sure, why: "sotto «" + firstWords(s.lines[i].text) + "»"}, true
	}
	if s.lines[i].says&saysIntroduces != 0 {
		// The program says so; the words are of no language we know.
		for e := i + 1; e < len(s.lines) && e <= i+3; e++ {
			if s.lines[e].depth > 0 {
				return intro{start: i, end: e, why: "sotto il segno con cui il programma di posta apre la citazione"}, true
			}
		}
	}
	return intro{}, false
}

// ending is the attribution that ends at a line, worked out once.
type ending struct {
	known        bool
	start, grade int
}

func (s *sorted) attributionEnding(e int) (start, grade int) {
	if !s.endings[e].known {
		start, grade := s.findAttribution(e)
		s.endings[e] = ending{true, start, grade}
	}
	return s.endings[e].start, s.endings[e].grade
}

// findAttribution looks upwards from its last line for where an attribution
// begins: the fewest lines that make one, and the line with the date above
// them if they have none.
func (s *sorted) findAttribution(e int) (start, grade int) {
	joined, best := "", e
	for start = e; start >= 0 && start >= e-3; start-- {
		l := s.lines[start]
		if l.depth > 0 || l.blank() || len(joined)+len(l.text) > maxLine {
			break
		}
		joined = strings.TrimSpace(l.text + " " + joined)
		if start == e && !mayEndAttribution(joined) {
			return 0, 0
		}
		g := gradeAttribution(joined)
		if g > grade && (grade == 0 || opensAttribution(l.text) || bracketed.MatchString(l.text)) {
			best, grade = start, g
		}
		if grade == gradeSure {
			break
		}
	}
	if grade == 0 {
		return 0, 0
	}
	start = best
	joined = s.joined(start, e+1)
	if anyDate.MatchString(joined) {
		return start, grade
	}
	for k := start - 1; k >= 0 && k >= start-2; k-- {
		l := s.lines[k]
		if l.depth > 0 || l.blank() || strings.HasSuffix(l.text, ".") {
			break
		}
		if opensAttribution(l.text) || s.lines[start].text[0] == '<' && anyTime.MatchString(l.text) {
			return k, max(grade, gradeAttribution(l.text+" "+joined))
		}
	}
	return start, grade
}

const (
	gradeMaybe = 1 // if quoted lines follow
	gradeSure  = 2
)

var (
	bracketed = regexp.MustCompile(`[<(\[]\s*(?:mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+`)
	anyDate   = regexp.MustCompile(`(?:19|20)\d\d\b|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b`)
	anyTime   = regexp.MustCompile(`\b\d{1,2}[:.h]\d{2}\b`)
	// «2016-03-03 17:21 GMT+01:00 Anna», as Gmail wrote for years.
	gmailDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} GMT[+-]\d`)
	dateFirst = regexp.MustCompile(`^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.*[<(]\S+@\S+[>)]$`)
	// «Il 20/11/2026 alle 10:30 la Prefettura ha scritto:» is how people
	// write, not programs: a name has no article.
	inProse = regexp.MustCompile(`(?i)\d[,\s]+(?:il|lo|la|l['’]|i|gli|le|un|una|uno|the|our|der|die|das)(?:\s|\p{L})[^@]*$`)
	// «---- On 22 Dec 2015 Anna wrote ----»
	dashedWrote = regexp.MustCompile(`^[-_]{2,}.{4,}[\s\p{L}][-_]{2,}:?$`)
)

func mayEndAttribution(text string) bool {
	return endsInColon(text) || strings.HasSuffix(text, "-") && hasWord(text) || strings.HasPrefix(text, "20") && strings.ContainsAny(text, "-/")
}

func endsInColon(s string) bool {
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":*")
}

// gradeAttribution says how surely a text introduces a quotation.
func gradeAttribution(text string) int {
	if gmailDate.MatchString(text) {
		return gradeSure
	}
	if !endsInColon(text) {
		switch {
		case dashedWrote.MatchString(text) && saysWrote(text):
			return gradeSure
		case dateFirst.MatchString(text):
			return gradeMaybe
		}
		return 0
	}
	wrote, date, address := saysWrote(text), anyDate.MatchString(text), bracketed.MatchString(text)
	timed := anyTime.MatchString(text)
	switch {
	case wrote && address, date && address:
		return gradeSure
	case wrote && date && timed && !inProse.MatchString(text):
		return gradeSure
	case wrote, date && timed:
		return gradeMaybe
	}
	return 0
}

// opensAttribution knows the first words of an attribution: a weekday, a
// date, or the word for «on».
func opensAttribution(text string) bool {
	if !strings.ContainsAny(text, "0123456789") {
		return false
	}
	if text[0] >= '0' && text[0] <= '9' {
		return true
	}
	first, _, _ := strings.Cut(strings.ToLower(text), " ")
	first = strings.Trim(first, ".,-*")
	if openers[first] {
		return true
	}
	for _, day := range weekdays {
		if strings.HasPrefix(first, day) {
			return true
		}
	}
	return false
}

// firstWords are enough of a line to know it by.
func firstWords(text string) string {
	const enough = 60
	n := 0
	for i := range text {
		if n == enough {
			return strings.TrimSpace(text[:i]) + "…"
		}
		n++
	}
	return text
}
