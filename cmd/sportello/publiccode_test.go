package main

import (
	"bytes"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// publiccode is the part of the standard, version 0.5, that we use; decoding
// with KnownFields refuses any other key. https://yml.publiccode.tools
type publiccode struct {
	Version     string   `yaml:"publiccodeYmlVersion"`
	Name        string   `yaml:"name"`
	URL         string   `yaml:"url"`
	LandingURL  string   `yaml:"landingURL"`
	Release     string   `yaml:"softwareVersion"`
	ReleaseDate string   `yaml:"releaseDate"`
	Platforms   []string `yaml:"platforms"`
	Categories  []string `yaml:"categories"`
	Status      string   `yaml:"developmentStatus"`
	Type        string   `yaml:"softwareType"`
	Audience    struct {
		Countries []string `yaml:"countries"`
		Scope     []string `yaml:"scope"`
	} `yaml:"intendedAudience"`
	Description map[string]struct {
		LocalisedName string   `yaml:"localisedName"`
		Short         string   `yaml:"shortDescription"`
		Long          string   `yaml:"longDescription"`
		Documentation string   `yaml:"documentation"`
		Features      []string `yaml:"features"`
		Screenshots   []string `yaml:"screenshots"`
	} `yaml:"description"`
	Legal struct {
		License string `yaml:"license"`
		Owner   string `yaml:"mainCopyrightOwner"`
	} `yaml:"legal"`
	Maintenance struct {
		Type     string `yaml:"type"`
		Contacts []struct {
			Name  string `yaml:"name"`
			Email string `yaml:"email"`
		} `yaml:"contacts"`
		Contractors []struct {
			Name  string `yaml:"name"`
			Until string `yaml:"until"`
		} `yaml:"contractors"`
	} `yaml:"maintenance"`
	Localisation struct {
		Ready     *bool    `yaml:"localisationReady"`
		Languages []string `yaml:"availableLanguages"`
	} `yaml:"localisation"`
	Italy struct {
		Version   string          `yaml:"countryExtensionVersion"`
		Platforms map[string]bool `yaml:"piattaforme"`
	} `yaml:"IT"`
}

// vocabulary lists what the standard allows, or the part of it that a help
// desk could mean.
var vocabulary = map[string][]string{
	"platforms":         {"web", "windows", "mac", "linux", "ios", "android"},
	"developmentStatus": {"concept", "development", "beta", "stable", "obsolete"},
	"softwareType": {"standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web",
		"standalone/backend", "standalone/other", "addon", "library", "configurationFiles"},
	"maintenance/type": {"internal", "contract", "community", "none"},
	"categories": {"appointment-scheduling", "collaboration", "communications", "contact-management", "crm",
		"customer-service-and-support", "email-management", "help-desk", "knowledge-management", "online-booking",
		"project-management", "service-desk", "task-management", "workflow-management"},
	"scope": {"agriculture", "culture", "defence", "education", "emergency-services", "employment", "energy",
		"environment", "finance-and-economic-development", "foreign-affairs", "healthcare", "infrastructures", "justice",
		"local-authorities", "manufacturing", "research", "science-and-technology", "security", "society", "sport",
		"tourism", "transportation", "welfare"},
	"piattaforme": {"anpr", "cie", "io", "pagopa", "spid"},
}

func readPubliccode(t *testing.T) (p publiccode) {
	t.Helper()
	b, err := os.ReadFile("../../publiccode.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b) {
		t.Error("not UTF-8")
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPubliccodeVocabulary(t *testing.T) {
	p := readPubliccode(t)
	if !regexp.MustCompile(`^0\.5(\.\d+)?$`).MatchString(p.Version) {
		t.Errorf("publiccodeYmlVersion %q: this test knows 0.5", p.Version)
	}
	check := func(list string, words ...string) {
		if len(words) == 0 {
			t.Errorf("%s: mandatory, and empty", list)
		}
		for _, w := range words {
			if !slices.Contains(vocabulary[list], w) {
				t.Errorf("%s: %q is not in the standard's list %q", list, w, vocabulary[list])
			}
		}
	}
	check("platforms", p.Platforms...)
	check("categories", p.Categories...)
	check("developmentStatus", p.Status)
	check("softwareType", p.Type)
	check("maintenance/type", p.Maintenance.Type)
	check("scope", p.Audience.Scope...)
	for name := range p.Italy.Platforms {
		check("piattaforme", name)
	}
	if p.Italy.Version != "1.0" {
		t.Errorf("IT/countryExtensionVersion %q, must be 1.0", p.Italy.Version)
	}
}

func TestPubliccodeDescriptions(t *testing.T) {
	p := readPubliccode(t)
	if p.Name == "" {
		t.Error("name: mandatory")
	}
	if _, ok := p.Description["it"]; !ok {
		t.Error("description: no Italian one")
	}
	for lang, d := range p.Description {
		checkLanguageTag(t, lang)
		if n := utf8.RuneCountInString(d.Short); n == 0 || n > 150 || strings.Contains(d.Short, "\n") {
			t.Errorf("%s/shortDescription: %d characters; one line of at most 150", lang, n)
		}
		if n := utf8.RuneCountInString(d.Long); n < 500 || n > 10_000 {
			t.Errorf("%s/longDescription: %d characters, want 500 to 10000", lang, n)
		}
		if len(d.Features) == 0 {
			t.Errorf("%s/features: mandatory, and empty", lang)
		}
		for _, s := range d.Screenshots {
			if _, err := os.Stat("../../" + s); err != nil {
				t.Errorf("%s/screenshots: %v", lang, err)
			}
		}
		if d.Documentation != "" {
			checkOurURL(t, lang+"/documentation", d.Documentation)
		}
	}
}

func TestPubliccodeLegalAndMaintenance(t *testing.T) {
	p := readPubliccode(t)
	if p.Legal.License != "EUPL-1.2" {
		t.Errorf("legal/license %q", p.Legal.License)
	}
	licence, err := os.ReadFile("../../LICENSE")
	if err != nil || !bytes.HasPrefix(licence, []byte("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")) || !bytes.Contains(licence, []byte("\n15.Applicable Law\n")) {
		t.Errorf("LICENSE is not the EUPL 1.2 (%v)", err)
	}
	if t1 := p.Maintenance.Type; (t1 == "internal" || t1 == "community") && len(p.Maintenance.Contacts) == 0 {
		t.Errorf("maintenance/contacts: mandatory for %s", t1)
	}
	for _, c := range p.Maintenance.Contacts {
		if a, err := mail.ParseAddress(c.Email); c.Name == "" || err != nil || a.Address != c.Email {
			t.Errorf("maintenance/contacts: %+v: %v", c, err)
		}
	}
	if p.Maintenance.Type == "contract" && len(p.Maintenance.Contractors) == 0 {
		t.Error("maintenance/contractors: mandatory for contract")
	}
	for _, c := range p.Maintenance.Contractors {
		checkDate(t, "maintenance/contractors/until", c.Until)
	}
	if (p.Release == "") != (p.ReleaseDate == "") {
		t.Error("softwareVersion and releaseDate go together")
	}
	if p.ReleaseDate != "" {
		checkDate(t, "releaseDate", p.ReleaseDate)
	}
}

func TestPubliccodePlaces(t *testing.T) {
	p := readPubliccode(t)
	checkOurURL(t, "url", p.URL)
	if !strings.HasSuffix(p.URL, ".git") {
		t.Errorf("url %q: the source repository, ending in .git", p.URL)
	}
	checkOurURL(t, "landingURL", p.LandingURL)
	for _, c := range p.Audience.Countries {
		if !regexp.MustCompile(`^[a-z]{2}$`).MatchString(c) {
			t.Errorf("intendedAudience/countries: %q is no ISO 3166-1 code in lower case", c)
		}
	}
	if p.Localisation.Ready == nil {
		t.Error("localisation/localisationReady: mandatory")
	}
	if !slices.Contains(p.Localisation.Languages, "it") {
		t.Error("localisation/availableLanguages: the interface speaks Italian")
	}
	for _, lang := range p.Localisation.Languages {
		checkLanguageTag(t, lang)
	}
}

// checkOurURL accepts only the reserved domain of RFC 2606: the project has no
// other home that it could name.
func checkOurURL(t *testing.T, key, s string) {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || !strings.HasSuffix(u.Hostname(), ".example") {
		t.Errorf("%s: %q: want https and a host in .example (%v)", key, s, err)
	}
}

func checkDate(t *testing.T, key, s string) {
	t.Helper()
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		t.Errorf("%s: %q: want YYYY-MM-DD", key, s)
	}
}

// checkLanguageTag knows the part of BCP 47 that could occur: language and region.
func checkLanguageTag(t *testing.T, s string) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`).MatchString(s) {
		t.Errorf("%q is no language tag", s)
	}
}
