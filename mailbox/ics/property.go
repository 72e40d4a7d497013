package ics

import (
	"strings"
	"unicode"
)

// property is one line: NAME;PARAM=value;PARAM="quoted":value. Names are in
// upper case, the value as it was sent.
type property struct {
	name   string
	params map[string]string
	value  string
}

func parseProperty(line string) (property, bool) {
	line = clean(line)
	end := strings.IndexAny(line, ";:")
	if end <= 0 {
		return property{}, false
	}
	p := property{name: strings.ToUpper(strings.TrimSpace(line[:end])), params: map[string]string{}}
	rest := line[end:]
	const maxParams = 30
	for strings.HasPrefix(rest, ";") && len(p.params) < maxParams {
		rest = p.param(rest[1:])
	}
	if !strings.HasPrefix(rest, ":") {
		return property{}, false
	}
	p.value = strings.TrimSpace(rest[1:])
	return p, true
}

// param reads one parameter and gives what follows it.
func (p *property) param(s string) (rest string) {
	end := strings.IndexAny(s, "=;:")
	if end < 0 {
		return ""
	}
	if s[end] != '=' {
		return s[end:]
	}
	name, s := strings.ToUpper(strings.TrimSpace(s[:end])), s[end+1:]
	var value string
	if strings.HasPrefix(s, `"`) {
		value, s, _ = strings.Cut(s[1:], `"`)
	} else if end := strings.IndexAny(s, ";:"); end >= 0 {
		value, s = s[:end], s[end:]
	} else {
		value, s = s, ""
	}
	p.params[name] = caret.Replace(value)
	if end := strings.IndexAny(s, ";:"); end >= 0 {
		return s[end:]
	}
	return ""
}

// caret takes back the escapes of RFC 6868.
var caret = strings.NewReplacer("^n", " ", "^'", `"`, "^^", "^")

// text takes back the escapes of RFC 5545 §3.3.11.
func (p property) text() string {
	return strings.TrimSpace(escapes.Replace(p.value))
}

var escapes = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

// person reads «CN=…:mailto:…».
func (p property) person() Person {
	person := Person{Name: oneLine(strings.Trim(p.params["CN"], `"' `))}
	address := p.value
	const scheme = "mailto:"
	if len(address) >= len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
		address = address[len(scheme):]
	} else {
		address = p.params["EMAIL"]
	}
	if address = strings.TrimSpace(address); strings.Contains(address, "@") && !strings.ContainsAny(address, " <>") {
		person.Addr = address
	}
	if person.Name == person.Addr {
		person.Name = ""
	}
	return person
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clean makes a line valid UTF-8 without control characters.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.TrimPrefix(s, "\ufeff"), "\ufffd"))
}
