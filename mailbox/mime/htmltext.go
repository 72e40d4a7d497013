package mime

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TextFromHTML writes an HTML body as plain text: paragraphs and lists as lines, links as
// "testo (indirizzo)", quotations behind "> ". It reads tokens and builds no tree, so depth costs
// nothing and no document is refused.
func TextFromHTML(body string) string {
	z := ReadHTML(body)
	w := textWriter{limit: len(body) + 64}
	w.grow(len(body) / 4)
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.closeLink()
			return w.result()
		case html.TextToken:
			if w.skip == 0 {
				w.text(CleanText(string(z.Text())))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			w.open(z.Tokenizer, atom.Lookup(name), hasAttr)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(atom.Lookup(name))
		}
	}
}

// textWriter keeps the state of the line it writes: line ends and blanks are written only when text
// follows.
type textWriter struct {
	out     *strings.Builder
	limit   int  // bytes that text can have: more than this only marks of depth could make of the HTML
	newline int  // line ends due before the next text
	space   bool // a blank is due before the next text
	blanks  int  // hard ones and those of pre, due likewise
	started bool // the current line has text

	skip, pre, quote int
	above            int   // depth of quotation of the line before
	marked           bool  // the line has the mark of a list item and no text yet
	lists            []int // item numbers of the open lists; -1 where not numbered
	link             string
	linkStart        int
}

func (w *textWriter) open(z *html.Tokenizer, tag atom.Atom, hasAttr bool) {
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Template, atom.Noembed:
		w.skip++
	case atom.Body:
		w.skip = 0
	case atom.Br:
		w.newline++
		w.space, w.started = false, false
	case atom.Hr:
		w.lineBreak(1)
	case atom.P:
		w.lineBreak(paragraphBreak(z, hasAttr))
	case atom.Ul:
		w.openList(-1)
	case atom.Ol:
		w.openList(0)
	case atom.Li:
		w.item()
	case atom.Blockquote:
		w.lineBreak(1)
		w.quote++
	case atom.Pre:
		w.lineBreak(1)
		w.pre++
	case atom.Td, atom.Th:
		w.space = w.started
	case atom.A:
		w.closeLink()
		w.link, w.linkStart = attribute(z, hasAttr, "href"), w.out.Len()
	default:
		w.lineBreak(blockBreak(tag))
	}
}

func (w *textWriter) close(tag atom.Atom) {
	w.marked = false
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Template, atom.Noembed:
		w.skip = max(0, w.skip-1)
	case atom.Head:
		w.skip = 0
	case atom.P:
		w.lineBreak(1)
	case atom.Ul, atom.Ol:
		w.lineBreak(1)
		w.lists = w.lists[:max(0, len(w.lists)-1)]
	case atom.Blockquote:
		w.lineBreak(1)
		w.quote = max(0, w.quote-1)
	case atom.Pre:
		w.lineBreak(1)
		w.pre = max(0, w.pre-1)
	case atom.A:
		w.closeLink()
	default:
		w.lineBreak(blockBreak(tag))
	}
}

// blockBreak gives the line ends around an element: 0 for what stands within a line.
func blockBreak(tag atom.Atom) int {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table:
		return 2
	case atom.Div, atom.Tr, atom.Li, atom.Dt, atom.Dd, atom.Address, atom.Section, atom.Article, atom.Header,
		atom.Footer, atom.Center, atom.Fieldset, atom.Form, atom.Dl, atom.Caption, atom.Option, atom.Main, atom.Nav:
		return 1
	}
	return 0
}

// paragraphBreak is an empty line, but Word writes every line as a paragraph without margins.
func paragraphBreak(z *html.Tokenizer, hasAttr bool) int {
	if strings.HasPrefix(attribute(z, hasAttr, "class"), "Mso") {
		return 1
	}
	return 2
}

func attribute(z *html.Tokenizer, more bool, name string) (value string) {
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		if value == "" && string(key) == name {
			value = CleanLine(string(val))
		}
	}
	return value
}

func (w *textWriter) lineBreak(n int) {
	if n == 0 || w.marked {
		return
	}
	if !w.started && n == 1 {
		n = 0 // the line is empty already
	}
	w.newline = max(w.newline, n)
	w.space, w.started = false, false
}

func (w *textWriter) openList(number int) {
	w.lineBreak(1)
	if len(w.lists) < maxIndentation {
		w.lists = append(w.lists, number)
	}
}

func (w *textWriter) item() {
	w.marked = false
	w.lineBreak(1)
	mark := "- "
	if n := len(w.lists) - 1; n >= 0 && w.lists[n] >= 0 {
		w.lists[n]++
		mark = strconv.Itoa(w.lists[n]) + ". "
	}
	w.word()
	w.write(strings.Repeat("  ", w.deep(len(w.lists)-1)) + mark)
	w.started, w.marked = false, true
}
