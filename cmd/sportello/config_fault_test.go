package main

import (
	"errors"
	"strings"
	"testing"
)

// Each row is one slip and the one line that the operator reads about it.
func TestConfigFaults(t *testing.T) {
	for _, v := range []struct{ name, text, want string }{
		{"unknown key", configWith("web", `lisen = "127.0.0.1:80"`), `web.lisen: unknown key; expected one of listen, trusted_proxies, session_idle, session_max`},
		{"text for a number", configWith("imap", `port = "993"`), `mailbox[1].imap.port: expected a whole number without quotes`},
		{"number for a text", configWith("box", `name = 5`), `mailbox[1].name: expected text in quotes`},
		{"number for a time", configWith("imap", `poll_interval = 60`), `mailbox[1].imap.poll_interval: expected text in quotes`},
		{"text for a truth", configWith("ack", `enabled = "yes"`), `mailbox[1].ack.enabled: expected true or false without quotes`},
		{"text for a list", configWith("web", `trusted_proxies = "10.0.0.1"`), `web.trusted_proxies: expected a list of texts, as ["10.0.0.1"]`},
		{"numbers in a list", configWith("web", `trusted_proxies = [1]`), `web.trusted_proxies: expected a list of texts, as ["10.0.0.1"]`},
		{"value for a section", strings.Replace(minimalConfig, "[web]", "web = 1", 1), `web: expected a table, as [web]`},
		{"mailbox not a list", strings.Replace(minimalConfig, "[[mailbox]]", "[mailbox]", 1), `mailbox: expected one table or more, each headed [[mailbox]]`},

		{"no data_dir", configWithout(`data_dir = "/srv/sportello"`), `data_dir: missing; expected the folder of the database, as "/var/lib/sportello"`},
		{"no base_url", configWithout(`base_url = "https://sportello.example"`), `base_url: missing; expected the address under which people reach the desk, as "https://sportello.example.it"`},
		{"base_url without scheme", strings.Replace(minimalConfig, "https://", "", 1), `base_url: expected an address as "https://sportello.example.it"`},
		{"base_url of another scheme", strings.Replace(minimalConfig, "https://", "ftp://", 1), `base_url: expected an address as "https://sportello.example.it"`},
		{"base_url in the clear", strings.Replace(minimalConfig, "https://", "http://", 1), `base_url: expected https: plain http is only for an address of this machine, as http://127.0.0.1:8080`},
		{"base_url with a path", strings.Replace(minimalConfig, `sportello.example"`, `sportello.example/desk"`, 1), `base_url: expected only scheme, host and port: no user, path, query or fragment`},
		{"base_url with a user", strings.Replace(minimalConfig, "https://", "https://u:p@", 1), `base_url: expected only scheme, host and port: no user, path, query or fragment`},
		{"base_url with a port too high", strings.Replace(minimalConfig, `sportello.example"`, `sportello.example:70000"`, 1), `base_url: expected a port from 1 to 65535`},
		{"no such timezone", configWith("top", `timezone = "Europe/Roma"`), `timezone: "Europe/Roma": expected the name of a time zone, as "Europe/Rome"`},
		{"the machine's timezone", configWith("top", `timezone = "Local"`), `timezone: "Local": expected the name of a time zone, as "Europe/Rome"`},
		{"empty name", configWith("top", `name = " "`), `name: empty; expected a text of one line`},
		{"centre of two lines", configWith("top", `centre = "a\nb"`), `centre: expected a text of one line of at most 200 bytes, without control characters`},
		{"privacy_url in the clear", configWith("top", `privacy_url = "http://ente.example/privacy"`), `privacy_url: expected an address that begins with https://, or "" for the program's own page`},

		{"listen without port", configWith("web", `listen = "127.0.0.1"`), `web.listen: "127.0.0.1": expected an address and a port, as "127.0.0.1:8080"`},
		{"listen with a named port", configWith("web", `listen = "127.0.0.1:http"`), `web.listen: "127.0.0.1:http": expected an address and a port, as "127.0.0.1:8080"`},
		{"proxy by name", configWith("web", `trusted_proxies = ["proxy.example"]`), `web.trusted_proxies: "proxy.example": expected an IP address or range, as "10.0.0.1" or "10.0.0.0/8"`},
		{"session too short", configWith("web", `session_idle = "1s"`), `web.session_idle: 1s: expected a time from 1m0s to 24h0m0s`},
		{"idle beyond the session", configWith("web", `session_idle = "11h"`), `web.session_idle: 11h0m0s: expected no more than web.session_max, which is 10h0m0s`},
		{"session for ever", configWith("web", `session_max = "10000h"`), `web.session_max: 10000h0m0s: expected a time from 1m0s to 720h0m0s`},
		{"no time to answer", configWith("mail", `answer_within_hours = 0`), `mail.answer_within_hours: 0: expected a number from 1 to 500`},
		{"close at once", configWith("mail", `close_after_days = 0`), `mail.close_after_days: 0: expected a number from 1 to 365`},
		{"negative grace", configWith("mail", `grace_days = -1`), `mail.grace_days: -1: expected a number from 0 to 3650`},

		{"no mailbox", minimalConfig[:strings.Index(minimalConfig, "[[mailbox]]")], `mailbox: missing; expected one [[mailbox]] or more`},
		{"no address", configWithout(`address = "sportello@comune.example"`), `mailbox[1].address: missing; expected the mailbox's address, as "sportello@example.it"`},
		{"address with a name", strings.Replace(minimalConfig, `"sportello@comune.example"`, `"S <sportello@comune.example>"`, 1), `mailbox[1].address: "S <sportello@comune.example>": expected a bare address, as "sportello@example.it"`},
		{"address twice", minimalConfig + strings.NewReplacer("sportello@", "Sportello@", "INBOX", "x", "imap.", "imap2.").Replace(minimalConfig[strings.Index(minimalConfig, "[[mailbox]]"):]), `mailbox[2].address: "Sportello@comune.example" is already that of mailbox[1]; expected another one`},
		{"folder twice", minimalConfig + strings.Replace(minimalConfig[strings.Index(minimalConfig, "[[mailbox]]"):], "sportello@", "altro@", 1), `mailbox[2].imap.folder: the same folder of the same account as mailbox[1]; expected another one`},
		{"kind", configWith("box", `kind = "certificata"`), `mailbox[1].kind: "certificata": expected "ordinaria" or "pec"`},
		{"start", configWith("box", `start = "yesterday"`), `mailbox[1].start: "yesterday": expected "now", "all" or a date as "2026-01-01"`},
		{"start with a time", configWith("box", `start = 2026-01-01T10:00:00Z`), `mailbox[1].start: "2026-01-01T10:00:00": expected "now", "all" or a date as "2026-01-01"`},
		{"name that breaks a header", configWith("box", `name = "a\r\nBcc: x@y.example"`), `mailbox[1].name: expected a text of one line of at most 200 bytes, without control characters`},

		{"no IMAP host", configWithout(`host = "imap.comune.example"`), `mailbox[1].imap.host: missing; expected the name of the IMAP server, as "imap.example.it"`},
		{"host with a port", strings.Replace(minimalConfig, "imap.comune.example", "imap.comune.example:993", 1), `mailbox[1].imap.host: "imap.comune.example:993": expected a host name or an IP address, without scheme and port`},
		{"no SMTP host", configWithout(`host = "smtp.comune.example"`), `mailbox[1].smtp.host: missing; expected the name of the SMTP server, as "smtp.example.it"`},
		{"port too high", configWith("imap", `port = 70000`), `mailbox[1].imap.port: 70000: expected a number from 1 to 65535`},
		{"negative port", configWith("smtp", `port = -1`), `mailbox[1].smtp.port: -1: expected a number from 1 to 65535`},
		{"tls", configWith("imap", `tls = "ssl"`), `mailbox[1].imap.tls: "ssl": expected "tls" or "starttls" or "none"`},
		{"IMAP in the clear", configWith("imap", `tls = "none"`), `mailbox[1].imap.tls: "none": expected "tls" or "starttls"; "none" is only for a server on this machine (127.0.0.1, ::1, localhost)`},
		{"SMTP in the clear", configWith("smtp", `tls = "none"`), `mailbox[1].smtp.tls: "none": expected "tls" or "starttls"; "none" is only for a server on this machine (127.0.0.1, ::1, localhost)`},
		{"auth", configWith("imap", `auth = "xoauth2"`), `mailbox[1].imap.auth: "xoauth2": expected "password"`},
		{"no IMAP username", configWithout(`username = "sportello"`), `mailbox[1].imap.username: missing; expected the name with which the mailbox's account logs in`},
		{"no IMAP password", configWithout(`password = "hunter2"`), `mailbox[1].imap.password: missing; expected password_file = "/path" or password = "…"`},
		{"no SMTP password", configWith("smtp", `username = "sportello"`), `mailbox[1].smtp.password: missing; expected password_file = "/path" or password = "…"`},
		{"SMTP password alone", configWith("smtp", `password = "hunter2"`), `mailbox[1].smtp.username: missing beside a password; expected the name to log in with, or no password`},
		{"username of two lines", configWith("smtp", `username = "a\nb"`+"\n"+`password = "x"`), `mailbox[1].smtp.username: expected a text of one line of at most 500 bytes, without control characters`},
		{"no folder", configWith("imap", `folder = ""`), `mailbox[1].imap.folder: empty; expected the name of the folder to watch, as "INBOX"`},
		{"processed into itself", configWith("imap", `processed_folder = "INBOX"`), `mailbox[1].imap.processed_folder: expected another folder than the watched one`},
		{"sent into the inbox", configWith("imap", `sent_folder = "INBOX"`), `mailbox[1].imap.sent_folder: expected another folder than the watched one`},
		{"time without unit", configWith("imap", `poll_interval = "60"`), `mailbox[1].imap.poll_interval: "60": expected a time with its unit, as "60s" or "5m"`},
		{"polling without a breath", configWith("imap", `poll_interval = "10ms"`), `mailbox[1].imap.poll_interval: 10ms: expected a time from 1s to 1h0m0s`},
		{"size without unit", configWith("imap", `max_message_size = "50"`), `mailbox[1].imap.max_message_size: "50": expected a size with its unit, as "50MB" or "64MiB"`},
		{"size beyond numbers", configWith("imap", `max_message_size = "99999999999GB"`), `mailbox[1].imap.max_message_size: "99999999999GB": expected a size with its unit, as "50MB" or "64MiB"`},
		{"size too small", configWith("imap", `max_message_size = "1kB"`), `mailbox[1].imap.max_message_size: expected a size from 100kB to 500MB`},
		{"hourly limit", configWith("ack", `hourly_limit = 0`), `mailbox[1].ack.hourly_limit: 0: expected a number from 1 to 10000`},

		{"long value", configWith("box", `kind = "`+strings.Repeat("à", 100)+`"`), `mailbox[1].kind: "` + strings.Repeat("à", 40) + `…": expected "ordinaria" or "pec"`},
		{"unknown key with a line break", configWith("web", `"a\nb" = 1`), "web.a\uFFFDb: unknown key; expected one of listen, trusted_proxies, session_idle, session_max"},

		{"not TOML", configWith("web", `listen = 127.0.0.1:80`), `line 5: not TOML: Invalid float value: "127.0.0.1"`},
		{"key twice", configWith("top", `data_dir = "x"`), `line 3: not TOML: Key 'data_dir' has already been defined.`},
	} {
		t.Run(v.name, func(t *testing.T) {
			_, err := loadText(t, v.text)
			var ce *ConfigError
			if !errors.As(err, &ce) {
				t.Fatalf("no fault: %v", err)
			}
			if len(ce.Faults) != 1 || ce.Faults[0].String() != v.want {
				t.Errorf("got  %s\nwant %s", ce, v.want)
			}
		})
	}
}

