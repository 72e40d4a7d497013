package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"unicode/utf8"
)

// mimePart is one part of a message to be written: either a body that is
// already in its transfer encoding, or children between boundaries.
type mimePart struct {
	header   []string // whole lines, folded with CRLF, without the last CRLF
	body     []byte
	children []*mimePart
	boundary string
	preamble string
}

func (p *mimePart) write(b *bytes.Buffer) {
	for _, h := range p.header {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	if len(p.children) == 0 {
		b.Write(p.body)
		return
	}
	b.WriteString(p.preamble)
	for i, c := range p.children {
		if i > 0 || p.preamble != "" {
			b.WriteString("\r\n")
		}
		b.WriteString("--" + p.boundary + "\r\n")
		c.write(b)
	}
	b.WriteString("\r\n--" + p.boundary + "--\r\n")
}

// groupParts joins parts. The rest of the type's parameters follow the subtype,
// as in `related; type="text/html"`.
func groupParts(subtype, boundary string, children ...*mimePart) *mimePart {
	return &mimePart{
		header:   []string{fmt.Sprintf("Content-Type: multipart/%s;\r\n\tboundary=\"%s\"", subtype, boundary)},
		children: children, boundary: boundary,
	}
}

// textPart holds text in charset utf-8, iso-8859-1 or windows-1252 (of which
// only what it shares with Latin-1 may occur, and the euro sign).
func textPart(kind, charset, encoding, text string) *mimePart {
	raw := []byte(strings.ReplaceAll(text, "\n", "\r\n"))
	if charset != "utf-8" {
		raw = toLatin1(raw)
	}
	p := &mimePart{header: []string{
		fmt.Sprintf("Content-Type: text/%s; charset=\"%s\"", kind, charset),
		"Content-Transfer-Encoding: " + encoding,
	}}
	switch encoding {
	case "quoted-printable":
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		w.Write(raw) // to a buffer: neither call can err
		w.Close()
		p.body = b.Bytes()
	case "base64":
		p.body = wrapBase64(raw)
	default:
		p.body = raw
	}
	return p
}

// toLatin1 writes one byte a rune; what Latin-1 lacks becomes what an old
// client would have sent.
func toLatin1(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		switch {
		case r < 256:
			out = append(out, byte(r))
		case r == '€':
			out = append(out, 0x80) // windows-1252, which is what "Latin-1" mail holds
		default:
			out = append(out, '?')
		}
	}
	return out
}

func wrapBase64(data []byte) []byte {
	s := base64.StdEncoding.EncodeToString(data)
	var b bytes.Buffer
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n")
	return b.Bytes()
}

// demoFile is an attachment; with a ContentID it is shown inside the text.
type demoFile struct {
	Name, Type, ContentID string
	Data                  []byte
}

// filePart names a file as the client does: by RFC 2231, or by encoded words
// inside the quotes as Outlook does, which RFC 2047 forbids and all understand.
func filePart(f demoFile, rfc2231 bool) *mimePart {
	disposition := "attachment"
	if f.ContentID != "" {
		disposition = "inline"
	}
	h := []string{"Content-Type: " + f.Type, "Content-Transfer-Encoding: base64"}
	switch {
	case isASCII(f.Name):
		h[0] += fmt.Sprintf(";\r\n\tname=\"%s\"", f.Name)
		h = append(h, fmt.Sprintf("Content-Disposition: %s;\r\n\tfilename=\"%s\"", disposition, f.Name))
	case rfc2231:
		h = append(h, "Content-Disposition: "+disposition+continued(f.Name))
	default:
		word := mime.BEncoding.Encode("utf-8", f.Name)
		h[0] += ";\r\n\tname=\"" + strings.ReplaceAll(word, " ", "\r\n\t ") + "\""
		h = append(h, "Content-Disposition: "+disposition+";\r\n\tfilename=\""+strings.ReplaceAll(word, " ", "\r\n\t ")+"\"")
	}
	if f.ContentID != "" {
		h = append(h, "Content-ID: <"+f.ContentID+">")
	}
	return &mimePart{header: h, body: wrapBase64(f.Data)}
}

// continued writes a file name in pieces, RFC 2231 sections 3 and 4.
func continued(name string) string {
	rest, out := url.PathEscape(name), ""
	for i := 0; rest != ""; i++ {
		n := min(len(rest), 50)
		for n < len(rest) && n > 2 && (rest[n-1] == '%' || rest[n-2] == '%') {
			n-- // an escape is never torn apart
		}
		charset := ""
		if i == 0 {
			charset = "UTF-8''"
		}
		out += fmt.Sprintf(";\r\n filename*%d*=%s%s", i, charset, rest[:n])
		rest = rest[n:]
	}
	return out
}

// headerLine encodes what is not ASCII and folds at blanks past column 76.
func headerLine(name, value string) string {
	if !isASCII(value) {
		value = mime.QEncoding.Encode("utf-8", value)
	}
	line, column := name+":", len(name)+1
	for word := range strings.SplitSeq(value, " ") {
		if column > len(name)+1 && column+1+len(word) > 76 {
			line += "\r\n"
			column = 0
		}
		line += " " + word
		column += 1 + len(word)
	}
	return line
}

// newBase64Reader undoes wrapBase64.
func newBase64Reader(r io.Reader) io.Reader { return base64.NewDecoder(base64.StdEncoding, r) }
