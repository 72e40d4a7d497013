package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// minimalConfig is the least that loads; tests put lines into its sections by
// replacing one of the markers.
const minimalConfig = `data_dir = "/srv/sportello"
base_url = "https://sportello.example"
#top
[web]
#web
[mail]
#mail
[[mailbox]]
address = "sportello@comune.example"
#box
[mailbox.imap]
host = "imap.comune.example"
username = "sportello"
password = "hunter2"
#imap
[mailbox.smtp]
host = "smtp.comune.example"
#smtp
[mailbox.ack]
#ack
`

func configWith(marker, line string) string {
	return strings.Replace(minimalConfig, "#"+marker+"\n", line+"\n", 1)
}

func configWithout(line string) string { return strings.Replace(minimalConfig, line+"\n", "", 1) }

// loadText loads text from a file, with the variables in environ and none of
// the machine's.
func loadText(t testing.TB, text string, environ ...string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sportello.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return LoadConfig(path, getenvFrom(environ), environ)
}

func getenvFrom(environ []string) func(string) string {
	return func(name string) string {
		for _, e := range environ {
			if n, v, _ := strings.Cut(e, "="); n == name {
				return v
			}
		}
		return ""
	}
}

func mustLoad(t testing.TB, text string, environ ...string) *Config {
	t.Helper()
	c, err := loadText(t, text, environ...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfigDefaults(t *testing.T) {
	c := mustLoad(t, minimalConfig)
	m := c.Mailboxes[0]
	for _, v := range []struct {
		key       string
		got, want any
	}{
		{"timezone", c.Location.String(), "Europe/Rome"},
		{"name", c.Name, "Sportello PNRR"},
		{"centre", c.Centre, "Centro di Competenza PNRR"},
		{"public pages", c.Controller + c.Contact + c.DPO + c.Retention + c.Statement, ""},
		{"web.listen", c.Web.Listen, "127.0.0.1:8080"},
		{"web.session_idle", c.Web.SessionIdle, Duration(30 * time.Minute)},
		{"web.session_max", c.Web.SessionMax, Duration(10 * time.Hour)},
		{"mail", c.Mail, MailConfig{Automatic: true, AnswerWithinHours: 16, CloseAfterDays: 10, GraceDays: 30}},
		{"mailbox.name", m.Name, "Sportello PNRR"},
		{"mailbox.kind", m.Kind, KindOrdinary},
		{"mailbox.start", m.Start, Start{Mode: StartNow}},
		{"mailbox.imap.port", m.IMAP.Port, 993},
		{"mailbox.imap.tls", m.IMAP.TLS, TLSImplicit},
		{"mailbox.imap.auth", m.IMAP.Auth, AuthPassword},
		{"mailbox.imap.folder", m.IMAP.Folder, "INBOX"},
		{"mailbox.imap.poll_interval", m.IMAP.PollInterval, Duration(time.Minute)},
		{"mailbox.imap.idle", m.IMAP.Idle, true},
		{"mailbox.imap.max_message_size", m.IMAP.MaxMessageSize, Size(50_000_000)},
		{"mailbox.smtp.port", m.SMTP.Port, 465},
		{"mailbox.ack", m.Ack, AckConfig{Enabled: true, HourlyLimit: 60}},
	} {
		if !reflect.DeepEqual(v.got, v.want) {
			t.Errorf("%s = %v, want %v", v.key, v.got, v.want)
		}
	}
}

// Ports follow the protection: RFC 8314 for tls, RFC 6409 and RFC 3501 for starttls.
func TestConfigPortsFollowTLS(t *testing.T) {
	for _, v := range []struct {
		tls        string
		imap, smtp int
	}{{"tls", 993, 465}, {"starttls", 143, 587}, {"none", 143, 25}} {
		text := strings.NewReplacer("imap.comune.example", "localhost", "smtp.comune.example", "::1",
			"#imap", `tls = "`+v.tls+`"`, "#smtp", `tls = "`+v.tls+`"`).Replace(minimalConfig)
		m := mustLoad(t, text).Mailboxes[0]
		if m.IMAP.Port != v.imap || m.SMTP.Port != v.smtp {
			t.Errorf("%s: ports %d and %d, want %d and %d", v.tls, m.IMAP.Port, m.SMTP.Port, v.imap, v.smtp)
		}
	}
}

func TestConfigStart(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]Start{
		`start = "all"`:        {Mode: StartAll},
		`start = "2026-01-01"`: {StartDate, 2026, 1, 1},
		`start = 2026-07-01`:   {StartDate, 2026, 7, 1}, // TOML has dates of its own
	} {
		if got := mustLoad(t, configWith("box", line)).Mailboxes[0].Start; got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
	since, ok := Start{StartDate, 2026, 7, 1}.Since(rome)
	if want := "2026-06-30T22:00:00Z"; !ok || since.UTC().Format(time.RFC3339) != want {
		t.Errorf("1 July in Rome begins at %s, want %s", since.UTC(), want)
	}
	if _, ok := (Start{Mode: StartAll}).Since(rome); ok {
		t.Error("all has a date")
	}
}

func TestConfigBaseURLLosesItsSlash(t *testing.T) {
	text := strings.Replace(minimalConfig, "sportello.example\"", "sportello.example/\"", 1)
	if got := mustLoad(t, text).BaseURL; got != "https://sportello.example" {
		t.Error(got)
	}
}

func TestConfigFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.toml")
	if err := os.WriteFile(large, make([]byte, maxConfigSize+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "absent.toml"), dir, large, "/dev/zero"} {
		_, err := LoadConfig(path, getenvFrom(nil), nil)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v does not name the file", path, err)
		}
	}
	if _, err := LoadConfig(filepath.Join(dir, "absent.toml"), getenvFrom(nil), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
}

// The example that operators copy must load as it stands under systemd.
func TestConfigExampleLoads(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"imap.pass", "smtp.pass"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environ := []string{"CREDENTIALS_DIRECTORY=" + dir}
	c, err := LoadConfig("../../deploy/sportello.toml", getenvFrom(environ), environ)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Mailboxes[0].SMTP.Password.Reveal(); got != "smtp.pass" {
		t.Errorf("SMTP password %q", got)
	}
}

// What the example shows behind "#" as the default must be the default, and
// it must show every key.
func TestConfigExampleShowsTheDefaults(t *testing.T) {
	b, err := os.ReadFile("../../deploy/sportello.toml")
	if err != nil {
		t.Fatal(err)
	}
	credentials := t.TempDir()
	environ := []string{"CREDENTIALS_DIRECTORY=" + credentials}
	for _, name := range []string{"imap.pass", "smtp.pass"} {
		if err := os.WriteFile(filepath.Join(credentials, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, _, _ := strings.Cut(string(b), "# A second one")
	var shown []string
	for line := range strings.SplitSeq(first, "\n") {
		uncommented := strings.TrimPrefix(line, "#")
		if uncommented != line && !strings.HasPrefix(uncommented, " ") && !strings.HasPrefix(uncommented, "tls_ca_file") {
			line = uncommented
		}
		shown = append(shown, line)
	}
	plain, full := mustLoad(t, first, environ...), mustLoad(t, strings.Join(shown, "\n"), environ...)
	for _, c := range []*Config{plain, full} {
		c.Mailboxes[0].IMAP.Password, c.Mailboxes[0].SMTP.Password = Secret{}, Secret{}
	}
	if !reflect.DeepEqual(plain, full) {
		t.Errorf("the example's comments are not the defaults:\n%+v\n%+v", plain, full)
	}
	for _, v := range []any{Config{}, WebConfig{}, MailConfig{}, MailboxConfig{}, IMAPConfig{}, SMTPConfig{}, AckConfig{}} {
		for _, name := range fieldNames(reflect.ValueOf(v)) {
			if name != "password" && name != "oauth2" && !strings.Contains(first, name) {
				t.Errorf("deploy/sportello.toml does not show %s of %T", name, v)
			}
		}
	}
}

// Two configurations as test drivers write them: little, loopback, plain.
func TestConfigOnLoopback(t *testing.T) {
	const text = `data_dir = "/tmp/d"
base_url = "http://127.0.0.1:1"
timezone = "Europe/Rome"
[[mailbox]]
name="S"
address="sportello@anci.example"
start = "all"
[mailbox.imap]
host="127.0.0.1"
port=1
tls="none"
username="x"
password="x"
poll_interval = "2s"
[mailbox.smtp]
host="127.0.0.1"
port=1
tls="none"
`
	m := mustLoad(t, text).Mailboxes[0]
	if m.Kind != KindOrdinary || m.IMAP.Port != 1 || m.SMTP.Username != "" || !m.Ack.Enabled {
		t.Errorf("%+v", m)
	}
}
