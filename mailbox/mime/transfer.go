package mime

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// transferEncoding names how a body is encoded: "base64", "quoted-printable" or "" for as it is. known
// is false for a name outside RFC 2045, which is then read as it is.
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
		return decodeBase64(body)
	case "quoted-printable":
		return decodeQuotedPrintable(body)
	}
	return body, true
}

const notBase64 = 0xff

var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = notBase64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

func decodeBase64(src []byte) ([]byte, bool) {
	src = bytes.TrimRight(src, " \t\r\n\x00")
	dst := make([]byte, base64.StdEncoding.DecodedLen(len(src)))
	if n, err := base64.StdEncoding.Decode(dst, src); err == nil {
		return dst[:n], true
	}
	return repairBase64(dst[:0], src)
}

// repairBase64 takes what stands in base64 out of anything: it skips foreign characters, does without
// padding, and goes on after padding in the middle (encoders that work block by block) unless what
// follows is plain text (a list's footer).
func repairBase64(dst, src []byte) ([]byte, bool) {
	ok, pure := true, false
	var bits uint32
	have := 0
	for i := 0; i < len(src); i++ {
		c := src[i]
		v := base64Value[c]
		switch {
		case v != notBase64:
			bits = bits<<6 | uint32(v)
			if have++; have == 4 {
				dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
				have = 0
			}
		case c == '=':
			dst, ok = flushBase64(dst, bits, have, ok)
			have = 0
			if pure = pure || pureBase64(src[i:]); !pure {
				return dst, false
			}
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			ok = false
		}
	}
	return flushBase64(dst, bits, have, ok)
}

func flushBase64(dst []byte, bits uint32, have int, ok bool) ([]byte, bool) {
	switch have {
	case 1:
		return dst, false
	case 2:
		return append(dst, byte(bits>>4)), ok
	case 3:
		return append(dst, byte(bits>>10), byte(bits>>2)), ok
	}
	return dst, ok
}

func pureBase64(b []byte) bool {
	for _, c := range b {
		if base64Value[c] == notBase64 && c != '=' && c != '\r' && c != '\n' && c != ' ' && c != '\t' {
			return false
		}
	}
	return true
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
