package mailbox

import (
	"strings"

	"sportello/mailbox/mime"
)

// maxEnvelopes: a PEC forwarded by PEC has been seen three deep (domain.md §4.4).
const maxEnvelopes = 3

// openTransport opens the transport envelope of certified mail: the person's
// message is its postacert.eml, the text around it is the provider's (RFC
// 6109 §3.1). What claims to be an envelope and holds no message is read as
// it is. That a header says «posta-certificata» proves nothing and gives no
// right; it only says where the message stands.
func openTransport(m *mime.Message) (*mime.Message, bool) {
	pec := false
	for range maxEnvelopes {
		if !strings.EqualFold(m.Header.Get("X-Trasporto"), "posta-certificata") {
			break
		}
		inner := enclosed(m)
		if inner == nil {
			break
		}
		m, pec = inner, true
	}
	return m, pec
}

func enclosed(m *mime.Message) *mime.Message {
	for _, p := range m.Attachments() {
		if p.Message != nil && strings.EqualFold(p.Filename, "postacert.eml") {
			return p.Message
		}
	}
	return nil
}

// alsoIDs are the further ids of the same message: the envelope's own, and
// the one that the sender's program gave before its provider changed it.
func alsoIDs(outer, inner *mime.Message) []string {
	var ids []string
	for _, m := range []*mime.Message{outer, inner} {
		ids = append(ids, m.MessageID)
		ids = append(ids, mime.ParseMessageIDs(m.Header.Raw("X-Riferimento-Message-ID"))...)
	}
	out := ids[:0]
	for _, id := range ids {
		if id != "" && id != inner.MessageID {
			out = append(out, id)
		}
	}
	return out
}
