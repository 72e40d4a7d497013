package main

import (
	"context"
	"encoding/base64"
	"fmt"
	stdmime "mime"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"sportello/mailbox/loopback"
	"sportello/mailbox/mime"
)

// canary is a host that nobody has a reason to call.
type canary struct {
	url  string
	mu   sync.Mutex
	hits []string
}

func newCanary(t *testing.T) *canary {
	c := &canary{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.hits = append(c.hits, r.Method+" "+r.URL.String())
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *canary) called() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.hits)
}

var vectorOf = regexp.MustCompile(`/v(\d+)`)

// vectors are those that called, each once.
func (c *canary) vectors() map[string]bool {
	set := map[string]bool{}
	for _, hit := range c.called() {
		if m := vectorOf.FindStringSubmatch(hit); m != nil {
			set[m[1]] = true
		}
	}
	return set
}

// probe is a tab that notices every script of a stranger.
type probe struct {
	*tab
	canary *canary
	mu     *sync.Mutex
	ran    *[]string
}

func openProbe(t *testing.T, root context.Context, base string, c *canary) *probe {
	t.Helper()
	p := &probe{tab: openTab(t, root, base), canary: c, mu: &sync.Mutex{}, ran: new([]string)}
	chromedp.ListenTarget(p.ctx, func(event any) {
		var what string
		switch e := event.(type) {
		case *runtime.EventBindingCalled:
			what = e.Payload
		case *page.EventJavascriptDialogOpening:
			what = "dialog " + e.Message
		default:
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		*p.ran = append(*p.ran, what)
	})
	p.run(runtime.AddBinding("ran"), cdpbrowser.SetDownloadBehavior(cdpbrowser.SetDownloadBehaviorBehaviorDeny))
	return p
}

func (p *probe) in(t *testing.T) *probe {
	return &probe{tab: p.tab.in(t), canary: p.canary, mu: p.mu, ran: p.ran}
}

func (p *probe) scripts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(*p.ran)
}

// harmless looks whether anything ran, called home or led away from at.
func (p *probe) harmless(at string) {
	p.t.Helper()
	if ran := p.scripts(); len(ran) > 0 {
		p.t.Fatalf("on %s scripts ran: %q", at, ran)
	}
	if hits := p.canary.called(); len(hits) > 0 {
		p.t.Fatalf("on %s the canary was called: %q", at, hits)
	}
	if now := p.text("location.pathname + location.search"); now != at {
		p.t.Fatalf("%s led to %s", at, now)
	}
	p.silent()
}

// uncovered are places of the frame that no mail may cover, and what must not
// be there twice.
const uncovered = `[".barra-logo", ".barra-utente", "#menu a", "#cerca"].filter(s => {
	const e = document.querySelector(s), r = e.getBoundingClientRect();
	const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
	return !(e.contains(top) || top?.contains(e) && top.closest(".barra, #menu"));
}).concat(["#comp", "#testo", "#menu", "#lista", "#cerca"].filter(s => document.querySelectorAll(s).length > 1)).join(" ")`

// badLinks are links of the thread that lead anywhere but where a mail may.
const badLinks = `[...document.querySelectorAll(".msg-t a")].filter(a => a.hasAttribute("href") &&
	!(["http:", "https:", "mailto:", "tel:"].includes(a.protocol) && /noopener/.test(a.rel) && /noreferrer/.test(a.rel) && a.target !== "_top")).map(a => a.outerHTML).join("\n")`

// TestHostileMailInBrowser brings every vector in by mail and looks at it
// everywhere: nothing runs, nothing calls home, nothing covers the desk.
func TestHostileMailInBrowser(t *testing.T) {
	root := startBrowser(t)
	bait, trap := newCanary(t), newCanary(t)
	world := newLoopWorld(t, loopback.SMTPOptions{})
	d := newTestDesk(t, world, "all")
	d.addExpert()
	mails := hostileMails(bait.url)
	for _, m := range mails {
		world.deliver(t, m)
	}
	d.serve()
	p := openProbe(t, root, d.url, bait)

	t.Run("the vectors have teeth", func(t *testing.T) { p.in(t).teeth(trap) })
	eventually(t, "all mail is in", func() bool { return len(d.inbound()) == len(mails) })
	p.logIn(expertEmail, testPassword)
	p.heard.take()
	var numbers []string
	for _, ticket := range d.exported("tickets") {
		numbers = append(numbers, ticket["number"].(string))
	}
	var messages, files []string
	t.Run("threads", func(t *testing.T) {
		p := p.in(t)
		for _, n := range numbers {
			m, f := p.thread("/quesiti/" + n)
			messages, files = append(messages, m...), append(files, f...)
		}
	})
	if len(messages) != len(mails) || len(files) < len(hostileFiles)+len(hostileNames) {
		t.Errorf("%d originals and %d files of %d mails", len(messages), len(files), len(mails))
	}
	t.Run("originals", func(t *testing.T) {
		p := p.in(t)
		for _, path := range messages {
			p.original(path)
		}
	})
	t.Run("answers", func(t *testing.T) { p.in(t).answers(world, numbers) })
	t.Run("lists", func(t *testing.T) {
		p := p.in(t)
		for _, path := range []string{
			"/quesiti?vista=aperti", "/quesiti?vista=non-assegnati", "/quesiti?vista=mie", "/quesiti?q=script", "/posta/uscita",
			"/posta/uscita?vista=inviate", "/posta/quarantena", "/quesiti/" + numbers[0] + "/unisci", "/quesiti/" + numbers[0] + "/unisci?con=" + numbers[1],
		} {
			p.openLive(path)
			p.harmless(path)
		}
	})
	t.Run("files", func(t *testing.T) {
		p := p.in(t)
		for _, path := range files {
			p.file(path)
		}
	})
	p.open("/privacy")
	p.harmless("/privacy")
	t.Logf("%d vectors in %d mails, %d tickets, %d originals, %d files: 0 calls, 0 scripts",
		len(hostile())+len(hostileText)+len(hostileNames)+len(hostileFiles), len(mails), len(numbers), len(messages), len(files))
}

