package richtext

import (
	"io"
	"strings"

	"golang.org/x/net/html"
)

// reduce keeps of the token stream what the allow-list names and writes it in
// one canonical form. It does not balance; the parser does that next. Doing this
// first means that the parser never sees foreign content, templates, selects or
// framesets, and that formatting tags carry no attributes, so that it reopens at
// most three of each (HTML standard, 13.2.4.3) and stays linear. ok is false
// where there are too many tokens.
func reduce(src string) (reduced string, ok bool) {
	r := reducer{dropping: true}
	if r.run(src) && r.skip != "" {
		// A region that never ends would take the rest of the mail with it.
		r = reducer{}
		r.run(src)
	}
	return r.out.String(), r.nodes <= maxNodes
}

type reducer struct {
	out      strings.Builder
	dropping bool
	skip     string // name of the region being dropped
	depth    int    // of tags of that name open in it
	raw      bool   // a raw text element has just begun
	word     bool   // a paragraph of Word is open, written as a div
	nodes    int
	attrs    attributes
}

// run reports whether it came to the end within the limit.
func (r *reducer) run(src string) bool {
	r.out.Grow(len(src) / 2)
	z := html.NewTokenizer(strings.NewReader(src))
	for r.nodes <= maxNodes {
		switch z.Next() {
		case html.ErrorToken:
			// A reader of a string has no other error than its end.
			return z.Err() == io.EOF
		case html.TextToken:
			r.text(z)
		case html.StartTagToken:
			r.start(z, false)
		case html.SelfClosingTagToken:
			r.start(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(tags[string(name)])
		}
	}
	return false
}

func (r *reducer) text(z *html.Tokenizer) {
	raw := r.raw
	r.raw = false
	if r.skip != "" || raw {
		return
	}
	r.nodes++
	writeEscaped(&r.out, cleanText(string(z.Text())))
}

func (r *reducer) start(z *html.Tokenizer, selfClosing bool) {
	bytes, hasAttr := z.TagName()
	t := tags[string(bytes)]
	r.nodes++
	r.raw = rawText[string(bytes)]
	if selfClosing && (t.name == "svg" || t.name == "math") {
		return // only in foreign content does the slash close
	}
	if r.skip != "" {
		r.skipStart(string(bytes), t)
		return
	}
	switch t.kind {
	case drop:
		if r.dropping && !r.raw {
			r.skip, r.depth = t.name, 1
		}
	case keep, void:
		if t.name == "p" && hasAttr && isWordClass(z) {
			r.wordParagraph()
			return
		}
		writeTag(&r.out, t.name)
	case link, image, cell, list:
		r.attrs.read(z, hasAttr)
		r.attrs.write(&r.out, t)
	}
}

// wordParagraph writes a paragraph of Word or Outlook as a div: their class
// MsoNormal has no margins, a blank line is a paragraph of its own. As a p every
// line of a signature would stand apart, and every blank line thrice as high.
func (r *reducer) wordParagraph() {
	r.endWord()
	r.word = true
	writeTag(&r.out, "div")
}

// endWord closes the paragraph of Word, as the next one or </p> does.
func (r *reducer) endWord() bool {
	open := r.word
	if r.word = false; open {
		writeEndTag(&r.out, "div")
	}
	return open
}

func isWordClass(z *html.Tokenizer) bool {
	for more := true; more; {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == "class" {
			return strings.HasPrefix(string(value), "Mso")
		}
	}
	return false
}

func (r *reducer) skipStart(name string, t tag) {
	switch {
	case t.name == r.skip:
		r.depth++
	case r.skip == "head" && name == "body":
		r.skip = ""
	}
}

func (r *reducer) end(t tag) {
	r.raw = false
	if r.skip != "" {
		if t.name == r.skip {
			if r.depth--; r.depth == 0 {
				r.skip = ""
			}
		}
		return
	}
	if t.name == "p" && r.endWord() {
		return
	}
	switch t.kind {
	case keep, link, cell, list:
		writeEndTag(&r.out, t.name)
	case void:
		if t.name == "br" {
			writeTag(&r.out, "br") // </br> is a br in every browser
		}
	}
}

func writeTag(b *strings.Builder, name string) {
	b.WriteByte('<')
	b.WriteString(name)
	b.WriteByte('>')
}

func writeEndTag(b *strings.Builder, name string) {
	b.WriteString("</")
	b.WriteString(name)
	b.WriteByte('>')
}
