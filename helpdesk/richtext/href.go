package richtext

import (
	"net/url"
	"strings"
)

// maxHref is longer than any address a browser's bar shows.
const maxHref = 4096

// safeHref reads an address as a browser does (WHATWG URL, 4.4: blanks and
// controls around it and line ends within it do not count) and gives it in the
// form in which it stands for good, if its scheme is http, https, mailto or tel.
// There is no page it could be relative to, so a relative one is none.
func safeHref(raw string) (string, bool) {
	if len(raw) == 0 || len(raw) > maxHref {
		return "", false
	}
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	scheme, rest, ok := strings.Cut(cleanHref(raw), ":")
	if !ok {
		return "", false
	}
	scheme = strings.ToLower(scheme)
	switch scheme {
	case "http", "https":
		if !strings.HasPrefix(rest, "//") {
			return "", false
		}
	case "mailto", "tel":
		if strings.HasPrefix(rest, "/") {
			return "", false
		}
	default:
		return "", false
	}
	return canonicalURL(scheme + ":" + rest)
}

// canonicalURL is what net/url writes for the address, if that is stable.
func canonicalURL(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Opaque == "" && u.Host == "" {
		return "", false
	}
	s = u.String()
	again, err := url.Parse(s)
	if err != nil || again.String() != s {
		return "", false
	}
	return s, true
}

// cleanHref drops what browsers drop and escapes what may not stand in an
// address or would show it in another order than it is in.
func cleanHref(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || isHidden(r):
		case r == '%' && !isEscape(s[i:]):
			b.WriteString("%25")
		case r <= ' ' || strings.ContainsRune("\"'<>`{}|\\^\x7f", r):
			b.WriteByte('%')
			const hex = "0123456789ABCDEF"
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&15])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isEscape(s string) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
