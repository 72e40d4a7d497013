package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPlaces(t *testing.T) {
	office, err := theDemoOffice()
	if err != nil {
		t.Fatal(err)
	}
	p := demoPlaces{at: time.Date(2026, 12, 31, 23, 50, 0, 0, office.rome), office: office, vars: map[string]string{"cup": "F11B22000010006"}}
	for text, want := range map[string]string{
		"":                    "",
		"CUP {cup}.":          "CUP F11B22000010006.",
		"{data:0}":            "31/12/2026",
		"{data:-31}":          "30/11/2026",
		"{lungo:+1}":          "1 gennaio 2027",
		"{giorno:+1}":         "lunedì 4 gennaio 2027", // neither New Year nor a Saturday
		"{anno}/{anno:-3}":    "2026/2023",
		"{mese:-1}, {mese:0}": "novembre, dicembre",
	} {
		if got, err := p.fill(text); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"{", "{boh}", "{data:x}"} {
		if _, err := p.fill(text); !errors.Is(err, errDemoPlace) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestDemoTextsAreEnough(t *testing.T) {
	questions, err := demoSections("questions_")
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) < 60 {
		t.Errorf("%d questions", len(questions))
	}
	keys := map[string]bool{}
	for _, q := range questions {
		if keys[q.key] || len(q.parts) < 2 || len(q.fields["subject"]) == 0 || q.get("measure") == "" || q.get("topic") == "" {
			t.Errorf("question %s", q.key)
		}
		keys[q.key] = true
	}
	towns, err := demoTowns()
	if err != nil || len(towns) != 389 {
		t.Errorf("%d towns, %v", len(towns), err)
	}
	domains := map[string]bool{}
	for _, town := range towns {
		d := town.Domain()
		if domains[d] || strings.ContainsFunc(d, func(r rune) bool { return r > 126 || r == ' ' || r == '\'' }) {
			t.Errorf("domain %q", d)
		}
		domains[d] = true
	}
}

func TestCodesAreWellFormed(t *testing.T) {
	r := demoRand(1, "codes")
	for range 100 {
		if cup := demoCUP(r, 2022); len(cup) != 15 || cup[4:6] != "22" {
			t.Fatalf("CUP %s", cup)
		}
		if cig := demoCIG(r); len(cig) != 10 {
			t.Fatalf("CIG %s", cig)
		}
	}
}

func TestEuros(t *testing.T) {
	for cents, want := range map[int64]string{5: "0,05", 123456: "1.234,56", 100000000: "1.000.000,00"} {
		if got := euros(cents); got != want {
			t.Errorf("%d: %s", cents, got)
		}
	}
}
