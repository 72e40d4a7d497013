package richtext

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// PlainFromMarkdown is the text/plain twin of Markdown: it reads well on its own,
// with links as «testo (https://…)», lists and quotes kept, and no marks of
// emphasis. Lines end in \n; there is none at the end.
func PlainFromMarkdown(src string) string {
	source := []byte(cleanText(src))
	doc := markdown.Parser().Parse(text.NewReader(source))
	return strings.TrimRight(strings.Join(plain{source}.blocks(doc, true), "\n"), " \n")
}

// plain writes nodes as lines, so that a parent can put its mark before each.
type plain struct{ source []byte }

// blocks are the lines of the children, with an empty line between two of them
// if apart.
func (p plain) blocks(parent ast.Node, apart bool) (lines []string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		block := p.block(n)
		if len(block) == 0 {
			continue
		}
		if apart && len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, block...)
	}
	return lines
}

func (p plain) block(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.List:
		return p.list(n)
	case *ast.Blockquote:
		return prefixed(p.blocks(n, true), "> ", "> ")
	case *ast.FencedCodeBlock:
		code := strings.TrimSuffix(string(n.Lines().Value(p.source)), "\n")
		return strings.Split(code, "\n")
	case *ast.ThematicBreak:
		return []string{"---"}
	case *ast.LinkReferenceDefinition:
		return nil
	default:
		s := strings.TrimRight(p.inlines(n), " \n")
		if s == "" {
			return nil
		}
		return strings.Split(s, "\n")
	}
}

func (p plain) list(l *ast.List) (lines []string) {
	number := l.Start
	for item := l.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if l.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		if !l.IsTight && len(lines) > 0 {
			lines = append(lines, "")
		}
		block := p.blocks(item, !l.IsTight)
		if len(block) == 0 {
			block = []string{""}
		}
		lines = append(lines, prefixed(block, mark, strings.Repeat(" ", len(mark)))...)
	}
	return lines
}

func prefixed(lines []string, first, rest string) []string {
	for i, l := range lines {
		lines[i] = strings.TrimRight(first+l, " ")
		first = rest
	}
	return lines
}

func (p plain) inlines(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		p.inline(&b, n)
	}
	return b.String()
}

func (p plain) inline(b *strings.Builder, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Segment.Value(p.source)
		if !n.IsRaw() && n.Parent().Kind() != ast.KindCodeSpan {
			value = resolved(value)
		}
		b.Write(value)
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte('\n')
		}
	case *ast.String:
		b.Write(n.Value)
	case *ast.AutoLink:
		b.Write(n.Label(p.source))
	case *ast.Link:
		b.WriteString(linkText(p.inlines(n), string(n.Destination)))
	default:
		b.WriteString(p.inlines(n))
	}
}

// linkText says where a link leads, unless its words do already.
func linkText(words, href string) string {
	address := strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "tel:")
	if words == href || words == address || "http://"+words == href || "https://"+words == href {
		return words
	}
	if words == "" {
		return address
	}
	return words + " (" + address + ")"
}
