package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTour walks docs/tour.md in a browser, at the desk and at the towns'
// mailbox, over a demo whose script runs faster.
func TestTour(t *testing.T) {
	root := startBrowser(t)
	o := smallDemo(t.TempDir())
	o.bulky = true
	d := startDemo(t, o)
	w := walk{demo: d, desk: openTab(t, root, d.program.cfg.BaseURL), town: openTab(t, root, d.door.url())}
	for _, step := range []struct {
		name string
		walk func(walk, *testing.T)
	}{
		{"0-2 log in and live mail", walk.logIn}, {"2-4 a question from both sides", walk.question},
		{"4-5 urgent, and a strange file", walk.urgent}, {"5-6 a consultant", walk.consultant},
		{"6-7 certified mail only", walk.certifiedOnly}, {"7-8 write as a municipality", walk.municipality},
		{"8-9 nothing is lost", walk.nothingLost},
	} {
		ok := t.Run(step.name, func(t *testing.T) {
			w := walk{w.demo, w.desk.in(t), w.town.in(t)}
			step.walk(w, t)
			w.desk.silent()
			w.town.silent()
		})
		if !ok {
			t.FailNow() // what follows rests on it
		}
	}
	if o := call(t.Context(), "", "verify", "-config", o.dir+"/sportello.toml"); o.code != exitOK {
		t.Errorf("verify: %d\n%s%s", o.code, o.out, o.errors)
	}
}

// walk is one who follows the tour with two tabs.
type walk struct {
	demo *runningDemo
	desk *tab
	town *tab
}

var annasLink = regexp.MustCompile(`Anna Colombo\s+(http://\S+/accesso/prova/\S+)`)

func (w walk) logIn(t *testing.T) {
	var said bytes.Buffer
	w.demo.greet(&said)
	link := annasLink.FindStringSubmatch(said.String())
	if link == nil {
		t.Fatalf("no link of Anna's in\n%s", &said)
	}
	w.desk.open(link[1])
	w.desk.click("form .btn-primary")
	w.desk.expectPart("the green line", `document.querySelector(".fascia-demo")?.textContent`, "Dati di prova")
	for _, view := range []string{"Assegnati a me", "Non assegnati", "Risposte da leggere", "In attesa dell'ente", "Tutti gli aperti", "Automatici", "Chiusi"} {
		w.desk.expectPart("the views", `document.querySelector("#menu").textContent`, view)
	}
	w.desk.openLive("/quesiti?vista=aperti")
	w.demo.ready()
	w.desk.expectPart("the live message is shown without a reload",
		`(document.querySelector("#novita:not([hidden]) button")?.click(), document.querySelector("#righe").textContent)`, "Prot. n. 5127")
	w.town.until("Fuscera's acknowledgement", "/", `[...document.querySelectorAll("tbody tr")].map(r => r.textContent).find(s => s.includes("fuscera"))`, "automatica")
	w.desk.until("the officer at Lovona has answered", "/quesiti?vista=aperti&q=campione",
		`[...document.querySelectorAll("#righe tr")].map(r => r.textContent).find(s => s.includes("controllo a campione"))`, "Aperto")
}

// until loads a page until a script's value contains want.
func (b *tab) until(what, path, script, want string) {
	b.t.Helper()
	deadline := time.Now().Add(stepTimeout)
	for {
		b.open(path)
		got := b.text(script)
		if strings.Contains(got, want) {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: %q, want %q", what, got, want)
		}
	}
}

// openTicket goes to a view and clicks the question with a subject.
func (w walk) openTicket(view, subject string) (path string) {
	w.desk.t.Helper()
	row := fmt.Sprintf(`[...document.querySelectorAll("#righe a.q-sogg")].find(a => a.textContent.includes(%q))`, subject)
	w.desk.until("the view "+view, "/quesiti?vista="+view, row+"?.textContent", subject)
	w.desk.js(row + ".click()")
	w.desk.expect("the question is open and live", `location.pathname.startsWith("/quesiti/2") && document.querySelector("html.js #comp") !== null`, "true")
	return w.desk.text("location.pathname")
}

// answer writes into the composer and sends; a missing attachment is confirmed.
func (w walk) answer(text string) {
	w.desk.t.Helper()
	w.desk.js(fmt.Sprintf(`document.querySelector("#testo").value = %q`, text))
	if strings.Contains(text, "allegat") {
		w.desk.click(".per-risposta")
		w.desk.expectPart("an attachment is asked about", `document.querySelector(".comp-av")?.textContent`, "allegato")
		w.desk.click(".per-risposta")
	} else {
		w.desk.send()
	}
	w.desk.expectPart("the answer is on its way", `document.querySelector("#avvisi")?.textContent`, "Risposta in uscita")
}

