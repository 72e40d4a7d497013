package mime

import "unicode/utf16"

// word follows a control word.
func (r *rtfReader) word(word string, n int, given bool) {
	starred := r.starred
	r.starred = false
	switch {
	case word == "htmltag":
		r.state.tag, r.state.hidden = true, false
	case starred || rtfDestinations[word]:
		r.rich = r.rich || rtfRich[word]
		r.flush()
		r.state.hidden = true
	case word == "fonttbl":
		r.flush()
		r.state.fonts = true
	case rtfSymbols[word] != "":
		r.string(rtfSymbols[word])
	case word == "u":
		r.unicode(n)
	case word == "bin": // bytes as they are
		r.rest = r.rest[min(len(r.rest), max(0, n)):]
	default:
		r.setting(word, n, given)
	}
}

// setting changes how what follows is read.
func (r *rtfReader) setting(word string, n int, given bool) {
	switch word {
	case "fromhtml":
		r.fromHTML = n == 1
	case "htmlrtf":
		r.flush()
		r.state.fallback = !given || n != 0
	case "par", "line", "sect", "page", "row":
		r.rich = r.rich || word == "row"
		r.line()
	case "tab", "cell":
		r.string("\t")
	case "ansicpg":
		r.codepage = n
	case "uc":
		r.state.skip = max(0, n)
	case "f":
		r.flush()
		r.state.font = n
	case "fcharset":
		if codepage := rtfCharsets[n]; r.state.fonts && codepage != 0 && len(r.fonts) < maxRTFFonts {
			r.fonts[r.state.font] = codepage
		}
	case "plain":
		r.flush()
		r.state.font = 0
	case "pict", "object":
		r.rich = true
	}
}

// unicode takes a character by its number, a signed 16-bit one; beyond those it comes in two halves.
func (r *rtfReader) unicode(n int) {
	c := rune(uint16(n))
	switch {
	case utf16.IsSurrogate(c) && r.high == 0:
		r.high = c
	case r.high != 0:
		r.string(string(utf16.DecodeRune(r.high, c)))
		r.high = 0
	default:
		r.string(string(c))
	}
	r.skipping = r.state.skip
}

var rtfSymbols = map[string]string{
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
	"emspace": "\u2003", "enspace": "\u2002",
}

// rtfDestinations are groups that are no text although no star says so.
var rtfDestinations = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "objdata": true, "header": true,
	"footer": true, "headerl": true, "headerr": true, "headerf": true, "footerl": true, "footerr": true, "footerf": true,
	"fldinst": true, "filetbl": true, "listtable": true, "listoverridetable": true, "xe": true, "tc": true, "ftnsep": true,
}

// rtfRich are those whose content the text does not tell.
var rtfRich = map[string]bool{"pict": true, "object": true, "shppict": true}

// rtfCharsets gives the code page of a font's \fcharset.
var rtfCharsets = map[int]int{
	77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
	186: 1257, 204: 1251, 222: 874, 238: 1250,
}
