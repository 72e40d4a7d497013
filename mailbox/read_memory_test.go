package mailbox

import (
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// Reading a message that is HTML only holds less than four times the message at any moment, with the
// text made of it, what is folded and what is shown.
func TestMemoryOfHTML(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes the collector so slow that what is dropped meanwhile counts as held: .ci/run has a step for this test")
	}
	const size = 6 << 20
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	half := func(piece string) string { return strings.Repeat(piece, size/len(piece)/2) }
	for name, body := range map[string]string{
		"a large table":            "<table>" + fill("<tr><td>Comune</td><td>1.234,00</td></tr>\n") + "</table>",
		"deep nesting":             fill("<div>parola "),
		"quotations in quotations": fill("<blockquote>a "),
		"entities":                 fill("&egrave;&nbsp;"),
		"text without a tag":       fill("La scadenza è prorogata. "),
		"half of it history":       half("<p>Una riga nuova.</p>") + `<blockquote type="cite">` + half("<p>Una riga vecchia.</p>"),
		"a picture in the text":    `<p>Ecco:</p><img src="data:image/png;base64,` + fill("A") + `"><p>Grazie</p>`,
	} {
		t.Run(name, func(t *testing.T) {
			raw := []byte("From: a@comune.test\nContent-Type: text/html; charset=utf-8\n\n" + body)
			const fixed = 1 << 20 // what the tables of the readers and the test itself hold
			most := 4*len(raw) + fixed
			got := heldBy(func() { Reader{}.Read(raw, false) })
			// What is made and dropped while the collector runs counts as held, on a busy
			// machine most of all: what holds once holds.
			for n := 0; got > most && n < 4; n++ {
				got = min(got, heldBy(func() { Reader{}.Read(raw, false) }))
			}
			if got > most {
				t.Errorf("%.1f times the message", float64(got)/float64(len(raw)))
			}
		})
	}
}

// heldBy is the most that work holds at a time beyond what was held before, in bytes, as far as the
// collector sees it, which runs every few milliseconds.
func heldBy(work func()) int {
	before, most := liveBytes(), 0
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most = max(most, liveBytes()-before)
			}
		}
	}()
	work()
	close(stop)
	<-done
	return most
}

func liveBytes() int {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}
