package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pages holds one set per page: the shared files (their names start with "_") and the page's own.
var pages = mustParse(templateFiles)

var funcs = template.FuncMap{
	"asset": AssetPath, "icon": icon,
	"ago": ago, "when": when, "until": until, "day": day, "dateTime": dateTime, "iso": iso, "timeTag": timeTag,
	"initials": initials, "addressBreaks": addressBreaks, "avatar": avatar, "size": size, "count": count, "plural": plural,
	"stateLabel": stateLabel, "stateClass": stateClass,
	"deliveryLabel": deliveryLabel, "deliveryClass": deliveryClass,
	"quarantineLabel": quarantineLabel, "quarantineClass": quarantineClass,
	"channelLabel": channelLabel, "channelIcon": channelIcon,
	"roleLabel": roleLabel, "fileIcon": fileIcon,
	"receipt": func(now time.Time, r receipt) datedReceipt { return datedReceipt{r, now} },
	"join":    func(list []string) string { return strings.Join(list, ", ") },
}

// render executes the page name (coda for templates/coda.html) with its struct of pages.go into
// memory, so that an error never leaves half a page behind.
func render(name string, data any) ([]byte, error) {
	set, ok := pages[name]
	if !ok {
		return nil, fmt.Errorf("render %s: no such page", name)
	}
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, name+".html", data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return buf.Bytes(), nil
}

// mustParse runs at start: the templates are part of the program.
func mustParse(files fs.FS) map[string]*template.Template {
	shared := template.Must(template.New("").Funcs(funcs).ParseFS(files, "templates/_*.html"))
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err)
	}
	sets := map[string]*template.Template{}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if strings.HasPrefix(name, "_") {
			continue
		}
		sets[name] = template.Must(template.Must(shared.Clone()).ParseFS(files, file))
	}
	return sets
}
