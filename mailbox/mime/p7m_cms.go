package mime

import (
	"bytes"
	"strings"
)

// cms is what is read of a Cryptographic Message (RFC 5652): the content that was signed, nil for a
// signature that stands beside it, and who signed. truncated says that the content ends too early.
type cms struct {
	content   []byte
	signers   []string
	encrypted bool
	truncated bool
}

// Bounds of what is read of a signature.
const (
	maxSigners      = 20
	maxCertificates = 100
	maxCertificate  = 64 << 10 // bytes
	maxSignerName   = 200      // bytes
	maxOctetDepth   = 8        // constructed strings in constructed strings
)

// Object identifiers as they stand in DER.
const (
	oidSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidEnveloped  = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidEncrypted  = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
	oidAuthEnv    = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
	oidCommonName = "\x55\x04\x03"
	oidSurname    = "\x55\x04\x04"
	oidGivenName  = "\x55\x04\x2a"
)

// openCMS reads DER, BER with indefinite lengths, PEM and base64. ok is false for what is neither signed
// nor encrypted data.
func openCMS(raw []byte) (c cms, ok bool) {
	info, _, ok := nextElement(unarmor(raw))
	if !ok || info.tag != tagSequence {
		return c, false
	}
	kind, rest, ok := nextElement(info.body)
	if !ok || kind.tag != tagOID {
		return c, false
	}
	switch string(kind.body) {
	case oidEnveloped, oidEncrypted, oidAuthEnv:
		c.encrypted = true
		return c, true
	case oidSignedData:
	default:
		return c, false
	}
	wrapped, _, _ := nextElement(rest)
	data, _, ok := nextElement(wrapped.body)
	if !ok || data.tag != tagSequence {
		return c, false
	}
	return c, c.signedData(data.body)
}

// signedData reads version, digests, content, certificates, revocations and signers, in this order.
func (c *cms) signedData(b []byte) bool {
	var certificates []certificate
	for place := 0; ; place++ {
		e, rest, ok := nextElement(b)
		if !ok {
			return place > 2 // what comes after the content may be cut off
		}
		b = rest
		switch {
		case place == 2:
			if e.tag != tagSequence {
				return false
			}
			c.readContent(e)
		case place > 2 && e.tag == tagContext0:
			certificates = readCertificates(e.body)
		case place > 2 && e.tag == tagSet:
			c.readSigners(e.body, certificates)
		}
	}
}

// readContent takes the octets out of the content: a type and, unless the signature stands beside what
// it signs, [0] around an octet string in one piece or in many.
func (c *cms) readContent(e element) {
	_, rest, _ := nextElement(e.body)
	wrapped, _, ok := nextElement(rest)
	if !ok || wrapped.tag != tagContext0 {
		return
	}
	octets, _, ok := nextElement(wrapped.body)
	if !ok {
		return
	}
	c.truncated = octets.truncated
	switch octets.tag {
	case tagOctets:
		c.content = octets.body
	case tagOctets | constructed:
		c.content = c.joinOctets(make([]byte, 0, len(octets.body)), octets.body, 0)
	}
}

func (c *cms) joinOctets(out, b []byte, depth int) []byte {
	for {
		e, rest, ok := nextElement(b)
		switch {
		case !ok:
			return out
		case e.tag == tagOctets:
			out = append(out, e.body...)
		case e.tag == tagOctets|constructed && depth < maxOctetDepth:
			out = c.joinOctets(out, e.body, depth+1)
		}
		c.truncated = c.truncated || e.truncated
		b = rest
	}
}

// readSigners finds for each signer the name in its certificate.
func (c *cms) readSigners(b []byte, certificates []certificate) {
	for n := 0; n < maxSigners; n++ {
		signer, rest, ok := nextElement(b)
		if !ok {
			return
		}
		b = rest
		_, fields, _ := nextElement(signer.body)
		id, _, _ := nextElement(fields)
		for _, cert := range certificates {
			if name := cert.name(); name != "" && cert.is(id) {
				c.signers = append(c.signers, name)
				break
			}
		}
	}
}

// certificate holds what identifies one and whom it was given to (RFC 5280, 4.1).
type certificate struct{ issuer, serial, subject, extensions []byte }

func readCertificates(b []byte) (list []certificate) {
	for len(list) < maxCertificates {
		e, rest, ok := nextElement(b)
		if !ok {
			return list
		}
		b = rest
		if e.tag == tagSequence && len(e.full) <= maxCertificate {
			list = append(list, readCertificate(e.body))
		}
	}
	return list
}

func readCertificate(b []byte) (c certificate) {
	signed, _, _ := nextElement(b)
	rest := signed.body
	if version, after, ok := nextElement(rest); ok && version.tag == tagContext0 {
		rest = after
	}
	var fields [5]element // serial, algorithm, issuer, validity, subject
	for i := range fields {
		fields[i], rest, _ = nextElement(rest)
	}
	return certificate{serial: fields[0].full, issuer: fields[2].full, subject: fields[4].body, extensions: rest}
}

// is says whether a signer means this certificate: by issuer and number, or by the id of the key.
func (c certificate) is(id element) bool {
	if id.tag == tagContext0&^constructed {
		if len(id.body) > 64 {
			return false
		}
		n := byte(len(id.body))
		keyID := append([]byte{tagOID, 3, 0x55, 0x1d, 0x0e, tagOctets, n + 2, tagOctets, n}, id.body...)
		return bytes.Contains(c.extensions, keyID)
	}
	issuer, rest, _ := nextElement(id.body)
	serial, _, ok := nextElement(rest)
	return ok && bytes.Equal(issuer.full, c.issuer) && bytes.Equal(serial.full, c.serial)
}

// name is the common name of the subject. Where it is a number of a card, as on the health card, given
// name and surname come first.
func (c certificate) name() string {
	var common, given, surname string
	for set, rest, ok := nextElement(c.subject); ok; set, rest, ok = nextElement(rest) {
		attribute, _, _ := nextElement(set.body)
		kind, value, _ := nextElement(attribute.body)
		text, _, _ := nextElement(value)
		switch string(kind.body) {
		case oidCommonName:
			common = text.text()
		case oidSurname:
			surname = text.text()
		case oidGivenName:
			given = text.text()
		}
	}
	if common == "" || strings.Contains(common, "/") {
		if full := strings.TrimSpace(given + " " + surname); full != "" {
			return full
		}
	}
	return common
}
