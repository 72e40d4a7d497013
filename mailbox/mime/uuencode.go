package mime

import "bytes"

// decodeUU undoes uuencode where a header names it as the encoding of the part: with or without its
// lines "begin" and "end". ok is false where lines between them are not of it.
func decodeUU(body []byte) (out []byte, ok bool) {
	out, ok = make([]byte, 0, len(body)*3/4), true
	for pos := 0; pos < len(body); {
		line, next := cutLine(body, pos)
		pos = next
		switch {
		case len(line) == 0 || bytes.HasPrefix(line, []byte("begin ")):
		case string(line) == "end":
			return out, ok
		case !isUULine(line):
			ok = false
		default:
			out = appendUU(out, line)
		}
	}
	return out, ok
}

// uuFile is a file that stands in a text between "begin" and "end", as mail had them before MIME.
type uuFile struct {
	name string
	data []byte
	span // of its lines in the text
}

// nextUU finds the next such file from pos. The word alone proves nothing: a mode must follow it, a
// name, and a line of the encoding.
func nextUU(text []byte, pos int) (f uuFile, found bool) {
	for pos < len(text) {
		if pos > 0 && text[pos-1] != '\n' || !bytes.HasPrefix(text[pos:], []byte("begin ")) {
			i := bytes.Index(text[pos:], []byte("\nbegin "))
			if i < 0 {
				return f, false
			}
			pos += i + 1
		}
		line, next := cutLine(text, pos)
		if name := uuName(line); name != nil {
			f.name, f.start = string(name), pos
			if f.end = f.read(text, next); len(f.data) > 0 {
				return f, true
			}
		}
		pos = next
	}
	return f, false
}

// uuName gives the name in a line "begin 644 name", or nil.
func uuName(line []byte) []byte {
	mode, name, _ := bytes.Cut(line[len("begin "):], []byte(" "))
	if len(mode) < 3 || len(mode) > 4 || len(bytes.Trim(mode, "01234567")) > 0 {
		return nil
	}
	if name = bytes.TrimSpace(name); len(name) == 0 {
		return nil
	}
	return name
}

// read decodes the lines from pos to "end", or as far as they are of the encoding, and gives the end.
func (f *uuFile) read(text []byte, pos int) (end int) {
	f.data = nil
	for pos < len(text) {
		line, next := cutLine(text, pos)
		switch {
		case string(line) == "end":
			return next
		case len(line) == 0 || line[0] == '`' || line[0] == ' ' && len(bytes.TrimSpace(line)) == 0: // the empty line before "end"
		case !isUULine(line):
			return pos
		default:
			if f.data == nil {
				f.data = make([]byte, 0, len(line))
			}
			f.data = appendUU(f.data, line)
		}
		pos = next
	}
	return pos
}

// isUULine says whether a line is as long as its first character says. Blanks that stood at its end may
// be gone (not most of it: what comes out must not outgrow what came in), and some encoders add a
// character.
func isUULine(line []byte) bool {
	for _, c := range line {
		if c < ' ' || c > '`' {
			return false
		}
	}
	n := len(line) - 1
	need := (uuValue(line[0]) + 2) / 3 * 4
	return n <= need+2 && 4*n >= need
}

func uuValue(c byte) int { return int(c-' ') & 0x3f }

func appendUU(out, line []byte) []byte {
	left := uuValue(line[0])
	at := func(i int) uint32 {
		if i < len(line) {
			return uint32(uuValue(line[i]))
		}
		return 0 // a blank that the way took away
	}
	for i := 1; left > 0; i += 4 {
		bits := at(i)<<18 | at(i+1)<<12 | at(i+2)<<6 | at(i+3)
		three := [3]byte{byte(bits >> 16), byte(bits >> 8), byte(bits)}
		out = append(out, three[:min(left, 3)]...)
		left -= 3
	}
	return out
}
