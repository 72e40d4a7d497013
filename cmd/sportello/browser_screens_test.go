package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// screens are the views of which docs/screens holds pictures; the others
// differ from these in little.
var screens = []string{
	"accesso", "accesso-prova", "privacy", "accessibilita",
	"coda", "coda-non-assegnati", "coda-automatici", "coda-ricerca", "coda-vuota", "coda-scorciatoie", "coda-menu", "coda-filtri", "coda-utente",
	"quesito", "quesito-aperto", "quesito-dettagli", "quesito-rinvia", "quesito-altro", "quesito-nota", "quesito-anteprima", "quesito-lungo",
	"quesito-firmato", "quesito-p7m", "quesito-winmail", "quesito-invito", "quesito-tabella", "quesito-da-verificare", "quesito-non-inviata", "quesito-ricevute", "quesito-troppo-grande", "quesito-illeggibile", "quesito-chiuso",
	"originale", "originale-cid", "unisci", "unisci-scelto", "unisci-errore", "nuovo", "uscita", "quarantena", "profilo", "errore-404",
	"errore-403", "utenti", "utenti-disattiva", "osservatore",
	"comuni", "comuni-messaggio", "comuni-rispondi", "comuni-scrivi", "comuni-scrivi-errore",
}

// TestScreens makes the pictures of docs/screens, in the folder that
// SPORTELLO_SCREENS names from the top of the repository.
func TestScreens(t *testing.T) {
	dir := os.Getenv("SPORTELLO_SCREENS")
	if dir == "" {
		t.Skip("SPORTELLO_SCREENS names no folder for the pictures")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("../..", dir)
	}
	root := startBrowser(t)
	f := openFrozenDesk(t, 120)
	b := openTab(t, root, f.url)
	total, wanted := 0, slices.Clone(screens)
	b.everyView(f, func(b *tab, v view, width int64) {
		if !slices.Contains(screens, v.name) {
			return
		}
		wanted = slices.DeleteFunc(wanted, func(name string) bool { return name == v.name })
		b.show(v)
		small, err := fewColours(b.picture())
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", v.name, width)), small, 0o644)
		}
		if err != nil {
			b.t.Fatal(err)
		}
		total += len(small)
	})
	if len(wanted) > 0 {
		t.Errorf("no view is called %q", wanted)
	}
	if total > 6<<20 {
		t.Errorf("the pictures have %d bytes", total)
	}
}

// picture is what is on the screen now, without a blinking caret.
func (b *tab) picture() []byte {
	b.t.Helper()
	b.run(chromedp.Evaluate(`document.fonts.ready.then(()=>0)`, nil, awaitPromise),
		chromedp.Evaluate(`document.documentElement.style.caretColor = "transparent"; 0`, nil))
	for range 10 { // a headless page now and then draws no frame
		ctx, cancel := context.WithTimeout(b.ctx, 6*time.Second)
		var picture []byte
		err := chromedp.Run(ctx, chromedp.CaptureScreenshot(&picture))
		cancel()
		if err == nil {
			return picture
		}
	}
	b.t.Fatalf("no picture of %s", b.text("location.href"))
	return nil
}

// fewColours writes a picture with the 256 colours that it has most of, each
// other one as the nearest of these: flat pages need no more, and a file is a
// third as large.
func fewColours(picture []byte) ([]byte, error) {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("few colours: %w", err)
	}
	bounds := img.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		r, g, b, _ := img.At(x, y).RGBA()
		return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range most[:min(256, len(most))] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(palette.Index(c))
	}
	flat := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			flat.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, flat); err != nil {
		return nil, fmt.Errorf("few colours: %w", err)
	}
	return out.Bytes(), nil
}
