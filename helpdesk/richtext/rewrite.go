package richtext

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// place is where our pages put the fragment: the parser reads it as a browser
// does there.
var place = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}

var errTooLarge = errors.New("html tree beyond the limits")

// rewrite parses a fragment and writes the tree, as far as the allow-list
// reaches. An error means more than 512 open elements, or a tree beyond the
// limits that Sanitize sets for its input: its result must be within them too.
func rewrite(fragment string) (string, error) {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), place)
	if err != nil {
		return "", fmt.Errorf("parse html: %w", err)
	}
	var w treeWriter
	w.Grow(len(fragment) + len(fragment)/8)
	for _, n := range nodes {
		w.node(n)
	}
	if w.nodes > maxNodes || w.Len() > maxHTML {
		return "", errTooLarge
	}
	return w.String(), nil
}

type treeWriter struct {
	strings.Builder
	nodes int
}

// node recurses no deeper than the parser's 512 elements.
func (w *treeWriter) node(n *html.Node) {
	if w.nodes++; w.nodes > maxNodes {
		return
	}
	b := &w.Builder
	switch n.Type {
	case html.TextNode:
		writeEscaped(b, n.Data) // cleaned when it was reduced
		return
	case html.ElementNode:
	default:
		return
	}
	t := tags[n.Data]
	if n.Namespace != "" || t.kind == drop {
		return
	}
	written := writeStart(b, t, n)
	if t.name == "pre" && beginsWithLineEnd(n.FirstChild) {
		b.WriteByte('\n') // a parser drops the first line end of a pre
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
	if written && t.kind == link {
		if host := hiddenTarget(n); host != "" {
			writeEscaped(b, " ["+host+"]") // after a blank the text is no address any more: written once
		}
	}
	if written && t.kind != void && t.kind != image {
		writeEndTag(b, t.name)
	}
}

// writeStart reports whether a tag was written.
func writeStart(b *strings.Builder, t tag, n *html.Node) bool {
	switch t.kind {
	case keep, void:
		writeTag(b, t.name)
		return true
	case link, image, cell, list:
		var a attributes
		a.fromNode(n)
		return a.write(b, t)
	}
	return false
}

func beginsWithLineEnd(n *html.Node) bool {
	return n != nil && n.Type == html.TextNode && strings.HasPrefix(n.Data, "\n")
}
