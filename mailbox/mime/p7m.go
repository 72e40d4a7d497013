package mime

import (
	"bytes"
	"slices"
	"strings"
)

const maxSignedInSigned = 3 // a document signed by one after the other: x.pdf.p7m.p7m.p7m

// signedTypes are those of S/MIME (RFC 8551, 3.2) and what senders write for them.
var signedTypes = map[string]bool{
	"application/pkcs7-mime": true, "application/x-pkcs7-mime": true, "application/pkcs7-signature": true,
	"application/x-pkcs7-signature": true, "application/pgp-signature": true,
}

// openSigned reads a signature for the names in it, and what it holds. The signature itself is not
// verified: nobody here knows whom to trust, and the page says so.
func (w *walker) openSigned(p *Part, depth int) {
	base, _ := cutSuffixFold(p.Filename, ".p7m")
	base, _ = cutSuffixFold(base, ".p7s")
	c, ok := openCMS(p.Body)
	switch {
	case p.Type == "application/pgp-signature":
		p.Wrapper = true
		return
	case !ok:
		return
	case c.encrypted:
		w.message.problem(ProblemEncrypted)
		return
	}
	p.Signer = strings.Join(c.signers, ", ")
	bare := fileExtension(base) == "" // smime.p7m, smime.p7s: no document has this name
	if len(c.content) == 0 {
		p.Wrapper = bare && (strings.HasSuffix(p.Type, "pkcs7-signature") || strings.EqualFold(p.Filename, "smime.p7s"))
		return
	}
	if c.truncated {
		w.damaged(p, ProblemDamaged)
	}
	if bare && isEntity(c.content) {
		w.openEntity(p, c.content, depth)
		return
	}
	w.openDocument(p, c, base, depth)
}

// openEntity reads the part that was signed as if it stood where the signature does.
func (w *walker) openEntity(p *Part, content []byte, depth int) {
	if !w.mayOpen(content) {
		return
	}
	header, body, _ := readHeader(content, false)
	p.Children = []*Part{w.part(header, body, depth+1, "text/plain")}
	p.Wrapper = true
}

// isEntity says that bytes are a part with its header.
func isEntity(b []byte) bool {
	if nameLength(firstLine(b)) == 0 {
		return false
	}
	header, _, _ := readHeader(b, false)
	return header.Has("Content-Type")
}

// openDocument takes the document out of as many signatures as are around it.
func (w *walker) openDocument(p *Part, c cms, name string, depth int) {
	for range maxSignedInSigned - 1 {
		inner, ok := openCMS(c.content)
		if !ok || inner.encrypted || len(inner.content) == 0 {
			break
		}
		for _, signer := range inner.signers {
			if !slices.Contains(c.signers, signer) {
				c.signers = append(c.signers, signer)
			}
		}
		if inner.truncated {
			w.damaged(p, ProblemDamaged)
		}
		c.content = inner.content
		name, _ = cutSuffixFold(name, ".p7m")
	}
	p.Signer = strings.Join(c.signers, ", ")
	if !w.mayOpen(c.content) {
		return
	}
	if name = cleanFilename(name); name == "" {
		name = "documento"
	}
	if fileExtension(name) == "" {
		name = shorten(name + sniffExtension(c.content))
	}
	w.child(p, &Part{Type: fileType(name, ""), Filename: name, Body: c.content}, depth)
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if n := len(s) - len(suffix); n >= 0 && strings.EqualFold(s[n:], suffix) {
		return s[:n], true
	}
	return s, false
}

// sniffExtension guesses the ending of a document that has none from how it begins.
func sniffExtension(b []byte) string {
	for _, known := range []struct{ magic, ending string }{
		{"%PDF-", ".pdf"}, {"PK\x03\x04", ".zip"}, {`{\rtf`, ".rtf"}, {"<?xml", ".xml"}, {"\xff\xd8\xff", ".jpg"}, {"II*\x00", ".tif"}, {"MM\x00*", ".tif"},
	} {
		if bytes.HasPrefix(bytes.TrimPrefix(b, []byte("\ufeff")), []byte(known.magic)) {
			return known.ending
		}
	}
	return ""
}

// unarmor gives the bytes of a signature that is written as text: PEM, or base64 without a frame.
func unarmor(b []byte) []byte {
	text := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("-----BEGIN")) {
		_, next := cutLine(text, 0)
		text = text[next:]
		if end := bytes.Index(text, []byte("-----END")); end >= 0 {
			text = text[:end]
		}
	} else if !bytes.HasPrefix(text, []byte("MI")) || !pureBase64(text) { // 0x30 0x80 or more
		return b
	}
	out, _ := decodeBase64(text)
	return out
}
