package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzLoadConfig: whatever the file and the environment hold, the loader
// answers with a configuration that keeps its promises or with faults of one
// line each, and never with a secret.
func FuzzLoadConfig(f *testing.F) {
	example, err := os.ReadFile("../../deploy/sportello.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example), "")
	f.Add(minimalConfig, "SPORTELLO_MAILBOX_2_IMAP_HOST=imap.example\nSPORTELLO_WEB_LISTN=x")
	f.Add(configWith("imap", `tls = "none"`), "SPORTELLO_MAILBOX_1_IMAP_PORT=-1")
	f.Add("mailbox = [{imap = {port = 1}}, 5]", "SPORTELLO_MAILBOX_99999999999999999999_NAME=x")
	f.Add("password = hunter2", "SPORTELLO_BASE_URL=https://u:p@[::1%25lo]:1/")
	f.Add("[mailbox.imap]\npassword = \"x\ny\"", "SPORTELLO_MAILBOX_1_IMAP_PASSWORD_FILE=../x")
	f.Fuzz(func(t *testing.T, text, environ string) {
		l := configLoader{source: "fuzz", credentials: "/run/credentials", readFile: func(name string) ([]byte, error) {
			if !strings.HasPrefix(name, "/") {
				t.Errorf("asks for the relative path %q", name)
			}
			if strings.HasSuffix(name, "s") {
				return []byte(secretCanary + "\n"), nil
			}
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		}}
		c, err := l.load(text, strings.Split(environ, "\n"))
		if err != nil {
			checkFaults(t, err)
			return
		}
		checkPromises(t, c)
	})
}

func checkFaults(t *testing.T, err error) {
	t.Helper()
	var ce *ConfigError
	if !errors.As(err, &ce) || len(ce.Faults) == 0 {
		t.Fatalf("no faults in %v", err)
	}
	if strings.Contains(err.Error(), secretCanary) {
		t.Errorf("shows a secret: %v", err)
	}
	if lines := strings.Count(err.Error(), "\n"); lines != len(ce.Faults) {
		t.Errorf("%d lines for %d faults", lines, len(ce.Faults))
	}
	for _, fault := range ce.Faults {
		if !strings.Contains(fault.Advice, "attes") {
			t.Errorf("does not say what is expected: %s", fault)
		}
	}
}

func checkPromises(t *testing.T, c *Config) {
	t.Helper()
	if c.DataDir == "" || c.Location == nil || len(c.Mailboxes) == 0 {
		t.Errorf("incomplete: %+v", c)
	}
	for _, m := range c.Mailboxes {
		if strings.ContainsAny(m.Name+m.Address+m.IMAP.Username+m.IMAP.Folder+m.SMTP.Username, "\r\n\x00") {
			t.Errorf("a line break got through: %+v", m)
		}
		if m.IMAP.TLS == TLSNone && !isLoopback(m.IMAP.Host) || m.SMTP.TLS == TLSNone && !isLoopback(m.SMTP.Host) {
			t.Errorf("in the clear over a network: %+v", m)
		}
		if m.IMAP.Port < 1 || m.IMAP.Port > 65535 || m.SMTP.Port < 1 || m.SMTP.Port > 65535 || time.Duration(m.IMAP.PollInterval) < time.Second {
			t.Errorf("out of bounds: %+v", m)
		}
		if m.IMAP.Password.Reveal() == "" || (m.SMTP.Username == "") != (m.SMTP.Password.Reveal() == "") {
			t.Errorf("half a log-in: %+v", m)
		}
	}
}
