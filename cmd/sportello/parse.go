package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// parse shows what the reader makes of messages in files. It needs neither
// configuration nor store.
func parse(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "parse", "FILE…|-")
	asJSON := flags.Bool("json", false, "un oggetto JSON per riga invece di un resoconto")
	batch := flags.Bool("batch", false, "legge da standard input una richiesta JSON per riga, risponde con una riga a ciascuna")
	files, err := flags.parse(args, 0, -1)
	switch {
	case err != nil:
		return err
	case *batch && (*asJSON || len(files) > 0):
		return flags.wrong("-batch sta da solo")
	case *batch:
		return parseBatch(ctx, env)
	case len(files) == 0:
		return flags.wrong("manca un argomento")
	}
	for i, name := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw, err := readMessage(env, name)
		if err != nil {
			return err
		}
		m := parsed(name, raw)
		if *asJSON {
			err = json.NewEncoder(env.stdout).Encode(m)
		} else {
			err = m.print(env.stdout, i > 0)
		}
		if err != nil {
			return fmt.Errorf("parse %s: %w", name, err)
		}
	}
	return nil
}

func readMessage(env environment, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(env.stdin)
	}
	return os.ReadFile(name)
}
