package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sportello/mailbox/loopback"
)

// TestDeskInBrowser works at the desk as people do all day: with the keyboard,
// with news that come by themselves, two at the same question.
func TestDeskInBrowser(t *testing.T) {
	root := startBrowser(t)
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	d.must(testPassword+"\n", "user", "add", "carlo.neri@desk.test", "-role", "expert", "-name", "Carlo Neri", "-password-stdin")
	for _, q := range []struct{ id, subject string }{{"a", "Primo"}, {"b", "Secondo"}, {"c", "Terzo"}} {
		world.deliver(t, question(q.id, q.subject, "", "Buongiorno, "+q.subject+"."))
	}
	d.serve()
	eventually(t, "the mail is in", func() bool { return len(d.inbound()) == 3 })
	b := openTab(t, root, d.url)
	t.Run("a cold queue is light", func(t *testing.T) { b.in(t).coldQueue() })
	t.Run("keyboard", func(t *testing.T) { b.in(t).keyboard() })
	t.Run("single keys switched off", func(t *testing.T) { b.in(t).keysOff() })
	t.Run("news", func(t *testing.T) { b.in(t).news(openTab(t, b.ctx, d.url), world) })
	t.Run("two at one question", func(t *testing.T) { b.in(t).two(d) })
	t.Run("pages of errors", func(t *testing.T) { b.in(t).errorPages() })
}

// traffic counts what a page loads.
type traffic struct {
	mu       sync.Mutex
	requests []string
	bytes    float64
}

func (c *traffic) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "http") { // not data:
			c.requests = append(c.requests, e.Request.URL)
		}
	case *network.EventRequestServedFromCache:
		c.requests = c.requests[:max(0, len(c.requests)-1)] // told right after the request
	case *network.EventLoadingFinished:
		c.bytes += e.EncodedDataLength
	}
}

// coldQueue counts the first load of the queue, the event stream included.
func (b *tab) coldQueue() {
	b.logIn(expertEmail, testPassword)
	b.run(chromedp.Navigate("about:blank"), network.ClearBrowserCache())
	var c traffic
	chromedp.ListenTarget(b.ctx, c.hear)
	b.openLive("/quesiti?vista=aperti")
	b.run(chromedp.Evaluate(`document.fonts.ready.then(()=>0)`, nil, awaitPromise))
	b.streaming()
	c.mu.Lock()
	defer c.mu.Unlock()
	const maxRequests, maxBytes = 10, 120_000
	if len(c.requests) > maxRequests || c.bytes > maxBytes {
		b.t.Errorf("%.0f bytes in %d requests: %q", c.bytes, len(c.requests), c.requests)
	}
	b.t.Logf("%.0f bytes in %d requests", c.bytes, len(c.requests))
	b.silent()
}

// streaming waits until news can come.
func (b *tab) streaming() {
	b.t.Helper()
	b.expect("the stream is open", "window.streaming", "true")
}

func (b *tab) keyboard() {
	b.openLive("/quesiti?vista=aperti")
	subject := `document.querySelector("tr.corrente .q-sogg")?.textContent.replace("Da leggere: ", "").trim()`
	b.expect("three rows", `document.querySelectorAll("#righe tr").length`, "3")
	first, second := b.text(`document.querySelectorAll("#righe tr")[0].id`), b.text(`document.querySelectorAll("#righe tr")[1].id`)
	b.key("j")
	b.expect("j goes to the first row", `document.querySelector("tr.corrente")?.id`, first)
	b.key("j")
	b.expect("j goes down, and the focus with it", `document.activeElement.closest("tr")?.id`, second)
	b.key("k")
	b.expect("k goes up", `document.activeElement.closest("tr")?.id`, first)
	b.key("?")
	b.expect("? shows the keys", `document.querySelector("#scorciatoie").open`, "true")
	b.run(chromedp.KeyEvent("\x1b"))
	b.expect("Escape closes them", `document.querySelector("#scorciatoie").open`, "false")
	b.key("/")
	b.expect("/ goes to the search", `document.activeElement.id`, "cerca")
	b.run(chromedp.KeyEvent("j"))
	b.expect("where j is a letter", `document.activeElement.value`, "j")
	b.js(`document.activeElement.value = ""; document.activeElement.blur()`)
	name := b.text(subject)
	b.key("o")
	b.expectPart("o opens the row", `location.pathname.startsWith("/quesiti/2") && document.querySelector("html.js h1")?.textContent`, name)
	b.key("r")
	b.expect("r writes an answer", `document.activeElement.id + document.querySelector("[name=tipo]:checked").value`, "testorisposta")
	b.js(`document.activeElement.blur()`)
	b.key("n")
	b.expect("n writes a note", `document.activeElement.id + document.querySelector("[name=tipo]:checked").value`, "testonota")
	b.js(`document.activeElement.blur()`)
	b.key("s")
	b.expect("s puts off", `document.querySelector("#rinvia").matches(":popover-open")`, "true")
	b.run(chromedp.KeyEvent("\x1b"))
	b.expect("Escape closes it", `document.querySelector("#rinvia").matches(":popover-open")`, "false")
	b.key("u")
	b.expect("u goes back", `location.pathname + (document.querySelector("html.js #righe") !== null)`, "/quesititrue")
	b.key("g", "n") // in time for each other on any machine
	b.expect("g n goes to nobody's", `location.search`, "?vista=non-assegnati")
	b.silent()
}

