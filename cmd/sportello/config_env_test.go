package main

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestConfigEnvironmentWins(t *testing.T) {
	c := mustLoad(t, configWith("web", `listen = "127.0.0.1:1"`),
		"SPORTELLO_DATA_DIR=/data",
		"SPORTELLO_WEB_LISTEN=:8080",
		"SPORTELLO_WEB_TRUSTED_PROXIES=10.0.0.1, 10.1.0.0/16",
		"SPORTELLO_MAIL_AUTOMATIC=false",
		"SPORTELLO_MAILBOX_1_START=2026-01-01",
		"SPORTELLO_MAILBOX_1_IMAP_HOST=other.example",
		"SPORTELLO_MAILBOX_1_IMAP_PORT=1993",
		"SPORTELLO_MAILBOX_1_IMAP_POLL_INTERVAL=5m",
		"SPORTELLO_MAILBOX_1_IMAP_MAX_MESSAGE_SIZE=1MiB",
		"HOME=/root", "SPORTELLO_CONFIG=elsewhere.toml", "SPORTELLO_SERVICE_HOST=10.0.0.9")
	m := c.Mailboxes[0]
	for _, v := range []struct{ got, want any }{
		{c.DataDir, "/data"},
		{c.Web.Listen, ":8080"},
		{c.Web.TrustedProxies, []string{"10.0.0.1", "10.1.0.0/16"}},
		{c.Mail.Automatic, false},
		{m.Start, Start{StartDate, 2026, 1, 1}},
		{m.IMAP.Host, "other.example"},
		{m.IMAP.Port, 1993},
		{m.IMAP.PollInterval, Duration(5 * time.Minute)},
		{m.IMAP.MaxMessageSize, Size(1 << 20)},
		{m.SMTP.Host, "smtp.comune.example"},
	} {
		if !reflect.DeepEqual(v.got, v.want) {
			t.Errorf("got %v, want %v", v.got, v.want)
		}
	}
}

// A container has no file: everything comes from the environment.
func TestConfigFromEnvironmentAlone(t *testing.T) {
	environ := []string{
		"SPORTELLO_DATA_DIR=/data", "SPORTELLO_BASE_URL=https://sportello.example",
		"SPORTELLO_MAILBOX_1_ADDRESS=a@comune.example", "SPORTELLO_MAILBOX_2_ADDRESS=b@pec.example", "SPORTELLO_MAILBOX_2_KIND=pec",
	}
	for _, n := range []string{"1", "2"} {
		p := "SPORTELLO_MAILBOX_" + n + "_"
		environ = append(environ, p+"IMAP_HOST=imap.example", p+"IMAP_USERNAME=u"+n, p+"IMAP_PASSWORD=p"+n, p+"SMTP_HOST=smtp.example")
	}
	c, err := LoadConfig("", getenvFrom(environ), environ)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Mailboxes) != 2 || c.Mailboxes[1].Kind != KindPEC || c.Mailboxes[1].IMAP.Password.Reveal() != "p2" || !c.Mailboxes[1].Ack.Enabled {
		t.Errorf("%+v", c.Mailboxes)
	}
}

