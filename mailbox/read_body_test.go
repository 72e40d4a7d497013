package mailbox

import (
	"encoding/base64"
	"math/rand/v2"
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

// Bytes that are no text are a file and not what the sender says; a text with a
// few signs that do not belong into one stays a text.
func TestReadBodyWithoutText(t *testing.T) {
	random := make([]byte, 4000)
	rand.NewChaCha8([32]byte{7}).Read(random)
	encoded := base64.StdEncoding.EncodeToString(random)
	for name, v := range map[string]struct {
		raw  string
		text string
	}{
		"random bytes":          {"From: a@comune.test\nContent-Transfer-Encoding: base64\n\n" + encoded, ""},
		"and as UTF-8":          {"From: a@comune.test\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + encoded, ""},
		"and as HTML":           {"From: a@comune.test\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + encoded, ""},
		"and beside a text":     {string(alternative("Va bene.", "")) + "--x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + encoded + "\n--x--\n", "Va bene."},
		"a few zeros":           {"From: a@comune.test\n\nVa\x00 bene\x01.", "Va bene."},
		"a page feed a line":    {"From: a@comune.test\n\n" + strings.Repeat("a\f\n", 20) + "b", strings.Repeat("a\n", 20) + "b"},
		"UTF-16 without a sign": {"From: a@comune.test\nContent-Type: text/plain; charset=utf-16le\n\nV\x00a\x00 \x00b\x00e\x00n\x00e\x00", "Va bene"},
	} {
		in := Reader{}.Read([]byte(v.raw), false)
		binary, problem := strings.Contains(v.raw, "base64"), "non contiene testo leggibile"
		if v.text != "" {
			problem = "è fra gli allegati"
		}
		if in.Text != v.text || in.HTML != "" && v.text == "" || binary != strings.Contains(in.Problem, problem) || binary != (len(in.Attachments) == 1) {
			t.Errorf("%s: text %.40q, html %.40q, problem %q, %d files", name, in.Text, in.HTML, in.Problem, len(in.Attachments))
		}
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
