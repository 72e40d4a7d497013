package mime

import (
	"strings"
	"unicode/utf8"
)

// shown reads a leaf that is text of the message. One that states a name, as the only part of a message
// may, or an empty one, is kept as a file too; one that says to be text and is none, as a file only.
func (c *chooser) shown(p *Part) []block {
	if p.named {
		c.attachments = append(c.attachments, p)
	}
	body := p.Body
	if p.Type == "text/plain" {
		c.message.plain = append(c.message.plain, p)
		body = c.withoutFiles(body)
	}
	text, ok := p.decode(body)
	if !isText(text) {
		c.message.problem(ProblemNotText)
		if !p.named {
			c.attachments = append(c.attachments, p)
		}
		return nil
	}
	if text = CleanText(text); !ok {
		c.message.problem(ProblemCharset)
	}
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case p.Type == "text/html":
		return []block{{html: text}}
	case isFlowed(p):
		text = unflow(text, strings.EqualFold(p.Params["delsp"], "yes"))
	}
	return []block{{plain: text}}
}

// isText says whether bytes read as a text are one: those of an image, an archive or a cipher become, in
// whatever charset, one character in ten that no text has. A few may stand in a text, too.
func isText(s string) bool {
	const few, oneIn = 8, 20
	runes, odd := 0, 0
	for _, r := range s {
		runes++
		switch {
		case r >= '\t' && r <= '\r', r == '\x1b': // blanks, line ends, and what switches a charset
		case r < ' ', r >= 0x7f && r < 0xa0, r == utf8.RuneError:
			odd++
		}
	}
	return odd < few || odd*oneIn < runes
}

// onlyMessage shows what a message says that is all there is in another one, and lists its files; the
// message is kept, and the messages in it are in it.
func (c *chooser) onlyMessage(p *Part) []block {
	inner := p.Message
	c.attachments = append(c.attachments, p)
	for _, a := range inner.attachments {
		if a.Message == nil {
			c.attachments = append(c.attachments, a)
		}
	}
	c.message.plain = inner.plain
	if inner.text == "" && inner.html == "" {
		return nil
	}
	return []block{{plain: inner.text, html: inner.html}}
}

// isOtherText says whether a leaf is a text that people read although it is neither plain nor HTML.
func isOtherText(p *Part) bool {
	switch p.Type {
	case "text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text/x-web-markdown", "text/x-amp-html":
		return p.Disposition != "attachment" && p.Filename == "" && !p.related
	}
	return false
}

// withoutFiles makes attachments of the files that stand in a text in uuencode and gives the rest of it.
func (c *chooser) withoutFiles(text []byte) []byte {
	var rest []byte
	pos := 0
	for c.files < maxParts {
		f, found := nextUU(text, pos)
		if !found {
			break
		}
		c.files++
		name, _ := decodeCharset([]byte(f.name), "")
		name = cleanFilename(name)
		c.attachments = append(c.attachments, &Part{Type: fileType(name, ""), Filename: name, Body: f.data})
		rest = append(rest, text[pos:f.start]...)
		pos = f.end
	}
	if pos == 0 {
		return text
	}
	return append(rest, text[pos:]...)
}

// Plain is the text of the text/plain parts that are shown, as they were sent: lines broken for the way
// stay broken, files in uuencode stay in it, and where HTML stands beside them it adds nothing. Without
// such a part it is made from the HTML. Text is what to read.
func (m *Message) Plain() string {
	if len(m.plain) == 0 {
		if m.text != "" {
			return m.text
		}
		return TextFromHTML(m.html)
	}
	texts := make([]string, len(m.plain))
	for i, p := range m.plain {
		texts[i] = p.Text()
	}
	return joinTexts(texts)
}
