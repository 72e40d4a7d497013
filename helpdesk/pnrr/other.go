package pnrr

import "bytes"

// other reads the code of a measure whose programme has no missions and
// components, letter by letter.
func (s *scanner) other(at int) (end int, ok bool) {
	if len(s.c.other) == 0 {
		return 0, false
	}
	best := -1
	for _, i := range s.c.other[string(s.b[at:s.wordEnd(at)])] {
		code := s.c.literal[i]
		stop := at + len(code)
		if stop > end && bytes.HasPrefix(s.b[at:], code) && (stop == len(s.b) || !isWord(s.b[stop])) {
			best, end = i, stop
		}
	}
	if best < 0 {
		return 0, false
	}
	code := s.c.measures[best].Code
	s.record(Mention{Code: code, Measure: code, How: HowOther}, at, end)
	return end, true
}

// addOther notes measure i's code as it is written, if it is not of the form
// of M5C2I2.1.
func (c *Catalogue) addOther(i int, code string) {
	text := fold(code).b
	if len(text) == 0 || !isWord(text[0]) {
		return
	}
	first := 0
	for first < len(text) && isWord(text[first]) {
		first++
	}
	c.literal[i] = text
	c.other[string(text[:first])] = append(c.other[string(text[:first])], i)
}
