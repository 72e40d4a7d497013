package mime

import (
	"bytes"
	"strings"
)

// parts is what a multipart body was split into. closed says that the closing boundary was there.
type parts struct {
	parts  []span
	closed bool
}

type span struct{ start, end int }

// split cuts the body of a multipart at its boundary. One that was not quoted ends at its first blank or
// does not. Where none is stated, or it is too long or not in the body, the lines that look like one are
// tried: the first in front of a part's header, and the closing one at the end.
func (w *walker) split(p *Part) (s parts) {
	stated := p.Params["boundary"]
	word, _, _ := strings.Cut(stated, " ")
	for _, boundary := range []string{stated, word} {
		if boundary != "" && len(boundary) <= maxBoundary {
			if s = splitAt(p.Body, boundary); len(s.parts) > 0 {
				return s
			}
		}
	}
	for _, boundary := range []string{boundaryBefore(p.Body, "content-"), closingBoundary(p.Body)} {
		if boundary != "" {
			if s = splitAt(p.Body, boundary); len(s.parts) > 0 {
				w.message.problem(ProblemBoundary)
				return s
			}
		}
	}
	return parts{}
}

// closingBoundary gives the boundary that the last line closes, or "".
func closingBoundary(body []byte) string {
	body = bytes.TrimRight(body, " \t\r\n")
	line := body[bytes.LastIndexByte(body, '\n')+1:]
	if len(line) < len("--x--") || len(line) > maxBoundary || !bytes.HasPrefix(line, []byte("--")) || !bytes.HasSuffix(line, []byte("--")) {
		return ""
	}
	return string(line[2 : len(line)-2])
}

// splitAt finds the lines of the boundary (RFC 2046, 5.1.1). The line end in front of one belongs to
// it. Text before the first and after the closing one is nobody's, but parts that go on after the
// closing one are taken.
func splitAt(body []byte, boundary string) (s parts) {
	open := -1
	for pos := 0; ; {
		at := nextDashes(body, pos)
		if at < 0 {
			break
		}
		next, closing, found := delimiter(body, at, boundary)
		if !found {
			pos = at + 2
			continue
		}
		if closing && open >= 0 && opensInner(body[open:at], boundary) {
			pos = next
			continue
		}
		if open >= 0 {
			s.parts = append(s.parts, span{open, max(open, lineEndBefore(body, at))})
		}
		open, s.closed = next, closing
		if closing {
			open = -1
		}
		pos = next
		if pos >= len(body) {
			break
		}
	}
	if open >= 0 && open < len(body) {
		s.parts = append(s.parts, span{open, len(body)})
	}
	return s
}

// opensInner says whether what looks like the end of a multipart is the first boundary of one inside it,
// whose boundary is the same with two dashes more.
func opensInner(part []byte, boundary string) bool {
	if len(part) > maxHeader {
		return false
	}
	header, body, _ := readHeader(part, false)
	if len(bytes.TrimSpace(body)) > 0 {
		return false // it has begun long ago
	}
	_, params := parseParams(header.Raw("Content-Type"))
	return params["boundary"] == boundary+"--"
}

// nextDashes finds the next line from pos that begins with two dashes.
func nextDashes(body []byte, pos int) int {
	if pos >= len(body) {
		return -1
	}
	if (pos == 0 || body[pos-1] == '\n') && bytes.HasPrefix(body[pos:], []byte("--")) {
		return pos
	}
	i := bytes.Index(body[pos:], []byte("\n--"))
	if i < 0 {
		return -1
	}
	return pos + i + 1
}

// delimiter says whether the line at pos is the boundary, whether it closes, and where the next begins.
func delimiter(body []byte, pos int, boundary string) (next int, closing, found bool) {
	rest := body[pos+2:]
	if len(rest) < len(boundary) || string(rest[:len(boundary)]) != boundary {
		return 0, false, false
	}
	tail, next := cutLine(body, pos+2+len(boundary))
	if bytes.HasPrefix(tail, []byte("--")) {
		tail, closing = tail[2:], true
	}
	return next, closing, isBlank(tail)
}

func lineEndBefore(body []byte, at int) int {
	end := at - 1
	if end > 0 && body[end-1] == '\r' {
		end--
	}
	return max(end, 0)
}

// boundaryBefore finds the first line that begins with two dashes and stands before a line beginning
// with prefix, and gives the boundary it seems to be, or "".
func boundaryBefore(body []byte, prefix string) string {
	for pos := nextDashes(body, 0); pos >= 0; {
		line, next := cutLine(body, pos)
		line = bytes.TrimRight(line[2:], " \t")
		after := body[next:]
		if len(line) > 0 && len(line) <= maxBoundary && len(after) >= len(prefix) && equalFold(after[:len(prefix)], prefix) {
			return string(line)
		}
		if next >= len(body) {
			return ""
		}
		pos = nextDashes(body, next)
	}
	return ""
}
