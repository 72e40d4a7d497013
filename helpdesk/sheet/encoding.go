package sheet

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// wideOrder tells UTF-16 by its byte order mark; nil for other text.
func wideOrder(start []byte) binary.ByteOrder {
	switch {
	case len(start) < 2:
		return nil
	case start[0] == 0xff && start[1] == 0xfe:
		return binary.LittleEndian
	case start[0] == 0xfe && start[1] == 0xff:
		return binary.BigEndian
	}
	return nil
}

// wideReader reads UTF-16 as UTF-8.
type wideReader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	rest  []byte
}

func (w *wideReader) Read(p []byte) (int, error) {
	for len(w.rest) == 0 {
		u, err := w.unit()
		if err != nil {
			return 0, err
		}
		r := rune(u)
		if utf16.IsSurrogate(r) {
			low, err := w.unit()
			if err != nil {
				return 0, err
			}
			r = utf16.DecodeRune(r, rune(low))
		}
		w.rest = utf8.AppendRune(w.rest[:0], r)
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

func (w *wideReader) unit() (uint16, error) {
	var b [2]byte
	if _, err := io.ReadFull(w.in, b[:]); err != nil {
		return 0, io.EOF // half a unit at the end says nothing
	}
	return w.order.Uint16(b[:]), nil
}

// textOf decides how cells that are no UTF-8 are read, by the beginning of
// the file. Files mix encodings from one row to the next, so UTF-8 is tried on
// every cell first.
func textOf(start []byte) func([]byte) string {
	table := windows1252
	if looksMac(start) {
		table = macRoman
	}
	return func(b []byte) string {
		if utf8.Valid(b) {
			return clean(string(b))
		}
		var s strings.Builder
		for _, c := range b {
			if c < utf8.RuneSelf {
				s.WriteByte(c)
			} else {
				s.WriteRune(table[c-utf8.RuneSelf])
			}
		}
		return clean(s.String())
	}
}

// clean drops control characters: cells become subjects, names and log lines.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// looksMac compares how often the accented vowels of Italian stand after a
// letter in either encoding.
func looksMac(start []byte) bool {
	if utf8.Valid(start) {
		return false
	}
	mac, windows := 0, 0
	for i := 1; i < len(start); i++ {
		before := start[i-1] | 0x20
		if before < 'a' || before > 'z' {
			continue
		}
		switch start[i] {
		case 0x88, 0x8e, 0x8f, 0x93, 0x98, 0x9d:
			mac++
		case 0xe0, 0xe8, 0xe9, 0xec, 0xf2, 0xf9:
			windows++
		}
	}
	return mac > windows
}

// The upper halves of two encodings. 0xa0 to 0xff of Windows-1252 are those
// of Latin-1.
var (
	windows1252 = upperHalf("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ" + latin1())
	macRoman    = upperHalf("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ")
)

func latin1() string {
	var s strings.Builder
	for r := rune(0xa0); r <= 0xff; r++ {
		s.WriteRune(r)
	}
	return s.String()
}

func upperHalf(letters string) (table [128]rune) {
	copy(table[:], []rune(letters))
	return table
}
