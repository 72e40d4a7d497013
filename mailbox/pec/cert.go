package pec

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"sportello/mailbox/mime"
)

// Limits of daticert.xml. A provider takes some hundred recipients a message;
// the depth of the real thing is four.
const (
	maxCert       = 1 << 20
	maxDepth      = 16
	maxValue      = 4 << 10
	maxRecipients = 1000
)

// Cert is what daticert.xml states (RFC 6109 §4.4). Every string is one clean
// line; what is not stated is empty.
type Cert struct {
	Kind       Kind
	Fault      string // errore: nessuno, no-dest, no-dominio, virus, altro
	Sender     string
	Recipients []Recipient
	ReplyTo    string
	Subject    string
	Provider   string    // gestore-emittente
	Date       time.Time // with the zone it was stated in; zero if unreadable
	Identifier string    // given by the provider, mostly its Message-ID; without angle brackets
	MessageID  string    // of the message as its author's program sent it; without angle brackets, may be missing
	Receipt    string    // which receipt was asked for: completa, breve, sintetica
	Delivered  string    // consegna: the recipient that the receipt is about
	Reason     string    // errore-esteso: why it was not delivered
}

// Recipient is an address the message went to.
type Recipient struct {
	Address   string
	Certified bool // a certified box; the others get ordinary mail, without receipt of delivery
}

var (
	errCertSize  = errors.New("daticert.xml too large")
	errCertDTD   = errors.New("daticert.xml with a document type")
	errCertDepth = errors.New("daticert.xml too deep")
	errCertRoot  = errors.New("daticert.xml without postacert, or with more")
	errCertEnd   = errors.New("daticert.xml with elements that do not match")
)

// ReadCert reads daticert.xml. A document that is not whole attests nothing and
// is an error, and so are a document type, entities of its own and more than
// the limits.
func ReadCert(data []byte) (*Cert, error) {
	if len(data) > maxCert {
		return nil, errCertSize
	}
	r := certReader{cert: &Cert{}}
	d := xml.NewDecoder(bytes.NewReader(inUTF8(data)))
	// The bytes are UTF-8 by now, whatever the first line says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return r.end()
		}
		if err != nil {
			return nil, fmt.Errorf("daticert.xml: %w", err)
		}
		if err := r.take(token); err != nil {
			return nil, err
		}
	}
}

// inUTF8 takes bytes that are no UTF-8 for Windows-1252, of which ISO-8859-1
// is a part: providers write either, under any label.
func inUTF8(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return data
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

// certReader follows the path of open elements.
type certReader struct {
	cert      *Cert
	path      []string
	value     strings.Builder
	certified bool // of the recipient being read
	day, hour string
	zone      string
	whole     bool
}

func (r *certReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errCertDTD
	case xml.StartElement:
		if len(r.path) == maxDepth {
			return errCertDepth
		}
		if len(r.path) == 0 && (r.whole || t.Name.Local != "postacert") {
			return errCertRoot
		}
		r.path = append(r.path, t.Name.Local)
		r.value.Reset()
		r.attributes(t)
	case xml.CharData:
		if r.value.Len() < maxValue {
			r.value.Write(t[:min(len(t), maxValue-r.value.Len())])
		}
	case xml.EndElement:
		n := len(r.path)
		if n == 0 || r.path[n-1] != t.Name.Local {
			return errCertEnd
		}
		if n == 3 || n == 4 {
			r.element(strings.Join(r.path[1:], "/"), mime.CleanLine(strings.ToValidUTF8(r.value.String(), "")))
		}
		r.whole = n == 1
		r.path = r.path[:n-1]
		r.value.Reset()
	}
	return nil
}

func (r *certReader) attributes(e xml.StartElement) {
	for _, a := range e.Attr {
		value := strings.ToLower(mime.CleanLine(a.Value[:min(len(a.Value), maxValue)]))
		switch e.Name.Local + "@" + a.Name.Local {
		case "postacert@tipo":
			r.cert.Kind = Kind(value)
		case "postacert@errore":
			r.cert.Fault = value
		case "destinatari@tipo":
			r.certified = value == "certificato"
		case "data@zona":
			r.zone = value
		case "ricevuta@tipo":
			r.cert.Receipt = value
		}
	}
}

func (r *certReader) element(path, value string) {
	c := r.cert
	switch path {
	case "intestazione/mittente":
		c.Sender = address(value)
	case "intestazione/destinatari":
		if a := address(value); a != "" && len(c.Recipients) < maxRecipients {
			c.Recipients = append(c.Recipients, Recipient{a, r.certified})
		}
		r.certified = false
	case "intestazione/risposte":
		c.ReplyTo = address(value)
	case "intestazione/oggetto":
		c.Subject = value
	case "dati/gestore-emittente":
		c.Provider = value
	case "dati/data/giorno":
		r.day = value
	case "dati/data/ora":
		r.hour = value
	case "dati/identificativo":
		c.Identifier = id(value)
	case "dati/msgid":
		c.MessageID = id(value)
	case "dati/consegna":
		c.Delivered = address(value)
	case "dati/errore-esteso":
		c.Reason = value
	}
}

func (r *certReader) end() (*Cert, error) {
	if !r.whole || len(r.path) > 0 {
		return nil, errCertRoot
	}
	for _, layout := range []string{"02/01/2006 15:04:05 -0700", "02/01/2006 15:04:05 -07:00"} {
		if at, err := time.Parse(layout, r.day+" "+r.hour+" "+r.zone); err == nil {
			r.cert.Date = at
		}
	}
	return r.cert, nil
}

// address is the one address that a value holds, as far as it is one.
func address(value string) string {
	for _, a := range mime.ParseAddressList(value) {
		if a.Addr != "" {
			return a.Addr
		}
	}
	return ""
}

func id(value string) string {
	if ids := mime.ParseMessageIDs(value); len(ids) > 0 {
		return ids[0]
	}
	return strings.Trim(value, "<> ")
}
