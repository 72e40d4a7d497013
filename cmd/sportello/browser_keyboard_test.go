package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestKeyboardInBrowser chooses who asked and from where to answer with the
// keyboard only, with scripts and without.
func TestKeyboardInBrowser(t *testing.T) {
	root := startBrowser(t)
	f := openFrozenDesk(t, 0)
	b := openTab(t, root, f.url)
	b.enter(f, "anna")
	keyboardWay(b, "/quesiti/"+f.number("winmail"))
	b.silent()

	b.mute = true
	b.run(emulation.SetScriptExecutionDisabled(true))
	forward := "/quesiti/" + f.number("inoltro-lovona")
	b.open(forward)
	b.expect("no script runs", `document.documentElement.classList.contains("js")`, "false")
	asker := b.text(`document.querySelector("form[action$='/mittente'] span").textContent.split(" ").at(-1)`)
	b.tabTo(`e.textContent === "Usa il mittente originale"`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.expect("the answer goes to who asked", `document.querySelector("#comp-a")?.textContent`, asker)
	b.expect("it is not offered again", `document.querySelector("form[action$='/mittente']")`, "null")
	keyboardWay(b, "/quesiti/"+f.number("tabella-marserlasca"))
	b.silent()
}

// keyboardWay answers to a certified box, is warned, and sends from ours.
func keyboardWay(b *tab, ticket string) {
	b.t.Helper()
	b.open(ticket)
	b.tabTo(`e.matches(".comp-a summary")`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.tabTo(`e.id === "c-a"`)
	b.run(chromedp.KeyEvent("protocollo@pec.comune.valcerva.bg.example"))
	b.tabTo(`e.id === "testo"`)
	b.run(chromedp.KeyEvent("Buongiorno, il CUP va riallineato."))
	b.tabTo(`e.matches(".per-risposta")`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.expect("the measure is asked about", `document.querySelector("#comp-mis")?.hidden`, "false")
	if b.scripts() { // the server has not seen it yet
		b.tabTo(`e.matches(".per-risposta")`)
		b.run(chromedp.KeyEvent(kb.Enter))
	}
	choice := "Rispondi da " + demoPECBox
	b.expect("the warning offers our certified mailbox", fmt.Sprintf(`[...document.querySelectorAll(".comp-pec button")].some(e => e.textContent === %q)`, choice), "true")
	b.heard.take() // the browser itself calls the status, 422, an error
	b.tabTo(fmt.Sprintf(`e.textContent === %q`, choice))
	b.run(chromedp.KeyEvent(kb.Enter))
	b.expectPart("the answer leaves from there", `document.querySelector(".comp-pec")?.textContent`, "parte da "+demoPECBox)
	b.expect("the text is kept", `document.querySelector("#testo").value`, "Buongiorno, il CUP va riallineato.")
	b.tabTo(`e.matches(".per-risposta")`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.expectPart("the answer is in the thread", `[...document.querySelectorAll(".msg-reply")].at(-1)?.textContent`, demoPECBox)
}

// tabTo presses Tab until the element in focus, e, is what a script says.
func (b *tab) tabTo(wanted string) {
	b.t.Helper()
	const most = 200 // more than any page has to focus
	for range most {
		b.run(chromedp.KeyEvent(kb.Tab))
		if b.text(fmt.Sprintf(`(e => %s)(document.activeElement)`, wanted)) == "true" {
			return
		}
	}
	b.t.Fatalf("nothing in focus is %s on %s", wanted, b.text("location.href"))
}
