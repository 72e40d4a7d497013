package pnrr

// Identifier is a CUP, CIG, CLP or fiscal code in a text.
type Identifier struct {
	Value      string // upper case, without what stood between its characters
	Start, End int    // byte offsets in the text
}

// maxIdentifiers bounds what one text gives of a kind: a list of all projects
// of a province may be pasted.
const maxIdentifiers = 500

// finder goes through a text word by word and collects identifiers.
type finder struct {
	f     folded
	found []Identifier
}

// eachWord calls read at every beginning of a word with its end; read gives
// where to go on, at least at that end.
func (f *finder) eachWord(read func(at, end int) int) []Identifier {
	b := f.f.b
	for at := 0; at < len(b) && len(f.found) < maxIdentifiers; {
		if !isWord(b[at]) {
			at++
			continue
		}
		end := at
		for end < len(b) && isWord(b[end]) {
			end++
		}
		at = read(at, end)
	}
	return f.found
}

func (f *finder) add(value string, at, end int) {
	f.found = append(f.found, Identifier{value, f.f.offset(at), f.f.offset(end)})
}

// isAbbreviated says that word stands at b[at:] with a dot after each letter.
func isAbbreviated(b []byte, at int, word string) bool {
	for i := range len(word) {
		if at >= len(b) || b[at] != word[i] {
			return false
		}
		if at++; i < len(word)-1 {
			if at >= len(b) || b[at] != '.' {
				return false
			}
			at++
		}
	}
	return at >= len(b) || !isWord(b[at])
}
