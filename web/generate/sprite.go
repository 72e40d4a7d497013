package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

var (
	symbol      = regexp.MustCompile(`(?s)<symbol id="it-([a-z0-9-]+)".*?</symbol>`)
	iconCall    = regexp.MustCompile(`icon "([a-z0-9-]+)"`)
	scriptCall  = regexp.MustCompile(`#it-([a-z0-9-]+)`)
	runtimeIcon = regexp.MustCompile(`(?m)^icon ([a-z0-9-]+)$`)
)

// addSprite keeps the vendor's symbols that are called for, and all of ours (src/icone.svg).
// An icon that is called for and that nobody draws is an error.
func addSprite(out *output, root string) error {
	names, err := iconNames(root)
	if err != nil {
		return err
	}
	vendor, err := os.ReadFile(filepath.Join(root, "vendor", "sprites.svg"))
	if err != nil {
		return err
	}
	own, err := os.ReadFile(filepath.Join(root, "src", "icone.svg"))
	if err != nil {
		return err
	}
	var sprite bytes.Buffer
	sprite.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	have := map[string]bool{}
	for _, s := range symbol.FindAllSubmatch(own, -1) {
		have[string(s[1])] = true
		sprite.Write(s[0])
	}
	for _, s := range symbol.FindAllSubmatch(vendor, -1) {
		if name := string(s[1]); names[name] && !have[name] {
			have[name] = true
			sprite.Write(s[0])
		}
	}
	sprite.WriteString(`</svg>`)
	for name := range names {
		if !have[name] {
			return fmt.Errorf("unknown icon %q", name)
		}
	}
	out.add("sprites.svg", sprite.Bytes())
	return nil
}

// iconNames gathers what templates and scripts call for, and the "icon NAME" lines of src/runtime.txt.
func iconNames(root string) (map[string]bool, error) {
	names := map[string]bool{}
	for pattern, call := range map[string]*regexp.Regexp{
		"templates/*.html": iconCall, "src/*.js": scriptCall, "src/runtime.txt": runtimeIcon,
	} {
		files, err := readMatching(root, pattern)
		if err != nil {
			return nil, err
		}
		for _, data := range files {
			for _, m := range call.FindAllSubmatch(data, -1) {
				names[string(m[1])] = true
			}
		}
	}
	return names, nil
}