func TestConfigEnvironmentFaults(t *testing.T) {
	for _, v := range []struct{ env, want string }{
		{"SPORTELLO_MAILBOX_1_IMAP_PORT=abc", "mailbox[1].imap.port (SPORTELLO_MAILBOX_1_IMAP_PORT): atteso un numero intero"},
		{"SPORTELLO_MAILBOX_1_IMAP_PORT=0x10", "mailbox[1].imap.port (SPORTELLO_MAILBOX_1_IMAP_PORT): atteso un numero intero"},
		{"SPORTELLO_MAILBOX_1_IMAP_PORT=99999", "mailbox[1].imap.port (SPORTELLO_MAILBOX_1_IMAP_PORT): 99999: atteso un numero da 1 a 65535"},
		{"SPORTELLO_MAIL_AUTOMATIC=no", "mail.automatic (SPORTELLO_MAIL_AUTOMATIC): atteso true o false"},
		{"SPORTELLO_BASE_URL=", `base_url (SPORTELLO_BASE_URL): manca; atteso l'indirizzo con cui si raggiunge lo sportello, come "https://sportello.example.it"`},
		{"SPORTELLO_MAILBOX_1_KIND=x", `mailbox[1].kind (SPORTELLO_MAILBOX_1_KIND): "x": atteso "ordinaria" o "pec"`},
		{"SPORTELLO_WEB_LISTN=x", "SPORTELLO_WEB_LISTN: variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST"},
		{"SPORTELLO_MAILBOX_0_NAME=x", "SPORTELLO_MAILBOX_0_NAME: variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST"},
		{"SPORTELLO_MAILBOX_01_NAME=x", "SPORTELLO_MAILBOX_01_NAME: variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST"},
		{"SPORTELLO_MAILBOX_1000000_NAME=x", "SPORTELLO_MAILBOX_1000000_NAME: variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST"},
	} {
		_, err := loadText(t, minimalConfig, v.env)
		var ce *ConfigError
		if !errors.As(err, &ce) || len(ce.Faults) != 1 || ce.Faults[0].String() != v.want {
			t.Errorf("%s:\ngot  %v\nwant %s", v.env, err, v.want)
		}
	}
}

// "Every key overridable by environment": each key of the structs is set by
// its variable and by nothing else, shown by the fault that a value of the
// wrong type or sense brings, or by the changed configuration.
func TestConfigEveryKeyHasItsVariable(t *testing.T) {
	values := map[string]string{
		"BASE_URL": "https://b.example", "TIMEZONE": "UTC", "PRIVACY_URL": "https://p.example", "CONTACT": "c@comune.example", "DPO": "d@comune.example", "ACCESSIBILITY_URL": "https://a.example",
		"WEB_LISTEN":        ":1",
		"MAILBOX_1_ADDRESS": "b@comune.example", "MAILBOX_1_KIND": "pec", "MAILBOX_1_START": "all", "WEB_TRUSTED_PROXIES": "::1", "CATCHMENT": "Veneto", "SHIPPED_REGISTRY": "false",
		"MAILBOX_1_IMAP_TLS": "starttls", "MAILBOX_1_SMTP_TLS": "starttls", "MAILBOX_1_IMAP_MAX_MESSAGE_SIZE": "1MB",
		"WEB_SESSION_MAX": "2h", "MAIL_AUTOMATIC": "false", "MAILBOX_1_IMAP_IDLE": "false", "MAILBOX_1_ACK_ENABLED": "false",
	}
	// These cannot change alone, or have one value only.
	skip := []string{"MAILBOX_1_IMAP_AUTH", "MAILBOX_1_SMTP_AUTH", "MAILBOX_1_SMTP_USERNAME", "MAILBOX_1_SMTP_PASSWORD"}
	var visit func(env string, typ reflect.Type)
	visit = func(env string, typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name := env + strings.ToUpper(f.Tag.Get("toml"))
			switch {
			case f.Tag.Get("toml") == "-" || strings.HasSuffix(name, "_FILE") || slices.Contains(skip, name):
			case f.Tag.Get("toml") == "oauth2": // TestOAuthFromTheEnvironment
			case f.Tag.Get("toml") == "mailbox":
				visit("MAILBOX_1_", f.Type.Elem())
			case isTable(f.Type):
				visit(name+"_", f.Type)
			default:
				value := values[name]
				if value == "" {
					value = map[reflect.Type]string{reflect.TypeFor[int](): "7", reflect.TypeFor[Duration](): "2m"}[f.Type]
				}
				if value == "" {
					value = "other"
				}
				before, after := mustLoad(t, minimalConfig), mustLoad(t, minimalConfig, envPrefix+name+"="+value)
				if reflect.DeepEqual(before, after) {
					t.Errorf("%s%s=%s changes nothing", envPrefix, name, value)
				}
			}
		}
	}
	visit("", reflect.TypeFor[Config]())
}
