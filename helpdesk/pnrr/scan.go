package pnrr

// scanner reads one text once, from its beginning. What it remembers between
// two steps is bounded, and so is how far a step looks ahead or back.
type scanner struct {
	c     *Catalogue
	text  string
	f     folded
	b     []byte // f.b
	found []Mention

	mission component // «Missione 5», its component not yet named; mission 0: none
	loose   component // «Componente 2», its mission not yet named; number 0: none
	pending component // a component whose measure is not yet named; number 0: none
	claim   int       // the first of the bare mentions that a component may still claim
	end     int       // of the last mention

	last       component // of the last code, with its
	lastLetter byte      // kind
	lastNumber number

	looked int // bytes looked at again between the parts of a code; for the tests
}

const (
	window       = 160 // bytes between the parts of an extended form (domain.md §1.4, stage 6)
	tightWindow  = 60  // with nothing but connectors between
	maxWords     = 5   // between a component and its number
	maxListItems = 10
)

func newScanner(c *Catalogue, text string) *scanner {
	f := fold(text)
	return &scanner{c: c, text: text, f: f, b: f.b}
}

func (s *scanner) run() {
	for at := 0; at < len(s.b) && len(s.found) < maxMentions; {
		if !isWord(s.b[at]) {
			at++
			continue
		}
		at = s.step(at)
	}
	s.found = s.found[:min(len(s.found), maxMentions)]
}

// step reads what begins at b[at], the beginning of a word, and gives where to
// go on.
func (s *scanner) step(at int) int {
	if s.b[at] == 'm' {
		if c, ok := readComponent(s.b, at); ok {
			return s.component(c)
		}
	}
	if end, ok := s.other(at); ok {
		return end
	}
	if isDigit(s.b[at]) {
		return s.digits(at)
	}
	word := letters(s.b, at)
	after := at + len(word)
	switch {
	case isMissionWord(word):
		return s.missionNamed(at, after)
	case isComponentWord(word):
		return s.componentNamed(at, after)
	case string(word) == "prj":
		return s.clp(at)
	case ordinal(word) > 0 && len(word) > 3:
		return s.ordinalFirst(at, ordinal(word), after)
	case string(word) == "pnrr":
		return s.bare(at, after, kind{})
	}
	if k, ok := kindOf(word); ok && k.bare {
		return s.bare(at, after, k)
	}
	return s.wordEnd(at)
}

func (s *scanner) wordEnd(at int) int {
	for at < len(s.b) && isWord(s.b[at]) {
		at++
	}
	return at
}

// missionNamed reads «Missione 5», and «Missione 5 C2» at once.
func (s *scanner) missionNamed(at, after int) int {
	n, end := readOrdinal(s.b, after, 'm')
	if n == 0 {
		return s.wordEnd(at)
	}
	return s.missionIs(component{mission: n, start: at, end: end, extended: true})
}

func (s *scanner) missionIs(m component) int {
	i := skipGap(s.b, m.end)
	if i+1 < len(s.b) && s.b[i] == 'c' {
		c := m
		i = skipStop(s.b, i+1)
		c.number, _ = missionDigit(s.b, i)
		c.end = i + 1
		if isComponent(c.mission, c.number) && componentEnds(s.b, c.end) {
			return s.component(c)
		}
	}
	if s.loose.number > 0 && s.loose.start >= s.end && isComponent(m.mission, s.loose.number) && s.connected(s.loose.end, m.start) {
		m.number, m.start = s.loose.number, s.loose.start
		s.loose = component{}
		return s.component(m)
	}
	s.mission = m
	return m.end
}

// componentNamed reads «Componente 2» of a mission named before it.
func (s *scanner) componentNamed(at, after int) int {
	n, end := readOrdinal(s.b, after, 'c')
	if n == 0 {
		return s.wordEnd(at)
	}
	return s.componentIs(component{number: n, start: at, end: end, extended: true})
}

func (s *scanner) componentIs(c component) int {
	if m := s.mission; isComponent(m.mission, c.number) && c.start-m.end <= window {
		c.mission = m.mission
		if m.start >= s.end {
			c.start = m.start
		}
		return s.component(c)
	}
	s.loose = c
	return c.end
}

// ordinalFirst reads «quinta missione» and «seconda componente».
func (s *scanner) ordinalFirst(at, n, after int) int {
	i := skipSpace(s.b, after)
	word := letters(s.b, i)
	c := component{start: at, end: i + len(word), extended: true}
	switch {
	case isMissionWord(word):
		c.mission = n
		return s.missionIs(c)
	case isComponentWord(word):
		c.number = n
		return s.componentIs(c)
	}
	return s.wordEnd(at)
}

// between says whether b[from:to] is short and holds only words that pass; an
// end of thought never passes.
func (s *scanner) between(from, to, most int, pass func(word []byte) bool) bool {
	if to < from || to-from > most {
		return false
	}
	s.looked += to - from
	for i := from; i < to; {
		switch c := s.b[i]; {
		case c == '\n' || c == ';' || c == '?' || c == '!' || c == otherLetter:
			return false
		case isLetter(c):
			word := letters(s.b[:to], i)
			if !pass(word) {
				return false
			}
			i += max(1, len(word))
		default:
			i++
		}
	}
	return true
}

func anyWord([]byte) bool { return true }

func (s *scanner) connected(from, to int) bool { return s.between(from, to, tightWindow, isConnector) }
