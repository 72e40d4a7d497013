package richtext

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

func FuzzSanitize(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.in)
	}
	f.Add(outlookMail())
	f.Fuzz(func(t *testing.T, in string) {
		out, _ := Sanitize(in)
		checkShown(t, out)
		checkInlined(t, InlineImages(out, onePixel))
		checkOriginal(t, Original(in, onePixel))
		if !utf8.ValidString(out) {
			t.Errorf("invalid UTF-8: %q", out)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"Buongiorno,\n\n> cit\n>> più dentro\n\nvedi www.comune.example/a_(b). e mario@comune.example",
		"[x]: javascript:alert(1)\n[y]: <http://a.example> \"t\"", "http://a.example/?q=\"><script>", "a@b.c@d.e", "http://:@/", "https://[::1]:80/)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Text(in)
		checkShown(t, out)
		if got, want := lettersOf(t, out), letters(cleanText(in)); got != want && !strings.Contains(in, ">") {
			t.Errorf("text is lost or added: got %q, want %q", got, want)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range markdownSeeds {
		f.Add(s)
	}
	for _, v := range vectors {
		f.Add(v.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Markdown(in)
		checkMailed(t, out)
		if again := staffPolicy.Sanitize(out); again != out {
			t.Errorf("sanitised again it is another:\n%q\n%q", out, again)
		}
		if p := PlainFromMarkdown(in); !utf8.ValidString(p) || strings.HasSuffix(p, "\n") {
			t.Errorf("plain text: %q", p)
		}
		if strings.IndexFunc(in, unicode.IsLetter) >= 0 && letters(words(out)) == "" && !strings.ContainsAny(in, "[!`~&#") {
			t.Errorf("the words are lost: %q", in)
		}
		MailHTML(out, MailOptions{Centre: in, Title: in, Footer: in})
	})
}

var markdownSeeds = []string{
	"Gentile,\n**uno** _due_\n\n- a\n- b [qui](https://x.example)\n\n> cit\n\n1. x\n\n```\ny\n```",
	"[x](javascript:alert(1)) ![i](http://a.example) [![i](http://a.example)](http://b.example) <http://c.example>",
	"[r][R]\n\n[r]: http://a.example \"t\"", "# T\n\n---\n\\* a&egrave; <CUP>", "[a](<b c> 'd')", "[a](http://b.example\\)c)",
}

// checkMailed parses what Markdown gave and names what no mail of ours may hold.
func checkMailed(t testing.TB, out string) {
	t.Helper()
	allowed := strings.Fields("p br strong em ul ol li blockquote pre code hr h1 h2 h3 h4 h5 h6 a")
	nodes, err := html.ParseFragment(strings.NewReader(out), place)
	if err != nil {
		return // nested deeper than 512; every tag went through the policy
	}
	for _, root := range nodes {
		all := slices.Collect(root.Descendants())
		for _, n := range append(all, root) {
			if n.Type == html.TextNode {
				continue
			}
			if n.Type != html.ElementNode || n.Namespace != "" || !slices.Contains(allowed, n.Data) {
				t.Errorf("node %s in %q", n.Data, out)
			}
			for _, a := range n.Attr {
				_, safe := safeHref(a.Val)
				if ok := n.Data == "a" && (a.Key == "href" && safe || a.Key == "rel" && a.Val == staffRel) || n.Data == "ol" && a.Key == "start"; !ok {
					t.Errorf("attribute %s %v in %q", n.Data, a, out)
				}
			}
		}
	}
}

// lettersOf are the letters and digits of the text of a fragment.
func lettersOf(t testing.TB, fragment string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(fragment), place)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, root := range nodes {
		for n := range root.Descendants() {
			if n.Type == html.TextNode {
				b.WriteString(n.Data)
			}
		}
	}
	return letters(b.String())
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, s)
}
