package pnrr

import (
	"bytes"
	"strings"
)

const fiscalLength = 11

// FiscalCode is the fiscal code of a body from what a file or a person wrote:
// eleven digits with a right check digit. Leading zeros are put back, for even
// official sources lose them (domain.md §3). ok is false if s is none.
func FiscalCode(s string) (code string, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > fiscalLength || !allDigits(s) {
		return "", false
	}
	s = strings.Repeat("0", fiscalLength-len(s)) + s
	sum := 0
	for i := range len(s) - 1 {
		d := int(s[i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return s, (10-sum%10)%10 == int(s[fiscalLength-1]-'0') && strings.Trim(s, "0") != ""
}

const (
	fiscalReach     = 24 // bytes after «codice fiscale»
	fiscalMinLength = 8  // digits; more than three zeros are never lost
)

// FindFiscalCode gives the fiscal codes of bodies in a text, every place, at
// most 500. A number counts only after the words for one: a tenth of all
// numbers of eleven digits have the right check. Persons' codes are not looked
// for.
func FindFiscalCode(text string) []Identifier {
	f := finder{f: fold(text)}
	b := f.f.b
	named := -fiscalReach - 1
	return f.eachWord(func(at, end int) int {
		word := b[at:end]
		switch {
		case isAbbreviated(b, at, "cf"):
			named = at + len("c.f")
			return named
		case isFiscalWord(word):
			named = end
			return end
		}
		digits := bytes.TrimPrefix(word, []byte("it"))
		if len(digits) < fiscalMinLength || at-named > fiscalReach {
			return end
		}
		if code, ok := FiscalCode(string(digits)); ok {
			f.add(code, end-len(digits), end)
			named = end // «C.F. 001… – 002…»
		}
		return end
	})
}

func isFiscalWord(word []byte) bool {
	switch string(word) {
	case "cf", "fiscale", "piva", "iva":
		return true
	}
	return false
}
