package main

import (
	"os"
	"path/filepath"
	"regexp"
)

var word = regexp.MustCompile(`[_a-zA-Z][-_a-zA-Z0-9]*`)

// readWords gathers every word of the templates, of our scripts and of src/runtime.txt (names that
// Go puts together at run time). A class or an icon whose name is not among them is not used.
func readWords(root string) (map[string]bool, error) {
	words := map[string]bool{}
	for _, pattern := range []string{"templates/*.html", "src/*.js", "src/runtime.txt"} {
		files, err := readMatching(root, pattern)
		if err != nil {
			return nil, err
		}
		for _, data := range files {
			for _, w := range word.FindAll(data, -1) {
				words[string(w)] = true
			}
		}
	}
	return words, nil
}

// readMatching reads the files below root that a pattern names.
func readMatching(root, pattern string) (contents [][]byte, err error) {
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		contents = append(contents, data)
	}
	return contents, nil
}
