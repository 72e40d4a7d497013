package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// environment is what a command sees of the world.
type environment struct {
	getenv         func(string) string
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one subcommand.
type command struct {
	name string
	args string // as the help shows them
	what string // one line
	run  func(ctx context.Context, env environment, args []string) error
}

// The exit codes.
const (
	exitOK    = 0
	exitFault = 1 // it did not work, or something was found wrong
	exitUsage = 2 // it was called wrongly
)

// run carries out one call of the program and returns its exit code.
func run(ctx context.Context, env environment, args []string) int {
	err := dispatch(ctx, env, args)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errFaults): // said already, line by line
		return exitFault
	case errors.As(err, &usage):
		fmt.Fprintln(env.stderr, "sportello: "+usage.message)
		return exitUsage
	}
	fmt.Fprintln(env.stderr, "sportello: "+sentence(err))
	return exitFault
}

func dispatch(ctx context.Context, env environment, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		if len(args) > 0 && strings.TrimLeft(args[0], "-") == "version" {
			return version(ctx, env, nil)
		}
		if len(args) == 0 || !isHelp(args[0]) {
			help(env.stderr)
			return &usageError{"manca il comando: scegliere fra quelli qui sopra."}
		}
	}
	if isHelp(args[0]) {
		help(env.stdout)
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, env, args[1:])
		}
	}
	return &usageError{fmt.Sprintf("il comando «%s» non esiste; «sportello help» li elenca tutti.", args[0])}
}

func isHelp(arg string) bool {
	switch arg {
	case "help", "-h", "-help", "--help":
		return true
	}
	return false
}

// help lists the commands.
func help(w io.Writer) {
	fmt.Fprint(w, "Sportello PNRR: i quesiti dei Comuni, dalla posta alla risposta.\n\nUso: sportello COMANDO [opzioni] [argomenti]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-54s %s\n", strings.TrimSpace(c.name+" "+c.args), c.what)
	}
	fmt.Fprint(w, "\nTutti accettano -config FILE (altrimenti $SPORTELLO_CONFIG, altrimenti sportello.toml).\n")
}

// usageError is a call that cannot be meant.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// errFaults ends a command that has already said on its output what is wrong.
var errFaults = errors.New("faults found")

// flagSet reads the flags of one command, before or after its arguments.
type flagSet struct {
	*flag.FlagSet
	env    environment
	config string
}

func newFlags(env environment, name, args string) *flagSet {
	f := &flagSet{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), env: env}
	f.SetOutput(io.Discard) // flag's own words are English, and doubled
	f.StringVar(&f.config, "config", "", "file di configurazione")
	f.Usage = func() { f.explain(args) }
	return f
}

// parse returns the arguments that are no flags, at least min and at most max
// of them (max < 0: any number). After «--» everything is an argument.
func (f *flagSet) parse(args []string, min, max int) ([]string, error) {
	var rest []string
	for {
		if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, f.wrong("%s", italianFlagError(err))
		}
		left := f.Args()
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			rest = append(rest, left...)
			break
		}
		if len(left) == 0 {
			break
		}
		rest, args = append(rest, left[0]), left[1:]
	}
	switch {
	case len(rest) < min:
		return nil, f.wrong("manca un argomento")
	case max >= 0 && len(rest) > max:
		return nil, f.wrong("argomento di troppo: «%s»", rest[max])
	}
	return rest, nil
}

func (f *flagSet) wrong(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...) + "; «sportello " + f.Name() + " -h» mostra come si usa."}
}

// load reads the configuration that the flags and the environment name.
func (f *flagSet) load() (*Config, error) {
	path := f.config
	if path == "" {
		path = f.env.getenv("SPORTELLO_CONFIG")
	}
	if path == "" {
		path = "sportello.toml"
		// Without a file everything may come from the environment.
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && f.env.getenv("SPORTELLO_DATA_DIR") != "" {
			path = ""
		}
	}
	c, err := LoadConfig(path, f.env.getenv, f.env.environ)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("manca il file di configurazione %s: indicarlo con -config o con SPORTELLO_CONFIG", path)
	}
	return c, err
}
