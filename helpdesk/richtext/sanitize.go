package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// PolicyVersion changes whenever Sanitize would answer otherwise for some input;
// stored results of another version are made again.
const PolicyVersion = 2

const (
	maxHTML  = 2 << 20
	maxNodes = 50_000
	// maxRounds bounds how often a tree that does not read back as itself is
	// written and read again. Nested links and tables settle in one or two more.
	maxRounds = 4
)

// Sanitize gives the part of a mail's HTML that may stand in our page: a
// balanced fragment of allow-listed tags. Inline images stay as
// <img src="cid:…">, for InlineImages to fill in. If the input is beyond the
// limits (2 MB, 50,000 nodes, 512 open elements) or does not settle, clean is its
// text without tags and ok is false.
func Sanitize(src string) (clean string, ok bool) {
	if len(src) > maxHTML {
		return asText(src), false
	}
	reduced, ok := reduce(src)
	if !ok {
		return asText(src), false
	}
	clean, ok = settle(reduced)
	if !ok {
		return asText(src), false
	}
	return clean, true
}

// settle reads and writes until the text reads back as itself.
func settle(fragment string) (string, bool) {
	for range maxRounds {
		next, err := rewrite(fragment)
		if err != nil {
			return "", false
		}
		if next == fragment {
			return next, true
		}
		fragment = next
	}
	return "", false
}

// fallbackText bounds what is shown of a mail that cannot be interpreted, so that
// escaped it still passes maxHTML; beyond it only the original is worth opening.
const fallbackText = 256 << 10

// asText shows the words of HTML we will not interpret, in one piece of text so
// that it is well below every limit.
func asText(src string) string {
	text := words(src[:min(len(src), maxHTML)])
	text = cleanText(text[:min(len(text), fallbackText)])
	var b strings.Builder
	b.WriteString("<pre>")
	if strings.HasPrefix(text, "\n") {
		b.WriteByte('\n') // a parser drops the first line end of a pre
	}
	writeEscaped(&b, text)
	b.WriteString("</pre>")
	return b.String()
}

// words are the text of HTML without its tags, a line for each block. Content of
// scripts and styles is left out where a tokenizer can tell.
func words(src string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(src))
	hidden := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(cleanText(b.String()))
		case html.TextToken:
			if !hidden {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			hidden = rawText[string(name)]
			if blocks[string(name)] && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			hidden = false
		}
	}
}
