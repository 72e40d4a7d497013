package mime

import (
	"golang.org/x/text/encoding/unicode"
)

// Tags of ASN.1 that signatures are made of.
const (
	constructed = 0x20
	tagOctets   = 0x04
	tagOID      = 0x06
	tagUTF8     = 0x0C
	tagBMP      = 0x1E
	tagSequence = 0x10 | constructed
	tagSet      = 0x11 | constructed
	tagContext0 = 0xA0
)

// element is one value of BER (X.690, 8.1): full has its tag and length, body has not. truncated says
// that the data ends before it does.
type element struct {
	tag        byte
	full, body []byte
	truncated  bool
}

// nextElement reads the element at the start of b. ok is false at the end of b, at the mark that ends an
// indefinite length, and at what is no BER. Tags of more than one byte do not occur.
func nextElement(b []byte) (e element, rest []byte, ok bool) {
	head, size, indefinite, ok := elementHead(b)
	if !ok || b[0] == 0 {
		return e, nil, false
	}
	e.tag = b[0]
	end, next := 0, 0
	switch {
	case indefinite:
		end, next, ok = indefiniteEnd(b, head)
		e.truncated = !ok
	case size > len(b)-head:
		end, next, e.truncated = len(b), len(b), true
	default:
		end, next = head+size, head+size
	}
	e.body, e.full = b[head:end], b[:next]
	return e, b[next:], true
}

// elementHead reads tag and length; head is how many bytes they take.
func elementHead(b []byte) (head, size int, indefinite, ok bool) {
	const moreTag, long = 0x1F, 0x80
	if len(b) < 2 || b[0]&moreTag == moreTag {
		return 0, 0, false, false
	}
	n := b[1]
	switch {
	case n == long:
		return 2, 0, true, b[0]&constructed != 0
	case n < long:
		return 2, int(n), false, true
	}
	count := int(n &^ long)
	if count > 8 || len(b) < 2+count {
		return 0, 0, false, false
	}
	for _, c := range b[2 : 2+count] {
		if size > 1<<40 {
			return 0, 0, false, false
		}
		size = size<<8 | int(c)
	}
	return 2 + count, size, false, true
}

// indefiniteEnd finds where an element of indefinite length ends whose content begins at pos: at the
// mark 00 00 that is its own. It only counts how deep it is, so that no nesting costs more than bytes.
func indefiniteEnd(b []byte, pos int) (end, next int, ok bool) {
	const mark = 2
	for depth := 1; ; {
		if pos+mark > len(b) {
			return len(b), len(b), false
		}
		if b[pos] == 0 && b[pos+1] == 0 {
			if depth--; depth == 0 {
				return pos, pos + mark, true
			}
			pos += mark
			continue
		}
		head, size, indefinite, good := elementHead(b[pos:])
		switch {
		case !good || !indefinite && size > len(b)-pos-head:
			return len(b), len(b), false
		case indefinite:
			depth++
			pos += head
		default:
			pos += head + size
		}
	}
}

// text decodes a string of a name.
func (e element) text() string {
	var s string
	switch e.tag {
	case tagBMP:
		wide, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Bytes(e.body)
		s = string(wide)
	default: // UTF-8, or the 7 and 8 bits of older string types
		s, _ = decodeCharset(e.body, "")
	}
	return truncate(CleanLine(truncate(s, 4*maxSignerName)), maxSignerName)
}