const lastFate = `[...document.querySelectorAll(".msg-reply .consegna")].at(-1)?.textContent`

func (w walk) question(*testing.T) {
	path := w.openTicket("non-assegnati", "Prot. N.0004512")
	w.desk.expectPart("the courtesy copy", `document.querySelector(".copie summary")?.textContent`, "Probabile copia arrivata come posta elettronica da Ivano Belotti Cerri")
	const text = "L'importo si corregge **dal lato del Ministero**: chiedete l'allineamento con la scheda allegata."
	w.desk.write("#testo", text)
	w.desk.click("[data-anteprima]")
	w.desk.expect("the preview", `document.querySelector("#anteprima strong")?.textContent`, "dal lato del Ministero")
	w.desk.click("[data-anteprima]")
	w.answer(text)
	w.desk.until("the answer has left", path, lastFate, "Inviata")
	w.desk.expectPart("the question is Anna's", `document.querySelector(".tk-sub").textContent`, "Anna Colombo")

	first := `[...document.querySelectorAll("tbody a")].find(a => a.textContent.includes("Prot. N.0004512") && !a.closest("tr").textContent.includes("automatica"))`
	w.town.until("the town has the answer", "/", first+"?.textContent", "0004512")
	w.town.js(first + ".click()")
	w.town.expectPart("the text part opens with the protocol", `document.querySelector(".testo")?.textContent`, "Rif. Vs. prot. n. 4512 del")
	w.town.js(`[...document.querySelectorAll("a")].find(a => a.textContent.startsWith("Sorgente")).click()`)
	w.town.expectPart("the bytes", `document.body.textContent`, "In-Reply-To:")
	w.town.expectPart("the bytes", `document.body.textContent`, "References:")

	w.desk.until("the providers' receipts", path, `[...document.querySelectorAll(".msg-reply")].at(-1).querySelector(".ricevute")?.textContent`, "Consegnata")
	w.desk.expectPart("it was taken, too", `[...document.querySelectorAll(".msg-reply")].at(-1).querySelector(".ricevute").textContent`, "Accettata")
	w.desk.until("the officer has written back", path, `document.querySelector(".tk-sub .stato").textContent`, "Aperto")
	w.desk.expect("his quotation is folded", `[...document.querySelectorAll(".msg-inbound")].at(-1).querySelector(".cit").open`, "false")
}

func (w walk) urgent(*testing.T) {
	w.openTicket("non-assegnati", "Prot. n. 8841")
	w.desk.expect("two attachments", `document.querySelectorAll(".files a").length`, "2")
	w.desk.click("#prendi button")
	w.desk.expectPart("taken", `document.querySelector(".tk-sub").textContent`, "Anna Colombo")
	w.desk.expect("open", `document.querySelector(".tk-sub .stato").textContent`, "Aperto")
	w.desk.there("#comp") // further down the page, which may still be arriving
	w.desk.js(`document.querySelector("[name=tipo][value=nota]").click()`)
	w.desk.write("#testo", "Chiamo io il Comune domattina.")
	w.desk.click(".per-nota")
	w.desk.expectPart("the note", `document.querySelector(".msg-note")?.textContent`, "Chiamo io il Comune domattina.")
	w.openTicket("mie", "Prot. n. 8841")

	w.openTicket("non-assegnati", "Protocollo nr: 6630")
	w.desk.expectPart("a signed file", `document.querySelector(".files")?.textContent`, "firmato da Comune di Vallescura · firma non verificata")
	w.desk.expectPart("and what it holds", `document.querySelector(".files")?.textContent`, "contenuto di Quesito_linea_A.pdf.p7m")
	w.desk.expectPart("the bytes", `document.querySelector(".msg-pie").textContent`, "Scarica .eml")
	w.desk.js(`document.querySelector(".msg-pie a").click()`)
	w.desk.expectPart("the original in its frame", `document.querySelector("iframe.originale")?.getAttribute("sandbox")`, "allow-popups")

	w.openTicket("aperti", "Residui attivi")
	w.desk.expectPart("a wrapped message reads like any other", `document.querySelector(".msg-t")?.textContent`, "riaccertamento")
	w.desk.expectPart("who signed it", `document.querySelector(".files")?.textContent`, "messaggio firmato da Riccardo Meroni Vago")
	w.openTicket("aperti", "Asilo nido via Baraggia")
	w.desk.expectPart("an invitation in words", `[...document.querySelectorAll(".msg-inbound .msg-t")].at(-1)?.textContent`, "Quando:")
}

