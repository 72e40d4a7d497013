package helpdesk

import (
	"fmt"
	"regexp"
	"strconv"
)

// Number is a ticket's number, year × 10⁹ + sequence, so that numbers sort as
// integers. It is written 2026-000123, six digits at least.
type Number int64

const numberYear = 1_000_000_000

// NewNumber makes the number of the seq-th ticket of a year.
func NewNumber(year, seq int) Number { return Number(int64(year)*numberYear + int64(seq)) }

// Year is the year in which the ticket was opened, in Europe/Rome.
func (n Number) Year() int { return int(int64(n) / numberYear) }

// Seq is the ticket's place in its year, from 1.
func (n Number) Seq() int { return int(int64(n) % numberYear) }

func (n Number) String() string { return fmt.Sprintf("%04d-%06d", n.Year(), n.Seq()) }

// Token is the number as it stands in subjects: [#2026-000123].
func (n Number) Token() string { return "[#" + n.String() + "]" }

var numberForm = regexp.MustCompile(`^(20\d\d)-(\d{6,9})$`)

// ParseNumber reads what String writes.
func ParseNumber(s string) (Number, bool) {
	m := numberForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	year, _ := strconv.Atoi(m[1])
	seq, _ := strconv.Atoi(m[2])
	return NewNumber(year, seq), seq > 0
}

var tokenForm = regexp.MustCompile(`\[#(20\d\d-\d{6,9})\]`)

// NumberInSubject finds the last subject token, the one that our own last
// answer put there.
func NumberInSubject(subject string) (Number, bool) {
	all := tokenForm.FindAllStringSubmatch(subject, -1)
	if len(all) == 0 {
		return 0, false
	}
	return ParseNumber(all[len(all)-1][1])
}
