package main

import (
	"fmt"
	"io"
	"strings"
)

// print writes the report for people; more parts it from the one before.
func (m classifiedMessage) print(w io.Writer, more bool) error {
	p := &printer{}
	if more {
		fmt.Fprintf(p, "\n%s\n\n", strings.Repeat("═", 72))
	}
	p.line("File", m.File)
	p.line("Che cos'è", m.Kind.Label)
	p.line("Da", m.From.String())
	p.line("Oggetto", m.Subject)
	p.line("Protocollo", m.Protocol)
	p.section("Ente")
	m.printBody(p)
	p.section("Misura")
	p.tags(m.Measures)
	p.line("Nessuna", m.Abstained)
	if len(m.Candidates) > 0 {
		fmt.Fprintln(p, "Forse:")
		p.tags(m.Candidates)
	}
	p.section("Temi")
	p.tags(m.Topics)
	p.section("Nel testo")
	p.line("CUP", strings.Join(m.CUP, ", "))
	p.line("CIG", strings.Join(m.CIG, ", "))
	p.line("CLP", strings.Join(m.CLP, ", "))
	if m.Call == "" {
		p.line("Colloquio", "non lo chiede")
	} else {
		p.line("Colloquio", "lo chiede: «"+m.Call+"»")
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func (m classifiedMessage) printBody(p *printer) {
	if b := m.Municipality; b != nil {
		p.line("Comune", b.String())
		if !b.Sure {
			p.line("Da verificare", "lo dice il testo, non l'indirizzo")
		}
	} else {
		p.line("Comune", "non riconosciuto")
	}
	for _, b := range m.Bodies {
		p.line("Forse", b.String())
	}
}

// String is «Treviglio (BG), ISTAT 016219: il dominio è del Comune».
func (b classifiedBody) String() string {
	return fmt.Sprintf("%s (%s), ISTAT %s: %s", b.Name, b.Province, b.ISTAT, b.Reason)
}

// tags writes a line for each tag: «M4C1I1.1 Asili nido · 99 % · codice …».
func (p *printer) tags(tags []classifiedTag) {
	for _, t := range tags {
		fmt.Fprintf(p, "%s %s · %.0f %% · %s\n", t.Code, t.Name, 100*t.Confidence, t.Reason)
	}
}
