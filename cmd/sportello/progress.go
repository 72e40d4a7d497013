package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress shows how far long work has come, on a terminal only: in a log the
// line would be noise.
type progress struct {
	out  io.Writer // nil: silent
	what string
	last time.Time
}

func newProgress(env environment, what string) *progress {
	p := &progress{what: what}
	if f, ok := env.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = f
	}
	return p
}

// show says that done of total is behind us; total 0 is not known.
func (p *progress) show(done, total int64) {
	if p.out == nil || time.Since(p.last) < 200*time.Millisecond {
		return
	}
	p.last = time.Now()
	if total > 0 {
		fmt.Fprintf(p.out, "\r\033[K%s: %d di %d (%d %%)", p.what, done, total, done*100/total)
		return
	}
	fmt.Fprintf(p.out, "\r\033[K%s: %d", p.what, done)
}

// end clears the line.
func (p *progress) end() {
	if p.out != nil && !p.last.IsZero() {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
