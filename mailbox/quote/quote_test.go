package quote

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for name, c := range map[string]struct{ body, fresh, quoted string }{
		"nothing quoted":      {"Buongiorno,\nuna domanda.", "Buongiorno,\nuna domanda.", ""},
		"attribution and >":   {"Grazie.\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Anna <a@b.example> ha scritto:\n> Gentile,\n> ecco.", "Grazie.", "Il giorno mar 24 nov 2026 alle ore 10:02 Anna <a@b.example> ha scritto:\n> Gentile,\n> ecco."},
		"folded attribution":  {"Ok.\n\nIl giorno mar 24 nov 2026 alle ore 10:02 Sportello PNRR\n<sportello@centro.example> ha scritto:\n\n> Gentile", "Ok.", "Il giorno mar 24 nov 2026 alle ore 10:02 Sportello PNRR\n<sportello@centro.example> ha scritto:\n\n> Gentile"},
		"Outlook":             {"Va bene.\n\nDa: Sportello <s@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Rossi\nOggetto: R: Saldo\n\nGentile", "Va bene.", "Da: Sportello <s@centro.example>\nInviato: martedì 24 novembre 2026 10:02\nA: Rossi\nOggetto: R: Saldo\n\nGentile"},
		"separator":           {"Va bene.\n-----Messaggio originale-----\nDa: x", "Va bene.", "-----Messaggio originale-----\nDa: x"},
		"answer between":      {"Rispondo sotto.\n> Quando?\nDomani.\n> Dove?\nQui.", "Rispondo sotto.\n> Quando?\nDomani.\n> Dove?\nQui.", ""},
		"answer below":        {"Il giorno 24/11/2026 Anna ha scritto:\n> Quando?\n\nDomani.", "Il giorno 24/11/2026 Anna ha scritto:\n> Quando?\n\nDomani.", ""},
		"a mere forward":      {"\n-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto", "-----Messaggio inoltrato-----\nDa: x\nOggetto: y\n\nTesto", ""},
		"«Da:» in a sentence": {"Da: verificare con la Ragioneria.\nGrazie", "Da: verificare con la Ragioneria.\nGrazie", ""},
	} {
		fresh, quoted := Text(c.body)
		if fresh != c.fresh || quoted != c.quoted {
			t.Errorf("%s:\nfresh  %q\nwant   %q\nquoted %q\nwant   %q", name, fresh, c.fresh, quoted, c.quoted)
		}
	}
}

func TestHTML(t *testing.T) {
	for name, c := range map[string]struct{ body, fresh string }{
		"nothing":       {"<p>Ciao</p>", "<p>Ciao</p>"},
		"Gmail":         {`<div>Grazie</div><div class="gmail_quote">Il giorno…</div>`, `<div>Grazie</div>`},
		"Outlook":       {`<p>Grazie</p><div id="divRplyFwdMsg">Da:</div>`, `<p>Grazie</p>`},
		"Apple":         {`Grazie<blockquote type="cite">x</blockquote>`, `Grazie`},
		"Thunderbird":   {`<p>Sì</p><div class="moz-cite-prefix">Il</div>`, `<p>Sì</p>`},
		"mere forward":  {`<style>p{}</style><div class="gmail_quote">x</div>`, `<style>p{}</style><div class="gmail_quote">x</div>`},
		"a plain quote": {`<p>Come dice la norma:</p><blockquote>testo</blockquote><p>quindi?</p>`, `<p>Come dice la norma:</p><blockquote>testo</blockquote><p>quindi?</p>`},
	} {
		fresh, quoted := HTML(c.body)
		if fresh != c.fresh || fresh+quoted != c.body {
			t.Errorf("%s: fresh %q, quoted %q", name, fresh, quoted)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Grazie\n\nIl giorno 24/11/2026 Anna ha scritto:\n> ciao")
	f.Add("Da: a\nA: b\nOggetto: c\n")
	f.Fuzz(func(t *testing.T, body string) {
		fresh, quoted := Text(body)
		if strings.TrimSpace(body) != "" && strings.TrimSpace(fresh) == "" {
			t.Fatalf("emptied %q", body)
		}
		if utf8.ValidString(body) && !utf8.ValidString(fresh+quoted) {
			t.Fatal("cut a character")
		}
		// Nothing is lost but white space.
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(fresh+quoted) != squeeze(body) {
			t.Fatalf("lost text: %q → %q + %q", body, fresh, quoted)
		}
	})
}

func FuzzHTML(f *testing.F) {
	f.Add(`<div>Grazie</div><div class="gmail_quote">Il giorno…</div>`)
	f.Fuzz(func(t *testing.T, body string) {
		if fresh, quoted := HTML(body); fresh+quoted != body {
			t.Fatalf("lost: %q → %q + %q", body, fresh, quoted)
		}
	})
}
