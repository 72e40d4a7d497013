package pnrr

import "slices"

// component takes a component that was read: the number that follows it makes
// a code, one just before it does, or it waits for one.
func (s *scanner) component(c component) int {
	if p := s.pending; p.mission == c.mission && p.number == c.number && c.start-p.end <= window {
		c.start, c.extended = p.start, p.extended // «Missione 1 …, Componente 3 … (M1C3)»
	}
	s.pending = component{}
	if end, ok := s.milestone(c); ok {
		return end
	}
	if end, ok := s.code(c); ok {
		return end
	}
	if s.claimBare(c) {
		return c.end
	}
	s.pending = c
	return c.end
}

// code reads the measure that follows a component (domain.md §1.4, stages B
// and 4): «I2.1», « Inv. n. 2.1», «-2.1», «, Misura 2, Investimento 2.1».
func (s *scanner) code(c component) (end int, ok bool) {
	p := s.parts(c)
	switch {
	case p.end == 0:
		return 0, false
	case !p.n.dotted():
		if m := s.c.resolve(c, p.letter, p.n, ""); m.Measure == "" && len(m.Candidates) == 0 {
			return 0, false // a heading of the plan, «Investimento 1: Strategia …»
		}
	case !p.named && p.apart && isAmount(s.b, p.end):
		return 0, false
	case !p.named && c.mission != 7:
		p.n = p.n.unread()
	}
	return s.measure(c, p.letter, p.n, p.end), true
}

// parts are the words and the number after a component.
type parts struct {
	letter byte   // of the code
	named  bool   // a word says what the number is,
	word   kind   // the last such one
	apart  bool   // something stands between component and number
	n      number // a whole one is a CID
	end    int    // of the number, 0: there is none
}

func (s *scanner) parts(c component) parts {
	p := parts{letter: 'I'}
	for i, words := c.end, 0; words < maxWords; words++ {
		i = skipSeparators(s.b, i)
		if word := letters(s.b, i); len(word) > 0 {
			k, ok := kindOf(word)
			if !ok && !isFiller(word) {
				break
			}
			if ok {
				p.named, p.word = true, k
			}
			if k.letter != 0 {
				p.letter = k.letter
			}
			i += len(word)
			continue
		}
		n, end, ok := readNumber(s.b, i)
		if (!ok || !n.dotted()) && p.word.integer {
			if m, stop, ok := readMistyped(s.b, i); ok && s.c.resolve(c, p.letter, m, "").Measure != "" {
				p.n, p.end = m, stop
				return p
			}
		}
		if !ok || !p.named && !n.dotted() || n.dotted() && p.end > 0 && n.part[0] != p.n.part[0] {
			break
		}
		if n.dotted() {
			p.n, p.end, p.apart = n, end, i > c.end
			return p
		}
		if p.word.integer {
			p.n, p.end = n, end
		}
		i = end
	}
	return p
}

// measure records the code of c with n, which ends at end, and the others of
// the same component listed after it.
func (s *scanner) measure(c component, letter byte, n number, end int) int {
	line, end := readLine(s.b, end)
	how := HowCode
	switch {
	case c.extended:
		how = HowExtended
	case n.padded:
		how = HowUnique
	case !n.dotted():
		how = HowCID
	}
	m := s.c.resolve(c, letter, n, line)
	m.How = how
	s.record(m, c.start, end)
	s.last, s.lastLetter, s.lastNumber = c, letter, n
	for range maxListItems {
		next, lineEnd, m, ok := s.listed(c, letter, end)
		if !ok {
			break
		}
		m.How = how
		s.record(m, next, lineEnd)
		end = lineEnd
	}
	return end
}

// listed reads a further measure of the same component: «M5C2I2.1 e 2.2». It
// counts only if the catalogue has it: it may be any number.
func (s *scanner) listed(c component, letter byte, at int) (start, end int, m Mention, ok bool) {
	start, ok = s.listGap(at)
	if !ok {
		return 0, 0, Mention{}, false
	}
	i := start
	if k, ok := kindOf(letters(s.b, i)); ok && k.letter == letter {
		i = skipSeparators(s.b, i+len(letters(s.b, i)))
	}
	n, end, ok := readNumber(s.b, i)
	if !ok || !n.dotted() || isAmount(s.b, end) {
		return 0, 0, Mention{}, false
	}
	line, end := readLine(s.b, end)
	m = s.c.resolve(c, letter, n, line)
	return start, end, m, m.Measure != ""
}

// listGap passes what joins the items of a list.
func (s *scanner) listGap(at int) (int, bool) {
	i := skipSpace(s.b, at)
	if i >= len(s.b) {
		return at, false
	}
	switch s.b[i] {
	case ',', '/', '-', '+', '&':
		i = skipSpace(s.b, i+1)
		if word := string(letters(s.b, i)); word == "e" || word == "ed" {
			i = skipSpace(s.b, i+len(word))
		}
		return i, true
	}
	if word := string(letters(s.b, i)); word == "e" || word == "ed" || word == "o" {
		return skipSpace(s.b, i+len(word)), true
	}
	return at, false
}

// milestone reads «-16», «-15BIS» and «-00-ITA-10» after a component: a hyphen
// with a whole number, where a measure has a dot (domain.md §1.1).
func (s *scanner) milestone(c component) (end int, ok bool) {
	i := c.end
	if c.extended || i+1 >= len(s.b) || s.b[i] != '-' || !isDigit(s.b[i+1]) {
		return 0, false
	}
	for i++; i < len(s.b) && isDigit(s.b[i]) && i-c.end <= 4; {
		i++
	}
	if i < len(s.b) && (isDigit(s.b[i]) || i+1 < len(s.b) && (s.b[i] == '.' || s.b[i] == '/') && isDigit(s.b[i+1])) {
		return 0, false
	}
	code := c.String() + upper(s.b[c.end:i])
	if national := []byte("-ita-"); i+len(national) < len(s.b) && slices.Equal(s.b[i:i+len(national)], national) && isDigit(s.b[i+len(national)]) {
		end := s.wordEnd(i + len(national))
		code += upper(s.b[i:end])
		i = end
	} else if suffix, end, ok := readLatin(s.b, i); ok {
		code += suffix
		i = end
	}
	m := Mention{Milestone: code, Candidates: s.c.ByMilestone(code), Measure: s.c.milestones[code].of, How: HowMilestone}
	s.record(m, c.start, i)
	return i, true
}

// readLatin reads the bis, ter … that follows a number.
func readLatin(b []byte, at int) (suffix string, end int, ok bool) {
	if at < len(b) && (b[at] == ' ' || b[at] == '-') {
		at++
	}
	word := letters(b, at)
	switch string(word) {
	case "bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies":
		return upper(word), at + len(word), true
	}
	return "", at, false
}

func (s *scanner) record(m Mention, start, end int) {
	m.Start, m.End = s.f.offset(start), s.f.offset(end)
	m.Written = s.text[m.Start:m.End]
	s.found = append(s.found, m)
	s.claim, s.end, s.pending = len(s.found), end, component{}
}
