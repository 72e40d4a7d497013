package web

import (
	"embed"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:generate go -C generate run .

//go:embed all:static
var static embed.FS

// assetPrefix is where the files of web/static are served.
const assetPrefix = "/s/"

// assets is what web/static holds, by hashed name, and the hashed name of each plain one.
var assets, assetNames = mustLoadAssets()

// file is one asset with its encodings; br and gz are nil where compressing gains nothing.
type file struct {
	contentType string
	raw, br, gz []byte
}

// AssetPath returns the address of a file of web/static: app.css → /s/app.0123456789.css.
// It panics on an unknown name, which a template turns into an error of its execution.
func AssetPath(name string) string {
	hashed, ok := assetNames[name]
	if !ok {
		panic(fmt.Sprintf("web: no asset %q", name))
	}
	return assetPrefix + hashed
}

// ServeAsset answers GET and HEAD under /s/, where AssetPath points. Names carry the hash of their bytes, so what was
// fetched once never needs to be asked for again.
func ServeAsset(w http.ResponseWriter, r *http.Request) {
	f, ok := assets[strings.TrimPrefix(r.URL.Path, assetPrefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	body := f.raw
	if f.br != nil {
		h.Set("Vary", "Accept-Encoding")
		accepted := r.Header.Get("Accept-Encoding")
		switch {
		case accepts(accepted, "br"):
			h.Set("Content-Encoding", "br")
			body = f.br
		case accepts(accepted, "gzip"):
			h.Set("Content-Encoding", "gzip")
			body = f.gz
		}
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader that went away is not our error
	}
}

// accepts tells whether an Accept-Encoding header (RFC 9110 §12.5.3) names coding without q=0.
func accepts(header, coding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		key, q, ok := strings.Cut(strings.TrimSpace(params), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(key), "q") {
			return true
		}
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return err == nil && weight > 0
	}
	return false
}

// mustLoadAssets reads the embedded manifest; one that names a missing file cannot be built from a
// clean tree, so it panics at start instead of answering 404 later.
func mustLoadAssets() (files map[string]file, names map[string]string) {
	files, names = map[string]file{}, map[string]string{}
	for line := range strings.Lines(string(mustReadStatic("manifest.txt"))) {
		name, hashed, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || name == "inputs" {
			continue
		}
		f := file{contentType: contentType(hashed), raw: mustReadStatic(hashed)}
		if path.Ext(hashed) != ".woff2" {
			f.br, f.gz = mustReadStatic(hashed+".br"), mustReadStatic(hashed+".gz")
		}
		files[hashed], names[name] = f, hashed
	}
	return files, names
}

func mustReadStatic(name string) []byte {
	data, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(fmt.Sprintf("web: %v; run \"go generate ./web\"", err))
	}
	return data
}

// contentType does not ask the machine's mime.types for what it serves everywhere alike.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		return mime.TypeByExtension(ext)
	}
}
