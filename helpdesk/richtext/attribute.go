package richtext

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// attributes are those of one tag that any rule looks at. Of a repeated one the
// first counts, as in browsers.
type attributes struct {
	href, src, alt, colspan, rowspan, start string

	seen [len(attributeNames)]bool
}

var attributeNames = [...]string{"href", "src", "alt", "colspan", "rowspan", "start"}

func (a *attributes) read(z *html.Tokenizer, more bool) {
	*a = attributes{}
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		if i := slices.Index(attributeNames[:], string(key)); i >= 0 && !a.seen[i] {
			a.set(i, string(val))
		}
	}
}

func (a *attributes) set(i int, val string) {
	a.seen[i] = true
	*[...]*string{&a.href, &a.src, &a.alt, &a.colspan, &a.rowspan, &a.start}[i] = val
}

// fromNode reads the same attributes off a parsed element.
func (a *attributes) fromNode(n *html.Node) {
	*a = attributes{}
	for _, at := range n.Attr {
		if i := slices.Index(attributeNames[:], at.Key); i >= 0 {
			a.set(i, at.Val)
		}
	}
}

// write puts out the start tag, or for a link or image that may not stand what
// takes its place. It reports whether a tag was written.
func (a *attributes) write(b *strings.Builder, t tag) bool {
	switch t.kind {
	case link:
		href, ok := safeHref(a.href)
		if !ok {
			return false
		}
		writeLink(b, href)
	case image:
		return a.writeImage(b)
	case cell:
		b.WriteByte('<')
		b.WriteString(t.name)
		writeNumber(b, "colspan", a.colspan, 100)
		writeNumber(b, "rowspan", a.rowspan, 1000)
		b.WriteByte('>')
	case list:
		b.WriteString("<ol")
		writeNumber(b, "start", a.start, 1_000_000)
		b.WriteByte('>')
	}
	return true
}

// writeLink begins a link that tells the other side nothing of where it stood.
func writeLink(b *strings.Builder, href string) {
	b.WriteString(`<a href="`)
	writeEscaped(b, href)
	b.WriteString(`" target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">`)
}

// writeImage keeps an image that is a part of the mail; any other would tell its
// server that the mail was opened, and is replaced by its description.
func (a *attributes) writeImage(b *strings.Builder) bool {
	alt := strings.Join(strings.Fields(cleanText(a.alt)), " ")
	cid, ok := contentID(a.src)
	if !ok {
		writeEscaped(b, alt)
		return false
	}
	b.WriteString(`<img src="cid:`)
	writeEscaped(b, cid)
	b.WriteString(`" alt="`)
	writeEscaped(b, alt)
	b.WriteString(`">`)
	return true
}

func writeNumber(b *strings.Builder, key, val string, most int) {
	n, err := strconv.Atoi(strings.TrimSpace(val))
	if err != nil || n < 1 || n > most || n == 1 {
		return
	}
	b.WriteByte(' ')
	b.WriteString(key)
	b.WriteString(`="`)
	b.WriteString(strconv.Itoa(n))
	b.WriteByte('"')
}

// contentID is the identifier in a cid: URL (RFC 2392), without its percent
// escapes, if it is one of plain characters: it is compared and written as it is.
func contentID(src string) (string, bool) {
	src = strings.TrimSpace(src)
	if len(src) < 5 || len(src) > 300 || !strings.EqualFold(src[:4], "cid:") {
		return "", false
	}
	id, err := url.PathUnescape(src[4:])
	if err != nil {
		return "", false
	}
	for i := 0; i < len(id); i++ {
		if !isAlnum(id[i]) && strings.IndexByte("@._-+$!*~=:/,;()", id[i]) < 0 {
			return "", false
		}
	}
	return id, true
}
