package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// What the browser tests share: one chromium a test, a tab that waits for what
// it is told to see, and the ear for whatever a page complains about.

// chromium finds the browser.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	need(t, false, "no chromium: apt-get install -y chromium")
	return ""
}

// startBrowser starts a chromium for the test; its context opens tabs.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "it-IT"), chromedp.Env("LANGUAGE=it"),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	// The browser speaks a newer protocol than cdproto knows: its complaints are noise.
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// complaints are script errors, missing files and refusals of the
// Content-Security-Policy, with the page on which they were heard.
type complaints struct {
	mu    sync.Mutex
	lines []string
}

func (c *complaints) add(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
}

func (c *complaints) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.lines
	c.lines = nil
	return lines
}

func (c *complaints) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.add(e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			c.add(fmt.Sprintf("%s: %s", e.Type, consoleText(e.Args)))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError || strings.Contains(e.Entry.Text, "Content Security Policy") {
			c.add(e.Entry.Text + " " + e.Entry.URL)
		}
	}
}

func consoleText(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		all = append(all, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(all, " ")
}

// tellViolations has pages say on the console what their policy refused, and
// keep whether the stream of news is open.
const tellViolations = `addEventListener("securitypolicyviolation", e => console.error("CSP", e.violatedDirective, e.blockedURI, e.sample));
addEventListener("sportello:connessione", e => { window.streaming = e.detail.open }, true)`

// tab is one tab of the browser, looking at one desk.
type tab struct {
	t     *testing.T
	ctx   context.Context
	base  string
	heard *complaints
	mute  bool // no scripts run
}

// openTab opens a tab of the wide screen. It is closed with the test.
func openTab(t *testing.T, root context.Context, base string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(root)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, base: base, heard: &complaints{}}
	chromedp.ListenTarget(ctx, b.heard.hear)
	if err := chromedp.Run(ctx); err != nil { // opens the tab, which outlives the contexts of single steps
		t.Fatal(err)
	}
	b.run(cdplog.Enable(), network.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(tellViolations).Do(ctx)
		return err
	}))
	b.size(1440)
	return b
}

// in is the same tab for a subtest.
func (b *tab) in(t *testing.T) *tab { return &tab{t: t, ctx: b.ctx, base: b.base, heard: b.heard} }

// stepTimeout is long because a busy machine is slow, not broken.
const stepTimeout = time.Minute

func (b *tab) try(actions ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(b.ctx, stepTimeout)
	defer cancel()
	return chromedp.Run(ctx, actions...)
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := b.try(actions...); err != nil {
		var at string
		_ = chromedp.Run(b.ctx, chromedp.Location(&at))
		b.t.Fatalf("on %s: %v\n%.600s", at, err, b.text("document.querySelector('main')?.innerText"))
	}
}

// The two screens on which everything is looked at.
var screenHeights = map[int64]int64{1440: 900, 390: 844}

func (b *tab) size(width int64) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, screenHeights[width]))
}

// open goes to a page of the desk, or to a whole address.
func (b *tab) open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.base + path
	}
	// The driver's own way waits for scripts, which may be off.
	b.js("window.before = true")
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, _, _, err := page.Navigate(path).Do(ctx)
		return err
	}))
	ready := `document.readyState === "complete"`
	if b.mute { // with scripts off the browser leaves it at «interactive»
		ready = `document.readyState !== "loading"`
	}
	b.expect("the page is there", `window.before === undefined && document.querySelector("main") !== null && `+ready, "true")
}

// openLive is open with the scripts at work.
func (b *tab) openLive(path string) {
	b.t.Helper()
	b.open(path)
	b.expect("the scripts are at work", `document.documentElement.classList.contains("js") && document.readyState`, "complete")
}

// click presses the middle of what a selector finds, once it is there. The
// driver's own way needs scripts on the page.
func (b *tab) click(selector string) {
	b.t.Helper()
	place := fmt.Sprintf(`(e => { if (!e) return "nothing"; e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getBoundingClientRect(); `+
		`return r.width ? (r.x + r.width / 2) + " " + (r.y + r.height / 2) : "hidden" })(document.querySelector(%q))`, selector)
	var x, y float64
	b.await("click on "+selector, place, "a place", func(got string) bool {
		n, _ := fmt.Sscan(got, &x, &y)
		return n == 2
	})
	b.run(chromedp.MouseClickXY(x, y))
}

