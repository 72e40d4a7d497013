package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

// TestWithoutScriptInBrowser does the main tasks with JavaScript off.
func TestWithoutScriptInBrowser(t *testing.T) {
	root := startBrowser(t)
	refusing := make(chan struct{}, 1)
	refusing <- struct{}{} // the first answer to the officer is refused
	world := newLoopWorld(t, loopback.SMTPOptions{Script: func(verb, arg string) loopback.Reply {
		if verb == loopback.VerbRcpt && strings.HasPrefix(arg, "riprova@") {
			select {
			case <-refusing:
				return loopback.Reply{Code: 550, Text: "5.1.1 casella piena"}
			default:
			}
		}
		return loopback.Reply{}
	}})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	for _, q := range []struct{ id, subject string }{{"a", "Asilo nido"}, {"b", "Asilo nido, seguito"}, {"c", "Palestra"}} {
		world.deliver(t, question(q.id, q.subject, "", "Buongiorno, un quesito sul tema: "+q.subject+"."))
	}
	d.serve()
	eventually(t, "the mail is in", func() bool { return len(d.inbound()) == 3 })
	b := openTab(t, root, d.url)
	b.mute = true
	b.run(emulation.SetScriptExecutionDisabled(true))
	b.logIn(expertEmail, testPassword)
	b.expect("no script runs", `document.documentElement.classList.contains("js")`, "false")

	b.open("/quesiti?vista=aperti")
	b.pick("#f-stato", "new")
	b.write("#f-q", "palestra")
	b.click("#filtri .senza-js")
	b.expect("the filter", `document.querySelectorAll("#righe tr").length + " " + document.querySelector("#righe .q-sogg")?.textContent.trim()`, "1 Da leggere: Palestra")
	b.click("#righe a.q-sogg")
	b.there("#comp")
	ticket := strings.TrimPrefix(b.text("location.pathname"), "/quesiti/")

	b.click("#prendi button")
	b.expectPart("taken", `document.querySelector(".tk-sub").textContent`, "Anna Verdi")
	file := filepath.Join(t.TempDir(), "scheda.txt")
	if err := os.WriteFile(file, []byte("la scheda"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.write("#testo", "Buongiorno, **ecco** la scheda in allegato.")
	b.click("[data-anteprima]")
	b.expect("the preview keeps the text", `document.querySelector("#anteprima strong")?.textContent + "|" + document.querySelector("#testo").value.length`, "ecco|43")
	b.click(".per-risposta")
	b.expectPart("the measure is asked about", `document.querySelector("#comp-mis:not([hidden])")?.textContent`, "Manca la misura.")
	b.expectPart("and the file", `document.querySelector(".comp-av")?.textContent`, "parla di un allegato")
	b.heard.take() // the browser itself calls the status, 422, an error
	b.run(chromedp.SetUploadFiles("#allegati", []string{file}, chromedp.ByQuery))
	b.pick("#comp-misura", "0")
	b.click("#comp-mis button")
	b.expectPart("the answer is in the thread", `document.querySelector(".msg-reply")?.textContent`, "scheda.txt")
	eventually(t, "the answer has arrived", func() bool {
		for _, raw := range world.arrived(t) {
			if strings.Contains(string(raw), "scheda.txt") && strings.Contains(mime.Read(raw).HTML(), "<strong>ecco</strong>") {
				return true
			}
		}
		return false
	})

	b.js(`document.querySelector("[name=tipo][value=nota]").checked = true`)
	b.write("#testo", "Sentito per telefono.")
	b.click(".per-nota")
	b.expectPart("the note", `document.querySelector(".msg-note")?.textContent`, "Sentito per telefono.")
	b.pick("#d-stato", "waiting_org")
	b.click("form[action$='/stato'].campo .applica")
	b.expect("the state", `document.querySelector(".tk-sub .stato").textContent`, "In attesa dell'ente")
	b.click("#apri-rinvia")
	b.click("#rinvia button[value=settimana]")
	b.expect("put off", `document.querySelector(".tk-sub .stato").textContent`, "Rinviato")

	noScriptMerge(b, d)
	noScriptRetry(b)
	b.open("/quesiti/" + ticket)
	b.click(".barra-utente")
	b.click("[data-esci] button")
	b.there("#password")
	b.open("/quesiti")
	b.expect("nobody is signed in", `document.querySelector("#password") !== null`, "true")
	b.silent()
}

// pick chooses in a select.
func (b *tab) pick(selector, value string) {
	b.t.Helper()
	b.js(fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, value))
}

// send presses «Invia risposta», and past the question of the measure.
func (b *tab) send() {
	b.t.Helper()
	asks := b.text(`String(document.querySelector("[name=misura_chiesta]")?.disabled)`) == "true"
	b.click(".per-risposta")
	if asks {
		b.expect("the measure is asked about", `document.querySelector("#comp-mis")?.hidden`, "false")
		if !b.scripts() {
			b.heard.take() // the browser itself calls the status, 422, an error
		}
		b.click(".per-risposta")
	}
}

// scripts reports whether the page's scripts run.
func (b *tab) scripts() bool {
	b.t.Helper()
	return b.text(`String(document.documentElement.classList.contains("js"))`) == "true"
}

// there waits for what a selector finds.
func (b *tab) there(selector string) {
	b.t.Helper()
	b.expect(selector+" is there", fmt.Sprintf(`document.querySelector(%q) !== null`, selector), "true")
}

// noScriptMerge merges the younger of two questions of one officer.
func noScriptMerge(b *tab, d *testDesk) {
	b.t.Helper()
	numbers := map[string]string{}
	for _, ticket := range d.exported("tickets") {
		numbers[ticket["subject"].(string)] = ticket["number"].(string)
	}
	into := numbers["Asilo nido"]
	b.open("/quesiti/" + numbers["Asilo nido, seguito"])
	b.click("[popovertarget=altro]")
	b.click("#altro a")
	b.write("#con", into)
	b.click("form.in-linea .btn-primary")
	b.expectPart("the target", `document.querySelector("form .btn-primary")?.textContent`, into)
	b.click("form[data-una-volta] .btn-primary")
	b.expect("the other question", `location.pathname + " " + document.querySelectorAll(".msg-inbound").length`, "/quesiti/"+into+" 2")
}

// noScriptRetry opens a question by telephone, answers it and sends the answer
// again that was refused.
func noScriptRetry(b *tab) {
	b.t.Helper()
	b.open("/quesiti/nuovo")
	b.write("#n-nome", "Carla Neri")
	b.write("#n-email", "riprova@comune.test")
	b.write("#n-ogg", "Telefonata sul CUP")
	b.write("#n-testo", "Chiede come si chiude il CUP.")
	b.click(".az .btn-primary")
	b.there("#comp")
	path := b.text("location.pathname")
	b.write("#testo", "Buongiorno, dal portale.")
	b.send()
	b.there(".msg-reply")
	b.until("the answer is refused", path, lastFate, "casella piena")
	b.until("the outbox lists it", "/posta/uscita?vista=non-riuscite", `document.querySelector("tbody").textContent`, "Telefonata sul CUP")
	b.click("tbody .c-az button")
	b.expectPart("it is tried again", `document.querySelector("#avvisi")?.textContent`, "Il messaggio parte di nuovo.")
	b.until("it leaves", path, lastFate, "Inviata")
}
