package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"sportello/web"
)

// door is «La casella dei Comuni»: what the municipalities see of the demo.
// Its pages work without scripts and hold no session: whoever reaches the
// loopback interface reads and writes as any of the invented officers.
type door struct {
	post     *demoPost
	log      *slog.Logger
	listener net.Listener
	handler  http.Handler
	progress atomic.Pointer[string] // how far the demo's seeding is, "" when done
}

//go:embed door
var doorFiles embed.FS

// openDoor listens on address, or on the first free port after it.
func openDoor(post *demoPost, address string, log *slog.Logger) (*door, error) {
	d := &door{post: post, log: log}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	first, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	for n := first; n < first+20; n++ {
		d.listener, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(n)))
		if first == 0 || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	d.setProgress("")
	d.handler = d.routes()
	return d, nil
}

func (d *door) url() string { return "http://" + d.listener.Addr().String() }

func (d *door) setProgress(text string) { d.progress.Store(&text) }

func (d *door) close() error {
	if err := d.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Run serves until ctx ends.
func (d *door) Run(ctx context.Context) error {
	server := &http.Server{
		Handler: d.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelWarn),
	}
	stop := context.AfterFunc(ctx, func() {
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(deadline); err != nil {
			server.Close()
		}
	})
	defer stop()
	if err := server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("door: %w", err)
	}
	return nil
}

func (d *door) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]doorHandler{
		"GET /{$}":                             d.list,
		"GET /messaggi/{id}":                   d.show,
		"GET /messaggi/{id}/html":              d.showHTML,
		"GET /messaggi/{id}/sorgente":          d.source,
		"GET /messaggi/{id}/allegati/{numero}": d.attachment,
		"GET /messaggi/{id}/rispondi":          d.showReply,
		"POST /messaggi/{id}/rispondi":         d.reply,
		"GET /scrivi":                          d.showWrite,
		"POST /scrivi":                         d.write,
		"GET /stile.css":                       d.style,
		"GET /s/":                              d.asset,
		"/":                                    func(http.ResponseWriter, *http.Request) error { return errDoorUnknown },
	} {
		mux.Handle(pattern, d.handle(h))
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.handle(func(http.ResponseWriter, *http.Request) error {
		return &doorError{http.StatusForbidden, "La richiesta viene da un altro sito ed è stata rifiutata."}
	}))
	return d.headers(d.ownHost(protection.Handler(mux)))
}

// headers go on every answer; mail and files replace the policy by their own.
func (d *door) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.SetSecurityHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

// ownHost answers only to the names of this machine (DNS rebinding).
func (d *door) ownHost(next http.Handler) http.Handler {
	refuse := d.handle(func(http.ResponseWriter, *http.Request) error {
		return &doorError{http.StatusMisdirectedRequest, "Questo indirizzo non è quello della casella dei Comuni."}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if web.LoopbackHost(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		refuse.ServeHTTP(w, r)
	})
}

// doorError is a refusal with the sentence that the page shows.
type doorError struct {
	status  int
	message string
}

func (e *doorError) Error() string { return e.message }

var errDoorUnknown = &doorError{http.StatusNotFound, "Questa pagina non esiste."}

type doorHandler func(w http.ResponseWriter, r *http.Request) error

// handle is the one place where an error becomes a page.
func (d *door) handle(h doorHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		var refusal *doorError
		if !errors.As(err, &refusal) {
			d.log.ErrorContext(r.Context(), "door", "path", r.URL.Path, "error", err)
			refusal = &doorError{http.StatusInternalServerError, "Qualcosa non ha funzionato."}
		}
		p := doorErrorPage{doorPage: d.page("Errore"), Message: refusal.message}
		if err := d.render(w, refusal.status, "errore", p); err != nil {
			d.log.ErrorContext(r.Context(), "door", "path", r.URL.Path, "error", err)
			http.Error(w, refusal.message, refusal.status)
		}
	})
}

// render executes a page in memory before a byte is written.
func (d *door) render(w http.ResponseWriter, status int, name string, page any) error {
	var b bytes.Buffer
	if err := doorTemplates[name].ExecuteTemplate(&b, "pagina", page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // a reader that went away is not our error
	return nil
}

// doorTemplates is one set a page.
var doorTemplates = func() map[string]*template.Template {
	sets := map[string]*template.Template{}
	for _, name := range []string{"elenco", "messaggio", "scrivi", "rispondi", "errore"} {
		sets[name] = template.Must(template.New(name).Funcs(doorFuncs).ParseFS(doorFiles, "door/pagina.html", "door/"+name+".html"))
	}
	return sets
}()

func (d *door) style(w http.ResponseWriter, _ *http.Request) error {
	css, err := doorFiles.ReadFile("door/stile.css")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(append(doorFonts, css...))
	return nil
}

// doorFonts are the desk's own letters.
var doorFonts = func() (css []byte) {
	for weight, name := range map[int]string{400: "regular", 600: "600", 700: "700"} {
		css = fmt.Appendf(css, "@font-face{font-family:\"Titillium Web\";font-weight:%d;font-display:swap;src:url(%s) format(\"woff2\")}\n",
			weight, web.AssetPath("titillium-web-"+name+".woff2"))
	}
	return css
}()

func (d *door) asset(w http.ResponseWriter, r *http.Request) error {
	web.ServeAsset(w, r)
	return nil
}
