package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version says what was built from what.
func version(_ context.Context, env environment, args []string) error {
	if _, err := newFlags(env, "version", "").parse(args, 0, 0); err != nil {
		return err
	}
	release, commit := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		release, commit = info.Main.Version, vcsRevision(info)
	}
	fmt.Fprintf(env.stdout, "sportello %s%s %s %s/%s\n", release, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

func vcsRevision(info *debug.BuildInfo) string {
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = " " + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+"
		}
	}
	return revision + dirty
}
