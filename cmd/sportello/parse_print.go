package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"sportello/helpdesk"
)

// printer lays out a report on a message.
type printer struct{ strings.Builder }

// print writes the report for people; more parts it from the one before.
func (m parsedMessage) print(w io.Writer, more bool) error {
	p := &printer{}
	if more {
		fmt.Fprintf(p, "\n%s\n\n", strings.Repeat("═", 72))
	}
	m.printHead(p)
	m.printThread(p)
	p.section("Parti")
	p.tree(m.Parts, "", "")
	m.printBody(p)
	_, err := io.WriteString(w, p.String())
	return err
}

func (m parsedMessage) printHead(p *printer) {
	p.line("File", fmt.Sprintf("%s (%s)", m.File, bytesOf(m.Size)))
	p.line("Che cos'è", m.Kind.Label)
	p.line("Perché", m.Kind.Why)
	if r := m.Report; r != nil {
		p.line("Destinatario", strings.Join(m.Recipients, ", "))
		p.line("Esito", reportOutcome(*r))
	}
	p.line("Spam", m.Spam)
	p.line("Canale", m.Channel.Label())
	if e := m.Envelope; e != nil {
		p.line("Busta", "«"+e.Subject+"» da "+e.From.String())
	}
	p.line("Da", m.From.String())
	p.line("Rispondere a", addressList(m.ReplyTo))
	p.line("A", addressList(m.To))
	p.line("Cc", addressList(m.Cc))
	p.line("Oggetto", m.Subject)
	if m.Date != nil {
		p.line("Data", m.Date.Format(time.RFC3339))
	}
	p.line("Protocollo", m.Protocol)
	if f := m.Forwarded; f != nil {
		p.line("Inoltra", "«"+f.Subject+"» di "+f.From.String())
	}
	p.line("Avviso", m.Problem)
	if len(m.Problems) > 0 {
		p.section("Problemi")
		for _, problem := range m.Problems {
			fmt.Fprintf(p, "- %s\n", problem)
		}
	}
}

// reportOutcome is the status in words, then what the server wrote, which often has
// the status in it. That of an answer to an invitation stands in its text.
func reportOutcome(r helpdesk.Report) string {
	if r.Kind == helpdesk.ReportCalendar {
		return ""
	}
	said := r.Diagnostic
	if !strings.Contains(said, r.Status) {
		said = strings.TrimSpace(r.Status + " " + said)
	}
	if reason := r.Reason(); reason != "" && said != "" {
		return reason + " · " + said
	}
	return said
}

func (m parsedMessage) printThread(p *printer) {
	p.section("Conversazione")
	if m.MessageID == "" {
		p.line("Message-ID", "manca")
	}
	p.line("Message-ID", m.MessageID)
	p.line("Altri id", strings.Join(m.AlsoIDs, " "))
	p.line("In-Reply-To", strings.Join(m.InReplyTo, " "))
	p.line("References", strings.Join(m.References, " "))
	p.line("Parla di", strings.Join(m.ReportOf, " "))
}

func (m parsedMessage) printBody(p *printer) {
	p.section("Corpo")
	p.line("Scelto", strings.TrimPrefix(m.Body.Chosen+": "+m.Body.Why, ": "))
	p.line("Si mostra", m.Body.Shown)
	for _, a := range m.Attachments {
		p.line("Allegato", fmt.Sprintf("%s (%s, %s)", a.Name, a.Type, bytesOf(a.Size)))
	}
	p.section("Testo nuovo")
	p.text(m.Text)
	for _, f := range m.Folded {
		p.section(fmt.Sprintf("Ripiegato: %s (righe: %d)", f.Kind, strings.Count(f.Text, "\n")+1))
		p.line("Perché", f.Why)
		p.text(f.Text)
	}
}

func (p *printer) section(title string) { fmt.Fprintf(p, "\n── %s\n", title) }

func (p *printer) line(label, value string) {
	if value != "" {
		fmt.Fprintf(p, "%-13s %s\n", label+":", value)
	}
}

func (p *printer) text(s string) {
	if s == "" {
		s = "(vuoto)"
	}
	fmt.Fprintf(p, "%s\n", s)
}

// tree writes a part and, indented below it, those in it.
func (p *printer) tree(n parsedPart, first, rest string) {
	fmt.Fprintf(p, "%s%s\n", first, n.String())
	for i, c := range n.Parts {
		if i < len(n.Parts)-1 {
			p.tree(c, rest+"├─ ", rest+"│  ")
		} else {
			p.tree(c, rest+"└─ ", rest+"   ")
		}
	}
}

// String is a part on one line: «text/plain utf-8, base64, 120 byte: corpo».
func (n parsedPart) String() string {
	s := strings.TrimSpace(n.Type + " " + n.Charset)
	if n.Encoding != "" {
		s += ", " + n.Encoding
	}
	if len(n.Parts) == 0 {
		s += ", " + bytesOf(n.Size)
	}
	if n.Name != "" {
		s += ", «" + n.Name + "»"
	}
	if n.Role != "" {
		s += ": " + n.Role
	}
	if n.Signer != "" {
		s += ", firmato da " + n.Signer + ", firma non verificata"
	}
	if n.Damaged {
		s += ", letta solo in parte"
	}
	return s
}

// bytesOf writes a size as Italians do: «12.345 byte».
func bytesOf(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits + " byte"
}

func addressList(list []helpdesk.Address) string {
	all := make([]string, len(list))
	for i, a := range list {
		all[i] = a.String()
	}
	return strings.Join(all, ", ")
}
