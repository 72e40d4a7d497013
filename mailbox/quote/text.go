package quote

import (
	"regexp"
	"strings"
)

// Text splits a plain text body.
func Text(body string) (fresh, quoted string) {
	lines := strings.Split(body, "\n")
	cut := len(lines)
	m := survey(lines)
	for i := range lines {
		if m.startsHistory(i) {
			cut = i
			break
		}
	}
	cut = dropTrailingQuote(lines[:cut], cut)
	fresh = strings.TrimRight(strings.Join(lines[:cut], "\n"), " \n\t")
	quoted = strings.Trim(strings.Join(lines[cut:], "\n"), "\n")
	if strings.TrimSpace(fresh) == "" {
		return strings.TrimSpace(body), ""
	}
	return strings.TrimLeft(fresh, "\n"), quoted
}

// Lines that open a copied message, whole and by themselves.
var separator = regexp.MustCompile(`(?i)^\s*[-_*]{2,}\s*(?:messaggio originale|messaggio inoltrato|original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original)\s*[-_*]{2,}\s*$`)

// The first field of the header that Outlook copies: «Da: …», in bold or not.
var outlookFrom = regexp.MustCompile(`(?i)^\s*\*?(?:da|from|von|de)\s*:\*?\s+\S`)

// Its further fields; two of them must follow within a few lines.
var outlookField = regexp.MustCompile(`(?i)^\s*\*?(?:inviato|data|a|oggetto|cc|sent|date|to|subject|gesendet|datum|an|betreff|envoyé|objet|à|enviado|asunto|para)\s*:\*?(?:\s|$)`)

// The line with which mail programs introduce a quotation; it may be folded.
var attribution = regexp.MustCompile(`(?i)^\s*(?:il\b.{4,200}\bha\s+scritto|in data\b.{4,200}\bha\s+scritto|on\b.{4,200}\bwrote|am\b.{4,200}\bschrieb.*|le\b.{4,200}\ba\s+écrit|el\b.{4,200}\bescribió)\s*:\s*$`)

// marks is what one look over all lines tells, so that each question about
// what follows a line is answered at once.
type marks struct {
	lines      []string
	nextMarked []int // for each line the next one that begins with «>», itself included
	lastFresh  int   // the last line with text that does not
}

func survey(lines []string) marks {
	m := marks{lines: lines, nextMarked: make([]int, len(lines)), lastFresh: -1}
	next := len(lines)
	for i := len(lines) - 1; i >= 0; i-- {
		t := strings.TrimSpace(lines[i])
		switch {
		case strings.HasPrefix(t, ">"):
			next = i
		case t != "" && m.lastFresh < 0:
			m.lastFresh = i
		}
		m.nextMarked[i] = next
	}
	return m
}

// startsHistory reports whether everything from line i on is a copied message.
func (m marks) startsHistory(i int) bool {
	l := m.lines[i]
	if separator.MatchString(l) {
		return true
	}
	if outlookFrom.MatchString(l) {
		return fieldsFollow(m.lines[i+1:])
	}
	// Below the attribution nothing but quoted lines, or, where the program
	// quotes without a mark, whatever follows.
	return isAttribution(m.lines, i) && m.lastFresh < m.nextMarked[i]
}

func fieldsFollow(rest []string) bool {
	n := 0
	for _, l := range rest[:min(6, len(rest))] {
		if outlookField.MatchString(l) {
			n++
		}
	}
	return n >= 2
}

// isAttribution joins up to three lines: programs fold the line at 72 characters.
func isAttribution(lines []string, i int) bool {
	joined := strings.TrimSpace(lines[i])
	if joined == "" || len(joined) > 300 || joined[0] == '>' {
		return false
	}
	for n := 0; ; n++ {
		if strings.HasSuffix(joined, ":") && attribution.MatchString(joined) {
			return true
		}
		if n == 2 || i+n+1 >= len(lines) || strings.TrimSpace(lines[i+n+1]) == "" {
			return false
		}
		joined += " " + strings.TrimSpace(lines[i+n+1])
		if len(joined) > 600 {
			return false
		}
	}
}

// dropTrailingQuote moves the cut above a block of «>» lines that ends the text.
func dropTrailingQuote(lines []string, cut int) int {
	end := cut
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	start := end
	for start > 0 && (strings.HasPrefix(strings.TrimSpace(lines[start-1]), ">") || strings.TrimSpace(lines[start-1]) == "") {
		start--
	}
	for start < end && strings.TrimSpace(lines[start]) == "" {
		start++
	}
	if start == end {
		return cut
	}
	for i := start - 1; i >= max(0, start-4); i-- {
		if isAttribution(lines, i) {
			return i
		}
	}
	return start
}
