package mime

import (
	"regexp"
	"strings"
)

// findAddr gives the address in a text that should be one, or "".
func findAddr(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "@") { // a route: the address is behind its colon
		if i := strings.IndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	if addr := quotedAddr(s); addr != "" {
		return addr
	}
	if addr := bareAddr(s); addr != "" {
		return addr
	}
	for _, word := range strings.FieldsFunc(joinAddr(s), func(r rune) bool { return strings.ContainsRune(" \t<>,;\"()", r) }) {
		if addr := bareAddr(word); addr != "" {
			return addr
		}
	}
	return ""
}

// joinAddr takes out the blanks around @ and before dots that the obsolete syntax allows (RFC 5322, 4.4).
func joinAddr(s string) string {
	if !strings.Contains(s, " @") && !strings.Contains(s, "@ ") && !strings.Contains(s, " .") {
		return s
	}
	var b strings.Builder
	words := strings.Fields(s)
	for i, w := range words {
		if i > 0 {
			if !strings.HasSuffix(words[i-1], "@") && w[0] != '@' && w[0] != '.' {
				b.WriteByte(' ')
			}
		}
		b.WriteString(w)
	}
	return b.String()
}

// quotedAddr reads "local part"@domain.
func quotedAddr(s string) string {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, `"`) {
		return ""
	}
	local, rest := quotedValue(s[1:])
	rest, found := strings.CutPrefix(strings.TrimLeft(rest, " "), "@")
	domain := cleanDomain(rest)
	if !found || local == "" || domain == "" {
		return ""
	}
	if isLocal(local) {
		return local + "@" + domain
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"@` + domain
}

// bareAddr reads a word as an address. Dots in wrong places are the provider's affair, not ours.
func bareAddr(word string) string {
	word = strings.Trim(word, "'\"`<>()[],;: \t")
	if len(word) > 7 && strings.EqualFold(word[:7], "mailto:") {
		word, _, _ = strings.Cut(word[7:], "?")
	}
	if strings.HasPrefix(word, "@") { // a route without brackets
		word = word[strings.LastIndexByte(word, ':')+1:]
	}
	at := strings.LastIndexByte(word, '@')
	if at < 1 {
		return ""
	}
	local, domain := word[:at], cleanDomain(word[at+1:])
	if !isLocal(local) || domain == "" {
		return ""
	}
	return local + "@" + domain
}

func isLocal(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \t<>()[]\\,;:\"@\u00a0")
}

// cleanDomain gives the domain in lower case, or "" for what can be none.
func cleanDomain(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), ".>])")
	literal := strings.HasPrefix(s, "[")
	if literal {
		s += "]"
	}
	if s == "" || s[0] == '.' || strings.ContainsAny(s, " \t<>()\\,;\"@/\u00a0") {
		return ""
	}
	if !literal && strings.ContainsAny(s, ":[]") {
		return ""
	}
	return strings.ToLower(s)
}

// cleanName makes a display name of what stood before an address: quotes and escapes undone, encoded
// words decoded (also those that wrongly stand in quotes), a comment taken for the name where there is
// nothing else.
func cleanName(s string) string {
	s = strings.TrimLeft(strings.Trim(s, " \t,;"), "<")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && strings.Count(s, "(") == 1 {
		s = s[1 : len(s)-1]
	}
	if strings.IndexByte(s, '"') >= 0 || strings.IndexByte(s, '\\') >= 0 {
		s = unquote(s)
	}
	s = CleanLine(decodeWords(s))
	if len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// unquote takes out quotes and the backslashes in front of quotes and backslashes.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] != '"':
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// bareMailbox is a mailbox without a host, as systems name themselves from the
// days of one host on: «MAILER-DAEMON (Mail Delivery System)», «<moderator>».
var bareMailbox = regexp.MustCompile(`^(?:[^<]*<([A-Za-z0-9._-]+)>|([A-Za-z0-9._-]+)\s*(?:\(.*)?$)`)

// BareSender is the mailbox without a host that stands in From where no
// address does, "" for none. Nobody can be answered there.
func (m *Message) BareSender() string {
	found := bareMailbox.FindStringSubmatch(strings.TrimSpace(m.Header.Get("From")))
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}
