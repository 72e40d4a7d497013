package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

const secretCanary = "canary-hunter2"

// No way of printing a configuration may show a password.
func TestConfigNeverShowsSecrets(t *testing.T) {
	c := mustLoad(t, strings.Replace(minimalConfig, "hunter2", secretCanary, 1))
	if c.Mailboxes[0].IMAP.Password.Reveal() != secretCanary {
		t.Fatal("the password did not arrive")
	}
	secret := c.Mailboxes[0].IMAP.Password
	hidden := struct{ inner Secret }{secret} // fmt calls no methods on unexported fields
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10v"} {
		out["config "+verb] = fmt.Sprintf(verb, c)
		out["value "+verb] = fmt.Sprintf(verb, *c)
		out["secret "+verb] = fmt.Sprintf(verb, secret)
		out["hidden "+verb] = fmt.Sprintf(verb, hidden)
	}
	j, err := json.Marshal(c)
	out["json"] = fmt.Sprint(string(j), err)
	var b bytes.Buffer
	err = toml.NewEncoder(&b).Encode(c.Mailboxes[0].IMAP.Password)
	out["toml"] = fmt.Sprint(b.String(), err)
	for name, h := range map[string]slog.Handler{"slog json": slog.NewJSONHandler(&b, nil), "slog text": slog.NewTextHandler(&b, nil)} {
		b.Reset()
		slog.New(h).Info("start", "config", c, "secret", secret, "pointer", &secret, "hidden", hidden)
		out[name] = b.String()
	}
	for how, text := range out {
		if strings.Contains(text, secretCanary) || strings.Contains(text, fmt.Sprintf("%x", secretCanary)) {
			t.Errorf("%s shows the password: %s", how, text)
		}
	}
	if got := fmt.Sprintf("%v|%#v|%d", secret, secret, secret); got != "•••|•••|•••" {
		t.Error(got)
	}
}

// Nor may any message about a faulty configuration.
func TestConfigFaultsNeverShowSecrets(t *testing.T) {
	for _, slip := range []string{
		`password = ` + secretCanary,
		`password = '` + secretCanary,
		`password = "` + secretCanary + `" "` + secretCanary + `"`,
		`password = "x"` + "\n" + `password_file = "` + secretCanary + `"`,
		`password_file = "` + secretCanary + `"`,
		`password = ["` + secretCanary + `"]`,
		`passwort = "` + secretCanary + `"`,
		"password = [\n" + secretCanary + "\n]",
		"password =\n" + secretCanary,
	} {
		text := strings.Replace(minimalConfig, `password = "hunter2"`, slip, 1)
		for _, env := range []string{"", "SPORTELLO_MAILBOX_1_SMTP_PASSWORD=" + secretCanary, "SPORTELLO_MAILBOX_1_IMAP_PASWORD=" + secretCanary} {
			_, err := loadText(t, text, env)
			if err == nil {
				t.Errorf("%s loads", slip)
			} else if strings.Contains(strings.ReplaceAll(err.Error(), t.Name(), ""), secretCanary) {
				t.Errorf("%s: the message shows it: %v", slip, err)
			}
		}
	}
}

