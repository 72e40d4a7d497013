package registry

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Province of Italy, metropolitan cities and the Aosta valley among them.
type Province struct {
	Code   string // «BG»
	Name   string // «Bergamo»
	Region string // «Lombardia»

	labels   []string // how domains write it besides code and name
	formerly []string // the provinces it was cut from: old domains keep their codes
}

//go:embed provinces.csv
var provincesCSV string

var provinces = sync.OnceValue(func() map[string]Province {
	all := map[string]Province{}
	for _, f := range rows(provincesCSV) {
		all[f[0]] = Province{Code: f[0], Name: f[1], Region: f[2], labels: strings.Fields(f[3]), formerly: strings.Fields(f[4])}
	}
	return all
})

// rows splits a file of ours: semicolons, a first line of names, no quotes.
func rows(text string) [][]string {
	var all [][]string
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i > 0 {
			all = append(all, strings.Split(line, ";"))
		}
	}
	return all
}

// ProvinceByCode gives the province of a code in capitals; ok is false for none.
func ProvinceByCode(code string) (p Province, ok bool) {
	p, ok = provinces()[code]
	return p, ok
}

// Provinces lists all by code.
func Provinces() []Province {
	var all []Province
	for _, code := range slices.Sorted(maps.Keys(provinces())) {
		all = append(all, provinces()[code])
	}
	return all
}

// Regions lists the names of the regions, by name.
func Regions() []string {
	var names []string
	for _, p := range provinces() {
		if !slices.Contains(names, p.Region) {
			names = append(names, p.Region)
		}
	}
	slices.Sort(names)
	return names
}

// provinceLabels gives the codes of the provinces that a word of a domain, or
// of a text once folded to a key, means.
var provinceLabels = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for code, p := range provinces() {
		for _, label := range append([]string{strings.ToLower(code), Key(p.Name)}, p.labels...) {
			all[label] = code
		}
	}
	return all
})

// provinceOf reads a label or a few words as a province, "" for none.
func provinceOf(words string) string { return provinceLabels()[Key(words)] }

// inProvince reports whether a body of the province can still be found under
// the code: a domain of Agrate Brianza may end in mi.it.
func inProvince(province, code string) bool {
	return code == "" || province == code || slices.Contains(provinces()[province].formerly, code)
}
