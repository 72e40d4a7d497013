package main

import (
	"fmt"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// addScripts bundles src/main.js and all it imports into one module.
func addScripts(out *output, root string) error {
	abs, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	res := api.Build(api.BuildOptions{
		AbsWorkingDir: abs, EntryPoints: []string{"src/main.js"}, Bundle: true,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		Format: api.FormatESModule, Target: api.ES2022, LegalComments: api.LegalCommentsEndOfFile,
		Write: false,
	})
	if len(res.Errors) > 0 {
		return fmt.Errorf("js: %s %+v", res.Errors[0].Text, res.Errors[0].Location)
	}
	if len(res.OutputFiles) != 1 {
		return fmt.Errorf("js: %d outputs, want 1", len(res.OutputFiles))
	}
	out.add("app.js", res.OutputFiles[0].Contents)
	return nil
}
