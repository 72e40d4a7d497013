package mailbox

import (
	"regexp"
	"strings"
)

// How offices write the number under which their register has a letter
// (domain.md §4.5). Without a date or year it must say «n.», or «prot. 3» of
// any sentence would count.
var (
	protocolDated = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*(?:gen(?:erale)?\.?\s*)?(?:n(?:r|\.|°|umero)?\.?:?\s*)?(\d{1,8})(\s*/\s*|\s*-?\s*del\s+)(\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b`)
	protocolBare  = regexp.MustCompile(`(?i)\bprot(?:ocollo|\.)?\s*n(?:r|\.|°|umero)?\.?:?\s*(\d{2,8})\b`)
)

// protocolNumber is the sender's protocol number as it is cited in an answer:
// «4512 del 16/11/2026», «4512/2026», «4512».
func protocolNumber(subject string) string {
	if m := protocolDated.FindStringSubmatch(subject); m != nil {
		number := trimZeros(m[1])
		if strings.Contains(strings.ToLower(m[2]), "del") {
			return number + " del " + m[3]
		}
		return number + "/" + m[3]
	}
	if m := protocolBare.FindStringSubmatch(subject); m != nil {
		return trimZeros(m[1])
	}
	return ""
}

func trimZeros(n string) string {
	if t := strings.TrimLeft(n, "0"); t != "" {
		return t
	}
	return n
}
