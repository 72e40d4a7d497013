package mime

import (
	"strings"
	"unicode"
)

// spareBody is the body in a winmail.dat: what it says, and the part that can be listed as a file; nil
// where only a signed message in it says something.
type spareBody struct {
	block
	part *Part
}

// opened keeps a container and goes through what it held. The body in winmail.dat is put aside.
func (c *chooser) opened(p *Part, root bool) []block {
	c.attachments = append(c.attachments, p)
	if isTNEF(p.Body) {
		c.openedTNEF(p)
		return nil
	}
	var held []block
	for _, child := range p.Children {
		held = append(held, c.blocks(child, root && child.OpenedFrom == "")...)
	}
	return held
}

// openedTNEF puts the body in a winmail.dat aside; what else was in it is a file, or a signed message.
func (c *chooser) openedTNEF(p *Part) {
	plain := c.message.plain
	var body spareBody
	for _, child := range p.Children {
		if child.Filename == "" && strings.HasPrefix(child.Type, "text/") {
			body.part = child // HTML comes after text
		}
		for _, b := range c.blocks(child, false) {
			body.plain += b.plain
			body.html += b.html
		}
	}
	c.message.plain = plain
	if body.block != (block{}) {
		c.spare = append(c.spare, body)
	}
}

// withSpare takes the body in winmail.dat where the message has none or only the words of it: Outlook
// writes the text twice, and with its form only there. One that is not shown and says more than what is
// shown becomes a file, so that nothing is lost.
func (c *chooser) withSpare(blocks []block) []block {
	if len(c.spare) == 0 {
		return blocks
	}
	if len(blocks) == 0 {
		for _, s := range c.spare {
			blocks = append(blocks, s.block)
		}
		return blocks
	}
	if len(blocks) == 1 && len(c.spare) == 1 && blocks[0].html == "" && sameWords(blocks[0].plain, TextFromHTML(c.spare[0].html)) {
		return []block{{plain: blocks[0].plain, html: c.spare[0].html}}
	}
	shown := 0
	for _, b := range blocks {
		shown += letters(orElse(b.plain, b.html, TextFromHTML))
	}
	for _, s := range c.spare {
		if s.part != nil && letters(orElse(s.plain, s.html, TextFromHTML)) > shown {
			s.part.Filename = "messaggio" + extensions[s.part.Type]
			c.attachments = append(c.attachments, s.part)
		}
	}
	return blocks
}

// letters counts what sameWords compares.
func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// sameWords says that two texts differ in blanks, signs and capitals at most.
func sameWords(a, b string) bool {
	words := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}
	return strings.Map(words, a) == strings.Map(words, b)
}
