package mime

import "strings"

// ParseMessageIDs takes the ids out of a Message-ID, In-Reply-To or References value, without their
// angle brackets and in order. Where no brackets stand, the words with an @ are ids. White space inside
// an id is a fold in the wrong place and is taken out; ids longer than a line are no ids.
func ParseMessageIDs(raw string) []string {
	if strings.Contains(raw, "=?") {
		raw = decodeWords(raw)
	}
	raw = CleanLine(raw)
	if ids := bracketedIDs(raw); len(ids) > 0 {
		return ids
	}
	var ids []string
	for _, word := range strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune(" ,;<>\"()", r) }) {
		if strings.Contains(word, "@") {
			ids = appendID(ids, word)
		}
	}
	return ids
}

func bracketedIDs(raw string) (ids []string) {
	for {
		_, after, found := strings.Cut(raw, "<")
		if !found {
			return ids
		}
		end := strings.IndexAny(after, "<>")
		if end < 0 {
			return appendID(ids, after)
		}
		ids = appendID(ids, after[:end])
		raw = after[end:]
	}
}

func appendID(ids []string, id string) []string {
	id = strings.Join(strings.Fields(id), "")
	if id == "" || len(id) > maxMessageID || len(ids) >= maxAddresses {
		return ids
	}
	return append(ids, id)
}

// messageID reads the id of the message itself, which is one even when it looks like none.
func messageID(raw string) string {
	if ids := ParseMessageIDs(raw); len(ids) > 0 {
		return ids[0]
	}
	if ids := appendID(nil, strings.Trim(CleanLine(raw), "<>")); len(ids) > 0 {
		return ids[0]
	}
	return ""
}
