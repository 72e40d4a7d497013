package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// requestInfo is what the log line says about a request: the route and not the
// path, ids and not names, no value of the query.
type requestInfo struct {
	id     string // shown on the page of an internal error, to be quoted
	route  string
	userID int64
}

type infoKey struct{}

// info returns the request's info; a request outside logRequests gets one of its own.
func info(ctx context.Context) *requestInfo {
	if i, ok := ctx.Value(infoKey{}).(*requestInfo); ok {
		return i
	}
	return &requestInfo{}
}

func newRequestID() string {
	var b [5]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// logRequests writes one line for each answer.
func (s *Server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := &requestInfo{id: newRequestID()}
		recorder := &statusWriter{ResponseWriter: w}
		start := time.Now()
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), infoKey{}, i)))
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("id", i.id), slog.String("method", method(r.Method)), slog.String("route", i.route),
			slog.Int("status", recorder.status), slog.Int64("bytes", recorder.bytes),
			slog.Int64("user", i.userID), slog.Duration("took", time.Since(start)))
	})
}

// method keeps what a stranger may invent out of the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodConnect:
		return m
	}
	return "other"
}

// recoverPanic turns a panic into the page of an internal error; the log has the stack.
func (s *Server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.log.ErrorContext(r.Context(), "panic", "id", info(r.Context()).id,
				"route", info(r.Context()).route, "panic", p, "stack", string(debug.Stack()))
			if sw, ok := w.(*statusWriter); ok && sw.status != 0 {
				panic(http.ErrAbortHandler) // half an answer is out: cut the connection, so that nobody takes it for whole
			}
			s.plainError(http.StatusInternalServerError, "").ServeHTTP(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}

// statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
