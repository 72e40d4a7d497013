package quote

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tag is a start tag with the attributes that the rules look at, in lower case.
type tag struct {
	atom                           atom.Atom
	id, class, kind, style, marker string
	cite, empty, pixel             bool
}

// looked are the attributes that the rules look at.
var looked = setOf("id|name|class|type|style|data-marker|data-smartmail|cite|width|height")

func readTag(z *html.Tokenizer) tag {
	name, more := z.TagName()
	t := tag{atom: atom.Lookup(name)}
	switch t.atom {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link:
		t.empty = true
	}
	const many = 40 // attributes of a tag that are looked at
	for i := 0; more && i < many; i++ {
		var k, v []byte
		k, v, more = z.TagAttr()
		if !looked[string(k)] {
			continue
		}
		value := strings.ToLower(clip(string(v)))
		switch string(k) {
		case "id", "name":
			if t.id == "" {
				t.id = strings.TrimPrefix(value, "x_")
			}
		case "class":
			t.class = value
		case "type":
			t.kind = value
		case "style":
			t.style = value
		case "data-marker", "data-smartmail":
			t.marker = value
		case "cite":
			t.cite = true
		case "width", "height":
			// What counts the readers is no content.
			t.pixel = t.pixel || value == "0" || value == "1" || value == "0px" || value == "1px"
		}
	}
	return t
}

// says is what a container tells of the first line in it.
func (t tag) says() says {
	switch t.id {
	case "divrplyfwdmsg", "reply-intro", "zwchr", "olk_src_body_section", "mail-editor-reference-message-container", "replyblockquote",
		"orimsghtmlseperator":
		return saysHistory
	case "appendonsend", "stopspelling":
		return saysRule
	}
	switch t.marker {
	case "__divider__", "__headers__", "__quoted_text__":
		return saysHistory
	}
	for class := range strings.FieldsSeq(t.class) {
		switch strings.TrimPrefix(class, "x_") {
		case "yahoo_quoted", "moz-forward-container", "ox-quote-header", "tutanota_quote":
			return saysHistory
		case "gmail_quote", "gmail_quote_container", "gmail_attr", "gmail_extra_quote", "moz-cite-prefix", "protonmail_quote", "zimbra-quote", "mailru-blockquote", "outlookmessageheader":
			return saysIntroduces
		}
	}
	if t.atom == atom.Div && topBorder.MatchString(t.style) {
		return saysRule
	}
	return 0
}

// The line with which Outlook parts what it answers: «border:none;border-top:solid #E1E1E1 1.0pt».
var topBorder = regexp.MustCompile(`border-top(?:-width|-style)?\s*:\s*(?:[^;]*solid|[1-9])|border-(?:width|style)\s*:\s*(?:1|solid none none)`)

// quotation is how surely a blockquote is one.
type quotation uint8

const (
	quotationNo   quotation = iota // Gmail and Outlook also indent with it: styled, without a border
	quotationBare                  // no attributes: many webmails quote so, people set off a law so
	quotationSure
)

func (t tag) quotes() quotation {
	switch {
	case t.kind == "cite", t.cite, strings.Contains(t.class, "quote"), strings.Contains(t.style, "border-left"):
		return quotationSure
	case t.style == "" && t.class == "":
		return quotationBare
	}
	return quotationNo
}

// signs reports whether an element holds a signature.
func (t tag) signs() bool {
	switch t.id {
	case "signature", "applemailsignature", "ms-outlook-mobile-signature", "_rc_sig", "applelinebreakatstartofsignature", "mail-signature":
		return true
	}
	switch t.marker {
	case "gmail_signature", "__sig_pre__", "__sig_post__":
		return true
	}
	for class := range strings.FieldsSeq(t.class) {
		switch strings.TrimPrefix(class, "x_") {
		case "gmail_signature", "moz-signature", "moz-txt-sig", "protonmail_signature_block", "zimbra-signature", "ms-outlook-mobile-signature", "io-ox-signature", "mail-signature":
			return true
		}
	}
	return false
}