func TestConfigPasswordFile(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"plain": "s3cret", "newline": "s3cret\n", "crlf": "s3cret\r\n", "spaces": " s3 cret ", "empty": "\n", "two": "a\nb\n", "nul": "a\x00b",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const key = "mailbox[1].imap.password_file: "
	for _, v := range []struct{ name, file, credentials, want, fault string }{
		{name: "absolute", file: dir + "/plain", want: "s3cret"},
		{name: "newline trimmed", file: dir + "/newline", want: "s3cret"},
		{name: "CRLF trimmed", file: dir + "/crlf", want: "s3cret"},
		{name: "spaces kept", file: dir + "/spaces", want: " s3 cret "},
		{name: "credential", file: "plain", credentials: dir, want: "s3cret"},
		{name: "relative without systemd", file: "plain", fault: key + "atteso un percorso assoluto; il solo nome vale con systemd, che imposta $CREDENTIALS_DIRECTORY"},
		{name: "out of the folder", file: "../plain", credentials: dir, fault: key + "atteso un nome dentro $CREDENTIALS_DIRECTORY"},
		{name: "absent credential", file: "absent", credentials: dir, fault: key + "la credenziale: atteso un file leggibile: non esiste"},
		{name: "absent", file: "/nowhere/imap.pass", fault: key + "/nowhere/imap.pass: atteso un file leggibile: non esiste"},
		{name: "a folder", file: "/", fault: key + "/: atteso un file leggibile: non è un file normale"},
		{name: "a device", file: "/dev/zero", fault: key + "/dev/zero: atteso un file leggibile: non è un file normale"},
		{name: "empty", file: dir + "/empty", fault: key + "atteso un file di una sola riga, la password"},
		{name: "two lines", file: dir + "/two", fault: key + "atteso un file di una sola riga, la password"},
		{name: "NUL", file: dir + "/nul", fault: key + "atteso un file di una sola riga, la password"},
	} {
		t.Run(v.name, func(t *testing.T) {
			text := strings.Replace(minimalConfig, `password = "hunter2"`, fmt.Sprintf("password_file = %q", v.file), 1)
			c, err := loadText(t, text, "CREDENTIALS_DIRECTORY="+v.credentials)
			if v.fault != "" {
				if err == nil || !strings.HasSuffix(err.Error(), ": 1 errore\n  "+v.fault) {
					t.Errorf("got  %v\nwant %s", err, v.fault)
				}
			} else if err != nil || c.Mailboxes[0].IMAP.Password.Reveal() != v.want {
				t.Errorf("%v", err)
			}
		})
	}
}

// password and password_file are one setting in two forms.
func TestConfigPasswordForms(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(file, []byte("from-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	const env = "SPORTELLO_MAILBOX_1_IMAP_PASSWORD"
	inFile := strings.Replace(minimalConfig, `password = "hunter2"`, fmt.Sprintf("password_file = %q", file), 1)
	for _, v := range []struct {
		name, text string
		environ    []string
		want       string
	}{
		{"text over text", minimalConfig, []string{env + "=from-env"}, "from-env"},
		{"text over file", inFile, []string{env + "=from-env"}, "from-env"},
		{"file over text", minimalConfig, []string{env + "_FILE=" + file}, "from-file"},
		{"both in the file", configWith("imap", fmt.Sprintf("password_file = %q", file)), nil, ""},
		{"both in the environment", minimalConfig, []string{env + "=from-env", env + "_FILE=" + file}, ""},
	} {
		c, err := loadText(t, v.text, v.environ...)
		switch {
		case v.want == "":
			if err == nil || !strings.Contains(err.Error(), "indicato insieme a password; atteso uno solo dei due") {
				t.Errorf("%s: %v", v.name, err)
			}
		case err != nil || c.Mailboxes[0].IMAP.Password.Reveal() != v.want:
			t.Errorf("%s: %v", v.name, err)
		}
	}
}

func TestConfigPrivateCA(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	m := mustLoad(t, configWith("imap", fmt.Sprintf("tls_ca_file = %q", ca))).Mailboxes[0]
	if m.SMTP.RootCAs != nil {
		t.Error("SMTP got the CA that only IMAP names")
	}
	if m.IMAP.RootCAs == nil {
		t.Fatal("no pool")
	}
	if got := m.IMAP.RootCAs.Equal(mustLoad(t, minimalConfig).Mailboxes[0].IMAP.RootCAs); got {
		t.Error("the CA is not in the pool")
	}
	_, err := loadText(t, configWith("imap", `tls_ca_file = "/proc/self/status"`))
	if err == nil || !strings.Contains(err.Error(), "mailbox[1].imap.tls_ca_file: atteso un file di certificati in formato PEM") {
		t.Error(err)
	}
}
