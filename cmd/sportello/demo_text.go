package main

import (
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"sportello/helpdesk/calendar"
)

// The texts of the demo are data, so that somebody who knows the offices but
// not Go can mend them. A file is a row of sections:
//
//	=== key
//	field: value        (a field may come again)
//	---
//	first part
//	--- name
//	further parts, the name is optional
//
// Text holds places to fill: {data:-3} a date three days earlier, {lungo:+10},
// {giorno:+5} with the day of the week, {mese:-1}, {anno}, and the variables
// of the caller, {cup} for instance. Lines starting with # before the first
// section are comments.
//
//go:embed demo_data/*.txt
var demoData embed.FS

type demoSection struct {
	key    string
	fields map[string][]string
	parts  []demoPart
}

type demoPart struct{ name, text string }

// get is the first value of a field, "" if it is not there.
func (s demoSection) get(field string) string {
	if v := s.fields[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// number is the value of a numeric field, 0 if it is not there.
func (s demoSection) number(field string) (int, error) {
	v := s.get(field)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, fmt.Errorf("%s: %s: %w", s.key, field, err)
	}
	return n, nil
}

// part is the text of the part of that name, "" if there is none.
func (s demoSection) part(name string) string {
	for _, p := range s.parts {
		if p.name == name {
			return p.text
		}
	}
	return ""
}

// demoSections reads all files of demo_data whose name starts with prefix, in
// the order of their names.
func demoSections(prefix string) ([]demoSection, error) {
	names, err := fs.Glob(demoData, "demo_data/"+prefix+"*.txt")
	if err != nil {
		return nil, fmt.Errorf("list demo texts: %w", err)
	}
	var all []demoSection
	for _, name := range names {
		text, err := demoData.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read demo text: %w", err)
		}
		list, err := parseDemoText(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, list...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no demo text %q", prefix)
	}
	return all, nil
}

func parseDemoText(text string) ([]demoSection, error) {
	var list []demoSection
	for i, block := range strings.Split("\n"+text, "\n=== ") {
		if i == 0 {
			continue // comments
		}
		head, rest, ok := strings.Cut(block, "\n---")
		if !ok {
			return nil, fmt.Errorf("section %d has no text", i)
		}
		lines := strings.Split(head, "\n")
		s := demoSection{key: strings.TrimSpace(lines[0]), fields: map[string][]string{}}
		for _, line := range lines[1:] {
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, fmt.Errorf("%s: field without colon: %q", s.key, line)
			}
			s.fields[name] = append(s.fields[name], strings.TrimSpace(value))
		}
		for _, p := range strings.Split(rest, "\n---") {
			name, body, _ := strings.Cut(p, "\n")
			s.parts = append(s.parts, demoPart{strings.TrimSpace(name), strings.TrimSpace(body)})
		}
		list = append(list, s)
	}
	return list, nil
}

// demoTown is an invented body: a municipality, a union, a consortium.
type demoTown struct {
	Name, Province string
	Inhabitants    int
}

// demoTowns is the list of demo_data/towns.txt, those of the stories first.
var demoTowns = sync.OnceValues(func() ([]demoTown, error) {
	text, err := demoData.ReadFile("demo_data/towns.txt")
	if err != nil {
		return nil, fmt.Errorf("read towns: %w", err)
	}
	var towns []demoTown
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 3 {
			return nil, fmt.Errorf("town %q: want name|province|inhabitants", line)
		}
		n, err := strconv.Atoi(f[2])
		if err != nil {
			return nil, fmt.Errorf("town %q: %w", line, err)
		}
		towns = append(towns, demoTown{f[0], f[1], n})
	}
	return towns, nil
})

// Municipal reports whether the body is a municipality and not a union.
func (t demoTown) Municipal() bool {
	first, _, _ := strings.Cut(t.Name, " ")
	return first != "Unione" && first != "Comunità" && first != "Consorzio"
}

// Body is the name with what it is: «Comune di Valcerva».
func (t demoTown) Body() string {
	if t.Municipal() {
		return "Comune di " + t.Name
	}
	return t.Name
}

// Domain is the body's own domain: comune.valcerva.bg.example.
func (t demoTown) Domain() string {
	name := strings.NewReplacer(" ", "", "'", "", "à", "a", "è", "e", "é", "e", "ì", "i", "ò", "o", "ù", "u").
		Replace(strings.ToLower(t.Name))
	if t.Municipal() {
		name = "comune." + name
	}
	return name + "." + strings.ToLower(t.Province) + ".example"
}

// demoOffice is Italian time and the working calendar of the demo.
type demoOffice struct {
	*calendar.Calendar
	rome *time.Location
}

var theDemoOffice = sync.OnceValues(func() (demoOffice, error) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return demoOffice{}, fmt.Errorf("load time zone: %w", err)
	}
	cal, err := calendar.Default()
	return demoOffice{cal, rome}, err
})

// demoRand gives every key its own reproducible chance, so that a message does
// not change when another is added before it.
func demoRand(seed int64, key string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(key))
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64()))
}

// demoCUP is a well-formed CUP of nobody's project.
func demoCUP(r *rand.Rand, year int) string {
	return fmt.Sprintf("%c%d%d%c%02d%05d%04d", 'B'+r.IntN(9), r.IntN(10), 1+r.IntN(9), "ABCDEH"[r.IntN(6)],
		year%100, 10+r.IntN(9000), []int{6, 6, 6, 1, 5}[r.IntN(5)])
}

// demoCIG is a CIG of the numeric kind with its right control digits.
func demoCIG(r *rand.Rand) string {
	n := 7000000 + r.IntN(2900000)
	return fmt.Sprintf("%07d%03X", n, n*211%4091)
}
