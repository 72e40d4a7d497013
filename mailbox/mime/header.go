package mime

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// Header holds the fields of a message or a part in their order. Values are decoded when asked for.
type Header struct {
	fields  []field
	charset string // of the body behind it: what 8-bit values that are no UTF-8 are most likely in
}

type field struct{ name, value []byte } // both point into the message; value still has its folds

// ParseHeader reads a block of fields, as it stands in front of a message or in the groups of a
// delivery report, and gives what follows the empty line after it.
func ParseHeader(raw []byte) (Header, []byte) {
	h, rest, _ := readHeader(raw, false)
	return h, rest
}

// Len is the number of fields.
func (h Header) Len() int { return len(h.fields) }

// Has says whether a field is there, be it empty.
func (h Header) Has(name string) bool { return h.find(name, 0) >= 0 }

// Get gives the decoded value of the first field of that name, on one line, or "".
func (h Header) Get(name string) string {
	if i := h.find(name, 0); i >= 0 {
		return h.decoded(i)
	}
	return ""
}

// Values gives the decoded values of all fields of that name.
func (h Header) Values(name string) []string {
	var values []string
	for i := h.find(name, 0); i >= 0; i = h.find(name, i+1) {
		values = append(values, h.decoded(i))
	}
	return values
}

// Raw gives the value of the first field of that name unfolded and in UTF-8, with its encoded words,
// comments and quotes as they were sent: what the parsers of addresses, ids and dates want.
func (h Header) Raw(name string) string {
	if i := h.find(name, 0); i >= 0 {
		return h.raw(i)
	}
	return ""
}

// All walks over the names as sent and the decoded values of all fields.
func (h Header) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for i, f := range h.fields {
			if !yield(string(f.name), h.decoded(i)) {
				return
			}
		}
	}
}

// raws joins the raw values of all fields of that name: a second To counts like the first.
func (h Header) raws(name, separator string) string {
	i := h.find(name, 0)
	if i < 0 {
		return ""
	}
	joined := h.raw(i)
	if i = h.find(name, i+1); i < 0 {
		return joined
	}
	var b strings.Builder
	b.WriteString(joined)
	for ; i >= 0; i = h.find(name, i+1) {
		b.WriteString(separator)
		b.WriteString(h.raw(i))
	}
	return b.String()
}

func (h Header) find(name string, from int) int {
	for i := from; i < len(h.fields); i++ {
		if equalFold(h.fields[i].name, name) {
			return i
		}
	}
	return -1
}

func equalFold(b []byte, s string) bool { return len(b) == len(s) && strings.EqualFold(string(b), s) }

func (h Header) raw(i int) string     { return CleanLine(h.text(i)) }
func (h Header) decoded(i int) string { return CleanLine(decodeWords(h.text(i))) }

// text reads the bytes of a value, which ought to be ASCII or UTF-8.
func (h Header) text(i int) string {
	value := unfold(h.fields[i].value)
	if utf8.Valid(value) && !escapesJapanese(value) {
		return string(value)
	}
	text, _ := decodeCharset(value, h.charset)
	return text
}

// unfold takes out the line ends in front of white space (RFC 5322, 2.2.3). Others become a space, so
// that nothing after them can pass for a field.
func unfold(value []byte) []byte {
	value = bytes.TrimSpace(value)
	if bytes.IndexByte(value, '\n') < 0 {
		return value
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c != '\r' && c != '\n' {
			out = append(out, c)
			continue
		}
		for i+1 < len(value) && (value[i+1] == '\r' || value[i+1] == '\n') {
			i++
		}
		if next := value[min(i+1, len(value)-1)]; next != ' ' && next != '\t' {
			out = append(out, ' ')
		}
	}
	return out
}
