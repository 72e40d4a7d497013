package mailbox

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"time"

	"sportello/mailbox/mime"
	"sportello/mailbox/quote"
)

// How offices write the number under which their register has a letter
// (domain.md §4.5). Without a date or year it must say «n.», or «prot. 3» of
// any sentence would count.
var (
	protocolDated = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:gen(?:erale|\.)?|int(?:erno|\.)?)?\s*(?:n(?:r|ro|\.|°|umero)?\.?\s*:?|:)?\s*(\d{1,8})(\s*/\s*|\s*-?\s*del\s+|\.)(\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b`)
	protocolYear  = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:n(?:r|\.|°|umero)?\.?\s*:?|:)?\s*((?:19|20)\d\d)/(\d{3,8})\b`)
	protocolBare  = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:gen(?:erale|\.)?)?\s*n(?:r|ro|\.|°|umero)?\.?\s*:?\s*(\d{2,8})\b`)
	protocolNamed = regexp.MustCompile(`(?i)\bn(?:umero|\.|°)\s*(?:di\s+)?prot(?:ocollo|\.)?\s*:?\s*(\d{2,8})(?:(\s*/\s*|\s*-?\s*del\s+)(\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b)?`)
	// «[ENTRATE|AGEDP|REGISTRO UFFICIALE|236913|16-11-2026]»,
	// «m_pi.AOODGEFID.REGISTRO UFFICIALE(U).0012345.16-11-2026»
	protocolRegister = regexp.MustCompile(`(?i)\breg(?:istro)?[ _.]?uff(?:iciale)?\s*(?:\([a-z]\)|[.|][a-z])?\s*[.|]\s*(\d{1,9})(?:[.|]\s*(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}))?`)
)

// protocolNumber is the sender's protocol number as it is cited in an answer:
// «4512 del 16/11/2026», «4512/2026», «4512».
func protocolNumber(text string) string {
	if m := protocolDated.FindStringSubmatch(text); m != nil {
		return datedNumber(m[1], m[2], m[3])
	}
	if m := protocolRegister.FindStringSubmatch(text); m != nil {
		if m[2] != "" {
			return trimZeros(m[1]) + " del " + m[2]
		}
		return trimZeros(m[1])
	}
	if m := protocolYear.FindStringSubmatch(text); m != nil {
		return trimZeros(m[2]) + "/" + m[1]
	}
	if m := protocolNamed.FindStringSubmatch(text); m != nil {
		if m[3] == "" {
			return trimZeros(m[1])
		}
		return datedNumber(m[1], m[2], m[3])
	}
	if m := protocolBare.FindStringSubmatch(text); m != nil {
		return trimZeros(m[1])
	}
	return ""
}

// datedNumber writes a number with the year or the day that follows it.
func datedNumber(number, between, date string) string {
	const year = 4 // digits
	if len(date) == year && !strings.Contains(strings.ToLower(between), "del") {
		return trimZeros(number) + "/" + date
	}
	return trimZeros(number) + " del " + date
}

func trimZeros(n string) string {
	if t := strings.TrimLeft(n, "0"); t != "" {
		return t
	}
	return n
}

// protocolOf looks for the number where offices put it: in the subject, in
// the Segnatura.xml that protocol software sends along, in a stamp in the
// text. A number within a sentence may be anybody's and does not count.
func protocolOf(m *mime.Message, folded []quote.Part) string {
	if n := protocolNumber(m.Subject); n != "" {
		return n
	}
	for _, p := range m.Attachments() {
		if strings.EqualFold(p.Filename, "segnatura.xml") {
			if n := protocolInXML(p.Body); n != "" {
				return n
			}
		}
	}
	for _, p := range folded {
		if p.Kind == quote.Stamp {
			if n := protocolNumber(p.Text); n != "" {
				return n
			}
		}
	}
	return ""
}

const (
	maxSegnatura = 1 << 20 // bytes that are looked at
	maxElements  = 2_000
)

// protocolInXML reads the registration of a Segnatura.xml: the first
// NumeroRegistrazione, which is the sender's, and its date.
func protocolInXML(body []byte) string {
	d := xml.NewDecoder(bytes.NewReader(body[:min(len(body), maxSegnatura)]))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // digits are the same in all
	number, date, inside := "", "", ""
	for range maxElements {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			inside = t.Name.Local
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			value := strings.TrimSpace(string(t))
			switch {
			case inside == "NumeroRegistrazione" && number == "":
				number = value
			case inside == "DataRegistrazione" && date == "":
				date = value
			}
		}
		if number != "" && date != "" {
			break
		}
	}
	if !allDigits.MatchString(number) {
		return ""
	}
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return trimZeros(number) + " del " + day.Format("02/01/2006")
	}
	return trimZeros(number)
}

var allDigits = regexp.MustCompile(`^\d{1,9}$`)
