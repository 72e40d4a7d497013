package mailbox

import (
	"regexp"
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// maxForward bounds the text in which the header of a forwarded message is
// looked for, and what is kept of that message.
const maxForward = 256 << 10

var (
	forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)*(?:i|fw|fwd|inoltr[oa]|inoltrato|wg|weitergeleitet|tr|rv|enc)\s?(?:\[\d+\])?\s?:`)
	replySubject   = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)*(?:r|re|ris|risp|aw|antw|rép|sv)\s?(?:\[\d+\])?\s?:`)

	// The lines above a forwarded message. Programs write «messaggio
	// originale» above answers, too; it alone makes no forward.
	forwardMark = regexp.MustCompile(`(?i)^[\s>]*(?:[-_=*]{2,}\s*)?(?:` + strings.Join([]string{
		`(?:inizio )?(?:del )?messaggio inoltrato`, `(?:begin )?forwarded (?:message|mail)`, `(?:anfang der )?weitergeleitete[rn]? nachricht`,
		`(?:début du )?message (?:transféré|réexpédié)`, `(?:inicio del )?mensaje reenviado`,
	}, `|`) + `)(?: (?:da|from|von|de) .{1,200}?)?\s*:?\s*(?:[-_=*]{2,})?\s*$`)
)

// forwarded finds who wrote the message that this one passes on.
func forwarded(m *mime.Message) *helpdesk.Forwarded {
	declared := forwardSubject.MatchString(m.Subject)
	if declared {
		for _, p := range m.Attachments() {
			if f := forwardedMessage(p.Message); f != nil {
				return f
			}
		}
	}
	text, _ := WholeBody(m)
	return forwardedInText(beginning(text, maxForward), declared, replySubject.MatchString(m.Subject))
}

// forwardedMessage is a message that was attached whole; certified mail is
// what the person wrote, not the envelope.
func forwardedMessage(m *mime.Message) *helpdesk.Forwarded {
	if m == nil {
		return nil
	}
	m = openCertified(m).message
	from := sender(m)
	if from.Addr == "" {
		return nil
	}
	text, _ := WholeBody(m)
	return &helpdesk.Forwarded{From: from, Subject: m.Subject, Text: beginning(text, maxForward)}
}

// forwardedInText reads the first header that a mail program copied into the
// text. Where neither the subject nor a line above it says that it is a
// forward, it is the history of an answer.
func forwardedInText(text string, declared, reply bool) *helpdesk.Forwarded {
	if !declared && reply {
		return nil
	}
	lines := strings.Split(text, "\n")
	marked := declared
	for i, line := range lines {
		marked = marked || forwardMark.MatchString(line)
		if kind, _ := copiedField(line); kind == "" || !marked {
			continue
		}
		if f, rest := copiedHeader(lines[i:]); f != nil {
			f.Text = unquoted(rest)
			return f
		}
	}
	return nil
}

// maxCopied bounds the lines of one copied header; Cc may take several.
const maxCopied = 20

// copiedFields are the names under which mail programs copy a header.
var copiedFields = map[string]string{
	"da": "from", "from": "from", "von": "from", "de": "from", "mittente": "from", "expéditeur": "from", "absender": "from", "remitente": "from",
	"oggetto": "subject", "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject",
	"inviato": "date", "data": "date", "sent": "date", "date": "date", "gesendet": "date", "datum": "date", "envoyé": "date", "enviado": "date", "enviado el": "date", "fecha": "date", "data e ora": "date",
	"a": "to", "to": "to", "an": "to", "à": "to", "para": "to", "per": "to", "destinatario": "to", "destinatari": "to",
	"cc": "cc", "kopie": "cc", "ccn": "bcc", "bcc": "bcc",
	"rispondi a": "reply", "rispondi-a": "reply", "reply-to": "reply", "priorità": "priority", "importanza": "priority", "importance": "priority", "allegati": "files", "attachments": "files",
}

// copiedField gives what a line is in a copied header, "" for any other line.
func copiedField(line string) (kind, value string) {
	name, value, ok := strings.Cut(bare(line), ":")
	const longestName = 40
	if !ok || len(name) > longestName {
		return "", ""
	}
	return copiedFields[strings.ToLower(bare(name))], bare(value)
}

// bare takes off quote marks and the stars of bold text.
func bare(s string) string { return strings.Trim(s, " \t\r>*_\u00a0") }

// copiedHeader reads the fields in whatever order and language a mail program
// copies them, and gives the lines below. It is one only with a sender that
// has an address and two more fields.
func copiedHeader(lines []string) (*helpdesk.Forwarded, []string) {
	fields := map[string]string{}
	last, i := "", 0
	for ; i < min(len(lines), maxCopied); i++ {
		kind, value := copiedField(lines[i])
		switch {
		case kind == "":
			value = bare(lines[i])
		case fields[kind] == "":
			last = kind
		default:
			kind = "again"
		}
		if kind == "again" || value == "" && len(fields) >= 3 {
			break
		}
		if value != "" {
			fields[last] = strings.TrimSpace(fields[last] + " " + value) // a line without a name is folded
		}
	}
	list := mime.ParseAddressList(mailtoBrackets.ReplaceAllString(fields["from"], "<$1>"))
	if len(fields) < 3 || len(list) == 0 || list[0].Addr == "" {
		return nil, nil
	}
	return &helpdesk.Forwarded{From: helpdesk.Address(list[0]), Subject: mime.CleanLine(fields["subject"])}, lines[i:]
}

// How Outlook writes the address of a sender who has a name.
var mailtoBrackets = regexp.MustCompile(`(?i)\[(?:mailto|smtp):([^\]\s]+)\]`)

// unquoted joins the lines of the forwarded text, without quote marks where
// all of it has them.
func unquoted(lines []string) string {
	marked := true
	for _, line := range lines {
		marked = marked && (strings.TrimSpace(line) == "" || strings.HasPrefix(line, ">"))
	}
	if marked {
		for i, line := range lines {
			lines[i] = strings.TrimPrefix(strings.TrimPrefix(line, ">"), " ")
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
