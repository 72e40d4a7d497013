package mailbox

import (
	"regexp"
	"strings"
)

// addressPattern is an address as it stands in a sentence.
const addressPattern = `[^\s<>"'(),:;\[\]\\|«»]{1,64}@[\pL\pN](?:[\pL\pN._-]{0,252}[\pL\pN])?`

var (
	anyAddress = regexp.MustCompile(addressPattern)

	// A line that begins with an address is about it: a list of recipients, or
	// «<a@b.example>: 550 …». The server's code may come first.
	leadingAddress = regexp.MustCompile(`^[\s>*|•·–—"'<-]*(?:[45]\d\d[ -]\s*)?(?:[45]\.\d{1,3}\.\d{1,3}\s+)?["'<]*(` + addressPattern + `)[>"']*`)

	// An address that the words before it make the recipient.
	namedAddress = regexp.MustCompile(`(?i)(?:\brcpt to|\brecipients?|\baddress(?:ee)?|\berror-for|\buser(?:id)?|\bmailbox|\battempts|\bto|\bfor|\bdestinatari[oa]|\bindirizzo|\bcasella(?: di posta)?(?: elettronica)?|\butente|\ban|\bà|\bpara|\ba)\b[:\s«"'<]{1,12}(` + addressPattern + `)`)

	// The address that was written to, behind the one that failed.
	expandedFrom = regexp.MustCompile(`(?i)\((?:ultimately )?(?:expanded|generated) (?:from|by):?\s*<?(` + addressPattern + `)>?\)`)

	// Lines that name somebody to turn to, or the sender.
	contactLine = regexp.MustCompile(`(?i)contact|assistance|please (?:reply|send|e?-?mail|forward)|\breply to\b|postmaster@|helpdesk|administrator@|mailto:|rivolger|contatta|\bassistenza\b|wenden sie|contactez`)
	senderLine  = regexp.MustCompile(`(?i)^[\s>*|<-]*(?:mail from|from|da|sender|mittente|reply-to|return-path|sent by|x-[a-z-]+)\b\s*:`)

	smtpCode     = regexp.MustCompile(`(?:^|[\s:(#<"])([45]\d\d)(?:[ -]|$|:)`)
	enhancedCode = regexp.MustCompile(`(?:^|[^\d.])([45]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\s)`)
	smtpAnswer   = regexp.MustCompile(`(?m)(?:^|[\s:(#<"])(?:[45]\d\d[ -]+(?:#?[45]\.\d{1,3}\.\d{1,3}\b|[A-Z<])|#?[45]\.\d{1,2}\.\d{1,3}\b)`)
)

// addressIn is the first address in s, "" without one.
func addressIn(s string) string { return anyAddress.FindString(s) }

func addressesIn(s string) []string { return anyAddress.FindAllString(s, maxReported) }

// statusIn is the first status of a failure (RFC 3463) in s; an address of the
// Internet Protocol is none.
func statusIn(s string) string {
	if m := enhancedCode.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// recipientsInText finds of whom a notice speaks: those that begin a line, else
// those that the words before them mean, else all that are named. The sender's
// own address counts only where it begins a line: then he wrote to himself.
func recipientsInText(text string, own map[string]bool) []reported {
	lines := strings.Split(text, "\n")
	for _, by := range []struct {
		find    func(string) []string
		alsoOwn bool
	}{{leading, false}, {named, false}, {addressesIn, false}, {leading, true}} {
		if found := scanRecipients(lines, by.find, own, by.alsoOwn); len(found) > 0 {
			return found
		}
	}
	return nil
}

func leading(line string) []string {
	if m := leadingAddress.FindStringSubmatch(line); m != nil {
		return m[1:2]
	}
	return nil
}

func named(line string) []string {
	var all []string
	for _, m := range namedAddress.FindAllStringSubmatch(line, 10) {
		all = append(all, m[1])
	}
	return all
}

// scanRecipients goes over the lines once.
func scanRecipients(lines []string, find func(string) []string, own map[string]bool, alsoOwn bool) []reported {
	var out []reported
	at := map[string]int{} // where in out an address is, under any of its names
	contact := -2
	for i, line := range lines {
		if contactLine.MatchString(line) {
			contact = i
		}
		if i-contact < 2 || senderLine.MatchString(line) {
			continue
		}
		if m := expandedFrom.FindStringSubmatch(line); m != nil && len(out) > 0 {
			out[len(out)-1].address = m[1]
			at[strings.ToLower(m[1])] = len(out) - 1
			continue
		}
		for _, a := range find(line) {
			key := strings.ToLower(a)
			if own[key] != alsoOwn || len(out) >= maxReported {
				continue
			}
			k, known := at[key]
			if !known {
				k = len(out)
				at[key] = k
				out = append(out, reported{address: a})
			}
			out[k].explain(explanation(lines, i, a))
		}
	}
	return out
}

// explain keeps the first reason, or the first with a server's answer in it.
func (r *reported) explain(why string) {
	if r.diagnostic == "" || !smtpCode.MatchString(r.diagnostic) && smtpCode.MatchString(why) {
		r.diagnostic, r.status = why, statusIn(why)
	}
}

// maxExplanation bounds the lines that are read as the reason of one failure.
const maxExplanation = 8

// explanation is what stands behind and below an address, to the next empty
// line or the next address.
func explanation(lines []string, i int, address string) string {
	before, after, _ := strings.Cut(lines[i], address)
	words := strings.TrimLeft(after, `>"':;,.)] `)
	if smtpCode.MatchString(before) {
		words = strings.TrimLeft(lines[i], "> \t")
	}
	for j := i + 1; j < len(lines) && j <= i+maxExplanation; j++ {
		line := strings.TrimSpace(lines[j])
		if line == "" {
			if words = strings.TrimSpace(words); words == "" && j == i+1 || strings.HasSuffix(words, ":") {
				continue
			}
			break
		}
		if m := leadingAddress.FindStringSubmatch(line); m != nil && !strings.EqualFold(m[1], address) {
			break
		}
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "===") {
			break
		}
		words += " " + line
	}
	return strings.TrimSpace(expandedFrom.ReplaceAllString(words, ""))
}

// failureLine is the first line with a server's answer, for a notice that does
// not say of whom it speaks.
func failureLine(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if smtpCode.MatchString(line) || statusIn(line) != "" {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// delayed: the mail system goes on trying. Where it also says that it gave up,
// it gave up.
func delayed(subject, text string) bool {
	return delayWords.MatchString(subject+"\n"+text) && !finalWords.MatchString(subject+"\n"+text)
}
