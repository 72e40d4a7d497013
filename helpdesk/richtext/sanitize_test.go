package richtext

import (
	"strings"
	"testing"
)

const safeLink = `" target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">`

func TestSanitize(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", `Buongiorno`, `Buongiorno`},
		{"document", `<!DOCTYPE html><html><head><title>T</title><meta charset=utf-8><style>p{}</style></head><body><p>Testo</p></body></html>`, `<p>Testo</p>`},
		{"head without end", `<head><title>x</title><body>Testo`, `Testo`},
		{"words in a head that never ends", `<head><p>Testo`, `<p>Testo</p>`},
		{"style, class, id go", `<p style="color:red" class=x id=y>Testo</p>`, `<p>Testo</p>`},
		{"spans and fonts are unwrapped", `<span><font color=red>Te</font>sto</span>`, `Testo`},
		{"unclosed is closed", `<div><b>Testo`, `<div><b>Testo</b></div>`},
		{"stray ends go", `</div></p></td>Testo`, `<p></p>Testo`},
		{"crossed tags are put right", `<b>a<i>b</b>c</i>`, `<b>a<i>b</i></b><i>c</i>`},
		{"table gets its body", `<table><tr><td colspan=2 rowspan="3" width=5>a<td>b</table>`, `<table><tbody><tr><td colspan="2" rowspan="3">a</td><td>b</td></tr></tbody></table>`},
		{"text astray in a table comes before it", `<table>x<tr><td>a</table>`, `x<table><tbody><tr><td>a</td></tr></tbody></table>`},
		{"odd spans go", `<table><tr><td colspan="9999999" rowspan="-1">a`, `<table><tbody><tr><td>a</td></tr></tbody></table>`},
		{"list start", `<ol start=3><li>a<li>b</ol>`, `<ol start="3"><li>a</li><li>b</li></ol>`},
		{"entities", `&egrave; &lt;b&gt; &amp;amp; &nbsp;x &#x27;`, "è &lt;b&gt; &amp;amp; \u00a0x &#39;"},
		{"word's own tags", `<p class=MsoNormal>Testo<o:p>&nbsp;</o:p></p>`, "<div>Testo\u00a0</div>"},
		{"word's paragraphs have no margins", `<p class="MsoNormal">Cordiali saluti</p><p class=MsoNormal>Ada</p><p>x</p>`, `<div>Cordiali saluti</div><div>Ada</div><p>x</p>`},
		{"word's paragraph ends with the next", `<p class=MsoNormal>a<p class=MsoNormal>b<p>c</p>`, `<div>a</div><div>b<p>c</p></div>`},
		{"word's settings", `<xml><o:x>false 96</o:x></xml>Testo`, `Testo`},
		{"comments", `a<!-- b -->c<!--[if mso]><p>d</p><![endif]-->e<![if !mso]>f<![endif]>`, `acef`},
		{"link", `<a href="https://x.example/a?b=1&c=2" onclick=x()>qui</a>`, `<a href="https://x.example/a?b=1&amp;c=2` + safeLink + `qui</a>`},
		{"mailto, tel", `<a href="mailto:a@b.example">m</a><a href=tel:+39021>t</a>`, `<a href="mailto:a@b.example` + safeLink + `m</a><a href="tel:+39021` + safeLink + `t</a>`},
		{"link with blanks and stray percent", "<a href=' HTTP://x.example/a b%zz\n'>q</a>", `<a href="http://x.example/a%20b%25zz` + safeLink + `q</a>`},
		{"link that shows another host", `<a href="http://evil.example/x">https://www.centro.example/accesso</a>`, `<a href="http://evil.example/x` + safeLink + `https://www.centro.example/accesso [evil.example]</a>`},
		{"link that shows another host in pieces", `<a href="https://evil.example"><b>www.</b>centro.example</a>`, `<a href="https://evil.example` + safeLink + `<b>www.</b>centro.example [evil.example]</a>`},
		{"link that shows its host", `<a href="https://www.centro.example/a?b=1">centro.example</a><a href="https://centro.example/a">http://www.centro.example</a><a href="https://app.centro.example">www.centro.example</a>`,
			`<a href="https://www.centro.example/a?b=1` + safeLink + `centro.example</a><a href="https://centro.example/a` + safeLink + `http://www.centro.example</a><a href="https://app.centro.example` + safeLink + `www.centro.example</a>`},
		{"link through Microsoft 365", `<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcentro.example%2Fa&amp;data=1">https://centro.example/a</a>`,
			`<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcentro.example%2Fa&amp;data=1` + safeLink + `https://centro.example/a</a>`},
		{"link whose text is a file", `<a href="https://cloud.example/x">Allegato.pdf</a>`, `<a href="https://cloud.example/x` + safeLink + `Allegato.pdf</a>`},
		{"relative link has no page", `<a href="/a">q</a><a href="//evil.example">r</a><a name=x>s</a>`, `qrs`},
		{"links within links", `<a href=http://a.example>x<a href=http://b.example>y</a>`, `<a href="http://a.example` + safeLink + `x</a><a href="http://b.example` + safeLink + `y</a>`},
		{"cid image", `<img src="cid:a@b" alt="Stemma  del&#10;Comune" onerror=x>`, `<img src="cid:a@b" alt="Stemma del Comune">`},
		{"cid image with escapes", `<img src="cid:a%40b">`, `<img src="cid:a@b" alt="">`},
		{"cid that is no plain word", `<img src="cid:a%2540b" alt=x><img src="cid:a#b">`, `x`},
		{"remote image leaves its words", `<img src="http://t.example/p.gif" alt="Logo"><img src=x>`, `Logo`},
		{"pre keeps its lines", "<pre>\n\na\n  b</pre>", "<pre>\n\na\n  b</pre>"},
		{"svg that closes itself", `<svg/>Testo`, `Testo`},
		{"region without end does not hide the rest", `<object data=x>Testo`, `Testo`},
		{"form is unwrapped, its controls go", `<form action=//e><input value=a><select><option>b</select><textarea>c</textarea><button>d</button>Testo</form>`, `Testo`},
		{"obsolete raw text is text", `<xmp><b>x</xmp>`, `&lt;b&gt;x`},
		{"controls and overrides of direction", "a\x00b\x07c\u202egpj.exe", "abcgpj.exe"},
		{"invalid utf-8", "a\xffb", "a\ufffdb"},
	} {
		got, ok := Sanitize(tc.in)
		if got != tc.want || !ok {
			t.Errorf("%s: ok %v\n got %q\nwant %q", tc.name, ok, got, tc.want)
		}
		checkShown(t, got)
	}
}

