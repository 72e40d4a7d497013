package richtext

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown turns what the staff writes into a safe HTML fragment for a mail. A
// single line end is kept as a line break, as people who write mails expect.
// Angle brackets are text, never HTML. Links lead to http, https, mailto and tel;
// an image becomes a link to it.
func Markdown(src string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(cleanText(src)), &b); err != nil {
		// A bytes.Buffer takes every write; should goldmark ever refuse a text,
		// the reader still gets the words.
		return "<p>" + html.EscapeString(src) + "</p>"
	}
	return strings.TrimSuffix(staffPolicy.Sanitize(b.String()), "\n")
}

const staffRel = "noopener nofollow"

var (
	markdown    = newMarkdown()
	staffPolicy = newStaffPolicy()
)

// newMarkdown leaves out what surprises people who write letters: raw HTML
// (a "<CUP>" would vanish), indented code, and headings underlined with dashes
// and tables (the line above a signature's "--" would become one or the other).
func newMarkdown() goldmark.Markdown {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(indentedParagraph{parser.NewParagraphParser()}, 1000),
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	}
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(blocks...),
			parser.WithInlineParsers(inlines...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(linkRule{}, 1000)),
		)),
		goldmark.WithExtensions(extension.Linkify),
		goldmark.WithRendererOptions(goldhtml.WithHardWraps()),
	)
}

// indentedParagraph takes lines indented by four and more, which goldmark keeps
// for indented code and without it would drop.
type indentedParagraph struct{ parser.BlockParser }

func (indentedParagraph) CanAcceptIndentedLine() bool { return true }

// newStaffPolicy is the second wall behind goldmark: it names what our own
// Markdown can give and nothing else.
func newStaffPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "pre", "code", "hr",
		"h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + staffRel + "$")).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	return p
}

// linkRule gives every link its rel and unwraps those that lead nowhere safe.
type linkRule struct{}

func (linkRule) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var links []ast.Node
	// The callback returns no error, so Walk has none.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink:
			if !entering {
				links = append(links, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range links {
		switch n := n.(type) {
		case *ast.Link:
			ruleLink(n)
		case *ast.Image:
			ruleImage(n)
		case *ast.AutoLink:
			ruleAutoLink(n, reader.Source())
		}
	}
}

func ruleLink(n *ast.Link) {
	href, ok := safeDestination(n.Destination)
	if !ok {
		unwrapNode(n)
		return
	}
	n.Destination, n.Title = []byte(href), nil
	n.SetAttributeString("rel", []byte(staffRel))
}

// ruleImage makes a link of an image, or within a link only its description.
func ruleImage(n *ast.Image) {
	href, ok := safeDestination(n.Destination)
	if !ok || withinLink(n) {
		unwrapNode(n)
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(href)
	link.SetAttributeString("rel", []byte(staffRel))
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
		link.AppendChild(link, c)
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

func ruleAutoLink(n *ast.AutoLink, source []byte) {
	u := string(n.URL(source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(u), "mailto:") {
		u = "mailto:" + u
	}
	if _, ok := safeHref(u); !ok {
		n.Parent().ReplaceChild(n.Parent(), n, ast.NewString(n.Label(source)))
		return
	}
	n.SetAttributeString("rel", []byte(staffRel))
}

// safeDestination reads a destination as the renderer would, with escapes and
// entities resolved.
func safeDestination(d []byte) (string, bool) { return safeHref(string(resolved(d))) }

func resolved(b []byte) []byte {
	return util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(b)))
}

func withinLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

func unwrapNode(n ast.Node) {
	parent := n.Parent()
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
		parent.InsertBefore(parent, n, c)
	}
	parent.RemoveChild(parent, n)
}
