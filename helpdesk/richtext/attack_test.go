package richtext

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const pixel = "data:image/png;base64,iVBORw0KGgo="

func onePixel(string) (string, bool) { return pixel, true }

func TestNothingActiveOrRemoteIsShown(t *testing.T) {
	if len(vectors) < 60 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.class, func(t *testing.T) {
			for _, in := range []string{
				v.in,
				"<p>Gentile</p>" + v.in + "<p>Saluti</p>",
				"<table><tr><td>" + v.in,
				"<a href=http://a.example><b>" + v.in + "</a>",
				"<pre>" + v.in,
				`<div title="` + v.in, // breaking out of an attribute
				strings.ToUpper(v.in),
			} {
				clean, _ := Sanitize(in)
				checkShown(t, clean)
				checkInlined(t, InlineImages(clean, onePixel))
			}
		})
	}
}

// checkInlined: after the images are put in, the tree is the same but for them.
func checkInlined(t *testing.T, out string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(out), place)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range nodes {
		for n := range root.Descendants() {
			if n.Data == "img" && n.Attr[0].Val != pixel || n.Data != "img" && nodeProblem(n) != "" {
				t.Errorf("%s %v in %q", n.Data, n.Attr, out)
			}
		}
	}
}

func TestNothingActiveOrRemoteInTheOriginal(t *testing.T) {
	for _, v := range vectors {
		for _, in := range []string{v.in, "<p>Gentile</p>" + v.in + "<p>Saluti</p>", "<table><tr><td>" + v.in, `<div title="` + v.in} {
			checkOriginal(t, Original(in, onePixel))
		}
	}
}

func checkOriginal(t testing.TB, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		return // a browser nests as deep as it likes; there is no tree to check
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "base", "link", "form", "iframe", "object", "embed", "svg", "math", "template", "input", "button", "video", "audio", "picture", "source", "frame", "area", "applet":
			t.Errorf("<%s> in %q", n.Data, out)
		case "meta":
			if n.Attr[0].Key != "charset" && n.Attr[0].Val != "referrer" {
				t.Errorf("meta %v in %q", n.Attr, out)
			}
		case "style":
			if n.FirstChild != nil {
				checkStyle(t, n.FirstChild.Data)
			}
		}
		for _, a := range n.Attr {
			checkOriginalAttribute(t, n.Data, a, out)
		}
	}
}

func checkOriginalAttribute(t testing.TB, tag string, a html.Attribute, out string) {
	t.Helper()
	switch {
	case a.Key == "style":
		checkStyle(t, a.Val)
	case a.Key == "href":
		if _, ok := safeHref(a.Val); !ok || tag != "a" {
			t.Errorf("%s %v in %q", tag, a, out)
		}
	case a.Key == "src":
		if !isImageData(a.Val) {
			t.Errorf("%s %v in %q", tag, a, out)
		}
	case strings.HasPrefix(a.Key, "on"), strings.Contains("srcset background poster action formaction ping cite data srcdoc usemap", a.Key):
		t.Errorf("%s %v in %q", tag, a, out)
	}
}

func checkStyle(t testing.TB, css string) {
	t.Helper()
	css = strings.ToLower(css)
	for _, bad := range []string{"url(", "@import", "image-set(", "expression(", "behavior:", "-moz-binding", `\`, "<", "/*"} {
		if strings.Contains(css, bad) {
			t.Errorf("style holds %q: %q", bad, css)
		}
	}
}

func TestOriginalKeepsTheLook(t *testing.T) {
	got := Original(`<html><head><title>x</title><style>.a > b{color:red}</style></head><body bgcolor=#eee><p class=a style="margin:0;color:#1F497D">Testo &egrave;<img src="cid:x@y" width=3><img src="http://evil.example/p"></p><a href="http://a.example">l</a></body></html>`,
		func(cid string) (string, bool) { return pixel, cid == "x@y" })
	for _, want := range []string{
		"<!DOCTYPE html>", `<style>.a > b{color:red}</style>`, `<body bgcolor="#eee">`, `<p class="a" style="margin:0;color:#1F497D">Testo è`,
		`<img src="` + pixel + `" width="3">`, `<a href="http://a.example" target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">l</a>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is lost in %q", want, got)
		}
	}
	if strings.Contains(got, "evil.example") {
		t.Errorf("remote image is left in %q", got)
	}
}

func TestInlineImages(t *testing.T) {
	resolve := func(cid string) (string, bool) {
		uri, ok := map[string]string{
			"ok@x": pixel, "svg@x": "data:image/svg+xml;base64,PHN2Zy8+", "html@x": "data:text/html;base64,AAAA",
			"out@x": `data:image/png;base64,AA" onerror="x`, "remote@x": "http://evil.example/p.gif",
		}[cid]
		return uri, ok
	}
	for in, want := range map[string]string{
		`a<img src="cid:ok@x" alt="Stemma">b`:      `a<img src="` + pixel + `" alt="Stemma">b`,
		`<img src="cid:missing@x" alt="Stemma">b`:  `Stemmab`,
		`<img src="cid:svg@x" alt="1 &lt; 2">b`:    `1 &lt; 2b`,
		`<img src="cid:html@x" alt="">`:            `[immagine: vedi allegati]`,
		`<img src="cid:out@x" alt="">`:             `[immagine: vedi allegati]`,
		`<img src="cid:remote@x" alt="">`:          `[immagine: vedi allegati]`,
		`testo &lt;img src=&#34;cid:ok@x&#34;&gt;`: `testo &lt;img src=&#34;cid:ok@x&#34;&gt;`,
	} {
		if clean, _ := Sanitize(in); clean != in {
			t.Errorf("%q is not a result of Sanitize", in)
		}
		if got := InlineImages(in, resolve); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestOneImageNamedOftenDoesNotFillTheMemory(t *testing.T) {
	large := "data:image/png;base64," + strings.Repeat("A", 1<<20)
	resolve := func(string) (string, bool) { return large, true }
	mail := strings.Repeat(`<img src="cid:a" alt="">`, 10_000)
	clean, ok := Sanitize(mail)
	if !ok {
		t.Fatal("falls back to text")
	}
	for name, got := range map[string]string{"InlineImages": InlineImages(clean, resolve), "Original": Original(mail, resolve)} {
		if n := strings.Count(got, large); n == 0 || len(got) > maxImages+maxHTML {
			t.Errorf("%s: %d images, %d bytes", name, n, len(got))
		}
	}
	huge := "data:image/png;base64," + strings.Repeat("A", maxImage)
	if got := InlineImages(`<img src="cid:a" alt="Foto">`, func(string) (string, bool) { return huge, true }); got != "Foto" {
		t.Errorf("an image over 1 MB is taken in: %.40q", got)
	}
}
