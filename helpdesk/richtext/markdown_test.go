package richtext

import (
	"strings"
	"testing"
)

func TestMarkdownAndItsPlainTwin(t *testing.T) {
	rel := `" rel="noopener nofollow">`
	for _, tc := range []struct{ name, in, html, plain string }{
		{"line ends are kept", "Gentile,\nle scrivo.\n\nSaluti", "<p>Gentile,<br>\nle scrivo.</p>\n<p>Saluti</p>", "Gentile,\nle scrivo.\n\nSaluti"},
		{"emphasis", "**uno** _due_ *tre* `quattro`", "<p><strong>uno</strong> <em>due</em> <em>tre</em> <code>quattro</code></p>", "uno due tre quattro"},
		{"underscores within words", "il campo data_fine_lavori", "<p>il campo data_fine_lavori</p>", "il campo data_fine_lavori"},
		{"link", "vedi [le linee guida](https://x.example/a?b=1&c=2).", `<p>vedi <a href="https://x.example/a?b=1&amp;c=2` + rel + `le linee guida</a>.</p>`, "vedi le linee guida (https://x.example/a?b=1&c=2)."},
		{"link that is its own text", "[https://x.example](https://x.example) <https://y.example> www.z.example", `<p><a href="https://x.example` + rel + `https://x.example</a> <a href="https://y.example` + rel + `https://y.example</a> <a href="http://www.z.example` + rel + `www.z.example</a></p>`, "https://x.example https://y.example www.z.example"},
		{"mail and telephone", "[scriva](mailto:a@b.example) a@b.example [chiami](tel:+39021)", `<p><a href="mailto:a@b.example` + rel + `scriva</a> <a href="mailto:a@b.example` + rel + `a@b.example</a> <a href="tel:+39021` + rel + `chiami</a></p>`, "scriva (a@b.example) a@b.example chiami (+39021)"},
		{"unsafe links are words", "[a](javascript:alert(1)) [b](data:text/html,x) [c](/pagina) <javascript:x>", "<p>a b c javascript:x</p>", "a b c javascript:x"},
		{"entities hide no scheme", "[a](java&#115;cript:alert(1)) [b](&#x6A;avascript:x)", "<p>a b</p>", "a b"},
		{"image is a link", "![schema](https://x.example/s.png)", `<p><a href="https://x.example/s.png` + rel + `schema</a></p>`, "schema (https://x.example/s.png)"},
		{"image within a link", "[![schema](https://x.example/s.png)](https://y.example)", `<p><a href="https://y.example` + rel + `schema</a></p>`, "schema (https://y.example)"},
		{"html is text", "il <CUP> e <script>alert(1)</script>\n\n<div>x</div>", "<p>il &lt;CUP&gt; e &lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&lt;div&gt;x&lt;/div&gt;</p>", "il <CUP> e <script>alert(1)</script>\n\n<div>x</div>"},
		{"list", "- uno\n- due\n  dopo", "<ul>\n<li>uno</li>\n<li>due<br>\ndopo</li>\n</ul>", "- uno\n- due\n  dopo"},
		{"numbered list", "3. tre\n4. quattro\n   - a", "<ol start=\"3\">\n<li>tre</li>\n<li>quattro\n<ul>\n<li>a</li>\n</ul>\n</li>\n</ol>", "3. tre\n4. quattro\n   - a"},
		{"loose list", "- uno\n\n- due", "<ul>\n<li>\n<p>uno</p>\n</li>\n<li>\n<p>due</p>\n</li>\n</ul>", "- uno\n\n- due"},
		{"quote", "> uno\n> due\n\ntre", "<blockquote>\n<p>uno<br>\ndue</p>\n</blockquote>\n<p>tre</p>", "> uno\n> due\n\ntre"},
		{"signature is no heading", "Saluti\n--\nMario Rossi\n---\nx", "<p>Saluti<br>\n--<br>\nMario Rossi</p>\n<hr>\n<p>x</p>", "Saluti\n--\nMario Rossi\n\n---\n\nx"},
		{"indented text is no code", "    rientro", "<p>rientro</p>", "rientro"},
		{"indented under a list", "- a\n\n          b\n\n      c", "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n<p>c</p>\n</li>\n</ul>", "- a\n\n  b\n\n  c"},
		{"fenced code", "```\na <b>\n\n  c\n```", "<pre><code>a &lt;b&gt;\n\n  c\n</code></pre>", "a <b>\n\n  c"},
		{"heading", "## Titolo\ntesto", "<h2>Titolo</h2>\n<p>testo</p>", "Titolo\n\ntesto"},
		{"escapes and entities", `\*no\* &egrave; 5 &lt; 6 AT&T`, "<p>*no* è 5 &lt; 6 AT&amp;T</p>", "*no* è 5 < 6 AT&T"},
		{"link reference", "[x][r]\n\n[r]: https://x.example", `<p><a href="https://x.example` + rel + `x</a></p>`, "x (https://x.example)"},
		{"ticket number", "Rif. [#2026-000123]", "<p>Rif. [#2026-000123]</p>", "Rif. [#2026-000123]"},
		{"quotes of speech", `l'ente "A"`, "<p>l&#39;ente &#34;A&#34;</p>", `l'ente "A"`},
		{"nothing", "", "", ""},
	} {
		got := Markdown(tc.in)
		if got != tc.html {
			t.Errorf("%s: html\n got %q\nwant %q", tc.name, got, tc.html)
		}
		checkMailed(t, got)
		if got := PlainFromMarkdown(tc.in); got != tc.plain {
			t.Errorf("%s: plain\n got %q\nwant %q", tc.name, got, tc.plain)
		}
	}
}

func TestMailHTML(t *testing.T) {
	got := MailHTML(Markdown("Gentile <b>,\n\n- [qui](https://x.example)"), MailOptions{
		Title: "R: quesito </title>", Centre: `Centro "A" & B`, Footer: "Informativa: https://x.example/privacy\n<script>",
	})
	for _, want := range []string{
		"<title>R: quesito &lt;/title&gt;</title>", "Centro &#34;A&#34; &amp; B", `max-width:600px`,
		`<p style="margin:0 0 16px 0">Gentile &lt;b&gt;,</p>`,
		`<a style="color:#0066cc;text-decoration:underline" href="https://x.example" rel="noopener nofollow">qui</a>`,
		`<a style="color:#455a64;text-decoration:underline" href="https://x.example/privacy"`, "&lt;script&gt;",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for _, missing := range []string{"<style", "<script", " class=", "<img"} {
		if strings.Contains(got, missing) {
			t.Errorf("%q is in a mail", missing)
		}
	}
	bare := MailHTML("<p>x</p>", MailOptions{})
	if strings.Count(bare, "<td") != 2 {
		t.Errorf("empty parts leave their rows: %s", bare)
	}
}
