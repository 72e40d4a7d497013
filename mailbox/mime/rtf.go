package mime

import "strings"

// Bounds of what is read of RTF.
const (
	maxRTF       = 4 << 20 // bytes, unpacked
	maxRTFGroups = 200     // groups in groups that have a state of their own
	maxRTFFonts  = 1000
	maxRTFWord   = 32 // letters, as the RTF specification says
)

// rtfBody is what an RTF document says: html where it was made from HTML (MS-OXRTFEX), else text. rich
// says that it has pictures or tables, which the text does not show.
type rtfBody struct {
	text, html string
	rich       bool
}

// readRTF reads RTF of any origin in one pass. Outlook wraps HTML in RTF: the tags stand in groups of
// \*\htmltag, and what RTF programs show instead of them between \htmlrtf and \htmlrtf0.
func readRTF(rtf []byte) rtfBody {
	r := rtfReader{rest: rtf, codepage: 1252, fonts: map[int]int{}}
	r.state.skip = 1
	r.stack = make([]rtfState, 0, 32)
	for len(r.rest) > 0 {
		r.next()
	}
	r.flush()
	text := strings.Trim(CleanText(r.out.String()), "\n")
	if r.fromHTML {
		return rtfBody{html: text}
	}
	return rtfBody{text: text, rich: r.rich}
}

// rtfState is what a group inherits and gives back at its end.
type rtfState struct {
	hidden   bool // a destination that is no text
	tag      bool // inside \*\htmltag
	fallback bool // between \htmlrtf and \htmlrtf0
	fonts    bool // inside the table of fonts
	font     int
	skip     int // characters that stand for a \u in programs that do not know it
}

type rtfReader struct {
	rest     []byte
	state    rtfState
	stack    []rtfState
	deeper   int // groups beyond maxRTFGroups: they share one state
	starred  bool
	fromHTML bool
	rich     bool
	codepage int
	fonts    map[int]int // font → code page
	skipping int         // characters still to be passed over after a \u
	high     rune        // first half of a pair of \u
	bytes    []byte      // characters of a code page not yet decoded
	out      strings.Builder
}

// next reads one token.
func (r *rtfReader) next() {
	c := r.rest[0]
	r.rest = r.rest[1:]
	switch c {
	case '{':
		r.open()
	case '}':
		r.close()
	case '\\':
		r.control()
	case '\r', '\n':
	default:
		r.char(c)
	}
}

func (r *rtfReader) open() {
	r.skipping = 0
	if len(r.stack) >= maxRTFGroups {
		r.deeper++
		return
	}
	r.stack = append(r.stack, r.state)
}

func (r *rtfReader) close() {
	r.skipping = 0
	switch {
	case r.deeper > 0:
		r.deeper--
	case len(r.stack) > 0:
		r.flush()
		r.state = r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
	}
}

// control reads what a backslash begins: a symbol, \'hh, or a word with a number and one blank.
func (r *rtfReader) control() {
	if len(r.rest) == 0 {
		return
	}
	c := r.rest[0]
	if !isLetter(c) {
		r.rest = r.rest[1:]
		r.symbol(c)
		return
	}
	n := 1
	for n < len(r.rest) && n < maxRTFWord && isLetter(r.rest[n]) {
		n++
	}
	word := string(r.rest[:n])
	r.rest = r.rest[n:]
	number, given := r.number()
	if len(r.rest) > 0 && r.rest[0] == ' ' {
		r.rest = r.rest[1:]
	}
	r.word(word, number, given)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (r *rtfReader) number() (n int, given bool) {
	i, sign := 0, 1
	if len(r.rest) > 1 && r.rest[0] == '-' && r.rest[1] >= '0' && r.rest[1] <= '9' {
		i, sign = 1, -1
	}
	for ; i < len(r.rest) && r.rest[i] >= '0' && r.rest[i] <= '9'; i++ {
		n, given = min(n*10+int(r.rest[i]-'0'), 1<<30), true
	}
	if given {
		r.rest = r.rest[i:]
	}
	return sign * n, given
}

func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\'':
		if value, ok := unhex(r.rest); ok {
			r.rest = r.rest[2:]
			r.char(value)
		}
	case '*':
		r.starred = true
	case '\\', '{', '}':
		r.char(c)
	case '~':
		r.string("\u00a0")
	case '_':
		r.string("\u2011")
	case '\r', '\n':
		r.line()
	}
}

// char takes a character of the code page.
func (r *rtfReader) char(c byte) {
	switch {
	case r.skipping > 0:
		r.skipping--
	case r.shown():
		r.bytes = append(r.bytes, c)
	}
	r.starred = false
}

func (r *rtfReader) shown() bool {
	return !r.state.hidden && !r.state.fonts && (!r.state.fallback || r.state.tag)
}

// string takes text that is no character of the code page.
func (r *rtfReader) string(s string) {
	if r.shown() {
		r.flush()
		r.out.WriteString(s)
	}
}

func (r *rtfReader) line() {
	if r.fromHTML {
		r.string("\r\n")
		return
	}
	r.string("\n")
}

// flush decodes the characters gathered: some code pages have more than one byte for one.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	codepage := r.fonts[r.state.font]
	if codepage == 0 || r.state.tag {
		codepage = r.codepage
	}
	text := string(r.bytes)
	if !isASCII(r.bytes) {
		text, _ = decodeCharset(r.bytes, codepageLabel(codepage))
	}
	r.out.WriteString(text)
	r.bytes = r.bytes[:0]
}