func TestOutlookMail(t *testing.T) {
	got, ok := Sanitize(outlookMail())
	if !ok {
		t.Fatal("falls back to text")
	}
	checkShown(t, got)
	for _, want := range []string{"<b>B11F22000123456</b>", `<td colspan="2">`, `<img src="cid:image001.png@01DA0000.12345678" alt="Stemma">`, "martedì 24 novembre", "<blockquote><p>Grazie</p></blockquote>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is lost", want)
		}
	}
	for _, gone := range []string{"Mso", "font", "tracker", "VML"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is left", gone)
		}
	}
}

func TestBeyondTheLimitsTheTextIsShown(t *testing.T) {
	for name, in := range map[string]string{
		"513 open elements":     strings.Repeat("<div>", 513) + "Testo",
		"100,000 open elements": strings.Repeat("<div>", 100_000) + "Testo",
		"too many nodes":        "Testo" + strings.Repeat("<br>", maxNodes),
		"too many unknown tags": "Testo" + strings.Repeat("<x>", maxNodes+1),
		"too large":             "<p>Testo</p>" + strings.Repeat("a", maxHTML),
		"too large with markup": "<p>Testo</p>" + strings.Repeat("<'&", maxHTML/3+1),
	} {
		got, ok := Sanitize(in)
		if ok {
			t.Errorf("%s: taken as HTML", name)
		}
		if !strings.HasPrefix(got, "<pre>") || !strings.Contains(got, "Testo") {
			t.Errorf("%s: got %.80q", name, got)
		}
		checkShown(t, got)
	}
	if got, ok := Sanitize(strings.Repeat("<div>", 500) + "Testo"); !ok || !strings.Contains(got, "Testo") {
		t.Error("500 open elements are within the limits")
	}
	if got, _ := Sanitize(strings.Repeat("<div>", 600) + "<p>Gentile</p>\n<style>x</style><p>Testo &lt;b&gt;</p>"); got != "<pre>Gentile\nTesto &lt;b&gt;</pre>" {
		t.Errorf("text of a mail too deep: %q", got)
	}
}

// TestWorkIsLinear feeds shapes that make parsers quadratic. Each is large enough
// that quadratic work would run into the time limit of the tests.
func TestWorkIsLinear(t *testing.T) {
	shapes := map[string]string{}
	var formats strings.Builder
	for i := range 400 {
		formats.WriteString("<font size=" + strings.Repeat("9", i%50+1) + ">" + "<b class=x" + strings.Repeat("y", i) + "><a href=http://a.example/" + strings.Repeat("z", i) + ">")
	}
	shapes["formatting reopened in each paragraph"] = "<p>" + formats.String() + strings.Repeat("<p>x", 20_000)
	shapes["formatting in cells"] = strings.Repeat("<table><tr><td><b><i><u>x", 100) + strings.Repeat("<p>x", 20_000)
	shapes["unclosed comments"] = strings.Repeat("<!--", 100_000)
	shapes["unclosed tags"] = strings.Repeat("<a href=\"", 40_000)
	shapes["many attributes"] = "<a " + strings.Repeat("x=1 ", 100_000) + ">"
	shapes["ends without begin"] = strings.Repeat("</b></i></a>", 16_000)
	shapes["text in a table"] = "<table>" + strings.Repeat("x<b>y</b>", 12_000)
	shapes["entities"] = strings.Repeat("&amp;&lt;", 50_000)
	shapes["one long word"] = strings.Repeat("a@", 200_000)
	shapes["one long address"] = "http://x.example/" + strings.Repeat(")", 200_000)
	for name, in := range shapes {
		t.Run(name, func(t *testing.T) {
			got, _ := Sanitize(in)
			if len(got) > 8*maxHTML {
				t.Errorf("%d bytes grow to %d", len(in), len(got))
			}
			Text(in)
			Original(in, func(string) (string, bool) { return "", false })
		})
	}
}
