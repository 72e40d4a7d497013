package registry

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Municipality is a row of the shipped list.
type Municipality struct {
	ISTAT     string // six digits
	Name      string
	Also      string // a second name, in another language or from before; "" for none
	Province  string // «BG»
	Region    string
	Ceased    bool
	Successor string // ISTAT code of the one it went into, "" where that is not known
}

// Version of the shipped list: raise it when municipalities.csv changes.
const Version = "2026-08-14"

//go:embed municipalities.csv
var municipalitiesCSV string

// Municipalities lists all of the shipped list by ISTAT code. The slice is
// shared: do not change it.
var Municipalities = sync.OnceValue(func() []Municipality {
	var all []Municipality
	for _, f := range rows(municipalitiesCSV) {
		state, successor, _ := strings.Cut(f[4], ":")
		all = append(all, Municipality{
			ISTAT: f[0], Name: f[1], Also: f[2], Province: f[3], Region: provinces()[f[3]].Region,
			Ceased: state == "ceased", Successor: successor,
		})
	}
	return all
})

// Shipped is the shipped list as a Source. Its bodies have no ID.
var Shipped = sync.OnceValue(func() *List {
	l := &List{keys: map[string][]Body{}}
	byCode := map[string]Municipality{}
	for _, m := range Municipalities() {
		byCode[m.ISTAT] = m
	}
	for _, m := range Municipalities() {
		names := []string{m.Name}
		if m.Also != "" {
			names = append(names, m.Also)
		}
		body := m.body()
		if to, ok := byCode[m.Successor]; ok {
			body = to.body()
			body.Names = append(body.Names, names...)
		}
		for _, n := range names {
			l.names = append(l.names, foldedName{Fold(n), body})
		}
		for _, k := range Keys(names...) {
			l.keys[k] = append(l.keys[k], body)
		}
	}
	slices.SortFunc(l.names, func(a, b foldedName) int { return strings.Compare(a.folded, b.folded) })
	return l
})

func (m Municipality) body() Body {
	b := Body{ISTAT: m.ISTAT, Name: m.Name, Province: m.Province, Names: []string{m.Name}}
	if m.Also != "" {
		b.Names = append(b.Names, m.Also)
	}
	return b
}

// List is a Source over municipalities that are known by name alone.
type List struct {
	keys  map[string][]Body
	names []foldedName // ascending
}

type foldedName struct {
	folded string
	body   Body
}

// ByAddress answers nothing: a list of names knows no addresses.
func (l *List) ByAddress(string) ([]Body, error) { return nil, nil }

// ByDomain likewise.
func (l *List) ByDomain(string) ([]Body, error) { return nil, nil }

// ByKeys gives the bodies that have one of the keys.
func (l *List) ByKeys(keys []string) ([]Body, error) {
	var all []Body
	for _, k := range keys {
		all = append(all, l.keys[k]...)
	}
	return all, nil
}

// Longer gives the bodies whose names go on after a folded name.
func (l *List) Longer(folded string) ([]Body, error) {
	at := func(name string) int {
		i, _ := slices.BinarySearchFunc(l.names, name, func(n foldedName, name string) int { return strings.Compare(n.folded, name) })
		return i
	}
	var all []Body
	for _, n := range l.names[at(folded+" "):at(folded+"!")] {
		all = append(all, n.body)
	}
	return all, nil
}

// Recognise says which municipality writes, from its address and the new text
// of its message alone.
func (l *List) Recognise(address, text string) Answer {
	a, _ := Recognise(l, address, text) // a list in memory does not fail
	return a
}
