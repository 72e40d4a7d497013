package mime

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// HTMLTokens reads HTML as html.Tokenizer does, but never holds more than a piece of it: a text without
// a tag comes in several tokens, and a tag, a comment or a script that is longer, as one with a picture
// in its address may be, as one comment. At and End are where in the HTML the token stands.
type HTMLTokens struct {
	*html.Tokenizer
	At, End int

	body  string
	limit int    // bytes of a token
	raw   string // the element whose content, no markup, comes next
	stale bool   // the tokenizer has only a piece of text
}

// maxToken is far above what people's tags and paragraphs have; below it the tokenizer's buffer, which
// it doubles, stays small beside the message.
const maxToken = 64 << 10

// ReadHTML begins to read HTML.
func ReadHTML(body string) *HTMLTokens { return readHTML(body, maxToken) }

func readHTML(body string, limit int) *HTMLTokens {
	t := &HTMLTokens{body: body, limit: limit}
	t.restart(body)
	return t
}

func (t *HTMLTokens) restart(rest string) {
	t.Tokenizer = html.NewTokenizer(strings.NewReader(rest))
	t.SetMaxBuf(t.limit)
}

// Next moves to the next token.
func (t *HTMLTokens) Next() html.TokenType {
	if t.stale {
		t.restart(t.body[t.End:])
		t.stale = false
	}
	kind, raw := t.Tokenizer.Next(), t.raw
	t.At, t.End, t.raw = t.End, t.End+len(t.Raw()), ""
	switch {
	case kind == html.ErrorToken && !errors.Is(t.Err(), html.ErrBufferExceeded):
		return kind
	case t.End-t.At >= t.limit:
		return t.long(kind, raw)
	case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
		t.raw = rawElement(t.body[t.At+1 : t.End])
	}
	return kind
}

// long goes on behind a token that is over the limit, or gives a piece of it if it is text.
func (t *HTMLTokens) long(kind html.TokenType, raw string) html.TokenType {
	rest := t.body[t.At:]
	t.stale = true
	switch {
	case raw != "":
		t.End = t.At + indexFold(rest, "</"+raw)
	case kind == html.TextToken:
		t.End = t.At + pieceOfText(rest[:t.End-t.At])
		t.Tokenizer = html.NewTokenizer(strings.NewReader(t.body[t.At:t.End]))
		return t.Tokenizer.Next()
	case strings.HasPrefix(rest, "<!--"):
		t.End = t.At + endAfter(rest, "-->")
	case kind == html.ErrorToken:
		t.End = t.At + endOfTag(rest)
	default:
		t.End = t.At + endAfter(rest, ">")
	}
	return html.CommentToken
}

// pieceOfText is how much of a text may stand alone: not a part of a reference, a letter or a line end.
func pieceOfText(s string) int {
	const reference = 48 // bytes; the longest name of one has 32
	tail := len(s) - min(reference, len(s)/2)
	if i := strings.LastIndexAny(s[tail:], "&<\r"); i >= 0 {
		return tail + i
	}
	n := len(s) - 1
	for n > 1 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

// rawElement is the name of a tag whose content is no markup, "" of another.
func rawElement(tag string) string {
	name := tag[:min(len(tag), len("plaintext")+1)]
	if i := strings.IndexAny(name, " \n\r\t\f/>"); i >= 0 {
		name = name[:i]
	}
	switch name = strings.ToLower(name); name {
	case "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp":
		return name
	}
	return ""
}

func endAfter(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

// endOfTag is behind the first «>» that is in no quotation marks.
func endOfTag(s string) int {
	for i := 0; i < len(s); {
		n := strings.IndexAny(s[i:], `>"'`)
		if n < 0 {
			break
		}
		i += n + 1
		if s[i-1] == '>' {
			return i
		}
		closing := strings.IndexByte(s[i:], s[i-1])
		if closing < 0 {
			break
		}
		i += closing + 1
	}
	return len(s)
}

// indexFold finds an ASCII word in lower case, and the end of s where it is not.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		n := strings.IndexByte(s[i:len(s)-len(word)+1], word[0])
		if n < 0 {
			break
		}
		if i += n; strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return len(s)
}
