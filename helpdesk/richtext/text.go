package richtext

import "strings"

const (
	// maxLinks bounds how many addresses of one text become links.
	maxLinks = 500
	// maxQuotes is how deep quotes are shown within each other.
	maxQuotes = 10
)

// Text gives plain text as HTML: paragraphs at empty lines, line ends kept, lines
// that begin with ">" as blockquotes, web and mail addresses as links. Everything
// else is text. The result passes Sanitize unchanged.
func Text(s string) string {
	w := textWriter{}
	w.out.Grow(len(s) + len(s)/4)
	for line := range strings.SplitSeq(cleanText(s), "\n") {
		depth, rest := quoteDepth(line)
		w.quote(depth)
		w.line(strings.TrimRight(rest, " \t"))
	}
	w.quote(0)
	w.endParagraph()
	return w.out.String()
}

// quoteDepth counts the ">" a line begins with, with or without blanks between.
func quoteDepth(line string) (depth int, rest string) {
	rest = line
	for strings.HasPrefix(rest, ">") {
		depth++
		rest = strings.TrimPrefix(rest[1:], " ")
	}
	return min(depth, maxQuotes), rest
}

type textWriter struct {
	out   strings.Builder
	depth int  // of open blockquotes
	open  bool // a paragraph is
	links int
}

func (w *textWriter) quote(depth int) {
	if depth != w.depth {
		w.endParagraph()
	}
	for ; w.depth < depth; w.depth++ {
		w.out.WriteString("<blockquote>")
	}
	for ; w.depth > depth; w.depth-- {
		w.out.WriteString("</blockquote>")
	}
}

func (w *textWriter) endParagraph() {
	if w.open {
		w.out.WriteString("</p>")
		w.open = false
	}
}

func (w *textWriter) line(s string) {
	if s == "" {
		w.endParagraph()
		return
	}
	if w.open {
		w.out.WriteString("<br>")
	} else {
		w.out.WriteString("<p>")
		w.open = true
	}
	for s != "" {
		n := strings.IndexAny(s, " \t<>\"")
		switch n {
		case -1:
			n = len(s)
			w.word(s)
		case 0:
			n = 1
			writeEscaped(&w.out, s[:1])
		default:
			w.word(s[:n])
		}
		s = s[n:]
	}
}

// word writes one word, as a link if an address is in it.
func (w *textWriter) word(s string) {
	from, to, href := findAddress(s)
	if href == "" || w.links == maxLinks {
		writeEscaped(&w.out, s)
		return
	}
	w.links++
	writeEscaped(&w.out, s[:from])
	writeLink(&w.out, href)
	writeEscaped(&w.out, s[from:to])
	w.out.WriteString("</a>")
	writeEscaped(&w.out, s[to:])
}

// findAddress finds the web or mail address in a word; href is empty if there is
// none.
func findAddress(word string) (from, to int, href string) {
	if from = webStart(word); from >= 0 {
		to = from + len(trimAfterURL(word[from:]))
		full := word[from:to]
		if full[0] == 'w' || full[0] == 'W' {
			full = "https://" + full
		}
		if href, ok := safeHref(full); ok {
			return from, to, href
		}
		return 0, 0, ""
	}
	at := strings.IndexByte(word, '@')
	if at < 0 {
		return 0, 0, ""
	}
	from, to = mailBounds(word, at)
	local, domain := word[from:at], word[at+1:to]
	if local == "" || !strings.Contains(domain, ".") {
		return 0, 0, ""
	}
	href, ok := safeHref("mailto:" + word[from:to])
	if !ok {
		return 0, 0, ""
	}
	return from, to, href
}

// webStart is where a web address begins: with its scheme anywhere in the word,
// or with www. after no more than opening punctuation.
func webStart(word string) int {
	for from := 0; ; {
		colon := strings.Index(word[from:], "://")
		if colon < 0 {
			break
		}
		colon += from
		for _, scheme := range []string{"https", "http"} {
			if i := colon - len(scheme); i >= 0 && strings.EqualFold(word[i:colon], scheme) {
				return i
			}
		}
		from = colon + 3
	}
	i := len(word) - len(strings.TrimLeft(word, `([{'*_«“‘`))
	if len(word) > i+4 && strings.EqualFold(word[i:i+4], "www.") && strings.Contains(word[i+4:], ".") {
		return i
	}
	return -1
}

// trimAfterURL leaves out the punctuation of the sentence around an address. A
// closing bracket belongs to the address if it has the opening one.
func trimAfterURL(s string) string {
	unopened := strings.Count(s, ")") - strings.Count(s, "(")
	for s != "" {
		t := strings.TrimRight(s, `.,;:!?'*_]}»”’`)
		if unopened > 0 && strings.HasSuffix(t, ")") {
			t = t[:len(t)-1]
			unopened--
		}
		if t == s {
			break
		}
		s = t
	}
	return s
}

// mailBounds is the stretch around the @ that can be a mail address.
func mailBounds(word string, at int) (from, to int) {
	for from = at; from > 0 && (isAlnum(word[from-1]) || strings.IndexByte("._%+-", word[from-1]) >= 0); {
		from--
	}
	for to = at + 1; to < len(word) && (isAlnum(word[to]) || word[to] == '.' || word[to] == '-'); {
		to++
	}
	for to > at+1 && !isAlnum(word[to-1]) {
		to--
	}
	return from, to
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
