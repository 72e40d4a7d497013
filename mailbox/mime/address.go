package mime

import "strings"

// Address is one mailbox of From, To and the like. Name is decoded and may be empty. Addr is what stood
// there as the address: the local part as sent, the domain in lower case; it always has an @ inside,
// or is empty where a header names somebody without any address. It was not checked any further.
type Address struct{ Name, Addr string }

// ParseAddressList reads an address list (RFC 5322, 3.4) and what senders make of it: commas in names
// without quotes, quotes never closed, encoded words in quotes, addresses in names, blanks for commas,
// groups, routes, comments. One bad address costs no other. What stands in angle brackets is the
// address, whatever address the name pretends. A list in which no address can be found gives one entry
// with the text as its Name; an empty one gives none.
func ParseAddressList(raw string) []Address {
	list := addressList(CleanLine(raw))
	if len(list) > 0 && list[0].Addr != "" || !strings.Contains(raw, "=?") {
		return list
	}
	// Some senders encode name and address together.
	return addressList(CleanLine(decodeWords(raw)))
}

func addressList(s string) []Address {
	sc := addressScanner{s: s, semicolon: strings.LastIndexByte(s, ';')}
	for sc.pos < len(s) && len(sc.list) < maxAddresses {
		sc.step()
	}
	sc.endItem(len(s))
	if name := nameAlone(s); len(sc.list) == 0 && name != "" && !sc.group {
		return []Address{{Name: name}}
	}
	return sc.list
}

// nameAlone makes a name of a list in which there is no address: "<MAILER-DAEMON>".
func nameAlone(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "<>", ""))
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		s = s[1 : len(s)-1]
	}
	return cleanName(s)
}

// addressScanner goes through a list once. The text from start on belongs to the next address: a
// stretch between commas that has no address is the beginning of the name that follows it.
type addressScanner struct {
	s          string
	pos        int
	semicolon  int    // index of the last one, -1 for none
	start      int    // of the name that is being read
	word       int    // of the stretch since the last separator
	comment    string // text of the last comment in the stretch
	group      bool
	noQuotes   bool // no further quote closes
	noComments bool
	list       []Address
	angled     bool // the stretch had an address in brackets
	at         bool // the stretch had an @ outside of quotes and brackets
}

func (sc *addressScanner) step() {
	switch c := sc.s[sc.pos]; {
	case c == '"':
		sc.quote()
	case c == '(':
		sc.skipComment()
	case c == '<':
		sc.angle()
	case c == ',' || c == ';':
		sc.endItem(sc.pos)
		sc.pos++
		if c == ';' {
			sc.start = sc.pos
		}
		sc.word, sc.at = sc.pos, false
	case c == ':' && !sc.at && sc.isGroup():
		sc.group = true
		sc.pos++
		sc.start, sc.word = sc.pos, sc.pos
	default:
		n := strings.IndexAny(sc.s[sc.pos+1:], `"(<,;:`)
		if n < 0 {
			n = len(sc.s) - sc.pos - 1
		}
		sc.at = sc.at || strings.Contains(sc.s[sc.pos:sc.pos+n+1], "@")
		sc.pos += n + 1
	}
}

// isGroup tells the colon after the name of a group, which a semicolon ends somewhere, from one that
// stands in a name without quotes ("Per conto di: ").
func (sc *addressScanner) isGroup() bool {
	return sc.pos < sc.semicolon || strings.TrimLeft(sc.s[sc.pos+1:], " ") == ""
}

func (sc *addressScanner) quote() {
	if !sc.noQuotes {
		for i := sc.pos + 1; i < len(sc.s); i++ {
			switch sc.s[i] {
			case '\\':
				i++
			case '"':
				sc.pos = i + 1
				return
			}
		}
	}
	sc.noQuotes = true
	sc.pos++
}

func (sc *addressScanner) skipComment() {
	depth := 0
	for i := sc.pos; i < len(sc.s) && !sc.noComments; i++ {
		switch sc.s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				sc.comment = sc.s[sc.pos+1 : i]
				sc.pos = i + 1
				return
			}
		}
	}
	sc.noComments = true
	sc.pos++
}

// angle reads <address>. Without a closing bracket the address ends at the next separator.
func (sc *addressScanner) angle() {
	inner := sc.s[sc.pos+1:]
	stop := "<>,;"
	if strings.HasPrefix(strings.TrimLeft(inner, " "), "@") || strings.HasPrefix(inner, `"`) {
		stop = "<>;" // a route (RFC 5322, 4.4) has commas, a quoted local part may
	}
	end := strings.IndexAny(inner, stop)
	next := sc.pos + 1 + end + 1
	if end < 0 {
		end, next = len(inner), len(sc.s)
	} else if inner[end] != '>' {
		next--
	}
	addr := findAddr(inner[:end])
	if addr == "" {
		sc.pos = next
		if rest := strings.TrimLeft(sc.s[next:], " "); strings.HasPrefix(rest, ",") || strings.HasPrefix(rest, ";") {
			sc.start = next // an entry without an address, not the beginning of the next one's name
		}
		return
	}
	sc.angled = true
	sc.add(cleanName(sc.s[sc.start:sc.pos]), addr)
	sc.pos, sc.start, sc.word = next, next, next
}

// endItem closes the stretch that ends at end: an address without brackets, or a part of a name.
func (sc *addressScanner) endItem(end int) {
	item := sc.s[sc.word:end]
	if sc.angled { // what follows the bracket up to the comma is no name
		sc.angled = false
		sc.start, sc.comment = min(end+1, len(sc.s)), ""
		return
	}
	if !strings.Contains(item, "@") {
		return
	}
	comment := sc.comment
	plain := item
	if comment != "" {
		plain = strings.Replace(item, "("+comment+")", " ", 1)
	}
	addr := findAddr(plain)
	if addr == "" {
		return
	}
	sc.addBare(plain, comment)
	sc.start, sc.comment = min(end+1, len(sc.s)), ""
}

// addBare adds the addresses of a stretch without brackets, separated by blanks. A name is the comment
// behind or the words in front.
func (sc *addressScanner) addBare(item, comment string) {
	if addr := quotedAddr(item); addr != "" {
		sc.add(cleanName(comment), addr)
		return
	}
	name := ""
	for _, word := range strings.Fields(joinAddr(item)) {
		addr := bareAddr(word)
		switch {
		case addr != "" && comment != "":
			sc.add(cleanName(comment), addr)
		case addr != "":
			sc.add(cleanName(name), addr)
		default:
			name += " " + word
			continue
		}
		name, comment = "", ""
	}
}

func (sc *addressScanner) add(name, addr string) {
	if name == addr {
		name = ""
	}
	if len(sc.list) < maxAddresses {
		sc.list = append(sc.list, Address{Name: name, Addr: addr})
	}
}
