package mailbox

import (
	"strconv"
	"strings"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

// automatic says why a message looks automatic, "" for a person's. It only
// means that nothing automatic is sent back: protocol software marks real
// questions as auto-generated.
func automatic(m *mime.Message) string {
	h := m.Header
	auto, _, _ := strings.Cut(strings.ToLower(h.Get("Auto-Submitted")), ";")
	switch auto = strings.TrimSpace(auto); {
	case h.Has("X-Ricevuta"):
		return "ricevuta PEC"
	case auto != "" && auto != "no": // RFC 3834 §5
		return "Auto-Submitted: " + auto
	case strings.HasPrefix(m.Root.Type, "multipart/report"):
		return "avviso del sistema di posta"
	case h.Has("List-Id") || h.Has("List-Unsubscribe"):
		return "lista di distribuzione"
	case h.Has("X-Autoreply") || h.Has("X-Autorespond") || h.Has("X-Auto-Reply"):
		return "risponditore automatico"
	}
	switch p := strings.ToLower(h.Get("Precedence")); p {
	case "bulk", "junk", "list", "auto_reply":
		return "Precedence: " + p
	}
	if strings.TrimSpace(h.Raw("Return-Path")) == "<>" {
		return "mittente nullo"
	}
	return automaticByWords(m)
}

// automaticByWords knows what says so only in its sender or subject.
func automaticByWords(m *mime.Message) string {
	local, _, _ := strings.Cut(strings.ToLower(sender(m).Addr), "@")
	switch local {
	case "mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "nonrispondere":
		return "mittente «" + local + "»"
	}
	subject := strings.ToLower(m.Subject)
	for _, p := range []string{"risposta automatica", "automatic reply", "fuori sede", "fuori ufficio", "out of office", "autoreply"} {
		if strings.HasPrefix(subject, p) {
			return "oggetto «" + p + "»"
		}
	}
	return ""
}

// spamVerdict reads what the provider's filter said.
func spamVerdict(h mime.Header) string {
	for _, name := range []string{"X-Spam-Flag", "X-Spam-Status", "X-Spam"} {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Get(name))), "yes") {
			return name + " del fornitore di posta"
		}
	}
	for _, name := range []string{"X-MS-Exchange-Organization-SCL", "X-SCL"} {
		if n, err := strconv.Atoi(strings.TrimSpace(h.Get(name))); err == nil && n >= 5 {
			return name + " del fornitore di posta"
		}
	}
	return ""
}

// forwarded finds who wrote the message that this one passes on.
func forwarded(m *mime.Message, in *helpdesk.Incoming) *helpdesk.Forwarded {
	if !isForward(m.Subject) {
		return nil
	}
	for _, p := range m.Attachments() {
		if p.Message != nil {
			f := sender(p.Message)
			if f.Addr != "" {
				return &helpdesk.Forwarded{From: f, Subject: p.Message.Subject, Text: p.Message.Text()}
			}
		}
	}
	return forwardedInText(in.Text + "\n" + in.Quoted)
}

func isForward(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(subject))
	for _, p := range []string{"i:", "fw:", "fwd:", "inoltro:"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// forwardedInText reads the header that mail programs copy into the text, in
// whatever order they copy it.
func forwardedInText(text string) *helpdesk.Forwarded {
	var f helpdesk.Forwarded
	for _, line := range strings.Split(text, "\n") {
		name, value, ok := strings.Cut(strings.Trim(line, " \t>*"), ":")
		if !ok {
			continue
		}
		value = strings.Trim(value, " *")
		switch strings.ToLower(name) {
		case "da", "from", "mittente":
			if list := mime.ParseAddressList(value); f.From.Addr == "" && len(list) > 0 && list[0].Addr != "" {
				f.From = helpdesk.Address(list[0])
			}
		case "oggetto", "subject":
			if f.Subject == "" {
				f.Subject = mime.CleanLine(value)
			}
		}
	}
	if f.From.Addr == "" {
		return nil
	}
	return &f
}