// write types into what a selector finds, once it is there.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	field := fmt.Sprintf(`(e => { e?.focus(); return e !== null && document.activeElement === e })(document.querySelector(%q))`, selector)
	b.expect("write into "+selector, field, "true")
	b.run(input.InsertText(text))
}

// key presses keys outside of any field, one right after the other, and sends
// no letters after them.
func (b *tab) key(keys ...string) {
	b.t.Helper()
	var script strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&script, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true, cancelable: true}));`, k)
	}
	b.js(script.String())
}

// js runs a script on the page.
func (b *tab) js(script string) {
	b.t.Helper()
	b.run(chromedp.Evaluate("{"+script+"};0", nil))
}

// text is the value of a script as text, and "!" with the reason where it has none.
func (b *tab) text(script string) string {
	var got string
	if err := b.try(chromedp.Evaluate("String("+script+")", &got)); err != nil {
		return "! " + err.Error()
	}
	return got
}

// expect waits until the value of a script, as text, is want.
func (b *tab) expect(what, script, want string) {
	b.t.Helper()
	b.await(what, script, want, func(got string) bool { return got == want })
}

// expectPart waits until the value of a script contains want.
func (b *tab) expectPart(what, script, want string) {
	b.t.Helper()
	b.await(what, script, want, func(got string) bool { return strings.Contains(got, want) })
}

func (b *tab) await(what, script, want string, ok func(string) bool) {
	b.t.Helper()
	deadline := time.After(stepTimeout)
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for {
		got := b.text(script)
		if ok(got) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			b.t.Fatalf("%s: %q, want %q; on %s", what, got, want, b.text("location.href"))
		}
	}
}

// silent fails the test for everything that was complained about so far.
func (b *tab) silent() {
	b.t.Helper()
	for _, line := range b.heard.take() {
		b.t.Error("console: ", line)
	}
}

// logIn enters with e-mail and password, and waits for the queue.
func (b *tab) logIn(email, password string) {
	b.t.Helper()
	b.open("/accesso")
	b.write("#email", email)
	b.write("#password", password)
	b.click("form .btn-primary")
	b.await("the queue", `document.querySelector("#righe, [role=alert]")?.id`, "righe", func(got string) bool { return got == "righe" })
}

// axe is the checker with its Italian words, ready to be run on a page.
func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile("../../web/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile("../../web/testdata/axe-it.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(script) + ";axe.configure({locale:" + string(words) + "});0"
}

const axeRun = `axe.run(document,{runOnly:{type:"tag",values:["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]},` +
	`resultTypes:["violations"]}).then(r=>JSON.stringify(r.violations.map(v=>({ID:v.id,Help:v.help,` +
	`Nodes:v.nodes.map(n=>({HTML:n.html,Target:String(n.target),Why:n.failureSummary}))}))))`

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// accessible runs axe over what the tab shows now, and looks whether it
// scrolls sideways (WCAG 1.4.10).
func (b *tab) accessible(axe string) {
	b.t.Helper()
	var found string
	b.run(chromedp.Evaluate(`document.fonts.ready.then(()=>0)`, nil, awaitPromise))
	if wide := b.text(`document.documentElement.scrollWidth - innerWidth`); wide != "0" && !strings.HasPrefix(wide, "-") {
		b.t.Errorf("the page scrolls sideways by %s", wide)
	}
	b.run(chromedp.Evaluate(`window.axe ? 0 : `+"(()=>{"+axe+"})()", nil), chromedp.Evaluate(axeRun, &found, awaitPromise))
	var violations []struct {
		ID, Help string
		Nodes    []struct{ HTML, Target, Why string }
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			b.t.Errorf("%s: %s\n   %s\n   %.200s\n   %s", v.ID, v.Help, n.Target, n.HTML, n.Why)
		}
	}
}
