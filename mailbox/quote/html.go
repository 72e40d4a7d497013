package quote

import (
	"strings"

	"golang.org/x/net/html"
)

// HTML splits an HTML body at the first container in which a mail program
// puts the message it answers. Both parts are fragments as they stood; they
// are sanitised afterwards, which closes what the cut left open.
func HTML(body string) (fresh, quoted string) {
	z := html.NewTokenizer(strings.NewReader(body))
	at := 0
	for {
		kind := z.Next()
		raw := len(z.Raw())
		if kind == html.ErrorToken {
			return body, ""
		}
		if kind == html.StartTagToken && opensHistory(z) {
			fresh, quoted = body[:at], body[at:]
			if !hasText(fresh) {
				return body, "" // a mere forward is not emptied
			}
			return fresh, quoted
		}
		at += raw
	}
}

// opensHistory knows the containers of Gmail, Outlook, Apple Mail,
// Thunderbird, Zimbra and Roundcube.
func opensHistory(z *html.Tokenizer) bool {
	name, more := z.TagName()
	tag := string(name)
	if tag != "div" && tag != "blockquote" && tag != "hr" {
		return false
	}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		value := strings.ToLower(string(v))
		switch string(k) {
		case "id":
			switch value {
			case "divrplyfwdmsg", "appendonsend", "reply-intro", "zwchr", "x_divrplyfwdmsg", "x_appendonsend", "mail-editor-reference-message-container":
				return true
			}
		case "class":
			if strings.HasPrefix(value, "gmail_quote") || strings.Contains(value, "moz-cite-prefix") || value == "yahoo_quoted" {
				return true
			}
		case "type":
			if tag == "blockquote" && value == "cite" {
				return true
			}
		}
	}
	return false
}

func hasText(fragment string) bool {
	z := html.NewTokenizer(strings.NewReader(fragment))
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.TextToken:
			if skip == 0 && strings.TrimSpace(string(z.Text())) != "" {
				return true
			}
		case html.StartTagToken:
			if n, _ := z.TagName(); isHidden(string(n)) {
				skip++
			}
		case html.EndTagToken:
			if n, _ := z.TagName(); isHidden(string(n)) && skip > 0 {
				skip--
			}
		}
	}
}

func isHidden(tag string) bool { return tag == "style" || tag == "script" || tag == "title" }
