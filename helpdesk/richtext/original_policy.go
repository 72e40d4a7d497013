package richtext

import (
	"regexp"
	"strings"
)

// embeds are the tags whose content goes with them from the original. Unlike in
// Sanitize, an unclosed one takes the rest along: the page is a second view.
var embeds = set("svg math template object applet select button canvas audio video frameset xml")

// originalTags are presentational; body is among them for the colours on it,
// which a parser adds to the body that is already there.
var originalTags = set("body p br hr div span center font a img strong em b i u s strike del ins sub sup small big tt" +
	" code pre blockquote q cite abbr address h1 h2 h3 h4 h5 h6 ul ol li dl dt dd figure figcaption section article" +
	" header footer main nav aside table caption colgroup col thead tbody tfoot tr td th")

var originalAttributes = set("class id dir lang title alt width height align valign bgcolor color face size border" +
	" cellpadding cellspacing colspan rowspan nowrap start type span noshade hspace vspace text link vlink alink")

func set(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}

// fetching are the things in CSS that name something to be fetched, and
// expression and behavior, which old engines run. A word that only ends in one
// of the names is taken too, rather than trust each engine on where a name begins.
var fetching = regexp.MustCompile(`(?i)@import|@charset|@namespace|(?:url|src|image|image-set|cross-fade|element|expression|var|attr|paint)\s*\(|behavior\s*:|-moz-binding`)

// safeCSS takes from a style what could fetch. Escapes and comments go first,
// because they hide names; "<" goes so that nothing can end the element.
func safeCSS(css string) string {
	css = strings.NewReplacer(`\`, "", "<!--", "", "-->", "", "<", "").Replace(cleanText(css))
	css = dropComments(css)
	return fetching.ReplaceAllString(css, "none;")
}

func dropComments(css string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte(' ')
		_, css, _ = strings.Cut(rest, "*/")
	}
}
