package main

import (
	"errors"
	"strings"
	"testing"
)

// Each row is one slip and the one line that the operator reads about it.
func TestConfigFaults(t *testing.T) {
	for _, v := range []struct{ name, text, want string }{
		{"unknown key", configWith("web", `lisen = "127.0.0.1:80"`), `web.lisen: chiave sconosciuta; attesa una fra listen, trusted_proxies, session_idle, session_max`},
		{"text for a number", configWith("imap", `port = "993"`), `mailbox[1].imap.port: atteso un numero intero senza virgolette`},
		{"number for a text", configWith("box", `name = 5`), `mailbox[1].name: atteso un testo fra virgolette`},
		{"number for a time", configWith("imap", `poll_interval = 60`), `mailbox[1].imap.poll_interval: atteso un testo fra virgolette`},
		{"text for a truth", configWith("ack", `enabled = "yes"`), `mailbox[1].ack.enabled: atteso true o false senza virgolette`},
		{"text for a list", configWith("web", `trusted_proxies = "10.0.0.1"`), `web.trusted_proxies: atteso un elenco di testi, come ["10.0.0.1"]`},
		{"numbers in a list", configWith("web", `trusted_proxies = [1]`), `web.trusted_proxies: atteso un elenco di testi, come ["10.0.0.1"]`},
		{"value for a section", strings.Replace(minimalConfig, "[web]", "web = 1", 1), `web: attesa una sezione, come [web]`},
		{"mailbox not a list", strings.Replace(minimalConfig, "[[mailbox]]", "[mailbox]", 1), `mailbox: attesa una o più sezioni, ciascuna intitolata [[mailbox]]`},

		{"no data_dir", configWithout(`data_dir = "/srv/sportello"`), `data_dir: manca; attesa la cartella dell'archivio, come "/var/lib/sportello"`},
		{"no base_url", configWithout(`base_url = "https://sportello.example"`), `base_url: manca; atteso l'indirizzo con cui si raggiunge lo sportello, come "https://sportello.example.it"`},
		{"base_url without scheme", strings.Replace(minimalConfig, "https://", "", 1), `base_url: atteso un indirizzo come "https://sportello.example.it"`},
		{"base_url of another scheme", strings.Replace(minimalConfig, "https://", "ftp://", 1), `base_url: atteso un indirizzo come "https://sportello.example.it"`},
		{"base_url in the clear", strings.Replace(minimalConfig, "https://", "http://", 1), `base_url: atteso https: http è ammesso solo per un indirizzo di questa macchina, come http://127.0.0.1:8080`},
		{"base_url with a path", strings.Replace(minimalConfig, `sportello.example"`, `sportello.example/desk"`, 1), `base_url: attesi solo schema, nome e porta, senza utente, percorso, parametri o frammento`},
		{"base_url with a user", strings.Replace(minimalConfig, "https://", "https://u:p@", 1), `base_url: attesi solo schema, nome e porta, senza utente, percorso, parametri o frammento`},
		{"base_url with a port too high", strings.Replace(minimalConfig, `sportello.example"`, `sportello.example:70000"`, 1), `base_url: attesa una porta da 1 a 65535`},
		{"no such timezone", configWith("top", `timezone = "Europe/Roma"`), `timezone: "Europe/Roma": atteso il nome di un fuso orario, come "Europe/Rome"`},
		{"the machine's timezone", configWith("top", `timezone = "Local"`), `timezone: "Local": atteso il nome di un fuso orario, come "Europe/Rome"`},
		{"empty name", configWith("top", `name = " "`), `name: vuoto; atteso un testo di una riga`},
		{"centre of two lines", configWith("top", `centre = "a\nb"`), `centre: atteso un testo di una riga, al massimo 200 byte, senza caratteri di controllo`},
		{"privacy_url in the clear", configWith("top", `privacy_url = "http://ente.example/privacy"`), `privacy_url: atteso un indirizzo che comincia con https://, oppure "" per la pagina del programma`},
		{"controller of two lines", configWith("top", `controller = "a\nb"`), `controller: atteso un testo di una riga, al massimo 200 byte, senza caratteri di controllo`},
		{"catchment", configWith("top", `catchment = ["Lombardia", "lombardia"]`), `catchment: "lombardia": attesi regioni per nome e province per sigla, come ["Lombardia", "NO"]`},
		{"retention of two lines", configWith("top", `retention = "a\nb"`), `retention: atteso un testo di una riga, al massimo 1.000 byte, senza caratteri di controllo`},
		{"dpo by name", configWith("top", `dpo = "Mario Rossi"`), `dpo: "Mario Rossi": atteso un indirizzo senza nome, come "sportello@example.it"`},
		{"declaration in the clear", configWith("top", `accessibility_url = "http://form.agid.example/1"`), `accessibility_url: atteso un indirizzo che comincia con https://, oppure "" se la dichiarazione non c'è ancora`},
		{"contact without a domain", configWith("top", `contact = "privacy"`), `contact: "privacy": atteso un indirizzo senza nome, come "sportello@example.it"`},

		{"listen without port", configWith("web", `listen = "127.0.0.1"`), `web.listen: "127.0.0.1": attesi un indirizzo e una porta, come "127.0.0.1:8080"`},
		{"listen with a named port", configWith("web", `listen = "127.0.0.1:http"`), `web.listen: "127.0.0.1:http": attesi un indirizzo e una porta, come "127.0.0.1:8080"`},
		{"proxy by name", configWith("web", `trusted_proxies = ["proxy.example"]`), `web.trusted_proxies: "proxy.example": atteso un indirizzo o un intervallo IP, come "10.0.0.1" o "10.0.0.0/8"`},
		{"session too short", configWith("web", `session_idle = "1s"`), `web.session_idle: 1s: attesa una durata da 1m0s a 24h0m0s`},
		{"idle beyond the session", configWith("web", `session_idle = "11h"`), `web.session_idle: 11h0m0s: atteso non più di web.session_max, che è 10h0m0s`},
		{"session for ever", configWith("web", `session_max = "10000h"`), `web.session_max: 10000h0m0s: attesa una durata da 1m0s a 720h0m0s`},
		{"no time to answer", configWith("mail", `answer_within_hours = 0`), `mail.answer_within_hours: 0: atteso un numero da 1 a 500`},
		{"close at once", configWith("mail", `close_after_days = 0`), `mail.close_after_days: 0: atteso un numero da 1 a 365`},
		{"negative grace", configWith("mail", `grace_days = -1`), `mail.grace_days: -1: atteso un numero da 0 a 3650`},

		{"no mailbox", minimalConfig[:strings.Index(minimalConfig, "[[mailbox]]")], `mailbox: manca; attesa almeno una sezione [[mailbox]]`},
		{"no address", configWithout(`address = "sportello@comune.example"`), `mailbox[1].address: manca; atteso l'indirizzo della casella, come "sportello@example.it"`},
		{"address with a name", strings.Replace(minimalConfig, `"sportello@comune.example"`, `"S <sportello@comune.example>"`, 1), `mailbox[1].address: "S <sportello@comune.example>": atteso un indirizzo senza nome, come "sportello@example.it"`},
		{"address twice", minimalConfig + strings.NewReplacer("sportello@", "Sportello@", "INBOX", "x", "imap.", "imap2.").Replace(minimalConfig[strings.Index(minimalConfig, "[[mailbox]]"):]), `mailbox[2].address: "Sportello@comune.example" è già l'indirizzo di mailbox[1]; atteso un altro`},
		{"folder twice", minimalConfig + strings.Replace(minimalConfig[strings.Index(minimalConfig, "[[mailbox]]"):], "sportello@", "altro@", 1), `mailbox[2].imap.folder: è la stessa cartella di mailbox[1], con lo stesso utente; attesa un'altra`},
		{"kind", configWith("box", `kind = "certificata"`), `mailbox[1].kind: "certificata": atteso "ordinaria" o "pec"`},
		{"start", configWith("box", `start = "yesterday"`), `mailbox[1].start: "yesterday": atteso "now", "all" oppure una data come "2026-01-01"`},
		{"start with a time", configWith("box", `start = 2026-01-01T10:00:00Z`), `mailbox[1].start: "2026-01-01T10:00:00": atteso "now", "all" oppure una data come "2026-01-01"`},
		{"name that breaks a header", configWith("box", `name = "a\r\nBcc: x@y.example"`), `mailbox[1].name: atteso un testo di una riga, al massimo 200 byte, senza caratteri di controllo`},

		{"no IMAP host", configWithout(`host = "imap.comune.example"`), `mailbox[1].imap.host: manca; atteso il nome del server IMAP, come "imap.example.it"`},
		{"host with a port", strings.Replace(minimalConfig, "imap.comune.example", "imap.comune.example:993", 1), `mailbox[1].imap.host: "imap.comune.example:993": atteso il nome o l'indirizzo IP di un server, senza schema e senza porta`},
		{"no SMTP host", configWithout(`host = "smtp.comune.example"`), `mailbox[1].smtp.host: manca; atteso il nome del server SMTP, come "smtp.example.it"`},
		{"port too high", configWith("imap", `port = 70000`), `mailbox[1].imap.port: 70000: atteso un numero da 1 a 65535`},
		{"negative port", configWith("smtp", `port = -1`), `mailbox[1].smtp.port: -1: atteso un numero da 1 a 65535`},
		{"tls", configWith("imap", `tls = "ssl"`), `mailbox[1].imap.tls: "ssl": atteso "tls" o "starttls" o "none"`},
		{"IMAP in the clear", configWith("imap", `tls = "none"`), `mailbox[1].imap.tls: "none": atteso "tls" o "starttls"; "none" è ammesso solo per un server su questa macchina (127.0.0.1, ::1, localhost)`},
		{"SMTP in the clear", configWith("smtp", `tls = "none"`), `mailbox[1].smtp.tls: "none": atteso "tls" o "starttls"; "none" è ammesso solo per un server su questa macchina (127.0.0.1, ::1, localhost)`},
		{"auth", configWith("imap", `auth = "oauth"`), `mailbox[1].imap.auth: "oauth": atteso "password" o "xoauth2"`},
		{"no IMAP username", configWithout(`username = "sportello"`), `mailbox[1].imap.username: manca; atteso il nome utente con cui si accede alla casella`},
		{"no IMAP password", configWithout(`password = "hunter2"`), `mailbox[1].imap.password: manca; atteso password_file = "/percorso" oppure password = "…"`},
		{"no SMTP password", configWith("smtp", `username = "sportello"`), `mailbox[1].smtp.password: manca; atteso password_file = "/percorso" oppure password = "…"`},
		{"SMTP password alone", configWith("smtp", `password = "hunter2"`), `mailbox[1].smtp.username: manca accanto a una password; atteso il nome utente, oppure nessuna password`},
		{"username of two lines", configWith("smtp", `username = "a\nb"`+"\n"+`password = "x"`), `mailbox[1].smtp.username: atteso un testo di una riga, al massimo 500 byte, senza caratteri di controllo`},
		{"no folder", configWith("imap", `folder = ""`), `mailbox[1].imap.folder: vuoto; atteso il nome della cartella da leggere, come "INBOX"`},
		{"processed into itself", configWith("imap", `processed_folder = "INBOX"`), `mailbox[1].imap.processed_folder: attesa una cartella diversa da quella che si legge`},
		{"sent into the inbox", configWith("imap", `sent_folder = "INBOX"`), `mailbox[1].imap.sent_folder: attesa una cartella diversa da quella che si legge`},
		{"time without unit", configWith("imap", `poll_interval = "60"`), `mailbox[1].imap.poll_interval: "60": attesa una durata con la sua unità, come "60s" o "5m"`},
		{"polling without a breath", configWith("imap", `poll_interval = "10ms"`), `mailbox[1].imap.poll_interval: 10ms: attesa una durata da 1s a 1h0m0s`},
		{"size without unit", configWith("imap", `max_message_size = "50"`), `mailbox[1].imap.max_message_size: "50": attesa una dimensione con la sua unità, come "50MB" o "64MiB"`},
		{"size beyond numbers", configWith("imap", `max_message_size = "99999999999GB"`), `mailbox[1].imap.max_message_size: "99999999999GB": attesa una dimensione con la sua unità, come "50MB" o "64MiB"`},
		{"size too small", configWith("imap", `max_message_size = "1kB"`), `mailbox[1].imap.max_message_size: attesa una dimensione da 100kB a 500MB`},
		{"hourly limit", configWith("ack", `hourly_limit = 0`), `mailbox[1].ack.hourly_limit: 0: atteso un numero da 1 a 10000`},

		{"long value", configWith("box", `kind = "`+strings.Repeat("à", 100)+`"`), `mailbox[1].kind: "` + strings.Repeat("à", 40) + `…": atteso "ordinaria" o "pec"`},
		{"unknown key with a line break", configWith("web", `"a\nb" = 1`), "web.a\uFFFDb: chiave sconosciuta; attesa una fra listen, trusted_proxies, session_idle, session_max"},

		{"not TOML", configWith("web", `listen = 127.0.0.1:80`), `riga 5: non è TOML; attesa una riga chiave = valore, con i testi fra virgolette`},
		{"key twice", configWith("top", `data_dir = "x"`), `riga 3: la chiave "data_dir" è ripetuta; attesa una volta sola`},
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
	if !strings.HasSuffix(lines[0], ": 6 errori") {
		t.Error(lines[0])
	}
	want := []string{
		`  mailbox[1].imap.port: atteso un numero intero senza virgolette`,
		`  mailbox[1].imap.tls: atteso un testo fra virgolette`,
		`  web.lisen: chiave sconosciuta; attesa una fra listen, trusted_proxies, session_idle, session_max`,
		`  mailbox[1].smtp.port (SPORTELLO_MAILBOX_1_SMTP_PORT): atteso un numero intero`,
		`  SPORTELLO_MAIL_AUTOMATICS: variabile sconosciuta; atteso il nome di una chiave in maiuscolo, come SPORTELLO_WEB_LISTEN o SPORTELLO_MAILBOX_1_IMAP_HOST`,
		`  mailbox[1].imap.password: manca; atteso password_file = "/percorso" oppure password = "…"`,
	}
	if got := strings.Join(lines[1:], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
