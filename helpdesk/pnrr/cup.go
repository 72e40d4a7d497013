package pnrr

import "bytes"

const cupLength = 15

// IsCUP says whether s has the form of a codice unico di progetto: a letter,
// two digits, a letter, eleven digits. It has no check character. All in upper
// case.
func IsCUP(s string) bool {
	if len(s) != cupLength {
		return false
	}
	zeros := true
	for i := range len(s) {
		c := s[i]
		if i == 0 || i == 3 {
			if c < 'A' || c > 'Z' {
				return false
			}
			continue
		}
		if !isDigit(c) {
			return false
		}
		zeros = zeros && c == '0'
	}
	return !zeros // «X00X00000000000» is a form to fill in
}

// OpenCUP is the public page of a project, or empty if cup is none.
func OpenCUP(cup string) string {
	if !IsCUP(cup) {
		return ""
	}
	return "https://opencup.gov.it/portale/progetto/-/cup/" + cup
}

// FindCUP gives the CUPs in a text, every place, at most 500. Spaces and
// dashes may part one only where the word CUP stands before it.
func FindCUP(text string) []Identifier {
	f := finder{f: fold(text)}
	b := f.f.b
	return f.eachWord(func(at, end int) int {
		word := b[at:end]
		if len(word) == cupLength {
			if value := upper(word); IsCUP(value) {
				f.add(value, at, end)
				return end
			}
		}
		switch {
		case isAbbreviated(b, at, "cup"):
			end = at + len("c.u.p")
		case !bytes.HasPrefix(word, []byte("cup")):
			return end
		case len(word) > len("cup"): // «CUPJ81B22000560006»
			end = at + len("cup")
		}
		start := skipLabel(b, end)
		if value, stop := spaced(b, start); IsCUP(value) {
			f.add(value, start, stop)
			return stop
		}
		for end < len(b) && isWord(b[end]) {
			end++
		}
		return end
	})
}

// skipLabel passes what stands between the word CUP and the code: «CUP n.: ».
func skipLabel(b []byte, at int) int {
	at = skipSeparators(b, at)
	for at < len(b) && b[at] == '=' {
		at = skipSeparators(b, at+1)
	}
	switch word := letters(b, at); string(word) {
	case "n", "nr", "num", "numero", "codice", "progetto", "del", "master":
		if end := at + len(word); end < len(b) && !isWord(b[end]) {
			return skipSeparators(b, end)
		}
	}
	return at
}

// spaced reads the characters of a CUP with at most two of space, dash or dot
// between two of them.
func spaced(b []byte, at int) (value string, end int) {
	var code []byte
	gap := 0
	for i := at; i < len(b) && len(code) < cupLength && gap <= 2; i++ {
		switch c := b[i]; {
		case isLetter(c) || isDigit(c):
			code, gap, end = append(code, c), 0, i+1
		case c == ' ' || c == '-' || c == '.':
			gap++
		default:
			return "", at
		}
	}
	if end < len(b) && end > at && isWord(b[end]) {
		return "", at
	}
	return upper(code), end
}
