package web

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// pagePolicy is the CSP of everything but mail and files of strangers, which
// have stricter ones. Firefox counts <use> under default-src, hence 'self' there.
const pagePolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " +
	"frame-src 'self'; frame-ancestors 'none'"

// securityHeaders go on every answer, whatever its status; handlers of mail and
// files replace the policy by a stricter one.
func (s *Server) securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SetSecurityHeaders(w.Header())
		if s.secure() {
			w.Header().Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// SetSecurityHeaders writes what every answer carries that a browser shows,
// whoever gives it: a page's policy, no sniffing, no caching.
func SetSecurityHeaders(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
}

// secure reports whether people reach the desk over TLS.
func (s *Server) secure() bool { return s.base.Scheme == "https" }

// checkHost answers 421 to names that are not ours (S-50): links, cookies and
// the check of Origin all rest on Host.
func (s *Server) checkHost(next http.Handler) http.Handler {
	refuse := s.plainError(http.StatusMisdirectedRequest, "Questo indirizzo non è quello dello sportello.")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.ownHost(r) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost accepts the host of base_url and, where base_url is plain http or
// only the health is asked, the names of this machine on any port.
func (s *Server) ownHost(r *http.Request) bool {
	if sameHost(r.Host, s.base) {
		return true
	}
	if s.secure() && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
		return false
	}
	return LoopbackHost(r.Host)
}

// LoopbackHost reports whether a Host header names this machine, on any port.
func LoopbackHost(host string) bool {
	u, err := url.Parse("//" + host)
	if err != nil || u.User != nil || u.Host != host {
		return false
	}
	name := u.Hostname()
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// sameHost compares a Host header with an address, the default port given or not.
func sameHost(host string, base *url.URL) bool {
	port := map[string]string{"https": ":443", "http": ":80"}[base.Scheme]
	trim := func(h string) string { return strings.TrimSuffix(strings.ToLower(h), port) }
	return trim(host) == trim(base.Host)
}