// teeth shows the vectors as they are, without any protection: most of them must
// bite, or the probe would prove nothing.
func (p *probe) teeth(trap *canary) {
	all := hostile()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err == nil {
			fmt.Fprint(w, "<!doctype html><body>", arm(all[n].html, trap.url, n))
			return
		}
		fmt.Fprint(w, "<!doctype html><main></main>")
		for n := range all {
			fmt.Fprintf(w, "<iframe src=/%d></iframe>", n)
		}
	}))
	defer server.Close()
	const calling, running = 25, 15
	if err := p.try(chromedp.Navigate(server.URL)); err != nil {
		p.t.Fatal(err)
	}
	scriptsRun := func() int {
		set := map[string]bool{}
		for _, n := range p.scripts() {
			set[n] = true
		}
		return len(set)
	}
	eventually(p.t, fmt.Sprintf("%d vectors call and %d run", calling, running), func() bool {
		return len(trap.vectors()) >= calling && scriptsRun() >= running
	})
	p.t.Logf("without protection %d of %d vectors call and %d run", len(trap.vectors()), len(all), scriptsRun())
	p.run(chromedp.Navigate("about:blank"))
	p.mu.Lock()
	*p.ran = nil
	p.mu.Unlock()
	p.heard.take()
}

// thread looks at a ticket on the screen and on paper, and quotes it in an
// answer's preview; it returns the originals and files that it links.
func (p *probe) thread(path string) (messages, files []string) {
	p.t.Helper()
	p.openLive(path)
	p.js(`document.querySelectorAll("main details").forEach(d => d.open = true); scrollTo(0, 0)`)
	p.harmless(path)
	if covered := p.text(uncovered); covered != "" {
		p.t.Errorf("%s covers %s", path, covered)
	}
	if bad := p.text(badLinks); bad != "" {
		p.t.Errorf("%s links %s", path, bad)
	}
	p.run(emulation.SetEmulatedMedia().WithMedia("print"), chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, err := page.PrintToPDF().WithPrintBackground(true).Do(ctx)
		return err
	}), emulation.SetEmulatedMedia().WithMedia(""))
	p.harmless(path)
	p.js(`document.querySelector("#testo").value = [...document.querySelectorAll(".msg-t")].map(m => m.innerText.slice(0, 20000)).join("\n").replace(/^/gm, "> ") + ` +
		fmt.Sprintf("%q", "\n\n"+arm(strings.Join(hostileNames, "\n\n")+"\n\n[x](javascript:PWN) ![x](CANARY) <CANARY>", p.canary.url, 999)) +
		`; document.querySelector("[data-anteprima]").click()`)
	p.expect("the preview is there", `document.querySelector("#anteprima blockquote") !== null || document.querySelector("#anteprima").textContent.length > 50`, "true")
	p.harmless(path)
	p.js(`document.querySelector("#testo").value = ""`)
	split := func(selector string) []string {
		return strings.Fields(p.text(`[...document.querySelectorAll("` + selector + `")].map(a => a.getAttribute("href")).join(" ")`))
	}
	return split(".msg-pie a:not([download])"), split(".files a")
}

// original looks at a mail as its sender made it, in its frame and alone.
func (p *probe) original(path string) {
	p.t.Helper()
	p.open(path)
	if loaded := p.text(`document.querySelector("iframe.originale").contentDocument`); loaded != "null" {
		p.t.Errorf("%s: the frame is not of another origin: %s", path, loaded)
	}
	p.harmless(path)
	if covered := p.text(uncovered); covered != "" {
		p.t.Errorf("%s covers %s", path, covered)
	}
	alone := path + "/originale"
	p.run(chromedp.Navigate(p.base + alone))
	p.harmless(alone)
}

