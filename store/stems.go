package store

import (
	"strings"

	"sportello/helpdesk/classify"
)

// withStems is text with the stems of its words at the end, each once and only
// where it is not the word itself: whoever looks for a word finds its other
// forms by the stem, while phrases and exact words stay what they are. Words
// that stand in every text have none.
func withStems(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	b.WriteString(text)
	seen := make(map[string]struct{}, len(text)/16)
	for w := range classify.Words(text) {
		if w.Stop || !stemmed(w, text) {
			continue
		}
		if _, ok := seen[w.Stem]; !ok {
			seen[w.Stem] = struct{}{}
			b.WriteByte(' ')
			b.WriteString(w.Stem)
		}
	}
	return b.String()
}

// stemmed reports whether the stem of a word is not what the full text has
// anyway: it cuts acronyms at their full stops.
func stemmed(w classify.Word, text string) bool {
	return w.Stem != w.Folded || strings.Contains(text[w.Start:w.End], ".")
}
