package mailbox

import (
	"strings"
	"testing"
)

// TestReadBodyAgrees: what is shown and what is found by words tell of the
// same history, and what is folded is the rest of what is shown.
func TestReadBodyAgrees(t *testing.T) {
	const (
		quotedText = "Va bene.\n\nIl 24/11/2026 10:02, Anna ha scritto:\n> Gentile,\n> quale CUP?"
		barePlain  = "Va bene.\n\nGentile,\nquale CUP?"
		quotedHTML = `<p>Va <b>bene</b>.</p><div class="moz-cite-prefix">Il 24/11/2026 10:02, Anna ha scritto:</div><blockquote type="cite">Gentile,<br>quale CUP?</blockquote>`
		bareHTML   = `<p>Va <b>bene</b>.</p><p>Gentile,<br>quale CUP?</p>`
		noHistory  = `<p>Va <b>bene</b>.</p>`
	)
	for name, c := range map[string]struct {
		text, html string
		shown      bool // the HTML
	}{
		"both know":            {quotedText, quotedHTML, true},
		"only the text":        {quotedText, bareHTML, false},
		"only the HTML":        {barePlain, quotedHTML, true},
		"HTML without history": {quotedText, noHistory, false},
		"no text":              {"", quotedHTML, true},
		"no HTML":              {quotedText, "", false},
	} {
		in := Reader{}.Read(alternative(c.text, c.html), false)
		if in.Text != "Va bene." || !strings.Contains(in.Quoted, "Gentile") || !strings.Contains(in.Quoted, "quale CUP?") {
			t.Errorf("%s: text %q, quoted %q", name, in.Text, in.Quoted)
		}
		if (in.HTML != "") != c.shown || strings.Contains(in.HTML, "CUP") {
			t.Errorf("%s: html %q", name, in.HTML)
		}
	}
}

// A signature that only the text part shows as one must not hide the HTML.
func TestReadBodySignature(t *testing.T) {
	in := Reader{}.Read(alternative("Va bene.\n\n-- \nMario Rossi", "<p>Va <b>bene</b>.</p><p>Mario Rossi</p>"), false)
	if in.Text != "Va bene." || !strings.Contains(in.HTML, "Mario Rossi") || in.Quoted != "" {
		t.Errorf("text %q, html %q, quoted %q", in.Text, in.HTML, in.Quoted)
	}
}

// The hash of a body has the words of all of it: rules that fold more must not
// make another message of a copy.
func TestReadBodyHash(t *testing.T) {
	one, other := Reader{}.Read(alternative("Va bene.\n> sì", ""), false), Reader{}.Read(alternative("Va bene.\n> no", ""), false)
	if one.Text != other.Text || string(one.BodyHash) == string(other.BodyHash) {
		t.Errorf("texts %q and %q, hashes %x and %x", one.Text, other.Text, one.BodyHash, other.BodyHash)
	}
}

func alternative(text, html string) []byte {
	b := "From: a@comune.valcerva.bg.example\nSubject: R: Saldo\nContent-Type: multipart/alternative; boundary=x\n\n"
	for _, p := range []struct{ kind, body string }{{"plain", text}, {"html", html}} {
		if p.body != "" {
			b += "--x\nContent-Type: text/" + p.kind + "; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + p.body + "\n"
		}
	}
	return crlf(b + "--x--\n")
}
