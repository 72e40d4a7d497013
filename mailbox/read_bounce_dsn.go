package mailbox

import (
	"bytes"
	"regexp"
	"strings"

	"sportello/mailbox/mime"
)

// statusTypes hold the fields of RFC 3464 and, with addresses in UTF-8, of
// RFC 6533.
var statusTypes = []string{"message/delivery-status", "message/global-delivery-status"}

// statusGroups reads what a notice says to programs of its recipients.
func statusGroups(root *mime.Part) []reported {
	for _, kind := range statusTypes {
		if p := findPart(root, kind); p != nil {
			return statusFields(p.Body)
		}
	}
	return nil
}

// groupsInText reads the same fields where they stand in the text, because the
// mail system knew no better or a relay made text of all parts.
func groupsInText(text string) []reported {
	at := statusField.FindStringIndex(text)
	if at == nil {
		return nil
	}
	return statusFields([]byte(text[at[0]:]))
}

var statusField = regexp.MustCompile(`(?im)^(?:Reporting-MTA|Final-Recipient|Original-Recipient|Action):[ \t]*\S`)

// statusWord is a status of RFC 3463 at the beginning of its field.
var statusWord = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}`)

// statusFields reads groups of fields. Between groups there should be one
// empty line; there may be none, or several.
func statusFields(body []byte) []reported {
	var out []reported
	var g statusGroup
	for len(out) < maxReported {
		body = bytes.TrimLeft(body, "\r\n")
		if len(body) == 0 {
			break
		}
		h, rest := mime.ParseHeader(body)
		if h.Len() == 0 || len(rest) >= len(body) {
			break
		}
		body = rest
		for name, value := range h.All() {
			if g.repeats(strings.ToLower(name)) {
				out = g.flush(out)
			}
			g.set(strings.ToLower(name), value)
		}
		out = g.flush(out)
	}
	return out
}

// statusGroup collects the fields of one recipient.
type statusGroup map[string]string

func (g statusGroup) repeats(name string) bool { _, ok := g[name]; return ok }

func (g *statusGroup) set(name, value string) {
	if *g == nil {
		*g = statusGroup{}
	}
	switch name {
	case "final-recipient", "original-recipient", "action", "status", "diagnostic-code":
		(*g)[name] = value
	}
}

// flush ends the group. The original recipient is the one that was written to;
// the final one may be an address behind it, or none of the Internet's (X.400).
func (g *statusGroup) flush(out []reported) []reported {
	fields := *g
	*g = nil
	r := reported{
		address:    addressIn(afterType(fields["original-recipient"])),
		action:     strings.ToLower(firstWord(fields["action"])),
		status:     statusWord.FindString(fields["status"]),
		diagnostic: afterType(fields["diagnostic-code"]),
	}
	if r.address == "" {
		r.address = addressIn(afterType(fields["final-recipient"]))
	}
	if r.address == "" && r.action == "" {
		return out
	}
	return append(out, r)
}

// afterType drops the «rfc822;» or «smtp;» in front.
func afterType(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		return strings.TrimSpace(after)
	}
	return strings.TrimSpace(s)
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return clip(f[0])
	}
	return ""
}
