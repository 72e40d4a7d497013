package pnrr

import "slices"

// bare reads a measure's number without its component: «misura 1.4.3», «avviso
// 1.2», «PNRR 2.1» (k is then empty). If a component stands before it as in
// the official titles, it is a code after all.
func (s *scanner) bare(at, after int, k kind) int {
	heading, letter := 0, k.letter
	i := after
	for range maxWords {
		i = skipSeparators(s.b, i)
		if word := letters(s.b, i); len(word) > 0 {
			next, ok := kindOf(word)
			if !ok && !isFiller(word) || ok && len(word) < 3 {
				break
			}
			if ok {
				k.bare, k.claimed = k.bare || next.bare, next.claimed
				letter = max(letter, next.letter)
			}
			i += len(word)
			continue
		}
		n, end, ok := readNumber(s.b, i)
		if !ok {
			break
		}
		if n.dotted() {
			if isAmount(s.b, end) {
				break
			}
			return s.numbered(at, end, n, k, letter)
		}
		if heading == 0 {
			heading = n.part[0]
			if s.isMissionBy(end) {
				return s.missionIs(component{mission: heading, start: at, end: end, extended: true})
			}
		}
		i = end
	}
	return s.wordEnd(at)
}

// isMissionBy says that a «Misura 5» ending at end is the mission, as some
// write: its component follows at once.
func (s *scanner) isMissionBy(end int) bool {
	return isComponentWord(letters(s.b, skipGap(s.b, end)))
}

// numbered takes the number that the words at b[at:] lead to.
func (s *scanner) numbered(at, end int, n number, k kind, letter byte) int {
	if p := s.pending; p.number > 0 && s.isHeading(at, k, letter) && s.between(p.end, at, window, isTitle) {
		return s.measure(p, max(letter, 'I'), n, end)
	}
	// «M1C1 Investimento 1.4 “Servizi …” Misura 1.4.3»
	if p := s.last; p.number > 0 && k.claimed && n.isPartOf(s.lastNumber) && s.between(s.end, at, window, anyWord) {
		p.start = at
		return s.measure(p, s.lastLetter, n, end)
	}
	first := len(s.found)
	if s.recordBare(at, end, n, k) {
		end = s.bareList(end, k)
	}
	if s.claim = first; !k.claimed {
		s.claim = len(s.found)
	}
	return end
}

// bareList reads the further numbers of «misure 1.4.1, 1.4.3 e 1.2».
func (s *scanner) bareList(end int, k kind) int {
	for range maxListItems {
		start, ok := s.listGap(end)
		if !ok {
			break
		}
		n, next, ok := readNumber(s.b, start)
		if !ok || !n.dotted() || isAmount(s.b, next) || len(s.c.number[n.String()]) == 0 {
			break
		}
		s.recordBare(start, next, n, k)
		end = next
	}
	return end
}

// recordBare records a bare number. After «PNRR» alone only a measure's
// number is one.
func (s *scanner) recordBare(at, end int, n number, k kind) bool {
	m := Mention{Number: n.String(), How: HowBare}
	for _, i := range s.c.number[m.Number] {
		m.Candidates = append(m.Candidates, s.c.measures[i].Code)
	}
	s.narrow(&m, at)
	if !k.bare && len(m.Candidates) == 0 {
		return false
	}
	s.record(m, at, end)
	return true
}

// narrow leaves of a bare number's candidates those that the text before it
// speaks of: the measure that was written out, which then is meant, or those of
// the mission just named.
func (s *scanner) narrow(m *Mention, at int) {
	named := map[string]bool{}
	for _, f := range s.found {
		if _, number, ok := splitCode(f.Measure); ok && number == m.Number {
			named[f.Measure] = true
			m.Measure = f.Measure
		}
	}
	if len(named) > 1 {
		m.Measure = ""
	}
	if len(named) == 0 && s.mission.mission > 0 && at-s.mission.end <= window {
		for _, code := range m.Candidates {
			named[code] = code[1] == '0'+byte(s.mission.mission)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(m.Candidates), func(code string) bool { return !named[code] })
	if len(kept) > 0 {
		m.Candidates = kept
	}
}

// isHeading says that the word at b[at:] begins a part of an official title:
// «– Misura 1.4.3», where «e misura 1.2» begins another thought.
func (s *scanner) isHeading(at int, k kind, letter byte) bool {
	if !k.claimed || letter != 0 {
		return k.claimed
	}
	if at--; at > 0 && s.b[at] == ' ' {
		at--
	}
	return at >= 0 && (s.b[at] == '-' || s.b[at] == ':' || s.b[at] == '(' || s.b[at] == '"')
}

// claimBare makes codes of the bare numbers just before a component: «Inv. 2.1
// della M5C2», «Investimento 2.1 “Attrattività dei borghi” (M1C3)».
func (s *scanner) claimBare(c component) bool {
	if s.claim >= len(s.found) {
		return false
	}
	from := s.end
	bracketed := s.isApposed(c) && s.between(from, c.start, window, anyWord)
	if !s.connected(from, c.start) && !bracketed {
		return false
	}
	var codes []Mention
	for _, m := range s.found[s.claim:] {
		code, ok := s.joined(c, m)
		if bracketed && !ok {
			return false
		}
		codes = append(codes, code)
	}
	copy(s.found[s.claim:], codes)
	last := &s.found[len(s.found)-1]
	last.End = s.f.offset(c.end)
	last.Written = s.text[last.Start:last.End]
	s.claim, s.end = len(s.found), c.end
	return true
}

// isApposed says that a component explains a title before it: it stands in
// brackets, or is written out after a closing quotation mark.
func (s *scanner) isApposed(c component) bool {
	at := c.start - 1
	for at > 0 && (s.b[at] == ' ' || s.b[at] == ',' || s.b[at] == '-') {
		at--
	}
	return at >= 0 && (s.b[at] == '(' || s.b[at] == '[' || s.b[at] == '"' && c.extended)
}

// joined is the bare mention m as a code of c; known says that the catalogue
// has that measure.
func (s *scanner) joined(c component, m Mention) (code Mention, known bool) {
	n, _, _ := readNumber([]byte(m.Number), 0)
	code = s.c.resolve(c, 'I', n, "")
	code.How, code.Start, code.End, code.Written = HowCode, m.Start, m.End, m.Written
	if c.extended {
		code.How = HowExtended
	}
	return code, code.Measure != ""
}

// digits passes a number. One joined to a name is a local project code, which
// begins with the measure's number: «2.1_Varzi».
func (s *scanner) digits(at int) int {
	n, end, ok := readNumber(s.b, at)
	if !ok || !n.dotted() {
		return s.wordEnd(at)
	}
	if namedAfter(s.text, &s.f, end) {
		s.recordBare(at, s.wordEnd(end+1), n, kind{})
		return s.wordEnd(end + 1)
	}
	return end
}

// clp reads a local project code that begins with the digits of its measure.
func (s *scanner) clp(at int) int {
	end := at
	for end < len(s.b) && (isWord(s.b[end]) || s.b[end] == '_') && end-at < maxCLP {
		end++
	}
	m, ok := s.c.ByCLP(string(s.b[at:end]))
	if !ok {
		return s.wordEnd(at)
	}
	s.record(Mention{Code: m.Code, Measure: m.Code, How: HowCLP}, at, end)
	return end
}

const maxCLP = 64 // bytes
