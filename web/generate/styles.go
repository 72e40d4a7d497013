package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

var (
	browsers = []api.Engine{
		{Name: api.EngineChrome, Version: "114"}, // the first with popover
		{Name: api.EngineFirefox, Version: "125"},
		{Name: api.EngineSafari, Version: "17"},
	}
	className = regexp.MustCompile(`\.(-?[_a-zA-Z][-_a-zA-Z0-9]*)`)
	// Widgets of the library that share class words with ours or need its script.
	unwanted = regexp.MustCompile(`vjs|splide|popover|dropdown|autocomplete|carousel|\.toast|\.modal|form-check|form-floating|custom-|\.lead\b`)
)

// addStyles joins what is left of the vendor's stylesheet with ours.
func addStyles(out *output, root string, words map[string]bool, fonts map[string]string) error {
	vendor, err := os.ReadFile(filepath.Join(root, "vendor", "bootstrap-italia.min.css"))
	if err != nil {
		return err
	}
	own, err := ownStyles(root)
	if err != nil {
		return err
	}
	for name, hashed := range fonts {
		own = bytes.ReplaceAll(own, []byte("url("+name+")"), []byte("url("+hashed+")"))
	}
	kept, err := reduce(vendor, words)
	if err != nil {
		return err
	}
	res := api.Transform(string(kept)+"\n"+string(own), api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true,
		Engines: browsers, LegalComments: api.LegalCommentsEndOfFile,
	})
	if len(res.Errors) > 0 {
		return fmt.Errorf("css: %s", res.Errors[0].Text)
	}
	out.add("app.css", res.Code)
	return nil
}

// ownStyles reads src/*.css in name order: the files are numbered.
func ownStyles(root string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(root, "src", "*.css"))
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		all = append(append(all, data...), '\n')
	}
	return all, nil
}

// keep tells whether a selector can match anything: all its classes are words we use.
func keep(selector string, words map[string]bool) bool {
	if unwanted.MatchString(selector) {
		return false
	}
	for _, m := range className.FindAllStringSubmatch(selector, -1) {
		if !words[m[1]] {
			return false
		}
	}
	return true
}

// splitSelectors divides a selector list at its top-level commas: the parser hands over a list as one.
func splitSelectors(list string) []string {
	var out []string
	depth, from := 0, 0
	for i, r := range list {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(list[from:i]))
				from = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// reduce drops from a stylesheet the selectors that cannot match, empty rules, and @font-face.
func reduce(src []byte, words map[string]bool) ([]byte, error) {
	r := reducer{parser: css.NewParser(parse.NewInput(bytes.NewReader(src)), false), words: words}
	for r.step() {
	}
	if err := r.parser.Err(); err != nil && err.Error() != "EOF" {
		return nil, fmt.Errorf("css: %w", err)
	}
	return r.out.Bytes(), nil
}

type reducer struct {
	parser    *css.Parser
	words     map[string]bool
	out       bytes.Buffer
	selectors []string
	rule      bytes.Buffer
	skipping  int // depth of at-rules being dropped
}

func (r *reducer) values() string {
	var b strings.Builder
	for _, v := range r.parser.Values() {
		b.Write(v.Data)
	}
	return b.String()
}

func (r *reducer) step() bool {
	grammar, _, data := r.parser.Next()
	switch grammar {
	case css.ErrorGrammar:
		return false
	case css.QualifiedRuleGrammar, css.BeginRulesetGrammar:
		for _, s := range splitSelectors(r.values()) {
			if keep(s, r.words) {
				r.selectors = append(r.selectors, s)
			}
		}
	case css.DeclarationGrammar, css.CustomPropertyGrammar:
		if r.skipping == 0 {
			fmt.Fprintf(&r.rule, "%s:%s;", data, r.values())
		}
	case css.EndRulesetGrammar:
		r.endRule()
	case css.BeginAtRuleGrammar:
		r.beginAt(string(data))
	case css.EndAtRuleGrammar:
		if r.skipping > 0 {
			r.skipping--
		} else {
			r.out.WriteString("}")
		}
	case css.AtRuleGrammar:
		if string(data) != "@charset" {
			fmt.Fprintf(&r.out, "%s%s;", data, r.values())
		}
	}
	return true
}

func (r *reducer) endRule() {
	if len(r.selectors) > 0 && r.rule.Len() > 0 && r.skipping == 0 {
		fmt.Fprintf(&r.out, "%s{%s}", strings.Join(r.selectors, ","), r.rule.Bytes())
	}
	r.selectors = nil
	r.rule.Reset()
}

func (r *reducer) beginAt(name string) {
	if r.skipping > 0 || name == "@font-face" || strings.HasSuffix(name, "keyframes") {
		r.skipping++
		return
	}
	fmt.Fprintf(&r.out, "%s %s{", name, r.values())
}
