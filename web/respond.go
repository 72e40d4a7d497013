package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"sportello/helpdesk"
)

// page renders a template and answers with it.
func (s *Server) page(c *gin.Context, status int, name string, data any) error {
	body, err := render(name, data)
	if err != nil {
		return err
	}
	s.html(c, status, body)
	return nil
}

// gzipLevel is where a queue of 78 kB becomes 8.7 kB in 0.2 ms; level 5 takes
// twice the time for 0.8 kB less.
const gzipLevel = 3

// gzipFrom is the size under which compressing gains nothing.
const gzipFrom = 1 << 10

var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// html answers with a page that is complete in memory. No page holds a secret
// beside text of strangers, so that its compressed length tells nothing.
func (s *Server) html(c *gin.Context, status int, body []byte) {
	h := c.Writer.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Add("Vary", "HX-Request")
	if len(body) >= gzipFrom && accepts(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = compress(body)
	}
	c.Data(status, "text/html; charset=utf-8", body)
}

func compress(body []byte) []byte {
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	_, _ = w.Write(body) // writing to memory does not fail
	_ = w.Close()
	return out.Bytes()
}

// text answers a script with one sentence.
func (s *Server) text(c *gin.Context, status int, message string) {
	c.Data(status, "text/plain; charset=utf-8", []byte(message))
}

// seeOther answers a form that was carried out: the browser fetches path, and
// going back or reloading sends nothing twice.
func (s *Server) seeOther(c *gin.Context, path, flash string) error {
	if flash != "" {
		s.sessions.Put(c.Request.Context(), sessionFlash, flash)
	}
	c.Redirect(http.StatusSeeOther, path)
	c.Writer.WriteHeaderNow()
	return nil
}

// cameFrom is the page of ours on which a button was pressed, for actions that
// several pages offer.
func cameFrom(r *http.Request, otherwise string) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host || !strings.HasPrefix(from.Path, "/quesiti/") {
		return otherwise
	}
	return localPath(from.EscapedPath())
}

// fromQueue is the queue, as filtered, in which a button was pressed; "" for
// elsewhere.
func fromQueue(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host || from.Path != queuePath {
		return ""
	}
	return localPath(from.RequestURI())
}

// isFragment reports whether a script of ours asks for a piece of a page.
func isFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// localPath lets only paths of ours through (S-65); what looks like another
// host to any browser becomes the queue.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || len(path) > 1000 {
		return queuePath
	}
	if len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return queuePath
	}
	for _, r := range path {
		if r <= ' ' || r == '\\' || r == 0x7f || r > 0x7e {
			return queuePath
		}
	}
	return path
}

// serve makes what gin calls for a route: body limit, user, permission, handler.
func (s *Server) serve(r route) gin.HandlerFunc { return s.handle(r, r.handle) }

func (s *Server) handle(r route, h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx := c.Request.Context()
		info(ctx).route = r.path
		limit := r.body
		if limit == 0 {
			limit = formLimit
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, s.bodyLimit(limit))
		keepTyped(c)
		defer dropUploads(c.Request)
		u, err := s.visitor(c, r)
		if err == nil {
			info(ctx).userID = u.ID
			err = s.allow(c, u, r)
		}
		if err == nil && !c.IsAborted() {
			err = h(s, c, u)
		}
		if err != nil {
			s.fail(c, u, err)
		}
	}
}

// dropUploads removes temporary files. net/http does so for its own request,
// but the one with a context is a copy it never sees.
func dropUploads(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // what stays goes with the machine's temporary files
	}
}

// visitor is the signed-in user, or the zero User.
func (s *Server) visitor(c *gin.Context, r route) (helpdesk.User, error) {
	if r.noSession || c.Request.Context().Value(outerKey{}) == nil { // withSession left it out
		return helpdesk.User{}, nil
	}
	u, _, err := s.signedIn(c.Request.Context())
	if err != nil {
		return helpdesk.User{}, fmt.Errorf("signed-in user: %w", err)
	}
	return u, nil
}

// allow asks Can before anything is looked up, so that a refusal says nothing
// of what exists.
func (s *Server) allow(c *gin.Context, u helpdesk.User, r route) error {
	if r.action == "" {
		return nil
	}
	if u.ID == 0 {
		return s.askToSignIn(c)
	}
	if helpdesk.Can(u, r.action, u.ID) {
		return nil
	}
	if u.Role == helpdesk.RoleObserver {
		return errStatsOnly
	}
	return errNoRight
}
