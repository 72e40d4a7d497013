package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sportello/store"
)

// backup copies the whole database, beside a running serve, and looks at the
// copy before it says that there is one.
func backup(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "backup", "FILE")
	rest, err := flags.parse(args, 1, 1)
	if err != nil {
		return err
	}
	file := rest[0]
	return withTool(ctx, flags, func(t *tool) error {
		shown := newProgress(env, "copia")
		err := t.store.Backup(ctx, file, shown.show)
		shown.end()
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s esiste già: una copia non ne sostituisce mai un'altra", file)
		}
		if err != nil {
			return err
		}
		if err := store.CheckFile(ctx, file); err != nil {
			return fmt.Errorf("la copia %s non è buona: %w", file, err)
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.stdout, "copia in %s, %d byte, controllata\n", file, info.Size())
		return nil
	})
}

// restore puts a copy in the place of a database that is not there any more.
// The outbox mark stays where it is: by it the next start recognises an older
// database, and nothing leaves by itself.
func restore(ctx context.Context, env environment, args []string) error {
	flags := newFlags(env, "restore", "FILE")
	rest, err := flags.parse(args, 1, 1)
	if err != nil {
		return err
	}
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	lock, err := store.Lock(cfg.DataDir)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	err = store.Restore(ctx, rest[0], cfg.DataDir)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("in %s c'è già un archivio: lo sposti altrove prima di ripristinare", cfg.DataDir)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "archivio ripristinato in %s: al prossimo avvio nulla parte da solo finché un amministratore non lo permette\n", cfg.DataDir)
	return nil
}