func (b *tab) keysOff() {
	b.openLive("/profilo")
	b.click("[name=scorciatoie]")
	b.click("form .btn-primary")
	b.expectPart("saved", `document.querySelector("#avvisi")?.textContent`, "Profilo salvato")
	b.openLive("/quesiti?vista=aperti")
	b.expect("the desk knows", `document.body.dataset.shortcuts`, "off")
	b.key("j")
	b.expect("j does nothing", `document.querySelector("tr.corrente")`, "null")
	b.openLive("/profilo")
	b.click("[name=scorciatoie]")
	b.click("form .btn-primary")
	b.expectPart("saved", `document.querySelector("#avvisi")?.textContent`, "Profilo salvato")
	b.openLive("/quesiti?vista=aperti")
	b.key("j")
	b.expect("j works again", `document.querySelectorAll("tr.corrente").length`, "1")
	b.silent()
}

// news: one stream for two tabs, and a bar in both when mail comes.
func (b *tab) news(other *tab, world *loopWorld) {
	var streams traffic
	for _, tab := range []*tab{b, other} {
		chromedp.ListenTarget(tab.ctx, streams.hear)
		tab.openLive("/quesiti?vista=aperti")
		tab.streaming()
	}
	before := b.text(`document.querySelectorAll("#righe tr").length`)
	world.deliver(b.t, question("n", "Arrivato adesso", "", "Buongiorno."))
	for _, tab := range []*tab{b, other} {
		tab.expect("the bar", `document.querySelector("#novita").textContent`, "1 nuovo quesito · Mostra")
		tab.expect("no row jumps in", `document.querySelectorAll("#righe tr").length`, before)
	}
	b.click("#novita button")
	b.expectPart("the row is shown", `document.querySelector("#righe").textContent`, "Arrivato adesso")
	b.expect("the bar goes", `document.querySelector("#novita").hidden`, "true")
	streams.mu.Lock()
	n := strings.Count(strings.Join(streams.requests, " "), "/eventi")
	streams.mu.Unlock()
	if n != 1 {
		b.t.Errorf("two tabs opened %d streams", n)
	}
	b.silent()
	other.silent()
}

// two people answer and move the same question: the second is told and keeps
// what was written.
func (b *tab) two(d *testDesk) {
	number := d.exported("tickets")[0]["number"].(string)
	path := "/quesiti/" + number
	b.openLive(path)
	b.streaming()
	const text = "Buongiorno, la risposta che non deve andare persa."
	b.write("#testo", text)

	carlo := newBrowser(d.url)
	if status, body, err := carlo.post("/accesso", map[string][]string{"email": {"carlo.neri@desk.test"}, "password": {testPassword}}); err != nil || status != 303 {
		b.t.Fatalf("log in: %d, %v\n%s", status, err, body)
	}
	form, err := carlo.replyForm(number, "Buongiorno, ho già risposto io.")
	if err != nil {
		b.t.Fatal(err)
	}
	if status, _, err := carlo.post(path+"/risposte", form); err != nil || status != 303 {
		b.t.Fatalf("Carlo's answer: %d, %v", status, err)
	}
	b.expect("the bar says that something came", `document.querySelector("#novita").textContent`, "È arrivato un nuovo messaggio · Mostra")
	b.send()
	b.expectPart("the second is told", `document.querySelector(".comp-av")?.textContent`, "È arrivato un nuovo messaggio: rileggi prima di inviare.")
	b.expect("and keeps the text", `document.querySelector("#testo").value`, text)
	b.expectPart("and sees the first answer", `document.querySelector(".msgs").textContent`, "ho già risposto io")
	b.accessible(axe(b.t))
	b.heard.take() // the browser itself reports the 409
	b.click(".per-risposta")
	b.expectPart("having read it, it goes", `[...document.querySelectorAll(".msg-reply")].at(-1)?.textContent`, "non deve andare persa")

	b.openLive(path)
	if status, _, err := carlo.post(path+"/stato", map[string][]string{"stato": {"closed"}, "versione": {b.text(`document.querySelector("[name=versione]").value`)}}); err != nil || status != 303 {
		b.t.Fatalf("Carlo closes: %d, %v", status, err)
	}
	b.js(`document.querySelector("#d-stato").value = "waiting_org"; document.querySelector("#d-stato").dispatchEvent(new Event("change", {bubbles: true}))`)
	b.click("form.cambiato .applica")
	b.expectPart("the change is refused with a sentence", `document.querySelector(".filo .nota-e")?.textContent.length > 20`, "true")
	b.expect("the question is as Carlo left it", `document.querySelector(".tk-sub .stato").textContent`, "Chiuso")
	b.heard.take()
}

// errorPages are those that a person can run into.
func (b *tab) errorPages() {
	for path, want := range map[string]string{
		"/quesiti/2026-999999": "404", "/niente": "404", "/amministrazione/utenti": "403", "/messaggi/999999": "404", "/allegati/999999": "404",
	} {
		b.openLive(path)
		b.expect(path, `document.querySelector(".errore-n")?.textContent`, want)
		for _, line := range b.heard.take() {
			if !strings.Contains(line, "status of "+want) {
				b.t.Error(path, ": ", line)
			}
		}
	}
}
