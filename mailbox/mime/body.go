package mime

import (
	"html"
	"net/url"
	"strings"
)

// block is a stretch of the shown body in the forms the message has of it.
type block struct{ plain, html string }

// chooseBody decides once which leaves are the shown body and which are attachments.
func (m *Message) chooseBody() {
	c := chooser{message: m}
	blocks := c.withSpare(c.blocks(m.Root, true))
	if len(blocks) == 0 && c.other != nil {
		blocks = []block{{plain: c.other.Text()}}
	}
	m.text, m.html = joinBlocks(blocks)
	m.attachments = c.attachments
	shown := contentRefs(m.html)
	for _, p := range m.attachments {
		if p.Filename == "" {
			p.Filename = defaultFilename(p.Type)
		}
		p.inline = p.ContentID != "" && shown[p.ContentID] && strings.HasPrefix(p.Type, "image/")
	}
}

type chooser struct {
	message     *Message
	attachments []*Part
	spare       []spareBody
	files       int   // found in texts
	other       *Part // a text of another kind, for want of a better one
}

// blocks gives what a part and its children contribute to the shown body, in order, and keeps the rest
// as attachments.
func (c *chooser) blocks(p *Part, root bool) []block {
	switch {
	case p.Type == "multipart/alternative" && len(p.Children) > 0:
		return c.alternative(p)
	case isMultipart(p.Type) && len(p.Children) > 0:
		var all []block
		for _, child := range p.Children {
			all = append(all, c.blocks(child, false)...)
		}
		return mergeTwins(all)
	case isMultipart(p.Type) && len(p.Body) == 0:
		return nil
	case len(p.Children) > 0:
		return c.opened(p, root)
	case root && p.Message != nil:
		return c.onlyMessage(p)
	case !shownAsBody(p, root):
		if c.other == nil && isOtherText(p) {
			c.other = p
		}
		c.attachments = append(c.attachments, p)
		return nil
	}
	return c.shown(p)
}

// alternative makes one block of the forms of one text.
func (c *chooser) alternative(p *Part) []block {
	var plain, rich []string
	for _, child := range p.Children {
		for _, b := range c.blocks(child, false) {
			if b.plain != "" {
				plain = append(plain, b.plain)
			}
			if b.html != "" {
				rich = append(rich, b.html)
			}
		}
	}
	if len(plain)+len(rich) == 0 {
		return nil
	}
	return []block{{plain: joinTexts(plain), html: strings.Join(rich, "\n")}}
}

// shownAsBody says whether a leaf is text of the message itself. A name makes an attachment of a part,
// but the only part of a message may have one and still be its text.
func shownAsBody(p *Part, root bool) bool {
	switch {
	case p.Type != "text/plain" && p.Type != "text/html":
		return false
	case p.Disposition == "attachment" || p.related:
		return false
	}
	return p.Filename == "" || root
}

// mergeTwins joins a plain block with an HTML block behind it that says the same: programs that write
// the alternatives of a text as multipart/mixed.
func mergeTwins(blocks []block) []block {
	if len(blocks) == 2 && blocks[0].html == "" && blocks[1].plain == "" && sameWords(blocks[0].plain, TextFromHTML(blocks[1].html)) {
		return []block{{plain: blocks[0].plain, html: blocks[1].html}}
	}
	return blocks
}

// joinBlocks gives the text and the HTML of the whole body. A form that no block has stays empty; one
// that only some have is completed from the other, so that neither shows less than the message says.
func joinBlocks(blocks []block) (text, rich string) {
	var plain, html bool
	for _, b := range blocks {
		plain = plain || b.plain != ""
		html = html || b.html != ""
	}
	var texts, riches []string
	for _, b := range blocks {
		if plain {
			texts = append(texts, orElse(b.plain, b.html, TextFromHTML))
		}
		if html {
			riches = append(riches, orElse(b.html, b.plain, htmlFromText))
		}
	}
	return joinTexts(texts), strings.Join(riches, "\n")
}

func orElse(have, other string, convert func(string) string) string {
	if have != "" {
		return have
	}
	return convert(other)
}

func joinTexts(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	for i, t := range texts {
		if i < len(texts)-1 {
			texts[i] = strings.TrimRight(t, "\n ")
		}
	}
	return strings.Join(texts, "\n\n")
}

func htmlFromText(text string) string {
	return `<div style="white-space:pre-wrap">` + html.EscapeString(text) + "</div>"
}

// contentRefs collects the Content-IDs an HTML body refers to by cid: (RFC 2392).
func contentRefs(body string) map[string]bool {
	refs := map[string]bool{}
	for {
		i := strings.IndexByte(body, ':')
		if i < 0 || len(refs) > maxParts {
			return refs
		}
		before := body[max(0, i-3):i]
		body = body[i+1:]
		if !strings.EqualFold(before, "cid") {
			continue
		}
		ref := body[:min(len(body), maxMessageID)]
		if end := strings.IndexAny(ref, "\"'<> )\t\n"); end >= 0 {
			ref = ref[:end]
		}
		body = body[len(ref):]
		ref = html.UnescapeString(ref)
		if plain, err := url.PathUnescape(ref); err == nil {
			ref = plain
		}
		refs[ref] = true
	}
}
