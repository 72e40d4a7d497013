package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// MailOptions is what surrounds the text of a mail.
type MailOptions struct {
	Title  string // of the document; the subject
	Centre string // who writes, shown above the text
	Footer string // plain text, shown small below; web and mail addresses become links
}

// MailHTML puts a fragment made by Markdown into the document we send: at most
// 600 px wide, laid out by tables, with the styles on each tag, because mail
// clients drop style sheets.
func MailHTML(fragment string, o MailOptions) string {
	var b strings.Builder
	b.Grow(2*len(fragment) + 2048)
	b.WriteString(`<!DOCTYPE html><html lang="it"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width, initial-scale=1"><title>`)
	writeEscaped(&b, cleanText(o.Title))
	b.WriteString(`</title></head><body style="margin:0;padding:0;background-color:#ffffff">` +
		`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:16px">` +
		`<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;text-align:left">`)
	if o.Centre != "" {
		b.WriteString(`<tr><td style="padding:0 0 8px 0;border-bottom:2px solid #0066cc;` + mailFont + `font-size:14px;line-height:20px;font-weight:bold;color:#17324d">`)
		writeEscaped(&b, cleanText(o.Centre))
		b.WriteString(`</td></tr>`)
	}
	b.WriteString(`<tr><td style="padding:16px 0;` + mailFont + `font-size:16px;line-height:24px;color:#1a1a1a">`)
	writeStyled(&b, fragment, mailStyles)
	b.WriteString(`</td></tr>`)
	if o.Footer != "" {
		b.WriteString(`<tr><td style="padding:8px 0 0 0;border-top:1px solid #c5c7c9;` + mailFont + `font-size:13px;line-height:18px;color:#455a64">`)
		writeStyled(&b, Text(o.Footer), footerStyles)
		b.WriteString(`</td></tr>`)
	}
	b.WriteString(`</table></td></tr></table></body></html>`)
	return b.String()
}

const mailFont = `font-family:'Titillium Web',Arial,Helvetica,sans-serif;`

var mailStyles = map[string]string{
	"p":          "margin:0 0 16px 0",
	"ul":         "margin:0 0 16px 0;padding:0 0 0 24px",
	"ol":         "margin:0 0 16px 0;padding:0 0 0 24px",
	"li":         "margin:0 0 4px 0",
	"a":          "color:#0066cc;text-decoration:underline",
	"blockquote": "margin:0 0 16px 0;padding:0 0 0 12px;border-left:3px solid #c5c7c9;color:#455a64",
	"pre":        "margin:0 0 16px 0;padding:8px;background-color:#f5f5f5;font-family:Consolas,'Courier New',monospace;font-size:14px;line-height:20px;white-space:pre-wrap",
	"code":       "font-family:Consolas,'Courier New',monospace;font-size:14px",
	"hr":         "margin:16px 0;border:0;border-top:1px solid #c5c7c9",
	"h1":         "margin:0 0 12px 0;font-size:22px;line-height:28px;color:#17324d",
	"h2":         "margin:0 0 12px 0;font-size:20px;line-height:26px;color:#17324d",
	"h3":         "margin:0 0 8px 0;font-size:18px;line-height:24px;color:#17324d",
	"h4":         "margin:0 0 8px 0;font-size:16px;line-height:24px;color:#17324d",
	"h5":         "margin:0 0 8px 0;font-size:16px;line-height:24px;color:#17324d",
	"h6":         "margin:0 0 8px 0;font-size:16px;line-height:24px;color:#17324d",
}

var footerStyles = map[string]string{
	"p": "margin:0 0 8px 0",
	"a": "color:#455a64;text-decoration:underline",
}

// writeStyled adds the styles to the tags of a fragment that is already safe.
func writeStyled(b *strings.Builder, fragment string, styles map[string]string) {
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		raw := string(z.Raw())
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			name, _ := z.TagName()
			if style := styles[string(name)]; style != "" {
				after := len("<") + len(name)
				b.WriteString(raw[:after])
				b.WriteString(` style="` + style + `"`)
				raw = raw[after:]
			}
		}
		b.WriteString(raw)
	}
}
