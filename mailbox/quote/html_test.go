package quote

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHTML(t *testing.T) {
	for name, c := range map[string]struct{ body, fresh string }{
		"nothing":            {"<p>Ciao</p>", "<p>Ciao</p>"},
		"Gmail":              {`<div>Grazie</div><div class="gmail_quote"><div class="gmail_attr">Il giorno mar 24 nov 2026 Anna ha scritto:<br></div><blockquote class="gmail_quote">Gentile</blockquote></div>`, `<div>Grazie</div>`},
		"Outlook":            {`<p>Grazie</p><div id="divRplyFwdMsg">Da: x<br>Inviato: y</div><div>Gentile</div>`, `<p>Grazie</p>`},
		"Apple":              {`Grazie<blockquote type="cite">x</blockquote>`, `Grazie`},
		"Thunderbird":        {`<p>Sì</p><div class="moz-cite-prefix">Il 24/11/26 10:02, Anna ha scritto:<br></div><blockquote type="cite" cite="mid:1@x"><p>Gentile</p></blockquote>`, `<p>Sì</p>`},
		"mere forward":       {`<style>p{}</style><div class="gmail_quote">x</div>`, `<style>p{}</style><div class="gmail_quote">x</div>`},
		"a plain quote":      {`<p>Come dice la norma:</p><blockquote>testo</blockquote><p>quindi?</p>`, `<p>Come dice la norma:</p><blockquote>testo</blockquote><p>quindi?</p>`},
		"a quote at the end": {`<p>Chiediamo un parere su:</p><blockquote>testo</blockquote>`, `<p>Chiediamo un parere su:</p><blockquote>testo</blockquote>`},
		"an indented list":   {`<p>Due cose.</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">prima</blockquote>`, `<p>Due cose.</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">prima</blockquote>`},
		"answer between": {
			`<div class="gmail_quote"><div class="gmail_attr">On 3/11/2026 10:00 Anna wrote:</div><blockquote class="gmail_quote">Quando?</blockquote>Domani.<blockquote class="gmail_quote">Dove?</blockquote>Qui.</div>`,
			`<div class="gmail_quote"><div class="gmail_attr">On 3/11/2026 10:00 Anna wrote:</div><blockquote class="gmail_quote">Quando?</blockquote>Domani.<blockquote class="gmail_quote">Dove?</blockquote>Qui.</div>`,
		},
		"answer below": {
			`<div class="moz-cite-prefix">Il 24/11/26 10:02, Anna ha scritto:<br></div><blockquote type="cite">Quando?</blockquote><p>Domani.</p>`,
			`<p>Domani.</p>`,
		},
		"a signature's element": {`<p>Sì.</p><div class="gmail_signature"><div>Anna</div><div>RUP</div></div>`, `<p>Sì.</p>`},
		"an answer below a signature": {
			`<p>Sì.</p><div class="gmail_signature">Anna</div><p>Aggiungo una cosa.</p>`, `<p>Sì.</p><p>Aggiungo una cosa.</p>`,
		},
		"an answer around a signature": {`Sì.<div class="gmail_signature">Anna</div>Aggiungo.`, `Sì.<br>Aggiungo.`},
		"a question in a signature":    {`<p>Sì.</p><div id="Signature">Ma quando?</div>`, `<p>Sì.</p><div id="Signature">Ma quando?</div>`},
		"a screenshot alone":           {`<img src="cid:1"><div id="divRplyFwdMsg">Da: x</div>`, `<img src="cid:1">`},
		"what counts readers":          {`<img src="http://x.example/1" width="1" height="1"><div id="divRplyFwdMsg">Da: x</div>`, `<img src="http://x.example/1" width="1" height="1"><div id="divRplyFwdMsg">Da: x</div>`},
	} {
		s := HTML(c.body)
		if s.New != c.fresh {
			t.Errorf("%s: new %q\nwant %q\nfolded %+v", name, s.New, c.fresh, s.Folded)
		}
		if lost := missingWords(c.body, s); lost != "" {
			t.Errorf("%s: %s", name, lost)
		}
	}
}

// missingWords compares the words of a body with those of its split: a cut may
// move, but neither lose nor repeat any.
func missingWords(body string, s Split) string {
	before, after := wordsOf(body), wordsOf(s.New)
	for _, p := range s.Folded {
		after = append(after, wordsOf(p.Text)...)
	}
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		return "words differ: " + strings.Join(before, "|") + " → " + strings.Join(after, "|")
	}
	return ""
}

func wordsOf(body string) (words []string) {
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return words
		case html.TextToken:
			words = append(words, strings.Fields(string(z.Raw()))...)
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "img" {
				words = append(words, "<img>")
			}
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		`<div>Grazie</div><div class="gmail_quote">Il giorno 24/11/2026 Anna ha scritto:<blockquote>ciao</blockquote></div>`,
		`<p>Sì<blockquote>x<p>y</blockquote><pre>a` + "\n> b\n" + `</pre><hr>Da: a@b.example<br>Data: 1/2/2026`,
		`Sì<br><div class="moz-signature">-- <br>Anna</div><style>x</style>`,
		`<table><tr><td>Da:<td>a@b.example<tr><td>Data:<td>1/2/2026</table>`,
		`ì><div class="moz-signature">-- <br>Anna</div><`, `00<div class="moz-signature">0</div>00`,
		strings.Repeat("\x80", 2*longestSeparator), // no letter begins within the length that is looked at
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := HTML(body)
		// In elements whose text is no HTML a piece reads otherwise by itself.
		for _, raw := range []string{"<textarea", "<xmp", "<iframe", "<noembed", "<noframes", "<noscript", "<plaintext", "<title", "<style", "<script"} {
			if strings.Contains(strings.ToLower(body), raw) {
				return
			}
		}
		if lost := missingWords(body, s); lost != "" {
			t.Fatal(lost)
		}
	})
}

func TestHTMLBombs(t *testing.T) {
	const size = 400 << 10
	for _, unit := range []string{
		"<blockquote>", "<blockquote>x", "<blockquote type=cite>x</blockquote>y", "<blockquote>x</blockquote>", "<div>x", "<div class=gmail_signature>x</div>",
		"<br>", "<b>", "</div>", "<p>x</p>", "<pre>x\n", "<div class=gmail_quote>", "<td>x", "x",
	} {
		body := `<p>Sì</p><div class="moz-cite-prefix">Il RUP ha scritto:</div>` + strings.Repeat(unit, size/len(unit))
		if lost := missingWords(body, HTML(body)); lost != "" {
			t.Errorf("%s: words lost", unit)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	body := "<html><body>" + strings.Repeat(`<p class="MsoNormal">il nostro Comune ha <b>tre progetti</b> sulla misura M2C4I2.2: quale scadenza vale per il saldo?</p>`, 20) +
		`<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Da:</b> Anna &lt;a@b.example&gt;<br><b>Inviato:</b> 24/11/2026<br><b>A:</b> c<br><b>Oggetto:</b> d</p></div>` +
		strings.Repeat(`<p class="MsoNormal">una riga citata</p>`, 50)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		HTML(body)
	}
}
