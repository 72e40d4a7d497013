package store

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"sportello/helpdesk"
	"sportello/helpdesk/classify"
)

const (
	maxTokens  = 12 // words of one search; more are dropped
	maxEndings = 16 // words that one beginning stands for
)

// words is the full-text query for what a person typed: every word quoted, so
// that none is an operator. Where no message has them all, the last one is
// taken for a beginning. It is "" when nothing can be found.
//
// Beginnings come second, and as a list of whole words, because the messages
// of a whole word are read from the newest on, while FTS5 merges all messages
// of everything that begins so before it gives the first.
func (t *tx) words(text string) (string, error) {
	typed := tokens(text)
	if len(typed) == 0 {
		return "", nil
	}
	query := phrases(typed)
	_, err := one(t, scanInt, `SELECT rowid FROM message_fts WHERE message_fts MATCH $1 LIMIT 1`, query)
	if !errors.Is(err, helpdesk.ErrNone) {
		return query, wrapf(err, "words")
	}
	last := len(typed) - 1
	endings, err := t.endings(typed[last])
	if err != nil || len(endings) == 0 {
		return "", wrapf(err, "words")
	}
	query = "(" + strings.Join(quoted(endings), " OR ") + ")"
	if last > 0 {
		query = phrases(typed[:last]) + " AND " + query
	}
	return query, nil
}

// tokens are the words of text that can be found: cut at spaces, so that
// «l'anagrafe» or «12/2026» stays one phrase.
func tokens(text string) (all []string) {
	for _, w := range strings.Fields(strings.ToValidUTF8(text, " ")) {
		w = strings.TrimFunc(strings.ReplaceAll(w, "\x00", ""), func(r rune) bool { return !searchable(r) })
		if w != "" && len(all) < maxTokens {
			all = append(all, w)
		}
	}
	return all
}

// searchable tells what the tokenizer keeps of a word at its ends.
func searchable(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// phrases is the query for all of some words.
func phrases(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = quote(stemOf(w))
	}
	return strings.Join(all, " AND ")
}

// stemOf is what a word is looked for by: its stem, which stands beside every
// form of the word, without an article before it. Anything but one plain word
// is looked for as it stands.
func stemOf(word string) string {
	if article, rest, ok := strings.Cut(strings.ReplaceAll(word, "’", "'"), "'"); ok && len(article) <= maxArticle && rest != "" {
		word = rest
	}
	for w := range classify.Words(word) {
		if w.Start == 0 && w.End == len(word) && !w.Stop {
			return w.Stem
		}
		break
	}
	return word
}

// maxArticle is how long an elided article or preposition is: «dell'».
const maxArticle = 4

func quoted(words []string) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = quote(w)
	}
	return all
}

func quote(w string) string { return `"` + strings.ReplaceAll(w, `"`, `""`) + `"` }

// endings are the first words of the full text that begin like the last part
// of word, each after the parts before it. Every one is sought on its own:
// stepping from one to the next would pass all places where it stands.
func (t *tx) endings(word string) (all []string, err error) {
	cut := 0 // where the last part begins
	if i := strings.LastIndexFunc(word, func(r rune) bool { return !searchable(r) }); i >= 0 {
		_, size := utf8.DecodeRuneInString(word[i:])
		cut = i + size
	}
	head, start := word[:cut], fold(word[cut:])
	for from := start; len(all) < maxEndings; {
		term, err := one(t, scanString, `SELECT term FROM message_word WHERE term >= $1 LIMIT 1`, from)
		if errors.Is(err, helpdesk.ErrNone) || err == nil && !strings.HasPrefix(term, start) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, head+term)
		from = term + "\x01" // past the term, before what begins with it
	}
	return all, nil
}

// fold writes a beginning as the tokenizer writes words: in lower case,
// without the accents of western Europe.
func fold(s string) string {
	return unaccented.Replace(strings.ToLower(s))
}

var unaccented = strings.NewReplacer("à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n",
	"ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y")
