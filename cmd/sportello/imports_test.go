package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowedImports is the architecture as a table: a package may import the
// standard library and what its row names, nothing else. "helpdesk/..." means
// the package and all below it. A new row or a new word in a row is a decision
// about the design; it needs its reason in the commit.
var allowedImports = map[string][]string{
	"cmd/sportello": {"sportello/...", "github.com/robfig/cron/v3", "github.com/BurntSushi/toml",
		"github.com/prometheus/client_golang/...", "golang.org/x/sys/unix", "golang.org/x/term"},
	"web": {"sportello/helpdesk/...", "sportello/web/...", "github.com/gin-gonic/gin/...", "github.com/alexedwards/scs/v2",
		"golang.org/x/crypto/...", "github.com/pquerna/otp/...", "golang.org/x/time/rate"},
	"mailbox": {"sportello/helpdesk/...", "sportello/mailbox/...", "github.com/emersion/go-imap/v2/...",
		"github.com/emersion/go-message/...", "github.com/emersion/go-smtp", "github.com/emersion/go-sasl",
		"github.com/emersion/go-msgauth/...", "golang.org/x/oauth2/...", "golang.org/x/text/...", "golang.org/x/net/html/...",
		"github.com/smallstep/pkcs7", "github.com/emersion/go-ical"},
	"store": {"sportello/helpdesk/...", "sportello/store/...", "modernc.org/sqlite/...", "github.com/pressly/goose/v3/...",
		"golang.org/x/sys/unix"},
	"helpdesk":          {"sportello/helpdesk/..."},
	"helpdesk/pnrr":     {"golang.org/x/text/..."},
	"helpdesk/classify": {"sportello/helpdesk/pnrr", "github.com/blevesearch/snowballstem/..."},
	"helpdesk/calendar": {"github.com/teambition/rrule-go"},
	"helpdesk/richtext": {"github.com/yuin/goldmark/...", "github.com/microcosm-cc/bluemonday", "golang.org/x/net/html/...",
		"github.com/JohannesKaufmann/html-to-markdown/v2/..."},
	"helpdesk/registry": {}, // a leaf: the standard library only
	"helpdesk/sheet":    {"github.com/xuri/excelize/v2"},
}

// rowFor gives the row of the package in dir: its own, or that of the nearest
// folder above it.
func rowFor(dir string) (row string, ok bool) {
	for row = dir; row != "."; row = path.Dir(row) {
		if _, ok := allowedImports[row]; ok {
			return row, true
		}
	}
	return "", false
}

func allows(row, imported string) bool {
	// A path without a dot in its first element is the standard library's, or ours.
	if first, _, _ := strings.Cut(imported, "/"); first != "sportello" && !strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(allowedImports[row], func(allowed string) bool {
		if tree, ok := strings.CutSuffix(allowed, "/..."); ok {
			return imported == tree || strings.HasPrefix(imported, tree+"/")
		}
		return imported == allowed
	})
}

// TestImports holds every package to the table above. Tests may import what
// they like.
func TestImports(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		row, ok := rowFor(path.Dir(file))
		if !ok {
			t.Errorf("%s: its folder has no row in allowedImports (cmd/sportello/imports_test.go); the folders of the design are cmd/sportello, helpdesk, mailbox, store and web", file)
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", file), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Errorf("%s: %s: %v", file, spec.Path.Value, err)
			} else if !allows(row, imported) {
				t.Errorf(`%s imports %q, which the design does not allow.
	Beside the standard library, %s may import only:
		%s
	Either move the code to the package that owns that concern, or declare an interface where it is used and wire it in cmd/sportello.
	If the design itself has changed, change allowedImports in cmd/sportello/imports_test.go and say why in the commit.`,
					file, imported, row, strings.Join(allowedImports[row], "\n\t\t"))
			}
		}
	}
}

// The rules themselves, so that a slip in allows does not let everything pass.
func TestImportRules(t *testing.T) {
	for _, v := range []struct {
		dir, imported string
		want          bool
	}{
		{"helpdesk", "net/mail", true},
		{"helpdesk", "sportello/helpdesk/pnrr", true},
		{"helpdesk", "sportello/store", false},
		{"helpdesk", "github.com/gin-gonic/gin", false},
		{"helpdesk/pnrr", "golang.org/x/text/unicode/norm", true},
		{"helpdesk/pnrr", "sportello/helpdesk", false},
		{"helpdesk/pnrr/data", "golang.org/x/net/html", false},
		{"web", "sportello/helpdesk", true},
		{"web", "sportello/mailbox", false},
		{"web", "github.com/gin-gonic/gin/binding", true},
		{"web", "github.com/gin-gonic/ginx", false},
		{"mailbox/mime", "golang.org/x/text/encoding/charmap", true},
		{"mailbox", "sportello/store", false},
		{"store", "modernc.org/sqlite", true},
		{"store", "sportello/web", false},
		{"cmd/sportello", "sportello/web", true},
		{"cmd/sportello", "github.com/spf13/cobra", false},
	} {
		row, ok := rowFor(v.dir)
		if got := ok && allows(row, v.imported); got != v.want {
			t.Errorf("%s → %s: allowed %v, want %v", v.dir, v.imported, got, v.want)
		}
	}
}

// goFiles lists the module's Go files, with slashes, below the repository's
// root. Folders with a go.mod of their own are other modules.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." {
			if _, err := os.Stat(filepath.Join("../..", name, "go.mod")); err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
		}
		if !d.IsDir() && strings.HasSuffix(name, ".go") {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go files found from ../..")
	}
	return files
}

// TestTopLevel: the design names five folders with Go code; a sixth would be a
// concern without a home.
func TestTopLevel(t *testing.T) {
	for _, file := range goFiles(t) {
		top, rest, nested := strings.Cut(file, "/")
		if !nested || !slices.Contains([]string{"cmd", "helpdesk", "mailbox", "store", "web"}, top) || top == "cmd" && !strings.HasPrefix(rest, "sportello/") {
			t.Errorf("%s: Go code belongs in cmd/sportello, helpdesk, mailbox, store or web, not at the top or in another folder", file)
		}
	}
}

// TestLibcVersion: modernc.org/sqlite is generated against one version of
// modernc.org/libc and misbehaves with any other; `go get -u` raises it
// silently.
func TestLibcVersion(t *testing.T) {
	const want = "v1.79.0"
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*modernc\.org/libc (\S+)`).FindSubmatch(mod)
	if m == nil || string(m[1]) != want {
		t.Errorf("go.mod has modernc.org/libc %q; it must be exactly the %s of modernc.org/sqlite's own go.mod. When sqlite is raised, take both from there", m, want)
	}
}
