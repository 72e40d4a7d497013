package main

import (
	"strings"
	"testing"
)

func mustFill(t testing.TB, seed int64) *fillWriter {
	t.Helper()
	w, err := fillTexts(seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestFillTextsOfASeedAreAlwaysTheSame(t *testing.T) {
	a, b, other := mustFill(t, 7), mustFill(t, 7), mustFill(t, 8)
	for range 50 {
		qa, qb := a.Subject()+a.Question(1000), b.Subject()+b.Question(1000)
		if qa != qb {
			t.Fatalf("%q\n%q", qa, qb)
		}
		if qa == other.Subject()+other.Question(1000) {
			t.Fatal("another seed writes the same")
		}
	}
}

func TestFillTextsHaveTheSizeAndTheWordsOfRealOnes(t *testing.T) {
	w := mustFill(t, 1)
	words, total, bytes := map[string]int{}, 0, 0
	const messages = 2000
	for range messages {
		s := w.Question(1000)
		bytes += len(s)
		if len(s) < 900 || len(s) > 1600 || strings.ContainsAny(s, "{}") {
			t.Fatalf("%d bytes: %s", len(s), s)
		}
		for word := range strings.FieldsSeq(s) {
			words[word]++
			total++
		}
	}
	once := 0
	for _, n := range words {
		if n == 1 {
			once++
		}
	}
	if len(words) < 5000 || once < len(words)/3 {
		t.Errorf("%d words, %d of them once, in %d", len(words), once, total)
	}
	if mean := bytes / messages; mean < 950 || mean > 1200 {
		t.Errorf("%d bytes on average", mean)
	}
}

func BenchmarkFillTexts(b *testing.B) {
	w := mustFill(b, 1)
	for b.Loop() {
		_ = w.Subject()
		_ = w.Question(1000)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
