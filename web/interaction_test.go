package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserTab is a browser tab under test.
type browserTab struct {
	t   *testing.T
	ctx context.Context
	url string
}

func (b browserTab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b browserTab) open(sample string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.url+"/campione/"+sample), chromedp.WaitReady("html.js main"))
}

// expect waits until a script's value, as text, is want.
func (b browserTab) expect(what, script, want string) {
	b.t.Helper()
	var got string
	err := chromedp.Run(b.ctx, chromedp.Poll(
		fmt.Sprintf("(() => { window.valore = String(%s); return window.valore === %q })()", script, want), nil,
		chromedp.WithPollingTimeout(5*time.Second), chromedp.WithPollingInterval(30*time.Millisecond)))
	if err != nil {
		_ = chromedp.Run(b.ctx, chromedp.Evaluate("String(window.valore)", &got))
		b.t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
}

// press sends the key alone: the driver's own sends the letter even where the page refused the key.
func (b browserTab) press(key string) chromedp.Action {
	return chromedp.Evaluate(fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true}))`, key), nil)
}

func (b browserTab) event(text string) {
	b.t.Helper()
	resp, err := http.Post(b.url+"/evento", "text/plain", strings.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	_ = resp.Body.Close()
}

func TestInteractions(t *testing.T) {
	root := startBrowser(t)
	srv := preview(t)
	ctx, cancel := context.WithTimeout(root, 90*time.Second)
	defer cancel()
	var log console
	log.listen(ctx)
	b := browserTab{t: t, ctx: ctx, url: srv.URL}
	b.run(cdplog.Enable(), chromedp.EmulateViewport(1440, 900))

	t.Run("weight", func(t *testing.T) {
		b.open("coda")
		b.run(chromedp.Evaluate(`document.fonts.ready.then(()=>0)`, nil, awaitPromise))
		b.expect("requests", `performance.getEntriesByType("resource").filter(r=>!r.name.endsWith("/eventi")).length + 1 <= 10`, "true")
		b.expect("assets fit in 110 kB; the page itself is under 10", `performance.getEntriesByType("resource").reduce((n,r)=>n+r.encodedBodySize,0) < 110000`, "true")
	})
	t.Run("keys in the queue", func(t *testing.T) {
		b.open("coda")
		b.run(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"), chromedp.KeyEvent("j"))
		b.expect("j j k j", `document.querySelector("tr.corrente").id + " " + document.activeElement.className`, "q-2026-002640 q-sogg")
		b.run(chromedp.KeyEvent("?"))
		b.expect("? opens the help", `document.querySelector("#scorciatoie").open`, "true")
		b.run(chromedp.KeyEvent(kb.Escape), b.press("/"), chromedp.KeyEvent("j"))
		b.expect("/ goes to the search, where j is a letter", `document.activeElement.id + document.activeElement.value`, "cercaj")
	})
	t.Run("keys can be switched off", func(t *testing.T) {
		b.open("coda")
		b.run(chromedp.Evaluate(`document.querySelector("#scorciatoie-si").click()`, nil), chromedp.KeyEvent("j"))
		b.expect("j does nothing", `document.querySelector("tr.corrente")`, "null")
		b.run(chromedp.Evaluate(`document.querySelector("#scorciatoie-si").click()`, nil), chromedp.KeyEvent("j"))
		b.expect("j works again", `document.querySelector("tr.corrente").id`, "q-2026-002641")
	})
	t.Run("filter", func(t *testing.T) {
		b.open("coda")
		b.run(chromedp.SendKeys("#f-q", "zzz"))
		b.expect("list, count and address follow", `document.querySelector(".vuoto-t")?.textContent + "|" + document.querySelector("#conteggio").textContent + "|" + location.search.includes("q=zzz")`,
			"Nessun quesito con questi filtri|\u00a0|true")
	})
	t.Run("live", func(t *testing.T) {
		b.open("coda")
		b.expect("stream", `document.querySelector("#rete").textContent`, "")
		b.event("event: coda\ndata: {\"numero\":\"2026-002700\",\"tipo\":\"nuovo\"}\n\nevent: coda\ndata: {\"numero\":\"2026-002701\",\"tipo\":\"nuovo\"}\n\n")
		b.expect("bar", `document.querySelector("#novita").textContent`, "2 nuovi quesiti · Mostra")
		b.event("event: contatori\ndata: <span class=\"conta\" id=\"conta-mie\" hx-swap-oob=\"true\">13</span>\n\n")
		b.expect("counter", `document.querySelector("#conta-mie").textContent`, "13")
		b.run(chromedp.Click("#novita button"))
		b.expect("bar goes", `document.querySelector("#novita").hidden`, "true")
	})
	t.Run("composer", func(t *testing.T) {
		b.open("quesito-chiuso")
		b.run(b.press("r"))
		b.expect("r unfolds the composer", `document.activeElement.id`, "testo")
		b.run(chromedp.Evaluate(`document.querySelector("[name=misura_chiesta]").disabled = false`, nil)) // not what is tested here
		b.run(chromedp.KeyEvent("> Allego la nota\nIl legato pio"), chromedp.Evaluate(`document.querySelector("#comp").addEventListener("submit", e => { e.preventDefault(); window.partita = true }, {once: true})`, nil), chromedp.Click(".per-risposta"))
		b.expect("a file that only the quotation speaks of is not asked about", `window.partita + " " + document.querySelectorAll(".comp-av:not(.comp-pec)").length`, "true 0")
		b.run(chromedp.Evaluate(`document.querySelector("#testo").value = ""`, nil), b.press("r"))
		b.run(chromedp.KeyEvent("vedi allegato"), chromedp.Click("[data-anteprima]"))
		b.expect("preview by the server", `document.querySelector("#anteprima").textContent.trim()`, "Ciao")
		b.run(chromedp.Click("[data-anteprima]"), chromedp.Click(".per-risposta"))
		b.expect("a missing attachment is asked about", `document.querySelectorAll(".comp-av:not(.comp-pec)").length`, "1")
		b.expect("draft", `document.querySelector("#bozza").textContent`, "Salvato in questo browser")
		b.open("quesito-chiuso")
		b.expect("the draft survives", `document.querySelector("#testo").value`, "vedi allegato")
		b.run(chromedp.Evaluate(`document.activeElement.blur()`, nil), b.press("n"))
		b.expect("n turns to a note", `getComputedStyle(document.querySelector(".per-risposta")).display + " " + getComputedStyle(document.querySelector(".per-nota")).display`, "none flex")
	})
	t.Run("the measure is asked about once", func(t *testing.T) {
		b.open("quesito-chiuso")
		b.run(chromedp.Evaluate(`sessionStorage.clear(); document.querySelector("#testo").value = ""`, nil))
		b.open("quesito-chiuso")
		b.run(chromedp.Evaluate(`document.addEventListener("submit", e => { window.partita = e.submitter.value; e.preventDefault() }); window.partita = ""`, nil),
			b.press("r"), chromedp.KeyEvent("Buongiorno."), chromedp.Click(".per-risposta"))
		b.expect("without a round trip", `[document.querySelector("#comp-mis").hidden, document.activeElement.value, document.querySelector(".per-risposta").textContent, window.partita].join("|")`,
			"false|misura|Invia senza misura|")
		b.expect("the draft remembers", `JSON.parse(sessionStorage.getItem("bozza:2026-002640"))?.asked`, "true")
		b.open("quesito-chiuso")
		b.expect("a draft taken up again shows the question", `document.querySelector("#comp-mis").hidden + document.querySelector("#testo").value`, "falseBuongiorno.")
		b.run(chromedp.Evaluate(`document.addEventListener("submit", e => { window.partita = e.submitter.value; e.preventDefault() })`, nil), chromedp.Click(".per-risposta"))
		b.expect("and sends", `window.partita`, "invia")
		b.run(chromedp.Evaluate(`sessionStorage.clear(); document.querySelector("#testo").value = ""`, nil))
	})
	t.Run("keys of triage", func(t *testing.T) {
		b.open("coda-classificare")
		b.run(chromedp.KeyEvent("j"), chromedp.KeyEvent("m"))
		b.expect("m opens the choice", `document.querySelector("#scelta").open + " " + document.activeElement.id`, "true s-misura")
		b.run(chromedp.Evaluate(`document.querySelector("#scelta form").requestSubmit()`, nil))
		b.expect("what is chosen is saved", `document.querySelector("#scelta").open + " " + document.querySelector(".avviso")?.textContent`, "false 2026-002641: salvato.")
		b.expect("and the next row has its turn", `document.querySelector("tr.corrente")?.id`, "q-2026-002640")
		b.run(chromedp.KeyEvent("y"))
		b.expect("nothing is proposed of it", `[...document.querySelectorAll(".avviso")].at(-1).textContent`, "Non c'è niente da confermare: con M si sceglie la misura.")
		b.run(chromedp.KeyEvent("k"), chromedp.KeyEvent("y"))
		b.expect("y confirms", `[...document.querySelectorAll(".avviso")].at(-1).textContent`, "2026-002641: confermato.")
		b.open("quesito")
		b.run(chromedp.Evaluate(`document.activeElement.blur()`, nil), b.press("m"))
		b.expect("on the ticket m goes to the select", `document.activeElement.id`, "d-misura")
	})
	t.Run("live after going back", func(t *testing.T) {
		b.open("coda")
		b.run(chromedp.SendKeys("#f-q", "zzz"))
		b.expect("filtered", `location.search.includes("q=zzz")`, "true")
		b.run(chromedp.NavigateBack())
		b.expect("the whole queue", `document.querySelectorAll("#righe tr[id]").length > 5`, "true")
		b.event("event: coda\ndata: {\"numero\":\"2026-002700\",\"tipo\":\"nuovo\"}\n\n")
		b.expect("bar", `document.querySelector("#novita").textContent + document.querySelector("#novita").hidden`, "1 nuovo quesito · Mostrafalse")
		b.run(chromedp.Evaluate(`document.querySelector("#scorciatoie-si").click()`, nil))
		b.expect("the box of the keys works", `localStorage.getItem("sportello-scorciatoie")`, "no")
		b.run(chromedp.Evaluate(`document.querySelector("#scorciatoie-si").click()`, nil))
	})
	t.Run("way back", func(t *testing.T) {
		b.run(chromedp.Navigate(b.url+"/quesiti?vista=aperti&stato=open"), chromedp.WaitReady("html.js main"))
		b.open("quesito") // twice, as after an action
		b.open("quesito")
		b.expect("to the queue as it was", `document.querySelector("#indietro").getAttribute("href") + " " + document.querySelector("#indietro").getAttribute("aria-label")`,
			"/quesiti?vista=aperti&stato=open Torna a Tutti gli aperti")
	})
	t.Run("a new question is read from its beginning", func(t *testing.T) {
		b.open("quesito-nuovo")
		b.expect("its sender is in sight below the head of the page, above the composer", `(() => {
			const { top, bottom } = document.querySelector("#m-1 .msg-chi").getBoundingClientRect();
			return top > document.querySelector("h1").getBoundingClientRect().bottom && bottom < document.querySelector("#comp").getBoundingClientRect().top;
		})()`, "true")
	})
	t.Run("focus stays in sight", func(t *testing.T) {
		b.open("quesito")
		b.run(chromedp.Evaluate(`scrollTo(0, 0)`, nil))
		b.expect("no link of the thread hides behind the composer", `[...document.querySelectorAll(".msgs :is(a, summary, button)")].filter(e => e.checkVisibility()).filter(e => {
			e.focus();
			return e.getBoundingClientRect().bottom > document.querySelector("#comp").getBoundingClientRect().top + 1;
		}).length`, "0")
	})
	t.Run("paste and drop", func(t *testing.T) {
		b.open("quesito")
		const send = `(type, text, files) => {
			const data = new DataTransfer();
			if (text) data.setData("text/plain", text);
			for (const f of files) data.items.add(new File(["x"], f, {type: "image/png"}));
			const e = type === "paste" ? new ClipboardEvent(type, {clipboardData: data, bubbles: true, cancelable: true}) : new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true});
			document.querySelector("#testo").dispatchEvent(e);
			return e.defaultPrevented + " " + document.querySelector("#allegati").files.length;
		}`
		b.expect("cells of Excel are text", "("+send+`)("paste", "12,5", ["image.png"])`, "false 0")
		b.expect("a picture is attached", "window.prima ??= ("+send+`)("paste", "", ["image.png"])`, "true 1")
		b.expect("text that is dragged falls where it is dropped", "("+send+`)("drop", "parole", [])`, "false 1")
		b.expect("a file that is dragged is attached", "window.seconda ??= ("+send+`)("drop", "", ["a.png"])`, "true 2")
	})
	t.Run("a draft keeps all that was chosen", func(t *testing.T) {
		b.open("quesito-chiuso")
		b.run(chromedp.Evaluate(`sessionStorage.clear(); document.querySelector("#testo").value = ""`, nil))
		b.open("quesito-chiuso")
		b.run(chromedp.Evaluate(`(() => {
			document.querySelector(".comp-piega").open = true;
			const { a, cc, poi, testo, allegati } = document.querySelector("#comp").elements;
			const box = new DataTransfer();
			box.items.add(new File(["x"], "parere.pdf"));
			allegati.files = box.files;
			a.value = "altri@comune.example"; cc.value = "sindaco@comune.example"; poi.value = "closed"; testo.value = "Gentile dottore,";
			testo.dispatchEvent(new Event("input", { bubbles: true }));
		})()`, nil))
		b.expect("draft", `document.querySelector("#bozza").textContent`, "Salvato in questo browser")
		b.open("quesito-chiuso")
		b.expect("restored", `(() => { const e = document.querySelector("#comp").elements; return [e.a.value, e.cc.value, e.poi.value, e.testo.value].join("|") })()`,
			"altri@comune.example|sindaco@comune.example|closed|Gentile dottore,")
		b.expect("recipients are in sight", `document.querySelector("#comp-a").textContent + document.querySelector(".comp-a").open`, "altri@comune.exampletrue")
		b.expect("files are to be chosen again", `document.querySelector(".comp-av").textContent`, "Gli allegati vanno scelti di nuovo.")
	})
	t.Run("a refusal is in sight", func(t *testing.T) {
		b.open("quesito-errore")
		b.expect("focus", `document.activeElement.textContent`, "Lo stato era già cambiato: ora è Aperto.")
		b.expect("on the screen", `(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= document.querySelector(".tk-testa").getBoundingClientRect().bottom && r.bottom < innerHeight })()`, "true")
	})
	t.Run("read", func(t *testing.T) {
		b.open("quesito")
		b.expect("the script says so", `performance.getEntriesByType("resource").some(r => r.name.endsWith("/letto"))`, "true")
	})
	for _, line := range log.take() {
		t.Error("console: ", line)
	}
	t.Run("the session ends while somebody writes", func(t *testing.T) {
		b.open("quesito")
		b.run(chromedp.Evaluate(`Date.now = () => performance.timeOrigin + performance.now() + 360000; 0`, nil), chromedp.Focus("#testo"), chromedp.KeyEvent("a"))
		b.expect("notice", `document.querySelector("#rete").textContent`, "La sessione è scaduta: accedi in un'altra scheda.")
		log.take() // the refused request stands in the console
	})
}
