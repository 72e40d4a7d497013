package mime

import "testing"

var htmlTests = []struct{ name, html, want string }{
	{"paragraphs", "<p>uno</p><p>due\n tre</p>", "uno\n\ndue tre"},
	{"lines", "uno<br>due<div>tre</div>quattro", "uno\ndue\ntre\nquattro"},
	{"empty line", "<div>uno</div><div><br></div><div>due</div>", "uno\n\ndue"},
	{"Word's paragraphs are lines", `<p class="MsoNormal">uno</p><p class="MsoNormal">due</p><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">tre</p>`, "uno\ndue\n\ntre"},
	{"list", "<p>Serve:</p><ul><li>CUP</li><li><p>CIG</p></li></ul>Grazie", "Serve:\n- CUP\n- CIG\nGrazie"},
	{"numbered and nested", "<ol><li>uno<ul><li>a</li></ul></li><li>due</li></ol>", "1. uno\n  - a\n2. due"},
	{"link", `<a href="https://comune.test/avviso">avviso</a>.`, "avviso (https://comune.test/avviso)."},
	{"link that says itself", `<a href="https://www.comune.test/">comune.test</a>`, "comune.test"},
	{"link that says another", `<a href="https://x.test/?https://comune.test">https://comune.test</a>`, "https://comune.test (https://x.test/?https://comune.test)"},
	{"mail link", `<a href="mailto:a@b.test">a@b.test</a> <a href="mailto:a@b.test">Mario</a>`, "a@b.test Mario (a@b.test)"},
	{"script link", `<a href="javascript:alert(1)">qui</a><a href="#x">su</a>`, "quisu"},
	{"quotation", "Sì.<blockquote>uno<br>due<blockquote>tre</blockquote></blockquote>Saluti", "Sì.\n> uno\n> due\n> > tre\nSaluti"},
	{"quotation with paragraphs", "<blockquote><p>uno</p><p>due</p></blockquote>", "> uno\n>\n> due"},
	{"table", "<table><tr><td>CUP</td><td>X1</td></tr><tr><td>CIG</td><td>Y2</td></tr></table>", "CUP X1\nCIG Y2"},
	{"table with a head", "<table><thead><tr><th>Misura<th>Importo</thead><tr><td>1.4.1<td>10 €</table>", "Misura Importo\n1.4.1 10 €"},
	{"table in a table", "<table><tr><td><table><tr><td>a<td>b</table></td></tr><tr><td>c</td></tr></table>", "a b\n\nc"},
	{"terms", "<dl><dt>CUP</dt><dd>X1</dd></dl>", "CUP\nX1"},
	{"headings and rules", "<h1>Avviso</h1>testo<hr>fine", "Avviso\n\ntesto\nfine"},
	{"frames and templates", "<iframe>x</iframe><template>y</template>uno", "uno"},
	{"Word's conditions", "<!--[if gte mso 9]><xml>x</xml><![endif]-->uno<o:p></o:p>", "uno"},
	{"pre", "<pre>a  b\n\n  c</pre>d", "a  b\n\n  c\nd"},
	{"unseen", "<head><title>t</title><style>p{}</style></head><body><script>x</script><!-- c -->uno</body>", "uno"},
	{"entities", "perch&eacute; &lt;b&gt; 10&nbsp;&euro;", "perché <b> 10 €"},
	{"cut in the middle", "<p>uno <b>due <a href=\"https://x.te", "uno due"},
	{"no HTML", "solo testo", "solo testo"},
	{"control characters", "a&#0;b&#7;c\x00", "a\ufffdbc"},
	{"nothing", "", ""},
}

func TestTextFromHTML(t *testing.T) {
	for _, tt := range htmlTests {
		if got := TextFromHTML(tt.html); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}