// file goes to an attachment as to a page: it is saved, and nothing is shown.
func (p *probe) file(path string) {
	p.t.Helper()
	p.run(chromedp.Navigate("about:blank"))
	if err := p.try(chromedp.Navigate(p.base + path)); err == nil || !strings.Contains(err.Error(), "ERR_ABORTED") {
		p.t.Errorf("%s is shown: %v", path, err)
	}
	if at := p.text("location.href"); at != "about:blank" {
		p.t.Errorf("%s led to %s", path, at)
	}
	if ran, hits := p.scripts(), p.canary.called(); len(ran)+len(hits) > 0 {
		p.t.Errorf("%s: %q ran, %q called", path, ran, hits)
	}
}

// strangers is markup that no mail of ours has.
var strangers = regexp.MustCompile(`(?i)<(script|img|svg|iframe|form|style|link)`)

// answers has every ticket answered, so that subjects and names come to the
// outbox too, and looks at what left the desk.
func (p *probe) answers(world *loopWorld, numbers []string) {
	person := newBrowser(p.base)
	if err := person.logIn(); err != nil {
		p.t.Fatal(err)
	}
	before := len(world.arrived(p.t))
	for _, n := range numbers {
		form, err := person.replyForm(n, "Buongiorno, **ricevuto**.")
		if err != nil {
			p.t.Fatal(err)
		}
		if status, body, err := person.post("/quesiti/"+n+"/risposte", form); err != nil || status != http.StatusSeeOther {
			p.t.Fatalf("answer to %s: %d, %v\n%.2000s", n, status, err, body)
		}
	}
	eventually(p.t, "the answers have left", func() bool { return len(world.arrived(p.t)) >= before+len(numbers) })
	for _, raw := range world.arrived(p.t) {
		if m := mime.Read(raw); strangers.MatchString(m.HTML()) {
			p.t.Errorf("a mail of ours carries a stranger's markup:\n%s", m.HTML())
		}
	}
}

// hostileMails are the vectors as mails: those of HTML by the dozen in one
// conversation, the rest alone.
func hostileMails(canary string) []string {
	var mails []string
	n := 0
	const together = 12
	for i, v := range hostile() {
		group := i / together
		mails = append(mails, hostileMail(n, fmt.Sprintf("g%d", group), fmt.Sprintf("Gruppo %d", group), "Ufficio Tecnico",
			hostilePart("text/html", "", arm(v.html, canary, n)), hostilePart("image/svg+xml", "cid", arm(hostileFiles[1].data, canary, n))))
		n++
	}
	for _, v := range hostileText {
		mails = append(mails, hostileMail(n, "testo", "Testo", "Ufficio Tecnico", hostilePart("text/plain", "", arm(v.html, canary, n))))
		n++
	}
	for i, name := range hostileNames {
		name = arm(name, canary, n)
		mails = append(mails, hostileMail(n, fmt.Sprintf("nomi%d", i), name, name,
			hostilePart("text/plain", "", "Buongiorno."), hostilePart("application/pdf", name+".pdf", "%PDF-1.4")))
		n++
	}
	files := []string{hostilePart("text/plain", "", "Buongiorno, i file sono acclusi.")}
	for _, f := range hostileFiles {
		files = append(files, hostilePart(f.mediaType, f.name, arm(f.data, canary, n)))
		n++
	}
	return append(mails, hostileMail(n, "file", "File", "Ufficio Tecnico", files...))
}

// hostileMail is a message of parts; those of one thread answer its first.
func hostileMail(n int, thread, subject, from string, parts ...string) string {
	head := fmt.Sprintf("From: %s <%s@comune.test>\nTo: <%s>\nSubject: %s\nDate: Mon, 16 Nov 2026 10:00:00 +0100\nMessage-ID: <m%d.%s@comune.test>\nReferences: <inizio.%s@comune.test>\n",
		stdmime.BEncoding.Encode("utf-8", from), thread, deskAddress, stdmime.BEncoding.Encode("utf-8", subject), n, thread, thread)
	body := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=confine\n\n"
	for _, p := range parts {
		body += "--confine\n" + p
	}
	return strings.ReplaceAll(head+body+"--confine--\n", "\n", "\r\n")
}

func hostilePart(mediaType, name, text string) string {
	head := ""
	switch {
	case name == "cid":
		head = "Content-Disposition: inline\nContent-ID: <cattivo>\n"
	case name != "":
		head = fmt.Sprintf("Content-Disposition: attachment; filename=\"%s\"\n", stdmime.BEncoding.Encode("utf-8", name))
	}
	if mediaType != "" {
		head += "Content-Type: " + mediaType
		if name == "" {
			head += "; charset=utf-8"
		}
		head += "\n"
	}
	coded := base64.StdEncoding.EncodeToString([]byte(text))
	var lines []string
	for chunk := range slices.Chunk([]byte(coded), 76) {
		lines = append(lines, string(chunk))
	}
	return head + "Content-Transfer-Encoding: base64\n\n" + strings.Join(lines, "\n") + "\n"
}
