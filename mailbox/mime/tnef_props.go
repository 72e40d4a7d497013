package mime

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Properties of MS-OXPROPS that are read.
const (
	propSubject      = 0x0037
	propSenderName   = 0x0C1A
	propBody         = 0x1000
	propRTF          = 0x1009
	propHTML         = 0x1013
	propDisplayName  = 0x3001
	propAttachData   = 0x3701
	propExtension    = 0x3703
	propFilename     = 0x3704
	propLongFilename = 0x3707
	propMIMETag      = 0x370E
	propContentID    = 0x3712
	propCodepage     = 0x3FDE
)

// Types of values (MS-OXCDATA 2.11.1).
const (
	typeObject   = 0x000D
	typeString8  = 0x001E
	typeUnicode  = 0x001F
	typeBinary   = 0x0102
	typeMultiple = 0x1000 // added to the others: a list of values
	firstNamed   = 0x8000 // properties from here carry their names
)

// property is the first value of a property.
type property struct {
	kind uint16
	data []byte
}

type properties map[uint16]property

// wanted keeps the map small whatever the data says.
var wanted = map[uint16]bool{
	propSubject: true, propSenderName: true, propBody: true, propRTF: true, propHTML: true, propDisplayName: true,
	propAttachData: true, propExtension: true, propFilename: true, propLongFilename: true, propMIMETag: true,
	propContentID: true, propCodepage: true,
}

// readProperties reads a list of properties (MS-OXTNEF 2.1.3.4) as far as it can be read: behind a type
// that nobody knows no further one can be found.
func readProperties(b []byte) properties {
	c := cursor{rest: b}
	count := c.uint32()
	list := properties{}
	for ; count > 0 && !c.over; count-- {
		kind, id := c.uint16(), c.uint16()
		if id >= firstNamed {
			c.propertyName()
		}
		value := c.values(kind)
		if _, seen := list[id]; wanted[id] && !seen && value != nil {
			list[id] = property{kind &^ typeMultiple, value}
		}
	}
	return list
}

// cursor reads little-endian values; over says that the data has ended, and then all values are zero.
type cursor struct {
	rest []byte
	over bool
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.over, c.rest = true, nil
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

// padded takes n bytes and those that fill the last four.
func (c *cursor) padded(n uint32) []byte {
	b := c.take(uint64(n))
	c.take(uint64(min(len(c.rest), int(-n&3))))
	return b
}

func (c *cursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// propertyName passes over the set and the number or text that name a property.
func (c *cursor) propertyName() {
	const guid, isText = 16, 1
	c.take(guid)
	kind, n := c.uint32(), c.uint32()
	if kind == isText {
		c.padded(n)
	}
}

// values reads the values of one property and gives the first; nil if there is none.
func (c *cursor) values(kind uint16) (first []byte) {
	single := kind &^ typeMultiple
	size, fixed := valueSizes[single]
	if !fixed && single != typeObject && single != typeString8 && single != typeUnicode && single != typeBinary {
		c.over = true
		return nil
	}
	count := uint32(1)
	if kind != single || !fixed {
		count = c.uint32()
	}
	for ; count > 0 && !c.over; count-- {
		var value []byte
		if fixed {
			value = c.padded(size)
		} else {
			value = c.padded(c.uint32())
		}
		if first == nil {
			first = value
		}
	}
	return first
}

// valueSizes are the bytes of values of one size: numbers, truth values, times, ids.
var valueSizes = map[uint16]uint32{
	0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 2, 0x0014: 8, 0x0040: 8, 0x0048: 16,
}

// text decodes a property that is text.
func (p properties) text(id uint16, codepage int) string {
	v := p[id]
	switch v.kind {
	case typeUnicode:
		return decodeUTF16(v.data)
	case typeString8, typeBinary:
		return decodeCodepage(v.data, codepage)
	}
	return ""
}

// html decodes the HTML of a message: bytes in the charset that they or the message name.
func (p properties) html(codepage int) string {
	v := p[propHTML]
	if v.kind == typeUnicode {
		return CleanText(decodeUTF16(v.data))
	}
	if n := p[propCodepage].data; len(n) >= 4 {
		codepage = int(binary.LittleEndian.Uint32(n))
	}
	label := metaCharset(v.data)
	if label == "" {
		label = codepageLabel(codepage)
	}
	text, _ := decodeCharset(v.data, label)
	return CleanText(strings.TrimRight(text, "\x00"))
}

func decodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

func decodeCodepage(b []byte, codepage int) string {
	text, _ := decodeCharset(b, codepageLabel(codepage))
	return strings.TrimRight(text, "\x00")
}

// codepageLabel names a Windows code page as charsets are named in mail.
func codepageLabel(n int) string {
	switch label := codepages[n]; {
	case label != "":
		return label
	case n > 28590 && n < 28606:
		return "iso-8859-" + strconv.Itoa(n-28590)
	}
	return "cp" + strconv.Itoa(n)
}

var codepages = map[int]string{
	65001: "utf-8", 20127: "us-ascii", 932: "shift_jis", 949: "euc-kr", 950: "big5", 10000: "macintosh",
	20866: "koi8-r", 21866: "koi8-u", 20932: "euc-jp", 50220: "iso-2022-jp", 50221: "iso-2022-jp", 51932: "euc-jp",
	51949: "euc-kr", 52936: "hz-gb-2312", 54936: "gb18030", 1200: "utf-16le", 1201: "utf-16be",
}
