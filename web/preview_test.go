package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// policy is the Content-Security-Policy that the pages live under.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'"

// preview serves the samples as /campione/NAME under the policy, with the assets, an event stream
// that /evento feeds, and just enough answers for the scripts.
func preview(t *testing.T) *httptest.Server {
	t.Helper()
	done := make(chan struct{})
	// An event goes to the stream of the page that was opened last: the one before may seem open still.
	var mu sync.Mutex
	stream, opened := (chan string)(nil), sync.NewCond(&mu)
	mux := http.NewServeMux()
	mux.HandleFunc("/s/", ServeAsset)
	mux.HandleFunc("/campione/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !isFragment(r) {
			mu.Lock()
			stream = nil
			mu.Unlock()
		}
		serveSample(t, w, r.PathValue("name"))
	})
	mux.HandleFunc("/quesiti", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("q") == "zzz" {
			serveSample(t, w, "coda-filtro-vuoto")
			return
		}
		serveSample(t, w, "coda")
	})
	mux.HandleFunc("POST /anteprima", func(w http.ResponseWriter, r *http.Request) { serveSample(t, w, "anteprima") })
	mux.HandleFunc("GET /quesiti/{numero}/misure", func(w http.ResponseWriter, r *http.Request) { serveSample(t, w, "misure_scelta") })
	for _, action := range []string{"misure", "conferma"} {
		mux.HandleFunc("POST /quesiti/{numero}/"+action, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	}
	mux.HandleFunc("POST /quesiti/{numero}/letto", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	mux.HandleFunc("HEAD /profilo", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("/messaggi/{id}/originale", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
		fmt.Fprint(w, `<!doctype html><html lang="it"><title>Messaggio</title><p style="color:#c00">Testo originale</p></html>`)
	})
	mux.HandleFunc("POST /evento", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		for stream == nil {
			opened.Wait()
		}
		to := stream
		mu.Unlock()
		to <- string(body)
	})
	mux.HandleFunc("/eventi", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if r.Method == http.MethodHead {
			return
		}
		fmt.Fprint(w, ": vivo\n\n")
		w.(http.Flusher).Flush()
		events := make(chan string, 8)
		mu.Lock()
		stream = events
		opened.Broadcast()
		mu.Unlock()
		for {
			select {
			case e := <-events:
				fmt.Fprint(w, e)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			case <-done:
				return
			}
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(func() { close(done); srv.CloseClientConnections(); srv.Close() })
	return srv
}

func serveSample(t *testing.T, w http.ResponseWriter, name string) {
	for _, s := range samples() {
		if s.name != name {
			continue
		}
		body, err := render(s.page, s.data)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(body)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

// axeResult is what axe.run reports.
type axeResult struct {
	Violations []struct {
		ID, Impact, Help string
		Nodes            []struct {
			HTML           string
			Target         []any
			FailureSummary string
		}
	}
}

const axeRun = `axe.run(document,{runOnly:{type:"tag",values:["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]},resultTypes:["violations"]}).then(r=>JSON.stringify(r))`

// opened are further states that a click brings.
var opened = []struct{ name, sample, script string }{
	{"coda-scorciatoie", "coda", `document.querySelector("#scorciatoie").showModal()`},
	{"coda-menu", "coda", `innerWidth<992 && document.querySelector("#menu").showPopover()`},
	{"coda-filtri", "coda", `innerWidth<768 && document.querySelector("#f-altri").showPopover()`},
	{"coda-misura", "coda-classificare", `document.querySelector("#righe a").focus(); document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "m", bubbles: true}))`},
	{"coda-utente", "coda", `document.querySelector(".barra-utente").click()`},
	{"quesito-dettagli", "quesito", `innerWidth<992 && document.querySelector("#det").showPopover()`},
	{"quesito-rinvia", "quesito", `document.querySelector("#apri-rinvia").click()`},
	{"quesito-altro", "quesito", `document.querySelector("[popovertarget=altro]").click()`},
	{"quesito-destinatari", "quesito", `document.querySelectorAll("details").forEach(d=>d.open=true)`},
	{"quesito-anteprima", "quesito", `document.querySelector("[data-anteprima]").click()`},
	{"quesito-riaperto", "quesito-chiuso", `document.querySelector(".comp-piega").open=true`},
	{"utenti-disattiva", "utenti", `document.querySelectorAll("details").forEach(d=>d.open=true)`},
}

// TestAccessibility opens every page in its states, wide and narrow: axe finds nothing, nothing
// scrolls sideways (WCAG 1.4.10), the console stays silent. With SHOTS=dir it leaves pictures.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	locale, err := os.ReadFile("testdata/axe-it.json")
	if err != nil {
		t.Fatal(err)
	}
	root := startBrowser(t)
	srv := preview(t)
	type state struct{ name, path, script string }
	var states []state
	for _, s := range samples() {
		if !slices.Contains([]string{"anteprima", "contatori", "misure_scelta"}, s.page) { // these are fragments
			states = append(states, state{s.name, "/campione/" + s.name, "0"})
		}
	}
	for _, o := range opened {
		states = append(states, state{o.name, "/campione/" + o.sample, o.script})
	}
	ctx, cancel := chromedp.NewContext(root) // one tab for all
	defer cancel()
	var log console
	log.listen(ctx)
	if err := chromedp.Run(ctx); err != nil { // opens the tab, which must outlive the contexts below
		t.Fatal(err)
	}
	setup := string(axe) + ";axe.configure({locale:" + string(locale) + "});0"
	for _, size := range []struct{ w, h int64 }{{1440, 900}, {390, 844}} {
		for _, s := range states {
			t.Run(fmt.Sprintf("%s@%d", s.name, size.w), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, 45*time.Second)
				defer cancel()
				var wide bool
				var result string
				for step, action := range []chromedp.Action{
					cdplog.Enable(), chromedp.EmulateViewport(size.w, size.h),
					chromedp.Navigate(srv.URL + s.path), chromedp.WaitReady("html.js main"),
					chromedp.Evaluate(s.script, nil),
					chromedp.Evaluate(`document.fonts.ready.then(()=>0)`, nil, awaitPromise),
					chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide),
					chromedp.ActionFunc(shot(s.name, size.w)),
					chromedp.Evaluate(setup, nil), chromedp.Evaluate(axeRun, &result, awaitPromise),
				} {
					if err := chromedp.Run(ctx, action); err != nil {
						t.Fatalf("step %d: %v", step, err)
					}
				}
				reportAxe(t, result)
				if wide {
					t.Error("the page scrolls sideways")
				}
				for _, line := range log.take() {
					t.Error("console: ", line)
				}
			})
		}
	}
}

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

func reportAxe(t *testing.T, result string) {
	t.Helper()
	var r axeResult
	if err := json.Unmarshal([]byte(result), &r); err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		for i, n := range v.Nodes {
			if i < 3 {
				t.Errorf("%s [%s] %s\n   %v\n   %.160s\n   %s", v.ID, v.Impact, v.Help, n.Target, n.HTML, n.FailureSummary)
			}
		}
	}
}

// shot writes a picture of what is on screen into the directory that SHOTS names.
func shot(name string, width int64) func(context.Context) error {
	return func(ctx context.Context) error {
		dir := os.Getenv("SHOTS")
		if dir == "" {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // a headless page now and then draws no frame
		defer cancel()
		var picture []byte
		if err := chromedp.CaptureScreenshot(&picture).Do(ctx); err != nil {
			return nil
		}
		return os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), picture, 0o644)
	}
}
