package web

import "testing"

// A full page of the queue, as most requests of a busy desk ask for.
func BenchmarkRenderQueue(b *testing.B) {
	found, boxes := sampleFound()
	p := sampleQueue()
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if p.Rows, err = queueRows(found, boxes, sampleNow); err != nil {
			b.Fatal(err)
		}
		if _, err := render("coda", p); err != nil {
			b.Fatal(err)
		}
	}
}
