// Command sportello runs the desk: it watches the mailboxes, serves the pages
// and sends the answers, all in one process over one database file.
//
// main only delegates to run, which every test can call. A subcommand is a
// function that gets a context, the world around it and its arguments; what it
// returns as an error becomes one sentence on standard error. wire.go is the
// one place where the packages meet.
//
// Goroutines: those of the components that serve starts, each a Run(ctx) that
// ends with its context; run returns after all of them have.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the binary must know Europe/Rome on any machine
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// The first signal asks everything to end; a second one meets the default
	// of the system and ends the process at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, environment{
		getenv: os.Getenv, environ: os.Environ(),
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}