func TestConfigFaultsComeTogether(t *testing.T) {
	_, err := loadText(t, strings.NewReplacer("#web", `lisen = 1`, "#imap", "port = true\ntls = 5", "hunter2", "").Replace(minimalConfig),
		"SPORTELLO_MAILBOX_1_SMTP_PORT=many", "SPORTELLO_MAIL_AUTOMATICS=false", "SPORTELLO_PORT=tcp://10.0.0.1:80")
	if err == nil {
		t.Fatal("loads")
	}
	lines := strings.Split(err.Error(), "\n")
	if !strings.HasSuffix(lines[0], ": 6 faults") {
		t.Error(lines[0])
	}
	want := []string{
		`  mailbox[1].imap.port: expected a whole number without quotes`,
		`  mailbox[1].imap.tls: expected text in quotes`,
		`  web.lisen: unknown key; expected one of listen, trusted_proxies, session_idle, session_max`,
		`  mailbox[1].smtp.port (SPORTELLO_MAILBOX_1_SMTP_PORT): expected a whole number`,
		`  SPORTELLO_MAIL_AUTOMATICS: unknown variable; expected a key's name in capitals, as SPORTELLO_WEB_LISTEN or SPORTELLO_MAILBOX_1_IMAP_HOST`,
		`  mailbox[1].imap.password: missing; expected password_file = "/path" or password = "…"`,
	}
	if got := strings.Join(lines[1:], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
