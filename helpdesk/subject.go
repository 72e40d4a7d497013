package helpdesk

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What mail programs and PEC providers put before a subject: R: and I: are
// Italian for Re: and Fwd:.
var subjectPrefix = regexp.MustCompile(`(?i)^\s*(?:(?:re|r|rif|risp|fw|fwd|i|inoltro|aw|wg|tr)(?:\[\d+\])?\s*:|posta certificata\s*:|anomalia messaggio\s*:)\s*`)

// BareSubject is the subject without reply prefixes and our own token; it is
// the subject of a ticket.
func BareSubject(s string) string {
	s = tokenForm.ReplaceAllString(s, " ")
	for {
		t := subjectPrefix.ReplaceAllString(s, "")
		if t == s {
			break
		}
		s = t
	}
	return strings.Join(strings.Fields(s), " ")
}

var subjectProtocol = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:n(?:r|\.|°|umero)?\.?:?\s*)?\d{1,8}(?:\s*[/\-]\s*\d{4}|\s*-?\s*del\s+\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})?`)

// subjectKey tells whether two subjects are the same question: the protocol
// number is stamped on one way of sending and not on the other.
func subjectKey(s string) string {
	s = subjectProtocol.ReplaceAllString(BareSubject(s), " ")
	return strings.Trim(strings.Join(strings.Fields(strings.ToLower(s)), " "), " -–:.[]()")
}

// textHash is equal for texts that differ in white space and case only. A
// text too short to tell anything has none.
func textHash(text string) []byte {
	norm := make([]byte, 0, len(text))
	for word := range strings.FieldsSeq(text) {
		if len(norm) > 0 {
			norm = append(norm, ' ')
		}
		norm = appendLower(norm, word)
	}
	if len(norm) < 40 {
		return nil
	}
	sum := sha256.Sum256(norm)
	return sum[:16]
}

// appendLower is append(b, strings.ToLower(s)...) without a copy in between;
// every message is hashed.
func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return append(b, strings.ToLower(s[i:])...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
