package mime

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Text comes whole however long it is; what else is longer than a token may be is passed over, and
// what stands behind it is read.
func TestLongTokens(t *testing.T) {
	long := strings.Repeat("perché no, ", maxToken)
	for _, v := range []struct{ name, html, want string }{
		{"text", long + "fine", long + "fine"},
		{"references", strings.Repeat("&egrave;", maxToken), strings.Repeat("è", maxToken)},
		{"a picture in its address", `prima<img alt="a>b" src="data:image/png;base64,` + long + `">dopo`, "primadopo"},
		{"a comment", "prima<!-- <p> " + long + "-->dopo", "primadopo"},
		{"a declaration", "<!DOCTYPE " + long + ">dopo", "dopo"},
		{"a style", "<STYLE>p > a{} " + long + "</Style>dopo", "dopo"},
		{"an end", "uno</p " + long + ">dopo", "unodopo"},
		{"a tag that never ends", "prima <a href='" + long, "prima"},
		{"a style that never ends", "prima<style>" + long, "prima"},
	} {
		got := strings.ReplaceAll(TextFromHTML(v.html), "\n", " ")
		if want := strings.TrimSpace(v.want); got != want {
			t.Errorf("%s: %d bytes, %.40q … want %d", v.name, len(got), got, len(want))
		}
	}
}

// Whatever the limit, the tokens lie side by side, and the text is that of a reader without one.
func FuzzHTMLTokens(f *testing.F) {
	f.Add("<p class=a>perch&eacute;\r\n &lt; 5 < 6</p><!-- x --><style>a</style><textarea>b</textarea>", 0)
	f.Add(strings.Repeat("&amp;è", 40)+`<img src="data:`+strings.Repeat("A", 200)+`">fine</`, 1)
	f.Add(strings.Repeat("uno\r\n< due", 40)+"<plaintext>a</plaintext>", 2)
	f.Add("<!doctype x><?y?></ z></><!--"+strings.Repeat("->", 100)+"-->a<xmp>"+strings.Repeat("b", 200)+"</xmp>", 3)
	f.Fuzz(func(t *testing.T, body string, limit int) {
		limit = 100 + max(0, limit)%100 // longer than references
		z := readHTML(body, limit)
		var got strings.Builder
		for end := 0; ; end = z.End {
			kind := z.Next()
			if z.At != end || z.End < z.At || z.End > len(body) {
				t.Fatalf("%q: %d to %d after %d", body, z.At, z.End, end)
			}
			if kind == html.ErrorToken {
				break
			}
			if kind == html.TextToken {
				got.Write(z.Text())
			}
		}
		want, short := textOfTokens(body, limit)
		if short && !strings.Contains(body, "&#") && got.String() != want {
			t.Errorf("%q in tokens of %d: %q, want %q", body, limit, got.String(), want)
		}
	})
}

// textOfTokens also says whether nothing but plain text is over the limit.
func textOfTokens(body string, limit int) (text string, short bool) {
	z := html.NewTokenizer(strings.NewReader(body))
	var all strings.Builder
	short, raw := true, false
	for {
		kind := z.Next()
		short = short && (len(z.Raw()) < limit || kind == html.TextToken && !raw)
		raw = false
		switch kind {
		case html.ErrorToken:
			return all.String(), short
		case html.TextToken:
			all.Write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			raw = rawElement(string(z.Raw()[1:])) != ""
		}
	}
}
