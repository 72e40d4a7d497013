package main

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// vector is one way of making a mail run, fetch or cover something. In its
// text, CANARY stands for an address whose every call is counted, PWN for a
// script that reports itself.
type vector struct{ name, html string }

// hostile are the vectors, by the classes S-01 to S-09 of the review.
func hostile() []vector {
	list := slicesOf(
		scriptVectors, svgVectors, fetchVectors, styleVectors, frameVectors, linkVectors, brokenVectors,
	)
	// What a sanitiser lets through once it may let through twice.
	list = append(list,
		vector{"data image of svg", `<img src="data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="PWN"><image href="CANARY"/><script>PWN</script></svg>`)) + `">`},
		vector{"nested deeper than a parser goes", strings.Repeat("<div>", 600) + `<img src="CANARY" onerror="PWN">` + strings.Repeat("</div>", 600)},
	)
	return list
}

func slicesOf(groups ...[]vector) []vector {
	var all []vector
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

var scriptVectors = []vector{ // S-01, S-06
	{"script", `<script>PWN</script><script src="CANARY"></script>`},
	{"script in script", `<scr<script>ipt>PWN</scr</script>ipt><script>PWN</script>`},
	{"script module and noscript", `<script type="module">PWN</script><noscript><img src="CANARY"></noscript>`},
	{"img onerror", `<img src="x" onerror="PWN"><img/src=x/onerror=PWN>`},
	{"body onload", `</div></article><body onload="PWN" onpageshow="PWN"><p>testo</p>`},
	{"events without a user", `<details open ontoggle="PWN"><summary>s</summary></details><p style="animation:x 1s" onanimationstart="PWN">p</p><input autofocus onfocus="PWN"><marquee onstart="PWN">m</marquee>`},
	{"iframe srcdoc", `<iframe srcdoc="<script>parent.PWN</script><img src='CANARY'>"></iframe>`},
	{"template and shadow root", `<div><template shadowrootmode="open"><img src="CANARY" onerror="PWN"></template></div>`},
	{"event handler with entities", `<img src=x on&#101;rror="PWN" &#111;nerror=PWN><a onclick&Tab;="PWN">x</a>`},
	{"comment that is none", `<!--><img src=CANARY onerror=PWN>--><!--!><script>PWN</script>--!>`},
	{"conditional comment", `<!--[if true]><script>PWN</script><img src="CANARY"><![endif]--><![CDATA[<img src=x onerror=PWN>]]>`},
}

var svgVectors = []vector{ // S-01
	{"svg onload", `<svg onload="PWN"><script>PWN</script><image href="CANARY" xlink:href="CANARY"/></svg>`},
	{"svg animate", `<svg><a><animate attributeName="href" values="javascript:PWN"/><text x="20" y="20">x</text></a><animate onbegin="PWN" attributeName="x" dur="1s"/><set attributeName="onmouseover" to="PWN"/></svg>`},
	{"svg use and filter", `<svg><use href="CANARY#x"/><filter id="f"><feImage href="CANARY"/></filter><rect width="9" height="9" filter="url(#f)" fill="url(CANARY#g)"/></svg>`},
	{"foreignObject", `<svg><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="PWN"><iframe src="CANARY"></iframe><img src=x onerror=PWN></body></foreignObject></svg>`},
	{"math confusion", `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=CANARY onerror=PWN&gt;"></mglyph></table></mtext></math>`},
	{"math annotation", `<math href="javascript:PWN"><annotation-xml encoding="text/html"><script>PWN</script><img src="CANARY" onerror="PWN"></annotation-xml></math>`},
	{"svg style breaks out", `<svg><style><img src=x onerror=PWN></style><title><img src="CANARY" onerror="PWN"></title></svg>`},
}

var fetchVectors = []vector{ // S-08
	{"img src", `<img src="CANARY" width="1" height="1"><img src="//HOST/slashes"><img src="\\HOST\back"><img src=" CANARY">`},
	{"img srcset", `<img srcset="CANARY 1x, CANARY?2 2x" sizes="100vw"><img src="" srcset="CANARY 800w">`},
	{"picture", `<picture><source srcset="CANARY" type="image/png"><source media="(min-width:1px)" srcset="CANARY?b"><img alt="x"></picture>`},
	{"video and audio", `<video poster="CANARY" src="CANARY?v" autoplay preload="auto"><source src="CANARY?s"><track default src="CANARY?t"></video><audio src="CANARY?a" autoplay preload="auto"></audio>`},
	{"input image", `<form><input type="image" src="CANARY" formaction="CANARY"></form><input type="image" src="CANARY">`},
	{"background attributes", `<table background="CANARY"><tr background="CANARY?r"><td background="CANARY?d">x</td></tr></table><body background="CANARY?b">`},
	{"link rel", `<link rel="stylesheet" href="CANARY"><link rel="prefetch" href="CANARY?p"><link rel="preload" as="image" href="CANARY?l"><link rel="dns-prefetch" href="//HOST"><link rel="preconnect" href="CANARY"><link rel="icon" href="CANARY?i"><link rel="modulepreload" href="CANARY?m">`},
	{"meta refresh", `<meta http-equiv="refresh" content="0;url=CANARY"><meta http-equiv="refresh" content="0;url=javascript:PWN">`},
	{"base", `<base href="CANARY"><img src="relative.png"><a href="x">x</a><base target="_top">`},
	{"cid tricks", `<img src="cid:../../CANARY"><img src="cid:logo@x" srcset="CANARY"><img src="CID:&#x22;&gt;&lt;img src=CANARY&gt;"><img src="cid:cattivo">`},
	{"blob and filesystem", `<img src="blob:CANARY"><iframe src="blob:CANARY"></iframe><img src="filesystem:CANARY"><img src="view-source:CANARY">`},
	{"legacy attributes", `<img lowsrc="CANARY" dynsrc="CANARY?d" longdesc="CANARY?l"><img src="x" usemap="CANARY"><a ping="CANARY" href="https://comune.test">x</a><q cite="CANARY">q</q><object codebase="CANARY" classid="x"></object>`},
	{"image element", `<image src="CANARY" href="CANARY"></image><img is="x-y" src="CANARY">`},
	{"manifest and profile", `<html manifest="CANARY" xmlns:x="CANARY"><head profile="CANARY"><script type="speculationrules">{"prefetch":[{"urls":["CANARY"]}]}</script></head>`},
}

var styleVectors = []vector{ // S-07
	{"style attribute url", `<p style="background:url(CANARY);list-style:url('CANARY?l') inside;content:url(CANARY?c);cursor:url(CANARY?u),auto;border-image:url(CANARY?b) 1">x</p>`},
	{"style escapes", `<p style="background:u\72l(CANARY);background-image:\75\52\4c(CANARY?2);background:url/**/(CANARY?3);back/**/ground:url(CANARY?4)">x</p><p style="background&colon;url(CANARY)">y</p>`},
	{"style element", `<style>body,*{background:url(CANARY)!important}@import "CANARY?i";@import url(CANARY?j);</style><p>x</p>`},
	{"font face", `<style>@font-face{font-family:f;src:url(CANARY)}p,*{font-family:f!important}</style><p>testo</p>`},
	{"attribute selectors", `<style>input[value^="2"]{background:url(CANARY)}a[href*="quesiti"]{background:url(CANARY?a)}form[action]{background-image:url(CANARY?f)}</style>`},
	{"image-set and var", `<p style="--u:url(CANARY);background:var(--u)">x</p><p style="background:image-set('CANARY' 1x);mask:-webkit-image-set(url(CANARY) 1x);background:-webkit-cross-fade(url(CANARY),url(CANARY?x),50%)">y</p>`},
	{"overlay", `<div style="position:fixed!important;inset:0;top:0;left:0;width:100vw;height:100vh;z-index:2147483647;background:#fff">Sessione scaduta <a href="CANARY">Accedi</a></div><div style="position:absolute;top:-9999px;left:-9999px;width:99999px;height:99999px;background:red;opacity:.9">x</div><p style="margin:-4000px 0 0 -900px;transform:scale(90);color:red">x</p>`},
	{"overlay by our classes", `<div class="dlg barra fascia menu-pop lato salto" id="menu" popover>x</div><div class="barra" style="display:block">Accedi di nuovo</div><dialog open>x</dialog>`},
	{"style breaks out", `<style><img title="</style><img src=CANARY onerror=PWN>"></style><style>x{y:url("CANARY`},
	{"expression and binding", `<p style="width:expression(PWN);behavior:url(CANARY);-moz-binding:url(CANARY)">x</p><style>@charset "x";@namespace url(CANARY);@document url(CANARY){p{color:red}}</style>`},
}

var frameVectors = []vector{ // S-01, S-06, S-08
	{"iframe", `<iframe src="CANARY"></iframe><iframe src=CANARY?u`},
	{"frameset", `<frameset onload="PWN"><frame src="CANARY"></frameset>`},
	{"object and embed", `<object data="CANARY" type="text/html"><embed src="CANARY?e"></object><embed src="javascript:PWN"><applet code="CANARY" archive="CANARY"></applet>`},
	{"portal and fenced frame", `<portal src="CANARY"></portal><fencedframe src="CANARY"></fencedframe><webview src="CANARY"></webview>`},
	{"form that sends itself", `<form id="comp" action="CANARY" method="get"><input name="x" value="1"><button autofocus onfocus="this.form.submit()">Invia</button></form><script>document.forms[0].submit()</script>`},
	{"form around ours", `</div></article></li></ol></section><form action="CANARY"><input type="hidden" name="chiave">`},
	{"ids that are ours", `<form name="cookie"><input id="testo" name="body"></form><a id="comp" name="comp" href="CANARY">x</a><img name="querySelector"><div id="lista">x</div>`},
	{"htmx attributes", `<div hx-get="CANARY" hx-trigger="load" data-hx-get="CANARY" hx-on:load="PWN" hx-on--load="PWN">x</div><div sse-connect="CANARY" hx-ext="sse">y</div><button data-apri="scorciatoie" data-anteprima data-stampa autofocus>z</button>`},
}

var linkVectors = []vector{ // S-04
	{"javascript links", `<a href="javascript:PWN">a</a><a href="JaVaScRiPt:PWN">b</a><a href=" &#1; javascript:PWN">c</a><a href="java&Tab;script:PWN">d</a><a href="java&#10;script:PWN">e</a>`},
	{"entities in the scheme", `<a href="&#106;&#97;&#118;&#97;script&colon;PWN">a</a><a href="&#0000106avascript:PWN">b</a><a href="&#x6A&#x61;vascript&#58;PWN">c</a><a href="\x6aavascript:PWN">d</a>`},
	{"data and vbscript", `<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">a</a><a href="vbscript:msgbox(1)">b</a><a href="blob:null/x">c</a><a href="file:///etc/passwd">d</a><a href="intent://x#Intent;end">e</a>`},
	{"area and form links", `<map name="m"><area shape="default" href="javascript:PWN"></map><img usemap="#m" width="9" height="9"><form action="javascript:PWN"><button formaction="javascript:PWN">f</button></form>`},
	{"target and opener", `<a href="CANARY" target="_top" rel="opener" ping="CANARY" download>x</a><a href="//HOST/y" target="_self">y</a><a href="/esci" target="_parent">z</a>`},
}

var brokenVectors = []vector{ // S-06, S-15
	{"unclosed quote", `<img src="CANARY onerror="PWN" <p title="<img src=CANARY onerror=PWN>`},
	{"null and control", "<scr\x00ipt>PWN</script><img\x0bsrc=CANARY\x0conerror=PWN><\x00img src=CANARY>"},
	{"raw text elements", `<textarea><img src=CANARY onerror=PWN></textarea><title><img src=CANARY></title><xmp><img src=CANARY onerror=PWN></xmp><plaintext><img src=CANARY onerror=PWN>`},
	{"select and table", `<select><option><style></select><img src=CANARY onerror=PWN></style></select><table><a href="javascript:PWN"><tr><td>x</table>`},
	{"double attributes", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" src="CANARY" SRC="CANARY"><a href="https://comune.test" href="javascript:PWN">x</a>`},
	{"xml island", `<?xml version="1.0"?><?xml-stylesheet href="CANARY"?><!DOCTYPE html [<!ENTITY x SYSTEM "CANARY">]><html><v:image xmlns:v="urn:schemas-microsoft-com:vml" src="CANARY"/><o:p>&x;</o:p></html>`},
	{"utf-7 and half a page", `+ADw-script+AD4-PWN+ADw-/script+AD4-</div></body></html><img src="CANARY" onerror="PWN">`},
}

// hostileText are mails of plain text only (S-03).
var hostileText = []vector{
	{"link references", "Vedi [1].\n\n[1]: javascript:PWN\n[x]: javascript:PWN \"onerror=PWN\"\n[2] <javascript:PWN>\n![x](CANARY)\n[x](javascript:PWN)"},
	{"markup as text", `<script>PWN</script><img src="CANARY" onerror="PWN"> "><svg onload=PWN> &lt;img src=CANARY&gt;`},
	{"addresses that end badly", "http://comune.test/\"onmouseover=\"PWN http://comune.test/'><img/src=CANARY/onerror=PWN> https://comune.test/<script>PWN</script> www.x.test\"style=\"background:url(CANARY)"},
	{"bidi and quotes", "\u202ehttp://comune.test/\u202c\n> <img src=CANARY>\n>> > \"><script>PWN</script>\n" + strings.Repeat("x", 100_000)},
}

// hostileNames are what stands in headers and names of files (S-05, S-10).
var hostileNames = []string{
	`<img src=CANARY onerror=PWN>`, `"><script>PWN</script>`, `</title><script>PWN</script>`, `{{.}} ${PWN} <svg onload=PWN>`,
}

// hostileFiles are attachments that a browser might show or run (S-09).
var hostileFiles = []struct{ name, mediaType, data string }{
	{"pagina.html", "text/html", `<!doctype html><script>PWN</script><img src="CANARY">`},
	{"disegno.svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" onload="PWN"><script>PWN</script><image href="CANARY"/></svg>`},
	{"pagina.xhtml", "application/xhtml+xml", `<html xmlns="http://www.w3.org/1999/xhtml"><script>PWN</script><img src="CANARY"/></html>`},
	{"dati.xml", "text/xml", `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="CANARY"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">PWN</x:script>`},
	{"foto.png", "image/png", `<html><script>PWN</script><img src="CANARY"></html>`},
	{"misto.gif", "image/gif", "GIF89a/*<script>PWN</script><img src=CANARY>*/=1;PWN"},
	{"niente", "", `<!doctype html><script>PWN</script>`},
	{"lista.png", "image/svg+xml; charset=utf-7", `<svg xmlns="http://www.w3.org/2000/svg"><script>PWN</script></svg>`},
	{"archivio.mht", "multipart/related", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>PWN</script>"},
	{"modulo.pdf", "application/pdf", "%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(PWN)>>>>endobj\n<script>PWN</script>"},
	{"programma.js", "text/javascript", "PWN"},
	{"testo.txt", "text/plain", `<script>PWN</script>`},
}

// arm fills the places of a vector: its canary's address is its own, so that a
// hit names it.
func arm(text, canary string, n int) string {
	host := strings.TrimPrefix(canary, "http://")
	return strings.NewReplacer(
		"CANARY", fmt.Sprintf("%s/v%d", canary, n), "HOST", host, "PWN", fmt.Sprintf("ran(`%d`)", n),
	).Replace(text)
}
