package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStaticIsFresh(t *testing.T) {
	manifest, err := os.ReadFile("static/manifest.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := inputHash(t)
	got, _, _ := strings.Cut(strings.TrimPrefix(string(manifest), "inputs "), "\n")
	if got != want {
		t.Fatalf("web/static was made from other inputs than these: run \"go generate ./web\" and commit the result")
	}
}

// inputHash computes what web/generate writes into the manifest.
func inputHash(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	for _, dir := range []string{"generate", "src", "templates", "vendor"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s\x00%d\x00", filepath.ToSlash(path), len(data))
			h.Write(data)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestVendorMatchesVersions(t *testing.T) {
	list, err := os.ReadFile("vendor/VERSIONI.tsv")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(list)) {
		col := strings.Split(strings.TrimSpace(line), "\t")
		if len(col) != 5 {
			continue
		}
		listed[col[0]] = true
		data, err := os.ReadFile(filepath.Join("vendor", col[0]))
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != col[4] {
			t.Errorf("vendor/%s is not the file of %s %s", col[0], col[1], col[2])
		}
	}
	files, err := os.ReadDir("vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); !f.IsDir() && name != "README.md" && name != "VERSIONI.tsv" && !listed[name] {
			t.Errorf("vendor/%s is not in VERSIONI.tsv", name)
		}
	}
}

func TestServeAsset(t *testing.T) {
	css := AssetPath("app.css")
	tests := []struct {
		name, method, path, accept string
		status                     int
		encoding, vary             string
	}{
		{"brotli wins over gzip", "GET", css, "gzip, deflate, br", 200, "br", "Accept-Encoding"},
		{"gzip where brotli is not named", "GET", css, "gzip", 200, "gzip", "Accept-Encoding"},
		{"refused codings are not used", "GET", css, "br;q=0, gzip; q=0.0", 200, "", "Accept-Encoding"},
		{"weights above zero are used", "GET", css, "br;q=0.5", 200, "br", "Accept-Encoding"},
		{"plain without the header", "GET", css, "", 200, "", "Accept-Encoding"},
		{"fonts are compressed already", "GET", AssetPath("titillium-web-regular.woff2"), "br", 200, "", ""},
		{"HEAD has headers and no body", "HEAD", css, "br", 200, "br", "Accept-Encoding"},
		{"the plain name is not served", "GET", "/s/app.css", "br", 404, "", ""},
		{"the compressed file is not served by name", "GET", css + ".br", "br", 404, "", ""},
		{"the manifest is not served", "GET", "/s/manifest.txt", "", 404, "", ""},
		{"nothing is written", "POST", css, "br", 405, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, nil)
			if tt.accept != "" {
				r.Header.Set("Accept-Encoding", tt.accept)
			}
			w := httptest.NewRecorder()
			ServeAsset(w, r)
			h := w.Result().Header
			if w.Code != tt.status || h.Get("Content-Encoding") != tt.encoding || h.Get("Vary") != tt.vary {
				t.Errorf("%d, encoding %q, vary %q; want %d, %q, %q", w.Code, h.Get("Content-Encoding"), h.Get("Vary"),
					tt.status, tt.encoding, tt.vary)
			}
			if tt.status == 200 && !strings.Contains(h.Get("Cache-Control"), "immutable") {
				t.Errorf("Cache-Control %q lets the browser ask again", h.Get("Cache-Control"))
			}
			if tt.method == http.MethodHead && (w.Body.Len() != 0 || h.Get("Content-Length") == "") {
				t.Errorf("HEAD: %d bytes of body, Content-Length %q", w.Body.Len(), h.Get("Content-Length"))
			}
		})
	}
}

func TestEncodingsHoldTheSameBytes(t *testing.T) {
	for name, f := range assets {
		if f.gz == nil {
			continue
		}
		zr, err := gzip.NewReader(bytes.NewReader(f.gz))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(zr)
		if err != nil || !bytes.Equal(plain, f.raw) {
			t.Errorf("%s.gz differs from %s (%v)", name, name, err)
		}
		if len(f.br) >= len(f.raw) {
			t.Errorf("%s.br is not smaller than %s", name, name)
		}
	}
}
