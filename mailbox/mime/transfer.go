package mime

import (
	"bytes"
	"strings"
)

// transferEncoding names how a body is encoded: "base64", "quoted-printable", "uuencode" or "" for as it
// is. known is false for a name that nobody knows, which is then read as it is.
func transferEncoding(value string) (encoding string, known bool) {
	value = strings.ToLower(strings.Trim(value, " \t\"'"))
	if i := strings.IndexAny(value, " \t;,("); i >= 0 {
		value = value[:i]
	}
	switch strings.NewReplacer("-", "", "_", "").Replace(value) {
	case "base64", "b", "xbase64":
		return "base64", true
	case "quotedprintable", "q", "qp":
		return "quoted-printable", true
	case "uuencode", "xuuencode", "uue", "xuue", "xuu":
		return "uuencode", true
	case "", "7bit", "8bit", "7bits", "8bits", "binary", "none":
		return "", true
	}
	return "", false
}

// decodeTransfer undoes a transfer encoding. ok is false where the bytes were damaged; what could be
// read is returned all the same. Without an encoding the result is the slice given.
func decodeTransfer(body []byte, encoding string) (out []byte, ok bool) {
	switch encoding {
	case "base64":
		if plainAfterAll(body) {
			return body, false
		}
		return decodeBase64(body)
	case "quoted-printable":
		return decodeQuotedPrintable(body)
	case "uuencode":
		return decodeUU(body)
	}
	return body, true
}

func decodeQuotedPrintable(src []byte) ([]byte, bool) {
	if bytes.IndexByte(src, '=') < 0 {
		return src, true
	}
	dst := make([]byte, 0, len(src))
	ok := true
	for len(src) > 0 {
		line, rest, found := bytes.Cut(src, []byte{'\n'})
		src = rest
		cr := bytes.HasSuffix(line, []byte{'\r'})
		// Blanks at the end of a line are the transport's (RFC 2045, 6.7 rule 3).
		line = bytes.TrimRight(line, " \t\r")
		soft := bytes.HasSuffix(line, []byte{'='})
		if soft {
			line = line[:len(line)-1]
		}
		dst, ok = appendQuoted(dst, line, ok)
		if found && !soft {
			if cr {
				dst = append(dst, '\r')
			}
			dst = append(dst, '\n')
		}
	}
	return dst, ok
}

// appendQuoted appends a line with its =XX escapes undone; an = that begins none stays as it is.
func appendQuoted(dst, line []byte, ok bool) ([]byte, bool) {
	for {
		i := bytes.IndexByte(line, '=')
		if i < 0 {
			return append(dst, line...), ok
		}
		dst = append(dst, line[:i]...)
		line = line[i:]
		if c, good := unhex(line[1:]); good {
			dst = append(dst, c)
			line = line[3:]
			continue
		}
		dst, line, ok = append(dst, '='), line[1:], false
	}
}

func unhex(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	h, l := hexValue(b[0]), hexValue(b[1])
	return h<<4 | l&0xf, h < 16 && l < 16
}

func hexValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}
