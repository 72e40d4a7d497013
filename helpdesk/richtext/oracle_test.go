package richtext

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// The oracle knows the policy on its own, so that a slip in the tables of the
// package does not pass.
var shownTags = strings.Fields("p br strong em b i u a ul ol li dl dt dd table thead tbody tr td th blockquote pre code hr h1 h2 h3 h4 h5 h6 div img")

func checkShown(t testing.TB, out string) {
	t.Helper()
	if problem := shownProblem(out); problem != "" {
		t.Errorf("%s\nin %q", problem, out)
	}
}

// shownProblem parses the fragment as a browser would and names the first thing
// that may not be in it, or says that it does not read back as itself.
func shownProblem(out string) string {
	nodes, err := html.ParseFragment(strings.NewReader(out), place)
	if err != nil {
		return "does not parse: " + err.Error()
	}
	for _, root := range nodes {
		for n := range root.Descendants() {
			if p := nodeProblem(n); p != "" {
				return p
			}
		}
		if p := nodeProblem(root); p != "" {
			return p
		}
	}
	if again, _ := Sanitize(out); again != out {
		return "sanitised again it is another: " + again
	}
	if other := independentPolicy.Sanitize(out); other != out {
		return "another sanitiser changes it: " + other
	}
	return ""
}

func nodeProblem(n *html.Node) string {
	switch {
	case n.Type == html.TextNode:
		return ""
	case n.Type != html.ElementNode || n.Namespace != "" || !slices.Contains(shownTags, n.Data):
		return "node not allowed: " + n.Namespace + " " + n.Data
	}
	for _, a := range n.Attr {
		if !attributeAllowed(n, a) {
			return "attribute not allowed: " + n.Data + " " + a.Key + "=" + a.Val
		}
	}
	if n.Data == "a" && len(n.Attr) != 4 {
		return "link without its protection"
	}
	return ""
}

func attributeAllowed(n *html.Node, a html.Attribute) bool {
	switch n.Data + " " + a.Key {
	case "a href":
		u, err := url.Parse(a.Val)
		return err == nil && slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme)
	case "a target":
		return a.Val == "_blank"
	case "a rel":
		return a.Val == "noopener noreferrer nofollow"
	case "a referrerpolicy":
		return a.Val == "no-referrer"
	case "img src":
		return strings.HasPrefix(a.Val, "cid:")
	case "img alt":
		return true
	case "td colspan", "td rowspan", "th colspan", "th rowspan", "ol start":
		return strings.Trim(a.Val, "0123456789") == ""
	}
	return false
}

var independentPolicy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(slices.DeleteFunc(slices.Clone(shownTags), func(s string) bool { return s == "a" || s == "img" })...)
	p.AllowAttrs("href", "target", "rel", "referrerpolicy").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireParseableURLs(true)
	return p
}()
