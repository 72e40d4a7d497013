package mailbox

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox/mime"
)

func draft() helpdesk.Draft {
	return helpdesk.Draft{
		From:    helpdesk.Address{Name: "Sportello PNRR", Addr: "sportello@centro.example"},
		To:      []helpdesk.Address{{Name: "Mario Rossi, Comune", Addr: "tecnico@comune.valcerva.bg.example"}},
		Cc:      []helpdesk.Address{{Addr: "sindaco@comune.valcerva.bg.example"}},
		Subject: "Re: Perché no? [#2026-000123]", MessageID: "abc.def@centro.example",
		InReplyTo: "a1@comune.example", References: []string{"a0@comune.example", "a1@comune.example"},
		Date: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
		Text: "Gentile dott. Rossi,\nperché sì.\n", HTML: "<p>Gentile dott. Rossi,<br>perché sì.</p>",
		Attachments: []helpdesk.Attachment{{Name: "Relazione città.pdf", Type: "application/pdf", Blob: helpdesk.NewBlob([]byte("%PDF-1.4 prova"))}},
	}
}

func TestComposeReadsBack(t *testing.T) {
	data, err := Composer{}.Compose(draft())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mail.ReadMessage(bytes.NewReader(data)); err != nil {
		t.Fatalf("an independent parser: %v", err)
	}
	m := mime.Read(data)
	if len(m.Problems) != 0 {
		t.Errorf("problems %q", m.Problems)
	}
	if m.Subject != "Re: Perché no? [#2026-000123]" || m.MessageID != "abc.def@centro.example" {
		t.Errorf("subject %q, id %q", m.Subject, m.MessageID)
	}
	if m.To[0].Name != "Mario Rossi, Comune" || m.Cc[0].Addr != "sindaco@comune.valcerva.bg.example" {
		t.Errorf("to %+v, cc %+v", m.To, m.Cc)
	}
	if len(m.InReplyTo) != 1 || len(m.References) != 2 {
		t.Errorf("in reply to %q, references %q", m.InReplyTo, m.References)
	}
	if strings.TrimSpace(m.Text()) != "Gentile dott. Rossi,\nperché sì." || !strings.Contains(m.HTML(), "perché sì") {
		t.Errorf("text %q, html %q", m.Text(), m.HTML())
	}
	files := m.Attachments()
	if len(files) != 1 || files[0].Filename != "Relazione città.pdf" || string(files[0].Body) != "%PDF-1.4 prova" {
		t.Errorf("attachments %+v", files)
	}
	for i, line := range bytes.Split(data, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("line %d is not RFC 5322: %q", i, line)
		}
	}
}

// What a stranger or an expert typed never begins another header field (S-30).
func TestComposeInjection(t *testing.T) {
	for _, evil := range []string{"x\r\nBcc: v@evil.example", "x\nBcc: v@evil.example", "x\rBcc: v@evil.example", "x\u0085Bcc: v@evil.example", "x\u2028Bcc: v@evil.example"} {
		d := draft()
		d.Subject, d.To[0].Name, d.InReplyTo = evil, evil, evil
		d.References = []string{evil, "a1@comune.example"}
		d.Attachments[0].Name, d.Attachments[0].Type = evil, evil
		data, err := Composer{}.Compose(d)
		if err != nil {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
		for name := range m.Header {
			switch name {
			case "Date", "From", "To", "Cc", "Subject", "Message-Id", "References", "Mime-Version", "Content-Type":
			default:
				t.Errorf("%q makes a field %s: %q", evil, name, m.Header[name])
			}
		}
	}
}

func TestComposeAutomatic(t *testing.T) {
	d := draft()
	d.HTML, d.Attachments, d.Automatic = "", nil, "auto-replied"
	data, err := Composer{}.Compose(d)
	if err != nil {
		t.Fatal(err)
	}
	in := Reader{}.Read(data, false)
	if in.Automatic == "" || !strings.Contains(string(data), "X-Auto-Response-Suppress: All") {
		t.Errorf("an acknowledgement does not look automatic:\n%s", data)
	}
}
