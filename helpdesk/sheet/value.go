package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Name writes the name of a column so that editions of a file agree: lower
// case, no accents, one low line for all that is no letter or digit. «CUP » is
// cup, «Finanziamento UE (diverso da PNRR)» finanziamento_ue_diverso_da_pnrr.
func Name(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		r = unaccented(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unaccented(r rune) rune {
	switch r {
	case 'à', 'á':
		return 'a'
	case 'è', 'é':
		return 'e'
	case 'ì', 'í':
		return 'i'
	case 'ò', 'ó':
		return 'o'
	case 'ù', 'ú':
		return 'u'
	}
	return r
}

// isNothing: the ways in which offices write that there is nothing.
func isNothing(s string) bool {
	switch strings.ToUpper(s) {
	case "", "N/D", "N/A", "ND", "NA", "NULL", "NAN", "-", "--":
		return true
	}
	return strings.Trim(s, "#") == ""
}

// Cents reads an amount of euro: «42.576,00», «42576,5», «77897.0», «1.234».
// A lone dot before three digits parts thousands. "" is no amount, like
// anything that is no number.
func Cents(s string) (cents int64, ok bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", "")), "€"))
	whole, part, comma := strings.Cut(s, ",")
	if comma {
		whole = strings.ReplaceAll(whole, ".", "")
	} else if i := strings.LastIndexByte(s, '.'); i >= 0 {
		whole, part = s, ""
		if strings.Count(s, ".") == 1 && len(s)-i-1 != 3 {
			whole, part = s[:i], s[i+1:]
		}
		whole = strings.ReplaceAll(whole, ".", "")
	}
	part = (part + "00")[:max(2, min(len(part), 2))]
	n, err := strconv.ParseInt(whole+part, 10, 64)
	return n, err == nil && whole != "" && whole != "-"
}

// Day reads a date as files write it, «31/12/2026», «2026-12-31» with or
// without a time after it, and gives it as 2026-12-31; "" if it is none.
func Day(s string) string {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"02/01/2006", "2/1/2006", time.DateOnly, "02-01-2006", "2006/01/02"} {
		if len(s) < len(layout)-2 {
			continue
		}
		cut := s[:min(len(s), len("02/01/2006"))]
		if t, err := time.Parse(layout, cut); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

// Digits restores the zeros that spreadsheets take from the front of codes:
// Digits("177080033", 11) is 00177080033. What holds other characters or is
// too long is "".
func Digits(s string, width int) string {
	if i := strings.IndexByte(s, '.'); i > 0 && strings.Trim(s[i+1:], "0") == "" {
		s = s[:i] // «177080033.0», a number to a spreadsheet
	}
	if s == "" || len(s) > width || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return fmt.Sprintf("%0*s", width, s)
}
