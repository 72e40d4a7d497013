package pnrr

// component is a place where a mission with its component is written.
type component struct {
	mission, number int
	start, end      int  // in the folded text
	extended        bool // «Missione 5, Componente 2», not «M5C2»
}

// readComponent reads M5C2, M5.C2, M 5 C 2, MIC3 at b[at:] (domain.md §1.4,
// stage A). The digits may have been misread as i, l or |, but then nothing
// stands between: «MIC 3» is a ministry and «m2 ci» an area.
func readComponent(b []byte, at int) (component, bool) {
	i := skipStop(b, at+1)
	mission, guessed := missionDigit(b, i)
	if mission == 0 {
		return component{}, false
	}
	i = skipGap(b, i+1)
	if i >= len(b) || b[i] != 'c' {
		return component{}, false
	}
	if word := letters(b, i); isComponentWord(word) {
		n, end := readOrdinal(b, i+len(word), 'c')
		return component{mission: mission, number: n, start: at, end: end, extended: true}, !guessed && isComponent(mission, n)
	}
	i = skipStop(b, i+1)
	number, alsoGuessed := missionDigit(b, i)
	i++
	if (guessed || alsoGuessed) && (i-at != len("m1c1") || guessed && alsoGuessed) {
		return component{}, false
	}
	return component{mission: mission, number: number, start: at, end: i}, isComponent(mission, number) && componentEnds(b, i)
}

// componentEnds says whether a code may go on, or end, at b[at:].
func componentEnds(b []byte, at int) bool {
	word := letters(b, at)
	if len(word) == 0 {
		return at >= len(b) || b[at] != otherLetter
	}
	_, ok := kindOf(word)
	return ok
}

func missionDigit(b []byte, at int) (n int, guessed bool) {
	if at >= len(b) {
		return 0, false
	}
	switch c := b[at]; {
	case '1' <= c && c <= '7':
		return int(c - '0'), false
	case c == 'i' || c == 'l' || c == '|':
		return 1, true
	}
	return 0, false
}

// skipGap passes one mark with a space on either side, «M5 - C2».
func skipGap(b []byte, at int) int {
	at = skipSpace(b, at)
	if at < len(b) {
		switch b[at] {
		case '-', '.', '_', '/', ',':
			at = skipSpace(b, at+1)
		}
	}
	return at
}

// skipStop passes the end of an abbreviation, «M. 5», or a space.
func skipStop(b []byte, at int) int {
	if at < len(b) && b[at] == '.' {
		at++
	}
	return skipSpace(b, at)
}

func skipSpace(b []byte, at int) int {
	if at < len(b) && b[at] == ' ' {
		at++
	}
	return at
}

func isMissionWord(word []byte) bool {
	switch string(word) {
	case "missione", "miss":
		return true
	}
	return false
}

func isComponentWord(word []byte) bool {
	switch string(word) {
	case "componente", "comp":
		return true
	}
	return false
}

// readOrdinal reads the number of a mission or component: 5, 5ª, V, quinta,
// and M5 or C2 with the letter that says which.
func readOrdinal(b []byte, at int, letter byte) (n, end int) {
	i := skipSeparators(b, at)
	if word := letters(b, i); isFiller(word) {
		i = skipSeparators(b, i+len(word))
	}
	if i+1 < len(b) && b[i] == letter && isDigit(b[i+1]) {
		i++
	}
	if i < len(b) && isDigit(b[i]) {
		if end = i + 1; end < len(b) && isDigit(b[end]) {
			return 0, at
		}
		return int(b[i] - '0'), end
	}
	word := letters(b, i)
	if len(word) > 0 && i > at {
		n = ordinal(word)
	}
	return n, i + len(word)
}
