package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
)

// Config is what the operator settles about the web side.
type Config struct {
	Product        string   // «Sportello PNRR»
	Centre         string   // «Centro di Competenza PNRR»
	BaseURL        string   // how people reach the desk; its host is the only one answered to
	TrustedProxies []string // whose X-Forwarded-For is believed, addresses or CIDR blocks
	PrivacyURL     string   // the operator's own notice, "" for the page /privacy
	Controller     string   // who answers for the personal data, "" for nobody named
	Contact        string   // where people write about privacy and accessibility, "" for nowhere
	DPO            string   // address of the data protection officer, "" for nobody named
	Retention      string   // how long personal data are kept, "" for a sentence that names the law only
	Demo           bool     // invented data: banner, one-use log-in links

	AccessibilityURL string // declaration made at form.agid.gov.it, "" for none yet

	SessionIdle time.Duration // without a click, default 30 min
	SessionMax  time.Duration // from the log-in, default 10 h
	MaxUpload   int64         // bytes of all attachments of a reply, default 20 MiB
}

// Options of New.
type Options struct {
	Desk      Desk
	Reads     Reads
	Files     OpenFile
	Originals Originals
	Config    Config
	Logger    *slog.Logger
}

// The limits of the HTTP server (security (c)-9).
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 32 << 10
	shutdownTimeout   = 10 * time.Second
)

// Server is the web side of the desk.
type Server struct {
	desk      Desk
	reads     Reads
	files     OpenFile
	originals Originals
	config    Config
	log       *slog.Logger

	base     *url.URL
	sessions *scs.SessionManager
	hasher   *hasher
	links    *loginLinks
	handler  http.Handler

	// closing ends every stream of events; Shutdown waits for open requests
	// and would wait for them in vain.
	closing   chan struct{}
	closeOnce sync.Once

	demoNote atomic.Pointer[string] // how far the demo's preparation is, nil: done
}

// New checks the configuration and builds the server.
func New(o Options) (*Server, error) {
	base, err := url.Parse(o.Config.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("web: base url %q is no http or https address", o.Config.BaseURL)
	}
	s := &Server{
		desk: o.Desk, reads: o.Reads, files: o.Files, originals: o.Originals, config: withDefaults(o.Config), log: o.Logger,
		base: base, hasher: newHasher(), links: newLoginLinks(), closing: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.sessions = s.newSessions()
	engine, err := s.newEngine()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.handler = s.wrap(engine)
	return s, nil
}

func withDefaults(c Config) Config {
	if c.SessionIdle == 0 {
		c.SessionIdle = 30 * time.Minute
	}
	if c.SessionMax == 0 {
		c.SessionMax = 10 * time.Hour
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = 20 << 20
	}
	return c
}

// newEngine registers routes.go; a route that gin cannot hold beside another is an error.
func (s *Server) newEngine() (engine *gin.Engine, err error) {
	gin.SetMode(gin.ReleaseMode)
	engine = gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.ContextWithFallback = true
	if err := engine.SetTrustedProxies(s.config.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	for _, r := range routes {
		engine.Handle(r.method, r.path, s.serve(r))
		if r.method == http.MethodGet {
			engine.Handle(http.MethodHead, r.path, s.serve(r))
		}
	}
	engine.NoRoute(s.handle(route{}, (*Server).unknownPage))
	engine.NoMethod(s.handle(route{}, (*Server).unknownMethod))
	return engine, nil
}

// wrap puts around the engine what holds for every answer, the outermost last.
func (s *Server) wrap(engine http.Handler) http.Handler {
	h := s.withSession(engine)
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(s.plainError(http.StatusForbidden, "La richiesta viene da un altro sito ed è stata rifiutata."))
	h = protection.Handler(h)
	h = s.checkHost(h)
	h = s.recoverPanic(h)
	h = s.securityHeaders(h)
	return s.logRequests(h)
}

// Handler answers everything; it is what Run serves.
func (s *Server) Handler() http.Handler { return s.handler }

// Run serves on l until ctx ends, then lets open requests finish for ten
// seconds; streams of events end at once.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(s.Close)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("web: serve: %w", err)
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		return errors.Join(fmt.Errorf("web: shut down: %w", err), server.Close())
	}
	return nil
}

// Close ends the streams of events. Run does it by itself; tests that serve
// Handler call it before they close their server.
func (s *Server) Close() { s.closeOnce.Do(func() { close(s.closing) }) }
