package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	root := ".."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := run(root); err != nil {
		log.Fatalf("generate: %v", err)
	}
}

// run rebuilds root/static. The old folder goes away only after everything new was computed.
func run(root string) error {
	words, err := readWords(root)
	if err != nil {
		return err
	}
	out := newOutput()
	fonts, err := addFonts(out, root)
	if err != nil {
		return err
	}
	if err := addSprite(out, root); err != nil {
		return err
	}
	if err := addStyles(out, root, words, fonts); err != nil {
		return err
	}
	if err := addScripts(out, root); err != nil {
		return err
	}
	if err := addImages(out, root); err != nil {
		return err
	}
	hash, err := inputHash(root)
	if err != nil {
		return err
	}
	return out.write(filepath.Join(root, "static"), hash)
}

// addFonts returns short name (as app.css writes it) → hashed name.
func addFonts(out *output, root string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "vendor", "*.woff2"))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(f)
		names[name] = out.add(name, data)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no fonts in %s/vendor", root)
	}
	return names, nil
}

// addImages carries over the pictures of ours that are not icons of the sprite.
func addImages(out *output, root string) error {
	data, err := os.ReadFile(filepath.Join(root, "src", "favicon.svg"))
	if err != nil {
		return err
	}
	out.add("favicon.svg", []byte(strings.TrimSpace(string(data))))
	return nil
}
