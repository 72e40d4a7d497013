package mime

import "strings"

// unflow joins the lines that a program broke only for the way (RFC 3676): those that end in a blank,
// with the next one, where both are quoted as deep. delSp says that the blank was added too. The blank
// that was stuffed in front of a line is taken out, and marks of quotation are written as "> ".
func unflow(text string, delSp bool) string {
	var b strings.Builder
	b.Grow(len(text))
	open, last := false, 0 // the line before goes on, and how deep it is quoted
	for pos := 0; pos < len(text); {
		line, rest, found := strings.Cut(text[pos:], "\n")
		pos = len(text) - len(rest)
		depth := 0
		for depth < len(line) && line[depth] == '>' {
			depth++
		}
		content := strings.TrimPrefix(line[depth:], " ")
		signature := content == "-- " || content == "--"
		if open && (depth != last || signature) {
			b.WriteByte('\n')
			open = false
		}
		if !open && depth > 0 {
			b.WriteString(line[:depth])
			if content != "" {
				b.WriteByte(' ')
			}
		}
		open, last = found && strings.HasSuffix(content, " ") && !signature, depth
		if open && delSp {
			content = content[:len(content)-1]
		}
		b.WriteString(content)
		if found && !open {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// isFlowed says whether a text is in the format of RFC 3676.
func isFlowed(p *Part) bool {
	return p.Type == "text/plain" && strings.EqualFold(p.Params["format"], "flowed")
}
