package web

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// Every template runs with full and with zero data; one that no sample runs fails the test.
func TestEveryTemplateRenders(t *testing.T) {
	run := map[string]bool{}
	for _, s := range samples() {
		run[s.page] = true
		t.Run(s.name, func(t *testing.T) {
			for kind, data := range map[string]any{"full": s.data, "zero": reflect.Zero(reflect.TypeOf(s.data)).Interface()} {
				body, err := render(s.page, data)
				if err != nil {
					t.Errorf("%s: %v", kind, err)
				}
				checkMarkup(t, kind, string(body))
			}
		})
	}
	for name := range pages {
		if !run[name] {
			t.Errorf("templates/%s.html: no sample runs it", name)
		}
	}
}

var (
	inline   = regexp.MustCompile(`(?i)<[^>]+\s(style|on[a-z]+)\s*=|<style|<script(?:[^>]*)>\s*[^<\s]|javascript:`)
	idValue  = regexp.MustCompile(`\sid="([^"]*)"`)
	idRef    = regexp.MustCompile(`\s(?:for|aria-describedby|aria-labelledby|popovertarget)="([^"]*)"`)
	iconName = regexp.MustCompile(`#it-([^"]*)"`)
)

// checkMarkup looks for what the Content-Security-Policy would refuse, ids given twice, references
// to no id, and icons that the sprite has not.
func checkMarkup(t *testing.T, kind, html string) {
	t.Helper()
	if m := inline.FindString(html); m != "" {
		t.Errorf("%s: inline code or style: %.80s", kind, m)
	}
	if strings.Contains(html, "ZgotmplZ") || strings.Contains(html, "<no value>") {
		t.Errorf("%s: a value was refused or is missing", kind)
	}
	ids := map[string]bool{}
	for _, m := range idValue.FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("%s: id %q twice", kind, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range idRef.FindAllStringSubmatch(html, -1) {
		if !ids[m[1]] {
			t.Errorf("%s: reference to %q, which is nowhere", kind, m[1])
		}
	}
	sprite := string(assets[assetNames["sprites.svg"]].raw)
	for _, m := range iconName.FindAllStringSubmatch(html, -1) {
		if !strings.Contains(sprite, `id="it-`+m[1]+`"`) {
			t.Errorf("%s: icon %q is not in the sprite", kind, m[1])
		}
	}
}

func TestIconsChosenAtRunTimeAreInTheSprite(t *testing.T) {
	sprite := string(assets[assetNames["sprites.svg"]].raw)
	names := append(append([]string{"file"}, eventIcons...), toolIcons...)
	for _, f := range fileIcons {
		names = append(names, f.icon)
	}
	for _, name := range channelIcons {
		names = append(names, name)
	}
	for _, v := range queueViews {
		names = append(names, v.Icon)
	}
	for _, name := range names {
		if !strings.Contains(sprite, `id="it-`+name+`"`) {
			t.Errorf("icon %q: add \"icon %s\" to src/runtime.txt", name, name)
		}
	}
}

func TestWhatStrangersWroteStaysText(t *testing.T) {
	p := sampleTicket()
	evil := `"><script>alert(1)</script>`
	p.Subject, p.Title, p.Sender.Name = evil, evil, evil
	p.Entries[0].Message.Author.Name, p.Entries[0].Message.Attachments[0].Name = evil, evil
	p.Composer.Text, p.Composer.To = "</textarea>"+evil, evil
	body, err := render("quesito", p)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "<script>") {
		t.Error("a script of the sender's reached the page")
	}
}

func TestRenderUnknownPage(t *testing.T) {
	if _, err := render("nessuna", nil); err == nil {
		t.Error("no error for a page that is not there")
	}
}

// A data struct that does not fit its template must be an error, not half a page.
func TestRenderWrongData(t *testing.T) {
	body, err := render("coda", loginPage{})
	if err == nil || body != nil {
		t.Errorf("%d bytes, error %v; want none and an error", len(body), err)
	}
}
