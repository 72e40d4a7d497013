package richtext

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// longestShown bounds the text of a link that is looked at: an address that
// people read is shorter.
const longestShown = 300

// hiddenTarget is the host that a link leads to where its text names another
// one, "" otherwise: «https://www.comune.example» over evil.example is how
// passwords are fished for. A text that is no address deceives nobody so.
func hiddenTarget(link *html.Node) string {
	shown := hostOf(shownAddress(link))
	target := hostOf(linkTarget(link))
	if shown == "" || target == "" || within(shown, target) || within(target, shown) {
		return ""
	}
	return target
}

// shownAddress is the text of a link that looks like an address.
func shownAddress(link *html.Node) string {
	var b strings.Builder
	for n := range link.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if b.Len() > longestShown {
			return ""
		}
	}
	text := strings.ToLower(strings.TrimSpace(b.String()))
	switch {
	case strings.ContainsAny(text, " \u00a0\n\t"):
		return ""
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		return text
	case strings.HasPrefix(text, "www."):
		return "http://" + text
	}
	return ""
}

// linkTarget is where a link leads; of the detour that Microsoft 365 puts into
// every link, where that leads.
func linkTarget(link *html.Node) string {
	for _, a := range link.Attr {
		if a.Key != "href" {
			continue
		}
		u, err := url.Parse(a.Val)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return ""
		}
		if inner := u.Query().Get("url"); inner != "" && within(u.Hostname(), "safelinks.protection.outlook.com") {
			return inner
		}
		return a.Val
	}
	return ""
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// within reports whether a host is a domain or lies in it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}
