package main

import (
	"fmt"
	"io"
)

// findings prints one line for each thing looked at and remembers whether
// anything was wrong.
type findings struct {
	out   io.Writer
	wrong bool
}

// ok says that a thing is as it should be.
func (f *findings) ok(what, format string, args ...any) { f.line("ok     ", what, format, args...) }

// warn says what is allowed and yet probably not meant.
func (f *findings) warn(what, format string, args ...any) { f.line("AVVISO ", what, format, args...) }

// fault says what is wrong with a thing and what to do.
func (f *findings) fault(what, format string, args ...any) {
	f.wrong = true
	f.line("ERRORE ", what, format, args...)
}

func (f *findings) line(verdict, what, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if detail != "" {
		detail = ": " + detail
	}
	fmt.Fprintln(f.out, verdict+oneLine(what+detail))
}

// err ends the command with exit code 1 if anything was wrong.
func (f *findings) err() error {
	if f.wrong {
		return errFaults
	}
	return nil
}