func (w walk) consultant(*testing.T) {
	path := w.openTicket("non-assegnati", "quesito green community")
	w.answer("Buongiorno, può rispondere l'Unione di comuni.")
	w.desk.until("the consultant writes back", path, `document.querySelectorAll(".msg-inbound").length`, "2")
}

func (w walk) certifiedOnly(*testing.T) {
	path := w.openTicket("mie", "Prot. n. 2096")
	w.desk.expectPart("the composer warns", `document.querySelector(".comp-pec")?.textContent`, "è una casella PEC")
	w.answer("Buongiorno, la rata arriva a dicembre.")
	w.desk.until("it fails", path, lastFate, "Non riuscita")
	w.desk.expectPart("what to do", `document.querySelector(".solo-pec")?.textContent`, "solo posta certificata")
	w.desk.expectPart("why", lastFate, "posta elettronica certificata")
	w.desk.expect("the question is open again", `document.querySelector(".tk-sub .stato").textContent`, "Aperto")
	w.desk.until("the outbox says so", "/posta/uscita", `[...document.querySelectorAll("tr")].map(r => r.textContent).find(s => s.includes("2096"))`, "Riprova")
	w.desk.openLive(path)
	w.desk.write("#testo", "Buongiorno, la rata arriva a dicembre, per PEC.")
	w.desk.click(".comp-pec button")
	w.desk.expectPart("it will leave from the certified box", `document.querySelector(".comp-pec")?.textContent`, "Questa risposta parte da sportello@pec.centro.example")
	w.desk.expectPart("with what was written", `document.querySelector("#testo").value`, "per PEC")
	w.desk.send()
	w.desk.expectPart("the answer is on its way", `document.querySelector("#avvisi")?.textContent`, "Risposta in uscita")
	w.desk.until("the receipts of the certified answer", path, `[...document.querySelectorAll(".msg-reply")].at(-1).querySelector(".ricevute")?.textContent`, "Consegnata")
	w.desk.openLive(path)
	w.desk.click(".comp-a summary")
	w.desk.js(`document.querySelector("#c-a").value = "segreteria@comune.cascinetta.cr.example"`)
	w.answer("Buongiorno, la rata arriva a dicembre.")
	w.desk.until("this one leaves", path, lastFate, "Inviata")
	w.town.until("and arrives", "/", `document.querySelector("tbody").textContent`, "segreteria@comune.cascinetta.cr.example")
}

func (w walk) municipality(*testing.T) {
	w.town.open("/")
	w.town.js(`[...document.querySelectorAll("a")].find(a => a.textContent === "Scrivi come Comune").click()`)
	w.town.there("#chi")
	w.town.write("#oggetto", "Varianti in corso d'opera")
	w.town.write("#testo", "Buongiorno, serve un nuovo CUP?")
	w.town.click("form .btn")
	w.town.expectPart("sent", `document.querySelector("[role=status]")?.textContent`, "Messaggio spedito")
	path := w.openTicket("non-assegnati", "Varianti in corso d'opera")
	w.answer("Buongiorno, no.")
	mine := `[...document.querySelectorAll("tbody a")].find(a => a.textContent.includes("Varianti in corso") && !a.closest("tr").textContent.includes("automatica"))`
	w.town.until("the answer is in the towns' mailbox", "/", mine+"?.textContent", "Varianti")
	w.town.js(mine + ".click()")
	w.town.expectPart("the message", `document.querySelector("h1")?.textContent`, "Varianti")
	w.town.js(`[...document.querySelectorAll("a")].find(a => a.textContent === "Rispondi").click()`)
	w.town.there("#testo")
	w.town.write("#testo", "Grazie, e per la perizia?")
	w.town.click("form .btn")
	w.desk.until("it arrives on the same question", path, `[...document.querySelectorAll(".msg-inbound")].map(m => m.textContent).join()`, "e per la perizia?")
}

func (w walk) nothingLost(*testing.T) {
	w.desk.open("/posta/quarantena")
	w.desk.expectPart("the message of 63 MB", `document.querySelector("tbody").textContent`, "Troppo grande")
	w.openTicket("non-assegnati", "(senza oggetto)")
	w.desk.expectPart("nobody could read it", `document.querySelector(".msg .nota-a")?.textContent`, "originale")
	w.desk.open("/quesiti?vista=chiusi")
	w.desk.expectPart("marked automatic", `document.querySelector("#righe").textContent`, "automatico")
	w.desk.until("the thanks did not reopen", "/quesiti?q=ribassi", `document.querySelector("#righe").textContent + document.querySelector(".tk-sub")?.textContent`, "Risposto")
}
