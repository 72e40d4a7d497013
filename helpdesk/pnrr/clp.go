package pnrr

import (
	"unicode"
	"unicode/utf8"
)

// FindCLP gives the local project codes (codice locale progetto) in a text
// that have one of the two forms that can be told from other words, every
// place, at most 500: PRJ_143COM0922X_004512 of PA digitale 2026, in upper
// case, and «2.1_Varzi», as it is written.
func FindCLP(text string) []Identifier {
	f := finder{f: fold(text)}
	b := f.f.b
	return f.eachWord(func(at, end int) int {
		if string(b[at:end]) == "prj" {
			if stop, ok := readPRJ(b, end); ok {
				f.add(upper(b[at:stop]), at, stop)
				return stop
			}
			return end
		}
		n, stop, ok := readNumber(b, at)
		if !ok || !n.dotted() || at > 0 && b[at-1] == '.' {
			return end
		}
		if !namedAfter(text, &f.f, stop) {
			return max(end, stop)
		}
		for stop < len(b) && (isWord(b[stop]) || b[stop] == '_') {
			stop++
		}
		f.add(text[f.f.offset(at):f.f.offset(stop)], at, stop)
		return stop
	})
}

// namedAfter says that at f.b[at:] a name follows, as in «2.1_Varzi».
func namedAfter(text string, f *folded, at int) bool {
	if at+1 >= len(f.b) || f.b[at] != '_' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[f.offset(at+1):])
	return unicode.IsUpper(r)
}

// readPRJ reads «_143COM0922X_004512» at b[at:]: the measure's digits, the
// sort of body, the call's month and year, a number.
func readPRJ(b []byte, at int) (end int, ok bool) {
	if at >= len(b) || b[at] != '_' {
		return at, false
	}
	i := at + 1
	measure := digitsEnd(b, i)
	sort := measure + len(letters(b, measure))
	month := digitsEnd(b, sort)
	if measure-i != clpDigits || sort-measure < 2 || month-sort != 4 {
		return at, false
	}
	i = month
	if i < len(b) && b[i] == 'x' {
		i++
	}
	if i >= len(b) || b[i] != '_' {
		return at, false
	}
	end = digitsEnd(b, i+1)
	return end, end > i+1 && (end == len(b) || !isWord(b[end]))
}

func digitsEnd(b []byte, at int) int {
	for at < len(b) && isDigit(b[at]) {
		at++
	}
	return at
}
