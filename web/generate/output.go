package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// output collects the files of web/static before any of them is written.
type output struct {
	files map[string][]byte // hashed name → bytes
	names map[string]string // plain name → hashed name
}

func newOutput() *output {
	return &output{files: map[string][]byte{}, names: map[string]string{}}
}

// add registers data under name and returns its hashed name, app.css → app.0123456789.css.
func (o *output) add(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := filepath.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	o.files[hashed] = data
	o.names[name] = hashed
	return hashed
}

func (o *output) write(dir, inputs string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range o.files {
		if err := writeCompressed(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	var manifest bytes.Buffer
	fmt.Fprintf(&manifest, "inputs %s\n", inputs)
	for _, name := range sortedKeys(o.names) {
		fmt.Fprintf(&manifest, "%s %s\n", name, o.names[name])
	}
	return os.WriteFile(filepath.Join(dir, "manifest.txt"), manifest.Bytes(), 0o644)
}

// writeCompressed writes path, and path.br and path.gz unless the format is compressed already.
func writeCompressed(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return err
	}
	if filepath.Ext(path) == ".woff2" {
		return nil
	}
	var br bytes.Buffer
	w := brotli.NewWriterLevel(&br, brotli.BestCompression)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	var gz bytes.Buffer
	g, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := g.Write(data); err != nil {
		return err
	}
	if err := g.Close(); err != nil {
		return err
	}
	fmt.Printf("%-32s %7d raw %6d gz %6d br\n", filepath.Base(path), len(data), gz.Len(), br.Len())
	if err := os.WriteFile(path+".br", br.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path+".gz", gz.Bytes(), 0o644)
}

// inputHash is the SHA-256 over everything the output depends on: path, length and bytes of each
// file in path order. Package web's test computes the same value.
func inputHash(root string) (string, error) {
	h := sha256.New()
	for _, dir := range []string{"generate", "src", "templates", "vendor"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s\x00%d\x00", filepath.ToSlash(rel), len(data))
			h.Write(data)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
