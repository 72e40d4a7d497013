package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// Original gives a mail's HTML as a document of its own that looks as the sender
// made it: with its inline styles, without anything that runs, submits, embeds or
// fetches. It must be served under
//
//	Content-Security-Policy: sandbox allow-popups allow-popups-to-escape-sandbox;
//	  default-src 'none'; img-src data:; style-src 'unsafe-inline'
//
// which is the first wall; this is the second. resolve is as for InlineImages.
func Original(src string, resolve func(cid string) (dataURI string, ok bool)) string {
	o := original{images: imageSource{resolve: resolve}}
	o.out.Grow(len(src) + 256)
	o.out.WriteString(`<!DOCTYPE html><html lang="it"><head><meta charset="utf-8">` +
		`<meta name="referrer" content="no-referrer"><title>Messaggio originale</title></head><body>`)
	if len(src) > maxHTML {
		o.out.WriteString(asText(src))
	} else {
		o.run(src)
	}
	o.out.WriteString("</body></html>")
	return o.out.String()
}

// original filters the token stream. It need not balance: the document is the
// mail's own, and a stray end tag harms nobody else.
type original struct {
	out    strings.Builder
	images imageSource
	skip   string // name of the region being dropped
	depth  int    // of tags of that name open in it
	raw    string // name of the raw text element just begun
}

func (o *original) run(src string) {
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			o.text(z)
		case html.StartTagToken, html.SelfClosingTagToken:
			o.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			o.end(string(name))
		}
	}
}

func (o *original) text(z *html.Tokenizer) {
	raw := o.raw
	o.raw = ""
	switch {
	case o.skip != "":
	case raw == "style":
		o.out.WriteString("<style>" + safeCSS(string(z.Raw())) + "</style>")
	case raw == "":
		writeEscaped(&o.out, cleanText(string(z.Text())))
	}
}

func (o *original) start(z *html.Tokenizer) {
	bytes, more := z.TagName()
	name := string(bytes)
	o.raw = ""
	if rawText[name] {
		o.raw = name
		return
	}
	if o.skip != "" {
		if name == o.skip {
			o.depth++
		}
		return
	}
	if embeds[name] {
		o.skip, o.depth = name, 1
		return
	}
	if !originalTags[name] {
		return
	}
	o.out.WriteString("<" + name)
	seen := map[string]bool{}
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		if k := string(key); !seen[k] {
			seen[k] = true
			o.attribute(name, k, string(val))
		}
	}
	if name == "a" {
		o.out.WriteString(` target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer"`)
	}
	o.out.WriteByte('>')
}

func (o *original) attribute(tag, key, val string) {
	switch {
	case key == "style":
		val = safeCSS(val)
	case key == "href" && tag == "a":
		href, ok := safeHref(val)
		if !ok {
			return
		}
		val = href
	case key == "src" && tag == "img":
		uri, ok := o.image(val)
		if !ok {
			return
		}
		val = uri
	case !originalAttributes[key]:
		return
	}
	o.out.WriteString(" " + key + `="`)
	writeEscaped(&o.out, cleanText(val))
	o.out.WriteByte('"')
}

// image is the data: URI of an image that came with the mail.
func (o *original) image(src string) (string, bool) {
	src = strings.TrimSpace(src)
	if isImageData(src) {
		return src, true
	}
	cid, ok := contentID(src)
	if !ok {
		return "", false
	}
	return o.images.dataURI(cid)
}

func (o *original) end(name string) {
	o.raw = ""
	if o.skip != "" {
		if name == o.skip {
			if o.depth--; o.depth == 0 {
				o.skip = ""
			}
		}
		return
	}
	if originalTags[name] {
		o.out.WriteString("</" + name + ">")
	}
}
