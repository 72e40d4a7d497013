package classify

import (
	"slices"
	"strings"
	"testing"
)

func TestStems(t *testing.T) {
	for _, v := range []struct{ text, want string }{
		{"", ""},
		{"dell'ente", "ente"},
		{"L’asilo nido dell’Unione", "asil nid union"},
		{"asili nido, ASILO NIDO", "asil nid asil nid"},
		{"qualità, qualita', QUALITÀ, qualita\u0300", "qualit qualit qualit qualit"},
		{"il borgo e i borghi", "borg borg"},
		{"C.U.P. e D.N.S.H", "cup dnsh"},
		{"S.p.A. e l'art. 47", "spa art 47"},
		{"l. 160/2019", "160 2019"},
		{"una delibera, le delibere", "deliber deliber"},
		{"comunità energetica del Comune", "comunit energet comun"},
		{"日本", "日本"},
		{"«»—…", ""},
	} {
		if got := strings.Join(Stems(v.text), " "); got != v.want {
			t.Errorf("Stems(%q) = %q, want %q", v.text, got, v.want)
		}
	}
}

func TestWordsKnowTheirPlace(t *testing.T) {
	text := "Né l’Unità né il C.I.G. di Cantù"
	var got []string
	for w := range Words(text) {
		got = append(got, text[w.Start:w.End])
	}
	if want := []string{"Né", "l", "Unità", "né", "il", "C.I.G", "di", "Cantù"}; !slices.Equal(got, want) {
		t.Errorf("words %q, want %q", got, want)
	}
}

// What the cache holds must not grow with what strangers write.
func TestKnownWordsAreBounded(t *testing.T) {
	for i := range 3 * maxKnown {
		knownWord([]byte{'x', byte('a' + i%26), byte('a' + i/26%26), byte('a' + i/676%26), byte('a' + i/17576%26)})
	}
	if n := len(words.m); n > maxKnown {
		t.Errorf("%d words kept, want at most %d", n, maxKnown)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Né l’Unità né il C.I.G. di Cantù, p.i.p.p.i. a.b.c\xff")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for w := range Words(text) {
			if w.Start < end || w.End <= w.Start || w.End > len(text) || w.Stem == "" || w.Folded == "" {
				t.Fatalf("%+v after %d in %q", w, end, text)
			}
			end = w.End
		}
	})
}

func BenchmarkStems(b *testing.B) {
	text := strings.Repeat("Chiediamo se con le economie del quadro economico dell'asilo nido si possano acquistare gli arredi e i giochi da esterno, e con quale percentuale massima. ", 14)[:2048]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Stems(text)
	}
}
