package mime

import (
	"bytes"
	"encoding/base64"
)

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

// plainAfterAll knows a text that was never encoded whatever its header says: words with blanks between
// them, which no encoder writes.
func plainAfterAll(src []byte) bool {
	const enough, several = 4 << 10, 3
	src = src[:min(len(src), enough)]
	blanks := 0
	for i := 1; i+1 < len(src); i++ {
		if src[i] == ' ' && src[i-1] > ' ' && src[i+1] > ' ' {
			blanks++
		}
	}
	return blanks >= several && blanks*20 > len(src)
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
