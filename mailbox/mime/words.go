package mime

import "strings"

// decodeWords undoes the encoded words of RFC 2047 wherever they stand: glued to text, inside quotes,
// with blanks inside, and with a character split over two words, as senders write them. What is no
// encoded word stays as it is. The result is not cleaned.
func decodeWords(s string) string {
	next := strings.Index(s, "=?")
	if next < 0 {
		return s
	}
	d := wordDecoder{s: s, end: -1}
	d.out.Grow(len(s))
	for next >= 0 {
		start := d.pos + next
		w, ok := d.word(start)
		if !ok {
			d.plain(s[d.pos : start+2])
			d.pos = start + 2
		} else {
			// White space between two encoded words is not part of the text (RFC 2047, 6.2).
			if gap := s[d.pos:start]; d.charset == "" || strings.Trim(gap, " \t\r\n") != "" {
				d.plain(gap)
			}
			d.encoded(w)
			d.pos = w.end
		}
		next = strings.Index(s[d.pos:], "=?")
	}
	d.plain(s[d.pos:])
	return d.out.String()
}

type wordDecoder struct {
	s       string
	pos     int
	out     strings.Builder
	end     int    // index of a "?=" found before, so that no stretch is searched twice
	charset string // of the encoded words in run and base64; "" outside of words
	run     []byte // decoded bytes whose charset is not yet undone
	base64  []byte // base64 text not yet decoded
}

type encodedWord struct {
	charset, encoding, text string
	end                     int
}

// word reads the encoded word that may begin at start.
func (d *wordDecoder) word(start int) (w encodedWord, ok bool) {
	const longestName = 80
	head := d.s[start+2:]
	head = head[:min(len(head), longestName)]
	q := strings.IndexByte(head, '?')
	if q < 1 || len(head) < q+3 || head[q+2] != '?' {
		return w, false
	}
	w.charset, _, _ = strings.Cut(strings.ToLower(head[:q]), "*") // RFC 2231, 5: a language may follow
	w.encoding = strings.ToLower(head[q+1 : q+2])
	if strings.ContainsAny(w.charset, " \t=\"") || w.encoding != "b" && w.encoding != "q" {
		return w, false
	}
	text := start + 2 + q + 3
	if d.end < text {
		i := strings.Index(d.s[text:], "?=")
		if i < 0 {
			d.end = len(d.s)
		} else {
			d.end = text + i
		}
	}
	if d.end >= len(d.s) {
		return w, false
	}
	w.text, w.end = d.s[text:d.end], d.end+2
	return w, !strings.Contains(w.text, "=?")
}

func (d *wordDecoder) plain(s string) {
	d.flush()
	d.out.WriteString(s)
}

func (d *wordDecoder) encoded(w encodedWord) {
	if d.charset != w.charset {
		d.flush()
		d.charset = w.charset
	}
	if w.encoding == "b" {
		d.base64 = append(d.base64, w.text...)
		// A word that ends within a group of four goes on in the next one.
		if len(d.base64)%4 == 0 || strings.HasSuffix(w.text, "=") {
			d.flushBase64()
		}
		return
	}
	d.flushBase64()
	text, _ := appendQuoted(nil, []byte(strings.ReplaceAll(w.text, "_", " ")), true)
	d.run = append(d.run, text...)
}

func (d *wordDecoder) flushBase64() {
	if len(d.base64) > 0 {
		b, _ := decodeBase64(d.base64)
		d.run = append(d.run, b...)
		d.base64 = d.base64[:0]
	}
}

func (d *wordDecoder) flush() {
	d.flushBase64()
	if len(d.run) > 0 {
		text, _ := decodeCharset(d.run, d.charset)
		d.out.WriteString(text)
	}
	d.charset, d.run = "", d.run[:0]
}
