package store

import (
	"strings"
	"unicode"

	"sportello/helpdesk"
)

// fullText is what a message is found by: subject, people, what is new in it,
// names of attachments, protocol number.
func fullText(m *helpdesk.Message) string {
	var b strings.Builder
	add := func(parts ...string) {
		for _, p := range parts {
			if p != "" {
				b.WriteString(p)
				b.WriteByte('\n')
			}
		}
	}
	add(m.Subject, m.From.Name, m.From.Addr)
	for _, people := range [][]helpdesk.Address{m.To, m.Cc} {
		for _, a := range people {
			add(a.Name, a.Addr)
		}
	}
	for _, a := range m.Attachments {
		add(a.Name)
	}
	add(m.Protocol, m.Text)
	return b.String()
}

// maxTokens bounds the work of one search; more words than this are dropped.
const maxTokens = 12

// match is the full-text query for what a person typed: every word quoted, so
// that none is an operator, the last one as a beginning if prefix. It is ""
// when nothing in the text can be found.
func match(text string, prefix bool) string {
	var words []string
	for _, w := range strings.Fields(text) {
		if strings.ContainsFunc(w, searchable) && len(words) < maxTokens {
			words = append(words, `"`+strings.ReplaceAll(strings.ToValidUTF8(w, ""), `"`, `""`)+`"`)
		}
	}
	if len(words) == 0 {
		return ""
	}
	if prefix {
		words[len(words)-1] += "*"
	}
	return strings.ReplaceAll(strings.Join(words, " "), "\x00", "")
}

// searchable tells what the tokenizer keeps; a word without any of it would be
// an empty phrase, which matches nothing.
func searchable(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
