package quote

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sportello/mailbox/mime"
)

// without is the body without the folded lines, and without the elements that
// then hold nothing.
func without(body string, spans []span, kinds []Kind) string {
	c := &cutter{body: body, spans: spans, kinds: kinds, lastNew: -1}
	for i, k := range kinds {
		if k == New && spans[i].start < spans[i].end {
			c.lastNew = i
		}
	}
	z := mime.ReadHTML(body)
	for {
		kind := z.Next()
		at, end := z.At, z.End
		switch kind {
		case html.ErrorToken:
			return c.out.String()
		case html.TextToken:
			c.copyText(at, end)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			c.open(atom.Lookup(name), at, end)
		case html.EndTagToken:
			name, _ := z.TagName()
			c.close(atom.Lookup(name), at, end)
		default:
			c.out.WriteString(body[at:end])
		}
	}
}

// cutter copies a body token by token.
type cutter struct {
	body    string
	spans   []span
	kinds   []Kind
	lastNew int
	line    int // the first line that ends behind where we are
	out     bytes.Buffer
	opened  []element
	hidden  int
	broken  bool // an element has just gone
	text    bool // what is written ends with text
}

// element is one that is open and goes if all it held was folded.
type element struct {
	atom         atom.Atom
	at           int // where in the output it begins
	kept, folded bool
	text         bool // it begins right after text
}

const (
	deepest = 512 // open elements that are followed
	search  = 32  // open elements among which an end tag looks for its own
)

// copyText copies a text token without the folded lines in it.
func (c *cutter) copyText(at, end int) {
	if c.hidden > 0 {
		c.out.WriteString(c.body[at:end])
		return
	}
	for at < end {
		c.seek(at)
		if c.line == len(c.spans) {
			c.gap(at, end)
			return
		}
		s := c.spans[c.line]
		if at < s.start {
			stop := min(s.start, end)
			c.gap(at, stop)
			at = stop
			continue
		}
		stop := min(s.end, end)
		c.write(at, stop, c.kinds[c.line] == New)
		at = stop
	}
}

// seek moves to the line that ends behind at.
func (c *cutter) seek(at int) {
	for c.line < len(c.spans) && c.spans[c.line].end <= at {
		c.line++
	}
}

// gap is white space between lines: it stays before what stays.
func (c *cutter) gap(at, end int) {
	if c.line == 0 || c.line <= c.lastNew && c.kinds[c.line-1] == New || c.line <= c.lastNew && c.kinds[c.line] == New {
		c.out.WriteString(c.body[at:end])
	}
}

func (c *cutter) write(at, end int, keep bool) {
	if n := len(c.opened) - 1; n >= 0 {
		c.opened[n].kept = c.opened[n].kept || keep
		c.opened[n].folded = c.opened[n].folded || !keep
	}
	if !keep {
		return
	}
	if c.broken && c.text {
		c.out.WriteString("<br>") // the element that went parted two texts
	}
	c.broken, c.text = false, true
	c.out.WriteString(c.body[at:end])
}

// tag copies a tag.
func (c *cutter) tag(at, end int) {
	c.text = false
	c.out.WriteString(c.body[at:end])
}

func (c *cutter) open(tag atom.Atom, at, end int) {
	switch tag {
	case atom.Script, atom.Style, atom.Title:
		c.hidden++
	case atom.Body:
		c.hidden = 0
	case atom.Img:
		c.seek(at)
		c.write(at, end, c.line == len(c.spans) || at < c.spans[c.line].start || c.kinds[c.line] == New)
		return
	case atom.Br, atom.Hr:
		c.seek(at)
		if c.line < len(c.spans) && at >= c.spans[c.line].start {
			c.write(at, end, c.kinds[c.line] == New)
		} else {
			c.gap(at, end)
		}
		return
	}
	if removable(tag) && len(c.opened) < deepest {
		c.opened = append(c.opened, element{atom: tag, at: c.out.Len(), text: c.text})
	}
	c.tag(at, end)
}

func (c *cutter) close(tag atom.Atom, at, end int) {
	switch tag {
	case atom.Script, atom.Style, atom.Title:
		c.hidden = max(0, c.hidden-1)
	case atom.Head:
		c.hidden = 0
	}
	c.tag(at, end)
	if !removable(tag) {
		return
	}
	for n := len(c.opened) - 1; n >= 0 && n >= len(c.opened)-search; n-- {
		if c.opened[n].atom == tag {
			c.closeDown(n)
			return
		}
	}
}

// closeDown closes the element n and all within it that nobody closed.
func (c *cutter) closeDown(n int) {
	e := c.opened[n]
	for _, inner := range c.opened[n+1:] {
		e.kept, e.folded = e.kept || inner.kept, e.folded || inner.folded
	}
	c.opened = c.opened[:n]
	if e.folded && !e.kept {
		c.out.Truncate(e.at)
		c.broken, c.text = true, e.text
	}
	if n > 0 {
		c.opened[n-1].kept = c.opened[n-1].kept || e.kept
		c.opened[n-1].folded = c.opened[n-1].folded || e.folded
	}
}

// removable elements are those that mean nothing when empty.
func removable(tag atom.Atom) bool {
	switch tag {
	case atom.Div, atom.P, atom.Span, atom.Blockquote, atom.Table, atom.Tbody, atom.Tr, atom.Td, atom.Th, atom.Ul, atom.Ol, atom.Li,
		atom.Pre, atom.Font, atom.B, atom.I, atom.Strong, atom.Em, atom.A, atom.Center, atom.Section:
		return true
	}
	return false
}
