package richtext

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTagsInAnyOrderSettle feeds allowed tags opened and closed at random: what
// real mails get wrong, only more so. The result must always pass, and hardly
// ever be the fall back to text.
func TestTagsInAnyOrderSettle(t *testing.T) {
	names := strings.Fields("p strong b i u a a ul ol li dl dt dd table table thead tbody tr tr td td th blockquote pre code h1 h2 div br hr span form caption svg select")
	rnd := rand.New(rand.NewPCG(7, 8))
	const runs = 3000
	texts := 0
	for range runs {
		var b strings.Builder
		for range 5 + rnd.IntN(40) {
			name := names[rnd.IntN(len(names))]
			switch rnd.IntN(5) {
			case 0, 1:
				b.WriteString("</" + name + ">")
			case 2:
				b.WriteString("x\n")
			default:
				b.WriteString("<" + name + " href=http://a.example>")
			}
		}
		out, ok := Sanitize(b.String())
		if !ok {
			texts++
		}
		if p := shownProblem(out); p != "" {
			t.Fatalf("%s\nfrom %q", p, b.String())
		}
	}
	if texts > runs/50 {
		t.Errorf("%d of %d fall back to text", texts, runs)
	}
}
