package pnrr

import (
	"bytes"
	"strconv"
)

const cigLength = 10

// IsCIG says whether s is a codice identificativo di gara whose check
// characters are right. There are three sorts, all of ten characters in upper
// case (domain.md §3; the formulas hold for all 97,398 of ANAC's open data):
//
//   - SIMOG: seven digits, and three hexadecimal ones, the number times 211
//     modulo 4091;
//   - SmartCIG: X, Y or Z, two hexadecimal digits, the number of the seven
//     after them times 211 modulo 251;
//   - PCP: a letter A to W, six hexadecimal digits, and as with SIMOG the
//     check of their number plus the letter's place in the alphabet.
func IsCIG(s string) bool {
	if len(s) != cigLength {
		return false
	}
	switch c := s[0]; {
	case isDigit(c):
		return isCheck(s[7:], s[:7], 10, 0, 4091) && s[:7] != "0000000"
	case 'X' <= c && c <= 'Z':
		return isCheck(s[1:3], s[3:], 16, 0, 251) && s[3:] != "0000000"
	case 'A' <= c && c <= 'W':
		return isCheck(s[7:], s[1:7], 16, uint64(c-'A')+1, 4091)
	}
	return false
}

// isCheck compares the hexadecimal check with the number's. Signs and lower
// case do not pass.
func isCheck(check, number string, base int, add, modulus uint64) bool {
	for i := range len(check) {
		if c := check[i]; !isDigit(c) && (c < 'A' || c > 'F') {
			return false
		}
	}
	for i := range len(number) {
		if c := number[i]; !isDigit(c) && (c < 'A' || c > 'F') {
			return false
		}
	}
	n, err := strconv.ParseUint(number, base, 64)
	if err != nil {
		return false
	}
	want, err := strconv.ParseUint(check, 16, 64)
	return err == nil && (n+add)*211%modulus == want
}

const (
	cigReach   = 200 // bytes after the word CIG, or after one of its list, in which ten digits may be one
	otherReach = 40  // bytes after a word that says that a number is of another kind
)

// FindCIG gives the CIGs in a text, every place, at most 500. One of digits
// only needs the word CIG before it, for one telephone number in 4,091 has the
// right check, too; and none counts that follows «tel.» or «prot.».
func FindCIG(text string) []Identifier {
	f := finder{f: fold(text)}
	b := f.f.b
	named, other := -cigReach-1, -otherReach-1 // where such a word last stood
	return f.eachWord(func(at, end int) int {
		word := b[at:end]
		switch {
		case isAbbreviated(b, at, "cig"):
			named = at
			return at + len("c.i.g")
		case bytes.Equal(word, []byte("cig")) || bytes.Equal(word, []byte("smartcig")):
			named = at
		case bytes.HasPrefix(word, []byte("cig")) && len(word) == len("cig")+cigLength:
			named, at = at, at+len("cig")
		case isOtherNumber(word):
			other = at
		}
		if end-at != cigLength {
			return end
		}
		value := upper(b[at:end])
		if !IsCIG(value) {
			return end
		}
		if allDigits(value) && (at-named > cigReach || other > named && at-other <= otherReach) {
			return end
		}
		named = at
		f.add(value, at, end)
		return end
	})
}

// isOtherNumber says that the number after word is no CIG.
func isOtherNumber(word []byte) bool {
	switch string(word) {
	case "tel", "telefono", "telefonico", "cell", "cellulare", "mobile", "fax", "centralino",
		"prot", "protocollo", "iva", "piva", "cf", "fiscale", "pratt", "iban", "matricola":
		return true
	}
	return false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}
