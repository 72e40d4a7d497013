package pnrr

import (
	"fmt"
	"slices"
	"strconv"
)

// number is that of a measure, "1.4.3": up to three parts, in ReGiS padded
// with zeros, "1.04.03" and "2.01.00".
type number struct {
	part   [3]int
	parts  int
	padded bool
}

const maxPart = 19 // the plan has no greater one; dates and amounts do

func (n number) dotted() bool { return n.parts > 1 }

func (n number) String() string {
	var b []byte
	for i, p := range n.part[:n.parts] {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, int64(p), 10)
	}
	return string(b)
}

// isPartOf says that n is whole with more parts: 1.4.3 is part of 1.4.
func (n number) isPartOf(whole number) bool {
	return n.parts > whole.parts && slices.Equal(n.part[:whole.parts], whole.part[:whole.parts])
}

// pad writes the number as ReGiS does, "2.01.00".
func (n number) pad() string { return fmt.Sprintf("%d.%02d.%02d", n.part[0], n.part[1], n.part[2]) }

// parent is the number without its last part.
func (n number) parent() (number, bool) {
	if n.parts < 3 {
		return n, false
	}
	n.part[n.parts-1] = 0
	n.parts--
	return n, true
}

// readNumber reads a measure's number at b[at:]. It is none if a longer number
// stands there: a date, an amount, a percentage.
func readNumber(b []byte, at int) (n number, end int, ok bool) {
	i := at
	for n.parts < len(n.part) {
		value, digits := 0, 0
		for i+digits < len(b) && isDigit(b[i+digits]) && digits < 3 {
			value = value*10 + int(b[i+digits]-'0')
			digits++
		}
		if digits == 0 {
			break
		}
		if digits > 2 {
			return number{}, at, false
		}
		if digits == 2 && b[i] == '0' {
			n.padded = true
		}
		n.part[n.parts] = value
		n.parts++
		i += digits
		if i+1 >= len(b) || b[i] != '.' || !isDigit(b[i+1]) || n.parts == len(n.part) {
			break
		}
		i++
	}
	if n.parts == 0 || i < len(b) && (isDigit(b[i]) || b[i] == '%') {
		return number{}, at, false
	}
	return n.trimmed(i)
}

// readMistyped reads a number behind the word for an investment whose dots are
// commas or missing, «Inv. 2,1» and «I21», or whose ones are letters: «I1.l».
// What comes out may be anything; it counts only if there is such a measure.
func readMistyped(b []byte, at int) (n number, end int, ok bool) {
	for i := at; i < len(b) && n.parts < len(n.part); i++ {
		switch c := b[i]; {
		case isDigit(c):
			n.part[n.parts] = int(c - '0')
		case c == 'i' || c == 'l' || c == '|':
			n.part[n.parts] = 1
		default:
			return n, end, n.dotted()
		}
		n.parts++
		end = i + 1
		if i+2 < len(b) && (b[i+1] == '.' || b[i+1] == ',') {
			i++
		}
	}
	if end < len(b) && isWord(b[end]) {
		return number{}, at, false
	}
	return n, end, n.dotted()
}

// trimmed drops the «.00» of a padded number.
func (n number) trimmed(end int) (number, int, bool) {
	for n.padded && n.parts > 2 && n.part[n.parts-1] == 0 {
		n.parts--
	}
	for _, p := range n.part[:n.parts] {
		if p == 0 && !n.padded || p > maxPart {
			return number{}, end, false
		}
	}
	return n, end, n.part[0] > 0
}

// unread undoes the commonest misreading, the I of an investment as a 1:
// «M5C212.1». No first part is greater than nine outside of mission 7.
func (n number) unread() number {
	if n.part[0] >= 10 {
		n.part[0] -= 10
	}
	return n
}

// isAmount says that what is before at is an amount of something: «2.2 milioni».
func isAmount(b []byte, at int) bool {
	if at < len(b) && b[at] == ' ' {
		at++
	}
	if at < len(b) && (b[at] == money || b[at] == '%') {
		return true
	}
	word := letters(b, at)
	if end := at + len(word); end < len(b) && isWord(b[end]) {
		return false
	}
	switch string(word) {
	case "milioni", "milione", "mln", "mila", "miliardi", "mld", "euro", "eur", "mq", "mc", "km", "m", "kw", "kwp", "mw", "ha", "cm", "mm", "kg", "t", "ore":
		return true
	}
	return false
}

// letters is the run of ASCII letters at b[at:].
func letters(b []byte, at int) []byte {
	end := at
	for end < len(b) && isLetter(b[end]) {
		end++
	}
	if end < len(b) && b[end] == otherLetter {
		return nil
	}
	return b[min(at, len(b)):end]
}

// readLine reads the line of a measure after its number: «2.1a», «2.2 b)»,
// «2.2.A», «2.2 - linea B», «15-BIS».
func readLine(b []byte, at int) (line string, end int) {
	i := at
	if i < len(b) && (b[i] == '.' || b[i] == '-' || b[i] == '/') {
		i++
	}
	if l, end, ok := lineLetter(b, i); ok {
		return l, end
	}
	i = skipSeparators(b, at)
	switch string(letters(b, i)) {
	case "linea", "lettera", "lett", "lin":
		if l, end, ok := lineLetter(b, skipSeparators(b, i+len(letters(b, i)))); ok {
			return l, end
		}
	case "bis", "ter", "quater", "quinquies":
		word := letters(b, i)
		return upper(word), i + len(word)
	}
	// Apart from the number, «a» is a preposition and «c.» an article of law:
	// only a closing bracket or an end makes it a line.
	if l, end, ok := lineLetter(b, i); ok && i == at+1 && (end == len(b) || b[end] == ')') {
		return l, end
	}
	return "", at
}

// lineLetter reads A to D, with a digit or not, that ends there.
func lineLetter(b []byte, at int) (string, int, bool) {
	if at >= len(b) || b[at] < 'a' || b[at] > 'd' {
		return "", at, false
	}
	end := at + 1
	if end < len(b) && isDigit(b[end]) {
		end++
	}
	if end < len(b) && (isWord(b[end]) || b[end] == '\'') {
		return "", at, false
	}
	if end+1 < len(b) && b[end] == '.' && isLetter(b[end+1]) {
		return "", at, false // «c.so Garibaldi»
	}
	return upper(b[at:end]), end, true
}

func upper(b []byte) string {
	u := make([]byte, len(b))
	for i, c := range b {
		if isLetter(c) {
			c -= 'a' - 'A'
		}
		u[i] = c
	}
	return string(u)
}

const maxSeparators = 12 // bytes; more is a table's line, not a code's gap

// skipSeparators passes what people put between the parts of a code.
func skipSeparators(b []byte, at int) int {
	for end := min(len(b), at+maxSeparators); at < end; at++ {
		switch b[at] {
		case ' ', ',', ';', ':', '.', '_', '/', '(', ')', '-', '"', '\'', '*', '[', ']', '|', '^':
		default:
			return at
		}
	}
	return at
}
