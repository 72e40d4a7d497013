package richtext

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"lines and paragraphs", "Buongiorno,\nchiedo.\n\n\nSaluti\n", "<p>Buongiorno,<br>chiedo.</p><p>Saluti</p>"},
		{"crlf", "a\r\nb\r\n\r\nc", "<p>a<br>b</p><p>c</p>"},
		{"nothing", "", ""},
		{"markup is text", `<b onclick=x>"&"</b>`, "<p>&lt;b onclick=x&gt;&#34;&amp;&#34;&lt;/b&gt;</p>"},
		{"quotes", "Sì\n> Va bene?\n>> Prima\n> Dopo\nfine", "<p>Sì</p><blockquote><p>Va bene?</p><blockquote><p>Prima</p></blockquote><p>Dopo</p></blockquote><p>fine</p>"},
		{"quote marks apart", "> > a", "<blockquote><blockquote><p>a</p></blockquote></blockquote>"},
		{"web address", "vedi https://x.example/a?b=1&c=2.", `<p>vedi <a href="https://x.example/a?b=1&amp;c=2` + safeLink + `https://x.example/a?b=1&amp;c=2</a>.</p>`},
		{"without scheme", "(www.x.example)", `<p>(<a href="https://www.x.example` + safeLink + `www.x.example</a>)</p>`},
		{"brackets of the address", "http://x.example/a_(b))", `<p><a href="http://x.example/a_(b)` + safeLink + `http://x.example/a_(b)</a>)</p>`},
		{"in angle brackets", "<http://x.example>", `<p>&lt;<a href="http://x.example` + safeLink + `http://x.example</a>&gt;</p>`},
		{"mail address", "a: mario.rossi@comune.example;", `<p>a: <a href="mailto:mario.rossi@comune.example` + safeLink + `mario.rossi@comune.example</a>;</p>`},
		{"not an address", "@x a@b 3@ http:// ftp://x.example javascript:alert(1)", "<p>@x a@b 3@ http:// ftp://x.example javascript:alert(1)</p>"},
		{"link reference", "[x]: javascript:alert(1) \"t\"", "<p>[x]: javascript:alert(1) &#34;t&#34;</p>"},
		{"overrides of direction", "http://x.example/\u202egpj", `<p><a href="http://x.example/gpj` + safeLink + `http://x.example/gpj</a></p>`},
	} {
		got := Text(tc.in)
		if got != tc.want {
			t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
		}
		checkShown(t, got)
	}
}

func TestTextLinksNoMoreThanItsLimit(t *testing.T) {
	got := Text(strings.Repeat("http://x.example/ ", maxLinks+100))
	if n := strings.Count(got, "<a "); n != maxLinks {
		t.Errorf("%d links, want %d", n, maxLinks)
	}
	if n := strings.Count(got, "http://x.example/"); n != 2*maxLinks+100 {
		t.Errorf("addresses beyond the limit are lost: %d", n)
	}
}

func TestQuotesNestNoDeeperThanTheirLimit(t *testing.T) {
	got := Text(strings.Repeat(">", 100_000) + " x")
	if n := strings.Count(got, "<blockquote>"); n != maxQuotes {
		t.Errorf("%d quotes deep, want %d", n, maxQuotes)
	}
	checkShown(t, got)
}
