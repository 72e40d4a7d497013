package mime

import (
	"sort"
	"strconv"
	"strings"
)

// parseParams reads the value of Content-Type or Content-Disposition (RFC 2045, 5.1) as senders write
// it: names with blanks and no quotes, quotes never closed, missing semicolons, Windows paths, encoded
// words. Names are lower case; continuations and charsets (RFC 2231) are joined and decoded, and win
// over the plain form; of the rest the first of a name wins.
func parseParams(raw string) (value string, params map[string]string) {
	end := strings.IndexAny(raw, "; \t(")
	if end < 0 {
		return strings.ToLower(raw), nil
	}
	value = strings.ToLower(raw[:end])
	var pieces []paramPiece
	for rest := raw[end:]; rest != "" && len(pieces) < maxFields; {
		var p paramPiece
		if p, rest = nextParam(rest); p.name != "" {
			pieces = append(pieces, p)
		}
	}
	params = make(map[string]string, len(pieces))
	for _, p := range pieces {
		if _, seen := params[p.name]; p.index < 0 && !p.encoded && !seen {
			params[p.name] = p.decoded()
		}
	}
	for name, value := range joinPieces(pieces) {
		params[name] = value
	}
	return value, params
}

// paramPiece is one name=value: a whole parameter, or number index of a continued one.
type paramPiece struct {
	name, value string
	index       int // -1 when not continued
	encoded     bool
}

// decoded gives the value with its encoded words undone, which RFC 2047 forbids here and senders use. A
// boundary is no text, whatever it looks like.
func (p paramPiece) decoded() string {
	if p.name == "boundary" {
		return p.value
	}
	return CleanLine(decodeWords(p.value))
}

func nextParam(s string) (p paramPiece, rest string) {
	s = strings.TrimLeft(s, "; \t")
	if strings.HasPrefix(s, "(") { // a comment
		if i := strings.IndexByte(s, ')'); i >= 0 {
			return p, s[i+1:]
		}
		return p, ""
	}
	eq := strings.IndexAny(s, "=;")
	if eq < 0 || s[eq] == ';' {
		if eq < 0 {
			return p, ""
		}
		return p, s[eq:]
	}
	name := strings.Fields(strings.ToLower(s[:eq]))
	s = strings.TrimLeft(s[eq+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		p.value, rest = quotedValue(s[1:])
	} else {
		p.value, rest, _ = strings.Cut(s, ";")
		p.value = strings.TrimSpace(p.value)
	}
	if len(name) == 0 {
		return p, rest
	}
	p.setName(CleanLine(name[len(name)-1]))
	if p.name == "charset" { // a token: what follows a blank is not its own
		if s[0:min(1, len(s))] != `"` {
			p.value, _, _ = strings.Cut(p.value, " ")
			p.value, _, _ = strings.Cut(p.value, "\t")
		}
	}
	return p, rest
}

// quotedValue reads up to the closing quote. Only quotes and backslashes are escaped: an unescaped
// backslash is part of a Windows path.
func quotedValue(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String()), ""
}

// setName splits name*1* into its name, its number and whether it is percent-encoded.
func (p *paramPiece) setName(name string) {
	p.index = -1
	if base, found := strings.CutSuffix(name, "*"); found {
		name, p.encoded = base, true
	}
	if base, number, found := strings.Cut(name, "*"); found {
		if n, err := strconv.Atoi(number); err == nil && n >= 0 {
			name, p.index = base, n
		}
	}
	p.name = name
}

// joinPieces decodes the parameters written in the way of RFC 2231. A character may be split over two
// pieces, so the bytes are joined first; a missing piece is passed over.
func joinPieces(pieces []paramPiece) map[string]string {
	var special []paramPiece
	for _, p := range pieces {
		if p.index >= 0 || p.encoded {
			special = append(special, p)
		}
	}
	sort.SliceStable(special, func(i, j int) bool {
		if special[i].name != special[j].name {
			return special[i].name < special[j].name
		}
		return special[i].index < special[j].index
	})
	joined := make(map[string]string)
	for len(special) > 0 {
		n := 1
		for n < len(special) && special[n].name == special[0].name {
			n++
		}
		if value := CleanLine(joinPiece(special[:n])); value != "" {
			joined[special[0].name] = value
		}
		special = special[n:]
	}
	return joined
}

func joinPiece(pieces []paramPiece) string {
	var b []byte
	charset, encoded := "", false
	for i, p := range pieces {
		if !p.encoded {
			b = append(b, p.value...)
			continue
		}
		value := p.value
		if !encoded {
			if parts := strings.SplitN(value, "'", 3); len(parts) == 3 && i == 0 {
				charset, value = parts[0], parts[2]
			}
		}
		encoded = true
		b = appendPercent(b, value)
	}
	if !encoded {
		return decodeWords(string(b))
	}
	text, _ := decodeCharset(b, charset)
	return decodeWords(text)
}

func appendPercent(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if h, l := hexValue(s[i+1]), hexValue(s[i+2]); h < 16 && l < 16 {
				b = append(b, h<<4|l)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}
